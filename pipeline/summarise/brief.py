"""The brief: headline, abstract, points and key figures, each line with what proves it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray

from models.base import Encoder
from pipeline.config import BriefConfig
from pipeline.document import Brief, BriefLine, Document, Quantity, Segment
from pipeline.summarise.headline import Headliner
from pipeline.summarise.salience import Ranking, is_thin, rank, states_purpose
from pipeline.summarise.selection import Part, Selector, choose_parts, is_preamble, page_size
from pipeline.summarise.statements import Statement, find_statements, words
from pipeline.summarise.vectors import vectorise

_Floats = NDArray[np.float64]

_MAX_LEAD = 40
_SAME_PART, _SAME_PARENT = 0.8, 0.4  # what it costs to quote the same part of the text again
_SAME_LEAD = 1.5
_MIN_TITLE = 8
_KIND = re.compile("(?:法|条例|办法|规定|细则|意见|通知|决定|决议|报告|方案|规划|标准)$")
_GENERIC_TITLE = re.compile("^(?:工作)?(?:报告|总结|通知|公告|简报|目录)$")
_ENGLISH_ENUMERATOR = re.compile(
    r"^(?:(?:First|Second|Third|Fourth|Fifth|Sixth|Seventh|Eighth|Ninth|\w+th|Next|Then|Last|Final)(?:ly)?,"
    r"|Moreover,|(?:Article|Chapter|Section|Part) \d+(?:-\d+)?[.:,]?|\(\w{1,4}\)|\d{1,2}\.|[IVX]+\.|[•●—])\s+"
)
_MIDDLE = ("；", "，", "、", "：", ";", ",", ":")
# Kinds of figures that a reader looks for, best first; dates and numbers of papers are none.
_FIGURE_KINDS = (
    "money", "percent", "points", "multiple", "ratio", "count", "area", "energy", "mass", "length",
)  # fmt: skip
_MANY = 100
_COUNTS = _FIGURE_KINDS.index("count")


def summarise(document: Document, *, config: BriefConfig, encoder: Encoder | None = None) -> Document:
    """Fill `brief` from what the document itself says, in the order of the text.

    Every line quotes segments and names them; its English joins their targets, and is empty as
    long as one of them has none. A document without segments gets no brief.
    """
    if not document.segments:
        return replace(document, brief=None)
    statements = find_statements(document)
    writer = _Writer(document, rank(document, statements, encoder=encoder))
    parts = choose_parts(document, statements)
    headline = writer.headline()
    abstract = writer.abstract(parts, config.abstract_sentences)
    points = writer.points(parts, config)
    lines = (headline, *abstract, *points)
    brief = Brief(
        headline=headline,
        abstract=tuple(abstract),
        points=tuple(points),
        figures=tuple(_key_figures(document, lines, config.max_figures)),
        sections=tuple(dict.fromkeys(line.section for line in points if line.section)),
    )
    return replace(document, brief=brief)


@dataclass(frozen=True, slots=True)
class _Points:
    """A part, what each of its statements hangs on, and the statements chosen so far."""

    part: Part
    leads: dict[int, Segment | None]
    chosen: list[tuple[int, Segment | None]] = field(default_factory=list)


class _Writer:
    """Selects statements and words the lines; what one line says, no later line repeats."""

    def __init__(self, document: Document, ranking: Ranking) -> None:
        self._document = document
        self._ranking = ranking
        self._statements = ranking.statements
        self._selector = Selector(ranking)
        self._headings = _first_headings(document.segments)
        self._parents = {section.id: section.parent for section in document.sections}
        self._quoted: set[str] = set()

    def headline(self) -> BriefLine:
        """The title if it says something; else the headings that say most; else the lead."""
        told = next(
            (s.index for s, thin in zip(self._statements, self._ranking.thin, strict=True) if not thin), None
        )
        title = _title(self._document, told)
        if title is not None and self._says_much(title):
            return self._of_headings([title])
        headings = self._central_headings()
        if headings:
            return self._of_headings(headings if title is None else [title, *headings])
        return self._of_lead()

    def _of_lead(self) -> BriefLine:
        """Of a text without title and headings the lead: cut to a headline, in English whole."""
        rows = [i for i in range(len(self._statements)) if not self._ranking.thin[i]]
        rows = rows or list(range(len(self._statements)))
        found = Headliner([statement.text for statement in self._statements]).best(rows)
        if found is None:
            return self._of_headings([self._document.segments[0]])
        line = self._line(self._selector.take(found.index), None)
        if line.en or found.words == line.zh.rstrip("。"):
            return line
        return replace(line, zh=found.words, method="compress")

    def _says_much(self, title: Segment) -> bool:
        text = words(title)
        long_enough = len(text) >= _MIN_TITLE or (len(text) > 4 and _KIND.search(text) is not None)
        return long_enough and not _GENERIC_TITLE.match(text)

    def _central_headings(self) -> list[Segment]:
        """The two headings whose words the text uses most, in its order."""
        found = [h for s, h in self._headings.items() if self._parents[s] is not None or h.marker]
        found = [h for h in found if _MIN_TITLE <= len(words(h)) <= _MAX_LEAD]
        if len(found) < 2:
            return []
        vectors = vectorise([*(words(h) for h in found), *(s.text for s in self._statements)])
        central = vectors.dot(vectors.centroid())[: len(found)]
        values = central / max(float(central.max()), 1e-12) + [self._best_under(h) for h in found]
        return [found[i] for i in sorted(np.argsort(-values, kind="stable")[:2])]

    def _best_under(self, heading: Segment) -> float:
        """The score of the best statement in the section of a heading, between 0 and 1."""
        scores = self._ranking.scores
        under = [i for i, s in enumerate(self._statements) if s.section == heading.section]
        return float(scores[under].max() / max(float(scores.max()), 1e-12)) if under else 0.0

    def _of_headings(self, segments: Sequence[Segment]) -> BriefLine:
        for segment in segments:
            self._selector.mark_said(segment.id)
        texts = [words(segment).rstrip("。") for segment in segments]
        targets = [segment.target for segment in segments]
        en = _titled([_without_enumerator(s).rstrip(".") for s in segments], ": ", "; ")
        return BriefLine(
            zh=_titled(texts, "：", "；"),
            en=en if all(target is not None for target in targets) else "",
            segments=tuple(segment.id for segment in segments),
        )

    def abstract(self, parts: Sequence[Part], count: int) -> list[BriefLine]:
        """What the text says of itself, then its most telling sentences, from different parts of it."""
        rows = _introduction(self._document, self._statements) if count > 1 else []
        chosen = [self._selector.take(i) for i in rows if self._selector.is_open(i)]
        cost = np.zeros(len(self._statements))
        while len(chosen) < count:
            best = self._selector.best(range(len(self._statements)), cost=cost)
            if best is None:
                break
            chosen.append(self._selector.take(best))
            part = next(part for part in parts if best in part.statements)
            for other in parts:
                near = self._parents.get(other.section or "") == self._parents.get(part.section or "")
                cost[list(other.statements)] += _SAME_PART * (other is part) + _SAME_PARENT * near
        return [self._line(i, None) for i in sorted(chosen)]

    def points(self, parts: Sequence[Part], config: BriefConfig) -> list[BriefLine]:
        """The points of each part, under its section: its minimum, then what is best of all."""
        told = [p for p in parts if len(parts) == 1 or not is_preamble(p, self._document, self._n_told(p))]
        drafts = [_Points(part, {i: self._lead(i, part) for i in part.statements}) for part in told]
        cost = np.zeros(len(self._statements))
        for _ in range(config.min_points):
            for draft in drafts:
                self._add(draft, self._selector.best(draft.part.statements, cost=cost), cost)
        for _ in range(page_size(len(drafts), config) - sum(len(draft.chosen) for draft in drafts)):
            growing = [draft for draft in drafts if len(draft.chosen) < config.max_points]
            found = [(draft, self._selector.best(draft.part.statements, cost=cost)) for draft in growing]
            worth = [(self._selector.worth(i, cost=cost), draft, i) for draft, i in found if i is not None]
            if not worth:
                break
            _, draft, i = max(worth, key=lambda entry: entry[0])
            self._add(draft, i, cost)
        return [
            self._line(i, draft.part.section, lead=lead)
            for draft in drafts
            for i, lead in sorted(draft.chosen, key=lambda pair: pair[0])
        ]

    def _n_told(self, part: Part) -> int:
        return int((~self._ranking.thin[list(part.statements)]).sum())

    def _add(self, draft: _Points, i: int | None, cost: _Floats) -> None:
        """Take a statement; a second one under the same lead costs more and goes without it."""
        if i is None:
            return
        self._selector.take(i)
        lead = draft.leads[i]
        draft.chosen.append((i, lead if lead and not self._selector.is_said(lead.id) else None))
        if lead is not None:
            self._selector.mark_said(lead.id)
            cost[[other for other, its in draft.leads.items() if its is lead]] += _SAME_LEAD

    def _lead(self, i: int, part: Part) -> Segment | None:
        """What a point hangs on: the heading below the part, or its item's first clause."""
        statement = self._statements[i]
        section, heading = statement.section, None
        while section is not None and section != part.section:
            heading, section = self._headings.get(section, heading), self._parents[section]
        for lead in (heading, statement.lead):
            if lead is not None and lead not in statement.segments and 4 <= len(words(lead)) <= _MAX_LEAD:
                return lead
        return None

    def _line(self, i: int, section: str | None, *, lead: Segment | None = None) -> BriefLine:
        """One line; of a list under a heading that is a sentence, the heading alone."""
        statement = self._statements[i]
        segments = ((lead,) if lead is not None else ()) + statement.segments
        if lead is not None and lead.kind == "heading" and statement.is_item and words(lead).endswith("。"):
            segments = (lead,)
        zh = _ended("".join(words(segment) for segment in segments if segment is not lead))
        if lead is not None:
            opening = words(lead)
            zh = opening + ("" if opening[-1] in "。！？" or not zh else "：") + zh
        names = tuple(segment.id for segment in segments)
        return BriefLine(zh=zh, en=_english(segments), segments=names, section=section)


def _introduction(document: Document, statements: Sequence[Statement]) -> list[int]:
    """What a text says of itself before its first section: its purpose, or else its first words.

    Laws and rules say it in their first article. A text without sections needs none: its lead is
    chosen by its place.
    """
    if not any(section.parent or section.marker for section in document.sections):
        return []
    tops = {section.id for section in document.sections if section.parent is None and len(section.marker) < 2}
    told = [i for i, statement in enumerate(statements) if not is_thin(statement.text)]
    before = list(takewhile(lambda i: statements[i].section in {None, *tops}, told))
    purpose = [i for i in (before or told[:2]) if states_purpose(statements[i].text)]
    return purpose[:1] or before[:1]


def _titled(texts: Sequence[str], colon: str, semicolon: str) -> str:
    """A title, then what follows it: A: B; C."""
    if len(texts) < 3:
        return semicolon.join(texts)
    return texts[0] + colon + semicolon.join(texts[1:])


def _title(document: Document, told: int | None) -> Segment | None:
    """The heading that stands above everything else, before anything is told."""
    levels = {section.id: section.level for section in document.sections if len(section.marker) < 2}
    for i, segment in enumerate(document.segments):
        if told is not None and i >= told:
            return None
        if segment.kind == "heading":
            return segment if levels.get(segment.section or "") == 1 else None
    return None


def _first_headings(segments: Iterable[Segment]) -> dict[str, Segment]:
    headings: dict[str, Segment] = {}
    for segment in segments:
        if segment.kind == "heading" and segment.section is not None and segment.text != segment.marker:
            headings.setdefault(segment.section, segment)
    return headings


def _ended(text: str) -> str:
    """A clause that ended in the middle of a sentence ends one here."""
    return text[:-1] + "。" if text.endswith(_MIDDLE) else text


def _english(segments: Sequence[Segment]) -> str:
    """The targets joined; a heading introduces what follows it by a colon."""
    if any(segment.target is None for segment in segments):
        return ""
    parts = [_without_enumerator(segment) for segment in segments]
    for i, segment in enumerate(segments[:-1]):
        if segment.kind == "heading":
            parts[i] = parts[i].rstrip(".:;, ") + ":"
    text = " ".join(part for part in parts if part)
    return text[:-1] + "." if text.endswith(_MIDDLE) else text


def _without_enumerator(segment: Segment) -> str:
    target = (segment.target or "").strip()
    if not segment.marker:
        return target
    stripped = _ENGLISH_ENUMERATOR.sub("", target)
    return stripped[:1].upper() + stripped[1:]


def _key_figures(document: Document, lines: Sequence[BriefLine], limit: int) -> list[str]:
    """Ids of the figures that the brief quotes, then of others, in the order of the text.

    Where there are too many, money and shares go before counts, and greater numbers before small.
    """
    quoted = {name for line in lines for name in line.segments}
    known = {q.measure.text: q for q in reversed(document.quantities) if q.measure and _is_key(q)}
    ranked = sorted(known.values(), key=lambda q: (q.segment not in quoted, *_weight(q)))
    chosen = {q.id for q in ranked[:limit]}
    return [q.id for q in document.quantities if q.id in chosen]


def _is_key(quantity: Quantity) -> bool:
    """Figures with digits; the small ones that are written as words belong to names (三项制度)."""
    measure = quantity.measure
    if measure is None or measure.kind not in _FIGURE_KINDS:
        return False
    return measure.kind != "count" or any(c.isdecimal() for c in measure.text) or measure.value >= _MANY


def _weight(quantity: Quantity) -> tuple[int, float]:
    if quantity.measure is None:
        return len(_FIGURE_KINDS), 0.0
    kind = _FIGURE_KINDS.index(quantity.measure.kind)
    return (kind if kind < _COUNTS else _COUNTS), -float(abs(quantity.measure.value))
