"""When things happened: the date that a statement is sorted by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.document import Document
from pipeline.summarise.statements import Statement


@dataclass(frozen=True, slots=True)
class Dated:
    """A date as it stands in the text, and what it is sorted by: with the year that was named last."""

    date: str
    order: str


def first_dates(document: Document, statements: Sequence[Statement]) -> dict[int, Dated]:
    """The first date of each statement that has one."""
    dates: dict[str, list[str]] = {}
    for quantity in document.quantities:
        measure = quantity.measure
        if measure is not None and measure.kind == "date" and measure.date:
            dates.setdefault(quantity.segment, []).append(measure.date)
    year, found = "", dict[int, Dated]()
    for i, statement in enumerate(statements):
        for date in (date for segment in statement.segments for date in dates.get(segment.id, ())):
            if not date.startswith("-"):
                year = date[:4]
            order = date if not date.startswith("-") else f"{year or '0000'}{date[1:]}"
            found.setdefault(i, Dated(date, order))
    return found
