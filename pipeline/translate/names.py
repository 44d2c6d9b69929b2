"""Names of people, where the words around prove that it is one: 崔爱民表示 → Cui Aimin.

A small model writes names by ear (Chen Ai Min). The reading of a Chinese name is a rule; that a run of
characters is a name is not, so only places are taken where little else can stand: after a title, or
before a verb of saying at the beginning of a clause.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from pypinyin import Style, pinyin

from pipeline.document import TermHit
from pipeline.prepare.terms import is_word

# The commonest surnames, nine tenths of all people and most officials; those with a reading of their own below.
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜"
    "崔钟谭陆汪范金石廖贾夏韦傅方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊"
    "葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆"
    "蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿"
    "桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕"
    "习楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁"
)
_DOUBLE = "欧阳|上官|司马|诸葛|夏侯|皇甫|尉迟|公孙|慕容|令狐|宇文|长孙|司徒|东方|独孤|南宫"
_READINGS = {
    "曾": "Zeng", "单": "Shan", "解": "Xie", "仇": "Qiu", "查": "Zha", "朴": "Piao", "区": "Ou", "盖": "Ge", "任": "Ren",
    "华": "Hua", "翟": "Zhai", "覃": "Qin", "缪": "Miao", "乐": "Yue", "纪": "Ji", "冼": "Xian", "石": "Shi", "沈": "Shen",
    "尉迟": "Yuchi", "万": "Wan", "长孙": "Zhangsun", "令狐": "Linghu", "柏": "Bai", "燕": "Yan", "应": "Ying", "相": "Xiang",
    "车": "Che", "谌": "Chen", "郗": "Xi", "种": "Chong", "员": "Yun", "宁": "Ning", "卜": "Bu", "召": "Shao", "秘": "Bi",
}  # fmt: skip
# Surnames that are words as well: they need a title before them, and the second ones do not help even then.
_ALSO_WORDS = frozenset("于时方向高常成安平明全何关单海强官封谈支查初门云连农司党万文金武白易齐尚")
_WORDS = frozenset("和任应相来国计权位满原容")
# Characters of transcribed names (马尔代夫, 卢卡申科), and how some foreign names begin.
_FOREIGN = re.compile(
    "[斯尔姆夫蒂奥巴瓦卡迪拉兹萨沃维诺默哈沙雅塔特曼菲]|克$|^(?:马克|安倍|金正|文在|石破|高市|阮|朴|李显)"
)
_SAYING = "表示|指出|强调|说|介绍|认为|透露|坦言|称|要求|主持|出席|会见|致辞|讲话|宣布|告诉|回忆|解释|呼吁"
# Words that begin like a name, and ends that no given name has.
_NO_NAMES = re.compile(
    rf"严格|严肃|解读|范围|应急|高度|高效|明确|方案|方式|安全|平台|常态|申报|申请|管理|管控|包括|江苏|江西|温度|陈述|章程|"
    rf".(?:{_SAYING})|.*[人员家者会组团队们和的是要了等所为]$"
)
# Where people are called in other ways: Hong Kong, Macao and Taiwan spell their own, neighbours share the characters.
_ELSEWHERE = re.compile(
    "香港|澳门|港区|澳区|台湾|台商|台胞|新加坡|马来西亚|越南|柬埔寨|朝鲜|韩国|日本|印尼|印度|泰国|缅甸"
)
_TITLES = (
    "书记|主任|省长|市长|县长|区长|州长|镇长|乡长|村长|部长|局长|厅长|处长|科长|司长|署长|院长|校长|行长|会长|所长|站长|秘书长|"
    "主席|总理|委员长|委员|常委|组长|总监|总经理|董事长|总裁|理事长|检察长|专员|司令员?|政委|发言人|负责人|记者|院士|教授|博士|"
    "研究员|工程师|医生|律师|同志|代表|村民|居民|市民|选手|演员|导演|作家|学者|专家"
)
_NAME = rf"(?:(?:{_DOUBLE})[\u4e00-\u9fff]{{1,2}}|[{_SURNAMES}][\u4e00-\u9fff]{{1,2}})"
_AFTER_TITLE = re.compile(
    rf"(?:{_TITLES})({_NAME})(?=(?:{_SAYING}|同志|先生|女士|[，、。；（）等]|在|率|一行|作|$))"
)
_BEFORE_SAYING = re.compile(rf"(?:^|(?<=[，。；：“”、 ]))({_NAME})(?=(?:{_SAYING}))")


def name_terms(text: str) -> tuple[TermHit, ...]:
    """Chinese personal names of a Simplified text with their romanisation, surname first."""
    if _ELSEWHERE.search(text):
        return ()
    hits = {}
    for match in _AFTER_TITLE.finditer(text):
        hits[match.start(1)] = match[1]
    for match in _BEFORE_SAYING.finditer(text):
        if match[1][0] not in _ALSO_WORDS:
            hits[match.start(1)] = match[1]
    return tuple(term for start in sorted(hits) for term in _terms(hits[start], start))


def _terms(found: str, start: int) -> Iterator[TermHit]:
    """The name, unless it is a word, no name of here, or written with ü."""
    name = re.sub("(?<=..)[说也曾还并均就则又再已将]$", "", found)
    if name[0] in _WORDS or _FOREIGN.search(name) or _NO_NAMES.match(name) or is_word(name[:2]):
        return
    if english := romanised(name):
        yield TermHit(zh=name, en=english, start=start, end=start + len(name), glossary="name")


@lru_cache(maxsize=4096)
def romanised(name: str) -> str:
    """Pinyin by the national standard (Ouyang Xiu, Chen Xi'an); "" where ü has no settled form.

    Source:  GB/T 28039-2011.
    """
    double = re.match(_DOUBLE, name)
    surname = double[0] if double else name[:1]
    given = name[len(surname) :]
    first = _READINGS.get(surname) or "".join(_syllables(surname)).capitalize()
    rest = _syllables(given)
    if "v" in first + "".join(rest) or not all(s.isalpha() for s in rest):
        return ""
    joined = "".join(("'" if i and s[0] in "aoe" else "") + s for i, s in enumerate(rest))
    return f"{first} {joined.capitalize()}"


def _syllables(characters: str) -> list[str]:
    return [options[0] for options in pinyin(characters, style=Style.NORMAL, v_to_u=False)]
