"""What reviewers changed in files that we wrote, taken back into the document.

Only translations, states and remarks come back. Each is compared with two others: what the file was
written with (its stamp) and what the document says now. So a file that lay about while the document
went on puts nothing back, and where both changed the same sentence neither is lost. What was measured
on an old translation (terms, quantities) is forgotten: the checks must run again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from pipeline.config import ReadConfig
from pipeline.document import Bilingual, Document, Issue, Section, Segment, State, TermHit
from pipeline.errors import InputError
from pipeline.read import read_limited
from pipeline.read.isolated import answer_apart
from pipeline.read.returned import Returned, Returns, restored
from pipeline.stamp import comparable, digest, unstamped
from pipeline.write.xml import token

ORDER: tuple[State, ...] = ("initial", "translated", "reviewed", "final")
STOPS = "。：:；;.，, "
Side = Literal["document", "file"]


@dataclass(frozen=True, slots=True)
class Change:
    """One segment before and after; where neither text nor state differs it was only looked at."""

    before: Segment
    after: Segment


@dataclass(frozen=True, slots=True)
class Merged:
    """The document with what came back.

    `found` are remarks of people, and what was not taken over and why. `older` counts translations
    that the document changed after the file was written, and the file did not.
    """

    document: Document
    changes: tuple[Change, ...]
    found: tuple[Issue, ...]
    older: int = 0


def merge_reviewed(
    document: Document,
    path: str | Path,
    *,
    config: ReadConfig | None = None,
    prefer: Side = "document",
    state: State = "initial",
) -> Merged:
    """The document with the translations, states and remarks of a reviewed DOCX, XLIFF, TMX or CSV.

    Args:    prefer: whose translation stands where both changed; the other is kept beside it.
             state: what every segment with a translation in the file becomes at least.
    Raises:  InputError: another format, damaged, or not made from this document.
    """
    config = config if config is not None else ReadConfig()
    returns = restored(answer_apart("returned", read_limited(str(path), config), str(path), config))
    placed = _placed(document, returns)
    if not placed.units:
        raise InputError(f"{path} was not made from this document: no segment of it is in there")
    name = Path(path).name
    results = [_result(s, placed.units.get(s.id), name, prefer, state) for s in document.segments]
    merged = [result.segment for result in results]
    kept = tuple(issue for issue in document.issues if not _said_by(issue, name))
    known = {(issue.segment, issue.message) for issue in kept}
    found = tuple(
        issue
        for issue in (
            *(issue for result in results for issue in result.issues),
            *_strays(document, placed, name),
            *_whole(document, returns, name),
        )
        if (issue.segment, issue.message) not in known
    )
    return Merged(
        document=_with(replace(document, issues=(*kept, *found)), merged),
        changes=tuple(
            Change(old, new)
            for old, new in zip(document.segments, merged, strict=True)
            if (old.target, old.state) != (new.target, new.state)
        ),
        found=found,
        older=sum(result.older for result in results),
    )


# Which unit of the file is which segment


@dataclass(slots=True)
class _Placed:
    """Units by the id of their segment, and those that have none."""

    units: dict[str, Returned]
    strays: list[tuple[Returned, str]]


def _placed(document: Document, returns: Returns) -> _Placed:
    """By id or number where the source agrees; else by the source alone, if nothing else claims it."""
    ids = {token(s.id): s for s in document.segments} | {s.id: s for s in document.segments}
    placed = _Placed({}, [])
    left: list[tuple[Returned, str]] = []
    for unit in returns.units:
        segment = _by_number(document, unit.number) if unit.number else ids.get(unit.id)
        if segment is None:
            left.append((unit, "unknown"))
        elif comparable(unit.source) != comparable(segment.text):
            left.append((unit, segment.id))
        elif segment.id in placed.units:
            placed.strays.append((unit, "twice"))
        else:
            placed.units[segment.id] = unit
    free: dict[str, list[Segment]] = defaultdict(list)
    for segment in document.segments:
        if segment.id not in placed.units:
            free[comparable(segment.text)].append(segment)
    for unit, why in left:
        if free[comparable(unit.source)]:
            placed.units[free[comparable(unit.source)].pop(0).id] = unit
        else:
            placed.strays.append((unit, why))
    return placed


def _by_number(document: Document, number: int) -> Segment | None:
    return document.segments[number - 1] if 0 < number <= len(document.segments) else None


# What becomes of a segment


@dataclass(frozen=True, slots=True)
class _Result:
    segment: Segment
    issues: tuple[Issue, ...] = ()
    older: bool = False


def _result(segment: Segment, unit: Returned | None, path: str, prefer: Side, least: State) -> _Result:
    if unit is None:
        return _Result(segment)
    remarks = tuple(
        Issue(check="review.remark", severity="info", message=text, segment=segment.id)
        for text in unit.remarks
    )
    if not unit.found:
        return _Result(segment, remarks)
    theirs = unit.target if unit.target and unit.target.strip() else None
    written = unstamped(unit.written)
    if comparable(theirs) == comparable(segment.target):
        state = _state(segment.state, unit.state, written[0] if written else None, least)
        return _Result(replace(segment, state=state) if segment.target else segment, remarks)
    if written and digest(theirs) == written[1]:
        return _Result(segment, remarks, older=True)
    changed = _changed(segment, theirs, _new_state(unit, written, least))
    if not unit.complete:
        issue = _kept(segment, theirs, f"{path}: its row lost the number of a translation beside it")
        return _Result(_beside(segment, theirs), (*remarks, issue))
    if _both_changed(segment, written):
        issue = _conflict(segment, theirs, path, prefer)
        return _Result(changed if prefer == "file" else _beside(segment, theirs), (*remarks, issue))
    return _Result(changed, remarks)


def _both_changed(segment: Segment, written: tuple[State, str] | None) -> bool:
    """Whether the document's translation is another one than the file was written with.

    A file that has lost its stamps does not say; then a person's words are not overwritten.
    """
    if written is None:
        return segment.target is not None and (
            segment.origin == "human" or segment.state in ("reviewed", "final")
        )
    return digest(segment.target) != written[1]


def _state(mine: State, theirs: State | None, written: State | None, least: State) -> State:
    """The further of the two, unless the reviewer took the state back on purpose."""
    if theirs and written and ORDER.index(theirs) < ORDER.index(written):
        return max(theirs, least, key=ORDER.index)
    return max(mine, theirs or mine, least, key=ORDER.index)


def _new_state(unit: Returned, written: tuple[State, str] | None, least: State) -> State:
    """A person's words are reviewed, unless the file says more, or less than it did."""
    return _state("reviewed", unit.state, written[0] if written else None, least)


def _changed(segment: Segment, target: str | None, state: State) -> Segment:
    """The segment with a person's translation, or with none; the one before stays at hand."""
    before = [text for text in (segment.target, *segment.alternatives) if text and text != target]
    return replace(
        segment,
        target=target,
        origin="human" if target else None,
        model=None,
        state=state if target else "initial",
        score=None,
        rung=None,
        terms=_unproven(segment),
        alternatives=tuple(dict.fromkeys(before)),
    )


def _beside(segment: Segment, text: str | None) -> Segment:
    """The segment as it was, with another translation at hand."""
    others = (*segment.alternatives, text) if text else segment.alternatives
    return replace(segment, alternatives=tuple(dict.fromkeys(others)))


def _unproven(segment: Segment) -> tuple[TermHit, ...]:
    return tuple(replace(term, target=None, obeyed=None) for term in segment.terms)


# What is told


def _kept(segment: Segment, theirs: str | None, why: str) -> Issue:
    message = f"{why}; not taken over: {_quoted(theirs)}"
    return Issue(check="review.unclear", severity="warning", message=message, segment=segment.id)


def _conflict(segment: Segment, theirs: str | None, path: str, prefer: Side) -> Issue:
    kept, other = (theirs, segment.target) if prefer == "file" else (segment.target, theirs)
    message = (
        f"{path} and the document both changed this translation; kept: {_quoted(kept)}; "
        f"the other: {_quoted(other)}"
    )
    return Issue(check="review.conflict", severity="warning", message=message, segment=segment.id)


def _strays(document: Document, placed: _Placed, path: str) -> Iterator[Issue]:
    """Units of the file without a segment, and segments that the file lacks."""
    known = {segment.id for segment in document.segments}
    for unit, why in placed.strays:
        said = f"“{_shortened(unit.source)}”: {_quoted(unit.target)}"
        name = unit.id or str(unit.number)
        if why in known:
            message = f"{path}: the source text of {name} is another one; not taken over: {said}"
            yield Issue(check="review.source_changed", severity="warning", message=message, segment=why)
        else:
            twice = "stands there twice" if why == "twice" else "is not in the document"
            message = f"{path}: {name} {twice}; not taken over: {said}"
            yield Issue(check="review.unknown_segment", severity="warning", message=message)
        for text in unit.remarks:
            yield Issue(
                check="review.remark", severity="info", message=text, segment=why if why in known else None
            )
    missing = [s.id for s in document.segments if not (s.id in placed.units and placed.units[s.id].found)]
    if missing:
        first = ", ".join(missing[:5]) + (", …" if len(missing) > 5 else "")
        message = (
            f"{path} lacks {len(missing)} of {len(document.segments)} segments ({first}); "
            "they stay as they were"
        )
        yield Issue(check="review.missing_segments", severity="warning", message=message)


def _whole(document: Document, returns: Returns, path: str) -> Iterator[Issue]:
    """Remarks on the whole, and lines of the brief that a person changed."""
    for text in returns.remarks:
        yield Issue(check="review.remark", severity="info", message=text)
    brief = document.brief
    ours = {comparable(line.zh): line for line in (*brief.abstract, *brief.points)} if brief else {}
    for zh, en in returns.brief:
        line = ours.get(comparable(zh))
        if line is not None and " ".join(en.split()) not in (" ".join(line.en.split()), "not translated"):
            message = (
                f"{path}: the brief is made from the translations, so change {', '.join(line.segments)}; "
                f"not taken over: {_quoted(en)}"
            )
            yield Issue(check="review.brief", severity="warning", message=message, segment=line.segments[0])


def _quoted(text: str | None) -> str:
    return f"“{text}”" if text else "nothing"


def _shortened(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"


# The document again


def _with(document: Document, merged: Sequence[Segment]) -> Document:
    """The document with the segments; nothing is said any more of translations that changed."""
    pairs = [
        (old, new) for old, new in zip(document.segments, merged, strict=True) if old.target != new.target
    ]
    changed = {new.id for _, new in pairs}
    quantities = tuple(
        replace(q, target=None, verdict=None) if q.segment in changed else q
        for q in document.quantities
        if q.segment not in changed or q.measure is not None
    )
    headings: dict[str | None, list[tuple[Segment, Segment]]] = defaultdict(list)
    for old, new in pairs:
        if new.kind == "heading":
            headings[new.section].append((old, new))
    sections = tuple(_titled(section, headings[section.id]) for section in document.sections)
    return replace(document, segments=tuple(merged), sections=sections, quantities=quantities)


def _titled(section: Section, headings: Sequence[tuple[Segment, Segment]]) -> Section:
    """A section with the title that a person gave its heading, without the marker."""
    for old, new in headings:
        title, words = section.title, (new.target or "").rstrip(STOPS)
        if not title.zh or not old.text.rstrip(STOPS).endswith(title.zh) or not words:
            continue
        before = (old.target or "").rstrip(STOPS)
        marker = before.removesuffix(title.en) if title.en and before.endswith(title.en) else ""
        return replace(section, title=Bilingual(zh=title.zh, en=words.removeprefix(marker)))
    return section


def _said_by(issue: Issue, path: str) -> bool:
    """Whether an earlier import of the same file said this; it is said anew, if it still holds."""
    told = issue.message.startswith((f"{path}:", f"{path} "))
    return issue.check.startswith("review.") and issue.check != "review.remark" and told
