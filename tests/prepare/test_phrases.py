"""Spans of phrases lie in the text and hold a phrase."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from pipeline.prepare.phrases import PhraseIndex

SHORT = st.text("省委办", min_size=1, max_size=4)


def test_a_phrase_at_the_end_of_the_text_ends_there():
    assert list(PhraseIndex(["省委编办", "省委编办全体会议"]).spans("● 省委编办")) == [(2, 6)]


@given(st.lists(SHORT, max_size=5), st.text("省委办x", max_size=12))
def test_spans_hold_phrases_and_lie_apart(phrases, text):
    spans = list(PhraseIndex(phrases).spans(text))
    assert all(text[start:end] in phrases and end <= len(text) for start, end in spans)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))
