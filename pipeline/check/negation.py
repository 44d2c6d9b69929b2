"""A negation lost or invented turns a sentence around."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.check.base import Check, Finding, Pair

# Commands not to do something: English cannot say them without some negative word.
_ORDERS = re.compile(r"不得(?![超少低高多逾大小])|不准(?![确时备])|严禁|禁止|不许|切勿")
_DENIALS = re.compile(
    r"(?<!有)没有|(?<!能)不能(?!不)|不是|并非|并不|尚未|未能|从未(?!来)|[决绝]不|不应[当该]|不会|不予|未经|(?<!一)不可(?!或缺|分割|避免|思议|逆转|抗|移动|再生|预见|控|替代|持续|信)|无法|不再"
)
_NO_DENIALS = re.compile(
    r"不[仅断少同过久管论但足到单光只妨禁]|不得不|无论|非常|非洲|未来|除非|特别|否则|是否|能否|可否"
)
# Characters that may lead a translator to "not"; the wide set holds all that did on human references.
_ZH = re.compile(r"[不未无没非勿莫禁否免拒缺失避]|难以|防止|停止|反对|取消|除")
_ZH_WIDE = re.compile(
    r"[不未无無没沒非勿莫禁否免拒缺失避止只才仅差停空辍罕少弱劣违毫休弃废甭弗岂何暂以限]|防|排除|反对|杜绝|取消|除|谢绝|别(?!的|人|墅)|第一次|首次"
)
_EN = re.compile(
    r"\b(?:not|no|never|none|nor|neither|nothing|nobody|nowhere|without|cannot|non|lacks?|lacking|lacked|fail\w*|unable|refus\w*|"
    r"prohibit\w*|forbid\w*|forbidden|ban(?:s|ned)?|prevent\w*|avoid\w*|except\w*|exempt\w*|exclud\w*|unless|rather than|instead|"
    r"free (?:of|from)|less|few|fewer|little|hardly|scarcely|barely|rarely|seldom|minimal\w*|den(?:y|ied|ies)|absen\w+|missing|void|"
    r"reject\w*|impossib\w+|ineligib\w+|invalid\w*|incomplete\w*|irrespective|regardless|inability|yet to|other than|"
    r"un(?!it|i[vqf]|der|til|less|ion)\w{3,}|in(?:capab|adequa|appropria|suffic|divisib|separab|consisten|access|effective|evitab)\w*|"
    r"dis(?:allow|approv|agree|continu|qualif|regard|satisf|obey|honest)\w*|\w+less|non-?\w+)\b|n[’']t\b",
    re.I,
)
_EN_WIDE = re.compile(
    r"\b(?:only|otherwise|out of|beyond|too|until|before|against|stop\w*|overdue|doubt\w*|exceed\w*|maximum|within|despite|short of|zero|"
    r"miss\w*|restrict\w*|declin\w*|far from|nil|lose|losing|lost|im\w{4,}|ir\w{4,}|il\w{4,}|in\w{4,}|dis\w{3,}|mis\w{3,}|waive\w*|hold off)\b",
    re.I,
)
_PLAIN_NOT = re.compile(
    r"\b(?:not|never(?!-)|cannot)\b(?! (?:only|just|merely|until|to mention|exceed|included))|n[’']t\b", re.I
)


def _negation(pair: Pair) -> Iterator[Finding]:
    lost = _ORDERS.search(pair.source) or _DENIALS.search(_NO_DENIALS.sub("", pair.source))
    if lost and not _EN.search(pair.target):
        sure = _ORDERS.match(lost[0]) and not _EN_WIDE.search(pair.target)
        yield Finding(f"{lost[0]} is not in the translation", None, "error" if sure else "warning")
        return
    found = _PLAIN_NOT.search(pair.target)
    if found and not _ZH.search(_NO_DENIALS.sub("", pair.source)):
        sure = not _ZH_WIDE.search(pair.source)
        yield Finding(
            f"“{found[0]}” denies what the source does not", found.span(), "error" if sure else "warning"
        )


CHECKS = (
    Check(
        code="negation",
        severity="error",
        description="A negation was lost or invented.",
        example=("不得擅自设立机构。", "Departments shall set up agencies at their own discretion."),
        find=_negation,
    ),
)
