"""Writes the large numbers of a Chinese sentence the way English writes them, for a model to copy."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.document import Measure
from pipeline.prepare.quantities import zh
from pipeline.prepare.quantities.numerals import CHINESE, DIGITS, chinese_value, exact, scale_of
from pipeline.traced import Change

_NUMBER = re.compile(rf"{zh.RUN.pattern}(?:(?P<more>有余|[多余])?\s?(?:(?!千[瓦克米伏卡赫])[万亿千百])+)?")
# A bare power of ten: 百亿元, 千亿级企业, 跨上万亿台阶. 数百亿 and 上百亿 are no figure, 百万 is read well.
_POWER = rf"(?:(?<![{CHINESE}\d\s数几多余每上])|(?<=[跨迈登站]上))(?:[十百千]?亿|[百千]?万亿|十万亿|千万)"
_GRADE = re.compile(
    rf"(?P<power>{_POWER})(?=元?(?:级|台阶|大关|关口|规模|俱乐部|产业|集群|园区|企业|工程|项目|县|强))"
)
_POWERS = re.compile(_POWER)
_PERCENT = re.compile(rf"百分之(?P<n>{zh.RUN.pattern})")


@dataclass(frozen=True, slots=True)
class Rewritten:
    """The text to send to a model and the changes that led to it, in offsets of the text before."""

    text: str
    changes: tuple[Change, ...]


def rewrite_numbers(text: str) -> str:
    """2.7万个 to 27,000个, 3.68万亿元 to 3.68 trillion元, 二十三万五千 to 235,000; the rest as it is."""
    return rewrite(text).text


def rewrite(text: str) -> Rewritten:
    """As `rewrite_numbers`, with every change. Ordinals and small Chinese numerals stay.

    Of dates, those that count from 1912 are written in the common era: 民国一百年四月 is 2011年4月.
    """
    flat, changes = zh.plain(text), list[Change]()
    measures = zh.measures(text)
    for measure in measures:
        changes += _changes(flat, measure)
    changes = sorted([*changes, *_grades(flat, measures)], key=lambda change: change.start)
    parts, done = [], 0
    for change in changes:
        parts += [text[done : change.start], change.after]
        done = change.end
    return Rewritten("".join([*parts, text[done:]]), tuple(changes))


def english_figure(value: Decimal) -> str:
    """27,000; 320 million; 3.68 trillion: a scale word where at most three decimals remain."""
    for name, size in (("trillion", 10**12), ("billion", 10**9), ("million", 10**6)):
        if value >= size and (value / size * 1000) % 1 == 0:
            return f"{exact(value / size):,f} {name}"
    return f"{exact(value):,f}"


def _changes(text: str, measure: Measure) -> list[Change]:
    if measure.kind == "date":
        return _date(text, measure)
    if measure.kind in ("ordinal", "document", "time"):
        return []
    if "分之" in text[measure.start : measure.end]:
        return _percent(text, measure)
    numbers = list(_NUMBER.finditer(text, measure.start, measure.end))
    values = [measure.value] if measure.upper is None else [measure.value, measure.upper]
    if len(numbers) != len(values):
        return []
    changes = []
    for number, value in zip(numbers, values, strict=True):
        power = measure.approximator != "about" and _POWERS.fullmatch(text, *number.span())
        if (value >= 1000 and (_needs_writing(number[0]) or power)) or "点" in number[0]:
            changes.append(
                Change(number.start(), number.end(), english_figure(value) + (number["more"] or ""))
            )
    # 3—5万: what is written out once must be written out twice.
    if len(values) == 2 and len(changes) == 1 and numbers[0][0].isdigit() and measure.value >= 1000:
        changes.insert(0, Change(numbers[0].start(), numbers[0].end(), english_figure(measure.value)))
    return changes


def _grades(text: str, measures: Sequence[Measure]) -> Iterator[Change]:
    """千亿级 is 100 billion级: a grade is no quantity, but a model takes it for another power of ten."""
    for found in _GRADE.finditer(text):
        if any(m.start < found.end() and found.start() < m.end for m in measures):
            continue
        yield Change(*found.span("power"), english_figure(scale_of(found["power"])))


_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
# 民国一百年, and 一百年四月 in its company; 18年5月 and 二〇一八年 are read well.
_REPUBLIC = re.compile(rf"(?:(?:中华|中華)?民[国國]\s?(?:\d|[{CHINESE}])+|[{CHINESE}]{{2,7}})\s?年")


def _date(text: str, measure: Measure) -> list[Change]:
    """民国一百年四月二十九日 is 2011年4月29日."""
    start = measure.start - 2 * (text[max(0, measure.start - 2) : measure.start] in ("中华", "中華"))
    parts, found = _DATE.fullmatch(measure.date), _REPUBLIC.match(text, start, measure.end)
    if measure.upper is not None or not parts or not found:
        return []
    if chinese_value(found[0].removesuffix("年").strip()) == measure.value:
        return []
    written = "".join(f"{int(n)}{unit}" for n, unit in zip(parts.groups(), "年月日", strict=True) if n)
    return [Change(start, measure.end, written + "度" * text[: measure.end].endswith("年度"))]


def _needs_writing(number: str) -> bool:
    """Whether the number has digits and Chinese scales: 12345 can be copied, 百万 and 数千 stay."""
    return (
        re.search(rf"[\d{''.join(DIGITS)}]", number) is not None and re.fullmatch(r"[\d,.]+", number) is None
    )


def _percent(text: str, measure: Measure) -> list[Change]:
    """百分之三点五 is 3.5%."""
    values = [chinese_value(found["n"]) for found in _PERCENT.finditer(text, measure.start, measure.end)]
    return [
        Change(found.start(), found.end(), f"{exact(value):f}%")
        for found, value in zip(_PERCENT.finditer(text, measure.start, measure.end), values, strict=True)
        if value is not None
    ]
