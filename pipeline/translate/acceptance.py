"""Is this answer a translation? Faults with a cost each; the ladder ranks answers by their sum.

A hard fault sends the answer back to the ladder; a soft one only ranks it behind a better answer.
What the checks of `pipeline.check` call an error is a hard fault here, so that nothing is accepted
that would be an error in the finished document.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from pipeline.check.base import Pair, read_pair
from pipeline.check.segment import issues_of
from pipeline.check.terms import is_advice
from pipeline.document import Approximator, Measure, SegmentKind, TermHit
from pipeline.prepare.terms import Glossary
from pipeline.translate.register import Register
from pipeline.translate.rules import RULE_MADE
from pipeline.translate.tense import CONTRADICTED, contradicted, doubted
from pipeline.translate.tense import REMINDERS as TENSES


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
    `glossary` knows the renderings that are allowed or forbidden beside the required ones;
    `register` is what the passage around it does.
    """

    text: str
    kind: SegmentKind = "sentence"
    measures: tuple[Measure, ...] = ()
    terms: tuple[TermHit, ...] = ()
    glossary: Glossary = field(default_factory=Glossary, compare=False, repr=False)
    register: Register = "plain"


def faults(task: Task, answer: str, *, finished: bool = True) -> tuple[Fault, ...]:
    """Everything wrong with an answer, hard faults first."""
    if not answer.strip():
        return (Fault(code="empty", message="no answer", cost=50.0),)
    pair = read_pair(
        task.text,
        answer,
        kind=task.kind,
        measures=task.measures,
        terms=task.terms,
        glossary=task.glossary,
    )
    found: list[Fault] = []
    if not finished:
        found.append(
            Fault(code="unfinished", message="the answer was cut off by the length limit", cost=10.0)
        )
    for look in _LOOKS:
        found += look(task, pair)
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


# -- the checks of a finished document -----------------------------------------------------------

# Codes of `pipeline.check` that are looked at here in more detail, with what to remind of.
_OWN = frozenset(
    {"empty", "number", "date", "magnitude", "document-symbol", "approximator", "term", "forbidden-term"}
)
# What a person may know from elsewhere, a model invents.
_INVENTED = frozenset({"date-detail"})
_COSTS = {"untranslated": 5.0, "copied": 20.0, "loop": 8.0, "chatter": 6.0, "placeholder": 5.0, "link": 4.0}
_REMINDERS = {
    "untranslated": "Write no Chinese characters.",
    "copied": "Write English.",
    "loop": "Do not repeat words.",
    "repeated-word": "Do not repeat words.",
    "said-twice": "Say nothing twice.",
    "chatter": "Give the translation only.",
    "negation": "Keep the negation of the sentence.",
    "added": "Add nothing to the sentence.",
    "length": "Translate every part of the sentence; leave nothing out.",
    "omission": "Translate every part of the sentence; leave nothing out.",
    "link": "Copy the link unchanged.",
    "code": "Copy numbers of telephones, documents and identity cards unchanged.",
    "date-detail": "Give dates as they stand in the sentence; add no year or month.",
}


def _checks(task: Task, pair: Pair) -> Iterator[Fault]:
    for issue in issues_of(pair):
        if issue.check in _OWN or issue.severity == "info":
            continue
        hard = issue.severity == "error" or issue.check in _INVENTED
        reminder = _REMINDERS.get(issue.check, "")
        soft = _WORTH_ASKING if reminder else 0.4
        cost = _COSTS.get(issue.check, 3.0) if hard else soft
        yield Fault(code=issue.check, message=issue.message, cost=cost, hard=hard, reminder=reminder)


# -- language -----------------------------------------------------------------------------------

_OTHER_SCRIPT = re.compile(
    r"[\u0370-\u03ff\u0400-\u052f\u0590-\u08ff\u0900-\u0dff\u0e00-\u0eff\u3040-\u30ff\u3100-\u312f\uac00-\ud7af]"
)


def _script(task: Task, pair: Pair) -> Iterator[Fault]:
    """Letters of a script that the source does not use."""
    foreign = set(_OTHER_SCRIPT.findall(pair.target)) - set(task.text)
    if foreign:
        letters = " ".join(sorted(foreign))
        yield Fault(code="script", message=f"letters of another script: {letters}", cost=5.0)


_CHATTER = re.compile(
    r"^\s*(?:(?:sure|certainly|of course|okay|ok)[,.!:]|here(?:'s| is) (?:the|your|a) "
    r"|(?:the )?(?:english )?translation(?: is|:)"
    r"|(?:english|output|answer|sentence|source|terms|note|explanation|reminder)\s*:"
    r"|the (?:text|sentence|passage|source) (?:reports|says|states|reads|means)\b"
    r"|as an ai\b|i(?:'m| am) sorry\b|i (?:can't|cannot) )",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"\((?:note|translator|literally|in chinese|translation)\b", re.IGNORECASE)
_MARKUP = re.compile(r"<\|?[a-z_]+\|?>|```|\*\*|\{\{|^#+ |https?://(?!\S*\.)", re.IGNORECASE)


def _chatter(task: Task, pair: Pair) -> Iterator[Fault]:
    """Words about the translation instead of the translation."""
    answer, what = pair.target, ""
    if _CHATTER.search(answer) and not re.match(
        r"\s*(?:注|备注|说明|来源|出处|资料|信息|翻译|译文|答|文中|文章|本文|原文|全文)", task.text
    ):
        what = "speaks about the translation"
    elif _ASIDE.search(answer):
        what = "holds a note of the translator"
    elif _MARKUP.search(answer) and not _MARKUP.search(task.text):
        what = "holds markup"
    elif "\n" in answer.strip() and "\n" not in task.text.strip():
        what = "holds line breaks"
    if what:
        reminder = "Give the translation only."
        yield Fault(code="chatter", message=f"the answer {what}", cost=6.0, reminder=reminder)


_STRAY = re.compile(
    r"^(?:(?:one|two|three|four|five|six|seven|eight|nine|ten) (?:is|are|was|were)\b(?! of)"
    r"|\((?:one|two|three|four|five|six|seven|eight|nine|ten)\)"
    r"|(?:the )?(?:first|second|third|fourth|fifth|sixth)(?: one| step)? (?:is|was) to\b)"
    r"|[.;:,] (?:two|three|four|five|six) (?:is|are)\b",
    re.IGNORECASE,
)


def _enumerator(task: Task, pair: Pair) -> Iterator[Fault]:
    """“One is” for 一是."""
    hit = _STRAY.search(pair.target)
    if hit is not None and not re.match(r"[一二三四五六]?[个名]", task.text):
        yield Fault(code="enumerator", message=f"an enumerator was read as a number: {hit[0]!r}", cost=2.0)


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


def _numbers(task: Task, pair: Pair) -> Iterator[Fault]:
    """Quantities of the source that the answer lost, changed or invented."""
    for pairing in pair.pairings:
        source, target, verdict = pairing.source, pairing.target, pairing.verdict
        if verdict == "proven":
            continue
        if source is None:
            extra = target.text if target is not None else ""
            yield Fault(code="number", message=f"{extra} is not in the source", cost=2.0)
        elif verdict == "approximator":
            message = f"{source.text}: the approximation is lost"
            reminder = f"Keep “{APPROXIMATELY[source.approximator]}”." if source.approximator else ""
            yield Fault(code="approximator", message=message, cost=1.0, hard=False, reminder=reminder)
        else:
            message, reminder = f"{source.text} is {verdict}", f"Keep the number {source.text}."
            said = _is_said_again(source, pair) or _sums_up(source, task.text)
            yield Fault(
                code="number", message=message, cost=1.0 if said else 4.0, hard=not said, reminder=reminder
            )


_TAKEN_UP = re.compile(r"[二两三四五六七八九十]{1,2}(?:个|名|位)?(?:人|者|年间?|家|国|方|个|名|位)")


def _is_said_again(measure: Measure, pair: Pair) -> bool:
    """三位科学家…三人将平分: a small count that is taken up again is "they" in English."""
    return _TAKEN_UP.fullmatch(measure.text) is not None and any(
        p.verdict == "proven" and p.source is not None and p.source.start < measure.start
        and (p.source.kind, p.source.value, p.source.upper) == (measure.kind, measure.value, measure.upper)
        and not any(c.isdigit() for c in p.source.text)
        for p in pair.pairings
    )  # fmt: skip


_SUM = re.compile(r"[两三四五六七八九十]大?(?:个|项|家|国|地|省|市|县|类|种|方|人|名|位|条|大|年|者|门|次)?")
_LIST_BEFORE = re.compile(r"[^，。；：！？]*$")
_GAP = re.compile(r".{0,4}(?:间隔|之间|相隔|相距|间的)")


def _is_sum(measure: Measure, text: str) -> bool:
    """Ku和Ka两个频段, 今明两年: the count says again how many were just named."""
    named = _LIST_BEFORE.search(text, 0, measure.start)
    listed = 1 + len(re.findall(r"[、和与及]|(?:今明|明后|去今)$", named[0] if named else ""))
    return listed > 1 and listed >= measure.value


def _sums_up(measure: Measure, text: str) -> bool:
    """A small count that English leaves out: of a list that ends there, or of the ends of a gap."""
    if measure.kind not in ("count", "duration") or not _SUM.fullmatch(measure.text):
        return False
    gap = measure.value == 2 and _GAP.match(text, measure.end) is not None
    return gap or _is_sum(measure, text)


def _terms(task: Task, pair: Pair) -> Iterator[Fault]:
    """Renderings that the answer lacks, once a term, and forbidden ones that it has."""
    seen = set()
    for hit, span in zip(pair.terms, pair.rendered, strict=True):
        if hit.zh in seen:
            continue
        seen.add(hit.zh)
        bad = task.glossary.forbidden_span(pair.target, hit)
        if bad is not None:
            message = f"{hit.zh} must not be {pair.target[slice(*bad)]}"
            yield Fault(code="forbidden", message=message, cost=3.0, reminder=f"{hit.zh} is {hit.en}.")
        if span is None:
            hard = binding(hit)
            yield Fault(
                code="term",
                message=f"{hit.zh} is not rendered as {hit.en}",
                cost=1.5 if hard else _WORTH_ASKING,
                hard=hard,
                reminder=f"Translate {hit.zh} as {hit.en}.",
            )


# Names of places: of 324 in human translations of government prose 98.5 % stand as the glossary has them,
# but of 850 in news 94 % (a person may be called Davis, a university Stanford).
PLACES = frozenset({"places-zh-en"})


def binding(hit: TermHit) -> bool:
    """True for the terms of the user's own glossaries, for names and for most terms made by rules.

    Of 3,000 human translations of government prose, 10 % put a word of the shipped glossary of
    four characters or more otherwise (同比增长 “up … year on year”); such words advise.
    """
    if hit.glossary in RULE_MADE:
        return hit.glossary == "rule"
    if hit.glossary in PLACES:
        return False
    return not is_advice(hit)


_CENTRAL_ZH = re.compile(
    r"中央|中共|中纪委|全会|党代会|届.{1,4}中|中办|民革|民盟|农工|九三|致公|民进|民建|台盟|国家"
)


def _level(task: Task, pair: Pair) -> Iterator[Fault]:
    """省委 is no organ of the centre: the Central Committee only where the source has one."""
    found = re.search(r"\bCentral (?:Committee|Commission)\b", pair.target, re.IGNORECASE)
    if found and not _CENTRAL_ZH.search(task.text):
        message = "the answer speaks of a central organ, the source of a local one"
        reminder = "省委, 市委 and 县委 are Party committees of a province, city or county."
        yield Fault(code="level", message=message, cost=3.0, reminder=reminder)


def _tense(task: Task, pair: Pair) -> Iterator[Fault]:
    """“We will” of finished work: sure by the words of the source, likely by the section it stands in."""
    if task.kind not in ("sentence", "item"):
        return
    sure = contradicted(task.text, pair.target, task.register)
    if sure is not None:
        yield Fault(code="tense", message=CONTRADICTED[sure], cost=2.5, reminder=TENSES[sure])
        return
    likely = doubted(task.text, pair.target, task.register)
    if likely is not None:
        message = "figures or the section speak against the tense of the answer"
        yield Fault(code="tense", message=message, cost=_WORTH_ASKING, hard=False, reminder=TENSES[likely])


_EXCEPT_ZH = re.compile(r"除[^，。；]{1,24}外|以外的?|(?<=[院校区内城])外的")
_EXCEPT_EN = re.compile(
    r"\b(?:except\w*|exclud\w*|excluding|other than|besides|in addition|apart from|aside from|outside|beyond|"
    r"not includ\w*|without|save for|but not|otherwise|unless|exempt\w*)\b",
    re.IGNORECASE,
)


def _exception(task: Task, pair: Pair) -> Iterator[Fault]:
    """学校、医院外的 is all but schools and hospitals; a small model likes to write “including”."""
    hit = _EXCEPT_ZH.search(task.text)
    if hit is not None and not _EXCEPT_EN.search(pair.target):
        message = f"the exception {hit[0]} is lost"
        reminder = f"Keep the exception: {hit[0]} means except or in addition to."
        yield Fault(code="exception", message=message, cost=2.0, hard=False, reminder=reminder)


# -- shape --------------------------------------------------------------------------------------

# Words of English for each Chinese character (a run of Latin letters or digits counts as one), by
# length of the source. Swept on 7,287 human pairs of government prose: bounds that keep 99.7 % of
# them; half of a sentence of 25 characters or more falls below them.
_RATIOS = (
    (6, 0.0, 5.0),
    (12, 0.27, 2.6),
    (25, 0.31, 2.0),
    (50, 0.46, 1.5),
    (80, 0.48, 1.4),
    (10**9, 0.5, 1.4),
)

_CLOSED = re.compile(r"[。！？；：….!?;:，,、][”’」』）)]*\s*$")


def _length(task: Task, pair: Pair) -> Iterator[Fault]:
    """Too few words for the source: something was dropped; too many: something was invented."""
    n = len(re.findall(r"[\u3400-\u9fff]|[A-Za-z]+|[0-9][0-9.,]*", task.text))
    words = len(re.findall(r"[A-Za-z]+|[0-9][0-9.,]*", pair.target))
    low, high = next((low, high) for limit, low, high in _RATIOS if n < limit)
    if not _CLOSED.search(task.text):
        low *= 0.9  # a headline has no articles
    if n and words < low * n:
        message = f"{words} words for {n} characters: part of the source is missing"
        reminder = "Translate every part of the sentence; leave nothing out."
        yield Fault(code="short", message=message, cost=4.0 + 6 * (low - words / n), reminder=reminder)
    elif words > high * n + 6:
        message = f"{words} words for {n} characters: more than the source says"
        yield Fault(code="long", message=message, cost=3.0, reminder="Add nothing to the sentence.")


def _echo(task: Task, pair: Pair) -> Iterator[Fault]:
    """Four words that come again and again, though not in a row, where the source repeats nothing."""
    words = re.findall(r"[a-z0-9]+", pair.target.lower())
    most = max(Counter(tuple(words[i : i + 4]) for i in range(len(words) - 3)).values(), default=0)
    text = task.text
    allowed = 1 + max(Counter(text[i : i + 4] for i in range(len(text) - 3)).values(), default=1)
    if most > max(2, allowed, _parallel(text)):
        reminder = "Do not repeat words."
        yield Fault(code="loop", message="the answer repeats itself", cost=8.0, reminder=reminder)


def _parallel(text: str) -> int:
    """How often clauses begin alike (越是…，越要…；越是…), and so may their English."""
    starts = Counter(re.findall(r"(?:^|[，。；：、])(?:坚持|做到|推动)?([\u3400-\u9fff])", text))
    return 1 + max(starts.values(), default=0)


_LOOKS = (
    _checks,
    _script,
    _chatter,
    _enumerator,
    _numbers,
    _terms,
    _level,
    _tense,
    _exception,
    _length,
    _echo,
)
