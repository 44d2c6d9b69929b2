"""Statements: what a brief can quote, one full sentence each, with the lead that it elaborates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from pipeline.document import Document, Segment

_FULL_STOP = "。！？!?"
_MAX_SENTENCE = 100  # clauses parted by ； are quoted together up to this length
_MAX_TOPIC = 26  # a longer sentence says enough to stand without those that it introduces
_MIN_LISTING = 10
_MAX_INNER_TOPIC = 14  # a topic sentence within a paragraph is short, has no figure, and is one of several
_ANNOUNCES = re.compile("如下|以下|下面")
_ENUMERATOR = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}(?:是|要)|第[一二三四五六七八九十]{1,3}[，、：]|首先，?|其次，?|再次，?|再者，?|最后，?)"
)


_PERIOD = re.compile("(?:[这过][去一三五]{1,2}年|[一三五]年来|“?十[三四五]五”?(?:以来|时期))，")
# Whose words, or whose aims, all that follows the colon is.
_OPENER = re.compile("(?:目标|指标|任务|计划|打算|要求|意见|建议|称|说|表示|指出|认为|强调|提出)(?:是|为)?：")


@dataclass(frozen=True, slots=True)
class Statement:
    """Segments that make one sentence; `lead` is the item, topic sentence or heading above it.

    What goes on after “the aims are: …；” begins with that opening again: alone it would be a fact.

    `index` is the place of its first segment, `opens` and `closes` tell its place in a paragraph;
    `introduces` is True where it only announces what later statements say. A list told with its opening has
    `joints`: what stands in its line after each segment instead of that one's own stop ("": nothing else).
    """

    segments: tuple[Segment, ...]
    lead: Segment | None
    index: int
    opens: bool
    closes: bool
    is_item: bool
    introduces: bool = False
    joints: tuple[str, ...] = ()

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


def binds(text: str) -> bool:
    """Whether all that follows a text is told as someone's words or aims."""
    return _OPENER.search(text) is not None


def openers(segments: Sequence[Segment]) -> dict[str, str]:
    """The segments that go on with a sentence, or a list, whose opening says whose words or aims they are."""
    by_id = {segment.id: segment for segment in segments}
    found: dict[str, str] = {}
    for _, paragraph in groupby(segments, lambda segment: segment.paragraph):
        opening: Segment | None = None
        for segment in paragraph:
            if segment.kind == "item":
                opening = None
                lead = by_id.get(segment.lead or "")
                if lead is not None and lead.text.endswith(("：", ":")) and binds(lead.text):
                    found[segment.id] = lead.id
            if opening is not None:
                found[segment.id] = opening.id
            elif binds(segment.text):
                opening = segment
            if _ends(segment):
                opening = None
    return found


def _ends(segment: Segment) -> bool:
    """Whether a sentence ends with this segment."""
    return segment.text.rstrip("”’」』）)")[-1:] in _FULL_STOP or segment.text.endswith("：")


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
    topics = _topics(runs)
    topic: Segment | None = None
    for number, run in enumerate(runs):
        index, first = run[0]
        lead = by_id.get(first.lead or "")
        topic = topic if first.id not in topics else None
        if lead is None or not _carries(lead, first):
            lead = topic if number and first.kind != "item" else None
        yield Statement(
            segments=tuple(segment for _, segment in run),
            lead=lead,
            index=index,
            opens=number == 0,
            closes=number == len(runs) - 1,
            is_item=first.kind == "item",
            introduces=_introduces(run, body, topics),
        )
        topic = first if first.id in topics else topic


def _carries(lead: Segment, segment: Segment) -> bool:
    """Whether a sentence is fully understood only with its lead: its item, or what lists it."""
    if lead.kind == "item":
        return lead.paragraph == segment.paragraph
    listed = segment.kind == "item" and lead.text.endswith(("：", ":"))
    return listed and len(lead.text) >= _MIN_LISTING and not _ANNOUNCES.search(lead.text)


def _introduces(
    run: list[tuple[int, Segment]], body: list[tuple[int, Segment]], topics: frozenset[str]
) -> bool:
    """Whether short words only announce what other sentences of the paragraph say."""
    own = {segment.id for _, segment in run}
    if sum(len(segment.text) for _, segment in run) > _MAX_TOPIC:
        return False
    return not topics.isdisjoint(own) or any(s.lead in own for _, s in body if s.id not in own)


def _sentences(body: list[tuple[int, Segment]]) -> Iterator[list[tuple[int, Segment]]]:
    """Join clauses parted by ； again; an item always begins anew.

    A longer sentence is parted; where its opening says whose aims it tells, each part begins with that.
    """
    run: list[tuple[int, Segment]] = []
    for pair in body:
        length = sum(len(segment.text) for _, segment in run)
        if run and (pair[1].kind == "item" or length + len(pair[1].text) > _MAX_SENTENCE):
            goes_on = pair[1].kind != "item" and len(run) > 1 and binds(run[0][1].text)
            yield run
            run = run[:1] if goes_on else []
        run.append(pair)
        if _ends(pair[1]):
            yield run
            run = []
    if run:
        yield run


def _topics(runs: list[list[tuple[int, Segment]]]) -> frozenset[str]:
    """The short sentences that name what the rest is about: the first of a longer paragraph, or several."""
    first = runs[0][0][1] if runs else None
    if first is None or len(runs) < (2 if _PERIOD.match(first.text) else 3):
        return frozenset()
    found = {first.id} if len(runs[0]) == 1 and _names(first, _MAX_TOPIC) else set()
    inner = [
        run[0][1].id
        for run, after in pairwise(runs)
        if len(run) == 1 and _names(run[0][1], _MAX_INNER_TOPIC) and _goes_on(after)
    ]
    return frozenset(found | set(inner if len(inner) > 1 else ()))


def _names(segment: Segment, most: int) -> bool:
    text = segment.text
    named = segment.kind == "sentence" and text.endswith("。") and 4 < len(text) <= most
    return named and (most > _MAX_INNER_TOPIC or not re.search(r"[\d“”《》，]", text))


def _goes_on(run: list[tuple[int, Segment]]) -> bool:
    """Whether a sentence is long enough to be what a topic sentence announces."""
    return sum(len(segment.text) for _, segment in run) > 2 * _MAX_INNER_TOPIC
