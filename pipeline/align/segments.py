"""Segments whose bounds change: joined with a neighbour, still traced into the original."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from typing import Any

from pipeline.document import Document, Segment
from pipeline.errors import InputError


def joined(frame: Document, first: Segment, second: Segment) -> Segment:
    """Both as one, from the beginning of the first to the end of the second; the first's id and kind.

    Raises:  InputError: their texts do not stand in the working text.
    """
    start, end = min(first.start, second.start), max(first.end, second.end)
    targets = [part for part in (first.target, second.target) if part]
    return replace(
        first if first.text else replace(second, id=first.id),
        start=start,
        end=end,
        source=frame.original[start:end],
        text=_between(frame, first, second),
        target=" ".join(targets) if targets else None,
        **unproven(first, second),
    )


def _between(frame: Document, first: Segment, second: Segment) -> str:
    """The working text from one segment through the next; it may hold a line break between them."""
    if not first.text or not second.text:
        return first.text or second.text
    text = frame.text.text
    at = place_of(frame, first)
    to = place_of(frame, second)
    if at < 0 or to < 0:
        raise InputError(f"segments {first.id} and {second.id} cannot be found in the text")
    return text[at : to + len(second.text)]


def place_of(frame: Document, segment: Segment) -> int:
    """Where a segment's text begins in the working text, -1 where it does not stand there."""
    first = bisect_left(frame.text.starts, segment.start)
    return frame.text.text.find(segment.text, first, bisect_left(frame.text.starts, segment.end))


def unproven(*parents: Segment) -> dict[str, Any]:
    """What is not known any more of a segment whose words changed; a person's words stay a person's."""
    human = all(p.origin == "human" for p in parents if p.target)
    has_target = any(p.target for p in parents)
    return {
        "score": None,
        "rung": None,
        "alternatives": (),
        "state": "translated" if has_target else "initial",
        "origin": ("human" if human else "mt") if has_target else None,
    }
