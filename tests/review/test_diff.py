"""Differences spell both texts; merges keep both changes or say that they cannot."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.review.diff import difference, merged

WORDS = st.lists(st.sampled_from(["the", "county", "built", "27", "28", "libraries", ",", " ", " ", "改革", "."])).map(
    "".join
)


@given(WORDS, WORDS)
def test_pieces_spell_both_texts(before: str, after: str) -> None:
    pieces = difference(before, after)
    assert "".join(p.text for p in pieces if p.kind != "new") == before
    assert "".join(p.text for p in pieces if p.kind != "gone") == after


@given(WORDS)
def test_equal_texts_have_no_change(text: str) -> None:
    assert all(piece.kind == "same" for piece in difference(text, text))


def test_a_letter_is_seen_within_its_word() -> None:
    pieces = difference("an increase over the year", "an increase over the years")
    assert [(p.kind, p.text) for p in pieces if p.kind != "same"] == [("new", "s")]


def test_a_figure_is_replaced_whole() -> None:
    pieces = difference("an increase of 16.8% over the year", "an increase of 18.6% over the year")
    assert [(p.kind, p.text) for p in pieces if p.kind != "same"] == [("gone", "16.8"), ("new", "18.6")]


def test_another_sentence_is_replaced_whole() -> None:
    assert [p.kind for p in difference("Main practices", "Over the year it received more readers.")] == ["gone", "new"]


def test_both_changes_are_kept() -> None:
    base = "The county built 27 libraries last year."
    mine = "The county built 28 libraries last year."
    theirs = "The county built 27 libraries over the last year."
    assert merged(base, mine, theirs) == "The county built 28 libraries over the last year."


@pytest.mark.parametrize(
    ("mine", "theirs"), [("a x c", "a y c"), ("a c", "a y c"), ("a b c d", "a b c e")], ids=["both", "gone", "end"]
)
def test_a_clash_is_no_merge(mine: str, theirs: str) -> None:
    assert merged("a b c", mine, theirs) is None


@given(WORDS, WORDS)
def test_merging_with_no_change_gives_the_other(base: str, text: str) -> None:
    assert merged(base, base, text) == text
    assert merged(base, text, base) == text
    assert merged(base, text, text) == text
