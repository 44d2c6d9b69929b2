"""Whether an answer says “we will” of what is done, or “we did” of what is to come.

Chinese marks tense by words, where it marks it at all; only words that leave no doubt count here. What is
done with them is written in docs/decisions/062-tense.md, with the figures of `benchmarks/tense_proof.py`.
"""

from __future__ import annotations

import re
from typing import Literal

from pipeline.translate.register import Register

Tense = Literal["past", "future"]

# Words of finished work. Of a year gone by, only where it is no base of a comparison (比去年增长) or of a
# continuation (去年以来 is allowed, 去年的成果 is not).
_PAST = re.compile(
    r"(?<![比较同与及为除受])了(?![解然结却断不得])(?=[一-龥\d“])|已经?(?=[一-龥\d])(?!知|[^，。；]{0,10}的)|"
    r"(?:^|(?<=[，。；：]))(?:去年|上年|一年来|过去(?:的)?[一二两三四五六七八九十几\d]+年|[一二两三四五\d]年来|20(?:1\d|2[0-5])年(?:以来)?)(?=[，我全各])|"
    r"(?:先后|累计|圆满|顺利|成功)(?:完成|实现|建成|新增|召开|组织|开展|投入|培训|办结|处理|查处|举办|获评?)"
)
# Words of what is to come, of what ought to be, and of aims: with one of them nothing is sure of the past.
_TO_COME = re.compile(
    r"将|(?<![重主需纲摘必首概提])要(?![求素点闻案职])|力争|争取|努力|计划|预计|拟|目标|今年|明年|后年|今后|未来|下一步|"
    r"(?:到|至)20\d\d年|必须|(?<![供响反效相适])应当?(?![用急对届])|(?<![级模])以上(?!项目|工业|企业|单位)|左右(?!岸)|不低于|不少于|不超过|"
    r"以内|(?<![培商协展学大晚机议社工委聘])会(?![议展计长员])|(?<![智技职功性效节动])能(?![力源耗够量化])|愿|希望|如果|若|凡|一旦|只有|不得|鼓励|"
    r"仍|还|不再|再(?!生)|确保|继续"
)
# Results in figures: a share that grew, or three digits that say something (68.4%, 6240, 1307). Plans have
# such figures, too (建成高标准农田32.8万亩), so that the section around them must tell of the past.
_COUNTED = re.compile(
    r"(?:同比|比上年|比去年|较上年)(?:增长|下降|提高|增加|减少)[了约]?\d|"
    r"(?:增长|下降|达到?|完成|新增|突破|建成|投入|实现)[^，。；]{0,12}\d[\d.,]*(?:%|万|亿|个|家|公里|元|项|名|件|人|次|户|套|吨)|"
    r"(?<![\d.,第年—-])(?=\d[\d,.]*)(?!(?:19|20)\d\d(?:\D|$))(?:\d[\d,]*\.\d+|\d[\d,]*[1-9]\d?(?<=\d{3})|\d,\d[\d,]*[1-9])(?=%|万|亿|个|家|公里|元|项|名|件|人|次|户|套|吨|起|条|所|张|场|例|亩|部|份|本|台|批|宗|处|平方)"
)
# Words of the past that no word beside them takes back: 去年，我们… and 一年来.
_SURELY_PAST = re.compile(
    r"^(?:去年|上年|一年来|过去(?:的)?[一二两三四五六七八九十几\d]+年|[一二两三四五]年来)(?=[，我全])"
)
_SURELY_TO_COME = re.compile(
    r"力争|(?:^|(?<=[，。；：]))(?:明年|下一步|今后(?:一个时期|[一二三四五几]年)?)(?=[，我要全各])|我们将|我们要|打算|(?:^|(?<=[，。；：]))(?:今年|必须|要|将继续|将进一步)(?=[一-龥])(?!以来|[前上][一二三四五六七八九十]|年初)|"
    r"(?<=[，。；：])(?:到|至)20(?:2[7-9]|[3-9]\d)年"
)
_HAPPENED = re.compile(
    r"(?<![为除])了(?![解然结却])|已|过|去年|上年|以来|来，|同比|累计|曾|刚|当时|先后|此前|前"
)

_WE_WILL = re.compile(r"\bwe (?:\w+ly )?(?:will|shall|are going to|must|should)\b|\bwe(?:'|’)ll\b", re.I)
_QUOTED = re.compile(r"[\"“][^\"”]*[\"”]")
_IRREGULAR = "held|set|led|made|took|built|drew|gave|kept|won|met|put|brought|cut|saw|had|began|grew|rose|did|went|came|became|spent"
_WE_DID = re.compile(rf"^(?:[^.;]{{0,60}}, )?we (?:(?:have|had)\b|(?:\w+ly )?(?:\w+ed|{_IRREGULAR})\b)", re.I)
_AIM = re.compile(
    r"\b(?:will|shall|would|must|should|plan\w*|aim\w*|strive\w*|striving|goal|target\w*|intend\w*|seek|expect\w*|need|to be|hope\w*|ought|going to)\b",
    re.I,
)

REMINDERS = {
    "past": "The sentence tells of finished work: write it in the past tense, without “will”.",
    "future": "The sentence tells of work to come: write “will”.",
}
CONTRADICTED = {
    "past": "the source tells of finished work, the answer of work to come",
    "future": "the source tells of work to come, the answer of finished work",
}


def told(text: str, register: Register = "plain") -> Tense | None:
    """When the Chinese says that it happens, if its words and its section leave no doubt."""
    if _SURELY_TO_COME.search(text):
        return "future" if register != "report" and not _HAPPENED.search(text) else None
    if _SURELY_PAST.search(text):
        return "past"
    if register in ("plan", "directive") or _TO_COME.search(text):
        return None
    return "past" if _PAST.search(text) or (register == "report" and _COUNTED.search(text)) else None


def said(answer: str) -> Tense | None:
    """When the English says that “we” do it; None where it speaks of no such “we”, or of both."""
    plain = _QUOTED.sub("", answer)
    will, did = _WE_WILL.search(plain), _WE_DID.search(plain)
    if will:
        return None if did else "future"
    return "past" if did and not _AIM.search(plain) else None


def contradicted(text: str, answer: str, register: Register = "plain") -> Tense | None:
    """The tense that the source tells, where the answer says another."""
    tense, other = told(text, register), said(answer)
    return tense if tense is not None and other is not None and tense != other else None


def doubted(text: str, answer: str, register: Register) -> Tense | None:
    """The likelier tense, where figures or the section alone speak against that of the answer."""
    other = said(answer)
    if other == "future" and not _TO_COME.search(text):
        return "past" if register == "report" or (register == "plain" and _COUNTED.search(text)) else None
    if register == "plan" and other == "past" and not (_HAPPENED.search(text) or _PAST.search(text)):
        return "future"
    return None
