"""From many documents to one comparison: topics, and for each document the cell that tells it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from pipeline.digest.labels import Mention, find_mentions, same_label
from pipeline.digest.topics import Topic, asked_topics, shared_topics
from pipeline.document import Document, Measure, Segment, Verdict
from pipeline.prepare.quantities import zh as quantities_zh
from pipeline.prepare.quantities.match import pair
from pipeline.prepare.terms import Glossary
from pipeline.summarise.cuts import shorten
from pipeline.summarise.focus import nearness
from pipeline.summarise.lines import english_clauses, target_body
from pipeline.summarise.salience import Ranking, rank
from pipeline.summarise.statements import find_statements, words
from pipeline.summarise.support import english_faults

English = Callable[[Sequence[str]], list[str]]  # Chinese texts to English ones, "" where none is proved
_STOPS = "，；。、"


@dataclass(frozen=True, slots=True)
class Report:
    """One of the documents compared: what it is called in the table, and where its page lies."""

    stem: str
    document: Document
    zh: str
    en: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A quantity of a cell and its match in the cell's English."""

    measure: Measure
    target: Measure | None
    verdict: Verdict | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What one document says of one topic; `figure` is the one that the topic is about.

    `zh` and `en` are translations of each other; `segments` prove them. `en` is empty as long as
    there is no proved translation.
    """

    topic: str
    report: str
    zh: str
    en: str
    segments: tuple[str, ...]
    figures: tuple[Figure, ...] = ()
    figure: Figure | None = None


@dataclass(frozen=True, slots=True)
class Digest:
    """The comparison: topics in their order, and a cell for each document that tells of one."""

    reports: tuple[Report, ...]
    topics: tuple[Topic, ...]
    cells: tuple[Cell, ...]

    def cell(self, topic: str, report: str) -> Cell | None:
        """What a report says of a topic; None if it says nothing of it."""
        return next((c for c in self.cells if (c.topic, c.report) == (topic, report)), None)


@dataclass(frozen=True, slots=True)
class _Found:
    """A passage that tells of a topic: a clause of one segment, or whole segments."""

    segments: tuple[Segment, ...]
    zh: str
    main: str = ""  # the figure of the topic, as it is written


def digest(
    reports: Sequence[Report],
    *,
    topics: Sequence[str] = (),
    glossary: Glossary | None = None,
    english: English | None = None,
) -> Digest:
    """Compare reports by the topics given, or by those that they share.

    Args:  english: translates cells and topics that no finished translation tells.
    """
    mentions = [list(find_mentions(report.document)) for report in reports]
    chosen = asked_topics(topics) or shared_topics([report.document for report in reports], mentions)
    rankings = [rank(r.document, find_statements(r.document)) for r in reports]
    found: list[tuple[Topic, Report, _Found]] = []
    for topic in chosen:
        for n, report in enumerate(reports):
            passage = _passage(topic, n, report.document, mentions[n], rankings[n], glossary)
            if passage is not None:
                found.append((topic, report, passage))
    cells = _cells(found, glossary, english)
    told = {cell.topic for cell in cells}
    kept = [topic for topic in chosen if topic.source == "asked" or topic.id in told]
    return Digest(tuple(reports), tuple(_named(kept, glossary, english)), tuple(cells))


# -- passages -------------------------------------------------------------------------------------


def _passage(
    topic: Topic,
    n: int,
    document: Document,
    mentions: Sequence[Mention],
    ranking: Ranking,
    glossary: Glossary | None,
) -> _Found | None:
    if topic.source == "figure":
        return _of_figure(topic, mentions)
    if topic.source == "heading":
        inside = _under(dict(topic.sections).get(n), document)
        return _best([i for i, s in enumerate(ranking.statements) if s.section in inside], ranking)
    named = [m for m in mentions if same_label(m.label, topic.zh) or topic.zh in m.label]
    if named:
        return _of_mention(min(named, key=lambda m: len(m.label)))
    near = nearness(document, ranking.statements, topic.zh, glossary=glossary)
    rows = [i for i in range(len(near)) if near[i] >= 0.5]
    boosted = replace(ranking, scores=ranking.scores + 3.0 * near)
    return _best(rows, boosted)


def _of_figure(topic: Topic, mentions: Sequence[Mention]) -> _Found | None:
    """The first mention of the kind that most reports give; any other if there is none."""
    named = [m for m in mentions if m.aspect == topic.aspect and same_label(m.label, topic.zh)]
    if not named:
        return None
    alike = [m for m in named if m.quantity.measure and m.quantity.measure.kind == topic.kind]
    found = _of_mention((alike or named)[0])
    if alike or found is None:
        return found
    # 达到5.53万亿元、增长4.8%: the clause may give what the others give beside what is named.
    beside = [m.text for m in quantities_zh.measures(found.zh) if m.kind == topic.kind]
    return replace(found, main=beside[0]) if beside else found


def _of_mention(mention: Mention) -> _Found | None:
    measure = mention.quantity.measure
    if measure is None:
        return None
    clause = clause_around(mention.segment.text, measure.start, measure.end)
    return _Found((mention.segment,), clause, measure.text)


def clause_around(text: str, start: int, end: int) -> str:
    """The clause that a span stands in, with what depends on it: 其中 goes with what is before."""
    first = max(text.rfind(c, 0, start) for c in "，。；：") + 1
    while first and re.match("其中|分别|同比|比|较|增长|下降|占|居", text[first:]):
        first = max(text.rfind(c, 0, first - 1) for c in "，。；：") + 1
    last = min((at for c in "，。；" if (at := text.find(c, end)) >= 0), default=len(text))
    return text[first:last].strip()


def _under(section: str | None, document: Document) -> set[str]:
    """A section and all below it."""
    inside = {section} if section else set()
    for other in document.sections:
        if other.parent in inside:
            inside.add(other.id)
    return {name for name in inside if name is not None}


def _best(rows: Sequence[int], ranking: Ranking) -> _Found | None:
    rows = [i for i in rows if not ranking.thin[i]]
    if not rows:
        return None
    statement = ranking.statements[max(rows, key=lambda i: (float(ranking.scores[i]), -i))]
    return _Found(statement.segments, "".join(words(segment) for segment in statement.segments))


# -- cells ----------------------------------------------------------------------------------------


def _cells(
    found: Sequence[tuple[Topic, Report, _Found]], glossary: Glossary | None, english: English | None
) -> list[Cell]:
    """Both languages of each passage: cut from the finished translation, else translated, else whole."""
    told = [_from_targets(passage, glossary) for _, _, passage in found]
    left = [i for i, pair_ in enumerate(told) if pair_ is None]
    shorter = {i: shorten(found[i][2].zh) for i in left}
    answers = english([shorter[i] for i in left]) if english is not None and left else [""] * len(left)
    for i, answer in zip(left, answers, strict=True):
        told[i] = (shorter[i], answer) if answer else _whole(found[i][2], glossary)
    return [
        _cell(topic, report, passage, pair_ or (passage.zh, ""))
        for (topic, report, passage), pair_ in zip(found, told, strict=True)
    ]


def _from_targets(found: _Found, glossary: Glossary | None) -> tuple[str, str] | None:
    """The passage with the part of its finished translation that says the same."""
    targets = [target_body(segment) for segment in found.segments]
    if any(target is None for target in targets):
        return None
    target = " ".join(t for t in targets if t)
    whole = "".join(words(segment) for segment in found.segments)
    if found.zh == whole:
        return None if english_faults(found.zh, target, found.segments, glossary) else (found.zh, target)
    for piece in english_clauses(target):
        if not english_faults(found.zh, piece, found.segments, glossary):
            return found.zh, piece
    return None


def _whole(found: _Found, glossary: Glossary | None) -> tuple[str, str]:
    """Whole segments with their targets, if those are proved; else the passage without English."""
    targets = [target_body(segment) for segment in found.segments]
    zh = "".join(words(segment) for segment in found.segments)
    target = " ".join(t for t in targets if t) if all(targets) else ""
    if target and not english_faults(zh, target, found.segments, glossary):
        return zh, target
    return found.zh, ""


def _cell(topic: Topic, report: Report, found: _Found, told: tuple[str, str]) -> Cell:
    zh, en = told
    measures = quantities_zh.measures(zh)
    if en:
        figures = [Figure(p.source, p.target, p.verdict) for p in pair(zh, measures, en) if p.source]
    else:
        figures = [Figure(measure, None, None) for measure in measures]
    figures = [figure for figure in figures if figure.measure.kind not in ("date", "ordinal", "document")]
    first = figures[0] if figures and topic.source == "asked" else None
    main = next((f for f in figures if f.measure.text == found.main), first)
    return Cell(
        topic=topic.id,
        report=report.stem,
        zh=zh,
        en=en,
        segments=tuple(segment.id for segment in found.segments),
        figures=tuple(figures),
        figure=main,
    )


def _named(topics: Sequence[Topic], glossary: Glossary | None, english: English | None) -> list[Topic]:
    """The topics with English names: of the glossary, else translated."""
    known = {t.zh: glossary[t.zh].en for t in topics if glossary is not None and t.zh in glossary}
    left = [t.zh for t in topics if t.zh not in known and re.search("[\u4e00-\u9fff]", t.zh)]
    if english is not None and left:
        known |= dict(zip(left, english(left), strict=True))
    return [replace(topic, en=known.get(topic.zh, "")) for topic in topics]
