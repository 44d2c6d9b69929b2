"""The phrase index agrees with the plain definition: leftmost, then longest, then go on behind it."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from pipeline.prepare.phrases import PhraseIndex

WORDS = st.text(alphabet="ab[^-]\\中国", min_size=1, max_size=4)


def plainly(phrases: set[str], text: str) -> Iterator[tuple[int, int]]:
    at = 0
    while at < len(text):
        ends = [end for end in range(len(text), at, -1) if text[at:end] in phrases]
        if ends:
            yield at, ends[0]
        at = ends[0] if ends else at + 1


@given(st.sets(WORDS, max_size=8), st.text(alphabet="ab[^-]\\中国", max_size=20))
def test_spans(phrases: set[str], text: str) -> None:
    assert list(PhraseIndex(phrases).spans(text)) == list(plainly(phrases, text))


def test_no_phrases() -> None:
    assert list(PhraseIndex(()).spans("abc")) == []
