"""Links hold every sentence once, in order, and find what belongs together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.align import evidence
from pipeline.align.links import Link, align


class Topics:
    """An encoder for tests: a text is the sum of its topics, which are its letters in either case.

    All texts are somewhat alike, as they are to the real encoder.
    """

    name = "topics"
    width = 64

    def load(self) -> None: ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.full((len(texts), self.width), 0.15)
        for row, text in zip(rows, texts, strict=True):
            for letter in text:
                if letter.isalpha():
                    row[ord(letter.lower()) % (self.width - 1)] += 1
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        (["aa", "bb", "cc"], ["aa", "bb", "cc"], [((0,), (0,)), ((1,), (1,)), ((2,), (2,))]),
        (["aabb", "cc"], ["aa", "bb", "cc"], [((0,), (0, 1)), ((1,), (2,))]),
        (["aa", "bb", "cc"], ["aa", "bbcc"], [((0,), (0,)), ((1, 2), (1,))]),
        (["aa", "bb"], ["aa", "zzzz", "bb"], [((0,), (0,)), ((), (1,)), ((1,), (2,))]),
        (["aa", "zzzz", "bb"], ["aa", "bb"], [((0,), (0,)), ((1,), ()), ((2,), (1,))]),
        (["aa"], [], [((0,), ())]),
        ([], ["aa", "bb"], [((), (0,)), ((), (1,))]),
        ([], [], []),
    ],
    ids=["one_to_one", "one_to_two", "two_to_one", "added", "left_out", "no_target", "no_source", "empty"],
)
def test_links(
    source: list[str], target: list[str], expected: list[tuple[tuple[int, ...], tuple[int, ...]]]
) -> None:
    assert [(link.source, link.target) for link in align(source, target, Topics())] == expected


TEXTS = st.lists(st.text(alphabet="abcdefgh", min_size=1, max_size=6), max_size=40)


@settings(max_examples=60, deadline=None)
@given(TEXTS, TEXTS)
def test_every_sentence_stands_in_one_link_in_order(source: list[str], target: list[str]) -> None:
    links = align(source, target, Topics())
    assert [i for link in links for i in link.source] == list(range(len(source)))
    assert [j for link in links for j in link.target] == list(range(len(target)))
    assert all(link.source or link.target for link in links)


def test_a_long_gap_does_not_leave_the_band() -> None:
    words = [f"{a}{b}" * 3 for a in "abcdefghij" for b in "klmnopqrst"]
    links = align(words, words[:30] + words[70:], Topics())
    assert Link((0,), (0,)) in links
    assert Link((99,), (59,)) in links


@pytest.mark.parametrize("portion", [1, 7])
def test_a_text_seen_in_portions_gives_the_same_links(monkeypatch: pytest.MonkeyPatch, portion: int) -> None:
    words = [f"{a}{b}" * 3 for a in "abcdefg" for b in "klmnopqrst"]
    target = [
        *words[:20],
        *(f"{a} {b}" for a, b in zip(words[20:40:2], words[21:41:2], strict=True)),
        *words[45:],
    ]
    whole = align(words, target, Topics())
    monkeypatch.setattr(evidence, "PORTION", portion)
    assert align(words, target, Topics()) == whole
