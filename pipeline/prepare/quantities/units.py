"""Units of both languages: what kind of quantity each one counts, and how one converts to another."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from pipeline.document import MeasureKind


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as the ledger names it; `factor` is its size in the base unit of its `dimension`.

    `zh` are the ways to write it; `en` is a regular expression.
    """

    id: str
    kind: MeasureKind
    dimension: str
    factor: Decimal
    zh: tuple[str, ...]
    en: str


def _unit(id_: str, kind: MeasureKind, dimension: str, factor: str, zh: str, en: str) -> Unit:
    top, _, bottom = factor.partition("/")
    size = Decimal(top) / Decimal(bottom or "1")
    return Unit(id_, kind, dimension, size, tuple(zh.split()), en)


_SQUARE = r"(?:square|sq\.?)[ -]"

UNITS = (
    _unit("%", "percent", "%", "1", "%", r"%|per ?cent\b(?!age)|percent\b|pct\b"),
    _unit("‰", "percent", "%", "0.1", "‰", r"‰|per (?:mille|mill?|thousand|1,?000)\b(?! (?:people|residents|persons|population|households|inhabitants))"),
    _unit("pp", "points", "pp", "1", "个百分点 百分点", r"percentage[ -]points?\b|percent points?\b|pp\b"),
    _unit("bp", "points", "pp", "0.01", "个基点 基点", r"basis[ -]points?\b|bps\b"),
    _unit("岁", "duration", "years", "1", "周岁 岁", r"[Yy]ears?(?: (?:old|of age)|-olds?)\b"),
    _unit("周年", "duration", "months", "12", "周年", ""),
    _unit("年", "duration", "months", "12", "年", r"[Yy]ears?\b|yrs?\b"),
    _unit("月", "duration", "months", "1", "个月", r"months?\b"),
    _unit("季度", "duration", "months", "3", "个季度", r"quarters?\b"),
    _unit("十年", "duration", "months", "120", "", r"decades?\b"),
    _unit("世纪", "duration", "months", "1200", "个世纪", r"centur(?:y|ies)\b"),
    _unit("周", "duration", "seconds", "604800", "个星期 星期 个礼拜 礼拜 周", r"weeks?\b"),
    _unit("天", "duration", "seconds", "86400", "个工作日 工作日 昼夜 个昼夜 天 日", r"days?\b|nights?\b"),
    _unit("时", "duration", "seconds", "3600", "个小时 小时 个钟头 钟头 个学时 学时", r"hours?\b|hrs?\b"),
    _unit("分", "duration", "seconds", "60", "分钟", r"minutes?\b|mins?\b"),
    _unit("秒", "duration", "seconds", "1", "秒钟 秒", r"seconds?\b"),
    _unit("km²", "area", "m2", "1e6", "平方公里 平方千米 km²", rf"{_SQUARE}(?:kilomet(?:er|re)s?|km)\b|km2\b|km²"),
    _unit("m²", "area", "m2", "1", "平方米 平米 ㎡ m²", rf"{_SQUARE}(?:met(?:er|re)s?|m)\b|m2\b|m²|㎡"),
    _unit("ft²", "area", "m2", "0.09290304", "平方英尺 平方呎 方呎", rf"{_SQUARE}(?:foot|feet|ft)\b"),
    _unit("mi²", "area", "m2", "2589988.110336", "平方英里", rf"{_SQUARE}miles?\b"),
    _unit("公顷", "area", "m2", "10000", "公顷", r"hectares?\b|ha\b"),
    _unit("亩", "area", "m2", "2000/3", "亩", r"mu\b"),
    _unit("英亩", "area", "m2", "4046.8564224", "英亩", r"acres?\b"),
    _unit("坪", "area", "m2", "400/121", "坪", r"pings?\b"),
    _unit("km/h", "speed", "m/s", "1/3.6", "公里/小时 千米/小时 公里每小时 千米每小时 公里/时 km/h", r"(?:kilomet(?:er|re)s?|kms?)(?: ?/ ?| per | an )h(?:our)?\b|kph\b|kmh\b"),
    _unit("mph", "speed", "m/s", "0.44704", "英里/小时 mph", r"miles ?(?:/| per | an ) ?hour\b|mph\b"),
    _unit("km/s", "speed", "m/s", "1000", "公里/秒", r"(?:kilomet(?:er|re)s?|km)(?: ?/ ?| per )s(?:econd)?\b"),
    _unit("m/s", "speed", "m/s", "1", "米/秒 米每秒 m/s", r"met(?:er|re)s? per second\b|m/s\b"),
    _unit("海里", "length", "m", "1852", "海里 浬", r"nautical miles?\b"),
    _unit("英里", "length", "m", "1609.344", "英里 哩", r"miles?\b"),
    _unit("英尺", "length", "m", "0.3048", "英尺 呎", r"feet\b|foot\b|ft\b"),
    _unit("英寸", "length", "m", "0.0254", "英寸 吋", r"inch(?:es)?\b"),
    _unit("码", "length", "m", "0.9144", "码", r"yards?\b"),
    _unit("km", "length", "m", "1000", "公里 千米 km KM", r"kilomet(?:er|re)s?\b|km\b|kms\b"),
    _unit("m", "length", "m", "1", "公尺 米 m", r"met(?:er|re)s?\b|m\b"),
    _unit("cm", "length", "m", "0.01", "厘米 公分 cm", r"centimet(?:er|re)s?\b|cm\b"),
    _unit("mm", "length", "m", "0.001", "毫米 公厘 mm", r"millimet(?:er|re)s?\b|mm\b"),
    _unit("μm", "length", "m", "0.000001", "微米", r"micromet(?:er|re)s?\b|microns?\b|μm"),
    _unit("nm", "length", "m", "0.000000001", "纳米", r"nanomet(?:er|re)s?\b|nm\b"),
    _unit("里", "length", "m", "500", "华里 里", r"li\b"),
    _unit("吨", "mass", "g", "1e6", "公吨 吨", r"(?:metric )?(?:tons?|tonnes?)\b|t\b"),
    _unit("kg", "mass", "g", "1000", "公斤 千克 kg KG", r"kilograms?\b|kilogrammes?\b|kilos?\b|kgs?\b"),
    _unit("斤", "mass", "g", "500", "斤", r"jin\b|catt(?:y|ies)\b"),
    _unit("g", "mass", "g", "1", "公克 克 g", r"grams?\b|g\b"),
    _unit("mg", "mass", "g", "0.001", "毫克 mg", r"milligrams?\b|mg\b"),
    _unit("μg", "mass", "g", "0.000001", "微克", r"micrograms?\b|μg|mcg\b"),
    _unit("磅", "mass", "g", "453.59237", "磅", r"pounds?\b|lbs?\b"),
    _unit("盎司", "mass", "g", "28.349523125", "盎司", r"ounces?\b|oz\b"),
    _unit("m³", "volume", "L", "1000", "立方米 立方公尺 方", r"cubic met(?:er|re)s?\b|m3\b|m³"),
    _unit("km³", "volume", "L", "1e12", "立方公里 立方千米", r"cubic kilomet(?:er|re)s?\b"),
    _unit("L", "volume", "L", "1", "公升 升", r"lit(?:er|re)s?\b|L\b"),
    _unit("mL", "volume", "L", "0.001", "毫升 ml mL", r"millilit(?:er|re)s?\b|mL\b|ml\b"),
    _unit("加仑", "volume", "L", "3.785411784", "加仑", r"gallons?\b"),
    _unit("桶", "volume", "barrel", "1", "桶", r"barrels?\b"),
    _unit("kWh", "energy", "kWh", "1", "千瓦时 千瓦小时 度电 kWh", r"kilowatt[ -]?hours?\b|kWh\b"),
    _unit("MWh", "energy", "kWh", "1000", "兆瓦时", r"megawatt[ -]?hours?\b|MWh\b"),
    _unit("GWh", "energy", "kWh", "1e6", "吉瓦时", r"gigawatt[ -]?hours?\b|GWh\b"),
    _unit("TWh", "energy", "kWh", "1e9", "太瓦时", r"terawatt[ -]?hours?\b|TWh\b"),
    _unit("kW", "energy", "kW", "1", "千瓦 瓩 kW", r"kilowatts?\b|kW\b|KW\b"),
    _unit("MW", "energy", "kW", "1000", "兆瓦 MW", r"megawatts?\b|MW\b"),
    _unit("GW", "energy", "kW", "1e6", "吉瓦 GW", r"gigawatts?\b|GW\b"),
    _unit("W", "energy", "kW", "0.001", "瓦", r"watts?\b|W\b"),
    _unit("V", "energy", "V", "1", "伏特 伏", r"volts?\b|V\b"),
    _unit("kV", "energy", "V", "1000", "千伏", r"kilovolts?\b|kV\b"),
    _unit("tce", "mass", "tce", "1", "吨标准煤 吨标煤", r"(?:metric )?(?:tons?|tonnes?) of (?:standard coal|coal equivalent)\b|tce\b"),
    _unit("℃", "temperature", "℃", "1", "摄氏度 ℃ °C", r"(?:degrees?|°|º) ?(?:C\b|Celsius\b|centigrade\b)|℃"),
    _unit("℉", "temperature", "℉", "1", "华氏度 ℉", r"(?:degrees?|°|º) ?(?:F\b|Fahrenheit\b)|℉"),
    _unit("度", "temperature", "degree", "1", "度", r"degrees?\b|°|º"),
    _unit("倍", "multiple", "x", "1", "倍", r"times\b|-?fold\b|x\b"),
    _unit("CNY", "money", "CNY", "1", "元人民币 人民币元 人民币 块钱", r"(?:Chinese )?(?:yuan|renminbi|RMB)\b|CNY\b"),
    _unit("元", "money", "元", "1", "元 圆", ""),
    _unit("TWD", "money", "TWD", "1", "元新台币 新台币 台币", r"(?:New )?Taiwan(?:ese)? dollars?\b|NT dollars?\b|NTD\b"),
    _unit("USD", "money", "USD", "1", "美元 美金", r"(?:US|U\.S\.|American) ?dollars?\b|USD\b"),
    _unit("HKD", "money", "HKD", "1", "港元 港币", r"(?:Hong Kong|HK) ?dollars?\b|HKD\b"),
    _unit("AUD", "money", "AUD", "1", "澳元 澳币", r"Australian dollars?\b|AUD\b"),
    _unit("CAD", "money", "CAD", "1", "加元 加币", r"Canadian dollars?\b|CAD\b"),
    _unit("SGD", "money", "SGD", "1", "新元 新加坡元 新币", r"Singapore(?:an)? dollars?\b|SGD\b"),
    _unit("MOP", "money", "MOP", "1", "澳门元 澳门币 葡币", r"(?:Macan?ese )?patacas?\b|MOP\b"),
    _unit("NZD", "money", "NZD", "1", "新西兰元 纽元 纽币", r"New Zealand dollars?\b|NZD\b"),
    _unit("SEK", "money", "SEK", "1", "瑞典克朗", r"Swedish kron(?:or|as?)\b|SEK\b"),
    _unit("NOK", "money", "NOK", "1", "挪威克朗", r"Norwegian kron(?:er|es?)\b|NOK\b"),
    _unit("DKK", "money", "DKK", "1", "丹麦克朗", r"Danish kron(?:er|es?)\b|DKK\b"),
    _unit("BRL", "money", "BRL", "1", "巴西雷亚尔 雷亚尔", r"(?:Brazilian )?reais\b|Brazilian reals?\b|BRL\b"),
    _unit("IDR", "money", "IDR", "1", "印尼盾 印尼卢比", r"(?:Indonesian )?rupiahs?\b|IDR\b"),
    _unit("VND", "money", "VND", "1", "越南盾", r"(?:Vietnamese )?dongs?\b|VND\b"),
    _unit("PHP", "money", "PHP", "1", "菲律宾比索", r"Philippine pesos?\b|PHP\b"),
    _unit("peso", "money", "peso", "1", "墨西哥比索 阿根廷比索 智利比索 比索", r"(?:Mexican |Argentine |Chilean |Colombian )?pesos?\b"),
    _unit("TRY", "money", "TRY", "1", "土耳其里拉 里拉", r"(?:Turkish )?lir(?:as?|e)\b|TRY\b"),
    _unit("ZAR", "money", "ZAR", "1", "南非兰特 兰特", r"(?:South African )?rands?\b|ZAR\b"),
    _unit("AED", "money", "AED", "1", "迪拉姆", r"(?:UAE )?dirhams?\b|AED\b"),
    _unit("SAR", "money", "SAR", "1", "沙特里亚尔 里亚尔", r"(?:Saudi |Iranian |Qatari )?r[iy]als?\b|SAR\b"),
    _unit("PLN", "money", "PLN", "1", "兹罗提", r"(?:Polish )?zlot(?:ys?|ych?|ies)\b|PLN\b"),
    _unit("UAH", "money", "UAH", "1", "格里夫纳", r"(?:Ukrainian )?hryvnias?\b|UAH\b"),
    _unit("KZT", "money", "KZT", "1", "坚戈", r"(?:Kazakh(?:stani)? )?tenges?\b|KZT\b"),
    _unit("NGN", "money", "NGN", "1", "奈拉", r"(?:Nigerian )?nairas?\b|NGN\b"),
    _unit("EGP", "money", "EGP", "1", "埃及镑", r"Egyptian pounds?\b|EGP\b"),
    _unit("jiao", "money", "CNY", "0.1", "", r"(?:jiao|mao)\b"),
    _unit("fen", "money", "CNY", "0.01", "", r"fen\b"),
    _unit("$", "money", "$", "1", "", r"dollars?\b|bucks?\b"),
    _unit("¢", "money", "$", "0.01", "美分", r"(?:US|U\.S\.)? ?cents?\b"),
    _unit("EUR", "money", "EUR", "1", "欧元", r"euros?\b|EUR\b"),
    _unit("GBP", "money", "GBP", "1", "英镑", r"(?:pounds?|British pounds?) ?(?:sterling)?\b|GBP\b|quid\b"),
    _unit("JPY", "money", "JPY", "1", "日元 日圆", r"(?:Japanese )?yen\b|JPY\b"),
    _unit("KRW", "money", "KRW", "1", "韩元", r"(?:South Korean |Korean )?won\b|KRW\b"),
    _unit("RUB", "money", "RUB", "1", "卢布", r"(?:Russian )?r(?:o|)ubles?\b|RUB\b"),
    _unit("INR", "money", "INR", "1", "卢比", r"(?:Indian )?rupees?\b|INR\b"),
    _unit("CHF", "money", "CHF", "1", "瑞士法郎 法郎", r"(?:Swiss )?francs?\b|CHF\b"),
    _unit("MYR", "money", "MYR", "1", "林吉特 令吉", r"(?:Malaysian )?ringgits?\b|MYR\b"),
    _unit("THB", "money", "THB", "1", "泰铢", r"(?:Thai )?bahts?\b|THB\b"),
)  # fmt: skip

BY_ID = {unit.id: unit for unit in UNITS}
BY_ZH = {name: unit for unit in UNITS for name in unit.zh}

# What Chinese counts with beside units of measure.
CLASSIFIERS = (
    "个半 个 名 位 项 次 件 户 所 台 座 条 宗 家 批 期 套 辆 艘 架 幅 篇 册 本 张 只 头 匹 棵 株 间 栋 幢 处 起 部 份 门 "
    "支 根 块 片 段 轮 场 人次 人 口 种 类 步 大 组 队 道 层 群 遍 声 双 对 笔 枚 颗 粒 部门 岗位 家次 户次 件次 架次 班次 "
    "标准箱 床 班 级 分 点 号 条次 人份 剂次 剂 例 针 车次 名额 方 股 节 省 市 县 区 乡 镇 村 国 州"
).split()

# Signs and codes that stand before an English or Chinese amount.
MONEY_SIGNS = {
    "US$": "USD", "USD": "USD", "$": "$", "HK$": "HKD", "HKD": "HKD", "NT$": "TWD", "NTD": "TWD", "TWD": "TWD", "NT": "TWD",
    "A$": "AUD", "AUD": "AUD", "C$": "CAD", "CAD": "CAD", "S$": "SGD", "RMB": "CNY", "CNY": "CNY", "¥": "CNY",
    "￥": "CNY", "RMB¥": "CNY", "CN¥": "CNY", "€": "EUR", "EUR": "EUR", "£": "GBP", "GBP": "GBP", "₩": "KRW",
    "₽": "RUB", "₹": "INR", "RM": "MYR", "MOP": "MOP", "MOP$": "MOP", "NZ$": "NZD", "NZD": "NZD", "R$": "BRL", "BRL": "BRL",
    "SGD": "SGD", "CHF": "CHF", "KRW": "KRW", "RUB": "RUB", "INR": "INR", "SEK": "SEK", "THB": "THB", "IDR": "IDR",
    "VND": "VND", "AED": "AED", "SAR": "SAR", "TRY": "TRY", "ZAR": "ZAR",
    "JP¥": "JPY", "JPY": "JPY",
    "人民币": "CNY", "新台币": "TWD", "台币": "TWD", "港币": "HKD", "美金": "USD", "欧元": "EUR",
}  # fmt: skip

# Currencies that one word may stand for: 元 is the yuan of either side of the strait, "$" any dollar.
_MONEY_ALIASES = (
    frozenset({"元", "CNY"}),
    frozenset({"元", "TWD"}),
    frozenset({"元", "HKD"}),  # a text from Hong Kong or Macao says 元 of its own money
    frozenset({"元", "MOP"}),
    frozenset({"元", "$"}),
    frozenset({"$", "USD"}),
    frozenset({"$", "TWD"}),
    frozenset({"$", "HKD"}),
    frozenset({"$", "AUD"}),
    frozenset({"$", "CAD"}),
    frozenset({"$", "SGD"}),
    frozenset({"$", "NZD"}),
    frozenset({"PHP", "peso"}),
    frozenset({"CNY", "JPY"}),  # ¥ is the sign of both
)


def same_money(a: str, b: str) -> bool:
    """Whether two currency ids may name the same money."""
    return a == b or frozenset({a, b}) in _MONEY_ALIASES


def longest_first(words: list[str]) -> str:
    """An alternation that prefers the longest word."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
