"""Quantities of both languages: exact values found in a text, paired, and written for a model.

`zh.measures` and `en.measures` read, `match.compare` pairs, `rewrite.rewrite_numbers` writes, and
`find_quantities` is the step that lists the quantities of a document.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace

from pipeline.document import Document, Measure, Quantity, Segment
from pipeline.prepare.quantities import zh

__all__ = ["find_quantities", "measures_of"]

_NUMBERED = re.compile(r"\d{1,2}(?:[.．]\d{1,2})*[.．、)）]?")


def find_quantities(document: Document) -> Document:
    """List the quantities of every segment, with their places in the original."""
    quantities: list[Quantity] = []
    for segment in document.segments:
        at = _place(document, segment)
        for measure in measures_of(segment):
            start, end = _origin(document, segment, measure, at)
            quantities.append(
                Quantity(
                    id=f"q{len(quantities) + 1}", segment=segment.id, measure=measure, start=start, end=end
                )
            )
    return replace(document, quantities=tuple(quantities))


def measures_of(segment: Segment) -> tuple[Measure, ...]:
    """The quantities of a segment; the figures of its own numbering (4.2, 3.) are none."""
    marker = segment.marker
    if not _NUMBERED.fullmatch(marker) or not segment.text.startswith(marker):
        return zh.measures(segment.text)
    n = len(marker)
    return tuple(replace(m, start=m.start + n, end=m.end + n) for m in zh.measures(segment.text[n:]))


def _place(document: Document, segment: Segment) -> int:
    """Where the text of a segment begins in the working text; -1 where it does not stand there.

    A segment's text is a slice of the working text, so it begins at or near the first character
    that comes from the segment's start; removed glosses and stripped blanks shift it a little.
    """
    first = bisect_left(document.text.starts, segment.start)
    after = bisect_left(document.text.starts, segment.end)
    return document.text.text.find(segment.text, first, after)


def _origin(document: Document, segment: Segment, measure: Measure, at: int) -> tuple[int, int]:
    """The span of a measure in the original; the whole segment where its place is unknown."""
    if at < 0:
        return segment.start, segment.end
    return document.text.origin(at + measure.start, at + measure.end)
