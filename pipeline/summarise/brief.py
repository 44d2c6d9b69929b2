"""The brief: headline, abstract, points and key figures, each line with what proves it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray

from models.base import Encoder
from pipeline.config import BriefConfig
from pipeline.document import Brief, BriefLine, Document, Issue, Segment
from pipeline.prepare.terms import Glossary
from pipeline.summarise.aims import aiming, says_aim
from pipeline.summarise.dates import first_dates
from pipeline.summarise.figures import key_figures
from pipeline.summarise.focus import nearness
from pipeline.summarise.headline import Headliner
from pipeline.summarise.key_clause import key_clauses
from pipeline.summarise.lines import MAX_LEAD, Liner, count_words, n_words, of_headings, with_clause
from pipeline.summarise.listing import gather_lists
from pipeline.summarise.repetition import Repetition
from pipeline.summarise.salience import (
    Ranking,
    is_ceremony,
    is_meeting,
    is_thin,
    opens_meeting,
    rank,
    sends_on,
    states_purpose,
)
from pipeline.summarise.selection import (
    PAGE_WORDS,
    Page,
    Part,
    Selector,
    choose_parts,
    is_preamble,
    sections_above,
)
from pipeline.summarise.statements import Statement, binds, find_statements, words
from pipeline.summarise.support import chinese_faults, english_faults, meanings
from pipeline.summarise.vectors import vectorise
from pipeline.summarise.wording import Lines, Wording

_Floats = NDArray[np.float64]

_SAME_PART, _SAME_PARENT = 0.8, 0.4  # what it costs to quote the same part of the text again
_SAME_LEAD = 1.5
_MIN_TITLE = 8
_MAX_HEADLINE_WORDS = 26
_MAX_WITH_FIGURE = 32  # a headline with the key figure: two lines of a page
_HEADLINE_SHARE = 0.25  # of the words asked for
_MANY = 20  # statements for which a part gets one more point
_LONG = 20  # statements: of a text with more, that a meeting was opened is no news
_UNSAID_AIM = 1.0  # what it costs in an abstract that only a heading says that a plan is told
_ABSTRACT_SHARE = 0.33  # of the page, at most
_MIN_ROOM = 20  # words: what fits into less says little of a report
_SHARE = 2.0  # of what is left for each part, what its first point may take
_LINE = 60  # words of a usual point: what is shorter than its share says less
_LEAST = 0.4  # of the mean first point's score, what a further point must add
_PER_WORD = 0.004
_LENGTHS = (700, 1000, 1400)  # words; twelve sections with two points of thirty words take 1,000
_FOCUS = 3.0  # more than any other reason to be chosen
_KIND = re.compile("(?:法|条例|办法|规定|细则|意见|通知|决定|决议|报告|方案|规划|标准)$")
_GENERIC_TITLE = re.compile("^(?:工作)?(?:报告|总结|通知|公告|简报|目录)$")


def summarise(
    document: Document,
    *,
    config: BriefConfig,
    encoder: Encoder | None = None,
    glossary: Glossary | None = None,
    wording: Wording | None = None,
) -> Document:
    """Fill `brief` from what the document itself says, in the order of the text.

    Every line names the segments that prove it. It quotes them, less what can be cut in both languages
    alike; its English is empty as long as a segment has no target. `wording` shortens further, where the
    result is proved. A document without segments gets no brief.
    """
    issues = tuple(issue for issue in document.issues if issue.check != "focus")
    document = replace(document, issues=issues)
    if not document.segments:
        return replace(document, brief=None)
    statements = find_statements(document)
    near = nearness(document, statements, config.focus, glossary=glossary, encoder=encoder)
    about = [s.id for i in np.flatnonzero(near) for s in statements[i].segments]
    listed = gather_lists(document, statements, about=about)
    if listed != statements:
        statements = listed
        near = nearness(document, statements, config.focus, glossary=glossary, encoder=encoder)
    ranking = rank(document, statements, encoder=encoder)
    told = _rows(document, statements, config, near)
    ranking = replace(ranking, scores=ranking.scores + _FOCUS * near)
    focused = bool(near.any())
    lines = _by_length(document, ranking, config, told, focused=focused)
    if not lines.abstract and not lines.points:
        lines = _Writer(document, ranking, config, told, proved_only=False).lines()
    if wording is not None and config.wording == "model":
        lines, counts = wording.shorten(document, lines)
        document = replace(document, run=replace(document.run, brief=counts))
    if config.focus.strip() and not focused:
        document = replace(document, issues=(*document.issues, _unheard(config.focus)))
    return replace(document, brief=_brief(document, lines, config, focused))


def _by_length(
    document: Document, ranking: Ranking, config: BriefConfig, told: frozenset[int], *, focused: bool
) -> Lines:
    """As long as was asked for; else a page, or the least beyond it that gives each section its points."""
    if config.words or config.sentences:
        return _Writer(document, ranking, config, told).lines()
    if config.one_page or focused or config.template == "timeline":
        page = replace(config, min_points=min(config.min_points, 1))
        return _Writer(document, ranking, page, told).lines()
    writer = _Writer(document, ranking, replace(config, words=PAGE_WORDS), told)
    lines = writer.lines()
    for words_ in _LENGTHS:
        if not writer.short:
            break
        # Beyond the page only the least: what fills it up would not.
        writer = _Writer(document, ranking, replace(config, words=words_), told, least=True)
        lines = writer.lines()
    return lines


def _brief(document: Document, lines: Lines, config: BriefConfig, focused: bool) -> Brief:
    told = (lines.headline, *lines.abstract, *lines.points)
    return Brief(
        headline=lines.headline,
        abstract=lines.abstract,
        points=lines.points,
        figures=tuple(key_figures(document, told, config.max_figures)),
        sections=tuple(dict.fromkeys(line.section for line in lines.points if line.section)),
        focus=config.focus.strip() if focused else "",
        template=config.template,  # type: ignore[arg-type]
    )


def _unheard(focus: str) -> Issue:
    message = f"nothing in the text is about {focus.strip()!r}: the brief is of the whole text"
    return Issue(check="focus", severity="warning", message=message)


def _rows(
    document: Document, statements: Sequence[Statement], config: BriefConfig, near: _Floats
) -> frozenset[int]:
    """The statements that the brief may tell: of a focus those about it, of a timeline those with a date."""
    rows = set(range(len(statements)))
    if near.any():
        rows = {i for i in rows if near[i] > 0}
    if config.template == "timeline":
        rows &= first_dates(document, statements).keys()
    return frozenset(rows)


@dataclass(frozen=True, slots=True)
class _Points:
    """A part, what each of its statements hangs on, the lines chosen so far by their statements, and
    those that would repeat one of them."""

    part: Part
    leads: dict[int, Segment | None]
    least: int
    chosen: dict[int, BriefLine] = field(default_factory=dict)
    again: set[int] = field(default_factory=set)


class _Writer:
    """Selects statements and words the lines; what one line says, no later line repeats."""

    def __init__(
        self,
        document: Document,
        ranking: Ranking,
        config: BriefConfig,
        told: frozenset[int],
        *,
        proved_only: bool = True,
        least: bool = False,
    ) -> None:
        self._document = document
        self._ranking = ranking
        self._config = config
        self._statements = ranking.statements
        self._by_id = {segment.id: segment for segment in document.segments}
        self._selector = Selector(ranking, barred=set(range(len(ranking.statements))) - told)
        self._liner = Liner(document)
        self._page = Page.of(config)
        self._titles = {section.id: section.title for section in document.sections}
        self._repetition = Repetition(statement.text for statement in self._statements)
        self._aims = aiming(document)
        self._told = told
        self._least = least
        self.short = False  # a part has fewer points than its minimum for want of room
        self._proved_only = proved_only
        self._wrong = _wrong_segments(document) if proved_only else frozenset[str]()
        opened = len(self._statements) > _LONG
        for i, statement in enumerate(self._statements):
            if (opened and opens_meeting(statement.text)) or any(
                segment.id in self._wrong for segment in statement.segments
            ):
                self._selector.bar(i)

    def lines(self) -> Lines:
        """Headline, abstract and points, as many as the page holds."""
        parts = choose_parts(self._document, self._statements)
        headline = self._headline()
        self._page.take(0, n_words(headline))
        if self._config.template == "timeline":
            return Lines(headline, (), tuple(self._timeline()))
        abstract = self._abstract(parts)
        return Lines(headline, tuple(abstract), tuple(self._points(parts)))

    # -- headline ----------------------------------------------------------------------------------

    def _headline(self) -> BriefLine:
        """The title if it says something; else the headings that say most; else the lead."""
        told = next(
            (s.index for s, thin in zip(self._statements, self._ranking.thin, strict=True) if not thin), None
        )
        title = _title(self._document, told)
        if title is not None and self._says_much(title):
            return self._with_figure([[title]], title) or self._of_headings([title])
        headings = self._central_headings()
        if headings:
            choices = self._choices(title, headings)
            titled = [] if title is None else [*choices[:2], [title]]
            figured = self._with_figure(titled or choices, title)
            fits = (c for c in choices if n_words(of_headings(c)) <= _MAX_HEADLINE_WORDS)
            chosen = next(fits, choices[-1])
            return figured or self._of_headings(chosen, titled=chosen[0] is title)
        return self._of_lead()

    def _choices(self, title: Segment | None, headings: Sequence[Segment]) -> list[list[Segment]]:
        """The headings under the title, then fewer of them, the best at last."""
        best = max(headings, key=self._best_under)
        above = [] if title is None else [title]
        return [[*above, *headings], [*above, best], list(headings), [best]]

    def _with_figure(self, choices: Sequence[list[Segment]], title: Segment | None) -> BriefLine | None:
        """The fullest of these headlines that the key figure of the text fits behind, if there is one."""
        most = min(_MAX_WITH_FIGURE, _HEADLINE_SHARE * self._page.words)
        rows = [i for i in sorted(self._told) if self._selector.is_open(i)]
        for clause in key_clauses(self._document, self._ranking, rows, self._aims):
            for choice in choices:
                above = of_headings(choice, titled=choice[0] is title)
                alone = len(choice) == 1 and choice[0] is title
                line = with_clause(above, clause.zh, clause.en, clause.segment.id, titled=alone)
                proving = [*choice, clause.segment]
                if n_words(line) <= most and self._stands(line, proving):
                    for segment in choice:
                        self._selector.mark_said(segment.id)
                    return line
        return None

    def _stands(self, line: BriefLine, proving: Sequence[Segment]) -> bool:
        """Whether a headline is proved in each language that its segments have."""
        if chinese_faults(line.zh, [words(segment) for segment in proving]):
            return False
        if not line.en:
            return all(segment.target is None for segment in proving)
        return not english_faults(line.zh, line.en, proving)

    def _of_headings(self, segments: Sequence[Segment], *, titled: bool = False) -> BriefLine:
        for segment in segments:
            self._selector.mark_said(segment.id)
        return of_headings(segments, titled=titled)

    def _of_lead(self) -> BriefLine:
        """Of a text without title and headings the lead: cut to a headline, in English whole."""
        rows = [i for i in range(len(self._statements)) if not self._ranking.thin[i]]
        rows = rows or list(range(len(self._statements)))
        found = Headliner([statement.text for statement in self._statements]).best(rows)
        if found is None:
            return self._of_headings([self._document.segments[0]])
        line = self._liner.line(self._statements[found.index])
        proving = [words(self._by_id[name]) for name in line.segments]
        whole = bool(line.en or found.words == line.zh.rstrip("。") or chinese_faults(found.words, proving))
        if whole or meanings(found.words) >= meanings(line.zh):  # else its figures are told below
            self._selector.take(found.index)
        if whole:
            return line
        return replace(line, zh=found.words, method="compress")

    def _says_much(self, title: Segment) -> bool:
        text = words(title)
        long_enough = len(text) >= _MIN_TITLE or (len(text) > 4 and _KIND.search(text) is not None)
        return long_enough and not _GENERIC_TITLE.match(text)

    def _central_headings(self) -> list[Segment]:
        """The two headings whose words the text uses most, in its order."""
        parents = self._liner.parents
        found = [h for s, h in self._liner.headings.items() if parents[s] is not None or h.marker]
        found = [h for h in found if _MIN_TITLE <= len(words(h)) <= MAX_LEAD]
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

    # -- abstract ----------------------------------------------------------------------------------

    def _abstract(self, parts: Sequence[Part]) -> list[BriefLine]:
        """What the text says of itself, then its most telling sentences, from different parts of it."""
        count = self._config.abstract_sentences
        if self._config.sentences:
            count = min(count, max(1, self._config.sentences // 3))
        most = self._page.words * _ABSTRACT_SHARE
        chosen: dict[int, BriefLine] = {}
        cost = self._length_cost() + _UNSAID_AIM * self._unsaid_aims()
        opening = self._introduction() if count > 1 else []
        while len(chosen) < count and not (chosen and most < _MIN_ROOM):
            i = self._fitting_best(opening, most, cost) if opening else None
            opening = []
            i = self._fitting_best(range(len(self._statements)), most, cost) if i is None else i
            if i is None:
                break
            line = self._proved(i, self._framed(i))
            if line is None:
                continue
            most -= n_words(line)
            self._page.take(1, n_words(line))
            self._repetition.tell(line)
            chosen[self._selector.take(i)] = line
            self._spread(i, parts, cost)
        return [chosen[i] for i in sorted(chosen)]

    def _introduction(self) -> list[int]:
        """What a text says of itself before its first section: its purpose, or else its first words.

        Laws and rules say it in their first article. A text without sections needs none: its lead is
        chosen by its place. Ceremony is no introduction.
        """
        sections, statements = self._document.sections, self._statements
        if not any(section.parent or section.marker for section in sections):
            return []
        tops = {section.id for section in sections if section.parent is None and len(section.marker) < 2}
        told = [i for i, s in enumerate(statements) if not (is_thin(s.text) or opens_meeting(s.text))]
        before = list(takewhile(lambda i: statements[i].section in {None, *tops}, told))
        purpose = [i for i in (before or told[:2]) if states_purpose(statements[i].text)]
        plain = [i for i in before if not is_ceremony(self._liner.line(statements[i]).zh)]
        return purpose[:1] or plain[:1]

    def _fitting_best(self, rows: Iterable[int], most: float, cost: _Floats) -> int | None:
        most = min(most, self._page.left)
        if self._page.lines < 1:
            return None
        fitting = [i for i in rows if self._selector.is_open(i)]
        fitting = [i for i in fitting if n_words(self._framed(i)) <= most]
        return self._selector.best(fitting, cost=cost)

    def _framed(self, i: int) -> BriefLine:
        """A statement behind the topic sentence of its paragraph, which may say of whom or of which years."""
        lead = self._statements[i].lead
        if lead is None or lead.kind != "sentence" or lead.id in self._wrong:
            return self._liner.line(self._statements[i])
        return self._liner.line(self._statements[i], lead=lead)

    def _length_cost(self) -> _Floats:
        """On a page every word takes the room of another."""
        lengths = [n_words(self._liner.line(statement)) for statement in self._statements]
        return _PER_WORD * np.array(lengths, dtype=np.float64)

    def _unsaid_aims(self) -> _Floats:
        """1 for statements of a plan that say so only by the heading above: no line of an abstract has one."""
        unsaid = [s.segments[0].id in self._aims and not says_aim(s.text) for s in self._statements]
        return np.array(unsaid, dtype=np.float64)

    def _spread(self, taken: int, parts: Sequence[Part], cost: _Floats) -> None:
        """Raise the price of statements near one that was taken."""
        parents = self._liner.parents
        part = next(part for part in parts if taken in part.statements)
        for other in parts:
            near = parents.get(other.section or "") == parents.get(part.section or "")
            cost[list(other.statements)] += _SAME_PART * (other is part) + _SAME_PARENT * near

    # -- points ------------------------------------------------------------------------------------

    def _points(self, parts: Sequence[Part]) -> list[BriefLine]:
        """The points of each part, under its section: its minimum, then what is best of all."""
        above = sections_above(parts, self._document)
        told = [p for p in parts if len(parts) == 1 or not is_preamble(p, above, self._n_told(p))]
        drafts = [
            _Points(
                p,
                {i: self._liner.lead(self._statements[i], p.section) for i in p.statements},
                self._least_points(p),
            )
            for p in told
        ]
        cost, floor = self._length_cost(), -math.inf
        for n in range(max((draft.least for draft in drafts), default=0)):
            worth = [self._ranking.scores[i] for draft in drafts for i in draft.chosen]
            floor = _LEAST * float(np.mean(worth)) if worth and n >= self._config.min_points else -math.inf
            self._round([d for d in drafts if d.least > n and self._is_worth(d, cost, floor)], cost)
        few = (draft for draft in drafts if len(draft.chosen) < draft.least)
        few = (d for d in few if len(d.chosen) < self._config.min_points or self._is_worth(d, cost, floor))
        self.short = any(self._best(draft, cost) is not None for draft in few)
        worth = [self._ranking.scores[i] for draft in drafts for i in draft.chosen]
        least = _LEAST * float(np.mean(worth)) if worth else 0.0
        while not self._least and self._grow(
            [d for d in drafts if len(d.chosen) < self._config.max_points], cost, least
        ):
            pass
        return [draft.chosen[i] for draft in drafts for i in sorted(draft.chosen)]

    def _is_worth(self, draft: _Points, cost: _Floats, floor: float) -> bool:
        best = self._best(draft, cost)
        return best is not None and self._selector.worth(best, cost=cost) >= floor

    def _least_points(self, part: Part) -> int:
        """The minimum of a part: more for one that says much, if parts are to have more than one."""
        least = self._config.min_points
        if least < 2:
            return least
        return max(least, min(self._config.max_points, least + self._n_told(part) // _MANY))

    def _round(self, drafts: Sequence[_Points], cost: _Floats) -> None:
        """One point more for each part; the best first, so that the weakest go without if room is short."""
        best = {id(d): self._best(d, cost) for d in drafts}
        open_drafts = [d for d in drafts if best[id(d)] is not None]
        open_drafts.sort(key=lambda d: -self._selector.worth(best[id(d)] or 0, cost=cost))
        for n, draft in enumerate(open_drafts):
            share = max(_SHARE * self._page.left / (len(open_drafts) - n), _LINE)
            if not self._add(draft, cost, most=share):
                self._add(draft, cost, most=self._page.left)

    def _grow(self, drafts: Sequence[_Points], cost: _Floats, least: float) -> bool:
        """The best further point of all that fits; False if there is none worth its place."""
        found = [(draft, self._best(draft, cost, self._page.left)) for draft in drafts]
        worth = [(self._selector.worth(i, cost=cost), draft) for draft, i in found if i is not None]
        if not worth or max(worth, key=lambda entry: entry[0])[0] < least:
            return False
        self._add(max(worth, key=lambda entry: entry[0])[1], cost, most=self._page.left)
        return True

    def _best(self, draft: _Points, cost: _Floats, most: float = math.inf) -> int | None:
        """The best point that takes no more room; beside another one only what adds something to it."""
        rows = [i for i in draft.part.statements if self._selector.is_open(i)]
        if most < math.inf:
            rows = [i for i in rows if self._page.holds(1, n := self._price(draft, i)) and n <= most]
        texts = {i: self._statements[i].text for i in rows}
        results = [i for i in rows if not (is_meeting(texts[i]) or sends_on(texts[i]))]
        if not draft.chosen:
            return self._selector.best(results or rows, cost=cost)
        found = self._new(draft, results, cost)
        if found is not None or len(draft.chosen) >= self._config.min_points:
            return found
        # A meeting, or what was said in part, rather than a section of one point.
        found = self._new(draft, rows, cost)
        return self._selector.best(rows, cost=cost) if found is None else found

    def _new(self, draft: _Points, rows: Sequence[int], cost: _Floats) -> int | None:
        """The best of these that says what no point has said."""
        rows = [i for i in rows if i not in draft.again]
        while (i := self._selector.best(rows, cost=cost)) is not None and self._repeats(draft, i):
            draft.again.add(i)  # what is said once stays said
            rows.remove(i)
        return i

    def _repeats(self, draft: _Points, i: int) -> bool:
        lead = draft.leads[i]
        return self._repetition.repeats(self._line(draft, i), words(lead) if lead else "")

    def _price(self, draft: _Points, i: int) -> int:
        """Words of a point, with those of its section's heading if it is the first there."""
        return n_words(self._line(draft, i)) + (0 if draft.chosen else self._heading_words(draft.part))

    def _heading_words(self, part: Part) -> int:
        title = self._titles.get(part.section or "")
        return count_words(title.zh, title.en) if title else 0

    def _line(self, draft: _Points, i: int) -> BriefLine:
        """A point with what it hangs on, unless that was said."""
        lead = draft.leads[i]
        if lead and (lead.id in self._wrong or (self._selector.is_said(lead.id) and not binds(lead.text))):
            lead = None
        return self._liner.line(self._statements[i], draft.part.section, lead=lead)

    def _add(self, draft: _Points, cost: _Floats, *, most: float) -> bool:
        """Take the best statement that fits and is proved; a second one under the same lead costs more."""
        while (i := self._best(draft, cost, most)) is not None:
            line = self._proved(i, self._line(draft, i))
            if line is None:
                continue
            self._page.take(1, self._price(draft, i))
            self._selector.take(i)
            draft.chosen[i] = line
            lead = draft.leads[i]
            self._repetition.tell(line, words(lead) if lead else "")
            if lead is not None:
                self._selector.mark_said(lead.id)
                cost[[other for other, its in draft.leads.items() if its is lead]] += _SAME_LEAD
            return True
        return False

    def _proved(self, i: int, line: BriefLine) -> BriefLine | None:
        """The line, unless its English says something else; its statement is barred then.

        Of a text whose translation cannot be used at all, the Chinese is told alone.
        """
        proving = [self._by_id[name] for name in line.segments]
        if not line.en or not english_faults(line.zh, line.en, proving):
            return line
        if not self._proved_only:
            return replace(line, en="")
        self._selector.bar(i)
        return None

    def _n_told(self, part: Part) -> int:
        return int((~self._ranking.thin[list(part.statements)]).sum())

    # -- timeline ----------------------------------------------------------------------------------

    def _timeline(self) -> list[BriefLine]:
        """The best statements with a date, in the order of their dates."""
        dates = first_dates(self._document, self._statements)
        chosen: list[tuple[str, int, BriefLine]] = []
        rows = list(dates)
        while (i := self._selector.best(rows)) is not None:
            line = self._liner.line(self._statements[i], self._statements[i].section)
            rows.remove(i)
            if not self._page.holds(1, n_words(line)) or self._proved(i, line) is None:
                continue
            self._page.take(1, n_words(line))
            self._selector.take(i)
            chosen.append((dates[i].order, i, replace(line, date=dates[i].date)))
        return [line for _, _, line in sorted(chosen, key=lambda entry: entry[:2])]


def _wrong_segments(document: Document) -> frozenset[str]:
    """Segments whose translation was not accepted, or has an error that nobody waived."""
    kept = {segment.id for segment in document.segments if segment.rung == "kept"}
    wrong = {i.segment for i in document.issues if i.severity == "error" and i.waived is None}
    return frozenset(kept | {name for name in wrong if name is not None})


def _title(document: Document, told: int | None) -> Segment | None:
    """The heading that stands above everything else, before anything is told."""
    levels = {section.id: section.level for section in document.sections if len(section.marker) < 2}
    for i, segment in enumerate(document.segments):
        if told is not None and i >= told:
            return None
        if segment.kind == "heading":
            return segment if levels.get(segment.section or "") == 1 else None
    return None
