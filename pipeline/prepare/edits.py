"""Applying a rule's proposals to the working text, recorded so that each can be undone."""

from __future__ import annotations

from array import array
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

    Proposals are sorted. One that overlaps its predecessor waits for the next round of rules.
    """
    changes: list[Change] = []
    edits: list[Edit] = []
    done = 0
    for proposal in proposals:
        start, end, after = _whole_characters(text, proposal)
        if start < done or text.text[start:end] == after:
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
    for batch in reversed(list(_batches(edits))):
        text = _undone(text, batch)
    return text.text


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


def _undone(text: TracedText, batch: Sequence[Edit]) -> TracedText:
    """Put back what stood before; it has its own places if it is as long as its span."""
    parts: list[str] = []
    starts, ends = array("I"), array("I")
    done = 0
    for edit in batch:
        at = bisect_left(text.starts, edit.start)
        stop = at + len(edit.after)
        if at < done or text.text[at:stop] != edit.after:
            raise ValueError(f"cannot undo {edit}: {text.text[at:stop]!r} stands there")
        n, own = len(edit.before), len(edit.before) == edit.end - edit.start
        parts += (text.text[done:at], edit.before)
        starts += text.starts[done:at] + array("I", range(edit.start, edit.end) if own else [edit.start] * n)
        ends += text.ends[done:at] + array("I", range(edit.start + 1, edit.end + 1) if own else [edit.end] * n)
        done = stop
    parts.append(text.text[done:])
    return TracedText(
        "".join(parts), starts + text.starts[done:], ends + text.ends[done:], text.original_length
    )
