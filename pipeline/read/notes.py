"""Raised marks of notes: which of them belong to a note of the page, and which lines are that note.

A raised sign is a note's mark only where the page has, below it, a line that begins with the same raised
sign. Anything else raised (10², m²) stays in the text, as the superscript that it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

RAISED = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
LEVEL = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
EXPONENT = re.compile(r"[-−+]?[0-9]{1,3}")
LABEL = re.compile(r"[\[(（〔【]?\s*([0-9]{1,3}|[①-⑳㉑-㉟]|[*＊]{1,3}|[†‡§])\s*[\])）〕】]?")
CIRCLED = re.compile("[①-⑳㉑-㉟]")
# What a raised 2 or 3 makes a power of: units, variables and 10.
BASE = re.compile(r"(?:^|[^A-Za-z])(?:[kcdmµμnh]?m|ft|in|yd|mi|[A-Za-z])$|(?:^|[^0-9.])10$")
SMALL = 0.95  # of the size of the body: notes are set smaller

Span = tuple[int, int]


class Marked(Protocol):
    """A line with the stretches of it that are raised."""

    @property
    def text(self) -> str: ...
    @property
    def page(self) -> int: ...
    @property
    def y0(self) -> float: ...
    @property
    def em(self) -> float: ...
    @property
    def rule(self) -> str: ...
    @property
    def raised(self) -> tuple[Span, ...]: ...


def as_raised(text: str) -> str:
    """Raised figures as the superscripts that they are; other raised signs as they stand."""
    return text.translate(RAISED) if EXPONENT.fullmatch(text) else text


def note_marks(lines: Sequence[Marked], body: float) -> tuple[dict[int, tuple[Span, ...]], dict[int, str]]:
    """The marks of notes in lines, by the number of the line, and the label of the note that a line is of."""
    openings = {n: opening for n, line in enumerate(lines) if (opening := _opening(line, body))}
    by_label: dict[tuple[int, str], list[int]] = {}
    for n, (label, _) in openings.items():
        by_label.setdefault((lines[n].page, label), []).append(n)
    callers: dict[tuple[int, str], list[tuple[int, Span]]] = {}
    for n, line in enumerate(lines):
        for span in line.raised:
            key = (line.page, _label(line, span))
            below = any(lines[m].y0 > line.y0 for m in by_label.get(key, ()))
            if span[0] > 0 and below and not BASE.search(line.text[: span[0]]):
                callers.setdefault(key, []).append((n, span))
    marks: dict[int, tuple[Span, ...]] = {}
    for key, found in callers.items():
        # A figure with a raised one behind it may be a power; the only raised one of its kind is the mark.
        sure = [(n, span) for n, span in found if not lines[n].text[span[0] - 1].isdigit()]
        for n, span in sure or found[:1]:
            marks[n] = tuple(sorted((*marks.get(n, ()), span)))
        for n in by_label[key]:
            marks[n] = (openings[n][1], *marks.get(n, ()))
    called = {n: openings[n][0] for key in callers for n in by_label[key]}
    return marks, _members(lines, called, body)


def _opening(line: Marked, body: float) -> tuple[str, Span] | None:
    """The label that a line begins with, if it may be a note."""
    if line.rule:
        return None
    if line.raised and line.raised[0][0] == 0 and line.raised[0][1] < len(line.text):
        label = _label(line, line.raised[0])
        return (label, line.raised[0]) if label else None
    small = line.em < SMALL * body
    return (line.text[0], (0, 1)) if small and CIRCLED.match(line.text) and len(line.text) > 1 else None


def _label(line: Marked, span: Span) -> str:
    found = LABEL.fullmatch(line.text[slice(*span)].translate(LEVEL))
    return found[1] if found else ""


def _members(lines: Sequence[Marked], called: dict[int, str], body: float) -> dict[int, str]:
    """The lines of notes that stand apart from the text by their size, with the label of each."""
    members: dict[int, str] = {}
    for n, line in enumerate(lines):
        if line.rule or line.em >= SMALL * body:
            continue
        if n in called:
            members[n] = called[n]
        elif n - 1 in members and _goes_on(lines[n - 1], line):
            members[n] = members[n - 1]
    return members


def _goes_on(before: Marked, line: Marked) -> bool:
    near = 0 < line.y0 - before.y0 < 2 * line.em
    return line.page == before.page and near and abs(line.em - before.em) < 0.05 * line.em
