"""The exact value of a quantity in English words: 51 for 51个, 3 years for 三年, October 13 for 10月13日.

What Chinese counts with and English does not (个, 家, 名, 项) is left out; units of measure have their names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

from pipeline.document import Approximator, Measure

SIGNS: Mapping[Approximator, str] = MappingProxyType(
    {
        "about": "about ",
        "nearly": "nearly ",
        "over": "over ",
        "under": "under ",
        "at_least": "at least ",
        "at_most": "at most ",
    }
)
_MONTHS = "January February March April May June July August September October November December".split()
# Singular and plural; what Chinese counts with and is not named here has no English.
_NAMES = {
    "pp": "percentage point/percentage points", "bp": "basis point/basis points", "岁": "year of age/years of age",
    "周年": "year/years", "年": "year/years", "月": "month/months", "季度": "quarter/quarters",
    "十年": "decade/decades", "世纪": "century/centuries", "周": "week/weeks", "天": "day/days", "时": "hour/hours",
    "分": "minute/minutes", "秒": "second/seconds", "km²": "square kilometer/square kilometers",
    "m²": "square meter/square meters", "ft²": "square foot/square feet", "mi²": "square mile/square miles",
    "公顷": "hectare/hectares", "亩": "mu/mu", "英亩": "acre/acres", "坪": "ping/ping",
    "海里": "nautical mile/nautical miles", "英里": "mile/miles", "英尺": "foot/feet", "英寸": "inch/inches",
    "码": "yard/yards", "里": "li/li", "吨": "ton/tons", "斤": "jin/jin", "磅": "pound/pounds", "盎司": "ounce/ounces",
    "加仑": "gallon/gallons", "桶": "barrel/barrels", "tce": "ton of standard coal/tons of standard coal",
    "度": "degree/degrees", "倍": "time/times", "+倍": "time more/times more", "元": "yuan/yuan", "CNY": "yuan/yuan",
    "$": "dollar/dollars", "¢": "cent/cents", "人": "person/people", "户": "household/households",
    "人次": "person-time/person-times", "次": "time/times", "口": "person/people",
    "国": "country/countries", "省": "province/provinces", "市": "city/cities", "县": "county/counties",
    "区": "district/districts", "乡": "township/townships", "镇": "town/towns", "村": "village/villages",
    "部门": "department/departments", "岗位": "post/posts", "名额": "place/places", "种": "kind/kinds",
    "类": "category/categories", "层": "floor/floors", "步": "step/steps", "轮": "round/rounds", "期": "phase/phases",
    "对": "pair/pairs", "双": "pair/pairs", "股": "share/shares", "床": "bed/beds", "剂": "dose/doses",
    "剂次": "dose/doses", "人份": "dose/doses", "针": "shot/shots", "标准箱": "TEU/TEU", "班": "class/classes",
    "班次": "trip/trips", "车次": "trip/trips", "架次": "sortie/sorties",
}  # fmt: skip
# What only counts, and has no word in English.
BARE = frozenset(
    "个 个半 名 位 项 件 所 台 座 条 宗 家 批 套 辆 艘 架 幅 篇 册 本 张 只 头 匹 棵 株 间 栋 幢 处 起 份 支 根 块 片 枚 颗 粒 例".split()
)
_ROLES = {
    "条": "Article", "款": "Paragraph", "项": "Item", "章": "Chapter", "节": "Section", "编": "Part", "卷": "Volume",
    "号": "No.", "页": "page", "类": "Class",
}  # fmt: skip
_CHINESE = re.compile("[\u3400-\u9fff]")


def in_words(measure: Measure | None, *, figure: Callable[[Decimal], str] | None = None) -> str:
    """The exact value for a person: "over 2,000", "2019-02-28", "3–5 years".

    Args:  figure: writes a number; in groups of three digits where none is given.
    """
    if measure is None:
        return "—"
    special = {"date": _date, "time": _time, "document": _document, "ordinal": _ordinal, "ratio": _ratio}
    if measure.kind in special:
        return special[measure.kind](measure)
    written = figure or grouped
    value = written(measure.value)
    if measure.upper is not None:
        value += f"–{written(measure.upper)}"
    sign = SIGNS[measure.approximator] if measure.approximator else ""
    return sign + value + _unit(measure)


def has_words(measure: Measure) -> bool:
    """Whether the English of a quantity leaves out nothing but a measure word."""
    return measure.unit in BARE or measure.unit in _NAMES or not _CHINESE.search(measure.unit)


def grouped(value: Decimal) -> str:
    """Digits in groups of three, without trailing zeros after the point."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def ordinal_figure(n: int) -> str:
    """1st, 2nd, 3rd, 19th."""
    suffix = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{suffix}"


def _unit(measure: Measure) -> str:
    if measure.unit in ("%", "‰", "℃", "℉"):
        return (
            measure.unit if measure.unit in "%‰" else f" {measure.unit.replace('℃', '°C').replace('℉', '°F')}"
        )
    name = _NAMES.get(measure.unit)
    if name is None:
        return "" if _CHINESE.search(measure.unit) or not measure.unit else f" {measure.unit}"
    singular, plural = name.split("/")
    return f" {singular if measure.value == 1 and measure.upper is None else plural}"


_DAY = re.compile(r"(?:(\d{4})|-)-(\d\d)(?:-(\d\d))?")


def _date(measure: Measure) -> str:
    """ISO where there is a year, else the words of the part that there is."""
    date = measure.date
    if measure.upper is not None:
        return f"{date}–{measure.upper}"
    if re.fullmatch(r"\d{4}", date) or not date:
        return date or grouped(measure.value)
    if date.startswith("C"):
        return f"{ordinal_figure(int(date[1:]))} century"
    if date.endswith("X"):
        return f"{date.lstrip('-')[:-1]}0s"
    if date.startswith("---"):
        return ordinal_figure(int(date[3:]))
    found = _DAY.fullmatch(date)
    if found and not found[1] and 1 <= int(found[2]) <= 12:
        day = f" {int(found[3])}" if found[3] else ""
        return f"{_MONTHS[int(found[2]) - 1]}{day}"
    return re.sub(r"-(?=[QH])", " ", date.removeprefix("--"))


def _time(measure: Measure) -> str:
    return measure.date.removeprefix("T") or grouped(measure.value)


def _document(measure: Measure) -> str:
    return f"[{measure.date}] No. {grouped(measure.value)}"


def _ordinal(measure: Measure) -> str:
    role = _ROLES.get(measure.unit) or (measure.unit if measure.unit[:1].isascii() else "")
    if role or measure.value != measure.value.to_integral_value():
        return f"{role} {grouped(measure.value)}".strip()
    return ordinal_figure(int(measure.value))


def _ratio(measure: Measure) -> str:
    """2/3, 1:3, 9:43:47, 5-3."""
    sign = SIGNS[measure.approximator] if measure.approximator else ""
    if measure.upper is not None:
        middle = measure.unit if measure.unit.startswith(":") else "–"
        return f"{sign}{grouped(measure.value)}{middle}{grouped(measure.upper)}"
    part = Fraction(measure.value).limit_denominator(1000)
    told = f"{part}" if abs(float(part) - float(measure.value)) < 1e-9 else grouped(measure.value)
    return sign + told
