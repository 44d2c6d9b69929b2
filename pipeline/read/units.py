"""XLIFF and TMX as plain input: their Chinese side, a block a unit. `bilingual` keeps both sides."""

from __future__ import annotations

from pipeline.config import ReadConfig
from pipeline.read.bilingual import pairs
from pipeline.read.extraction import Extraction, Finding, paragraph


def extract(data: bytes, path: str, config: ReadConfig) -> Extraction:
    """The sources of all units; that there are targets too is a finding."""
    found = list(pairs(data, path, config))
    pieces = tuple(paragraph(pair.source, unit=pair.id or n) for n, pair in enumerate(found, 1))
    filled = sum(pair.target is not None for pair in found)
    message = f"{filled} units have a translation already, which was not read"
    return Extraction(pieces, "utf-8", findings=(Finding("targets", "warning", message),) if filled else ())
