"""No figure may change: the ledger of a segment read as findings."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from pipeline.check.base import Check, Finding, Pair
from pipeline.document import Measure, Severity
from pipeline.prepare.quantities.match import Pairing, exchangeable, may_be_one, roles_agree

_DATES = ("date", "time")


def _changed(pairings: tuple[Pairing, ...]) -> list[tuple[Measure, Measure]]:
    """Each lost quantity with an invented one that could stand in its place, each used once."""
    lost = [p.source for p in pairings if p.verdict == "missing" and p.source is not None]
    new = [p.target for p in pairings if p.verdict == "extra" and p.target is not None]
    changed = []
    for measure in sorted(lost, key=lambda m: _soft(m, pairings)):
        kind = measure.kind if _soft(measure, pairings) else None
        stand_in = next((o for o in new if may_be_one(measure, o) and kind in (None, o.kind)), None)
        if stand_in is not None:
            new.remove(stand_in)
            changed.append((measure, stand_in))
    return changed


def _soft(measure: Measure, pairings: tuple[Pairing, ...]) -> bool:
    """What translators leave out with reason: 两家 after two names, a year said a second time."""
    if measure.value <= 2 and measure.kind == "count" and not measure.text[0].isdigit():
        return True
    return any(
        p.verdict == "proven" and p.source is not None
        and (p.source.kind, p.source.value, p.source.date) == (measure.kind, measure.value, measure.date)
        for p in pairings
    )  # fmt: skip


def _numbers(pair: Pair) -> Iterator[Finding]:
    yield from _verdicts(pair, dates=False)


def _dates(pair: Pair) -> Iterator[Finding]:
    yield from _verdicts(pair, dates=True)


def _verdicts(pair: Pair, *, dates: bool) -> Iterator[Finding]:
    if all(p.verdict in ("proven", "approximator") for p in pair.pairings):
        return
    changed = [(a, b) for a, b in _changed(pair.pairings) if a.kind != "document"]
    for a, b in changed:
        if (a.kind in _DATES) == dates:
            soft = "warning" if _soft(a, pair.pairings) else None
            yield Finding(f"the source says {a.text}, the translation {b.text}", (b.start, b.end), soft)  # type: ignore[arg-type]
    lost, new = {id(a) for a, _ in changed}, {id(b) for _, b in changed}
    for p in pair.pairings:
        if p.verdict == "missing" and p.source is not None and id(p.source) not in lost and p.source.kind != "document":
            if (p.source.kind in _DATES) == dates:
                what = "has no year there" if p.target is not None else "is not in the translation"
                yield Finding(f"{p.source.text} {what}", None, _lost_severity(p.source, pair.pairings))
        elif p.verdict == "extra" and p.target is not None and id(p.target) not in new:
            if (p.target.kind in _DATES) == dates:
                span = p.target.start, p.target.end
                yield Finding(f"{p.target.text} is not in the source", span, _new_severity(p.target))


def _lost_severity(measure: Measure, pairings: tuple[Pairing, ...]) -> Severity:
    """Without a figure in its place a lost one is a warning; ordinals and small words are often implied."""
    spelled = not any(c.isdigit() for c in measure.text)
    implied = (measure.kind == "ordinal" or spelled) and measure.value <= 3
    return "info" if implied or _soft(measure, pairings) else "warning"


def _new_severity(measure: Measure) -> Severity:
    return "info" if measure.kind == "ordinal" and measure.value <= 10 else "warning"


def _magnitude(pair: Pair) -> Iterator[Finding]:
    for p in pair.pairings:
        if p.verdict == "magnitude" and p.source is not None and p.target is not None:
            yield Finding(
                f"{p.source.text} is {p.source.value:,f}, the translation says {p.target.value:,f}",
                (p.target.start, p.target.end),
            )


def _approximator(pair: Pair) -> Iterator[Finding]:
    for p in pair.pairings:
        if p.verdict == "approximator" and p.source is not None and p.target is not None:
            what = "lost" if p.target.approximator is None else "invented" if p.source.approximator is None else "changed"
            span = p.target.start, p.target.end
            yield Finding(f"approximation {what}: {p.source.text} is translated as {p.target.text}", span)


def _documents(pair: Pair) -> Iterator[Finding]:
    for p in pair.pairings:
        if p.verdict == "missing" and p.source is not None and p.source.kind == "document":
            yield Finding(f"document symbol {p.source.text} is not in the translation")


def _order(pair: Pair) -> Iterator[Finding]:
    """Two figures of one kind in another order: perhaps swapped, perhaps only another word order."""
    proven = [p for p in pair.pairings if p.verdict == "proven" and p.source and p.target and p.target.text != "a"]
    for p in proven:
        if not roles_agree(p.source, p.target):  # type: ignore[arg-type]
            yield Finding(f"{p.source.text} is called {p.target.unit} {p.target.text}", (p.target.start, p.target.end))  # type: ignore[union-attr]
    for a, b in combinations(proven, 2):
        if _inverted(a, b) and exchangeable(a, b):
            yield Finding(
                f"{a.source.text} and {b.source.text} stand in the opposite order: see that they were not swapped",  # type: ignore[union-attr]
                (b.target.start, a.target.end),  # type: ignore[union-attr]
            )
            return


def _inverted(a: Pairing, b: Pairing) -> bool:
    if a.source is None or a.target is None or b.source is None or b.target is None:
        return False
    return a.source.value != b.source.value and b.target.start < a.target.start


CHECKS = (
    Check(
        code="number",
        severity="error",
        description="A figure was changed, lost or invented.",
        example=("新增就业65万人。", "A total of 560,000 urban jobs were created."),
        find=_numbers,
    ),
    Check(
        code="date",
        severity="error",
        description="A date or time was changed, lost or invented.",
        example=("2018年10月13日印发。", "It was issued on October 31, 2018."),
        find=_dates,
    ),
    Check(
        code="magnitude",
        severity="error",
        description="A figure is off by a power of ten (万 and 亿 misread).",
        example=("投资5亿元。", "The investment was 5 million yuan."),
        find=_magnitude,
    ),
    Check(
        code="approximator",
        severity="warning",
        description="An approximation (近, 约, 余, 超过, 不足, 以上, 以内) was lost, invented or turned around.",
        example=("涉及近3000名干部。", "It involved 3,000 officials."),
        find=_approximator,
    ),
    Check(
        code="document-symbol",
        severity="error",
        description="A document symbol such as 国办发〔2019〕4号 was changed or lost.",
        example=("依据国办发〔2019〕4号文件。", "In accordance with the document (2019) No. 14."),
        find=_documents,
    ),
    Check(
        code="number-order",
        severity="warning",
        description="Two figures of one kind changed places and may have been swapped.",
        example=("深入39个县、59个乡镇。", "They visited 59 counties and 39 townships."),
        find=_order,
    ),
)
