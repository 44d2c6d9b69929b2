"""A negation lost or invented turns a sentence around."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.check.base import Check, Finding, Pair
from pipeline.check.lexicon import Word, meanings, stem, words

# Commands not to do something: English cannot say them without some negative word.
_ORDERS = re.compile(r"不得(?![超少低高多逾大小])|不准(?![确时备])|严禁|禁止|不许|切勿")
_DENIALS = re.compile(
    r"(?<!有)没有|(?<!能)不能(?!不)|不是|并非|并不|尚未|未能|从未(?!来)|[决绝]不|不应[当该]|不会|不予|未经|(?<!一)不可(?!或缺|分割|避免|思议|逆转|抗|移动|再生|预见|控|替代|持续|信)|无法|不再"
)
_NO_DENIALS = re.compile(
    r"不[仅断少同过久管论但足到单光只妨禁]|不得不|无论|非常|非洲|未来|除非|特别|否则|是否|能否|可否"
)
# Characters that may lead a translator to "not"; the wide set holds all that did on human references.
_ZH = re.compile(r"[不未无没非勿莫禁否免拒缺失避忌戒]|难以|防止|停止|反对|取消|除")
_ZH_WIDE = re.compile(
    r"[不未无無没沒非勿莫禁否免拒缺失避止只才仅差停空辍罕少弱劣违毫休弃废甭弗岂何暂以限]|防|排除|反对|杜绝|取消|除|谢绝|别(?!的|人|墅)|第一次|首次"
)
_EN = re.compile(
    r"\b(?:not|no|never|none|nor|neither|nothing|nobody|nowhere|without|cannot|non|lacks?|lacking|lacked|fail\w*|unable|refus\w*|"
    r"prohibit\w*|barred|debar\w*|forbid\w*|forbidden|ban(?:s|ned)?|prevent\w*|avoid\w*|except\w*|exempt\w*|exclud\w*|unless|rather than|instead|"
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
    """Of the whole segment, else of single words."""
    whole = next(_of_segment(pair), None)
    if whole is not None:
        yield whole
        return
    for finding in _scope(pair):
        yield replace(finding, severity="warning")


def _of_segment(pair: Pair) -> Iterator[Finding]:
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


# Scope -----------------------------------------------------------------------------------------------

# A negator that stands alone before a word, what may stand between them, and an auxiliary that takes it.
_BEFORE_WORD = re.compile(
    r"(?:(?:不|未|没有?|勿|莫)(?:得|能|可|应|予|再|会|要|宜|曾|必|需)?|无(?:需|须))(?=[一-龥]{2})"
)
_NOT_DENYING = re.compile(r"不[仅断少同过久管论但足到单光只妨禁]|不得不|未来|不可或缺|不[超少低高多大小]")
_SKIPPED = frozenset(
    "only just merely be been being have had has yet also very so too always even necessarily simply really fully quite "
    "a an the any to in on of at by for from with as it all more less than until exceed later earlier been "
    "be do does did get got".split()
)
_EN_WORD = re.compile(r"[A-Za-z]+(?:['’][a-z]+)?")
_EN_CLAUSE = re.compile(r"[.;:!?()]| but ")
_ZH_CLAUSE = re.compile(r"[，。；：！？,;:!?]")
_BEHIND, _AHEAD = 48, 24


def _scope(pair: Pair) -> Iterator[Finding]:
    """A word that the source denies and the translation asserts, or the other way round."""
    denied = list(_BEFORE_WORD.finditer(_blanked(pair.source)))
    plain = list(_PLAIN_NOT.finditer(pair.target))
    if not denied and not plain:
        return
    known = words(pair.source)
    for found in denied:
        if (word := _asserted(pair, found, known)) is not None:
            text = pair.source[found.start() : word[1].end]
            yield Finding(f"{text} is translated as “{word[0][0]}” without a negation", word[0].span())
            return
    for denial in plain:
        if (said := _denied_only_here(pair, denial, known)) is not None:
            yield Finding(f"“{denial[0]} {said}” denies what the source does not", denial.span())
            return


def _blanked(source: str) -> str:
    return _NOT_DENYING.sub(lambda m: "　" * len(m[0]), source)


def _asserted(pair: Pair, found: re.Match[str], known: Sequence[Word]) -> tuple[re.Match[str], Word] | None:
    """The English of the denied word where nothing near it denies; None where anything is unclear."""
    word = _denied_word(pair.source, found, known)
    if word is None or not word.stems:
        return None
    places = [m for m in _EN_WORD.finditer(pair.target) if stem(m[0]) in word.stems]
    if len(places) != 1 or any(w is not word and not w.stems.isdisjoint({stem(places[0][0])}) for w in known):
        return None
    return None if _denies(pair.target, places[0]) else (places[0], word)


def _denied_word(source: str, found: re.Match[str], known: Sequence[Word]) -> Word | None:
    """The word behind a negator: 赞成 of 不赞成 too, but nothing of 不同 and 无法."""
    whole = next((w for w in known if w.start <= found.start() < w.end and w.end > found.end()), None)
    if whole is None:
        return next((w for w in known if w.start == found.end()), None)
    rest = source[found.end() : whole.end]
    return Word(found.end(), whole.end, meanings(rest)) if len(rest) > 1 else None


def _denies(target: str, place: re.Match[str]) -> bool:
    """Whether a negative stands near a word, in its clause."""
    before = _EN_CLAUSE.split(target[max(0, place.start() - _BEHIND) : place.start()])[-1]
    after = _EN_CLAUSE.split(target[place.end() : place.end() + _AHEAD])[0]
    near = f"{before}{place[0]}{after}"
    return _EN.search(near) is not None or _EN_WIDE.search(near) is not None


def _denied_only_here(pair: Pair, denial: re.Match[str], known: Sequence[Word]) -> str | None:
    """The denied English word if the source has it in clauses that deny nothing, else None."""
    following = (m[0] for m in _EN_WORD.finditer(pair.target, denial.end(), denial.end() + _BEHIND))
    said = next((w for w in following if w.lower() not in _SKIPPED), None)
    if said is None:
        return None
    texts = {pair.source[w.start : w.end] for w in known if stem(said) in w.stems}
    places = [m.start() for text in texts for m in re.finditer(text, pair.source)]
    if not places or any(_ZH_WIDE.search(_NO_DENIALS.sub("", _clause_at(pair.source, at))) for at in places):
        return None
    return said


def _clause_at(source: str, at: int) -> str:
    return _ZH_CLAUSE.split(source[:at])[-1] + _ZH_CLAUSE.split(source[at:])[0]


CHECKS = (
    Check(
        code="negation",
        severity="error",
        description="A negation was lost or invented.",
        example=("不得擅自设立机构。", "Departments shall set up agencies at their own discretion."),
        find=_negation,
    ),
)
