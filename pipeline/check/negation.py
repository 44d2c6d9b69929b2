"""A negation lost or invented turns a sentence around."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.check.base import Check, Finding, Pair
from pipeline.prepare.dictionary import Word, meanings, stem, words

# Commands not to do something: English cannot say them without some negative word.
# Not 不得不 and 不得已 (had to), 舍不得, 恨不得, 怪不得, 了不得.
_ORDERS = re.compile(
    r"(?<![舍巴恨怪了见容由顾免值])不得(?![超少低高多逾大小不已了志而人])|不准(?![确时备])|严禁|禁止|不许|切勿"
)
_DENIALS = re.compile(
    r"(?<!有)没有|(?<!能)不能(?!不)|不是|并非|并不|尚未|未能|从未(?!来)|[决绝]不|不应[当该]|不会|不予|未经|(?<!一)不可(?!或缺|分割|避免|思议|逆转|抗|移动|再生|预见|控|替代|持续|信)|无法|不再"
)
_NO_DENIALS = re.compile(
    r"不[仅断少同过久管论但足到单光只妨禁]|不得[不已]|无论|非常|非洲|未来|除非|特别|否则|是否|能否|可否"
)
# Characters that may lead a translator to "not"; the wide set holds all that did on human references.
_ZH = re.compile(r"[不未无没非勿莫禁否免拒缺失避忌戒]|难以|防止|停止|反对|取消|除")
_ZH_WIDE = re.compile(
    r"[不未无無没沒非勿莫禁否免拒缺失避止只才仅哪怎差停空辍罕少弱劣违毫休弃废甭弗岂何暂以限]|防|排除|反对|杜绝|取消|除|谢绝|别(?!的|人|墅)|第一次|首次"
)
_EN = re.compile(
    r"\b(?:not|no|never|none|nor|neither|nothing|nobody|nowhere|without|cannot|non|lacks?|lacking|lacked|fail\w*|unable|refus\w*|"
    r"prohibit\w*|barred|debar\w*|forbid\w*|forbidden|ban(?:s|ned)?|prevent\w*|avoid\w*|except\w*|exempt\w*|exclud\w*|unless|rather than|instead|"
    r"free (?:of|from)|less|few|fewer|little|hardly|scarcely|barely|rarely|seldom|minimal\w*|den(?:y|ied|ies)|absen\w+|missing|(?:de)?void|"
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
    for finding in (*_scope(pair), *_left_over(pair), *_denied_verb(pair)):
        yield replace(finding, severity="warning")
        return


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


# What a lost negative leaves behind ------------------------------------------------------------------

_DANGLING = re.compile(r"\bnor\b|, (?:and )?(?:still|much) less\b|\blet alone\b", re.I)
_BEFORE_NOR = re.compile(
    r"\b(?:not?|never|neither|cannot|non|nothing|nobody|without|hardly|rarely|seldom|little|few|less|un\w+|fail\w*|lack\w*)\b"
    r"|n[’']t\b",
    re.I,
)
_DENYING = re.compile("[不无没未非勿]")
_NOT_ONLY = re.compile(r"不[仅但光只单止]|非但")
_ONLY = re.compile(r"(?P<before>[^.;]{0,12})\bonly\b[^.;]*\bbut also\b")
_AT_MOST = re.compile("不得?(?:超过|超出|多于|大于|高于|少于|低于|小于|短于|早于|迟于|晚于)")
_BEYOND = re.compile(
    r"\b(?:shall|must|may|should|can|will) (?:exceed|be (?:less|fewer|lower|smaller|more|greater|higher|later|earlier) than)\b"
)
_BOUND = re.compile(
    r"\b(?:not?|never|neither|cannot|within|at (?:least|most)|up to|maximum|minimum|limit\w*)\b|n[’']t\b",
    re.I,
)
_NO_SUBJECT = re.compile(r"\b(?:to|as|so|no|nor|then|than|only|longer|neither) $", re.I)
# What follows "do" where it is a verb of its own: do their best, do good work, what we can do about it.
_OBJECT = (
    "not so this that it the a an their his her our your my its you we they he she i what everything anything something "
    "nothing all any some no more less as and or but if when well good better best work jobs things business research harm "
    "for with in on at by about to too away indeed solid such much many little likewise otherwise under from of"
)
_EMPHATIC = re.compile(rf"\bd(?:o|oes|id) (?!(?:{'|'.join(_OBJECT.split())})\b)[a-z]{{3,}}")
_STRESSED = re.compile("确|真|倒|的的|实在|毕竟|[？?]")


def _left_over(pair: Pair) -> Iterator[Finding]:
    """Words that hang on a negative which is not there: nor, but also, shall exceed, they do mean."""
    source, target = pair.source, pair.target
    if not _DENYING.search(source):
        return
    found = _DANGLING.search(target)
    if found and not _BEFORE_NOR.search(target[: found.start()]):
        yield Finding(f"“{found[0]}” goes on a negation that is not in the translation", found.span())
    found = _ONLY.search(target) if _NOT_ONLY.search(source) else None
    if found and not _EN.search(found["before"]):
        yield Finding("“only … but also”: the source says not only", found.span())
    bound = _AT_MOST.search(source)
    found = _BEYOND.search(target) if bound else None
    if bound and found and not _BOUND.search(target):
        yield Finding(f"{bound[0]} is translated as “{found[0]}”", found.span())
    found = _EMPHATIC.search(target) if " d" in target else None
    if found and not _STRESSED.search(source) and not _NO_SUBJECT.search(target[: found.start()]):
        yield Finding(f"“{found[0]}” affirms: see that no negation was lost", found.span())


_VERB = re.compile(r"不(?:得|能|可|应|该|予|再|会|要|宜|必|需|须|受|以|因|容|允许)?(?=[一-龥]{2})")
# Said of what goes on and holds: English says it without a negative.
_STEADFAST = re.compile(
    r"不(?:能|可|会|再)?(?:动摇|放松|停|懈|改|变|移|怕|惜|忘|负|畏|止|息|断|少|同|良|法|当|等|满|错|尽相同|小|大|易|住|下|上|到|了|起|及|如|够|好|明|清|"
    r"足|平|安|利|和|合|善|正|力|实|严|均|便|稳|限|乏|难|朽|凡|菲|俗|约而同|期而遇|遗余力|寻常|平凡|可或缺|得而知)"
)


# Words that only begin as the negative ones do.
_ASSERTING = re.compile(
    r"\b(?:increas|includ|industr|institut|inform|invest|innovat|integrat|intern|interest|inspect|initiat|intend|introduc|"
    r"improv|implement|import|impact|display|distribut|district|discuss|mission)\w*",
    re.I,
)


def _denied_verb(pair: Pair) -> Iterator[Finding]:
    """A verb that the source denies, in a translation that denies nothing at all."""
    if "不" not in pair.source:
        return
    blanked = _blanked(_NO_DENIALS.sub(lambda m: "　" * len(m[0]), pair.source))
    if not _VERB.search(blanked):
        return
    if _EN.search(pair.target) or _EN_WIDE.search(_ASSERTING.sub("", pair.target)):
        return
    known = words(pair.source)
    for found in _VERB.finditer(blanked):
        whole = any(w.start < found.start() < w.end for w in known)
        if (
            not whole
            and not _STEADFAST.match(blanked, found.start())
            and any(w.start == found.end() for w in known)
        ):
            verb = next(w for w in known if w.start == found.end())
            yield Finding(
                f"{pair.source[found.start() : verb.end]} is denied, and nothing in the translation is"
            )
            return


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
