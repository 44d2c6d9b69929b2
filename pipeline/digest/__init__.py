"""Many reports side by side, topic by topic, each cell proved."""

from pipeline.digest.build import Cell, Digest, Figure, Report, digest

__all__ = ["Cell", "Digest", "Figure", "Report", "digest"]
