"""Applying a rule's proposals to the working text, recorded so that each can be undone."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.document import Edit
from pipeline.traced import Change, TracedText


@dataclass(frozen=True, slots=True)
class Proposal:
    """Replace `text[start:end]` by `after`, because of `evidence` that a person can read."""

    start: int
    end: int
    after: str
    evidence: str


def apply(text: TracedText, rule: str, proposals: Iterable[Proposal]) -> tuple[TracedText, list[Edit]]:
    """The text with the proposals carried out, and an Edit for each.

    Proposals are sorted and insert nothing between characters. One that overlaps its predecessor
    waits for the next round of rules.
    """
    changes: list[Change] = []
    edits: list[Edit] = []
    done = 0
    for proposal in proposals:
        start, end, after = _whole_characters(text, proposal)
        if start < done or start == end or text.text[start:end] == after:
            continue
        first, last = text.origin(start, end)
        changes.append(Change(start, end, after))
        edits.append(Edit(rule=rule, start=first, end=last, before=text.text[start:end], after=after,
                          evidence=proposal.evidence))  # fmt: skip
        done = end
    return text.replace(changes), edits


def _whole_characters(text: TracedText, proposal: Proposal) -> tuple[int, int, str]:
    """Widen a change that touches a part of what stands for one span of the original.

    Only so is the place of every edit unambiguous when it is undone.
    """
    start, end, after = proposal.start, proposal.end, proposal.after
    while 0 < start < len(text) and _same_span(text, start - 1, start):
        start -= 1
        after = text.text[start] + after
    while 0 < end < len(text) and _same_span(text, end - 1, end):
        after += text.text[end]
        end += 1
    return start, end, after


def _same_span(text: TracedText, one: int, other: int) -> bool:
    return text.starts[one] == text.starts[other] and text.ends[one] == text.ends[other]


def undo(text: TracedText, edits: Sequence[Edit]) -> str:
    """The original, from the final text and its edits alone: the last rule is undone first.

    Raises:  ValueError: an edit's `after` does not stand where the edit says.
    """
    places = TracedText.of("\0" * text.original_length)
    done: list[tuple[TracedText, list[Edit]]] = []
    for batch in _batches(edits):  # where everything stood before each batch; no text is needed for that
        done.append((places, batch))
        places = places.replace([Change(*_place(places, edit), edit.after) for edit in batch])
    current = text.text
    for before, batch in reversed(done):
        current = _undone(current, before, batch)
    return current


def _place(before: TracedText, edit: Edit) -> tuple[int, int]:
    """Where an edit's `before` stood in the text that it was applied to."""
    at = bisect_left(before.starts, edit.start)
    return at, at + len(edit.before)


def _undone(current: str, before: TracedText, batch: Sequence[Edit]) -> str:
    parts: list[str] = []
    done = shift = 0
    for edit in batch:
        start, end = _place(before, edit)
        at, stop = start + shift, start + shift + len(edit.after)
        if current[at:stop] != edit.after:
            raise ValueError(f"cannot undo {edit}: {current[at:stop]!r} stands there")
        parts += (current[done:at], edit.before)
        shift += len(edit.after) - (end - start)
        done = stop
    return "".join((*parts, current[done:]))


def _batches(edits: Sequence[Edit]) -> Iterator[list[Edit]]:
    """Runs of edits of one rule in ascending places: none of them touches another."""
    batch: list[Edit] = []
    for edit in edits:
        if batch and (edit.rule != batch[-1].rule or edit.start < batch[-1].end):
            yield batch
            batch = []
        batch.append(edit)
    if batch:
        yield batch
