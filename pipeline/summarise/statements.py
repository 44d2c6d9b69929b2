"""Statements: what a brief can quote, one full sentence each, with the lead that it elaborates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from pipeline.document import Document, Segment

_FULL_STOP = "。！？!?"
_MAX_SENTENCE = 100  # clauses parted by ； are quoted together up to this length
_MAX_TOPIC = 26  # a longer sentence says enough to stand without those that it introduces
_MIN_LISTING = 10
_ANNOUNCES = re.compile("如下|以下|下面")
_ENUMERATOR = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}(?:是|要)|第[一二三四五六七八九十]{1,3}[，、：]|首先，?|其次，?|再次，?|再者，?|最后，?)"
)


@dataclass(frozen=True, slots=True)
class Statement:
    """Segments that make one sentence; `lead` is the item, topic sentence or heading above it.

    `index` is the place of its first segment, `opens` and `closes` tell its place in a paragraph;
    `introduces` is True where it only announces what later statements say.
    """

    segments: tuple[Segment, ...]
    lead: Segment | None
    index: int
    opens: bool
    closes: bool
    is_item: bool
    introduces: bool = False

    @property
    def text(self) -> str:
        """The words without the numbering before them."""
        return "".join(words(segment) for segment in self.segments)

    @property
    def section(self) -> str | None:
        return self.segments[0].section

    @property
    def paragraph(self) -> int:
        return self.segments[0].paragraph


def words(segment: Segment) -> str:
    """The text of a segment without its marker or enumerator."""
    text = segment.text
    if segment.kind == "item" and (found := _ENUMERATOR.match(text)) and found.end() < len(text):
        return text[found.end() :]
    return text.removeprefix(segment.marker).lstrip() or text


def find_statements(document: Document) -> list[Statement]:
    """Every sentence and item of a document in order; a heading only if it says all of its section."""
    numbered = list(enumerate(document.segments))
    speaking = {segment.section for segment in document.segments if segment.kind != "heading"}
    by_id = {segment.id: segment for segment in document.segments}
    found: list[Statement] = []
    for _, group in groupby(numbered, lambda pair: pair[1].paragraph):
        found += _of_paragraph([(i, s) for i, s in group if _is_said(s, speaking)], by_id)
    return found


def _is_said(segment: Segment, speaking: set[str | None]) -> bool:
    if segment.kind == "heading":
        return segment.section not in speaking and segment.text.endswith("。")
    return segment.kind in ("sentence", "item")


def _of_paragraph(body: list[tuple[int, Segment]], by_id: Mapping[str, Segment]) -> Iterator[Statement]:
    runs = list(_sentences(body))
    topic = _topic(runs)
    for number, run in enumerate(runs):
        index, first = run[0]
        lead = by_id.get(first.lead or "")
        if lead is None or not _carries(lead, first):
            lead = topic if number and first.kind != "item" else None
        yield Statement(
            segments=tuple(segment for _, segment in run),
            lead=lead,
            index=index,
            opens=number == 0,
            closes=number == len(runs) - 1,
            is_item=first.kind == "item",
            introduces=_introduces(run, body, topic),
        )


def _carries(lead: Segment, segment: Segment) -> bool:
    """Whether a sentence is fully understood only with its lead: its item, or what lists it."""
    if lead.kind == "item":
        return lead.paragraph == segment.paragraph
    listed = segment.kind == "item" and lead.text.endswith(("：", ":"))
    return listed and len(lead.text) >= _MIN_LISTING and not _ANNOUNCES.search(lead.text)


def _introduces(
    run: list[tuple[int, Segment]], body: list[tuple[int, Segment]], topic: Segment | None
) -> bool:
    """Whether short words only announce what other sentences of the paragraph say."""
    own = {segment.id for _, segment in run}
    if sum(len(segment.text) for _, segment in run) > _MAX_TOPIC:
        return False
    return (topic is not None and topic.id in own) or any(s.lead in own for _, s in body if s.id not in own)


def _sentences(body: list[tuple[int, Segment]]) -> Iterator[list[tuple[int, Segment]]]:
    """Join clauses parted by ； again; an item always begins anew."""
    run: list[tuple[int, Segment]] = []
    for pair in body:
        length = sum(len(segment.text) for _, segment in run)
        if run and (pair[1].kind == "item" or length + len(pair[1].text) > _MAX_SENTENCE):
            yield run
            run = []
        run.append(pair)
        if pair[1].text.rstrip("”’」』）)")[-1:] in _FULL_STOP or pair[1].text.endswith("："):
            yield run
            run = []
    if run:
        yield run


def _topic(runs: list[list[tuple[int, Segment]]]) -> Segment | None:
    """The short first sentence of a longer paragraph names what the rest is about."""
    if len(runs) < 3 or len(runs[0]) > 1:
        return None
    first = runs[0][0][1]
    named = first.kind == "sentence" and first.text.endswith("。") and 4 < len(first.text) <= _MAX_TOPIC
    return first if named else None
