"""What computes: translation, summarisation and sentence encoding over strings and tensors."""
