"""Is this answer a translation? Faults with a cost each; the ladder ranks answers by their sum.

A hard fault sends the answer back to the ladder; a soft one only ranks it behind a better answer.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from pipeline.document import Approximator, Measure, SegmentKind, TermHit
from pipeline.prepare.quantities.match import pair
from pipeline.prepare.terms import Glossary
from pipeline.translate.rules import RULE_MADE, has_chinese


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong with an answer; `reminder` is the sentence that asks the model to mend it."""

    code: str
    message: str
    cost: float
    hard: bool = True
    reminder: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A text to translate with all that its translation must keep.

    `text` is Simplified Chinese without marker; offsets of `measures` and `terms` point into it.
    `glossary` knows the renderings that are allowed or forbidden beside the required ones.
    """

    text: str
    kind: SegmentKind = "sentence"
    measures: tuple[Measure, ...] = ()
    terms: tuple[TermHit, ...] = ()
    glossary: Glossary = field(default_factory=Glossary, compare=False, repr=False)


def faults(task: Task, answer: str, *, finished: bool = True) -> tuple[Fault, ...]:
    """Everything wrong with an answer, hard faults first."""
    if not answer.strip():
        return (Fault(code="empty", message="no answer", cost=50.0),)
    found: list[Fault] = []
    if not finished:
        found.append(
            Fault(code="unfinished", message="the answer was cut off by the length limit", cost=10.0)
        )
    for check in _CHECKS:
        found += check(task, answer)
    return tuple(sorted(found, key=lambda fault: not fault.hard))


_WORTH_ASKING = 0.8


def accepted(found: Iterable[Fault]) -> bool:
    """True if no fault is hard."""
    return not any(fault.hard for fault in found)


def improvable(found: Iterable[Fault]) -> bool:
    """True if what is wrong, though acceptable, is worth asking once more with a reminder."""
    return any(fault.cost >= _WORTH_ASKING and fault.reminder for fault in found)


def cost(found: Iterable[Fault]) -> float:
    """The sum of the costs; lower is better."""
    return sum(fault.cost for fault in found)


# -- language -----------------------------------------------------------------------------------

_QUOTED = re.compile(r"“[^“”]*”|\"[^\"]*\"|‘[^‘’]*’|《[^《》]*》")
_OTHER_SCRIPT = re.compile(
    r"[\u0370-\u03ff\u0400-\u052f\u0590-\u08ff\u0900-\u0dff\u0e00-\u0eff\u3040-\u30ff\u3100-\u312f\uac00-\ud7af]"
)


def _residue(task: Task, answer: str) -> list[Fault]:
    """Chinese outside quotation marks, and letters of a script that the source does not use."""
    out = []
    bare = _QUOTED.sub(" ", answer)
    left = re.findall(r"[\u3400-\u9fff\uf900-\ufaff]+", bare)
    if left:
        message = f"Chinese is left in the answer: {', '.join(left)}"
        out.append(
            Fault(
                code="residue", message=message, cost=4.0 + len(left), reminder="Write no Chinese characters."
            )
        )
    elif has_chinese(answer):
        out.append(Fault(code="residue", message="a quoted name is left in Chinese", cost=1.0, hard=False))
    foreign = set(_OTHER_SCRIPT.findall(answer)) - set(task.text)
    if foreign:
        letters = " ".join(sorted(foreign))
        out.append(Fault(code="script", message=f"letters of another script: {letters}", cost=5.0))
    return out


_CHATTER = re.compile(
    r"^\s*(?:(?:sure|certainly|of course|okay|ok)[,.!:]|here(?:'s| is) (?:the|your|a) "
    r"|(?:the )?(?:english )?translation(?: is|:)"
    r"|(?:english|output|answer|sentence|source|terms|note|explanation|reminder)\s*:"
    r"|as an ai\b|i(?:'m| am) sorry\b|i (?:can't|cannot) )",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"\((?:note|translator|literally|in chinese|translation)\b", re.IGNORECASE)
_MARKUP = re.compile(r"<\|?[a-z_]+\|?>|```|\*\*|\{\{|^#+ |https?://(?!\S*\.)", re.IGNORECASE)


def _chatter(task: Task, answer: str) -> list[Fault]:
    """Words about the translation instead of the translation."""
    what = ""
    if _CHATTER.search(answer) and not re.match(r"\s*(?:注|备注|说明|翻译|译文|答)", task.text):
        what = "speaks about the translation"
    elif _ASIDE.search(answer):
        what = "holds a note of the translator"
    elif _MARKUP.search(answer) and not _MARKUP.search(task.text):
        what = "holds markup"
    elif "\n" in answer.strip() and "\n" not in task.text.strip():
        what = "holds line breaks"
    if not what:
        return []
    return [
        Fault(code="chatter", message=f"the answer {what}", cost=6.0, reminder="Give the translation only.")
    ]


_STRAY = re.compile(
    r"^(?:(?:one|two|three|four|five|six|seven|eight|nine|ten) (?:is|are|was|were)\b(?! of)"
    r"|\((?:one|two|three|four|five|six|seven|eight|nine|ten)\)"
    r"|(?:the )?(?:first|second|third|fourth|fifth|sixth)(?: one| step)? (?:is|was) to\b)"
    r"|[.;:,] (?:two|three|four|five|six) (?:is|are)\b",
    re.IGNORECASE,
)


def _enumerator(task: Task, answer: str) -> list[Fault]:
    """“One is” for 一是."""
    hit = _STRAY.search(answer)
    if hit is None or re.match(r"[一二三四五六]?[个名]", task.text):
        return []
    return [Fault(code="enumerator", message=f"an enumerator was read as a number: {hit[0]!r}", cost=2.0)]


# -- content ------------------------------------------------------------------------------------


APPROXIMATELY: Mapping[Approximator, str] = MappingProxyType(
    {
        "about": "about",
        "nearly": "nearly",
        "over": "more than",
        "under": "less than",
        "at_least": "at least",
        "at_most": "at most",
    }
)


def _numbers(task: Task, answer: str) -> list[Fault]:
    """Quantities of the source that the answer lost, changed or invented."""
    out = []
    for pairing in pair(task.text, task.measures, answer):
        source, target, verdict = pairing.source, pairing.target, pairing.verdict
        if verdict == "proven":
            continue
        if source is None:
            extra = target.text if target is not None else ""
            out.append(Fault(code="number", message=f"{extra} is not in the source", cost=2.0))
        elif verdict == "approximator":
            message = f"{source.text}: the approximation is lost"
            reminder = f"Keep “{APPROXIMATELY[source.approximator]}”." if source.approximator else ""
            out.append(Fault(code="approximator", message=message, cost=1.0, hard=False, reminder=reminder))
        else:
            out.append(
                Fault(
                    code="number",
                    message=f"{source.text} is {verdict}",
                    cost=4.0,
                    reminder=f"Keep the number {source.text}.",
                )
            )
    return out


def _terms(task: Task, answer: str) -> list[Fault]:
    """Required renderings that the answer lacks; a short common word is asked for softly."""
    out, seen = [], set()
    for hit in task.terms:
        if hit.zh in seen:
            continue
        seen.add(hit.zh)
        if (bad := task.glossary.forbidden_span(answer, hit)) is not None:
            message = f"{hit.zh} must not be {answer[slice(*bad)]}"
            out.append(Fault(code="forbidden", message=message, cost=3.0, reminder=f"{hit.zh} is {hit.en}."))
        if task.glossary.rendering_span(answer, hit) is not None:
            continue
        hard = binding(hit)
        out.append(
            Fault(
                code="term",
                message=f"{hit.zh} is not rendered as {hit.en}",
                cost=1.5 if hard else _WORTH_ASKING,
                hard=hard,
                reminder=f"Translate {hit.zh} as {hit.en}.",
            )
        )
    return out


# Glossaries whose words are advice: “推进 → advance” is no reason to refuse “pressed ahead with”.
ADVISORY = frozenset({"gov-zh-en"})


def binding(hit: TermHit) -> bool:
    """True for the terms of the user's own glossaries, for names and for most terms made by rules.

    Of 3,000 human translations of government prose, 10 % put a word of the shipped glossary of
    four characters or more otherwise (同比增长 “up … year on year”); such words advise.
    """
    if hit.glossary in RULE_MADE:
        return hit.glossary == "rule"
    return hit.glossary not in ADVISORY or any(c.isupper() for c in hit.en)


_NEGATIVE_ZH = re.compile(
    r"不得|不准|不许|禁止|严禁|没有|尚未|从未|并未|并非|不能|不会|不予|不再|无法|不应|不宜|未经|不含|不包括"
)
_NEGATIVE_EN = re.compile(
    r"\b(?:not|no|never|nor|neither|without|none|cannot|nothing|prohibit\w*|forbid\w*|forbidden|ban(?:s|ned)?|"
    r"fail\w*|lack\w*|refus\w*|unable|exclud\w*|except|un\w{4,}|in(?:valid|eligible|capable|adequate)\w*|"
    r"(?:non|dis|im|ir|il)[a-z-]{4,}|refrain|avoid\w*|stop\w*|cease\w*|absent|absence|free of|rather than|"
    r"beyond|instead|yet to|unless|only|reject\w*|den(?:y|ied|ies))\b|n['’]t\b|\bother than\b",
    re.IGNORECASE,
)


def _negation(task: Task, answer: str) -> list[Fault]:
    """A plain prohibition or denial of the source that the answer shows no trace of."""
    hit = _NEGATIVE_ZH.search(task.text)
    if hit is None or _NEGATIVE_EN.search(answer):
        return []
    message = f"the negation {hit[0]} is lost"
    reminder = f"Keep the negation: {hit[0]} means that something is not so or not allowed."
    return [Fault(code="negation", message=message, cost=3.0, reminder=reminder)]


def _level(task: Task, answer: str) -> list[Fault]:
    """省委 is no organ of the centre: the Central Committee only where the source has one."""
    if not re.search(r"\bCentral (?:Committee|Commission)\b", answer, re.IGNORECASE):
        return []
    if re.search(
        r"中央|中共|中纪委|全会|党代会|届.{1,4}中|中办|民革|民盟|农工|九三|致公|民进|民建|台盟|国家",
        task.text,
    ):
        return []
    message = "the answer speaks of a central organ, the source of a local one"
    reminder = (
        "省委, 市委 and 县委 are Party committees of a province, city or county, not the Central Committee."
    )
    return [Fault(code="level", message=message, cost=3.0, reminder=reminder)]


# -- shape --------------------------------------------------------------------------------------

# Words of English for each Chinese character (a run of Latin letters or digits counts as one), by
# length of the source. Swept on 7,287 human pairs of government prose: bounds that keep 99.7 % of
# them; half of a sentence of 25 characters or more falls below them.
_RATIOS = ((6, 0.0, 5.0), (12, 0.27, 2.6), (25, 0.34, 2.0), (50, 0.46, 1.5), (10**9, 0.5, 1.4))


def _length(task: Task, answer: str) -> list[Fault]:
    """Too few words for the source: something was dropped; too many: something was invented."""
    n = len(re.findall(r"[\u3400-\u9fff]|[A-Za-z]+|[0-9][0-9.,]*", task.text))
    words = len(re.findall(r"[A-Za-z]+|[0-9][0-9.,]*", answer))
    low, high = next((low, high) for limit, low, high in _RATIOS if n < limit)
    if n and words < low * n:
        message = f"{words} words for {n} characters: part of the source is missing"
        reminder = "Translate every part of the sentence; leave nothing out."
        return [Fault(code="short", message=message, cost=4.0 + 6 * (low - words / n), reminder=reminder)]
    if words > high * n + 6:
        message = f"{words} words for {n} characters: more than the source says"
        return [Fault(code="long", message=message, cost=3.0, reminder="Add nothing to the sentence.")]
    return []


def _loop(task: Task, answer: str) -> list[Fault]:
    """The same words over and over where the source does not repeat itself."""
    words = re.findall(r"[a-z0-9]+", answer.lower())
    thrice = re.search(r"\b(\w+(?:\W+\w+){0,5}?)(?:\W+\1\b){2,}", answer.lower())
    grams = Counter(tuple(words[i : i + 5]) for i in range(len(words) - 4))
    top = max(grams.values(), default=0)
    allowed = 1 + max(Counter(task.text[i : i + 4] for i in range(len(task.text) - 3)).values(), default=1)
    if thrice is None and top <= max(2, allowed):
        return []
    return [
        Fault(code="loop", message="the answer repeats itself", cost=8.0, reminder="Do not repeat words.")
    ]


def _quotes(task: Task, answer: str) -> list[Fault]:
    """Brackets or quotation marks that never close."""
    if task.text.count("“") != task.text.count("”") or task.text.count("（") != task.text.count("）"):
        return []
    pairs = (("“", "”"), ("(", ")"), ("[", "]"))
    if all(answer.count(a) == answer.count(b) for a, b in pairs) and answer.count('"') % 2 == 0:
        return []
    return [
        Fault(code="brackets", message="a bracket or quotation mark does not close", cost=0.5, hard=False)
    ]


_CHECKS = (_residue, _chatter, _enumerator, _numbers, _terms, _negation, _level, _length, _loop, _quotes)
