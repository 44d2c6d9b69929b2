"""No figure may change: the ledger of a segment read as findings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations, pairwise

from pipeline.check.base import Check, Finding, Pair
from pipeline.check.swaps import Proven, alike, misplaced
from pipeline.document import Measure, Severity
from pipeline.prepare.quantities.match import (
    Pairing,
    crossed,
    exchangeable,
    levels_agree,
    may_be_one,
    roles_agree,
    unit_moved,
)
from pipeline.prepare.quantities.numerals import ONES, english_words

_DATES = ("date", "time")
# Swept on self-written pairs: at 1 a single word decides, as in “39 destinations in 30 countries”.
_MISPLACED = 1.0


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
    yield from _said_twice(pair)
    yield from _miswritten(pair)
    yield from _invented(pair)


_TWICE = re.compile(r"\b([a-z]+(?:-[a-z]+)?) \((\d{1,2})\)", re.I)


def _said_twice(pair: Pair) -> Iterator[Finding]:
    """Three (2) years: a number that is written twice and says two things."""
    for found in _TWICE.finditer(pair.target) if "(" in pair.target else ():
        words = english_words(found[1], 0)
        if words and words[1] == len(found[1]) and words[0] != int(found[2]):
            yield Finding(f"“{found[0]}” says two different numbers", found.span())


# 1th and 32th, and days that no month has: what is left where figures changed places.
_MISWRITTEN = re.compile(
    r"\d(?:(?<!1\d)(?:(?<=1)(?:nd|rd|th)|(?<=2)(?:st|rd|th)|(?<=3)(?:st|nd|th))|(?<=1[1-3])(?:st|nd|rd)|(?<=[04-9])(?:st|nd|rd))\b"
    r"|\b(?:January|February|March|April|May|June|July|August|September|October|November|December) "
    r"(?:3[2-9]|[4-9]\d)(?=[.;)]|, \d{4}|$)"
)


def _miswritten(pair: Pair) -> Iterator[Finding]:
    found = _MISWRITTEN.search(pair.target) if pair.pairings else None
    if found and found[0] not in pair.source:
        yield Finding(f"there is no “{found[0]}”: figures may have changed places", found.span(), "warning")


# A number word that counts things; one and two may stand for much, and 每旬 is every ten days.
_COUNTED = re.compile(
    r"\b(?P<n>three|four|five|six|seven|eight|nine|ten) (?!hundred|thousand|million|billion)(?P<other>other )?"
    r"(?:[a-z]+ ){0,2}?(?!(?:day|week|month|year|decade|hour|minute)s)[a-z]{3,}(?<![aiu])s\b",
    re.I,
)
_NUMERALS = ("", "", "", "三", "四", "五", "六", "七", "八", "九", "十", "十一")


def _invented(pair: Pair) -> Iterator[Finding]:
    """Five centers, where the source counts nothing by five, says no 五, and lists no five things."""
    if pair.kind == "heading":
        return
    for found in _COUNTED.finditer(pair.target):
        value = ONES.get(found["n"].lower(), 10)
        if not _may_count(pair, value) and not (found["other"] and _may_count(pair, value + 1)):
            yield Finding(f"{found[0]}: the source has no {value} of anything", found.span(), "warning")
            return


def _may_count(pair: Pair, value: int) -> bool:
    """Whether anything of the source may be that number: a figure, a numeral, or a list of so many."""
    stands = _NUMERALS[value] in pair.source or re.search(rf"(?<!\d){value}(?!\d)", pair.source)
    paired = any(p.source is not None and p.source.value == value for p in pair.pairings)
    listed = pair.source.count("、") + pair.source.count("和") + pair.source.count("，") + 1 >= value
    return bool(stands) or paired or listed


def _dates(pair: Pair) -> Iterator[Finding]:
    yield from _verdicts(pair, dates=True)


def _verdicts(pair: Pair, *, dates: bool) -> Iterator[Finding]:
    if all(p.verdict in ("proven", "approximator") for p in pair.pairings):
        return
    changed = [(a, b) for a, b in _changed(pair.pairings) if a.kind != "document"]
    for a, b in changed:
        if (a.kind in _DATES) == dates:
            # A plain figure that another one replaces is changed, even if it stands elsewhere as well.
            sure = a.value > 10 and a.kind not in (*_DATES, "ordinal") and a.kind == b.kind
            soft = "warning" if _soft(a, pair.pairings) and not sure else None
            yield Finding(f"the source says {a.text}, the translation {b.text}", (b.start, b.end), soft)  # type: ignore[arg-type]
    lost, new = {id(a) for a, _ in changed}, {id(b) for _, b in changed}
    for p in pair.pairings:
        if (
            p.verdict == "missing"
            and p.source is not None
            and id(p.source) not in lost
            and p.source.kind != "document"
        ):
            if (p.source.kind in _DATES) == dates:
                what = "is not whole there" if p.target is not None else "is not in the translation"
                yield Finding(f"{p.source.text} {what}", None, _lost_severity(p.source, pair.pairings))
        elif (
            p.verdict == "extra"
            and p.target is not None
            and id(p.target) not in new
            and (p.target.kind in _DATES) == dates
        ):
            span = p.target.start, p.target.end
            yield Finding(f"{p.target.text} is not in the source", span, _new_severity(p.target))


def _lost_severity(measure: Measure, pairings: tuple[Pairing, ...]) -> Severity:
    """A lost figure is an error; words for small numbers, dates and ordinals may be implied."""
    spelled = not any(c.isdigit() for c in measure.text)
    if _soft(measure, pairings) or (measure.value <= 3 and (spelled or measure.kind == "ordinal")):
        return "info"
    plain = spelled or measure.value <= 10 or measure.kind in (*_DATES, "ordinal", "ratio", "multiple")
    return "warning" if plain else "error"


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
            what = _approximation(p.source, p.target)
            span = p.target.start, p.target.end
            message = f"approximation {what}: {p.source.text} is translated as {p.target.text}"
            yield Finding(message, span, "error" if what == "lost" and _is_plain(p.source) else None)


def _is_plain(measure: Measure) -> bool:
    """Whether nothing but the number says 近, 约, 余, 超过; a term (六十日内) may be one without "within"."""
    return measure.value > 10 and measure.kind != "duration" and measure.approximator != "at_most"


def _approximation(source: Measure, target: Measure) -> str:
    if target.approximator is None:
        return "lost"
    return "invented" if source.approximator is None else "changed"


def _documents(pair: Pair) -> Iterator[Finding]:
    for p in pair.pairings:
        if p.verdict == "missing" and p.source is not None and p.source.kind == "document":
            yield Finding(f"document symbol {p.source.text} is not in the translation")


def _order(pair: Pair) -> Iterator[Finding]:
    """Two figures of one kind in another order: perhaps swapped, perhaps only another word order."""
    proven = [
        (p.source, p.target)
        for p in pair.pairings
        if p.verdict == "proven" and p.source is not None and p.target is not None
    ]
    yield from _misnamed(proven)
    told = set[int]()
    for look in (_swapped, _reversed, _misplaced, _inverted):
        for a, b in combinations(proven, 2):
            if {id(a[0]), id(b[0])} & told or not (finding := look(pair, a, b)):
                continue
            told |= {id(a[0]), id(b[0])}
            yield finding


def _misnamed(proven: list[Proven]) -> Iterator[Finding]:
    for source, target in proven:
        if not roles_agree(source, target):
            yield Finding(f"{source.text} is called {target.unit} {target.text}", (target.start, target.end))
    for a, b in pairwise(sorted(proven, key=lambda p: p[0].start)):
        if not levels_agree(a, b):
            message = f"{a[0].text}{b[0].text} is {a[1].unit} {a[1].text} and {b[1].unit} {b[1].text}"
            yield Finding(f"{message}: see that they were not swapped", _span(a, b))


def _swapped(pair: Pair, a: Proven, b: Proven) -> Finding | None:
    """Kinds or units that fit crosswise: sure."""
    if not crossed(a, b) and not unit_moved(a, b):
        return None
    message = f"{a[0].text} is {a[1].text} and {b[0].text} is {b[1].text}: they seem to be swapped"
    return Finding(message, _span(a, b), "error")


def _misplaced(pair: Pair, a: Proven, b: Proven) -> Finding | None:
    """Words that fit crosswise: likely."""
    if not alike(pair.source, a, b) or misplaced(pair.source, pair.target, a, b) < _MISPLACED:
        return None
    message = f"{a[1].text} and {b[1].text} seem to be swapped: each stands beside the other's words"
    return Finding(message, _span(a, b))


def _reversed(pair: Pair, a: Proven, b: Proven) -> Finding | None:
    """A range that runs backwards: sure."""
    if not _comes_first(b, a) or not _is_backwards(pair, a, b):
        return None
    return Finding(f"the range {a[0].text} to {b[0].text} runs backwards", _span(a, b), "error")


def _inverted(pair: Pair, a: Proven, b: Proven) -> Finding | None:
    """Another order: perhaps only another word order."""
    same = (a[0].value, a[0].date) == (b[0].value, b[0].date)
    if same or not _comes_first(b, a) or not exchangeable(a, b):
        return None
    message = f"{a[0].text} and {b[0].text} stand in the opposite order: see that they were not swapped"
    return Finding(message, _span(a, b))


_RANGE_ZH = re.compile(r"(?:开始)?\s?(?:至|到|[—–\-~～]{1,2})\s?")
_RANGE_EN = re.compile(r"\s?(?:[–—~-]|to|through|until|till)\s?(?:Articles?\s|the\s)?")


def _is_backwards(pair: Pair, a: Proven, b: Proven) -> bool:
    """第四条至第六条 as "Articles 6 to 4"."""
    return (
        (a[0].date, a[0].value) < (b[0].date, b[0].value)
        and _RANGE_ZH.fullmatch(pair.source, a[0].end, b[0].start) is not None
        and _RANGE_EN.fullmatch(pair.target, b[1].end, a[1].start) is not None
    )


def _span(a: Proven, b: Proven) -> tuple[int, int]:
    return min(a[1].start, b[1].start), max(a[1].end, b[1].end)


def _comes_first(a: tuple[Measure, Measure], b: tuple[Measure, Measure]) -> bool:
    """Whether the target of `a` stands before that of `b`; of the two ends of a range, the lower."""
    if (a[1].start, a[1].end) == (b[1].start, b[1].end) and a[0].start != b[0].start:
        return a[0].value < b[0].value
    return a[1].start < b[1].start


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
