"""A negation lost or invented turns a sentence around."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.check.base import Check, Finding, Pair

# A command not to do something; English cannot say it without some negative word.
_FORBIDDEN = re.compile(r"不得|不准|严禁|禁止|不应当?|不许|不可(?!或缺|分割|避免|思议|逆转)|切勿|不予|不能(?!不)|并非|并不|没有|尚未|从未|决不|绝不")
_ZH = re.compile(r"[不未无無没沒非勿莫禁否免拒缺失避止]|难以|防|排除|反对|杜绝|取消|差|例外|除|停|空白|谢绝|辍|罕|少|弱|仅|只|才|劣|违|毫|别(?!的|人|墅)|休|弃|废|甭|弗|岂|何")
_EN = re.compile(
    r"\b(?:not|no|never|none|nor|neither|nothing|nobody|nowhere|without|cannot|non|lacks?|lacking|lacked|fail\w*|unable|refus\w*|"
    r"prohibit\w*|forbid\w*|forbidden|ban(?:s|ned)?|prevent\w*|avoid\w*|except\w*|exempt\w*|exclud\w*|unless|rather than|instead|"
    r"free (?:of|from)|less|few|fewer|hardly|scarcely|barely|rarely|seldom|den(?:y|ied|ies)|absen\w+|missing|void|waive\w*|"
    r"reject\w*|oppos\w+|only|otherwise|yet to|out of|beyond|too|until|before|against|stop\w*|overdue|doubt\w*|exceed\w*|"
    r"regardless|irrespective|despite|short of|zero|miss|beware|restrict\w*|declin\w*|other than|far from|nil|ineligible|"
    r"un\w{3,}|in\w{4,}|im\w{4,}|ir\w{4,}|il\w{4,}|dis\w{3,}|mis\w{3,}|\w+less|non-?\w+)\b|n[’']t\b",
    re.I,
)
_PLAIN_NOT = re.compile(r"\b(?:not|never|cannot)\b(?! only| just| merely| until| to mention)|n[’']t\b", re.I)


def _negation(pair: Pair) -> Iterator[Finding]:
    lost = _FORBIDDEN.search(pair.source)
    if lost and not _EN.search(pair.target):
        yield Finding(f"{lost[0]} is not in the translation: nothing in it denies")
        return
    found = _PLAIN_NOT.search(pair.target)
    if found and not _ZH.search(pair.source):
        yield Finding(f"“{found[0]}” denies what the source does not", found.span())


CHECKS = (
    Check(
        code="negation",
        severity="error",
        description="A negation was lost or invented.",
        example=("不得擅自设立机构。", "Departments shall set up agencies at their own discretion."),
        find=_negation,
    ),
)
