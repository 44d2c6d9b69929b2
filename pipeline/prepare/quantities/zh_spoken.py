"""Amounts as people say them: 九块六, 一米五八, 八五折, 一刻钟, 年近七旬, 五个亿, 八十有三."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from pipeline.document import Measure, MeasureKind
from pipeline.prepare.quantities.numerals import CHINESE, DIGITS, chinese_value, scale_of

_N = rf"(?>(?:\d[\d,]*+(?:\.\d++)?|[{CHINESE}])++)"
_ONE = r"[一二两三四五六七八九\d]"
_DIGIT = "[一二三四五六七八九]"
# What begins like one of the forms below: most figures do not, and are read without them.
_HINT = re.compile(
    rf"{_N}(?:块|元{_ONE}|[毛角]|分钱|米[一二三四五六七八九\d]|折|刻钟|旬|个[多半]?亿|有{_DIGIT}|码|秒\d|[至到~—–-])"
)

# 三块五毛二, 九块六, 5元3角2分; of 角 and 毛 without a 块 only what is no triangle and no wool.
_NOT_JIAO = r"(?![形洲地钢铁债架板度落逐])"
_NOT_MAO = r"(?![病巾衣线笔发孩坯利重收泽主虫驴料皮豆细囊织绒呢毯猴蛋玻刺茸边毛])"
# 六块八一斤: what one costs follows at once.
_PER = r"[一每](?:公?斤|个|只|张|份|本|碗|件|米|升|度|瓶|箱|条|块|盒|袋|次|两|晚|天)"
_PURSE = re.compile(
    rf"(?P<yuan>{_N})(?:块|元(?={_ONE}[毛角])|元(?={_ONE}分(?![钟之])))"
    rf"(?:(?P<jiao>{_ONE})(?:毛{_NOT_MAO}|角{_NOT_JIAO})(?:(?P<fen>{_ONE})分?)?|(?P<cent>{_ONE})分(?![钟之])|(?P<bare>{_ONE})(?:(?={_PER})|(?![{CHINESE}\d点.个名位件条块张家层米边角面棱])))钱?"
)
_SMALL = re.compile(
    rf"(?P<jiao>{_ONE})(?:(?:毛(?P<mao>{_ONE})分?|角(?P<fen>{_ONE})分)钱?(?=[，。、；！？,;的以]|$)|(?:毛|角)钱|(?<=\d)角{_NOT_JIAO}|毛{_NOT_MAO})"
)
_PAID = re.compile(r"[了涨跌降升贵赚挣亏赔收付给花到要卖价是就为仅只才足加减少宜约近的]$")
_FEN = re.compile(rf"(?P<n>(?!一分钱(?:[也都没不一掰]|$)){_N})分钱")  # 一分钱也没有: not a penny
_METRES = re.compile(
    rf"(?P<m>{_N})米(?P<d>{_DIGIT}{{1,2}}(?![{CHINESE}\d点个名条根层楼号年月]|[一-龥](?<=[块张片人台]))|\d\d(?![\d.,%％米])|\d(?=[高宽长深多左以的，。；、）)]|$))"
)
_DISCOUNT = re.compile(
    rf"(?P<n>{_DIGIT}{{1,2}}|\d(?:\.\d)?|\d\d)(?:折)?(?:(?:[~—–-]|至|到)(?P<to>{_DIGIT}{{1,2}}|\d(?:\.\d)?|\d\d))?折(?![叠页线扇屏画戏子射断腰磨旧回返桌椅尺纸刀])"
)
_QUARTERS = re.compile(r"(?P<n>[一二两三123])刻钟")
_TENS_OF_YEARS = re.compile(r"(?P<n>[二三四五六七八九])旬(?![刊报月末初内])")
_HUNDRED_MILLIONS = re.compile(rf"(?P<n>{_N})个(?P<more>[多半])?亿(?![{CHINESE}])")
_AND = re.compile(rf"(?P<tens>{_DIGIT}?十)有(?P<ones>{_DIGIT})(?=[，。；！？、的岁]|高龄|年(?![代])|$)")
_HUNDREDTHS = re.compile(r"(?P<s>\d{1,3})秒(?P<h>\d{1,3})(?![\d.,%])(?!\s?[一-龥](?<=[万亿个名人米元年月日]))")
_RATE_STEP = re.compile(rf"(?P<n>{_N})码(?!头|字|表|数)")
_RATES = re.compile(r"[升降]息|利率|准备[金率]|央行|联准会")


def spoken(text: str, here: int) -> list[Measure]:
    """The amount that begins at `here`, if it is said in one of these ways."""
    if not _HINT.match(text, here):
        return []
    for reader in _READERS:
        if found := reader(text, here):
            return [found]
    return []


def _purse(text: str, here: int) -> Measure | None:
    """三块五毛, 九块六, 5元3角2分."""
    found = _PURSE.match(text, here)
    yuan = chinese_value(found["yuan"]) if found else None
    if found is None or yuan is None:
        return None
    tenths, cents = found["jiao"] or found["bare"] or "零", found["fen"] or found["cent"] or "零"
    if found["bare"] and found[0][-1] != "钱" and text[here:].startswith("一块"):
        return None  # 一块三 is as often one piece
    return _money(found, yuan + _digit(tenths) / 10 + _digit(cents) / 100)


def _small(text: str, here: int) -> Measure | None:
    """三毛, 九毛五, 五角钱; 三毛 is also a writer, 三角 a triangle."""
    found = _SMALL.match(text, here)
    if found is None or text[max(0, here - 1) : here] in ("第", "块", "元"):
        return None
    if found[0].endswith("毛") and not _PAID.search(text, max(0, here - 1), here):
        return None
    return _money(found, _digit(found["jiao"]) / 10 + _digit(found["fen"] or found["mao"] or "零") / 100)


def _fen(text: str, here: int) -> Measure | None:
    found = _FEN.match(text, here)
    value = chinese_value(found["n"]) if found else None
    return None if found is None or value is None else _money(found, value / 100)


def _metres(text: str, here: int) -> Measure | None:
    """一米五八, 两米三, 1米75."""
    found = _METRES.match(text, here)
    whole = chinese_value(found["m"]) if found else None
    if found is None or whole is None or whole >= 100 or "." in found["m"]:
        return None
    decimals = "".join(str(_digit(c)) for c in found["d"])
    return _measure(found, "length", whole + Decimal(f"0.{decimals}"), "m")


def _discount(text: str, here: int) -> Measure | None:
    """八折, 八五折, 8.5折 are 80, 85 and 85 % of the price; 六七折 is 60 to 70 %."""
    found = _DISCOUNT.match(text, here)
    if found is None or text[max(0, here - 1) : here] in ("波", "第", "骨"):
        return None
    low, high = found["n"], found["to"]
    if high is None and len(low) == 2 and not low[0].isdigit() and DIGITS[low[1]] == DIGITS[low[0]] + 1:
        low, high = low[0], low[1]
    upper = None if high is None else _percent(high)
    value = _percent(low)
    if upper is not None and value > upper:
        value, upper = upper, value
    return replace(_measure(found, "percent", value, "折"), upper=upper)


def _percent(text: str) -> Decimal:
    digits = "".join(str(_digit(c)) if c != "." else c for c in text)
    value = Decimal(digits)
    return value if value >= 10 else value * 10


def _quarters(text: str, here: int) -> Measure | None:
    found = _QUARTERS.match(text, here)
    return _measure(found, "duration", _digit(found["n"]) * 15, "分") if found else None


def _tens_of_years(text: str, here: int) -> Measure | None:
    """七旬老人, 年近六旬."""
    found = _TENS_OF_YEARS.match(text, here)
    return _measure(found, "duration", _digit(found["n"]) * 10, "岁") if found else None


def _hundred_millions(text: str, here: int) -> Measure | None:
    """五个亿, 三个多亿, 两个半亿."""
    found = _HUNDRED_MILLIONS.match(text, here)
    value = chinese_value(found["n"]) if found else None
    if found is None or value is None:
        return None
    half = Decimal("0.5") if found["more"] == "半" else Decimal(0)
    measure = _measure(found, "count", (value + half) * scale_of("亿"), "")
    return replace(measure, approximator="over") if found["more"] == "多" else measure


def _and(text: str, here: int) -> Measure | None:
    """八十有三 is 83."""
    found = _AND.match(text, here)
    tens = chinese_value(found["tens"]) if found else None
    return (
        None if found is None or tens is None else _measure(found, "count", tens + _digit(found["ones"]), "")
    )


def _hundredths(text: str, here: int) -> Measure | None:
    """12秒31, as times of races are said."""
    found = _HUNDREDTHS.match(text, here)
    return None if found is None else _measure(found, "duration", Decimal(f"{found['s']}.{found['h']}"), "秒")


def _rate_step(text: str, here: int) -> Measure | None:
    """升息1码: 25 basis points, as Taiwan counts them."""
    found = _RATE_STEP.match(text, here)
    value = chinese_value(found["n"]) if found and _RATES.search(text) else None
    return None if found is None or value is None else _measure(found, "points", value * 25, "bp")


_READERS: tuple[Callable[[str, int], Measure | None], ...] = (
    _purse, _small, _fen, _metres, _discount, _quarters, _tens_of_years, _hundred_millions, _and, _hundredths,
    _rate_step,
)  # fmt: skip


def _digit(c: str) -> Decimal:
    return Decimal(c) if c.isdigit() else Decimal(DIGITS[c])


def _money(found: re.Match[str], value: Decimal) -> Measure:
    return _measure(found, "money", value, "元")


def _measure(found: re.Match[str], kind: MeasureKind, value: Decimal, unit: str) -> Measure:
    return Measure(start=found.start(), end=found.end(), text="", kind=kind, value=value, unit=unit)
