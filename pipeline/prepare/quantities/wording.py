"""Where the two languages say one quantity by two figures: 八折 is 20% off, 等47人 “and 46 others”, 112年度 2023."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from pipeline.document import Measure
from pipeline.prepare.quantities.numerals import english_words
from pipeline.prepare.quantities.words_for import aged, clocked, operations

_NOTHING = re.compile(
    r"\b(?:none|no|zero|nil|neither|nobody|nothing|not|without|never|nought|free)\b|n[’']t\b", re.I
)
_OFF = re.compile(
    r"[ -](?:off\b|(?:\w+ )?(?:discount|reduction|cut|markdown)|less\b|cheaper\b|lower\b|below\b)", re.I
)
_OFF_BEFORE = re.compile(
    r"(?:discount(?:ed)?|reduc\w+|cut|lower\w*|marked down|drop\w*)(?: \w+){0,2} (?:of|by) $", re.I
)
_CHANCE = re.compile(r"(?P<a>.+?)[\s-](?:in|out[ -]of)[\s-](?:every[\s-])?(?P<b>[\w,.]+)$", re.I | re.S)
_REPUBLIC = re.compile(r"(?P<n>\d{2,3})年(?:度|底|初|间)?$")
_TAIWAN = re.compile(
    r"台湾|臺灣|新台币|民国|立法院|行政院|监察院|考试院|司法院|立委|国防部主计|台[北中南]|卫生福利部|经济部|内政部|国发会"
)
_OTHERS = re.compile(r"\s(?:(?!and|or)\w+\s)?others?\b|\sother\s", re.I)
_AND_MORE = re.compile(r"(?P<names>[^，。；：！？\s]*)等$")
_LOST = re.compile(r"负|输|不敌|落后|告负|惜败|失利|败给|败于|告败|落败|惨败|完败")


def reworded(
    source: str, measures: Sequence[Measure], target: str, found: Sequence[Measure]
) -> tuple[list[Measure], list[Measure]]:
    """The quantities of both sides with those that are worded otherwise read as the other side says them."""
    ours, theirs = list(measures), list(found)
    if any(m.unit == "折" for m in ours):
        theirs = [_whole_price(target, m) for m in theirs]
    if any(m.kind == "date" for m in theirs):
        ours = [_of_the_republic(source, m, theirs) for m in ours]
    if ours and " in " in target:
        theirs = aged(ours, target, theirs)
    ours, theirs = clocked(source, ours, target, theirs)
    theirs = operations(source, target, theirs)
    if "等" in source:
        theirs = [_with_named(source, ours, target, m) for m in theirs]
    if any(_is_ratio(m) for m in (*ours, *theirs)):
        ours, theirs = _ratios(source, ours, theirs)
    return ours, theirs


def nothing(measure: Measure, target: str, *, taken: int) -> Measure | None:
    """“None against” for 0票反对: the word after the `taken` that stand for other zeros."""
    if measure.value != 0 or measure.upper is not None:
        return None
    words = list(_NOTHING.finditer(target))
    if taken >= len(words):
        return None
    word = words[taken]
    return Measure(start=word.start(), end=word.end(), text=word[0], kind="count", value=Decimal(0))


def _whole_price(target: str, measure: Measure) -> Measure:
    """20% off leaves 80 %."""
    if measure.kind != "percent" or not 0 < measure.value < 100:
        return measure
    after = _OFF.match(target, measure.end)
    if not after and not _OFF_BEFORE.search(target, max(0, measure.start - 32), measure.start):
        return measure
    if measure.upper is None:
        return replace(measure, value=100 - measure.value)
    return replace(measure, value=100 - measure.upper, upper=100 - measure.value)


def _of_the_republic(source: str, measure: Measure, found: Sequence[Measure]) -> Measure:
    """112年度 is 2023 in a text from Taiwan; 98年 is 1998 where the translation says so."""
    year = _REPUBLIC.match(measure.text) if measure.kind in ("duration", "date") else None
    if year is None or measure.upper is not None:
        return measure
    n = int(year["n"])
    since = 1911 + n if n >= 60 and (n >= 100 or _TAIWAN.search(source)) else 1900 + n
    for value in dict.fromkeys((since, 1900 + n if n < 100 else since)):
        if any(m.kind == "date" and m.date[:4] == str(value) for m in found):
            return replace(measure, kind="date", value=Decimal(value), unit="", date=str(value))
    return measure


def _with_named(source: str, measures: Sequence[Measure], target: str, measure: Measure) -> Measure:
    """潘国梁等四十七人 is “Pan Guoliang and 46 others”: the count of the source holds those that are named."""
    if measure.kind != "count" or not _OTHERS.match(target, measure.end):
        return measure
    for ours in measures:
        named = _AND_MORE.search(source, max(0, ours.start - 60), ours.start)
        if named and 1 <= ours.value - measure.value <= 1 + len(re.findall("[、和与及]", named["names"])):
            return replace(measure, value=ours.value)
    return measure


# Ratios -----------------------------------------------------------------------------------------


def _is_ratio(measure: Measure) -> bool:
    return measure.kind == "ratio" and (measure.unit == ":" or _CHANCE.match(measure.text) is not None)


def _ratios(source: str, ours: list[Measure], theirs: list[Measure]) -> tuple[list[Measure], list[Measure]]:
    """3比2 as two figures where English says "30 compressions to 2 breaths", "three out of ten" for 十个里有三个.

    The score of a lost game is turned around, for English names the winner's goals first.
    """
    scores = {(m.value, m.upper) for m in theirs if m.unit == ":"}
    plain, ends = list[Measure](), list[Measure]()
    for m in ours:
        if m.unit != ":" or m.upper is None or (m.value, m.upper) in scores:
            plain.append(m)
        elif (m.upper, m.value) in scores and _LOST.search(source):
            plain.append(replace(m, value=m.upper, upper=m.value))
        elif _apart(m, theirs):
            ends += [
                replace(m, kind="count", unit="", upper=None, approximator=None),
                replace(
                    m, kind="count", unit="", value=m.upper, upper=None, start=m.end - 1, approximator=None
                ),
            ]
        else:
            plain.append(m)
    shares = {m.value for m in ours if m.kind in ("ratio", "multiple")} | {
        m.value / (1000 if m.unit == "‰" else 100) for m in ours if m.kind == "percent"
    }
    known = {(m.value, m.upper) for m in plain if m.unit == ":"}
    values = {value for m in ours for value in (m.value, m.upper)}
    articles = {m.value for m in ours if m.kind == "ordinal" and m.unit == "条"}
    values |= {
        m.upper for m in theirs if m.unit == ":" and m.value in articles
    }  # 第三十四条之二 is Article 34-2
    theirs = [part for m in theirs for part in (_votes(m) if _is_pair_of(m, known, values) else [m])]
    return [*plain, *ends], [end for m in theirs for end in _chance(m, shares)]


def _is_pair_of(
    measure: Measure, known: set[tuple[Decimal, Decimal | None]], values: set[Decimal | None]
) -> bool:
    """Whether "voted 53-44" is 53票 and 44票, no ratio of the source."""
    return (
        measure.unit == ":" and (measure.value, measure.upper) not in known
        and measure.value in values and measure.upper in values and bool(re.search("[-–]", measure.text))
    )  # fmt: skip


def _votes(measure: Measure) -> list[Measure]:
    first, last = re.split("[-–]", measure.text)[0], re.split("[-–]", measure.text)[-1]
    return [
        replace(measure, kind="count", unit="", upper=None, text=first, end=measure.start + len(first)),
        replace(
            measure, kind="count", unit="", upper=None, text=last,
            value=measure.upper or Decimal(0), start=measure.end - len(last),
        ),
    ]  # fmt: skip


def _apart(ratio: Measure, theirs: Sequence[Measure]) -> bool:
    """Whether both ends stand in the translation as figures of their own, in this order."""
    places = [m.start for m in theirs if m.value == ratio.value and m.upper is None]
    after = [m.start for m in theirs if m.value == ratio.upper and m.upper is None]
    ranges = [m for m in theirs if (m.value, m.upper) == (ratio.value, ratio.upper)]
    return bool(ranges) or any(a < b for a in places for b in after)


def _chance(measure: Measure, shares: set[Decimal]) -> list[Measure]:
    """One in three as one and three, unless the source has that share."""
    found = _CHANCE.match(measure.text) if measure.kind == "ratio" and measure.unit == "fraction" else None
    if found is None or any(abs(measure.value - share) <= Decimal("0.01") for share in shares):
        return [measure]
    top, bottom = _figure(found["a"]), _figure(found["b"])
    if top is None or bottom is None:
        return [measure]
    middle = measure.start + found.end("a")
    return [
        replace(measure, end=middle, text=found["a"], kind="count", unit="", value=top),
        replace(
            measure,
            start=measure.start + found.start("b"),
            text=found["b"],
            kind="count",
            unit="",
            value=bottom,
        ),
    ]


def _figure(text: str) -> Decimal | None:
    """The figure that ends a text: "more than one", "1,000"."""
    word = re.split(r"\s", text.strip(" .,"))[-1]
    if re.fullmatch(r"\d[\d,]*(?:\.\d+)?", word):
        return Decimal(word.replace(",", ""))
    read = english_words(word.lower(), 0)
    return read[0] if read else None
