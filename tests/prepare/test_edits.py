"""Proposals become edits that can be undone, whatever was done before them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.document import Edit
from pipeline.prepare.edits import Proposal, apply, undo
from pipeline.traced import TracedText


def test_a_change_inside_a_replacement_is_widened_to_all_of_it() -> None:
    text, first = apply(TracedText.of("a&x;b"), "one", [Proposal(1, 4, "<>", "entity")])
    text, second = apply(text, "two", [Proposal(2, 3, "", "half of it")])
    assert text.text == "a<b"
    assert second[0].before == "<>"
    assert undo(text, [*first, *second]) == "a&x;b"


def test_an_overlapping_proposal_waits() -> None:
    text, edits = apply(TracedText.of("abc"), "r", [Proposal(0, 2, "", ""), Proposal(1, 3, "", "")])
    assert (text.text, len(edits)) == ("c", 1)


def test_undoing_a_lie_is_refused() -> None:
    lie = Edit(rule="r", start=0, end=1, before="x", after="y", evidence="")
    with pytest.raises(ValueError, match="cannot undo"):
        undo(TracedText.of("abc"), [lie])


@given(
    st.text(max_size=30),
    st.lists(
        st.lists(st.tuples(st.integers(0, 29), st.integers(1, 4), st.text(max_size=3)), max_size=4),
        max_size=4,
    ),
)
def test_undo_gives_back_the_original(original: str, rounds: list[list[tuple[int, int, str]]]) -> None:
    text, edits = TracedText.of(original), []
    for i, batch in enumerate(rounds):
        proposals = [
            Proposal(a, min(a + n, len(text)), after, "") for a, n, after in sorted(batch) if a < len(text)
        ]
        text, made = apply(text, f"rule{i}", proposals)
        edits += made
    assert undo(text, edits) == original
