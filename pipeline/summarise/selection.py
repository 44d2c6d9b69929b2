"""Which sections a brief tells of, and which statements of each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.config import BriefConfig
from pipeline.document import Document, Section
from pipeline.summarise.salience import Ranking
from pipeline.summarise.statements import Statement

_Floats = NDArray[np.float64]

MAX_SECTIONS = 12  # what a page holds
PAGE_WORDS = 460  # English words on A4 in two columns beside their Chinese, headings counted (decision 022)
_UNBOUNDED = 1_000_000
_ALIKE = 0.6  # cosine of character pairs from which one statement repeats another
_DIVERSITY = 1.4  # how much likeness to what is chosen costs


@dataclass(frozen=True, slots=True)
class Part:
    """A section that the brief tells of: its id (None: the whole text) and its statements."""

    section: str | None
    statements: tuple[int, ...]


def choose_parts(document: Document, statements: Sequence[Statement]) -> list[Part]:
    """The deepest level of the outline that still fits a page, in the order of the text."""
    tree = _Tree.of(document.sections)
    chosen: list[str | None] = [*tree.tops]
    spoken = {statement.section for statement in statements}
    while (finer := tree.split(chosen)) != chosen and len(spoken.intersection(finer)) <= MAX_SECTIONS:
        chosen = finer
    chosen = [None, *chosen]
    owner = {name: _owner(tree, name, set(chosen)) for name in [None, *tree.parents]}
    members: dict[str | None, list[int]] = {name: [] for name in chosen}
    for i, statement in enumerate(statements):
        members[owner.get(statement.section)].append(i)
    return [Part(name, tuple(rows)) for name, rows in members.items() if rows]


def sections_above(parts: Sequence[Part], document: Document) -> frozenset[str | None]:
    """The sections that have one of the parts below them; None is the document, if it has more than one."""
    if len(document.sections) < 2:
        return frozenset()
    parents = {section.id: section.parent for section in document.sections}
    above: set[str | None] = set()
    for part in parts:
        section = part.section
        while section is not None and (section := parents[section]) not in above:
            above.add(section)
    return frozenset(above)


def is_preamble(part: Part, above: Collection[str | None], n_told: int) -> bool:
    """Whether a part is only the line or two between a title and the first of the parts under it."""
    return part.section in above and n_told < 3


@dataclass(frozen=True, slots=True)
class _Tree:
    """The outline by ids."""

    tops: tuple[str, ...]
    parents: dict[str, str | None]
    children: dict[str | None, list[str]]

    @classmethod
    def of(cls, sections: Sequence[Section]) -> _Tree:
        parents = {section.id: section.parent for section in sections}
        children: dict[str | None, list[str]] = {}
        for section in sections:
            if not _is_article(section):
                children.setdefault(section.parent, []).append(section.id)
        return cls(tuple(children.get(None, [])), parents, children)

    def split(self, names: Sequence[str | None]) -> list[str | None]:
        """One level deeper: each section followed by its children, it keeping what is its own."""
        finer: list[str | None] = []
        for name in names:
            finer.append(name)
            finer += [child for child in self.children.get(name, []) if child not in names]
        return list(dict.fromkeys(finer))


def _is_article(section: Section) -> bool:
    """A law is told of by its chapters: articles are its statements."""
    return section.marker.startswith("第") and "条" in section.marker


def _owner(tree: _Tree, name: str | None, chosen: set[str | None]) -> str | None:
    while name is not None and name not in chosen:
        name = tree.parents[name]
    return name


class Selector:
    """Chooses statements one by one and remembers what has been said, so that nothing is repeated."""

    def __init__(self, ranking: Ranking, *, barred: Iterable[int] = ()) -> None:
        self._ranking = ranking
        self._said = np.zeros(len(ranking.statements))
        self._taken: set[int] = set()
        self._segments: set[str] = set()
        self._barred = set(barred)

    def take(self, i: int) -> int:
        """Mark a statement as said."""
        self._taken.add(i)
        self._segments.update(segment.id for segment in self._ranking.statements[i].segments)
        self._said = np.maximum(self._said, self._ranking.likeness(i))
        return i

    def bar(self, i: int) -> None:
        """Leave a statement out."""
        self._barred.add(i)

    def mark_said(self, segment: str) -> None:
        """Bar every statement that holds this segment."""
        self._segments.add(segment)

    def is_said(self, segment: str) -> bool:
        """Whether a line quotes this segment."""
        return segment in self._segments

    def best(self, rows: Sequence[int], *, cost: _Floats | None = None) -> int | None:
        """The row that says most that is new; None if nothing worth saying is left."""
        open_rows = [i for i in rows if self.is_open(i)]
        return max(open_rows, key=lambda i: (self.worth(i, cost=cost), -i), default=None)

    def worth(self, i: int, *, cost: _Floats | None = None) -> float:
        """What a statement adds to what is said: its score, less for likeness."""
        return float(
            self._ranking.scores[i] - _DIVERSITY * self._said[i] - (0.0 if cost is None else cost[i])
        )

    def is_open(self, i: int) -> bool:
        """Whether a statement says enough, and something that is not said yet."""
        statement = self._ranking.statements[i]
        if i in self._taken or i in self._barred:
            return False
        if self._said[i] > _ALIKE or self._ranking.thin[i]:
            return False
        return not any(segment.id in self._segments for segment in statement.segments)


@dataclass(slots=True)
class Page:
    """The room that is left: words, and lines where the reader asked for a number of them."""

    words: int
    left: float
    lines: float

    @classmethod
    def of(cls, config: BriefConfig) -> Page:
        """As long as the configuration says, else one page."""
        total = config.words or (_UNBOUNDED if config.sentences else PAGE_WORDS)
        return cls(words=total, left=total, lines=config.sentences or float("inf"))

    def holds(self, lines: int, words: int) -> bool:
        """Whether so much more fits; a first line always does."""
        return self.lines >= lines and self.left >= words

    def take(self, lines: int, words: int) -> None:
        """Use up some of it."""
        self.lines -= lines
        self.left -= words
