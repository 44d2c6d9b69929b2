"""Everything that happens to a text before translation, without a model."""
