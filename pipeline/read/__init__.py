"""Readers: files and streams to Documents."""
