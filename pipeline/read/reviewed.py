"""What a reviewer changed in an XLIFF or DOCX that we wrote, taken back into the document.

Only targets, states and remarks come back. A changed target is a person's: origin human, state
reviewed or what the file says beyond that. What was measured on the old target (terms, quantities)
is forgotten, so the checks must run again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from lxml import etree

from pipeline.config import ReadConfig
from pipeline.document import Document, Issue, Segment, State, TermHit
from pipeline.errors import InputError
from pipeline.read import read_limited
from pipeline.read.archive import Archive, parse_xml
from pipeline.read.bilingual import local, pairs

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
BOOKMARK = re.compile(r"segment_([0-9]{1,7})")
NMTOKEN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
ORDER: tuple[State, ...] = ("initial", "translated", "reviewed", "final")
OURS = re.compile(r"(?:error|warning|info): ")


@dataclass(frozen=True, slots=True)
class Review:
    """What a file says of one segment; `source` is None where the format does not carry it safely."""

    target: str | None
    state: State | None = None
    source: str | None = None
    remarks: tuple[str, ...] = ()


def merge_reviewed(document: Document, path: str | Path, *, config: ReadConfig | None = None) -> Document:
    """The document with the targets, states and remarks of a reviewed XLIFF or DOCX.

    Segments that the file lacks stay as they are, and are counted in an issue.

    Raises:  InputError: another format, damaged, or not made from this document.
    """
    config = config if config is not None else ReadConfig()
    data = read_limited(str(path), config)
    reviews = (
        _of_docx(document, data, str(path), config)
        if data.startswith(b"PK\x03\x04")
        else _of_xliff(document, data, str(path), config)
    )
    if not reviews:
        raise InputError(f"{path} was not made from this document: no segment of it is in there")
    merged = [_merged(segment, reviews.get(segment.id)) for segment in document.segments]
    changed = {s.id for s, old in zip(merged, document.segments, strict=True) if s.target != old.target}
    quantities = tuple(
        replace(q, target=None, verdict=None) if q.segment in changed and q.measure is not None else q
        for q in document.quantities
        if q.segment not in changed or q.measure is not None
    )
    issues = (*document.issues, *_remarks(document, reviews), *_strays(document, reviews, str(path)))
    return replace(document, segments=tuple(merged), quantities=quantities, issues=issues)


def _merged(segment: Segment, review: Review | None) -> Segment:
    if review is None or (review.source is not None and review.source != segment.text):
        return segment
    target = review.target if review.target and review.target.strip() else None
    if target == segment.target:
        return replace(segment, state=_later(segment.state, review.state)) if target else segment
    if target is None:
        return replace(
            segment, target=None, origin=None, model=None, state="initial", terms=_unproven(segment)
        )
    state = _later("reviewed", review.state)
    return replace(
        segment, target=target, origin="human", model=None, state=state, score=None, rung=None,
        terms=_unproven(segment),
    )  # fmt: skip


def _later(one: State, other: State | None) -> State:
    return max(one, other or one, key=ORDER.index)


def _unproven(segment: Segment) -> tuple[TermHit, ...]:
    """The terms, with nothing said of the target."""
    return tuple(replace(term, target=None, obeyed=None) for term in segment.terms)


def _remarks(document: Document, reviews: Mapping[str, Review]) -> Iterator[Issue]:
    """Remarks of people; those that we wrote ourselves, and those taken over before, are known."""
    known = {(issue.segment, issue.message) for issue in document.issues}
    for segment in document.segments:
        for remark in reviews[segment.id].remarks if segment.id in reviews else ():
            if (segment.id, remark) not in known:
                yield Issue(check="review.remark", severity="info", message=remark, segment=segment.id)


def _strays(document: Document, reviews: Mapping[str, Review], path: str) -> Iterator[Issue]:
    """What could not be matched."""
    for segment in document.segments:
        review = reviews.get(segment.id)
        if review is not None and review.source is not None and review.source != segment.text:
            message = f"not taken over from {path}: its source text is another one"
            yield Issue(
                check="review.source_changed", severity="warning", message=message, segment=segment.id
            )
    missing = sum(segment.id not in reviews for segment in document.segments)
    if missing:
        message = f"{path} lacks {missing} of {len(document.segments)} segments; they stay as they were"
        yield Issue(check="review.missing_segments", severity="warning", message=message)


# XLIFF


def _of_xliff(document: Document, data: bytes, path: str, config: ReadConfig) -> dict[str, Review]:
    names = {_token(segment.id): segment.id for segment in document.segments}
    found = {}
    for pair in pairs(data, path, config):
        if pair.id in names:
            remarks = tuple(note for note in pair.notes if not OURS.match(note))
            state = pair.state if pair.target is not None else None
            found[names[pair.id]] = Review(pair.target, state, pair.source, remarks)
    return found


def _token(name: str) -> str:
    """The id of a segment as the XLIFF writer spells it."""
    return name if NMTOKEN.fullmatch(name) else "_x" + name.encode("utf-8", "surrogatepass").hex()


# DOCX: the right cell of each row holds the targets, each after its number in superscript


@dataclass(slots=True)
class Span:
    """A target while it is collected."""

    segment: Segment
    text: str = ""
    comments: tuple[str, ...] = ()


def _of_docx(document: Document, data: bytes, path: str, config: ReadConfig) -> dict[str, Review]:
    archive = Archive(data, path, config)
    root = parse_xml(archive.read("word/document.xml"), path, config, "word/document.xml")
    remarks = _comments_of(archive, path, config)
    found: dict[str, Review] = {}
    for left, right in _aligned(root):
        segments = [document.segments[n - 1] for n in _numbers(left) if 0 < n <= len(document.segments)]
        for span in _targets(segments, right):
            text = span.text.strip()
            untouched = span.segment.target is None and text == "not translated"
            said = tuple(remarks[name] for name in span.comments if name in remarks)
            kept = span.segment.target if _same(text, span.segment.target) else text
            found[span.segment.id] = Review(None if untouched else kept, remarks=said)
    return found


def _same(text: str, target: str | None) -> bool:
    """Whether a target comes back unchanged; control characters were shown as pictures."""
    shown = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", lambda m: chr(0x2400 + ord(m[0])), target or "")
    return " ".join(text.split()) == " ".join(shown.split())


def _aligned(root: etree._Element) -> Iterator[tuple[etree._Element, etree._Element]]:
    """Where sources and targets stand: two cells of a row, or one heading for both."""
    for row in root.iter(f"{W}tr"):
        cells = row.findall(f"{W}tc")
        if len(cells) == 2 and next(_numbers(cells[0]), None) is not None:
            yield cells[0], cells[1]
    for paragraph in root.iter(f"{W}p"):
        in_table = any(local(parent) == "tc" for parent in paragraph.iterancestors())
        if not in_table and next(_numbers(paragraph), None) is not None:
            yield paragraph, paragraph


def _numbers(element: etree._Element) -> Iterator[int]:
    for start in element.iter(f"{W}bookmarkStart"):
        match = BOOKMARK.fullmatch(start.get(f"{W}name", ""))
        if match:
            yield int(match[1])


def _targets(segments: list[Segment], element: etree._Element) -> Iterator[Span]:
    """The text after each number; other superscripts are labels of marks and no text."""
    waiting = list(segments)
    bookmarked = set(_marked_runs(element))
    span: Span | None = None
    for child in element.iter():
        name = local(child)
        if span is not None and name == "commentRangeStart":
            span.comments += (child.get(f"{W}id", ""),)
        if name != "r" or _is_deleted(child) or child in bookmarked:
            continue
        text = _text_of(child)
        if not _is_raised(child):
            if span is not None:
                span.text += text
        elif waiting and text == f"{_shown(waiting[0].id)} ":
            if span is not None:
                yield span
            span = Span(waiting.pop(0))
    if span is not None:
        yield span


def _marked_runs(element: etree._Element) -> Iterator[etree._Element]:
    """The numbers of the source side, which bookmarks enclose."""
    for start in element.iter(f"{W}bookmarkStart"):
        if BOOKMARK.fullmatch(start.get(f"{W}name", "")):
            following = start.getnext()
            if following is not None and local(following) == "r":
                yield following


def _shown(name: str) -> str:
    return name[1:] if name[:1] == "s" and name[1:].isdigit() else name


def _is_raised(run: etree._Element) -> bool:
    raised = run.find(f"{W}rPr/{W}vertAlign")
    return raised is not None and raised.get(f"{W}val") == "superscript"


def _is_deleted(run: etree._Element) -> bool:
    return any(local(parent) in ("del", "moveFrom") for parent in run.iterancestors())


def _text_of(run: etree._Element) -> str:
    spaces = {"tab": " ", "br": " ", "cr": " ", "noBreakHyphen": "-"}
    return "".join(
        (child.text or "") if local(child) == "t" else spaces.get(local(child), "") for child in run
    )


def _comments_of(archive: Archive, path: str, config: ReadConfig) -> dict[str, str]:
    """Comments of people by id; ours are open issues, which the document knows."""
    name = "word/comments.xml"
    if name not in archive:
        return {}
    root = parse_xml(archive.read(name), path, config, name)
    found = {}
    for comment in root.iter(f"{W}comment"):
        who = comment.get(f"{W}author", "")
        if who != "duizhao":
            text = " ".join("".join(t.text or "" for t in comment.iter(f"{W}t")).split())
            found[comment.get(f"{W}id", "")] = f"{who}: {text}" if who else text
    return found
