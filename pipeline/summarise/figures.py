"""The key figures of a brief."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.document import BriefLine, Document, Quantity

# Kinds of figures that a reader looks for, best first; dates and numbers of papers are none.
_FIGURE_KINDS = (
    "money", "percent", "points", "multiple", "ratio", "count", "area", "energy", "mass", "length",
)  # fmt: skip
_MANY = 100
_COUNTS = _FIGURE_KINDS.index("count")


def key_figures(document: Document, lines: Sequence[BriefLine], limit: int) -> list[str]:
    """Ids of the figures that the brief quotes, then of others, in the order of the text.

    Where there are too many, money and shares go before counts, and greater numbers before small.
    """
    quoted = {name for line in lines for name in line.segments}
    known = {q.measure.text: q for q in reversed(document.quantities) if q.measure and is_key(q)}
    ranked = sorted(known.values(), key=lambda q: (q.segment not in quoted, *_weight(q)))
    chosen = {q.id for q in ranked[:limit]}
    return [q.id for q in document.quantities if q.id in chosen]


def is_key(quantity: Quantity) -> bool:
    """Figures with digits; the small ones that are written as words belong to names (三项制度)."""
    measure = quantity.measure
    if measure is None or measure.kind not in _FIGURE_KINDS:
        return False
    return measure.kind != "count" or any(c.isdecimal() for c in measure.text) or measure.value >= _MANY


def _weight(quantity: Quantity) -> tuple[int, float]:
    if quantity.measure is None:
        return len(_FIGURE_KINDS), 0.0
    kind = _FIGURE_KINDS.index(quantity.measure.kind)
    return (kind if kind < _COUNTS else _COUNTS), -float(abs(quantity.measure.value))
