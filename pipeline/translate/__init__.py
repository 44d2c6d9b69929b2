"""Requests, acceptance, the retry ladder and the translation memory."""
