"""Pairs the quantities of a segment with those of its translation, one to one, by value and kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from pipeline.document import Measure, Verdict
from pipeline.prepare.quantities import en, zh
from pipeline.prepare.quantities.dotted import occurrences, uncounted
from pipeline.prepare.quantities.numerals import ONES
from pipeline.prepare.quantities.units import BY_ID, same_money
from pipeline.prepare.quantities.wording import nothing, reworded
from pipeline.prepare.quantities.words_for import rank


@dataclass(frozen=True, slots=True)
class Pairing:
    """One line of the ledger; `source` is None for an invented quantity, `target` for a lost one."""

    source: Measure | None
    target: Measure | None
    verdict: Verdict


_UP = frozenset({"over", "at_least"})
_DOWN = frozenset({"under", "at_most"})
_ABOUT = frozenset({"about", "nearly"})
_UNRELATED = 1e6  # the cost of a pair that cannot be one


def compare(source: str, target: str) -> tuple[Pairing, ...]:
    """The ledger of one segment and its English translation, with both read by their parsers."""
    return pair(source, zh.measures(source), target)


def pair(source: str, measures: Sequence[Measure], target: str) -> tuple[Pairing, ...]:
    """The ledger of a segment whose quantities are known.

    A value of one may be an article in English, and a figure for a numeral that stands within a
    Chinese word (十九大, 三定) is not invented.
    """
    found = _without_sections(source, measures, target, en.measures(target))
    if not measures and not found:
        return ()
    named = zh.named_ordinals(source)
    ours, theirs = reworded(source, measures, target, found)
    pairings = match([*ours, *named], theirs)
    if named:
        pairings = _without_terms(pairings, named)
    pairings = _with_nothing(_with_articles(_with_comparisons(pairings, source), target), target)
    pairings = _with_ranks(pairings, target)
    if any(p.verdict == "extra" for p in pairings):
        pairings = _without_named(pairings, source, measures)
    return pairings


def _without_sections(
    source: str, measures: Sequence[Measure], target: str, found: Sequence[Measure]
) -> Sequence[Measure]:
    """Without the English figures that are a section of the source: 第5.2条 as Article 5.2, 4.2 组织 as 4.2 Organization."""
    if not found or "." not in target or not (names := list(uncounted(source, _spans(measures)))):
        return found
    places = occurrences(target)
    spans = [places[name][turn] for name, turn in names if turn < len(places.get(name, ()))]
    return [m for m in found if not any(start <= m.start and m.end <= end for start, end in spans)]


def _spans(measures: Sequence[Measure]) -> list[tuple[int, int]]:
    return [(m.start, m.end) for m in measures]


def match(source: Sequence[Measure], target: Sequence[Measure]) -> tuple[Pairing, ...]:
    """Pair one to one at the least cost: by value, unit and kind, then by order in the text.

    Small English number words ("one of", "both") that pair with nothing are left out.
    """
    wanted, offered = _exploded(source, target), _exploded(target, source)
    equal = _assign(wanted, offered, _equal_cost)
    pairings = [Pairing(wanted[i], offered[j], _verdict(wanted[i], offered[j], offered)) for i, j in equal]
    lost = [m for i, m in enumerate(wanted) if i not in {i for i, _ in equal}]
    new = [m for j, m in enumerate(offered) if j not in {j for _, j in equal}]
    shifted = _assign(lost, new, _shift_cost)
    pairings += [Pairing(lost[i], new[j], _shift_verdict(lost[i], new[j])) for i, j in shifted]
    done_lost, done_new = {i for i, _ in shifted}, {j for _, j in shifted}
    pairings += [Pairing(m, None, "missing") for i, m in enumerate(lost) if i not in done_lost]
    pairings += [Pairing(None, m, "extra") for j, m in enumerate(new) if j not in done_new and is_figure(m)]
    return tuple(sorted(_rejoined(source, pairings), key=_place))


def may_be_one(a: Measure, b: Measure) -> bool:
    """Whether two measures of different values are alike enough for one to stand for the other."""
    if a.kind == b.kind == "date":
        return True
    if a.value == b.value:
        return a.kind != b.kind or a.unit != b.unit  # the figure with another unit
    cost = _kind_cost(a, b)
    if cost is None or cost > 0.6:
        return False
    return a.kind == b.kind or not b.value or Decimal("0.001") < a.value / b.value < 1000


def is_figure(measure: Measure) -> bool:
    """Whether an English quantity is a real figure: one written in digits or above ten."""
    if any(c.isdigit() for c in measure.text):
        return True
    if measure.kind == "ordinal":
        return measure.value > 10
    if measure.kind in ("date", "time"):
        return False  # "May", "noon", "first half" may stand for what the source says otherwise
    words = re.findall(r"[a-z]+", measure.text.lower())
    return measure.kind == "percent" or (
        measure.value > 10
        and measure.approximator != "about"
        and not {"dozen", "half", "quarter", "third"} & set(words)
        and any(w in ONES or w.endswith("ty") for w in words)
    )


def _place(pairing: Pairing) -> tuple[int, int]:
    if pairing.source is not None:
        return 0, pairing.source.start
    return 1, pairing.target.start if pairing.target is not None else 0


# Ranges -----------------------------------------------------------------------------------------


def _exploded(these: Sequence[Measure], those: Sequence[Measure]) -> list[Measure]:
    """The measures, with a range that the other side lacks as its two ends."""
    ranges = [m for m in those if m.upper is not None]
    result: list[Measure] = []
    for measure in these:
        if (
            measure.upper is None
            or measure.unit == ":"
            or any(_same_range(measure, other) for other in ranges)
        ):
            result.append(measure)
        else:
            result += _ends(measure)
    return result


def _same_range(a: Measure, b: Measure) -> bool:
    if b.upper is None or a.upper is None:
        return False
    low, high = replace(a, upper=None), replace(a, value=a.upper, upper=None)
    return _values_agree(low, replace(b, upper=None)) and _values_agree(
        high, replace(b, value=b.upper, upper=None)
    )


def _ends(measure: Measure) -> list[Measure]:
    if measure.upper is None:
        return [measure]
    date = f"{int(measure.upper):04d}" if measure.kind == "date" and len(measure.date) == 4 else measure.date
    return [replace(measure, upper=None), replace(measure, value=measure.upper, upper=None, date=date)]


def _rejoined(source: Sequence[Measure], pairings: list[Pairing]) -> list[Pairing]:
    """Pairings of the two ends of a source range as one again, with the worse verdict."""
    by_start = {m.start: m for m in source if m.upper is not None}
    groups: dict[int, list[Pairing]] = {}
    result = []
    for pairing in pairings:
        s = pairing.source
        if s is not None and s.upper is None and s.start in by_start:
            groups.setdefault(s.start, []).append(pairing)
        else:
            result.append(pairing)
    for start, parts in groups.items():
        worst = max(parts, key=lambda p: _SEVERITY.index(p.verdict))
        targets = [p.target for p in parts if p.target is not None]
        joined = _spanning(targets) if len(targets) == len(parts) else None
        torn = len(targets) == 2 and _is_torn(by_start[start], *targets)
        result.append(Pairing(by_start[start], joined, "missing" if torn else worst.verdict))
    return result


def _is_torn(source: Measure, one: Measure, other: Measure) -> bool:
    """Whether the ends of a range became two different things: 11 years and 15 members."""
    kinds = {one.kind, other.kind}
    return (
        len(kinds) == 2
        and source.kind in kinds
        and not kinds & {"date", "ordinal"}
        and _bare(one) != _bare(other)
    )


_SEVERITY: tuple[Verdict, ...] = ("proven", "approximator", "extra", "magnitude", "missing")


def _spanning(parts: list[Measure]) -> Measure:
    first, last = min(parts, key=lambda m: m.start), max(parts, key=lambda m: m.end)
    low, high = sorted(m.value for m in (first, last))
    return replace(first, end=last.end, value=low, upper=high, text=f"{first.text} … {last.text}")


# Costs --------------------------------------------------------------------------------------------


def _equal_cost(a: Measure, b: Measure) -> float | None:
    """How unlike two measures of one value are; None if their values or kinds do not agree."""
    kinds = _kind_cost(a, b)
    if kinds is None:
        return None
    if a.kind == "date" and b.kind == "date":
        dates = _date_cost(a.date, b.date)
        if dates is None:
            return None
        kinds += dates
    elif not _values_agree(a, b) or (a.date.startswith("C") and b.kind not in ("date", "ordinal")):
        return None
    if (a.upper is None) != (b.upper is None):
        return None
    return kinds + (0 if _approximators_agree(a, b) else 0.3)


# Kinds that either language may use for one thing, and how much rather not.
_KIN: dict[frozenset[str], float] = {
    frozenset(pair): cost
    for pair, cost in {
        ("count", "ordinal"): 0.5,
        ("count", "date"): 0.6,
        ("count", "duration"): 0.5,
        ("ordinal", "date"): 0.4,
        ("ordinal", "document"): 0.3,
        ("date", "duration"): 0.5,
        ("count", "multiple"): 0.4,
        ("percent", "points"): 0.5,
        ("percent", "ratio"): 0.4,
        ("percent", "multiple"): 0.6,
        ("ratio", "multiple"): 0.6,
        ("ratio", "duration"): 0.6,
        ("ordinal", "duration"): 0.5,
        ("count", "document"): 0.5,
        ("count", "time"): 0.6,
        ("time", "duration"): 0.6,
        ("time", "ratio"): 0.4,
        ("length", "speed"): 0.3,
        ("area", "volume"): 0.8,
        ("multiple", "duration"): 0.8,
        ("count", "ratio"): 0.7,
        ("ordinal", "ratio"): 0.8,
    }.items()
}


def _kind_cost(a: Measure, b: Measure) -> float | None:
    if a.kind == b.kind:
        if a.kind == "money":
            return 0.0 if same_money(_currency(a), _currency(b)) else None
        if a.kind == "ordinal":
            return _role_cost(a, b)
        return 0.0 if a.unit == b.unit else 0.1
    if (a.unit, b.unit) in _TWOFOLD:
        return 0.2
    if b.kind == "ordinal" and a.kind == "date" and a.date.startswith("---"):
        return 0.1  # 27日 is "the 27th"
    if (_bare(b) or _bare(a)) and not {a.kind, b.kind} & _SIGNED:  # a unit may go without saying
        return _KIN.get(frozenset({a.kind, b.kind}), 0.6)
    return _KIN.get(frozenset({a.kind, b.kind}))


def _currency(measure: Measure) -> str:
    """The currency of a measure; that of a jiao is the yuan."""
    unit = BY_ID.get(measure.unit)
    return unit.dimension if unit and unit.factor != 1 else measure.unit


# Words of two meanings: 度 is also a kilowatt-hour, 块 also a yuan, a pound a weight and a currency.
_TWOFOLD = {
    ("度", "kWh"), ("块", "CNY"), ("块", "HKD"), ("块", "TWD"), ("块", "$"), ("GBP", "磅"), ("EGP", "磅"), ("折", "fraction"),
}  # fmt: skip
# A percentage always shows its sign.
_SIGNED = frozenset({"percent", "points", "multiple"})
# What the English calls the parts of a law; translators differ below the article.
_BELOW = ("Item", "Clause", "Subsection", "Point", "Section")
ROLES: dict[str, tuple[str, ...]] = {
    "条": ("Article",), "款": ("Subparagraph", "Paragraph", *_BELOW), "项": ("Paragraph", "Subparagraph", *_BELOW), "章": ("Chapter",), "节": ("Section",), "编": ("Part",),
    "号": ("No",),
}  # fmt: skip


def _role_cost(a: Measure, b: Measure) -> float:
    """条 is an article; 款 stands above 项 on the mainland and below it in Taiwan, so either may be a paragraph."""
    roles = ROLES.get(a.unit)
    if roles is None or not b.unit:
        return 0.1
    return (0.0 if roles.index(b.unit) < 2 else 0.05) if b.unit in roles else 0.2


def roles_agree(a: Measure, b: Measure) -> bool:
    """Whether an article is called an article and a part of one is not."""
    if a.unit not in ROLES or not b.unit:
        return True
    others = {name for unit, names in ROLES.items() if unit != a.unit for name in names}
    return b.unit in ROLES[a.unit] or b.unit not in others


# From the whole to its parts, as they are cited after 条; names that translators use for any part are left out.
_LEVELS = {"Article": 0, "Paragraph": 1, "Subparagraph": 2, "Item": 3}


def levels_agree(a: tuple[Measure, Measure], b: tuple[Measure, Measure]) -> bool:
    """Whether 第一项第三款 keeps its order: the first may not be named as a part of the second."""
    (a_source, a_target), (b_source, b_target) = a, b
    if a_source.kind != "ordinal" or a_source.end != b_source.start or a_source.unit == b_source.unit:
        return True
    above, below = _LEVELS.get(a_target.unit), _LEVELS.get(b_target.unit)
    return above is None or below is None or above < below or a_source.value == b_source.value


def exchangeable(a: tuple[Measure, Measure], b: tuple[Measure, Measure]) -> bool:
    """Whether the figures of two proven pairs could be swapped without any other verdict."""
    (a_source, a_target), (b_source, b_target) = a, b
    kinds = {a_source.kind, b_source.kind}
    if any(c.isdigit() for c in a_target.text) != any(c.isdigit() for c in b_target.text):
        return kinds == {"count"} and a_source.unit == b_source.unit  # nine is a word, 364 is not
    if a_source.kind == b_source.kind == "ordinal" and a_source.unit != b_source.unit:
        return False  # "Paragraph 1 of Article 5" tells them apart
    if _bare(a_target) and _bare(b_target):
        return True
    if kinds == {"ordinal"}:
        return a_target.unit == b_target.unit or "" in (a_target.unit, b_target.unit)  # Articles 4 to 6
    if kinds == {"date"}:
        one, other = _shape(a_target), _shape(b_target)
        return not (one and other) or one == other or ("year" in one and "year" in other)
    if len(kinds) == 1 and "count" not in kinds:
        return a_source.unit == b_source.unit and a_target.unit == b_target.unit
    return len(kinds) == 1 or (kinds == {"count", "date"} and len(a_target.text) == len(b_target.text) == 4)


def _shape(measure: Measure) -> tuple[str, ...]:
    """What a date says: its year, its month and day; nothing for a bare number (the 27th)."""
    return tuple(sorted(_date_parts(measure.date))) if measure.date else ()


def crossed(a: tuple[Measure, Measure], b: tuple[Measure, Measure]) -> bool:
    """Whether kinds and units of two proven pairs fit better crosswise: 27日 is "27 months", 3个月 "the 3rd"."""
    costs = [_kind_cost(x, y) for x, y in (a, b, (a[0], b[1]), (b[0], a[1]))]
    if a[0].value == b[0].value or None in costs or _bare(a[0]) or _bare(b[0]):
        return False
    straight, across = sum(c or 0 for c in costs[:2]), sum(c or 0 for c in costs[2:])
    return across + 0.05 < straight


def unit_moved(a: tuple[Measure, Measure], b: tuple[Measure, Measure]) -> bool:
    """Whether the unit of one figure stands at the other: 35平方公里 … 1+N is "1 square kilometers … 35+N"."""
    return _gave_unit(a, b) or _gave_unit(b, a)


def _gave_unit(a: tuple[Measure, Measure], b: tuple[Measure, Measure]) -> bool:
    (a_source, a_target), (b_source, b_target) = a, b
    unit = BY_ID.get(a_source.unit)
    return (
        unit is not None
        and a_source.value != b_source.value
        and _bare(a_target)
        and (b_target.kind, b_target.unit) == (a_source.kind, a_source.unit)
        and b_source.kind == "count"
        and b_source.unit not in BY_ID
    )


def _bare(measure: Measure) -> bool:
    return measure.kind == "count" and measure.unit == ""


def _values_agree(a: Measure, b: Measure) -> bool:
    if a.kind == "date" and b.kind in ("ordinal", "duration") and a.value >= 1000 and a.upper is None:
        return _is_part_of_date(b.value, a.date)
    if a.value == b.value and a.upper == b.upper:
        return a.kind != b.kind or _units_agree(a, b)
    if a.unit == "+倍" and b.kind == "multiple":
        return a.value + 1 == b.value
    if a.kind in ("ordinal", "duration") and b.kind == "date":
        return _may_be_day(a) and _is_part_of_date(a.value, b.date)
    if b.kind == "ordinal" and a.kind == "date":
        return _is_part_of_date(b.value, a.date)
    if a.kind == "document" or b.kind == "document":
        return False
    if a.kind == "time" and b.kind == "time":
        return abs(a.value - b.value) in (720, 1440)
    if a.kind == "time" and _bare(b):
        return a.value in (60 * b.value, 60 * b.value + 720)  # 九点 is also "at 9"
    if a.kind == "ordinal" and a.value == 3 and b.text.lower().endswith("a third"):
        return True  # a third party
    if a.kind == b.kind == "money":
        return _worth(a) == _worth(b)
    if _bare(b) and "千米" in a.text and a.unit == "km":
        return a.value * 1000 == b.value  # 下到五千米 is "down to 5,000"
    return _converted_agree(a, b) and (
        a.upper is None or b.upper is None or _converted_agree(_high(a), _high(b))
    )


def _worth(measure: Measure) -> Decimal:
    unit = BY_ID.get(measure.unit)
    return measure.value * (unit.factor if unit else 1)


def _high(measure: Measure) -> Measure:
    return replace(measure, value=measure.upper or measure.value, upper=None)


def _may_be_day(measure: Measure) -> bool:
    """第27日 and 27日 may be a date; 22天 and the eleventh meeting are none."""
    return any(c in measure.text for c in "日号月季") if measure.unit else True


def _is_part_of_date(value: Decimal, date: str) -> bool:
    """Whether a value is the month or day of a date; nobody writes a year as an ordinal."""
    return any(len(p) < 4 and p.isdigit() and int(p) == value for p in re.split(r"\D+", date))


def _units_agree(a: Measure, b: Measure) -> bool:
    """Equal numbers of different units are equal only if one of the units is none or the same word."""
    if a.kind == "ratio" and a.unit.startswith(":"):
        return a.unit == b.unit
    if a.unit == b.unit or a.kind not in _CONVERTED or not a.unit or not b.unit:
        return True
    one, other = BY_ID.get(a.unit), BY_ID.get(b.unit)
    if one is None or other is None or one.kind == "money":
        return True
    if one.kind == other.kind == "duration" and "seconds" in (one.dimension, other.dimension):
        return one.id == other.id  # three days are no three years
    return one.dimension != other.dimension or one.factor == other.factor


_CONVERTED = frozenset(
    {"duration", "area", "length", "mass", "volume", "energy", "speed", "percent", "points"}
)


def _converted_agree(a: Measure, b: Measure) -> bool:
    """Whether one is the other in another unit, within the last digit that is printed."""
    size_a, size_b = _size(a), _size(b)
    if size_a is None or size_b is None or size_a[0] != size_b[0] or size_a[1] == size_b[1]:
        return False
    in_b = a.value * size_a[1] / size_b[1]
    in_a = b.value * size_b[1] / size_a[1]
    return abs(in_b - b.value) <= _last_digit(b.value) or abs(in_a - a.value) <= _last_digit(a.value) / 2


def _size(measure: Measure) -> tuple[str, Decimal] | None:
    if measure.kind == "ratio" and measure.unit == "fraction":
        return "%", Decimal(100)
    if measure.kind == "multiple":
        return "%", Decimal(100)
    if measure.unit == "折":
        return "%", Decimal(1)
    unit = BY_ID.get(measure.unit)
    return (unit.dimension, unit.factor) if unit and measure.kind != "money" else None


def _last_digit(value: Decimal) -> Decimal:
    """Half a unit of the last significant digit, a whole one for few digits (8 hours a day, 66.7 %)."""
    exponent = value.normalize().as_tuple().exponent
    return Decimal(1).scaleb(int(exponent)) / 2 if value else Decimal(0)


def _date_cost(a: str, b: str) -> float | None:
    """Dates agree where both say something; what only one says costs a little."""
    ours, theirs = _date_parts(a), _date_parts(b)
    shared = [k for k in ours if k in theirs]
    if any(ours[k] != theirs[k] for k in shared):
        return None
    if not shared:
        return None
    return 0.1 * (len(ours) + len(theirs) - 2 * len(shared))


def _date_parts(date: str) -> dict[str, str]:
    if date[0] in "CT":
        return {date[0]: date}
    year, _, rest = ("", "", date[2:]) if date.startswith("--") else date.partition("-")
    parts = {"year": year} if year else {}
    if year.endswith("X"):
        parts = {"decade": year[-2:], **({"years": year} if len(year) > 2 else {})}
    if rest[:1] in ("Q", "H"):
        parts["part"] = rest
    elif rest.endswith("X"):
        parts["decade"] = rest
    elif rest.startswith("-"):
        parts["day"] = rest[1:]
    elif rest:
        month, _, day = rest.partition("-")
        parts["month"] = month
        if day:
            parts["day"] = day
    return parts


def _verdict(a: Measure, b: Measure, offered: Sequence[Measure]) -> Verdict:
    """`offered` is all that the translation has: a date may leave out what stands elsewhere in it."""
    if a.kind in ("date", "document") and not _is_whole(a, b, offered):
        return "missing"
    return "proven" if _approximators_agree(a, b) else "approximator"


def _is_whole(a: Measure, b: Measure, offered: Sequence[Measure]) -> bool:
    """Whether the year and day of a date, or the year of a document, are somewhere in the translation."""
    if a.kind == "document":
        return (b.kind == "document" and b.date == a.date) or any(
            m.date[:4] == a.date or m.value == int(a.date) for m in offered
        )
    if b.kind != "date":
        return True
    ours, theirs = _date_parts(a.date), _date_parts(b.date)
    if "year" in ours and "year" not in theirs and not any(m.date.startswith(ours["year"]) for m in offered):
        return False
    if "day" not in ours or "day" in theirs:
        return True
    day = int(ours["day"])
    return any(m.value == day or m.upper == day or m.date.endswith(f"-{day:02d}") for m in offered)


# 高达 and 达 are "up to" or nothing; a term is "within" as often as not.
_SOFT = re.compile(
    r"(?:up to|as (?:many|much|high) as|within|some|(?:in|over|during|for) the|the most recent) ", re.I
)


def _approximators_agree(a: Measure, b: Measure) -> bool:
    """Whether the translation is as exact as the source: 余 is "more than", 近 "nearly" or "about"."""
    ours, theirs = a.approximator, b.approximator
    if ours is None and theirs is not None and _SOFT.match(b.text):
        return True
    if ours is None and theirs == "over" and b.kind == "duration" and b.text.lower().startswith("over"):
        return True  # over ten years: in the course of them
    if a.kind in ("date", "ordinal", "document", "time") or b.kind in ("date", "time", "document"):
        return True
    if ours is None or theirs is None:
        return ours == theirs
    return any(ours in group and theirs in group for group in (_UP, _DOWN, _ABOUT)) or {ours, theirs} in (
        {"about", "over"}, {"nearly", "under"}, {"nearly", "at_most"}, {"about", "at_least"},
    )  # fmt: skip


# Values off by a power of ten, and rounded ones -------------------------------------------------


def _shift_cost(a: Measure, b: Measure) -> float | None:
    """Off by powers of ten, or the source rounded under an approximator of the translation's own."""
    kinds = _kind_cost(a, b)
    if (
        kinds is None
        or a.kind in ("date", "ordinal", "time", "document")
        or b.kind in ("date", "ordinal", "time")
    ):
        return None
    if _rounded(a, b):
        return kinds
    if a.kind != b.kind and "percent" in (a.kind, b.kind):
        return None
    shift = _shift(a, b)
    return None if shift is None or not is_figure(b) else kinds + 1 + shift / 100


def _shift(a: Measure, b: Measure) -> int | None:
    if not a.value or not b.value:
        return None
    ours, theirs = a.value.normalize().as_tuple(), b.value.normalize().as_tuple()
    if ours.digits != theirs.digits:
        return None
    if len(ours.digits) == 1 and min(a.value, b.value) < 10:
        return None  # 3 and 30 may well be two different numbers
    return abs(int(ours.exponent) - int(theirs.exponent)) or None


def _rounded(a: Measure, b: Measure) -> bool:
    if "dozen" in b.text.lower() and a.approximator is not None:
        return abs(a.value - b.value) * 5 <= b.value
    return (
        b.approximator is not None
        and a.value > 100
        and a.value != b.value
        and abs(a.value - b.value) <= _last_digit(b.value)
    )


def _shift_verdict(a: Measure, b: Measure) -> Verdict:
    return "approximator" if _rounded(a, b) else "magnitude"


# Articles and names ---------------------------------------------------------------------------

_COMPARED = re.compile(
    r"低于|高于|超过|超出|突破|不如|不到|不及|不足|多于|少于|大于|小于|满|逾|至少|至多|最[多高低少长短]|以上|以下|上限|下限|近|约|余"
)


def _with_comparisons(pairings: tuple[Pairing, ...], source: str) -> tuple[Pairing, ...]:
    """低于去年同期的7.05%: "lower than" is not invented if the clause compares."""
    return tuple(
        Pairing(p.source, p.target, "proven")
        if p.verdict == "approximator" and p.source and p.target and p.source.approximator is None
        and p.source.value == p.target.value
        and _COMPARED.search(source[max(0, p.source.start - 24) : p.source.end + 8])
        else p
        for p in pairings
    )  # fmt: skip


_ARTICLE = re.compile(
    r"\b(?:an?|one|each|every|per|single|the|annual(?:ly)?|daily|monthly|weekly|hourly|yearly)\b", re.I
)


def _with_articles(pairings: tuple[Pairing, ...], target: str) -> tuple[Pairing, ...]:
    """1个月 may be "a month": a lost one is proven by an article."""
    if not any(p.verdict == "missing" and p.source is not None and p.source.value == 1 for p in pairings):
        return pairings
    article = _ARTICLE.search(target)
    if not article:
        return pairings
    found = Measure(start=article.start(), end=article.end(), text=article[0], kind="count", value=Decimal(1))
    return tuple(
        Pairing(p.source, found, "proven")
        if p.verdict == "missing" and p.source and p.source.value == 1 and p.source.upper is None
        else p
        for p in pairings
    )


def _with_nothing(pairings: tuple[Pairing, ...], target: str) -> tuple[Pairing, ...]:
    """0票反对 is "none against"; each zero has a word of its own."""
    if not any(p.verdict == "missing" and p.source is not None and not p.source.value for p in pairings):
        return pairings
    result, taken = list[Pairing](), 0
    for p in pairings:
        lost = p.source if p.verdict == "missing" else None
        word = nothing(lost, target, taken=taken) if lost is not None else None
        taken += word is not None
        result.append(p if word is None else Pairing(p.source, word, "proven"))
    return tuple(result)


def _with_ranks(pairings: tuple[Pairing, ...], target: str) -> tuple[Pairing, ...]:
    """第二名 may be the runner-up, 第三次分配 tertiary distribution; each word proves one."""
    result, done = list[Pairing](), set[int]()
    for p in pairings:
        word = rank(p.source, target) if p.verdict == "missing" and p.source is not None else None
        fresh = word is not None and word.start not in done
        result.append(Pairing(p.source, word, "proven") if fresh else p)
        done |= {word.start} if word is not None else set()
    return tuple(result)


def _without_terms(pairings: tuple[Pairing, ...], named: Sequence[Measure]) -> tuple[Pairing, ...]:
    """Without the ordinals of terms, unless one is lost and another ordinal stands in the translation."""
    terms = {m.start for m in named}
    new = any(p.verdict == "extra" and p.target is not None and p.target.kind == "ordinal" for p in pairings)
    return tuple(
        p for p in pairings
        if p.source is None or p.source.start not in terms or p.source.unit != "名" or p.source.kind != "ordinal"
        or (new and p.verdict == "missing")
    )  # fmt: skip


def _without_named(
    pairings: tuple[Pairing, ...], source: str, measures: Sequence[Measure]
) -> tuple[Pairing, ...]:
    """Without the extra quantities that the source holds within a word, or that English says twice.

    Where a figure is lost a small one that is new may stand in its place, so it stays.
    """
    lost = any(p.verdict == "missing" for p in pairings)
    rest = _without(source, measures)
    names, units = zh.named_values(rest), zh.named_units(rest)
    said = [p.target for p in pairings if p.verdict == "proven" and p.target is not None]
    return tuple(
        p for p in pairings
        if p.verdict != "extra" or p.target is None
        or not ((p.target.kind, p.target.value, p.target.unit) in units or _is_named(p.target, names, lost=lost) or (not lost and _is_said(p.target, said)))
    )  # fmt: skip


def _without(text: str, measures: Sequence[Measure]) -> str:
    """The text with a blank for each character of a measure."""
    parts, done = [], 0
    for measure in measures:
        parts += [text[done : measure.start], " " * (measure.end - measure.start)]
        done = measure.end
    return "".join([*parts, text[done:]])


def _is_named(measure: Measure, names: Collection[Decimal], *, lost: bool) -> bool:
    if measure.kind == "time":
        return measure.value // 60 in names  # the “四点半” dilemma
    if measure.value not in names or (lost and measure.value <= 10):
        return False
    if measure.kind in ("ordinal", "count", "duration", "date", "ratio", "multiple"):
        return True
    return measure.value >= 1000 and measure.value.normalize().as_tuple().digits == (1,)  # 万元产值, 亩产千斤


def _is_said(measure: Measure, said: Sequence[Measure]) -> bool:
    return any(
        other.kind == measure.kind and other.value == measure.value and other.date.startswith(measure.date)
        for other in said
    )


# Assignment -----------------------------------------------------------------------------------

Cost = Callable[[Measure, Measure], float | None]
Edges = dict[tuple[int, int], float]


def _assign(rows: Sequence[Measure], columns: Sequence[Measure], cost: Cost) -> list[tuple[int, int]]:
    """Pairs (row, column) of the one-to-one assignment that pairs the most at the least cost."""
    edges: Edges = {}
    for i, a in enumerate(rows):
        for j, b in enumerate(columns):
            if (c := cost(a, b)) is not None:
                # Of equal candidates take the one in the same place of the order.
                edges[i, j] = c + 0.01 * abs(i / len(rows) - j / len(columns))
    return [pair for part in _components(edges) for pair in _cheapest(part)]


def _components(edges: Edges) -> list[Edges]:
    """The edges by connected component; nearly all are a single edge."""
    parts: list[Edges] = []
    for edge, cost in edges.items():
        joined: Edges = {edge: cost}
        apart = []
        for part in parts:
            if any(edge[0] == i or edge[1] == j for i, j in part):
                joined |= part
            else:
                apart.append(part)
        parts = [*apart, joined]
    return parts


def _cheapest(edges: Edges) -> list[tuple[int, int]]:
    if len(edges) == 1:
        return list(edges)
    rows, columns = sorted({i for i, _ in edges}), sorted({j for _, j in edges})
    if len(rows) > len(columns):
        flipped = _cheapest({(j, i): c for (i, j), c in edges.items()})
        return [(i, j) for j, i in flipped]
    table = [[edges.get((i, j), _UNRELATED) for j in columns] for i in rows]
    chosen = [(rows[r], columns[c]) for r, c in enumerate(_hungarian(table))]
    return [pair for pair in chosen if pair in edges]


def _hungarian(cost: list[list[float]]) -> list[int]:
    """The column of each row in the cheapest assignment (n rows, m >= n columns), O(n^2 m).

    Source:  Kuhn 1955 in the shortest augmenting path form of Jonker and Volgenant 1987.
    """
    n, m = len(cost), len(cost[0])
    u, v, owner, way = [0.0] * (n + 1), [0.0] * (m + 1), [0] * (m + 1), [0] * (m + 1)
    for row in range(1, n + 1):
        owner[0], column = row, 0
        least, used = [float("inf")] * (m + 1), [False] * (m + 1)
        while owner[column]:
            used[column], here, delta, after = True, owner[column], float("inf"), 0
            for j in range(1, m + 1):
                if used[j]:
                    continue
                slack = cost[here - 1][j - 1] - u[here] - v[j]
                if slack < least[j]:
                    least[j], way[j] = slack, column
                if least[j] < delta:
                    delta, after = least[j], j
            for j in range(m + 1):
                if used[j]:
                    u[owner[j]], v[j] = u[owner[j]] + delta, v[j] - delta
                else:
                    least[j] -= delta
            column = after
        while column:
            owner[column], column = owner[way[column]], way[column]
    return [column - 1 for _, column in sorted((owner[j], j) for j in range(1, m + 1) if owner[j])]
