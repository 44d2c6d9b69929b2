"""A text told as a list of so many lines: for bulletins and other texts that tell many things."""

from __future__ import annotations

from models.base import Encoder
from pipeline.document import BriefLine, Document
from pipeline.summarise.headline import Headliner
from pipeline.summarise.salience import rank
from pipeline.summarise.selection import Selector
from pipeline.summarise.statements import find_statements


def tell_list(document: Document, *, count: int, encoder: Encoder | None = None) -> list[BriefLine]:
    """The statements that say most that is new, cut to their first clauses, in order."""
    ranking = rank(document, find_statements(document), encoder=encoder)
    selector = Selector(ranking)
    chosen: list[int] = []
    while len(chosen) < count and (best := selector.best(range(len(ranking.statements)))) is not None:
        chosen.append(selector.take(best))
    headliner = Headliner([statement.text for statement in ranking.statements])
    lines = []
    for i in sorted(chosen):
        statement = ranking.statements[i]
        names = tuple(segment.id for segment in statement.segments)
        lines.append(
            BriefLine(zh=headliner.shorten(statement.text), en="", segments=names, method="compress")
        )
    return lines
