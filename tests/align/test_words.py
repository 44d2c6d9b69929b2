"""Words of a dictionary and quotation marks tell neighbours apart that are alike in meaning."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.align.lexicon import bags, parse, stems, words_of
from pipeline.align.links import align
from pipeline.align.quotes import counts, inside, reopens

DICTIONARY = """# a comment
靴聲 靴声 [xue1 sheng1] /sound of boots/
靴 靴 [xue1] /boots/
門口 门口 [men2 kou3] /doorway/gate/CL:個|个[ge4]/
圖書館 图书馆 [tu2 shu1 guan3] /library/(Tw) reading room/
"""


class Alike:
    """An encoder to which everything means the same."""

    name, width = "alike", 2

    def load(self) -> None: ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.tile(np.array([[0.6, 0.8]], dtype=np.float32), (len(texts), 1))


def test_a_dictionary_gives_stems_without_asides() -> None:
    lexicon = parse(DICTIONARY)
    assert lexicon["图书馆"] == frozenset(stems("library reading room"))
    assert lexicon["门口"] == frozenset(stems("doorway gate"))
    assert "圖書館" not in lexicon


def test_the_longest_word_is_taken_and_figures_are_words() -> None:
    assert words_of("靴声到门口27个", parse(DICTIONARY)) == ["靴声", "到", "门口", "27", "个"]


@pytest.mark.parametrize(
    ("one", "other"),
    [("boots", "boot"), ("libraries", "library"), ("stopped", "stop"), ("reforms", "reforming"), ("1,073", "1,073")],
)  # fmt: skip
def test_forms_of_a_word_share_a_stem(one: str, other: str) -> None:
    assert stems(one) == stems(other)


def test_words_decide_where_the_meaning_is_alike() -> None:
    source = ["靴声。", "图书馆。"]
    target = ["There were boots.", "There was a gate.", "There was a library."]
    found = [(link.source, link.target) for link in align(source, target, Alike(), parse(DICTIONARY))]
    assert any(0 in s and 0 in t for s, t in found)
    assert any(1 in s and 2 in t for s, t in found)


@given(st.lists(st.text(max_size=8), max_size=4), st.lists(st.text(max_size=8), max_size=4))
def test_bags_have_a_row_for_each_sentence(source: list[str], target: list[str]) -> None:
    zh, en = bags(source, target, parse(DICTIONARY))
    assert (len(zh), len(en)) == (len(source), len(target))
    assert zh.shape[1] == en.shape[1]


@pytest.mark.parametrize(
    ("texts", "chinese", "open_after"),
    [
        (["他说：“好。", "走吧。”"], True, [True, False]),
        (["'Good,' he said.", "'Let's go.'"], False, [False, False]),
        (["The boys' dog left.", "It's late."], False, [False, False]),
        (["“Go, and", "don’t stop.”"], False, [True, False]),
    ],
    ids=["over_two", "interrupted", "apostrophes", "curved"],
)
def test_boundaries_inside_what_is_said(texts: list[str], chinese: bool, open_after: list[bool]) -> None:
    assert inside(texts, chinese=chinese).tolist() == open_after


def test_a_sentence_that_opens_with_a_mark() -> None:
    assert reopens(["'Good,' he said.", "It's late.", "— “No.”"]).tolist() == [True, False, True]


def test_quotations_are_counted_on_both_sides() -> None:
    assert counts(["“好，”他说，“走。”"], chinese=True) == ([2], [2])
    assert counts(["'Good,' he said. 'It's the boys' dog.'"], chinese=False) == ([2], [2])
