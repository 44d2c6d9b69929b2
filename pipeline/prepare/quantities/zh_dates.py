"""Dates, periods and times of day in a Chinese text."""

from __future__ import annotations

import re
from decimal import Decimal

from pipeline.document import Measure
from pipeline.prepare.quantities.numerals import CHINESE, chinese_value

_YEAR4 = r"(?:[12]\d{3}|[一二][零〇○一二三四五六七八九]{3})"
_TWO = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3}|廿[一二三四五六七八九]?|卅一?)"
_MINGUO = rf"(?:中华|中華)?民[国國]\s?(?P<minguo>\d{{1,3}}|[{CHINESE}]+)"
_FULL = re.compile(
    rf"(?:{_MINGUO}|(?P<year>{_YEAR4})|(?P<short>\d{{2}}|[{CHINESE}]{{2,7}}))\s?(?:年度?)"
    rf"(?:\s?(?P<month>{_TWO})\s?月份?(?:\s?(?P<day>{_TWO})\s?[日号])?|"
    rf"\s?(?P<part>上半年|下半年|第?[一二三四1-4]季度))?"
)
_ERA = re.compile(
    rf"(?P<era>(?:公元|西元)前?)\s?(?P<year>\d{{1,4}}|[{CHINESE}]{{1,5}})\s?年(?!代)(?:\s?(?P<month>{_TWO})\s?月份?(?:\s?(?P<day>{_TWO})\s?[日号])?)?"
)
_ERA_BEFORE = re.compile(r"(?:公元|西元)前?\s?$")
_DECADE = re.compile(
    rf"(?:(?P<century>\d{{2}}|[一二十]{{1,3}}|上)\s?世[纪紀]\s?)?(?P<years>{_YEAR4}|\d0|[二三四五六七八九]十)\s?年代"
)
_CENTURY = re.compile(r"(?P<n>\d{1,2}|[一二三四五六七八九十]{1,3})\s?世[纪紀]")
_MONTH_DAY = re.compile(rf"(?P<month>{_TWO})\s?月份?(?:\s?(?P<day>{_TWO})\s?[日号](?!线|楼|院|门|机|店|馆))?")
_DAY = re.compile(r"(?P<day>\d{1,2})\s?日(?!内|以内|之内|以上|以下|元|均|龄|圆|后|本)")
# 期限为30日, 不少于7日, 拘留15日: as many days, not the day of a month
_AS_LONG = re.compile(
    r"(?:期限为?|为期|期为|(?<!同)期[间内]?|时限为?|少于|超过|多于|至少|最多|最长|最短|延长|缩短|满|拘留|扣押|停产|停业|逾期|达|连续|提前|推迟|每|"
    r"[以之][上下])\s?$"
)
_ISO = re.compile(r"(?P<year>[12]\d{3})(?P<sep>[-/.])(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})(?![\d.])")
# 98.5.20 is a day where something says so: 18.10.1起施行, 自18.10.1至18.12.31.
_SHORT_DAY = re.compile(
    r"(?P<year>\d{2})\.(?P<month>0?[1-9]|1[0-2])\.(?P<day>0?[1-9]|[12]\d|3[01])(?!\.?\d|\s?[条款节章])"
)
_DAY_BEFORE = re.compile(r"(?:自|从|于|截至|截止到?|至|日期[:：]?|时间[:：]?)\s?$")
_DAY_AFTER = re.compile(
    r"\s?(?:起|前|后|以[前后来]|止|至|生(?!成|产|态)|印发|发布|公布|施行|实施|生效|签订|签署)"
)
_DOTTED = re.compile(
    r"(?<=[“\"「])(?P<month>\d{1,2})[·•‧・.](?P<day>\d{1,2})(?=[”\"」])"
)  # the “8·14” accident
_QUARTER = re.compile(r"(?P<year>)第?(?P<n>[一二三四1-4])季度")
_HALF_YEAR = re.compile(r"半年")
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2}|[零一二三四五六七八九十两]{1,3})\s?(?:[时時](?!间|候|代|任|常|刻|期|效|空|装|隔|报|段|有|不|机|尚|速)|点(?!建议|意见|要求|方面|内容|体会|希望))"
    r"(?:\s?(?P<minute>\d{1,2}|[一二三四五六七八九十零]{1,3})\s?分(?!钟|之)|(?P<half>半)|(?P<quarter>[一三])刻|整|许|钟)?"
)
_WORD_AFTER = re.compile(r"[一-龥](?<![刚前后左至到开])")
_DIGITAL = re.compile(r"(?P<hour>[01]?\d|2[0-4])[:：](?P<minute>[0-5]\d)(?:[:：][0-5]\d)?(?![\d:：])")
_DAYTIME = re.compile(
    r"(上午|下午|中午|正午|午夜|半夜|子夜|深夜|夜里|晚上|晚间|晚|凌晨|清晨|早上|早晨|一早|傍晚|午后|夜间|次日|翌日|次晨|[日号天]|(?:点半?|时)(?:至|到|—|-|~))(?:约|大约|近)?\s?$"
)
_YEAR_RANGE_END = re.compile(r"\s?年(?!代|间|内|级)")


def dates(text: str, here: int) -> list[Measure]:
    """The date, period or time of day that begins at `here`, if one does."""
    return (
        _era(text, here)
        or _decade(text, here)
        or _full(text, here)
        or _iso(text, here)
        or quarter(text, here)
        or _month_day(text, here)
        or _time(text, here)
    )


def _era(text: str, here: int) -> list[Measure]:
    """公元79年8月, 公元前44年3月15日, seen from the year."""
    before = _ERA_BEFORE.search(text, max(0, here - 4), here)
    found = _ERA.match(text, before.start()) if before else None
    year = _number(found["year"]) if found else None
    if found is None or not year:
        return []
    iso = f"{'B' if '前' in found['era'] else ''}{year:04d}"
    month, day = _number(found["month"]), _number(found["day"])
    if month is not None and 1 <= month <= 12 and (day is None or 1 <= day <= 31):
        iso += f"-{month:02d}" + (f"-{day:02d}" if day is not None else "")
    return [_date(found, iso, Decimal(year))]


def _full(text: str, here: int) -> list[Measure]:
    found = _FULL.match(text, here)
    if not found:
        return []
    year = _year(found)
    if year is None or (year % 100 == 0 and _lasts(text, here, found)):
        return []
    if found["part"]:
        return [_date(found, f"{year:04d}-{_part(found['part'])}", Decimal(year))]
    iso = f"{year:04d}"
    month, day = _number(found["month"]), _number(found["day"])
    if month is not None:
        if not 1 <= month <= 12 or (day is not None and not 1 <= day <= 31):
            return []
        iso += f"-{month:02d}" + (f"-{day:02d}" if day is not None else "")
    return [_date(found, iso, Decimal(year))]


_LASTING = re.compile(
    r"(?:距今|已有|有着?|拥有|历经|历时|长达|绵延|跨越|横跨|延续|流传|走过|经过|超过|将近|近|约|上下|逾|过去|前后)[已有了约近超过\s]{0,4}$"
)
_LASTED = re.compile(r"前(?!后|半|期|三|四)|之久|的?历史|多?年?来(?!临|自|到)|的?文明|不断|沧桑")


def _lasts(text: str, here: int, found: re.Match[str]) -> bool:
    """距今已有2500年, 2000年前, 1800年的历史: round years that went by, no year of the calendar."""
    if found["month"] or found["part"] or found["minguo"] or not found[0].endswith("年"):
        return False
    after = _LASTED.match(text, found.end())
    return after is not None or _LASTING.search(text, max(0, here - 8), here) is not None


def _year(found: re.Match[str]) -> int | None:
    """The year of the common era; 民国 years and old Taiwanese ones count from 1911."""
    if found["minguo"]:
        since = _number(found["minguo"])
        return 1911 + since if since else None
    if found["year"]:
        return _number(found["year"])
    short = _number(found["short"])
    if short is None or not found["month"] or short >= 200:
        return None  # 18年 alone is a duration
    if found["short"].isdigit():
        return (2000 if short < 50 else 1900) + short if short < 100 else 1911 + short
    return 1911 + short if short >= 10 else None


def _number(text: str | None) -> int | None:
    value = chinese_value(text) if text else None
    return None if value is None else int(value)


def _part(text: str) -> str:
    if text in ("上半年", "下半年"):
        return "H1" if text[0] == "上" else "H2"
    return f"Q{_number(text.removeprefix('第')[0])}"


def quarter(text: str, here: int) -> list[Measure]:
    """第三季度, 一季度; but 前三季度 counts quarters."""
    found = _QUARTER.match(text, here)
    if not found or text[max(0, here - 1) : here] in ("前", "个"):
        return []
    n = _number(found["n"])
    return [_date(found, f"--Q{n}", Decimal(n or 0))]


def half_year(text: str, here: int) -> list[Measure]:
    """上半年, 下半年, seen from its 半."""
    found = _HALF_YEAR.match(text, here)
    before = text[max(0, here - 1) : here]
    if not found or before not in ("上", "下"):
        return []
    half = 1 if before == "上" else 2
    return [
        Measure(start=here - 1, end=found.end(), text="", kind="date", value=Decimal(half), date=f"--H{half}")
    ]


def _decade(text: str, here: int) -> list[Measure]:
    found = _DECADE.match(text, here)
    if found:
        years, century = (
            _number(found["years"]),
            _number(found["century"]) if found["century"] != "上" else 20,
        )
        if years is None:
            return []
        if years >= 1000:
            iso = f"{years // 10}X"
        else:
            iso = f"{century - 1}{years // 10}X" if century else f"--{years // 10}X"
        return [_date(found, iso, Decimal(years))]
    found = _CENTURY.match(text, here)
    n = _number(found["n"]) if found else None
    if found is None or n is None or text[max(0, here - 1) : here] == "个":
        return []
    return [_date(found, f"C{n}", Decimal(n))]


def _iso(text: str, here: int) -> list[Measure]:
    if dotted := _DOTTED.match(text, here):
        month, day = int(dotted["month"]), int(dotted["day"])
        if 1 <= day <= 12 < month and "." not in dotted[0]:  # the “23·7” flood was in July 2023
            return [_date(dotted, f"{2000 + month}-{day:02d}", Decimal(2000 + month))]
        return (
            [_date(dotted, f"--{month:02d}-{day:02d}", Decimal(month))] if month <= 12 and day <= 31 else []
        )
    if short := _short_day(text, here):
        year = int(short["year"]) + (2000 if int(short["year"]) < 50 else 1900)
        return [_date(short, f"{year}-{int(short['month']):02d}-{int(short['day']):02d}", Decimal(year))]
    found = _ISO.match(text, here)
    if not found or not (1 <= int(found["month"]) <= 12 and 1 <= int(found["day"]) <= 31):
        return []
    iso = f"{found['year']}-{int(found['month']):02d}-{int(found['day']):02d}"
    return [_date(found, iso, Decimal(found["year"]))]


def _short_day(text: str, here: int) -> re.Match[str] | None:
    found = _SHORT_DAY.match(text, here)
    if found is None or text[max(0, here - 1) : here].isdigit():
        return None
    told = _DAY_BEFORE.search(text, max(0, here - 5), here) or _DAY_AFTER.match(text, found.end())
    return found if told else None


def dotted_day(text: str, here: int) -> bool:
    """Whether a day written with dots begins here: 2019.3.1, and 18.3.1 where something says that it is one."""
    iso = _ISO.match(text, here)
    if iso and iso["sep"] == "." and 1 <= int(iso["month"]) <= 12 and 1 <= int(iso["day"]) <= 31:
        return True
    return _short_day(text, here) is not None


def _month_day(text: str, here: int) -> list[Measure]:
    found = _MONTH_DAY.match(text, here)
    if found:
        month, day = _number(found["month"]), _number(found["day"])
        if month is None or not 1 <= month <= 12 or (day is not None and not 1 <= day <= 31):
            return []
        iso = f"--{month:02d}" + (f"-{day:02d}" if day is not None else "")
        return [_date(found, iso, Decimal(month))]
    found = _DAY.match(text, here)
    day = _number(found["day"]) if found else None
    if found is None or day is None or not 1 <= day <= 31 or _AS_LONG.search(text, max(0, here - 6), here):
        return []
    return [_date(found, f"---{day:02d}", Decimal(day))]


def _time(text: str, here: int) -> list[Measure]:
    found = _DIGITAL.match(text, here)
    if found:
        return [_clock(found, int(found["hour"]), int(found["minute"]))]
    found = _CLOCK.match(text, here)
    hour = _number(found["hour"]) if found else None
    if found is None or hour is None or hour > 24:
        return []
    daytime = _DAYTIME.search(text, max(0, here - 5), here)
    if daytime and daytime[1] == "晚" and found[0] == "一点":
        return []  # 晚一点: a little later
    told = daytime or found["minute"] or found["half"] or found["quarter"] or "零时" in found[0]
    if not told and (not text[here].isdigit() or ("点" in found[0] and _WORD_AFTER.match(text, found.end()))):
        return []
    minute = 30 if found["half"] else _number(found["minute"]) or 15 * (_number(found["quarter"]) or 0)
    late = (
        daytime and daytime[1] in ("下午", "晚上", "晚间", "晚", "傍晚", "午后", "深夜", "夜间") and hour < 12
    )
    return [_clock(found, hour + (12 if late else 0), minute)]


def _clock(found: re.Match[str], hour: int, minute: int) -> Measure:
    return Measure(
        start=found.start(), end=found.end(), text="", kind="time", unit="min",
        value=Decimal(60 * hour + minute), date=f"T{hour:02d}:{minute:02d}",
    )  # fmt: skip


def span(text: str, low: re.Match[str], high: re.Match[str]) -> list[Measure]:
    """2015—2020年 as one range; 1—9月 and 10至15日 as two dates."""
    first = _number(low[0]) if re.fullmatch(_YEAR4, low[0]) else None
    last = _number(high[0]) if re.fullmatch(_YEAR4, high[0]) else None
    end = _YEAR_RANGE_END.match(text, high.end())
    if first and last and end and first < last:
        return [
            Measure(
                start=low.start(), end=end.end(), text="", kind="date",
                value=Decimal(first), upper=Decimal(last), date=f"{first:04d}",
            )
        ]  # fmt: skip
    later = _month_day(text, high.start())
    value = _number(low[0])
    if not later or value is None or "." in low[0]:
        return []
    months = later[0].date.startswith("--") and not later[0].date.startswith("---")
    if value > (12 if months else 31) or value == 0:
        return []
    iso = f"--{value:02d}" if months else f"---{value:02d}"
    early = Measure(start=low.start(), end=low.end(), text="", kind="date", value=Decimal(value), date=iso)
    return [early, *later]


def _date(found: re.Match[str], iso: str, value: Decimal) -> Measure:
    return Measure(start=found.start(), end=found.end(), text="", kind="date", value=value, date=iso)
