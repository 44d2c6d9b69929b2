"""Training with a network of random weights: it learns, and an interruption changes nothing."""
