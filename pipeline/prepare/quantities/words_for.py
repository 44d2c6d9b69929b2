"""Words that stand for a lost figure: the runner-up for 第二名, tertiary for 第三次, his seventies for 七旬, 2:03:17."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from pipeline.document import Measure
from pipeline.prepare.quantities.numerals import ENGLISH_TENS

_RANKS = {
    1: r"primary|champions?|winners?|top spot|initial|foremost|premier",
    2: r"secondary|runners?-up|sophomore",
    3: r"tertiary",
    4: r"quaternary",
}


def rank(measure: Measure, target: str) -> Measure | None:
    """Primary, secondary and tertiary industry; the runner-up; 6G for 第六代."""
    if measure.kind != "ordinal" or measure.value != int(measure.value):
        return None
    words = [rf"\b(?:{_RANKS[int(measure.value)]})\b"] if measure.value in _RANKS else []
    if measure.unit == "代":
        words.append(rf"\b{measure.value}G\b")
    found = re.search("|".join(words), target, re.I) if words else None
    return None if found is None else _stand_in(found, measure)


_DECADE = "|".join(word[:-1] + "ies" for word in ENGLISH_TENS)
_AGE = re.compile(
    rf"\bin (?:his|her|their|its|my|your|our|the)(?: own)? (?:early |mid-?\s?|late )?(?P<n>{_DECADE}|[2-9]0['’]?s)\b",
    re.I,
)


def aged(source: Sequence[Measure], target: str, found: Sequence[Measure]) -> list[Measure]:
    """The English measures, with his seventies (which looks like a decade) as an age where the source has one."""
    ages = {m.value: m for m in source if m.kind in ("duration", "count") and m.upper is None}
    rest = list(found)
    for match in _AGE.finditer(target):
        word = match["n"].lower()
        years = Decimal(word[:2]) if word[0].isdigit() else Decimal(ENGLISH_TENS[word[:-3] + "y"])
        if years in ages:
            rest = [m for m in rest if m.end <= match.start("n") or m.start >= match.end("n")]
            rest.append(_stand_in(match, ages[years]))
    return sorted(rest, key=lambda m: m.start)


# -- hours, minutes and seconds ----------------------------------------------------------------------

_N = r"(\d{1,3})"
_LASTS = re.compile(rf"(?:{_N}(?:小时|时))?(?:{_N}分(?:钟)?)?(?:{_N}秒(?:(\d{{1,3}}))?)?")
_CLOCK = re.compile(
    r"(?<![\d:.])(?:(?P<h>\d{1,3}):(?=\d\d:))?(?P<m>\d{1,3}):(?P<s>\d\d)(?:\.(?P<f>\d{1,3}))?(?![\d:])"
)


def clocked(
    source: str, ours: Sequence[Measure], target: str, theirs: Sequence[Measure]
) -> tuple[list[Measure], list[Measure]]:
    """2小时03分17秒 and 2:03:17 as one length of time each; only those that agree to the last digit."""
    ours, theirs = list(ours), list(theirs)
    free = list(_CLOCK.finditer(target)) if ":" in target and "分" in source else []
    for lasts in _LASTS.finditer(source) if free else ():
        clock = next((c for c in free if _parts(lasts) >= 2 and _seconds(c) == _length(lasts)), None)
        if clock is None:
            continue
        free.remove(clock)
        value = _length(lasts)
        ours = _replaced(ours, lasts, value)
        theirs = _replaced(theirs, clock, value)
    return ours, theirs


def _parts(lasts: re.Match[str]) -> int:
    return sum(lasts[i] is not None for i in (1, 2, 3))


def _length(lasts: re.Match[str]) -> Decimal:
    hours, minutes, seconds, part = (lasts[i] or "0" for i in (1, 2, 3, 4))
    return 3600 * Decimal(hours) + 60 * Decimal(minutes) + Decimal(f"{seconds}.{part}")


def _seconds(clock: re.Match[str]) -> Decimal:
    return (
        3600 * Decimal(clock["h"] or 0)
        + 60 * Decimal(clock["m"])
        + Decimal(f"{clock['s']}.{clock['f'] or 0}")
    )


def _replaced(measures: Sequence[Measure], found: re.Match[str], value: Decimal) -> list[Measure]:
    rest = [m for m in measures if m.end <= found.start() or m.start >= found.end()]
    whole = Measure(
        start=found.start(), end=found.end(), text=found[0], kind="duration", value=value, unit="秒"
    )
    return sorted([*rest, whole], key=lambda m: m.start)


# -- operations a second ---------------------------------------------------------------------------

_FLOPS = re.compile(r"[ -]?(?P<size>[TPEZ]|tera|peta|exa|zetta)-?(?:flops?)(?:/s)?\b", re.I)
_SIZES = {"t": 10**12, "p": 10**15, "e": 10**18, "z": 10**21}


def operations(source: str, target: str, theirs: Sequence[Measure]) -> list[Measure]:
    """4.7 EFLOPS for 4.7百亿亿次, where the source writes the operations out."""
    if "次" not in source or not _FLOPS.search(target) or re.search("flops", source, re.I):
        return list(theirs)
    return [
        replace(m, value=m.value * _SIZES[size["size"][0].lower()], end=size.end(), text=f"{m.text}{size[0]}")
        if m.kind == "count" and (size := _FLOPS.match(target, m.end))
        else m
        for m in theirs
    ]


def _stand_in(found: re.Match[str], measure: Measure) -> Measure:
    return replace(measure, start=found.start(), end=found.end(), text=found[0])
