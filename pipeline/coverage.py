"""Where every character of the original went: translated, pending, removed, white space, or lost."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.document import Coverage, Document

_Mask = NDArray[np.bool_]


def coverage(document: Document) -> Coverage:
    """Count each character of the original once.

    A character that an edit deleted is removed, wherever it stands; else it belongs to its
    segment, white space included; else it is white space between segments; else unaccounted.
    """
    n = len(document.original)
    removed = _removed(document, n)
    translated = _mask(n, ((s.start, s.end) for s in document.segments if s.target is not None)) & ~removed
    pending = _mask(n, ((s.start, s.end) for s in document.segments if s.target is None))
    pending &= ~(removed | translated)
    space = _spaces(document.original) & ~(removed | translated | pending)
    counts = [int(mask.sum()) for mask in (translated, pending, removed, space)]
    return Coverage(
        characters=n,
        translated=counts[0],
        pending=counts[1],
        removed=counts[2],
        whitespace=counts[3],
        unaccounted=n - sum(counts),
    )


def _removed(document: Document, n: int) -> _Mask:
    """What edits deleted and the working text does not hold any more."""
    deletions = [e for e in document.edits if e.before != e.after and not e.after.strip()]
    gone = _mask(n, ((e.start, e.end) for e in deletions))
    text = document.text
    if not len(text):
        return gone
    solid = np.array([not c.isspace() for c in text.text], dtype=bool)
    starts, ends = (np.frombuffer(places, dtype=np.uintc)[solid] for places in (text.starts, text.ends))
    return gone & ~_runs(n, starts, ends)


def _mask(n: int, spans: Iterable[tuple[int, int]]) -> _Mask:
    pairs = np.array([span for span in spans if 0 <= span[0] < span[1] <= n], dtype=np.int64).reshape(-1, 2)
    return _runs(n, pairs[:, 0], pairs[:, 1])


def _runs(n: int, starts: NDArray[np.integer[Any]], ends: NDArray[np.integer[Any]]) -> _Mask:
    """True wherever some span covers the place."""
    steps = np.zeros(n + 1, dtype=np.int64)
    np.add.at(steps, starts, 1)
    np.add.at(steps, ends, -1)
    covered: _Mask = np.cumsum(steps)[:n] > 0
    return covered


def _spaces(text: str) -> _Mask:
    return np.fromiter((c.isspace() for c in text), dtype=bool, count=len(text))
