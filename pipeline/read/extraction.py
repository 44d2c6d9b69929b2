"""What a reader finds in a file, and how that becomes a Document.

A reader lists pieces: paragraphs, headings, cells. A piece is made of runs; a run that names a rule
(navigation, a page number, a deletion, the break between two lines of print) stays in the original
and is taken out of the working text by an edit of that name, so that nothing disappears unrecorded.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from pipeline.document import Block, BlockKind, Document, Edit, Issue, Severity, Source
from pipeline.errors import EmptyInput
from pipeline.read.text import LINE_END
from pipeline.traced import Change, TracedText

Place = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text; with a rule, `after` stands for it in the working text.

    `doubts` are the characters that were recognised with little confidence: (offset, confidence).
    """

    text: str
    rule: str = ""
    evidence: str = ""
    after: str = ""
    doubts: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """One unit of the file, in reading order; a line break in its text makes two units of it."""

    runs: tuple[Run, ...]
    kind: BlockKind = "paragraph"
    level: int | None = None
    place: Place = ()

    @property
    def kept(self) -> str:
        """What goes on into the working text."""
        return "".join(run.after if run.rule else run.text for run in self.runs)

    @property
    def text(self) -> str:
        """Everything, as it stands in the original."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Finding:
    """An issue on its way; `piece` counts from the start of the extraction."""

    check: str
    severity: Severity
    message: str
    piece: int | None = None


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that a reader has to say of a file."""

    pieces: tuple[Piece, ...]
    encoding: str = ""
    title: str = ""
    date: str = ""
    url: str = ""
    findings: tuple[Finding, ...] = ()


def paragraph(text: str, kind: BlockKind = "paragraph", level: int | None = None, **place: object) -> Piece:
    """A piece of one plain run."""
    return Piece((Run(text),), kind, level, located(**place))


def located(**place: object) -> Place:
    """A place; what is None is left out."""
    return tuple((name, str(value)) for name, value in place.items() if value is not None)


def dropped(piece: Piece, rule: str, evidence: str) -> Piece:
    """The piece, taken out of the working text as a whole."""
    return replace(piece, runs=(Run(piece.text, rule, evidence),))


def assemble(extraction: Extraction, data: bytes, path: str) -> Document:
    """The document of an extraction: original, blocks, and the edits that the reader made.

    Raises:  EmptyInput: nothing is left to translate.
    """
    numbered = [(n, line) for n, piece in enumerate(extraction.pieces) for line in _lines(_printable(piece))]
    pieces = [piece for _, piece in numbered]
    if not any(piece.kept.strip() for piece in pieces):
        raise EmptyInput(f"{path} holds no text to translate{_instead(extraction)}")
    original, spans = _joined(pieces)
    first = {n: i for i, (n, _) in reversed(list(enumerate(numbered)))}
    edits = _edits(pieces, spans)
    changes = [Change(edit.start, edit.end, edit.after) for edit in edits]
    return Document(
        source=Source(
            path=path,
            sha256=hashlib.sha256(data).hexdigest(),
            encoding=extraction.encoding,
            characters=len(original),
            title=_one_line(extraction.title),
            date=_one_line(extraction.date),
            url=_one_line(extraction.url),
        ),
        original=original,
        text=TracedText.of(original).replace(changes),
        blocks=_blocks(pieces, spans),
        edits=tuple(edits),
        issues=(
            *_issues(extraction.findings, [spans[first[n]] for n in sorted(first)]),
            *_doubtful(pieces, spans),
            *_counted(edits),
            *_unprintable(extraction.pieces),
        ),
    )


def _joined(pieces: Iterable[Piece]) -> tuple[str, list[tuple[int, int]]]:
    parts: list[str] = []
    spans: list[tuple[int, int]] = []
    at = 0
    for piece in pieces:
        text = piece.text
        parts.append(text)
        spans.append((at, at + len(text)))
        at += len(text) + 1
    return "\n".join(parts), spans


def _edits(pieces: list[Piece], spans: list[tuple[int, int]]) -> list[Edit]:
    """One edit a run that has a rule. A piece that is dropped whole takes its line break with it."""
    edits: list[Edit] = []
    for n, (piece, (start, _)) in enumerate(zip(pieces, spans, strict=True)):
        if len(piece.runs) == 1 and piece.runs[0].rule and not piece.runs[0].after:
            whole = piece.runs[0]
            tail = "\n" if n + 1 < len(pieces) else ""
            if whole.text or tail:
                _append(edits, _edit(replace(whole, text=whole.text + tail), start))
            continue
        at = start
        for run in piece.runs:
            if run.rule and run.text != run.after:
                edits.append(_edit(run, at))
            at += len(run.text)
    return edits


def _append(edits: list[Edit], edit: Edit) -> None:
    """Neighbours that are left out for the same reason are one edit."""
    last = edits[-1] if edits else None
    if last and (last.rule, last.evidence, last.end, last.after) == (
        edit.rule,
        edit.evidence,
        edit.start,
        "",
    ):
        edits[-1] = replace(last, end=edit.end, before=last.before + edit.before)
    else:
        edits.append(edit)


def _edit(run: Run, start: int) -> Edit:
    return Edit(
        rule=f"read.{run.rule}",
        start=start,
        end=start + len(run.text),
        before=run.text,
        after=run.after,
        evidence=run.evidence,
    )


def _blocks(pieces: list[Piece], spans: list[tuple[int, int]]) -> tuple[Block, ...]:
    """A block for each piece that keeps any text, from its first kept character to its last."""
    blocks = []
    for piece, (start, end) in zip(pieces, spans, strict=True):
        if not piece.kept.strip():
            continue
        first, last = start, end
        for run in piece.runs:
            if not run.rule or run.after:
                break
            first += len(run.text)
        for run in reversed(piece.runs):
            if not run.rule or run.after:
                break
            last -= len(run.text)
        blocks.append(Block(kind=piece.kind, start=first, end=last, level=piece.level, place=piece.place))
    return tuple(blocks)


def _issues(findings: Iterable[Finding], spans: list[tuple[int, int]]) -> list[Issue]:
    made = []
    for found in findings:
        start, end = spans[found.piece] if found.piece is not None else (None, None)
        made.append(
            Issue(
                check=f"read.{found.check}",
                severity=found.severity,
                message=found.message,
                start=start,
                end=end,
            )
        )
    return made


def _doubtful(pieces: Iterable[Piece], spans: Iterable[tuple[int, int]]) -> Iterator[Issue]:
    """An issue for each stretch of characters that were recognised with little confidence."""
    for piece, (at, _) in zip(pieces, spans, strict=True):
        for run in piece.runs:
            for first, last, confidence in _stretches(run):
                message = (
                    f"“{run.text[first:last]}” was recognised with a confidence of {confidence:.0%} only"
                )
                if not run.rule:
                    yield Issue(
                        check="read.uncertain_character",
                        severity="warning" if any(c.isalnum() for c in run.text[first:last]) else "info",
                        message=message,
                        start=at + first,
                        end=at + last,
                    )
            at += len(run.text)


def _stretches(run: Run) -> Iterator[tuple[int, int, float]]:
    """Neighbouring doubts as one, with the lowest confidence."""
    first = last = -1
    lowest = 1.0
    for offset, confidence in run.doubts:
        if offset != last and last >= 0:
            yield first, last, lowest
            first, lowest = -1, 1.0
        first = offset if first < 0 else first
        last, lowest = offset + 1, min(lowest, confidence)
    if last >= 0:
        yield first, last, lowest


# What joins or lays out text; it is recorded by its edits and needs nobody's attention.
QUIET = frozenset({"read.line_join", "read.markup", "read.note_mark"})


def _counted(edits: Iterable[Edit]) -> list[Issue]:
    """One notice a rule: how much was left out of the translation, and how it begins."""
    by_rule: dict[str, list[Edit]] = {}
    for edit in edits:
        by_rule.setdefault(edit.rule, []).append(edit)
    return [
        Issue(
            check=f"read.left_out.{rule.removeprefix('read.')}",
            severity="info",
            message=f"{sum(len(e.before.strip()) for e in found)} characters in {len(found)} places left out "
            f"({found[0].evidence}); the first: {_shortened(found[0].before)}",
            start=found[0].start,
            end=found[0].end,
        )
        for rule, found in by_rule.items()
        if rule not in QUIET
    ]


def _instead(extraction: Extraction) -> str:
    told = [found.message for found in extraction.findings if found.severity != "info"]
    return f"; {told[0]}" if told else ""


def _shortened(text: str) -> str:
    text = _one_line(text)
    return f"“{text}”" if len(text) <= 40 else f"“{text[:39]}…”"


def _one_line(text: str) -> str:
    return " ".join(_SURROGATE.sub("\ufffd", text).split())


_SURROGATE = re.compile("[\ud800-\udfff]")


def _printable(piece: Piece) -> Piece:
    """Lone surrogates, which no file can hold, become U+FFFD; `_unprintable` reports them."""
    if not any(_SURROGATE.search(run.text) for run in piece.runs):
        return piece
    runs = tuple(replace(run, text=_SURROGATE.sub("\ufffd", run.text)) for run in piece.runs)
    return replace(piece, runs=runs)


def _lines(piece: Piece) -> Iterator[Piece]:
    """The piece, or one for each of its lines; runs with a rule may hold breaks of their own."""
    runs: list[Run] = []
    for run in piece.runs:
        if run.rule or not LINE_END.search(run.text):
            runs.append(run)
            continue
        *closed, last = LINE_END.split(run.text)
        for text in closed:
            yield replace(piece, runs=(*runs, Run(text)))
            runs = []
        runs.append(Run(last))
    yield replace(piece, runs=tuple(runs))


def _unprintable(pieces: Iterable[Piece]) -> list[Issue]:
    n = sum(len(_SURROGATE.findall(run.text)) for piece in pieces for run in piece.runs)
    if not n:
        return []
    return [
        Issue(
            check="read.broken_characters", severity="warning", message=f"{n} broken characters became U+FFFD"
        )
    ]
