"""A traced text always knows where its characters came from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.traced import Change, TracedText


@st.composite
def changed(draw):
    text = draw(st.text(max_size=40))
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    spans = list(zip(cuts[::2], cuts[1::2], strict=False))
    return text, [Change(a, b, draw(st.text(max_size=4))) for a, b in spans]


@given(changed())
def test_replace_keeps_untouched_characters_in_place(case):
    text, changes = case
    traced = TracedText.of(text).replace(changes)
    touched = {i for c in changes for i in range(c.start, c.end)}
    for i, char in enumerate(traced.text):
        start, end = traced.origin(i, i + 1)
        if end - start == 1 and start not in touched:
            assert text[start] == char


@given(changed())
def test_offsets_never_decrease(case):
    text, changes = case
    traced = TracedText.of(text).replace(changes)
    assert list(traced.starts) == sorted(traced.starts)
    assert list(traced.ends) == sorted(traced.ends)
    assert len(traced.starts) == len(traced.ends) == len(traced.text)


@given(st.text(max_size=30), st.integers(0, 30), st.integers(0, 30))
def test_slice_has_the_same_origins(text, a, b):
    a, b = sorted((min(a, len(text)), min(b, len(text))))
    traced = TracedText.of(text)
    assert traced.slice(a, b).text == text[a:b]
    if a < b:
        assert traced.slice(a, b).origin(0, b - a) == (a, b)


def test_replacement_of_other_length_carries_the_whole_span():
    traced = TracedText.of("a&amp;b").replace([Change(1, 6, "&")])
    assert traced.text == "a&b"
    assert traced.origin(1, 2) == (1, 6)
    assert traced.origin(0, 3) == (0, 7)


def test_empty_slice_has_an_empty_origin():
    assert TracedText.of("ab").origin(1, 1) == (1, 1)
    assert TracedText.of("ab").origin(2, 2) == (2, 2)


def test_overlapping_changes_are_refused():
    with pytest.raises(ValueError, match="apart"):
        TracedText.of("abc").replace([Change(0, 2, ""), Change(1, 3, "")])


def test_conversion_of_another_length_is_refused():
    with pytest.raises(ValueError, match="one-for-one"):
        TracedText.of("abc").converted("ab")
