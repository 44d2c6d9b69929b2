"""Sentences: the final segments, cut where a reader would stop and never inside a quotation."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from pipeline.document import Document, Issue, Segment, SegmentKind
from pipeline.prepare.enumerations import (
    Chain,
    Mention,
    chain_findings,
    find_chains,
    find_mentions,
    is_inside,
)
from pipeline.prepare.markers import parse_marker
from pipeline.prepare.numbering import structure_issue
from pipeline.prepare.sections import make_segment
from pipeline.prepare.units import separable, span_of
from pipeline.traced import TracedText

_PAIRS = {
    "（": "）",
    "(": ")",
    "《": "》",
    "〈": "〉",
    "“": "”",
    "「": "」",
    "『": "』",
    "【": "】",
    "〔": "〕",
    "[": "]",
    "‘": "’",
}
_OPENERS = {closer: opener for opener, closer in _PAIRS.items()}
_QUOTES = '“「『‘"'
_CLOSING = '”’」』）)】》〉〕]"'
_MAX_PROTECTED = 200  # a pair wider than this is a mistake or a quotation of whole paragraphs
_STOP = re.compile(
    r"[。！？；｡]+(?:[。！？!?｡]+)?|[!?;]+(?![A-Za-z0-9&=#/])|…+|(?<=[a-z]{3})\.(?=\s+[A-Z\u4e00-\u9fff]|$)"
)
_PAIR = re.compile("[" + re.escape("".join(_PAIRS) + "".join(_OPENERS)) + '"]')
_NOTE_MARK = re.compile(r"(?:\[\d{1,3}\]|[⁰¹²³⁴-⁹]+)")
_GOES_ON = "，。、；：！？,.;:!?的地得等之和与及"
_SAYS = re.compile(r".{0,8}(?:说|說|道|表示|指出|强调|强調|问|問|答|称|稱)")
_LEADS = re.compile(
    "以下|如下|下列|下面|主要(?:是|有|包括|表现|做了|做好)|几个?方面|几项|重点抓好|重点做好|分别是|包括[：:]?$"
)
_WORD = re.compile(r"[^\W_]")
_CLAUSE_END = re.compile("[，；：,;:、。！？]")
_ALNUM = re.compile(r"[0-9０-９A-Za-z.,%．％‰+\-–—/:]")


def split_sentences(document: Document, *, max_characters: int = 400) -> Document:
    """Turn the rough segments of `find_sections` into the final ones.

    Segments tile the text: sorted, disjoint, only white space between them. A sentence longer
    than `max_characters` is split at clauses, elsewhere only where it has none. Running it again
    changes nothing.
    """
    text = document.text
    drafts = [draft for paragraph in _paragraphs(document) for draft in _split(text, paragraph)]
    chains = list(_chains(text, drafts))
    drafts = _cut_at_members(text, drafts, chains)
    _link_lists(text.text, drafts)
    _link_chains(text.text, drafts, chains)
    drafts = [piece for draft in drafts for piece in _limit(text, draft, max_characters)]
    segments = _final(document, drafts)
    return replace(document, segments=segments, issues=_issues(document, drafts, chains, segments))


@dataclass(slots=True, eq=False)
class _Draft:
    """A segment to be: its span in the working text and what is known of it so far.

    `opens` is True for the first sentence of a numbered or bulleted unit.
    """

    start: int
    end: int
    kind: SegmentKind
    paragraph: int
    section: str | None
    marker: str = ""
    opens: bool = False
    lead: _Draft | None = None


def _paragraphs(document: Document) -> Iterator[_Draft]:
    """The rough segments again, those of one paragraph body as one."""
    for (paragraph, _), group in groupby(document.segments, lambda s: (s.paragraph, s.kind == "heading")):
        members = list(group)
        first = members[0]
        start, end = span_of(document.text, first.start, members[-1].end)
        counted = parse_marker(first.marker) is not None
        opens = first.kind == "item" and (counted or not first.marker)
        kind: SegmentKind = "sentence" if first.kind == "item" and not opens else first.kind
        yield _Draft(
            start,
            end,
            kind,
            paragraph,
            first.section,
            first.marker if opens or kind == "heading" else "",
            opens,
        )


def _split(text: TracedText, paragraph: _Draft) -> Iterator[_Draft]:
    if paragraph.kind == "heading":
        yield paragraph
        return
    rest: SegmentKind = "table" if paragraph.kind == "table" else "sentence"
    cuts = [*sentence_cuts(text, paragraph.start, paragraph.end), paragraph.end]
    yield from _cut(text.text, paragraph, cuts, rest)


def _cut(text: str, draft: _Draft, ends: Sequence[int], rest: SegmentKind) -> Iterator[_Draft]:
    """The draft itself, ending at the first place, and new ones up to each of the others that hold a word."""
    done = ends[0]
    draft.start, draft.end = _strip(text, draft.start, done)
    yield draft
    for end in ends[1:]:
        start, stop = _strip(text, done, end)
        done = end
        if start < stop:  # a cut may fall on both sides of white space
            yield _Draft(start, stop, rest, draft.paragraph, draft.section)


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def sentence_cuts(text: TracedText, start: int, end: int) -> list[int]:
    """Places strictly inside `text[start:end]` where a new sentence begins."""
    words = text.text
    last_word = next((i for i in range(end - 1, start - 1, -1) if words[i].isalnum()), start)
    cuts: list[int] = []
    opening = _WORD.search(words, start, end)
    for stop in _stops(words, start, end, protected_spans(words, start, end)):
        if stop > last_word:
            break
        if opening and opening.start() < stop and separable(text, stop):
            cuts.append(stop)
            opening = _WORD.search(words, stop, end)
    return cuts


def _stops(text: str, start: int, end: int, protected: list[tuple[int, int]]) -> Iterator[int]:
    """Where sentences end, closing quotes and note marks included."""
    inner = 0
    for found in _STOP.finditer(text, start, end):
        while inner < len(protected) and protected[inner][1] <= found.start():
            inner += 1
        after = found.end()
        if inner < len(protected) and protected[inner][0] < found.start():
            opener, closer = protected[inner]
            if after != closer - 1 or not _quotes_sentence(text, start, opener, closer, end):
                continue
            after = closer
        after = _with_closers(text, after, end)
        if found[0][0] == "…" and after < end and text[after] in _GOES_ON:
            continue
        yield after


def _with_closers(text: str, at: int, end: int) -> int:
    while (
        at < end
        and text[at] in _CLOSING
        and not (text[at] == '"' and at + 1 < end and text[at + 1].isalnum())
    ):
        at += 1
    note = _NOTE_MARK.match(text, at, end)
    return note.end() if note else at


def _quotes_sentence(text: str, start: int, opener: int, closer: int, end: int) -> bool:
    """Whether a quotation that ends with a stop ends the sentence around it as well."""
    if text[opener] not in _QUOTES or closer >= end or text[closer] in _GOES_ON:
        return False
    if opener > start and text[opener - 1] in "：:，,":
        return True
    opens = opener == start or text[opener - 1] in "。！？；"
    return opens and not _SAYS.match(text, closer, min(end, closer + 12))


def protected_spans(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Outermost bracketed and quoted stretches; what is unbalanced or too wide protects nothing."""
    pairs: list[tuple[int, int]] = []
    stack: list[int] = []
    for found in _PAIR.finditer(text, start, end):
        at, mark = found.start(), found[0]
        opens = mark in _PAIRS or (mark == '"' and not any(text[i] == '"' for i in stack))
        if opens:
            stack.append(at)
            continue
        wanted = _OPENERS.get(mark, '"')
        depth = next((d for d in range(len(stack) - 1, -1, -1) if text[stack[d]] == wanted), None)
        if depth is not None:
            pairs.append((stack[depth], at + 1))
            del stack[depth:]
        if len(stack) > 50:
            del stack[0]
    return _outermost(sorted(pair for pair in pairs if pair[1] - pair[0] <= _MAX_PROTECTED))


def _outermost(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for pair in pairs:
        if not kept or pair[0] >= kept[-1][1]:
            kept.append(pair)
    return kept


# Enumerations


def _chains(text: TracedText, drafts: Sequence[_Draft]) -> Iterator[Chain]:
    """The enumerations of each section, also those that run over several paragraphs."""
    for section, group in groupby(drafts, lambda d: None if d.kind in ("heading", "table") else (d.section,)):
        if section is None:
            continue
        mentions: list[Mention] = []
        for _, members in groupby(group, lambda d: d.paragraph):
            sentences = list(members)
            end = sentences[-1].end
            protected = protected_spans(text.text, sentences[0].start, end)
            mentions += find_mentions(text.text, [d.start for d in sentences], end, protected)
        yield from find_chains([mention for mention in mentions if separable(text, mention.at)])


def _cut_at_members(text: TracedText, drafts: Sequence[_Draft], chains: Sequence[Chain]) -> list[_Draft]:
    """Let every member of an enumeration begin a segment: 主要是：一是…，二是…."""
    places = sorted({member.at for chain in chains for member in chain.members})
    done: list[_Draft] = []
    for draft in drafts:
        inside = places[bisect_right(places, draft.start) : bisect_left(places, draft.end)]
        done += _cut(text.text, draft, [*inside, draft.end], "sentence") if inside else [draft]
    return done


def _link_lists(text: str, drafts: Sequence[_Draft]) -> None:
    """Link items of lists to the sentence that introduces them, and further sentences to the item."""
    leads: dict[str, _Draft | None] = {}
    before: _Draft | None = None
    for draft in drafts:
        if draft.kind == "heading":
            leads = {}
        if draft.opens:
            mark = parse_marker(draft.marker)
            family = mark.family if mark else ""
            if (
                family not in leads
                or (mark and mark.number and mark.ordinal == 1)
                or _introduces(text, before)
            ):
                leads[family] = before if _introduces(text, before) else None
            draft.lead = leads[family]
        elif before is not None and before.paragraph == draft.paragraph and draft.kind == "sentence":
            draft.lead = before if before.opens else before.lead if before.kind != "heading" else None
        elif draft.kind == "sentence":
            leads = {}
        before = draft


def _introduces(text: str, draft: _Draft | None) -> bool:
    """Whether a sentence or heading announces a list."""
    if draft is None or draft.kind == "table":
        return False
    return text[draft.end - 1] in "：:" or bool(_LEADS.search(text, draft.start, draft.end))


def _link_chains(text: str, drafts: Sequence[_Draft], chains: Sequence[Chain]) -> None:
    """Make items of the members of enumerations, under the sentence that introduces them."""
    place = {draft.start: i for i, draft in enumerate(drafts)}
    items: set[int] = set()
    for chain in chains:
        first = place[chain.members[0].at]
        lead = _chain_lead(text, drafts, first)
        for member in chain.members:
            draft = drafts[place[member.at]]
            items.add(place[member.at])
            draft.kind, draft.marker, draft.lead = "item", member.marker, lead
    current: _Draft | None = None
    for i, draft in enumerate(drafts):
        if i in items:
            current = draft
        elif current is not None and current.paragraph == draft.paragraph and draft.kind == "sentence":
            draft.lead = current
        else:
            current = None


def _chain_lead(text: str, drafts: Sequence[_Draft], first: int) -> _Draft | None:
    """The sentence before the first member: in its paragraph any, elsewhere one that announces it."""
    before = drafts[first - 1] if first else None
    member = drafts[first]
    if before is None or before.section != member.section:
        return None
    beside = before.paragraph == member.paragraph and before.kind != "heading"
    return before if beside or _introduces(text, before) else None


# Length


def _limit(text: TracedText, draft: _Draft, limit: int) -> Iterator[_Draft]:
    """Cut a draft that is too long for a model; its pieces stay under it or under its lead."""
    if draft.end - draft.start <= limit:
        yield draft
        return
    rest: SegmentKind = draft.kind if draft.kind in ("table", "heading") else "sentence"
    for piece in _cut(text.text, draft, clause_cuts(text, draft.start, draft.end, limit), rest):
        if piece is not draft:
            piece.lead = draft if draft.kind == "item" else draft.lead
        yield piece


def clause_cuts(text: TracedText, start: int, end: int, limit: int) -> list[int]:
    """Ends of the pieces of `text[start:end]`, each at most `limit` long and of like length."""
    words = text.text
    protected = protected_spans(words, start, end)
    cuts: list[int] = []
    while end - start > limit:
        at = _best_cut(text, start, end, limit, protected)
        if at is None:
            break
        cuts.append(at)
        start = at
    return [*cuts, end]


def _best_cut(
    text: TracedText, start: int, end: int, limit: int, protected: Sequence[tuple[int, int]]
) -> int | None:
    """The place nearest to an even division, at the best kind of place that there is.

    Where no clause ends within reach of it, one piece more gives room for a better place.
    """
    length = end - start
    fewest = -(-length // limit)
    kinds = {at: _cut_kind(text, at, protected) for at in range(start + 1, min(start + limit, end - 1) + 1)}
    for parts, worst in ((fewest, 0), (fewest + 1, 1), (fewest + 1, 2), (fewest + 1, 3), (fewest + 1, 4)):
        low = start + max(1, length - (parts - 1) * limit)
        places = [at for at, kind in kinds.items() if at >= low and kind <= worst]
        if places:
            ideal = start + length / parts
            return min(places, key=lambda at: abs(at - ideal))
    return None


def _cut_kind(text: TracedText, at: int, protected: Sequence[tuple[int, int]]) -> int:
    """0 after a clause, 1 after 、, 2 the same in a quotation, 3 between words, 4 in one, 9 never."""
    before, after = text.text[at - 1], text.text[at]
    if not separable(text, at):
        return 9
    if _CLAUSE_END.match(before) and after not in _CLOSING and not (before in ",:." and after.isdigit()):
        return 2 if is_inside(protected, at) else 1 if before == "、" else 0
    within = _ALNUM.match(before) and _ALNUM.match(after)
    return 4 if within or after in _CLOSING + _GOES_ON else 3


# Results


def _final(document: Document, drafts: Sequence[_Draft]) -> tuple[Segment, ...]:
    names = {id(draft): f"s{i}" for i, draft in enumerate(drafts, 1)}
    return tuple(
        replace(
            make_segment(
                document,
                draft.start,
                draft.end,
                name=names[id(draft)],
                section=draft.section,
                kind=draft.kind,
                paragraph=draft.paragraph,
                marker=draft.marker,
            ),
            lead=names[id(draft.lead)] if draft.lead else None,
        )
        for draft in drafts
    )


def _issues(
    document: Document, drafts: Sequence[_Draft], chains: Sequence[Chain], segments: Sequence[Segment]
) -> tuple[Issue, ...]:
    """All issues so far and those of the enumerations, each at the segment that it is about."""
    units = {draft.start for draft in drafts if draft.opens}
    found = list(document.issues)
    known = {(issue.check, issue.start) for issue in found}
    for chain in chains:
        for issue in _chain_issues(document.text, chain, units):
            if (issue.check, issue.start) not in known:
                found.append(issue)
    starts = [segment.start for segment in segments]
    return tuple(_placed(issue, starts, segments) for issue in found)


def _chain_issues(text: TracedText, chain: Chain, units: set[int]) -> Iterator[Issue]:
    """What is wrong with the count; numbered units were judged with the outline."""
    for check, member, before in chain_findings(chain):
        if member.at in units:
            continue
        previous = (before.marker, before.number) if before else None
        span = text.origin(member.at, member.at + len(member.marker))
        yield structure_issue(check, mark=member.marker, number=member.number, previous=previous, span=span)


def _placed(issue: Issue, starts: Sequence[int], segments: Sequence[Segment]) -> Issue:
    if not issue.check.startswith("structure.") or issue.start is None:
        return issue
    at = bisect_right(starts, issue.start) - 1
    return replace(issue, segment=segments[at].id) if at >= 0 else issue
