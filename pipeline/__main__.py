"""`python -m pipeline` is `duizhao`."""

from pipeline.cli import entry

entry()
