"""Dates that say more than the source: a year or a month out of the air."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.check.base import Check, Finding, Pair
from pipeline.document import Measure

# The date as the ledger writes it: 2023-07-27, --07-27, ---27; 197X is a decade.
_YEAR = re.compile(r"(\d{4})")
_MONTH = re.compile(r"(?:\d{4}|-)-(\d{2})")


def _added(pair: Pair) -> Iterator[Finding]:
    known = [pairing.source for pairing in pair.pairings if pairing.source is not None]
    for pairing in pair.pairings:
        source, target = pairing.source, pairing.target
        if source is None or target is None or target.kind != "date":
            continue
        if source.kind == "duration" and source.unit != "岁" and target.date.endswith("X"):
            yield _finding(target, f"{source.text} is a length of time, “{target.text}” a decade")
        elif source.kind == "date":
            for name, pattern in (("year", _YEAR), ("month", _MONTH)):
                part = pattern.match(target.date)
                if part and not pattern.match(source.date) and not _stands(part[1], known):
                    yield _finding(target, f"the {name} of “{target.text}” is not in {source.text}")


def _stands(part: str, known: list[Measure]) -> bool:
    """Whether the year or month is a number of the source somewhere else (2018年…，10月至次年3月)."""
    return any(part in measure.date or measure.value == int(part) for measure in known)


def _finding(target: Measure, message: str) -> Finding:
    return Finding(message, (target.start, target.end))


CHECKS = (
    Check(
        code="date-detail",
        severity="warning",
        description="A date has a year or month that the source does not give.",
        example=("27日召开会议。", "A meeting was held on July 27, 2023."),
        find=_added,
    ),
)
