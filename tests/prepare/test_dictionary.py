"""The dictionary as evidence."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.prepare.dictionary import meanings, stem, stems, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("institution", "institutes"),
        ("develop", "development"),
        ("counties", "county"),
        ("administrative", "administration"),
        ("people", "person"),
    ],
)
def test_forms_of_a_word_share_a_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize(("one", "other"), [("county", "country"), ("city", "cite"), ("reform", "report")])
def test_other_words_do_not(one: str, other: str) -> None:
    assert stem(one) != stem(other)


@pytest.mark.parametrize(
    ("word", "english"), [("乡镇", "townships"), ("机构", "institutions"), ("落实", "implemented")]
)
def test_meanings_hold_the_usual_rendering(word: str, english: str) -> None:
    assert stems(english) <= meanings(word)


def test_the_longest_word_wins() -> None:
    text = "事业单位改革"
    assert [text[w.start : w.end] for w in words(text)] == ["事业单位", "改革"]


@given(st.text(alphabet="省市县改革机构0a，", max_size=40))
def test_words_lie_apart_and_in_order(text: str) -> None:
    found = words(text)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(w.end - w.start > 1 and w.end <= len(text) for w in found)
