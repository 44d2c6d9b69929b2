"""Waivers: an issue that a person has looked at and accepts, with the reason, kept for later runs.

A waiver names a check and the texts it was given for, by their hash; when either text changes it no
longer applies. The file has one JSON object a line and is only ever appended to, so it is its own log.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from filelock import FileLock

from pipeline.document import Document, Issue, Segment
from pipeline.errors import InputError, OutputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """`withdrawn` takes an earlier waiver of the same check and texts back."""

    check: str
    texts: str
    reason: str
    author: str
    time: str
    withdrawn: bool = False


def texts_hash(source: str, target: str | None) -> str:
    """Identifies a segment's source and translation, wherever they stand."""
    return hashlib.sha256(f"{source}\0{target or ''}".encode()).hexdigest()


def waiver_for(issue: Issue, segment: Segment, *, reason: str, author: str, time: str) -> Waiver:
    """A waiver of one issue of a segment; a reason must be given."""
    if not reason.strip():
        raise InputError(f"a waiver of {issue.check} needs a reason")
    return Waiver(
        check=issue.check,
        texts=texts_hash(segment.text, segment.target),
        reason=reason.strip(),
        author=author,
        time=time,
    )


def load_waivers(path: Path) -> tuple[Waiver, ...]:
    """The waivers of a file, oldest first; none if there is no such file.

    Raises:  InputError: a line is no waiver; the message names file and line.
    """
    if not path.exists():
        return ()
    waivers = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            waivers.append(Waiver(**json.loads(line)))
        except (TypeError, ValueError) as error:
            raise InputError(
                f"{path}, line {number}: not a waiver (check, texts, reason, author, time)"
            ) from error
    return tuple(waivers)


def append_waiver(path: Path, waiver: Waiver) -> None:
    """Add a waiver to the file, safe against another process that does the same."""
    line = json.dumps(asdict(waiver), ensure_ascii=False)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{path}.lock"), path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
    except OSError as error:
        raise OutputError(f"cannot write waivers to {path}: {error.strerror}") from error


def apply_waivers(document: Document, waivers: Sequence[Waiver]) -> Document:
    """Mark the issues that are waived with who, when and why; nothing is removed."""
    last = {(waiver.check, waiver.texts): waiver for waiver in waivers}
    if not last:
        return document
    segments = {segment.id: segment for segment in document.segments}
    return replace(document, issues=tuple(_waived(issue, segments, last) for issue in document.issues))


def _waived(issue: Issue, segments: Mapping[str, Segment], last: Mapping[tuple[str, str], Waiver]) -> Issue:
    segment = segments.get(issue.segment or "")
    if segment is None:
        return issue
    waiver = last.get((issue.check, texts_hash(segment.text, segment.target)))
    if waiver is None:
        return issue
    reason = None if waiver.withdrawn else f"{waiver.reason} ({waiver.author}, {waiver.time})"
    return replace(issue, waived=reason)
