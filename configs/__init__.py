"""Shipped configuration: default.toml, profiles, glossaries and the registry of models."""
