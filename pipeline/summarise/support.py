"""What proves a line of a brief: nothing in it that its segments do not say, in either language."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.document import Brief, BriefLine, Document, Measure, Segment, TermHit
from pipeline.prepare.quantities import zh as quantities_zh
from pipeline.prepare.quantities.match import pair
from pipeline.prepare.terms import Glossary
from pipeline.summarise.cuts import is_subsequence, without_asides
from pipeline.summarise.figures import is_key
from pipeline.summarise.statements import openers, words
from pipeline.translate.acceptance import Task, faults

# What turns a claim around, weakens it or makes it someone's: it stays where it stood.
_BINDING = re.compile(
    r"[不未无没非勿莫禁否]|除|可能|力争|计划|拟|将(?!其|.{0,30}(?:划归|整合|并入))|预计|争取|应当|必须|约(?=\d)|近(?=\d)|超过?(?=\d)|(?<=[\d%％个名家户人元年岁倍亩吨亿万])以[上下]|左右"
)
# Whose words, or whose aims, all that follows is.
_SPEAKER = re.compile(
    "(?:目标(?:是|为)?|任务(?:是|为)|计划(?:是|为)?|打算|称|说|表示|指出|认为|强调|提出|透露|宣布)[，：]"
)
_CONDITION = re.compile("[^，。；]*(?:如果|如有|若|凡|的，|情况下，|条件下，|前提下，|但|未经)[^，。；]*")
# A cut by an amount: 减少, 精简 without 为, 至, 到 (to) before the figure.
_CUT_BY = re.compile("(?:精简|减少|压减|核减|缩减|削减|下降|降低)(?!.*[为至到成])[^，。；]*$")
_LEFT_OVER = re.compile(r"(?:\bto|\bresulting in (?:an?|the)(?: [\w-]+){1,5} of|\bleaving(?: [\w-]+){0,3}) $")
_AIM_ROW = re.compile("(?:目标|指标|任务)(?:是|为)?：")
_REACHED = re.compile(
    r"\b(?:grew|rose|increased|decreased|fell|reached|exceeded|(?:has|have) (?:been )?\w+ed|was|were)\b"
)
_AIMED = re.compile(
    r"\b(?:will|shall|should|target|targets|goal|goals|aim|aims|expected|strive|to be)\b", re.I
)
_UNBEARABLE = frozenset({"negation", "exception", "approximator"})
_AROUND = 2  # characters on either side of a figure that say of what it is
_CLAUSE = re.compile("[^，。；：！？,;]+")


def chinese_faults(text: str, proving: Sequence[str]) -> tuple[str, ...]:
    """Why a shorter Chinese text does not follow from those that prove it; none if it does.

    Its letters stand there in the same order; each figure keeps its value and its neighbours; each clause
    keeps the negations, modal words and conditions of the one that it comes from.
    """
    source = without_asides("".join(proving))
    text = without_asides(text)
    if not any(c.isalnum() for c in text):
        return ("empty",)
    if not is_subsequence(text, source):
        return ("added",)
    found = []
    if _strayed(text, source):
        found.append("figure")
    pairs = _clauses(text, source)
    if pairs is None:
        return (*found, "spliced")
    if any(_turned(clause, whole) for clause, whole in pairs):
        found.append("negation")
    if _lost(_SPEAKER, text, source):
        found.append("speaker")
    if _lost(_CONDITION, text, source):
        found.append("condition")
    return tuple(found)


def _strayed(text: str, source: str) -> bool:
    """Whether a figure is not one of the source's, or stands beside other words there."""
    known = Counter(map(_meaning, quantities_zh.measures(source)))
    told = quantities_zh.measures(text)
    if Counter(map(_meaning, told)) - known:
        return True
    return any(_window(text, measure) not in source for measure in told)


def _window(text: str, measure: Measure) -> str:
    """A figure with the words of its own clause next to it."""
    before = re.split("[，。；：！？,;、（）]", text[: measure.start])[-1][-_AROUND:]
    after = re.split("[，。；：！？,;、（）]", text[measure.end :])[0][:_AROUND]
    return before + text[measure.start : measure.end] + after


def _meaning(measure: Measure) -> tuple[object, ...]:
    return measure.kind, measure.value, measure.upper, measure.unit, measure.approximator, measure.date


def meanings(text: str) -> Counter[tuple[object, ...]]:
    """The quantities of a Chinese text by what they mean, with how often each stands there."""
    return Counter(map(_meaning, quantities_zh.measures(text)))


def _clauses(text: str, source: str) -> list[tuple[str, str]] | None:
    """Each clause of the text with the one of the source that it comes from; None if one has none.

    A clause may take its subject from the clause before: the subject of a sentence holds for all of it.
    """
    wholes = _CLAUSE.findall(source)
    pairs, at = [], 0
    for clause in filter(_says, _CLAUSE.findall(text)):
        homes = [n for n in range(at, len(wholes)) if is_subsequence(clause, wholes[n])]
        home = min(homes, key=lambda n: len(wholes[n]), default=None)
        if home is None:
            home = _with_subject(clause, wholes, at)
        if home is None:
            return None
        pairs.append((clause, wholes[home]))
        at = home
    return pairs


def _says(clause: str) -> bool:
    """Dots where something is left out say nothing."""
    return any(c.isalnum() for c in clause)


def _with_subject(clause: str, wholes: Sequence[str], at: int) -> int | None:
    """The clause of the source that a clause ends like, its first words being those of an earlier one."""
    for n in range(at, len(wholes)):
        for cut in range(2, min(len(clause), 16)):
            rest, subject = clause[cut:], clause[:cut]
            ends = len(rest) >= 4 and wholes[n].startswith(rest[:2]) and is_subsequence(rest, wholes[n])
            if ends and any(before.startswith(subject) for before in wholes[:n]):
                return n
    return None


def _turned(clause: str, whole: str) -> bool:
    return Counter(_BINDING.findall(clause)) != Counter(_BINDING.findall(whole))


def _lost(pattern: re.Pattern[str], text: str, source: str) -> bool:
    """Whether something that binds what comes after it was left out before what is kept."""
    return any(not is_subsequence(hit[0], text) for hit in pattern.finditer(source))


def english_faults(
    text: str, english: str, proving: Sequence[Segment], glossary: Glossary | None = None
) -> tuple[str, ...]:
    """What is wrong with the English of a line: codes of the faults that make it another claim.

    A figure, negation, term or part that is lost, changed or added makes one. Acceptance bears with
    some of these in a text, where the source stands beside; a brief is read alone.
    """
    if not english.strip():
        return ("empty",)
    task = Task(
        text=text,
        measures=tuple(quantities_zh.measures(text)),
        terms=_terms(text, proving),
        glossary=glossary or Glossary(),
    )
    found = [f.code for f in faults(task, english) if f.hard or f.code in _UNBEARABLE]
    if _amount_told_as_rest(text, english):
        found.append("change")
    if _aim_told_as_fact(text, english):
        found.append("aim")
    return tuple(dict.fromkeys(found))


def _aim_told_as_fact(text: str, english: str) -> bool:
    """Whether of aims in a row one is told as reached: 目标是：…；新增就业28万人, “280,000 jobs have been created”."""
    if not _AIM_ROW.search(text):
        return False
    return any(
        re.search(r"\d", part) and _REACHED.search(part) and not _AIMED.search(part)
        for part in re.split(r"[;:]|(?<=\D)\.\s", english)
    )


def _amount_told_as_rest(text: str, english: str) -> bool:
    """Whether what was cut is told as what is left: 精简编制115名, “to 115”, “resulting in a staff of 115”."""
    for pairing in pair(text, quantities_zh.measures(text), english):
        source, target = pairing.source, pairing.target
        if source is None or target is None or source.kind not in ("count", "percent", "money"):
            continue
        before = re.split("[，。；：]", text[: source.start])[-1]
        if _CUT_BY.search(before) and _LEFT_OVER.search(english[: target.start]):
            return True
    return False


def _terms(text: str, proving: Sequence[Segment]) -> tuple[TermHit, ...]:
    """The terms of the proving segments that the text has, and that their targets render."""
    hits = {hit.zh: hit for segment in proving for hit in segment.terms if hit.obeyed is not False}
    found = []
    for name, hit in hits.items():
        at = text.find(name)
        if at >= 0:
            found.append(TermHit(zh=name, en=hit.en, start=at, end=at + len(name), glossary=hit.glossary))
    return tuple(found)


# -- measures -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Support:
    """How much of a brief is proved, and how many of the document's key figures it tells."""

    lines: int
    supported: int
    figures: int
    told: int
    faults: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def rate(self) -> float:
        """The share of lines whose every claim is proved, in both languages."""
        return self.supported / self.lines if self.lines else 1.0

    @property
    def recall(self) -> float:
        """The share of the document's key figures that stand in the brief."""
        return self.told / self.figures if self.figures else 1.0


def line_faults(line: BriefLine, document: Document, glossary: Glossary | None = None) -> tuple[str, ...]:
    """Why a line is not proved by the segments that it names; none if it is."""
    by_id = {segment.id: segment for segment in document.segments}
    proving = [by_id[name] for name in line.segments if name in by_id]
    if not proving or len(proving) < len(line.segments):
        return ("segment",)
    found = chinese_faults(line.zh, [words(segment) for segment in proving])
    bound = openers(document.segments)
    if any(bound.get(name, name) not in line.segments for name in line.segments):
        found += ("speaker",)
    if line.en:
        found += tuple(f"en:{code}" for code in english_faults(line.zh, line.en, proving, glossary))
    return found


def measure_support(document: Document, glossary: Glossary | None = None) -> Support:
    """Support rate and figure recall of a document's brief."""
    brief = document.brief
    if brief is None:
        return Support(0, 0, 0, 0, ())
    lines = (brief.headline, *brief.abstract, *brief.points)
    found = [(line.zh, line_faults(line, document, glossary)) for line in lines]
    key = {_meaning(q.measure) for q in document.quantities if q.measure and is_key(q)}
    return Support(
        lines=len(lines),
        supported=sum(not codes for _, codes in found),
        figures=len(key),
        told=len(key & _told(brief, lines)),
        faults=tuple((text, codes) for text, codes in found if codes),
    )


def _told(brief: Brief, lines: Sequence[BriefLine]) -> set[tuple[object, ...]]:
    return {_meaning(measure) for line in lines for measure in quantities_zh.measures(line.zh)}
