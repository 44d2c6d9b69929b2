"""Bilingual files bring their own units: the outline is found, the units stay as they are.

What a translator's tool cut into units is what its translations belong to. So such a document gets
sections, but no sentences of ours.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.document import Document, Segment
from pipeline.prepare.sections import find_sections, plain_words
from pipeline.prepare.sentences import split_sentences
from pipeline.prepare.units import span_of
from pipeline.read.bilingual import UNIT


def has_units(document: Document) -> bool:
    """Whether the segments of a document are those of the file that it was read from."""
    marked = [UNIT in dict(block.place) for block in document.blocks]
    return bool(document.segments and marked) and all(marked)


def outlined(document: Document) -> Document:
    """`find_sections`, after which given units are still there, each in its section."""
    found = find_sections(document)
    if not has_units(document):
        return found
    return replace(found, segments=tuple(_placed(document, found.segments)))


def separated(document: Document, *, max_characters: int = 400) -> Document:
    """`split_sentences`, except for given units."""
    return document if has_units(document) else split_sentences(document, max_characters=max_characters)


def _placed(document: Document, rough: Sequence[Segment]) -> Iterator[Segment]:
    """The given units with their clean text, and what the outline says of their place."""
    starts = [one.start for one in rough]
    for unit in document.segments:
        first, last = span_of(document.text, unit.start, unit.end)
        # A unit that cleaning takes away as a whole keeps its words: its translation is there.
        text = plain_words(document.text.text[first:last]) or unit.source.strip()
        at = bisect_right(starts, document.text.origin(first, last)[0]) - 1
        near = rough[at] if at >= 0 else None
        whole = near is not None and near.start >= unit.start and near.end >= unit.start + _length(unit)
        yield replace(
            unit,
            text=text,
            section=near.section if near else None,
            kind=near.kind if near and whole and unit.kind == "sentence" else unit.kind,
            marker=near.marker if near and near.start >= unit.start else "",
        )


def _length(unit: Segment) -> int:
    return len(unit.source.rstrip())
