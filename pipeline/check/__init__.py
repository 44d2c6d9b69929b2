"""Checks: one module each, and their registry."""
