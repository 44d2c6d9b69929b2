"""Aligning a text with an existing translation, sentence by sentence, with links of many to many."""
