"""XLIFF and TMX as input: both sides of every unit, or their Chinese side alone."""

from __future__ import annotations

from pipeline.config import ReadConfig
from pipeline.read.archive import parse_xml
from pipeline.read.bilingual import Bitext, pairs_in


def extract(data: bytes, path: str, config: ReadConfig) -> Bitext:
    """All units of a file, in their order."""
    return Bitext(tuple(pairs_in(parse_xml(data, path, config), path)))
