"""Dates, periods and times of day in an English text."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from pipeline.document import Measure
from pipeline.prepare.quantities.numerals import ORDINALS

_MONTHS = {
    name[:3]: number
    for number, name in enumerate(
        "jan feb mar apr may jun jul aug sep oct nov dec".split(),
        start=1,
    )
}
_M = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?\.?|July?\.?|Aug(?:ust|\.)?|"
    r"Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)(?![a-z])"
)
_Y = r"(?:1[0-9]|20|21)\d\d(?![\d%]|,\d{3}|\.\d)"
_D = r"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?(?![\d%]|,\d{3}|\.\d|:\d)"
_TO = r"\s?(?:[–—-]|to|through|and|until|till)\s?"
# "from midnight on April 5 to 30 yuan" is no range of days
_COUNTABLE = (
    r"(?:percent|people|years|yuan|dollars|euros|pounds|yen|won|tons|tonnes|kilo\w+|met(?:er|re)s|degrees|points|units|"
    r"million|billion|thousand|hundred|months|weeks|hours|minutes|times|cents)\b"
)
_MONTH_FIRST = re.compile(
    rf"(?P<month>{_M})\s?(?P<day>{_D})(?:{_TO}(?P<day2>{_D})(?!\s?(?:{_M}|%|(?:\w+ ){{0,1}}{_COUNTABLE})))?(?:,?\s(?:of\s)?(?P<year>{_Y}))?"
)
_DAY_FIRST = re.compile(
    rf"(?P<day>{_D})(?:{_TO}(?P<day2>{_D}))?\s(?:of\s)?(?P<month>{_M})(?:,?\s(?P<year>{_Y}))?"
)
_MONTH = re.compile(rf"(?P<month>{_M})(?:,?\s(?:of\s)?(?P<year>{_Y}))?")
_ISO = re.compile(r"(?P<year>[12]\d{3})(?P<sep>[-/.])(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})(?!\d)")
_SLASHED = re.compile(r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>[12]\d{3})(?!\d)")
_YEAR = re.compile(
    rf"(?P<year>{_Y})(?:\s?(?:[–—-]|to|through|and)\s?(?P<to>{_Y}|\d\d(?!\d|\.\d|,\d)))?(?P<s>['’]?s\b)?"
)
# 2015th is an ordinal, 2,019 days are days, 2012 times the figure no year; "in 2019 dollars" remains a year.
_COUNTED = re.compile(
    r"(?:st|nd|rd|th)\b|[ -](?:hours?|days?|weeks?|months?|years?|minutes?|(?:kilo)?met(?:er|re)s?|miles?|(?:micro|milli|kilo)?grams?)\b"
    r"| times (?:the|as|that|those|more|higher|greater|larger)\b"
)
_SHORT_DECADE = re.compile(r"['’]?(?P<n>\d0)['’]?s\b")
_CENTURY = re.compile(
    rf"(?:(?P<n>\d{{1,2}})(?:st|nd|rd|th)|(?P<tens>twenty)[ -](?P<last>first|second)|(?P<word>{'|'.join(ORDINALS)}))[ -]century\b",
    re.I,
)
_QUARTER = re.compile(
    r"(?:Q(?P<q>[1-4])|(?P<n>first|second|third|fourth|last|1st|2nd|3rd|4th)[ -]quarter)(?:(?: of|,)? (?P<year>(?:19|20)\d\d))?",
    re.I,
)
_HALF = re.compile(
    r"(?P<n>first|second|last|latter|1st|2nd)[ -]half(?!\s(?:of the (?:match|game|\d|\w+teenth|\w+tieth)))(?: of (?:the )?(?:this |last |next )?(?:year )?(?P<year>(?:19|20)\d\d)?)?"
)
_NTH = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": 4}
_CLOCK = re.compile(
    r"(?P<hour>2[0-4]|[01]?\d)(?!\d)(?:[:.](?P<minute>[0-5]\d)(?!\d|%))?(?::[0-5]\d)?\s?(?P<half>[ap]\.?m\b\.?|o'clock|hours\b|hrs\b)?",
    re.I,
)
_CLOCK_WORD = re.compile(r"(?P<word>noon|midnight)\b", re.I)
# "may" and "march" are also words: as months they need company.
_MODAL = re.compile(
    r"(?:\b(?:in|of|since|until|till|from|to|by|last|this|early|late|mid|next|through|and|between|during|before|after|every|each|on|for|the|only|already|almost|just|was|is)[ -]|[-–,(]\s?)$",
    re.I,
)


_ERA = re.compile(
    r"(?:(?P<first>[1-9]\d{0,3})(?P<to>[–-]\d{1,4})? ?(?P<after>B\.?C\.?(?:E\b\.?)?|C\.?E\b\.?|A\.?D\b\.?))(?![A-Za-z])"
)
_AD = re.compile(r"\bA\.?D\.? $")
_ERA_YEAR = re.compile(r"(?P<first>[1-9]\d{0,2})(?![\d.,:%-]\d|\d)")
_MONTH_BEFORE = re.compile(rf"(?P<month>{_M})(?: (?P<day>{_D}))?,? (?:of |in )?(?:A\.?D\.? )?(?=\d)")


def _era(text: str, here: int) -> list[Measure]:
    """AD 79, 44 BC, and March 15, 44 BC."""
    month = _MONTH_BEFORE.match(text, here)
    at = month.end() if month else here
    if not text[at : at + 1].isdigit():
        return []
    found = _ERA.match(text, at) or (
        _ERA_YEAR.match(text, at) if _AD.search(text, max(0, at - 5), at) else None
    )
    if not found:
        return []
    before = found.re is _ERA and found["after"][0] == "B"
    iso = era_year(int(found["first"]), before=before)
    if month:
        iso += f"-{_MONTHS[month['month'][:3].lower()]:02d}" + (
            f"-{_day(month['day']):02d}" if month["day"] else ""
        )
    first = Measure(
        start=here, end=found.end(), text="", kind="date", value=Decimal(found["first"]), date=iso
    )
    if found.re is not _ERA or not found["to"]:
        return [first]
    last = found["to"][1:]
    later = replace(
        first, start=found.start("to") + 1, value=Decimal(last), date=era_year(int(last), before=before)
    )
    return [replace(first, end=found.start("to")), later]


def era_year(year: int, *, before: bool) -> str:
    """B0044 for 44 BC, 0079 for AD 79."""
    return f"{'B' if before else ''}{year:04d}"


def dates(text: str, here: int) -> list[Measure]:
    """The date, period or time of day that begins at `here`, if one does."""
    for reader in (_era, _iso, _slashed, _period, _full, _clock, _month, _year):
        if found := reader(text, here):
            return found
    return []


def _iso(text: str, here: int) -> list[Measure]:
    found = _ISO.match(text, here) if text[here].isdigit() else None
    return [_date(found, _join(found["year"], int(found["month"]), int(found["day"])))] if found else []


def _slashed(text: str, here: int) -> list[Measure]:
    found = _SLASHED.match(text, here) if text[here].isdigit() else None
    if not found:
        return []
    month, day = int(found["month"]), int(found["day"])
    if month > 12:
        month, day = day, month
    return [_date(found, _join(found["year"], month, day))] if month <= 12 else []


def _period(text: str, here: int) -> list[Measure]:
    """Quarters, halves, centuries and decades."""
    if found := _QUARTER.match(text, here):
        n = int(found["q"]) if found["q"] else _NTH[found["n"].lower()]
        return [_date(found, f"{found['year'] or '-'}-Q{n}", Decimal(n))]
    if found := _HALF.match(text, here):
        n = 1 if found["n"] in ("first", "1st") else 2
        return [_date(found, f"{found['year'] or '-'}-H{n}", Decimal(n))]
    if found := _CENTURY.match(text, here):
        if found["n"]:
            n = int(found["n"])
        else:
            n = 20 + ORDINALS[found["last"].lower()] if found["tens"] else ORDINALS[found["word"].lower()]
        return [_date(found, f"C{n}", Decimal(n))]
    if found := _SHORT_DECADE.match(text, here):
        return [_date(found, f"--{found['n'][0]}X", Decimal(found["n"]))]
    return []


def _full(text: str, here: int) -> list[Measure]:
    """October 13, 2018; 13 October; October 1 to 5, 2019 (two dates)."""
    found = _MONTH_FIRST.match(text, here) or _DAY_FIRST.match(text, here)
    if not found:
        return []
    month, year = _MONTHS[found["month"][:3].lower()], found["year"]
    first = _join(year, month, _day(found["day"]))
    if not found["day2"]:
        return [_date(found, first)]
    second = _join(year, month, _day(found["day2"]))
    return [
        Measure(start=here, end=found.end("day"), text="", kind="date", value=_value(first), date=first),
        Measure(
            start=found.start("day2"),
            end=found.end(),
            text="",
            kind="date",
            value=_value(second),
            date=second,
        ),
    ]


def _month(text: str, here: int) -> list[Measure]:
    found = _MONTH.match(text, here)
    if not found:
        return []
    if (
        found["month"] in ("May", "March", "Mar")
        and not found["year"]
        and not _MODAL.search(text, max(0, here - 9), here)
    ):
        return []
    return [_date(found, _join(found["year"], _MONTHS[found["month"][:3].lower()], None))]


def _year(text: str, here: int) -> list[Measure]:
    """A bare year, a span of years, or a decade."""
    found = _YEAR.match(text, here) if text[here].isdigit() else None
    if not found or _COUNTED.match(text, found.end("year")):
        return []
    year = found["year"]
    if found["s"] and year[3] == "0":
        return [_date(found, f"{year[:3]}X", Decimal(year[2:]))]
    after = text[found.end("year") : found.end("year") + 12]
    if found["to"]:
        to = found["to"] if len(found["to"]) == 4 else year[:2] + found["to"]
        dash = text[found.end("year") : found.start("to")].strip()
        together = dash in ("–", "—", "-") or (dash in ("to", "through") and len(found["to"]) == 4)
        between = dash == "and" and re.search(r"between $", text[max(0, here - 8) : here])
        if int(to) > int(year) and (together or between):
            return [
                Measure(
                    start=here, end=found.end(), text="", kind="date", date=year, value=Decimal(year), upper=Decimal(to)
                )
            ]  # fmt: skip
    if re.match(
        r"[ -]?(?:million|billion|yuan|people|tons|meters|km|kilo|percent|square|mu\b|hectares|dollars|years|copies|students|[-]meter)",
        after,
    ):
        return []
    if re.search(r"[$¥€£]\s?$|RMB\s?$", text[max(0, here - 4) : here]):
        return []
    return [Measure(start=here, end=found.end("year"), text="", kind="date", date=year, value=Decimal(year))]


_IN_THE = re.compile(r" in the (?P<part>morning|afternoon|evening)\b| at (?P<night>night)\b")
_HOURS = {
    word: n
    for n, word in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), 1)
}
_PAST = re.compile(
    rf"(?P<minutes>half|a quarter|quarter|five|ten|twenty|twenty-five) (?P<side>past|to|after) (?P<hour>1[0-2]|\d|{'|'.join(_HOURS)})\b(?! (?:percent|years?|minutes?|hours?|days?|people))",
    re.I,
)
_MINUTES = {"half": 30, "a quarter": 15, "quarter": 15, "five": 5, "ten": 10, "twenty": 20, "twenty-five": 25}


def _spoken_clock(text: str, here: int) -> list[Measure]:
    """2 in the morning, half past three, a quarter to five."""
    found = _PAST.match(text, here)
    if found and (found["side"].lower() == "past" or "quarter" in found["minutes"].lower()):
        hour = _HOURS.get(found["hour"].lower()) or int(found["hour"])
        minutes = _MINUTES[found["minutes"].lower()]
        total = 60 * hour + (minutes if found["side"].lower() != "to" else -minutes)
        return [_time(found, total // 60, total % 60)]
    number = re.compile(rf"(?P<hour>1[0-2]|[1-9](?!\d)|(?:{'|'.join(_HOURS)})\b)").match(text, here)
    part = _IN_THE.match(text, number.end()) if number else None
    if number is None or part is None:
        return []
    hour = _HOURS.get(number["hour"].lower()) or int(number["hour"])
    late = part["part"] in ("afternoon", "evening") or (part["night"] and hour >= 6)
    time = _time(number, hour + 12 if late and hour < 12 else hour, 0)
    return [replace(time, end=part.end())]


def _clock(text: str, here: int) -> list[Measure]:
    if spoken := _spoken_clock(text, here):
        return spoken
    if word := _CLOCK_WORD.match(text, here):
        return [_time(word, 12 if word["word"].lower() == "noon" else 0, 0)]
    found = _CLOCK.match(text, here) if text[here].isdigit() else None
    if not found or not (found["half"] or (found["minute"] and ":" in found[0])):
        return []
    half = (found["half"] or "").lower()
    if half in ("hours", "hrs") and not found["minute"]:
        return []
    if found["minute"] and "." in found[0].split()[0] and not half:
        return []
    hour = int(found["hour"])
    if half.startswith("p") and hour < 12:
        hour += 12
    return [_time(found, hour, int(found["minute"] or 0))]


def _time(found: re.Match[str], hour: int, minute: int) -> Measure:
    return Measure(
        start=found.start(), end=found.end(), text="", kind="time", unit="min",
        value=Decimal(60 * hour + minute), date=f"T{hour:02d}:{minute:02d}",
    )  # fmt: skip


def _day(text: str) -> int:
    return int(text.rstrip("stndrh"))


def _join(year: str | None, month: int, day: int | None) -> str:
    return f"{year or '-'}-{month:02d}" + (f"-{day:02d}" if day is not None else "")


def _value(iso: str) -> Decimal:
    return Decimal(iso[:4]) if iso[0] != "-" else Decimal(iso[2:4])


def _date(found: re.Match[str], iso: str, value: Decimal | None = None) -> Measure:
    return Measure(
        start=found.start(),
        end=found.end(),
        text="",
        kind="date",
        value=_value(iso) if value is None else value,
        date=iso,
    )
