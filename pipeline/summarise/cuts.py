"""Exact shortening by rule: whole clauses that carry no claim of their own are left out.

What is left is a subsequence of the source, and true if the source is: purposes, bases and praise
are conjoined to a statement, so that it holds without them. Conditions, exceptions, negations,
figures and speakers are never cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

MIN_LEFT = 10  # characters that a statement needs to say something
_MIN_LONG = 40  # praise at the end is cut from what is longer than this

# What changes the meaning of the rest, or is a fact worth its place.
_BINDING = re.compile(
    r"[\d%]|[不未无没非勿莫禁否除]|但|如果|如有|[若凡]|情况下|条件下|前提下|的，$|应当|必须|可以|"
    r"[一二三四五六七八九十百千万亿两]+(?:[个名项年月日件次家户所人支批倍成条]|分之)|"
    r"(?:称|说|表示|指出|认为|强调|提出|透露|宣布|以上|以下|以来|之前|之后|后|前|时)[，：]$"
)
_AIM = (
    "进一步|更好|切实|有效|全面|加强|规范|深入|推进|推动|贯彻|落实|保证|保障|确保|加快|促进|适应|指导|做好|认真|"
    "维护|提高|解决|防止|实现"
)
_PREAMBLE = re.compile(
    rf"(?:为了|为(?={_AIM})|根据|按照|依据|依照|围绕|遵循|本着|立足|着眼|结合|针对|面对|随着|通过|"
    r"坚持(?!完成)|以(?=[^，]{2,30}为(?:指导|引领|牵引|抓手|目标|导向|契机|统领|重点|主线)，)|"
    r"在(?=[^，]{2,40}(?:领导下|指导下|支持下|推动下|过程中|基础上)，))[^，。；：]{2,60}，"
)
_RITUAL = re.compile(
    r"(?:全面|深入|认真|坚决|坚定|始终|切实|持续|牢牢|深刻)*(?:贯彻|落实|学习|践行|领悟|把握|坚持以|高举|以)"
    r"[^，。；：]{3,70}(?:精神|思想|要求|指示|批示|方针|部署|讲话|论述|理念|为指导|为引领|旗帜)，"
)
_CONNECTIVE = re.compile("(?:同时|此外|另外|总的来看|总的来说|具体来说|概括起来)，")
_SUBJECT = re.compile(
    "^[^，]{0,16}(?:[省市县区州]委|编办|政府|部门|机关|[厅局院委办会署校系统]|单位|公司|集团|大学|我们|我[省市县区]|全[省市县区]|各地)$"
)
_PRAISE = re.compile(
    r"(?:确保|为[^，]{2,50}(?:提供|作出|做出|奠定|打下|创造|注入|营造|赢得|增添|贡献|支撑|保障)|切实|努力|不断|"
    r"有效|有力|充分|真正|奋力|推动[^，]{2,24}(?:落实落细|走深走实|落地见效|取得实效|见行见效)|"
    r"(?:增强|提升|提高|优化|充实|巩固|夯实|强化)了)[^，。；：]*[。；]?$"
)
_HANGS = re.compile("(?:以|为|在|通过|围绕|按照|根据|随着|针对|从|自)[^，]*$")  # no predicate is left
_ASIDE = re.compile(
    r"（(?:以下(?:简称|统称|并称)|简称|统称|下称|下同|详?见(?:附件|附表|表|图)|附件)[^（）]*）"
)
_CLAUSE = re.compile("[^，]*，|[^，]+$")


def shorten(text: str, *, front: bool = True, back: bool = True) -> str:
    """A sentence without preamble, asides and closing praise; itself where there is nothing to cut.

    Args:  front, back: whether its beginning and its end may be cut.
    """
    left = without_asides(text)
    if front:
        left = _without_front(left)
    if back:
        left = _without_back(left)
    return left


def without_asides(text: str) -> str:
    """The text without what brackets say of its own words: abbreviations, annexes."""
    return _ASIDE.sub("", text)


def _without_front(text: str) -> str:
    while found := _front(text):
        start, end = found
        if len(text) - (end - start) < MIN_LEFT:
            break
        text = text[:start] + text[end:]
    return text


def _front(text: str) -> tuple[int, int] | None:
    """The span of a first clause that may go; the subject before a ritual stays."""
    for pattern in (_CONNECTIVE, _PREAMBLE, _RITUAL):
        hit = pattern.match(text)
        if not hit or _BINDING.search(hit[0]) or _aims_further(hit[0], text[hit.end() :]):
            continue
        if _goes_on(text[hit.end() :]):
            return hit.span()
    hit = _RITUAL.search(text[: text.find("，") + 1])
    if (
        hit
        and _SUBJECT.match(text[: hit.start()])
        and not _BINDING.search(hit[0])
        and _goes_on(text[hit.end() :])
    ):
        return hit.span()
    return None


_PURPOSE = re.compile("为(?:了|(?=进一步|更好|切实|全面|深入))")
_FURTHER_PURPOSE = re.compile(
    rf"(?:{_AIM}|保护|维护|鼓励|调动|发挥|保持|改善|建立|健全|完善|增强|优化|方便|便利|统一|减轻|降低|巩固|发展|体现)"
)


def _aims_further(purpose: str, rest: str) -> bool:
    """Whether the next clause is one more purpose: without 为了 it would be told as done."""
    return bool(_PURPOSE.match(purpose)) and rest.count("，") > 0 and bool(_FURTHER_PURPOSE.match(rest))


def _goes_on(rest: str) -> bool:
    """Whether the rest can stand without what was before it."""
    return len(rest) >= MIN_LEFT and not re.match(
        "(?:而|并|且|以及|从而|进而|也|还|就|才|是|对此|为此|特别|尤其|其中)", rest
    )


def _without_back(text: str) -> str:
    """Praise goes, clause by clause, as long as the sentence is long."""
    while len(text) > _MIN_LONG:
        at = text.rfind("，") + 1
        last = text[at:]
        if (
            at < 2 * MIN_LEFT
            or _HANGS.match(text[: at - 1])
            or not _PRAISE.match(last)
            or _BINDING.search(last)
            or "、" in text[at - 4 : at]
        ):
            break
        text = text[: at - 1] + (last[-1] if last[-1] in "。；！" else "")
    return text


def is_subsequence(short: str, long: str) -> bool:
    """Whether the letters and digits of one text stand in the other in this order."""
    letters = iter([c for c in long if c.isalnum()])
    return all(c in letters for c in short if c.isalnum())


# -- the same cut in English ----------------------------------------------------------------------

_EN_FRONT = re.compile(
    r"(?:To|In order to|So as to|Based on|On the basis of|According to|In accordance with|Pursuant to|Under|By|"
    r"Through|With|Cent(?:er|r)ing on|Around|Focusing on|Following|In (?:light|view|line)|Adhering to|Adhere to|"
    r"In the (?:process|course)|In|At the same time|Meanwhile|In addition|For)\b"
)
_EN_BACK = re.compile(
    r"(?:so as to|in order to|to|thus|thereby|which|ensur\w+|provid\w+|enhanc\w+|improv\w+|strengthen\w*|"
    r"optimiz\w+|promot\w+|and (?:ensur|provid|enhanc|improv|strengthen|optimiz|promot)\w+)\b"
)
_EN_ASIDE = re.compile(r" ?\((?:hereinafter|herein|abbreviated|referred|collectively|see|same below)[^()]*\)")
_TOLERANCE = 0.2  # by how much the share that is left may differ between the languages


def parallel_cuts(target: str, whole: str, left: str) -> Iterator[str]:
    """Translations with the clause left out that the source lost, the likeliest first.

    Only clauses that begin as such clauses do are tried; whether one is right, a check of figures,
    terms and length must tell.
    """
    if not left.endswith(whole[-4:]) and not whole.startswith(left[:4]):
        return
    share = len(left) / len(whole)
    bare = _EN_ASIDE.sub("", target)
    tries = [bare] if bare != target else []
    commas = [hit.start() for hit in re.finditer(", ", bare)]
    if whole[:4] != left[:4] and _EN_FRONT.match(bare):
        tries += [bare[at + 2 :][:1].upper() + bare[at + 3 :] for at in commas]
    if whole[-6:-1] != left[-6:-1]:
        tries += [bare[:at] + "." for at in commas if _EN_BACK.match(bare[at + 2 :])]
    near = [(abs(len(text) / len(target) - share), text) for text in tries]
    yield from (text for distance, text in sorted(near) if distance <= _TOLERANCE)
