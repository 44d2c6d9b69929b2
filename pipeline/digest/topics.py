"""Which topics reports share: those asked for, named figures of many, headings of many."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from pipeline.digest.labels import Aspect, Mention, same_label
from pipeline.document import Document, Section
from pipeline.errors import UsageError
from pipeline.summarise.vectors import vectorise

MAX_TOPICS = 12
_SHARED = 0.3  # of the documents, two at least, must have a topic
_ALIKE = 0.3  # cosine of character pairs from which two headings are one topic


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A row of the comparison. `words` are what it is found by: a name, a heading or what was asked."""

    id: str
    zh: str
    source: Literal["asked", "figure", "heading"]
    aspect: Aspect | None = None
    en: str = ""
    kind: str = ""
    sections: tuple[tuple[int, str], ...] = ()


def asked_topics(words: Sequence[str]) -> list[Topic]:
    """Topics as a user names them, in Chinese or English."""
    unique = dict.fromkeys(word.strip() for word in words if word.strip())
    return [Topic(id=f"t{n}", zh=word, source="asked") for n, word in enumerate(unique, 1)]


def read_topics(path: Path) -> list[str]:
    """A topic a line; empty lines and those that begin with # are left out.

    Raises:  UsageError: the file cannot be read, or names none.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read topics from {path}: {error}") from error
    topics = [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]
    if not topics:
        raise UsageError(f"{path} names no topic: one a line")
    return topics


def shared_topics(
    documents: Sequence[Document], mentions: Sequence[Sequence[Mention]], *, limit: int = MAX_TOPICS
) -> list[Topic]:
    """Named figures that several documents give, then headings that several have."""
    figures = _figure_topics(mentions, limit)
    headings = _heading_topics(documents, limit - len(figures))
    return [_numbered(topic, n) for n, topic in enumerate([*figures, *headings], 1)]


def _numbered(topic: Topic, n: int) -> Topic:
    return Topic(
        id=f"t{n}", zh=topic.zh, source=topic.source, aspect=topic.aspect, kind=topic.kind,
        sections=topic.sections,
    )  # fmt: skip


def least(n: int) -> int:
    """In how many of the documents a topic must stand."""
    return max(2, math.ceil(_SHARED * n))


def _figure_topics(mentions: Sequence[Sequence[Mention]], limit: int) -> list[Topic]:
    """Names by how many documents have them; names that mean one thing are counted together."""
    named: dict[tuple[str, Aspect], list[tuple[int, Mention]]] = {}
    endings: dict[tuple[str, Aspect], list[tuple[str, Aspect]]] = {}
    for n, found in enumerate(mentions):
        for mention in found:
            near = endings.setdefault((mention.label[-2:], mention.aspect), [])
            key = next((k for k in near if same_label(k[0], mention.label)), None)
            if key is None:
                key = (mention.label, mention.aspect)
                near.append(key)
            named.setdefault(key, []).append((n, mention))
    ranked = sorted(named.items(), key=lambda item: (-len({n for n, _ in item[1]}), -len(item[1])))
    topics = []
    for (_, aspect), entries in ranked:
        if len({n for n, _ in entries}) < least(len(mentions)):
            continue
        labels = Counter(mention.label for _, mention in entries)
        kinds = Counter(m.quantity.measure.kind for _, m in entries if m.quantity.measure)
        topics.append(
            Topic(
                id="",
                zh=labels.most_common(1)[0][0],
                source="figure",
                aspect=aspect,
                kind=kinds.most_common(1)[0][0],
            )
        )
    return topics[:limit]


def _heading_topics(documents: Sequence[Document], limit: int) -> list[Topic]:
    """Headings that are alike, one a document, each in one topic."""
    found = [(n, section) for n, document in enumerate(documents) for section in _titled(document)]
    if limit < 1 or not found:
        return []
    vectors = vectorise([section.title.zh for _, section in found])
    used: set[int] = set()
    topics: list[Topic] = []
    for i, (n, section) in enumerate(found):
        alike = vectors.dot(vectors.row(i))
        best: dict[int, int] = {n: i}
        near = [int(j) for j in np.flatnonzero(alike >= _ALIKE) if int(j) not in used]
        for j in sorted(near, key=lambda j: -alike[j]):
            best.setdefault(found[j][0], j)
        if i in used or len(best) < least(len(documents)):
            continue
        used.update(best.values())
        sections = tuple((m, found[j][1].id) for m, j in sorted(best.items()))
        topics.append(Topic(id="", zh=section.title.zh, source="heading", sections=sections))
    topics.sort(key=lambda topic: -len(topic.sections))
    return topics[:limit]


def _titled(document: Document) -> list[Section]:
    """Sections below the title that have a heading of their own."""
    return [s for s in document.sections if s.title.zh and (s.parent is not None or s.marker)]
