"""Claims that a report derives from its own figures, recomputed: 659 to 65 is a cut of over 90 %."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from pipeline.check.base import Check, Finding, Pair
from pipeline.document import Document, Measure
from pipeline.prepare.quantities.units import BY_ID


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A figure that follows from others: what the text states, what its figures give, and whether both agree."""

    text: str
    rule: str
    start: int
    end: int
    stated: Measure
    computed: Decimal
    holds: bool


_FELL = re.compile(r"减|降|缩|压|精简|整合|归并|合并|回落|下调|撤并|优化|重组")
_ROSE = re.compile(r"增|升|提高|扩|涨|上调|提升|翻|发展|增长")
_CHANGE = re.compile(
    r"^[^，。；、]{0,14}?(?:减|降|缩|压|简|合|并|落|调|增|升|提高|扩|涨|发展|增长|组|化)[^，。；]{0,6}?[到至为]$"
)
_RATE = re.compile(
    r"[，,]?(?:总体|平均|共|累计|同比|机构|编制)?(?:下降|减少|精简|压缩|压减|降低|降幅|增长|增幅|提高|上升|增加|缩短|节约|节省|减幅|缩减|提升|扩大|精简率|压减率)"
    r"(?:比例|幅度|率)?(?:了|达到?|约|为|近)*"
)
_SHARE = re.compile(
    r"占(?:总数|总量|全部|全省|全市|全国|总额|其中|全县|总人数|比)?[^，。；\d]{0,10}(?:的|达到?|为|比)?$"
)
_TOTAL = re.compile(r"(?:共|总|全部|合计|累计)[^，。；\d]{0,8}$")
_DIFFERENCE = re.compile(r"^[^。；]{0,10}?(?:减少|精简|压减|增加|净减|净增|提高|缩短|下降|上升|降低)了?$")


def claims(text: str, measures: Sequence[Measure]) -> tuple[Claim, ...]:
    """Every claim of a Simplified text that its own figures decide."""
    return (*_changes(text, measures), *_shares(text, measures))


def document_claims(document: Document) -> tuple[tuple[str, Claim], ...]:
    """The claims of a document, with the segment that each stands in."""
    by_segment: dict[str, list[Measure]] = {}
    for quantity in document.quantities:
        if quantity.measure is not None:
            by_segment.setdefault(quantity.segment, []).append(quantity.measure)
    return tuple(
        (segment.id, claim)
        for segment in document.segments
        for claim in claims(segment.text, by_segment.get(segment.id, ()))
    )


def _changes(text: str, measures: Sequence[Measure]) -> Iterator[Claim]:
    """A … to B, followed by the cut or growth as a percentage, a multiple or a difference."""
    for i, (a, b) in enumerate(pairwise(measures)):
        if not _is_change(text, a, b) or not a.value or a.upper is not None or b.upper is not None:
            continue
        for later in measures[i + 2 : i + 4]:
            between = text[b.end : later.start]
            if len(between) > 16 or "；" in between or "。" in between:
                break
            if claim := _claim_of_change(text, a, b, later, between):
                yield claim
                break


def _is_change(text: str, a: Measure, b: Measure) -> bool:
    same = a.kind == b.kind and (a.unit == b.unit or a.kind == "count")
    return (
        same
        and a.kind not in ("date", "ordinal", "time")
        and _CHANGE.match(text[a.end : b.start]) is not None
    )


def _claim_of_change(text: str, a: Measure, b: Measure, later: Measure, between: str) -> Claim | None:
    if later.kind == "percent" and a.kind != "percent" and _RATE.fullmatch(between):
        computed = abs(b.value - a.value) / a.value * 100
    elif later.kind == "points" and a.kind == "percent" and _RATE.fullmatch(between):
        computed = abs(b.value - a.value)
    elif later.kind == "multiple" and b.value > a.value and _RATE.fullmatch(between):
        computed = b.value / a.value - (1 if later.unit == "+倍" else 0)
    elif later.kind == a.kind and later.unit == a.unit and _DIFFERENCE.match(between):
        computed = abs(b.value - a.value)
    else:
        return None
    return _claim(text, a.start, later, computed, rule="change")


def _shares(text: str, measures: Sequence[Measure]) -> Iterator[Claim]:
    """X of Y in all, 占 Z %: judged only where Y is said to be the total."""
    for i, stated in enumerate(measures):
        if stated.kind != "percent" or not i or not _SHARE.search(text[measures[i - 1].end : stated.start]):
            continue
        part = measures[i - 1]
        wholes = [
            m for m in measures[: i - 1]
            if m.kind == part.kind and m.value > part.value and m.unit == part.unit
            and _TOTAL.search(text[max(0, m.start - 10) : m.start]) and "其中" in text[m.end : part.start]
        ]  # fmt: skip
        if wholes and wholes[-1].value:
            whole = wholes[-1]
            yield _claim(text, whole.start, stated, part.value / whole.value * 100, rule="share")


def _claim(text: str, start: int, stated: Measure, computed: Decimal, *, rule: str) -> Claim:
    return Claim(
        text=text[start : stated.end],
        rule=rule,
        start=start,
        end=stated.end,
        stated=stated,
        computed=computed,
        holds=_holds(stated, computed),
    )


def _holds(stated: Measure, computed: Decimal) -> bool:
    """Whether what is stated is true of what was computed, within the digits that are printed."""
    value = stated.value * (BY_ID[stated.unit].factor if stated.unit in ("‰",) else 1)
    match stated.approximator:
        case "over" | "at_least":
            return computed >= value
        case "under" | "at_most":
            return computed <= value
        case "nearly":
            return value * Decimal("0.9") <= computed <= value
        case "about":
            return abs(computed - value) <= abs(value) / 10
        case _:
            return abs(computed - value) <= _printed(value)


def _printed(value: Decimal) -> Decimal:
    """One unit of the last digit: parts that were rounded before make the result differ by so much."""
    return Decimal(1).scaleb(min(0, int(value.as_tuple().exponent)))


def _derived(pair: Pair) -> Iterator[Finding]:
    if (
        "%" not in pair.source
        and "百分" not in pair.source
        and "倍" not in pair.source
        and "减少" not in pair.source
    ):
        return
    measures = [p.source for p in pair.pairings if p.source is not None]
    if len(measures) < 3:
        return
    for claim in claims(pair.source, sorted(measures, key=lambda m: m.start)):
        if not claim.holds:
            yield Finding(
                f"“{claim.text}”: the figures give {claim.computed:.4g}, the text says {claim.stated.text}"
            )


CHECKS = (
    Check(
        code="derived-claim",
        severity="warning",
        description="A percentage, multiple or difference does not follow from the figures beside it.",
        example=(
            "省直659个整合为65个，精简比例超过95%。",
            "659 were merged into 65, a cut of over 95 percent.",
        ),
        find=_derived,
    ),
)
