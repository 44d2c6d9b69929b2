"""What changed between two texts, character by character, and how two changes of one text go together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import Indel, Levenshtein

TOKEN = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?|\d[\d,.]*\d|\d|\s+|.", re.DOTALL)
KEPT = 0.35  # a text of which less stayed was written anew, and is shown so
ALIKE = 0.6  # words less alike than this are shown as replaced whole: single letters would be confetti


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters that stayed, went or came."""

    kind: Literal["same", "gone", "new"]
    text: str


def difference(before: str, after: str) -> list[Piece]:
    """The pieces of both texts in order: without the new ones they spell `before`, without the gone ones `after`."""
    old, new = TOKEN.findall(before), TOKEN.findall(after)
    if Indel.normalized_similarity(old, new) < KEPT:
        return [piece for piece in (Piece("gone", before), Piece("new", after)) if piece.text]
    return _joined(_pieces(old, new))


@dataclass(frozen=True, slots=True)
class _Hunk:
    start: int
    end: int
    words: tuple[str, ...]


def merged(base: str, mine: str, theirs: str) -> str | None:
    """Both changes of `base` in one text; None where they touch the same words."""
    if mine == theirs:
        return mine
    tokens = TOKEN.findall(base)
    ours, others = _hunks(tokens, mine), _hunks(tokens, theirs)
    for one in ours:
        for other in others:
            if one != other and one.start <= other.end and other.start <= one.end:
                return None
    out, at = [], 0
    for hunk in sorted({*ours, *others}, key=lambda hunk: (hunk.start, hunk.end)):
        out += [*tokens[at : hunk.start], *hunk.words]
        at = hunk.end
    return "".join([*out, *tokens[at:]])


def _hunks(tokens: Sequence[str], text: str) -> list[_Hunk]:
    words = TOKEN.findall(text)
    return [
        _Hunk(op.src_start, op.src_end, tuple(words[op.dest_start : op.dest_end]))
        for op in Levenshtein.opcodes(tokens, words)
        if op.tag != "equal"
    ]


def _pieces(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    for op in Levenshtein.opcodes(old, new):
        gone, came = old[op.src_start : op.src_end], new[op.dest_start : op.dest_end]
        if op.tag == "equal":
            yield Piece("same", "".join(gone))
        elif len(gone) == len(came):
            for a, b in zip(gone, came, strict=True):
                yield from _within(a, b)
        else:
            yield Piece("gone", "".join(gone))
            yield Piece("new", "".join(came))


def _within(before: str, after: str) -> Iterator[Piece]:
    """Two words that stand for each other: letter by letter where they are much alike."""
    if Indel.normalized_similarity(before, after) < ALIKE:
        yield Piece("gone", before)
        yield Piece("new", after)
        return
    for op in Levenshtein.opcodes(before, after):
        if op.tag == "equal":
            yield Piece("same", before[op.src_start : op.src_end])
        else:
            yield Piece("gone", before[op.src_start : op.src_end])
            yield Piece("new", after[op.dest_start : op.dest_end])


def _joined(pieces: Iterator[Piece]) -> list[Piece]:
    """Neighbours of one kind as one; within a run of changes what went stands before what came.

    A blank between two changes belongs to both: a phrase that was replaced reads as one.
    """
    out: list[Piece] = []
    gone: list[str] = []
    new: list[str] = []
    blank = ""

    def settle() -> None:
        nonlocal blank
        for kind, parts in (("gone", gone), ("new", new)):
            if parts:
                out.append(Piece(kind, "".join(parts)))  # type: ignore[arg-type]
        gone.clear()
        new.clear()
        if blank:
            out.append(Piece("same", blank))
            blank = ""

    for piece in pieces:
        if not piece.text:
            continue
        if piece.kind != "same":
            if blank:
                gone.append(blank)
                new.append(blank)
                blank = ""
            (gone if piece.kind == "gone" else new).append(piece.text)
            continue
        if piece.text.isspace() and not blank and (gone or new):
            blank = piece.text
            continue
        settle()
        if out and out[-1].kind == "same":
            out[-1] = Piece("same", out[-1].text + piece.text)
        else:
            out.append(piece)
    settle()
    return out
