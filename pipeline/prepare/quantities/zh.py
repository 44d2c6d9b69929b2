"""Quantities of a Chinese text as exact values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import cache
from importlib import resources
from itertools import pairwise

from pipeline.document import Approximator, Measure, MeasureKind
from pipeline.prepare.quantities import zh_dates
from pipeline.prepare.quantities.codes import code_at
from pipeline.prepare.quantities.dotted import uncounted
from pipeline.prepare.quantities.numerals import CHINESE, DIGITS, chinese_value, exact, scale_of
from pipeline.prepare.quantities.units import BY_ZH, CLASSIFIERS, MONEY_SIGNS, longest_first
from pipeline.prepare.quantities.zh_spoken import spoken

# Full-width and Traditional forms become their plain twins, one for one, so that offsets stay.
_PLAIN = str.maketrans(
    "ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ０１２３４５６７８９．％＄￥萬億兩貳參叁陸數幾餘點個號與區縣條項屆歲",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.%$¥万亿两贰叁叁陆数几余点个号与区县条项届岁",
)
_GROUPING = re.compile(r"(?<=[０-９])，(?=[０-９]{3}(?![０-９]))")

# 千 belongs to its unit in 千瓦时, 千克, 千米, but not in 一万两千米.
_C = f"(?:(?!(?<![万亿][一二两三四五六七八九])千[瓦克米伏卡赫])[{CHINESE}])"
# Atomic groups: without them a long row of digits can be split in 2^n ways.
_ARABIC = r"(?>\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?>\.\d+)?"
_RUN = (
    rf"(?>(?:{_ARABIC}(?!\d)(?:(?!千[瓦克米伏卡赫])[十百千万亿])*+)+"
    rf"|{_C}++(?:点[{''.join(DIGITS)}]++[十百千万亿]*+)?)"
)
RUN = re.compile(_RUN)
_START = re.compile(rf"[\d{CHINESE}第数几半翻〔﹝［\[（(【民]")
_DIGIT_NAMES = "".join(DIGITS)

# After a Chinese numeral only these make it a count: 三级, 二期, 三方 are words.
_STRICT = frozenset(
    "个半 个 名 位 项 次 件 户 所 台 座 条 宗 家 批 套 辆 艘 架 幅 篇 册 本 张 只 头 匹 棵 株 间 栋 幢 处 起 份 门 "
    "支 根 块 片 段 轮 场 人次 人 口 种 类 步 大 组 队 道 层 群 遍 双 对 笔 枚 颗 粒 部门 家次 户次 件次 架次 班次 例 剂 剂次 点".split()
)
_WORDY_UNITS = frozenset("方 升 度 里 克 瓦 伏 码 桶 圆 斤 秒 周".split())
_UNIT = longest_first([*BY_ZH, *CLASSIFIERS])
# Words that begin like a classifier: 5万亿台阶, 12位于前列.
_NO_UNIT = r"台[阶风湾账]|位[于列]|名[单录]|所[有属得]|期[间限望]|处[于置理罚]|起[步草诉]|份额|条[件例]|次序"
_TAIL = re.compile(
    rf"(?P<more>有余|[多余来几])?\s?(?P<scale>(?:(?!千[瓦克米伏卡赫])[万亿千百])+)?(?P<more2>有余|[多余])?\s?(?P<unit>(?!{_NO_UNIT})(?:{_UNIT}))?"
    r"(?P<half>半(?!个))?(?P<more3>有余|\+(?![\dA-Z])|余(?=[^一-龥]|[人名家户项次元的])|多(?!元|种|样|数|次|边|方|个|年|部门|领域|层|功能|渠道|维))?"
    r"(?P<long>月|年|小时|星期|世纪)?"
    r"(?P<after>(?:及|\(含\)|（含）)?(?:以上|以下|以内)|之内|左右|附近|上下|内(?![容部外在涵地陆设资河务科需销贸阁蒙控生])|出头|许(?!可|多))?"
)
_CONNECTOR = re.compile(r"\s?(?:[—–―\-~～－]{1,2}|至|到)\s?")

_BEFORE = re.compile(
    r"(?:(?P<nearly>将近|接近|临近|(?<![附亲邻最靠就远])近|几乎(?:达到?了?)?)|(?P<about>大约|大概|约为|约占|(?<![节签合预制公条特违履契邀简集])约|左右)|"
    r"(?P<at_least>(?:至少|最少|最低|起码)(?![达为值价每])[一-龥]{0,3}?|不[得能可应]?[少低小]于|达到或超过)|"
    r"(?P<at_most>(?:至多|最多|最高(?!人民|法院|检察|行政|学府|领导|级|点|层|峰|奖|温|气温)|最长)(?![达为值价每增])[一-龥]{0,3}?|不[得能可应]?(?:超过|超出|[高多大]于|逾)|未超过)|"
    r"(?P<under>跌[破穿]|不足|不到|未满|低于|少于|小于|未达|不满)|"
    r"(?P<over>超过|突破|超出|高于|大于|多于|逾|(?<![赶高反])超|(?<![打爆冲])破|上))"
    r"(?:了|达|到|\s)?(?:人民币|新台币|港币|美金)?[¥$€£]?\s?$"
)
_PACE = re.compile(r"(?:每(?:个)?小时|时速|每秒)(?:约|大约|达|高达|超过|近|为|可达|的速度)*\s?$")
_LONE_BEFORE = re.compile(r"(?:近|上|超|超过|过|逾|约|破|突破|不足|不到)$")
_LONE = frozenset("零〇○壹贰叁肆伍陆柒捌玖拾佰仟幺")
_THAT_YEAR = re.compile(r"[去今前当那这上\d]年$")
_GRADE = re.compile(r"[元吨米斤]?(?:级|台阶)")
_AFTER: dict[str, Approximator] = {
    "以上": "at_least", "以下": "at_most", "以内": "at_most", "之内": "at_most", "内": "at_most",
    "左右": "about", "附近": "about", "上下": "about", "许": "about", "出头": "over",
}  # fmt: skip
_MORE: dict[str, Approximator] = {
    "多": "over",
    "余": "over",
    "有余": "over",
    "+": "over",
    "几": "over",
    "来": "about",
}
_GROWTH = re.compile(r"(?:增长|增加|提高|上升|扩大|提升|增|涨|高出|多出)(?:了|近|约|超过|超|逾|\s)*$")
_SIGN = re.compile(rf"(?:{longest_first(list(MONEY_SIGNS))})\s?$")
_AFTER_ORDINAL = re.compile(r"(?:第\s?)?")
_MARKER = re.compile(
    r"(?:^|(?<=[。；;：:\n]))\s*[（(]?\d{1,2}(?:[）)](?!\d)|[、.．](?!\d))|[（(]\d{1,2}[）)](?=[一-龥])"
)
_CHINESE_MARKER = re.compile(rf"[（(]{_C}{{1,4}}[）)]|(?:^|(?<=[。；;：:\n])){_C}{{1,4}}、")
_CODE_BEFORE = re.compile(
    r"(?<!\d[x×])(?:[A-Za-z](?<!\dx)(?:[-–./+]?\d*)?[-–./+]?|[一-龥](?<![为是达到在于率])-)$"
)

_YEAR = re.compile(r"(?:19|20)\d\d")  # alone: 2019世界布商大会
_MONTH = re.compile(r"--\d\d(?:-\d\d)?")
_CODE = re.compile(rf"\d+(?:\.\d+)?(?!(?:{_UNIT})(?![A-Za-z])|x\d)[A-Za-z]|\d0后(?!卫|来|的?几)")
_CODE_REST = re.compile(r"[\d.,]*\d[A-Za-z\d]*后?")

_SLASH = re.compile(r"(\d{1,3})/(\d{1,3})(?![/\d])")
_QUOTED = re.compile(rf"[{CHINESE}]+[一-龥、]{{1,12}}[”’」』》]")
_PARTS = re.compile(rf"(?P<parts>{_RUN})分之(?P<top>{_RUN})")
_RATIO = re.compile(rf"(?P<a>{_RUN})\s?(?:∶|[:：]|比)\s?(?P<b>{_RUN})(?:[∶:：比](?P<c>{_RUN}))?(?![:：\d])")
_SCORE = re.compile(r"(?P<a>\d{1,3})[-—–](?P<b>\d{1,3})(?![\d.%]|[-—–]|\s?[一-龥])")
_NOT_TENTHS = r"(?!分(?![布别属])|[为立员果功就长本效绩熟品交型风因规套]|都(?![是不没有在被要会能来由已为])|人(?:[票仪礼节教高本])|年(?!轻)|不(?![到足止超过]))"
_TENTHS = re.compile(
    rf"(?:(?P<low>[一二三四五六七八九两\d](?:\.\d)?)成?(?:到|至|[—–~～-]))?(?P<n>[一二三四五六七八九两十\d](?:\.\d)?)成(?:(?P<half>半|[一二三四五六七八九](?![十百千万亿年级楼层个名]))|{_NOT_TENTHS})"
)
_TENTHS_AFTER = re.compile(f"成{_NOT_TENTHS}")
_DOUBLING = re.compile(rf"翻(?:了)?(?:近)?(?P<n>{_C})?番|翻(?:了)?(?:一)?倍")
_HALF = re.compile(r"半(?P<unit>年|个月|天|个小时|小时|个世纪|日|数|价)(?!报|格)")
# 半天没说话, 绕了半天弯子: for ages; 休息了半天 is half a day.
_LONG_WHILE = re.compile(
    r"(?:[^息假作班课工]了|.?[^了])?半天(?:[没不也才都]|的?[^，。；、]{0,2}(?:弯子|劲|话|功夫))"
)
_OVER_HALF = re.compile(r"(?<=过)半(?=数|[，。；、,的]|$)")
_FEW = re.compile(r"[数几](?:个亿|[十百千万亿]+)(?!学|据|字|码|值|位)")
_FEW_PARTS = re.compile(r"[数几][十百千万亿]+分之[一二三几]")
_NEIGHBOURS = re.compile(
    r"(?P<head>[一二两三四五六七八九]?[十百千万])?(?P<a>[一二两三四五六七八])(?P<b>[二两三四五六七八九])(?P<scale>[十百千万亿]*)"
    r"(?![〇零一二三四五六七八九十])"
)
_ORDINAL = re.compile(
    rf"第\s?(?P<n>{_RUN})(?:\s?(?:[—–\-~～]|至|到)\s?第?(?P<to>{_RUN}))?(?:[A-Z]{{1,2}}(?=[条款章]))?\s?(?P<unit>届|条|款|项|章|节|编|号|位|名|次|批|期|个|卷|部|代|轮|届|大|线|站|集|页|类|级|组|场)?"
)
_SESSION = re.compile(rf"(?P<n>{_C}+|\d+)(?:届|中(?=(?:、{_C}+中)*全会))")
# Law No. 5/2011, as Macao cites it.
_SLASHED_DOCUMENT = re.compile(r"(?:第\s?)?(?P<n>\d{1,4})/(?P<year>(?:19|20)\d{2})\s?号")
_DOCUMENT = re.compile(r"[〔﹝［\[（(【]\s?(?P<year>\d{4})\s?[〕﹞］\]）)】]\s?(?:第)?\s?(?P<n>\d+)\s?号")
_CONGRESS = re.compile(r"(?:十[一二三四五六七八九]|二十[一二三四五]?|\d\d)大(?![小量型家学于多的力约概型])")


# 本周六对阵: Saturday against; but 本周三次, 每周三次 are three times.
_WEEKDAY = re.compile(r"(?:星期|礼拜|(?:[本上下这]|^|[，。；：、于在到从至])周)$")
_OF_WEEKDAY = re.compile(r"(?![次天个场节小度成倍年人名位件项一二三四五六七八九十百千万亿点分])")
_MIXED_YEAR = re.compile("(?<![0-9])[一二][零〇○0一二三四五六七八九]{3}(?=年)")
_MIDDLE_DOT = re.compile(
    "(?<=[零〇一二三四五六七八九十百])[‧•・·](?=[零〇一二三四五六七八九]+(?:公|平方|立方|米|厘米|毫米|千米|倍|度|[万亿]|吨|元|%))"
)


def plain(text: str) -> str:
    """The text with full-width figures and Traditional numerals made plain, character for character.

    So are two slips of the keyboard: 二0一八年, and 五‧五公尺 with a middle dot (九‧一八 is a day).
    """
    flat = _GROUPING.sub(",", text).translate(_PLAIN)
    if "0" in flat:
        flat = _MIXED_YEAR.sub(lambda year: year[0].replace("0", "〇"), flat)
    return _MIDDLE_DOT.sub("点", flat)


@cache
def _names() -> re.Pattern[str]:
    lines = (resources.files(__package__) / "names.txt").read_text("utf-8").splitlines()
    return re.compile(longest_first([line for line in lines if line and not line.startswith("#")]))


def measures(text: str) -> tuple[Measure, ...]:
    """Every quantity of a Chinese text, in order, none overlapping.

    Names and idioms that hold numerals (三定, 统一, 十九大, 四个意识) are none; nor is 一 with a classifier,
    which English renders by an article; nor are list markers and codes such as 5G.
    """
    flat, found, at = plain(text), list[Measure](), 0
    while start := _START.search(flat, at):
        here = start.start()
        past = _skipped(flat, here)
        if past is not None:
            at = past
            continue
        read = _read(flat, here)
        if read:
            read = [_with_context(flat, m, found[-1].end if found else 0) for m in read]
            found += read
            at = read[-1].end
        else:
            run = RUN.match(flat, here)
            at = max(here + 1, run.end() if run else 0)
    return tuple(_finished(m, text) for m in _with_years(_shared_units(flat, found)))


def _with_years(found: list[Measure]) -> list[Measure]:
    """1997年7—9月: the year belongs to the month that follows it at once."""
    joined: list[Measure] = []
    for m in found:
        year = joined[-1] if joined else None
        if (
            year and year.end == m.start and m.kind == year.kind == "date" and year.upper is None
            and _YEAR.fullmatch(year.date) and _MONTH.fullmatch(m.date)
        ):  # fmt: skip
            joined[-1] = replace(year, end=m.end, date=f"{year.date}{m.date[1:]}")
        else:
            joined.append(m)
    return joined


def _shared_units(text: str, found: list[Measure]) -> list[Measure]:
    """新台币三十万元以上一百五十万元以下, 2.3个和3.1个百分点: a unit is named once."""
    for i, m in enumerate(found):
        shared = _AFTER_BRACKET.match(text, m.end) if m.kind == "count" and m.unit == "" else None
        if shared and "±" in text[max(0, m.start - 8) : m.start + 8]:
            unit = BY_ZH[shared["unit"]]
            found[i] = replace(m, kind=unit.kind, unit=unit.id)  # （50±5）%
    for i, (m, after) in enumerate(pairwise(found)):
        if after.unit == "元" and m.kind == "money" and after.start - m.end <= 3:
            found[i + 1] = replace(after, unit=m.unit)
        listed = text[m.end : after.start] in ("、", "和", "与", "及", "或")
        if listed and m.kind == "count" and (m.unit == "" or (m.unit == "个" and after.kind == "points")):
            found[i] = replace(m, kind=after.kind, unit=after.unit) if after.kind in _LISTABLE else m
    return found


_AFTER_BRACKET = re.compile(rf"(?:\s?±\s?[\d.]+)?[)）]\s?(?P<unit>{longest_first(list(BY_ZH))})")
_LISTABLE = frozenset({"percent", "points", "money", "area", "length", "mass", "energy", "duration"})


# 零下5℃, -5℃; but not the dash of 10-20℃.
_BELOW_ZERO = re.compile(r"(?:^|(?<![\d.A-Za-z%％℃度°]))(?P<sign>零下|[-−－])\s?$")


def _finished(measure: Measure, text: str) -> Measure:
    upper = None if measure.upper is None else exact(measure.upper)
    value, start = exact(measure.value), measure.start
    below = _BELOW_ZERO.search(text, max(0, start - 3), start) if measure.kind == "temperature" else None
    if below and upper is None:
        value, start = -value, below.start("sign")
    return replace(measure, start=start, text=text[start : measure.end], value=value, upper=upper)


def _skipped(text: str, here: int) -> int | None:
    """Where a name, list marker or code that covers `here` ends; None if there is none."""
    for begin in range(max(0, here - 3), here + 1):
        name = _names().match(text, begin)
        if name and name.end() > here:
            return name.end()
    figure = _AFTER_ORDINAL.match(text, here).end()  # type: ignore[union-attr]
    if text[figure : figure + 1].isdigit() and (code := code_at(text, figure)) is not None:
        return code
    if text[max(0, here - 1) : here] in ("“", "‘", "「", "『") and (slogan := _QUOTED.match(text, here)):
        return slogan.end()  # “四个善作善成”, “五大升级”: a name, told by its quotation marks
    if vague := _FEW_PARTS.match(text, here):
        return vague.end()  # 几万分之一: "one in tens of thousands" has no figure either
    if text[here] in "一二三四五六" and _WEEKDAY.search(text, max(0, here - 3), here):
        return here + 1 if _OF_WEEKDAY.match(text, here + 1) else None
    congress = _CONGRESS.match(text, here)
    if congress:
        return congress.end()
    outline = _CHINESE_MARKER.match(text, max(0, here - 1)) or _CHINESE_MARKER.match(text, here)
    if outline and outline.end() > here:
        return outline.end()
    if text[here].isdigit() or text[here] in "（(":
        marker = _MARKER.match(text, here) or _MARKER.match(text, max(0, here - 1))
        if marker and marker.end() > here:
            return marker.end()
    if text[here].isdigit() and (
        _CODE_BEFORE.search(text, max(0, here - 8), here) or _CODE.match(text, here)
    ):
        return _CODE_REST.match(text, here).end()  # type: ignore[union-attr]
    return None


def _read(text: str, here: int) -> list[Measure]:
    """The measures that begin at `here`: usually one, two for a range of dates; none if it is no quantity."""
    first = text[here]
    if first in "〔﹝［[（(【":
        return _document(text, here)
    if first in "第0123456789" and (found := _SLASHED_DOCUMENT.match(text, here)):
        return [_measure(found, "document", Decimal(found["n"]), unit="号", date=found["year"])]
    if first == "第":
        return zh_dates.quarter(text, here) or _ordinal(text, here)
    if first in "数几":
        return _few(text, here)
    if first == "半":
        return _half(text, here)
    if first == "翻":
        return _doubling(text, here)
    return zh_dates.dates(text, here) or ([] if first == "民" else _number(text, here))


def _document(text: str, here: int) -> list[Measure]:
    found = _DOCUMENT.match(text, here)
    return [_measure(found, "document", Decimal(found["n"]), unit="号", date=found["year"])] if found else []


def _ordinal(text: str, here: int) -> list[Measure]:
    found = _ORDINAL.match(text, here)
    value = chinese_value(found["n"]) if found else None
    if found is None or value is None:
        return []
    unit = found["unit"] or ""
    if not found["to"]:
        return [_measure(found, "ordinal", value, unit=unit)]
    upper = chinese_value(found["to"])
    if upper is None:
        return []
    middle = found.end("n")
    return [
        Measure(start=here, end=middle, text="", kind="ordinal", value=value, unit=unit),
        Measure(start=found.start("to"), end=found.end(), text="", kind="ordinal", value=upper, unit=unit),
    ]


def _few(text: str, here: int) -> list[Measure]:
    """数十, 几百, 数千万: an order of magnitude."""
    found = _FEW.match(text, here)
    if not found:
        return []
    return _tailed(
        text, here, found.end(), scale_of(found[0][1:].lstrip("个")), chinese=True, default="about"
    )


def _half(text: str, here: int) -> list[Measure]:
    if over := _OVER_HALF.match(text, here):
        end = over.end() + text.startswith("数", over.end())
        share = _measure(over, "ratio", Decimal("0.5"), unit="fraction")
        return [replace(share, start=here - 1, end=end, approximator="over")]
    found, before = _HALF.match(text, here), text[max(0, here - 1) : here]
    if not found or before in ("上", "下"):
        return zh_dates.half_year(text, here)
    if before in ("大", "小", "老", "好") or _LONG_WHILE.match(text, max(0, here - 2)):
        return []  # 大半天 is the better part of a day
    if found["unit"] in ("数", "价"):
        return [_measure(found, "ratio", Decimal("0.5"), unit="fraction")]
    unit = BY_ZH[found["unit"]]
    return [_measure(found, unit.kind, Decimal("0.5"), unit=unit.id)]


def _doubling(text: str, here: int) -> list[Measure]:
    found = _DOUBLING.match(text, here)
    if not found:
        return []
    times = chinese_value(found["n"]) if found["n"] else Decimal(1)
    if times is None or times > 10:
        return []
    return [_measure(found, "multiple", Decimal(2) ** int(times or 1), unit="倍")]


def _number(text: str, here: int) -> list[Measure]:
    """A plain number with its unit, a percentage, a fraction, a ratio or a range."""
    for special in (spoken, _season, _fraction, _slashed, _tenths, _session, _ratio):
        if found := special(text, here):
            return found
    run = RUN.match(text, here)
    if run is None:
        return []
    near = _NEIGHBOURS.match(text, here)
    if near and near.end() >= run.end():
        return _neighbours(text, near)
    value = chinese_value(run[0])
    if value is None:
        return []
    low = _tailed(text, here, run.end(), value, chinese=not run[0][0].isdigit())
    return _ranged(text, here, run, value, low) or low


def _neighbours(text: str, found: re.Match[str]) -> list[Measure]:
    """五六个, 三四十万, 十四五度, 一百二三十人: two neighbouring digits are a range."""
    low, high = DIGITS[found["a"]], DIGITS[found["b"]]
    if high - low not in (1, 2) or (high - low == 2 and (found["a"] != "三" or found["head"])):
        return []
    scale, head = scale_of(found["scale"]), chinese_value(found["head"] or "零") or Decimal(0)
    if found["head"] and scale * 10 != scale_of(found["head"][-1]):
        return []  # 十四五万 may be either
    lower, upper = head + low * scale, head + high * scale
    if _TENTHS_AFTER.match(text, found.end()):
        share = _measure(found, "percent", lower * 10, unit="%", upper=upper * 10)
        return [_closed(text, replace(share, end=found.end() + 1))]
    read = _tailed(text, found.start(), found.end(), lower, chinese=True)
    if not read or not read[0].unit:
        return []
    return [replace(read[0], upper=upper * read[0].value / lower, approximator=None)]


def _ranged(text: str, here: int, run: re.Match[str], value: Decimal, low: list[Measure]) -> list[Measure]:
    """3—5年, 三至五个, 3%—5%, 100万到200万元; the lower end takes the scale and unit of the upper."""
    middle = _CONNECTOR.match(text, low[0].end if low else run.end())
    run2 = RUN.match(text, middle.end()) if middle else None
    value2 = chinese_value(run2[0]) if run2 else None
    if run2 is None or value2 is None:
        return []
    days = zh_dates.span(text, run, run2) if not (low and low[0].unit) else []
    if days:
        return days
    if zh_dates.dates(text, run2.start()):
        return []
    high = _tailed(text, run2.start(), run2.end(), value2, chinese=not run2[0][0].isdigit())
    if not high or (low and low[0].unit and (low[0].kind, low[0].unit) != (high[0].kind, high[0].unit)):
        return []
    lower = (
        low[0].value if low and low[0].unit else value * _shared_scale(value, run[0], run2[0], high[0].value)
    )
    if lower >= high[0].value:
        return []
    return [replace(high[0], start=here, value=lower, upper=high[0].value)]


def _shared_scale(value: Decimal, run: str, run2: str, high: Decimal) -> Decimal:
    """The scale that the lower end of 3—5万 leaves out."""
    if not high or run[-1] in "百千万亿":
        return Decimal(1)
    scale = scale_of(re.search(r"[百千万亿]*$", run2)[0])  # type: ignore[index]
    mantissa = high / scale
    extra = high / (chinese_value(run2) or high)  # a scale that stands after 多: 3—5多万
    scale *= extra
    return scale if value <= mantissa else Decimal(1)


def _fraction(text: str, here: int) -> list[Measure]:
    """三分之二, 百分之三点五, 千分之三, and 百分之三至五."""
    found = _PARTS.match(text, here)
    if not found:
        return []
    parts, top = chinese_value(found["parts"]), chinese_value(found["top"])
    if not parts or top is None:
        return []
    share = {100: ("%", Decimal(1)), 1000: ("‰", Decimal(1)), 10_000: ("%", Decimal("0.01"))}.get(int(parts))
    if share is None:
        return [_measure(found, "ratio", top / parts, unit="fraction")]
    low = _measure(found, "percent", top * share[1], unit=share[0])
    to = re.compile(rf"(?:至|到|[—–-])(?:{found['parts']}分之)?({_RUN})").match(text, found.end())
    upper = chinese_value(to[1]) if to else None
    if to and upper is not None and upper > top:
        return [_closed(text, replace(low, end=to.end(), upper=upper * share[1]))]
    return [_closed(text, low)]


_SEASON = re.compile(r"([12]\d{3})[-–—/](\d{2})(?![\d-])(?=\s?(?:赛季|学年|年度|财年|年))")


def _season(text: str, here: int) -> list[Measure]:
    """1995-96赛季: two years, the second one shortened."""
    found = _SEASON.match(text, here)
    if not found or int(found[1][2:]) >= int(found[2]):
        return []
    return [_measure(found, "date", Decimal(found[1]), upper=Decimal(found[1][:2] + found[2]), date=found[1])]


def _slashed(text: str, here: int) -> list[Measure]:
    found = _SLASH.match(text, here)
    if not found or not 0 < int(found[1]) < int(found[2]):
        return []
    return [_measure(found, "ratio", Decimal(found[1]) / Decimal(found[2]), unit="fraction")]


def _closed(text: str, measure: Measure) -> Measure:
    """The measure with an approximator that follows it (百分之九十以上)."""
    tail = _TAIL.match(text, measure.end)
    if tail is None or tail["unit"] or tail["scale"] or not (tail["after"] or tail["more"]):
        return measure
    approximator = _approximator_after(tail)
    end = tail.end("after") if tail["after"] else tail.end("more")
    return replace(measure, end=end, approximator=approximator)


def _tenths(text: str, here: int) -> list[Measure]:
    """三成, 七成五, 三到四成, 一半 as a share."""
    if text.startswith("一半", here) and text[here + 2 : here + 3] not in ("天", "会", "路"):
        return [
            _closed(
                text,
                Measure(
                    start=here, end=here + 2, text="", kind="ratio", value=Decimal("0.5"), unit="fraction"
                ),
            )
        ]
    found = _TENTHS.match(text, here)
    value = chinese_value(found["n"]) if found else None
    if found is None or value is None:
        return []
    rest = (
        Decimal(0)
        if not found["half"]
        else Decimal("0.5")
        if found["half"] == "半"
        else Decimal(DIGITS[found["half"]]) / 10
    )
    low = chinese_value(found["low"]) if found["low"] else None
    if low is None:
        return [_closed(text, _measure(found, "percent", (value + rest) * 10, unit="%"))]
    share = _measure(found, "percent", low * 10, unit="%", upper=(value + rest) * 10)
    return [_closed(text, share)] if low < value else []


def _session(text: str, here: int) -> list[Measure]:
    """十九届, and 二中、三中全会."""
    found = _SESSION.match(text, here)
    value = chinese_value(found["n"]) if found else None
    if found is None or value is None:
        return []
    if found["n"] in ("两", "一") and found[0][-1] == "届":
        return [_measure(found, "count", value, unit="届")] if found["n"] == "两" else []
    return [_measure(found, "ordinal", value, unit=found[0][-1])]


def _ratio(text: str, here: int) -> list[Measure]:
    """1:3, 3比1, 9.1:43.5:47.4 (its middle stands in the unit), and a score such as 5-3."""
    found = _RATIO.match(text, here)
    a, b = (chinese_value(found["a"]), chinese_value(found["b"])) if found else (None, None)
    if found is None or a is None or b is None or (found[0][0] in CHINESE and "比" not in found[0]):
        score = _SCORE.match(text, here)
        if score is None or int(score["a"]) < int(score["b"]):
            return []
        return [_measure(score, "ratio", Decimal(score["a"]), unit=":", upper=Decimal(score["b"]))]
    c = chinese_value(found["c"]) if found["c"] else None
    if c is None:
        return [_measure(found, "ratio", a, unit=":", upper=b)]
    return [_measure(found, "ratio", a, unit=f":{b}:", upper=c)]


def _tailed(
    text: str, here: int, end: int, value: Decimal, *, chinese: bool, default: Approximator | None = None
) -> list[Measure]:
    """The number that ends at `end` with what follows it: 多, 万, a unit, 左右."""
    tail = _TAIL.match(text, end)
    if tail is None:
        raise ValueError("the tail pattern matches the empty text")
    value *= scale_of(tail["scale"] or "")
    name = tail["unit"] or ""
    unit = BY_ZH.get(name)
    word = text[here:end]
    if unit is not None and chinese and name in _WORDY_UNITS and word in DIGITS:
        unit, name = None, ""
    approximator = _approximator_after(tail) or default
    if chinese and not _counts(
        text, here, word, name, real=unit is not None, approximate=approximator is not None
    ):
        return []
    stop, long_unit = _stop(tail, has_unit=unit is not None or name != "")
    if name in ("个半", "个") and long_unit:
        unit = BY_ZH[{"月": "个月", "年": "年", "小时": "小时", "星期": "星期", "世纪": "个世纪"}[long_unit]]
    if (tail["half"] or name == "个半") and (unit is not None or name == "个半"):
        value += Decimal("0.5")
    kind: MeasureKind = unit.kind if unit else "count"
    unit_id = unit.id if unit else name
    if name == "号":
        kind = "ordinal"
    if name == "级" and value >= 10_000:
        unit_id = ""  # 五千亿级 has the unit of what follows
    if not name and not tail["scale"] and _YEAR.fullmatch(word) and not approximator:
        return [Measure(start=here, end=stop, text="", kind="date", value=value, date=word)]
    if kind == "multiple" and _GROWTH.search(text, max(0, here - 8), here):
        unit_id = "+倍"
    return [
        Measure(
            start=here, end=stop, text="", kind=kind, value=value, unit=unit_id, approximator=approximator
        )
    ]


def _stop(tail: re.Match[str], *, has_unit: bool) -> tuple[int, str]:
    """Where a number with this tail ends, and the unit of length that follows 个 or 个半."""
    long_unit = (
        tail["long"]
        if tail["unit"] in ("个", "个半") and (tail["half"] or tail["unit"] == "个半" or tail["more3"])
        else ""
    )
    groups = ["more", "scale", "more2", "unit", "more3", "after"]
    if has_unit and tail["half"]:
        groups.append("half")
    if long_unit:
        groups.append("long")
    ends = [tail.end(g) for g in groups if tail[g]]
    return max(ends, default=tail.start()), long_unit


def _approximator_after(tail: re.Match[str]) -> Approximator | None:
    if tail["after"]:
        return _AFTER[tail["after"].removeprefix("及").removeprefix("(含)").removeprefix("（含）")]
    more = tail["more"] or tail["more2"] or tail["more3"]
    return _MORE[more] if more else None


def _counts(text: str, here: int, word: str, unit: str, *, real: bool, approximate: bool) -> bool:
    """Whether a Chinese numeral is a quantity here, not a part of a word."""
    scales = word.strip("十百千万亿") == ""
    if word == "一" and unit == "年" and _THAT_YEAR.search(text, max(0, here - 2), here):
        return False  # 去年一年
    if word in _LONE or (word == "一" and text[max(0, here - 1) : here] in ("这", "那", "哪", "某", "同")):
        return False
    if scales and word != "十" and _GRADE.match(text, here + len(word)):
        return False
    if word in ("百", "千", "万", "亿", "百万", "千万") and text[max(0, here - 1) : here] == "每":
        return real or unit != ""
    if word in ("百", "千", "万", "亿"):
        return approximate or _nears(text, here)
    if scales and word != "十":
        return real or unit != "" or approximate or _nears(text, here)
    if real:
        return True
    if unit in _STRICT:
        return unit == "个半" or word not in ("一", "二") or approximate
    if approximate and (len(word) > 1 or scales):
        return True
    return any(c in "百千万亿" for c in word[1:]) or (
        len(word) >= 3 and "十" in word and chinese_value(word) is not None
    )


def _nears(text: str, here: int) -> bool:
    """近千亿, 过亿: what is neared or passed is a figure."""
    return _LONE_BEFORE.search(text, max(0, here - 3), here) is not None


def _with_context(text: str, measure: Measure, floor: int) -> Measure:
    """The measure with the currency sign and approximator that stand before it."""
    before = max(floor, measure.start - 8)
    if measure.kind in ("date", "ordinal", "document", "time"):
        return measure
    sign = _SIGN.search(text, before, measure.start)
    if sign and measure.kind in ("count", "money"):
        unit = (
            measure.unit if measure.kind == "money" and measure.unit != "元" else MONEY_SIGNS[sign[0].strip()]
        )
        measure = replace(measure, kind="money", unit=unit, start=sign.start())
    measure = _paced(text, measure)
    if text[measure.start] in "百千万亿" and text[max(0, measure.start - 1) : measure.start] == "过":
        return replace(measure, start=measure.start - 1, approximator="over")
    found = _BEFORE.search(text, before, measure.start)
    if not found or not found.lastgroup:
        return measure
    name: Approximator = found.lastgroup  # type: ignore[assignment]
    if found[0][0] == "上" and text[measure.start] not in "百千万亿":
        return measure
    if name == "nearly" and _is_recent(text, measure, found):
        return measure
    return replace(measure, start=found.start(), approximator=measure.approximator or name)


def _paced(text: str, measure: Measure) -> Measure:
    """每小时80公里, 时速80公里: a length by the hour is a speed."""
    pace = _PACE.search(text, max(0, measure.start - 8), measure.start) if measure.kind == "length" else None
    unit = {("km", "时"): "km/h", ("英里", "时"): "mph", ("m", "秒"): "m/s", ("km", "秒"): "km/s"}.get(
        (measure.unit, "秒" if pace and "秒" in pace[0] else "时")
    )
    return replace(measure, kind="speed", unit=unit) if pace and unit else measure


def _is_recent(text: str, measure: Measure, found: re.Match[str]) -> bool:
    """近三年 is the past three years, 近50天 nearly fifty days."""
    return (
        found[0] == "近"
        and measure.kind == "duration"
        and measure.unit in ("年", "月", "周")
        and measure.value <= 10
    )


def _measure(
    found: re.Match[str],
    kind: MeasureKind,
    value: Decimal,
    *,
    unit: str = "",
    upper: Decimal | None = None,
    date: str = "",
) -> Measure:
    return Measure(
        start=found.start(),
        end=found.end(),
        text="",
        kind=kind,
        value=value,
        unit=unit,
        upper=upper,
        date=date,
    )


_TERM = re.compile(rf"(?P<congress>{_CONGRESS.pattern})|[“‘「](?P<plan>十[一二三四五六])五[”’」]")


def named_ordinals(text: str) -> tuple[Measure, ...]:
    """The ordinals that 十九大 and “十四五” stand for: no quantities, but a translation must keep them."""
    flat = plain(text)
    return tuple(
        Measure(
            start=m.start(),
            end=m.end(),
            text=text[m.start() : m.end()],
            kind="ordinal",
            value=value,
            unit="名",
        )
        for m in _TERM.finditer(flat)
        if (value := chinese_value(m["plan"] or m["congress"].removesuffix("大"))) is not None
    )


def named_values(text: str) -> frozenset[Decimal]:
    """Values of numerals that stand within words: 十九大 holds 19, 三定 3, 一个 1, 第5.2条 5 and 2.

    The other language may write such a word with a figure, which is then not invented.
    """
    flat = plain(text)
    parts = (Decimal(part) for number, _ in uncounted(flat, ()) for part in number.split("."))
    words = (Decimal(value) for word, value in _WORDS.items() if re.search(word, flat))
    return frozenset(value for run in _runs(flat) for value in _readings(run)) | frozenset((*parts, *words))


# Words without a numeral that English says by one.
_WORDS = {
    "腊月": 12, "冬月": 11, "正月": 1, "半百": 50, "九二共识": 1992, "[小大长]了?(?:整整)?一轮": 12, "古稀": 70, "花甲": 60,
    "而立": 30, "不惑": 40, "知天命": 50, "打(?:啤酒|鸡蛋)": 12,
}  # fmt: skip


def _runs(text: str) -> Iterator[str]:
    yield from (found[0] for found in re.finditer(rf"{_C}+|\d[\d,]*(?:\.\d+)?|[双]|(?<=[一-龥])半", text))


def _readings(run: str) -> Iterator[Decimal]:
    if run in ("双", "半"):
        yield Decimal(2) if run == "双" else Decimal("0.5")
        return
    whole = chinese_value(run)
    if whole is not None:
        yield whole
        if run[-1] == "0" and len(run) == 2:
            yield whole + 1900  # 80后 are those born in the 1980s, 00后 since 2000
            yield whole + 2000
    term = re.match(r"十[一二三四五六]五", run)
    if term:
        yield Decimal(10 + DIGITS[run[1]])
    if len(run) > 1 and not run[0].isdigit():
        yield from (Decimal(DIGITS[c]) for c in run if c in DIGITS)


_WORD_UNIT = re.compile(rf"(?P<n>[百千万])(?P<unit>{longest_first(list(BY_ZH))})")
_TENTH = re.compile(r"(?P<n>[一二三四五六七八九])分(?=[靠在是由天赖取看归凭、，])")
_SHARED_TENTHS = re.compile(r"(?P<a>[一二三四五六七八九])(?P<b>[一二三四五六七八九])(?:开|分成|分账)")
_LESS_RENT = re.compile(r"(?P<n>[一二三四五六七八九]{3})减租")


# 一刻钟 in a name, by the ten days, and the gloss of a jin or a mu in brackets.
_WORD_UNITS: dict[str, tuple[MeasureKind, Decimal, str]] = {
    "一刻钟": ("duration", Decimal(15), "分"),
    "[按每逐一]旬|旬(?:报|评|度)": ("duration", Decimal(10), "天"),
    "每斤": ("mass", Decimal(500), "g"),
}


def named_units(text: str) -> frozenset[tuple[MeasureKind, Decimal, str]]:
    """(kind, value, unit) of what words measure: 百米纪录, 百分之百, 七分靠数据, 三七开, 三七五减租."""
    found = {
        (BY_ZH[m["unit"]].kind, scale_of(m["n"]), BY_ZH[m["unit"]].id) for m in _WORD_UNIT.finditer(text)
    }
    tenths = [m["n"] for m in _TENTH.finditer(text)]
    tenths += [c for m in _SHARED_TENTHS.finditer(text) for c in m.groups()]
    shares = [Decimal(10 * DIGITS[c]) for c in tenths]
    shares += [(chinese_value(m["n"]) or Decimal(0)) / 10 for m in _LESS_RENT.finditer(text)]
    if re.search(r"百分(?:之)?百", text):
        shares.append(Decimal(100))
    found |= {unit for word, unit in _WORD_UNITS.items() if re.search(word, text)}
    found |= {(kind, value, "CNY") for kind, value, unit in found if unit == "元"}
    percent: MeasureKind = "percent"
    return frozenset(found | {(percent, exact(share), "%") for share in shares})
