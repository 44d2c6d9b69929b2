"""Which source belongs to which translation: joining, cutting and shifting links.

What the brief says of a segment that was joined to another is sent on to that one when the document is
put together (`documents.assemble`), so that taking the joining back brings the reference back too.
"""

from __future__ import annotations

import string
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from pipeline.align.english import sentence_starts
from pipeline.align.segments import joined, place_of, unproven
from pipeline.document import Document, Measure, Quantity, Segment
from pipeline.prepare.quantities import measures_of
from pipeline.prepare.sentences import sentence_cuts
from pipeline.prepare.terms import Glossary
from pipeline.review.workspace import Refused, Workspace
from pipeline.store import segments
from pipeline.store.documents import INTO
from pipeline.store.segments import Change, Entry, StaleWrite
from pipeline.traced import TracedText

Side = Literal["source", "target"]


def merge(
    space: Workspace, document: int, name: str, versions: tuple[int, int], *, author: str
) -> list[Entry]:
    """Join a segment with the one after it.

    Raises:  Refused: there is none, or it belongs to another section.
             StaleWrite: one of them has moved on.
    """
    frame = space.frame(document)
    first, second = _neighbours(space, document, name, versions)
    if first.segment.section != second.segment.section:
        raise Refused(f"segments {first.name} and {second.name} belong to different sections")
    whole = joined(frame, first.segment, second.segment)
    after = space.checked(frame, fresh_entry(frame, first, whole, space.glossary))
    changes = [
        Change(name=first.name, base=first.version, after=after, action="merge"),
        Change(name=second.name, base=second.version, after=None, action="merge", note=f"{INTO}{first.name}"),
    ]
    return space.write_group(document, changes, author=author, order=True)


def split(
    space: Workspace, document: int, name: str, version: int, *, source_at: int, target_at: int, author: str
) -> list[Entry]:
    """Cut a segment in two at offsets into its text and its translation; one side may stay whole.

    Raises:  Refused: an offset lies outside, or one part would be empty on both sides.
    """
    frame = space.frame(document)
    entry = _at_version(space, document, name, version)
    text, target = entry.segment.text, entry.segment.target or ""
    if source_at > len(text) or target_at > len(target):
        raise Refused(f"segment {name} is shorter than the place to cut at")
    if (
        not (text[:source_at] + target[:target_at]).strip()
        or not (text[source_at:] + target[target_at:]).strip()
    ):
        raise Refused("one part would be empty")
    first, second = _cut(frame, entry.segment, source_at, target_at, _free_name(space, document, name))
    changes = [
        Change(name=name, base=version, after=space.checked(frame, fresh_entry(frame, entry, first, space.glossary)), action="split"),
        Change(
            name=second.id, base=0, action="split", note=f"from {name}",
            after=space.checked(frame, fresh_entry(frame, replace(entry, version=0), second, space.glossary)),
        ),
    ]  # fmt: skip
    return space.write_group(document, changes, author=author, order=True)


def shift(
    space: Workspace,
    document: int,
    name: str,
    versions: tuple[int, int],
    *,
    side: Side,
    to: Literal["next", "previous"],
    author: str,
) -> list[Entry]:
    """Move a segment's last sentence of one side to the next one, or its first to the one before.

    Raises:  Refused: there is no neighbour, nothing to move, or the neighbour lies in another section.
    """
    frame = space.frame(document)
    here = _at_version(space, document, name, versions[0])
    other = _neighbour(space, document, here, 1 if to == "next" else -1)
    if other.version != versions[1]:
        raise StaleWrite(other.name, other)
    if here.segment.section != other.segment.section:
        raise Refused(f"segments {here.name} and {other.name} belong to different sections")
    pair = (here.segment, other.segment) if to == "next" else (other.segment, here.segment)
    shifted = (_shift_target if side == "target" else _shift_source)(frame, *pair, to)
    olds = (here, other) if to == "next" else (other, here)
    changes = [
        Change(
            name=old.name, base=old.version, action="shift",
            after=space.checked(frame, fresh_entry(frame, old, segment, space.glossary)),
        )
        for old, segment in zip(olds, shifted, strict=True)
    ]  # fmt: skip
    return space.write_group(document, changes, author=author, order=True)


def neighbours(space: Workspace, document: int, entry: Entry) -> tuple[Entry | None, Entry | None]:
    """The segments before and after one in the text, None where there is none of its section."""
    with space.store.reading() as connection:
        around = segments.around(connection, document, entry.position)
    same = {e.position: e for e in around if e.segment.section == entry.segment.section}
    return same.get(entry.position - 1), same.get(entry.position + 1)


def source_places(text: str) -> list[int]:
    """Where a Chinese text may be cut: after its sentences, else after its clauses."""
    cuts = sentence_cuts(TracedText.of(text), 0, len(text))
    return cuts or [n + 1 for n, mark in enumerate(text[:-1]) if mark in "，；：、"]


def target_places(text: str) -> list[int]:
    """Where an English text may be cut: after its sentences, else after its clauses."""
    starts = sentence_starts(text)[1:]
    return starts or [n + 2 for n, mark in enumerate(text[:-2]) if mark in ",;:" and text[n + 1] == " "]


# -- the words ------------------------------------------------------------------------------------


def _cut(
    frame: Document, segment: Segment, source_at: int, target_at: int, name: str
) -> tuple[Segment, Segment]:
    target = segment.target or ""
    parts = []
    for span, words in (
        ((0, source_at), target[:target_at].strip()),
        ((source_at, len(segment.text)), target[target_at:].strip()),
    ):
        text, start, end = _part(frame, segment, *span)
        parts.append(
            replace(
                segment, start=start, end=end, source=frame.original[start:end], text=text,
                target=words or None, **unproven(segment),
            )
        )  # fmt: skip
    second = replace(parts[1], id=name, marker="", kind="sentence" if segment.kind != "table" else "table")
    return parts[0], second


def _shift_target(_: Document, first: Segment, second: Segment, to: str) -> tuple[Segment, Segment]:
    one, two = first.target or "", second.target or ""
    if to == "next":
        at = sentence_starts(one)[-1]
        moved, one = one[at:], one[:at].strip()
        two = f"{moved.strip()} {two}".strip()
    else:
        starts = [*sentence_starts(two), len(two)]
        moved, two = two[: starts[1]], two[starts[1] :].strip()
        one = f"{one} {moved.strip()}".strip()
    if not moved.strip():
        raise Refused("there is nothing to move")
    return (
        replace(first, target=one or None, **unproven(first)),
        replace(second, target=two or None, **unproven(second)),
    )


def _shift_source(frame: Document, first: Segment, second: Segment, to: str) -> tuple[Segment, Segment]:
    giver = first if to == "next" else second
    if not giver.text.strip():
        raise Refused("there is nothing to move")
    cuts = [0, *sentence_cuts(TracedText.of(giver.text), 0, len(giver.text)), len(giver.text)]
    whole = joined(frame, first, second)
    at = cuts[-2] if to == "next" else len(whole.text) - (len(second.text) - cuts[1])
    text, start, end = _part(frame, whole, 0, at)
    rest, rest_start, rest_end = _part(frame, whole, at, len(whole.text))
    return (
        replace(first, text=text, start=start, end=end, source=frame.original[start:end], **unproven(first)),
        replace(
            second, text=rest, start=rest_start, end=rest_end,
            source=frame.original[rest_start:rest_end], **unproven(second),
        ),
    )  # fmt: skip


def _part(frame: Document, segment: Segment, start: int, end: int) -> tuple[str, int, int]:
    """A part of a segment's text without white space around it, and its span in the original."""
    raw = segment.text[start:end]
    text = raw.strip()
    at = place_of(frame, segment)
    if not text or at < 0:
        place = segment.end if start else segment.start
        return text, place, place
    begin = at + start + len(raw) - len(raw.lstrip())
    return text, *frame.text.origin(begin, begin + len(text))


# -- the ledger -----------------------------------------------------------------------------------


def fresh_entry(frame: Document, entry: Entry, segment: Segment, glossary: Glossary) -> Entry:
    """An entry for changed words: quantities and terms found anew, issues of checks to be run left out."""
    if segment.target is None and segment.state != "initial":
        segment = replace(segment, state="initial")
    at = place_of(frame, segment) if segment.text else -1
    quantities = tuple(_quantities(frame, segment, at))
    return replace(
        entry,
        segment=replace(segment, terms=glossary.hits(segment.text)),
        quantities=quantities,
        issues=tuple(
            replace(i, segment=segment.id, span=None) for i in entry.issues if i.segment == segment.id
        ),
    )


def _quantities(frame: Document, segment: Segment, at: int) -> Iterator[Quantity]:
    measure: Measure
    for measure in measures_of(segment):
        span = (
            frame.text.origin(at + measure.start, at + measure.end)
            if at >= 0
            else (segment.start, segment.end)
        )
        name = f"{segment.id}q{measure.start}"
        yield Quantity(id=name, segment=segment.id, measure=measure, start=span[0], end=span[1])


def _at_version(space: Workspace, document: int, name: str, version: int) -> Entry:
    entry = space.entry(document, name)
    if entry.version != version:
        raise StaleWrite(name, entry)
    return entry


def _neighbour(space: Workspace, document: int, entry: Entry, step: int) -> Entry:
    with space.store.reading() as connection:
        around = segments.around(connection, document, entry.position)
    found = next((other for other in around if other.position == entry.position + step), None)
    if found is None:
        raise Refused(f"there is no segment {'after' if step > 0 else 'before'} {entry.name}")
    return found


def _neighbours(space: Workspace, document: int, name: str, versions: tuple[int, int]) -> tuple[Entry, Entry]:
    first = _at_version(space, document, name, versions[0])
    second = _neighbour(space, document, first, 1)
    if second.version != versions[1]:
        raise StaleWrite(second.name, second)
    return first, second


def _free_name(space: Workspace, document: int, name: str) -> str:
    """s12 → s12b, s12c, …; never one that was in use before."""
    stem = name.rstrip(string.ascii_lowercase[1:]) if name[:1] == "s" else name
    for letter in (a + b for a in ("", *string.ascii_lowercase) for b in string.ascii_lowercase[1:]):
        fresh = f"{stem}{letter}"
        with space.store.reading() as connection:
            if segments.get(connection, document, fresh) is None:
                return fresh
    raise Refused(f"segment {name} cannot be cut further")
