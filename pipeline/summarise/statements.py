"""Statements: what a brief can quote, one full sentence each, with the lead that it elaborates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from pipeline.document import Document, Segment

_FULL_STOP = "。！？!?"
_MAX_SENTENCE = 100  # clauses parted by ； are quoted together up to this length
MAX_LEAD = 40  # a longer sentence says enough to stand without the one it introduces
_MAX_TOPIC = 26
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
    found: list[Statement] = []
    for _, group in groupby(numbered, lambda pair: pair[1].paragraph):
        found += _of_paragraph([(i, s) for i, s in group if _is_said(s, speaking)])
    return found


def _is_said(segment: Segment, speaking: set[str | None]) -> bool:
    if segment.kind == "heading":
        return segment.section not in speaking and segment.text.endswith("。")
    return segment.kind in ("sentence", "item")


def _of_paragraph(body: list[tuple[int, Segment]]) -> Iterator[Statement]:
    runs = list(_sentences(body))
    topic = _topic(runs)
    by_id = {segment.id: segment for _, segment in body}
    leads = {segment.lead for _, segment in body} | ({topic.id} if topic else set())
    for number, run in enumerate(runs):
        index, first = run[0]
        lead = by_id.get(first.lead or "") if first.lead else None
        if lead is None or lead.kind != "item":
            lead = topic if number and first.kind != "item" else None
        yield Statement(
            segments=tuple(segment for _, segment in run),
            lead=lead,
            index=index,
            opens=number == 0,
            closes=number == len(runs) - 1,
            is_item=first.kind == "item",
            introduces=first.id in leads and len(first.text) <= MAX_LEAD,
        )


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
    return first if first.kind == "sentence" and 4 < len(first.text) <= _MAX_TOPIC else None
