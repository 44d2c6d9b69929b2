"""Words of a dictionary and quotation marks tell neighbours apart that are alike in meaning."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.align.bags import chinese_bags, chinese_words, english_bags, english_words, weights_of
from pipeline.align.edges import edges
from pipeline.align.links import align
from pipeline.align.names import shared_names
from pipeline.align.quotes import counts, inside, reopens
from pipeline.prepare.dictionary import Dictionary, stems

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


@pytest.fixture
def dictionary() -> Dictionary:
    return Dictionary(DICTIONARY)


def test_a_dictionary_gives_stems_without_asides(dictionary: Dictionary) -> None:
    assert dictionary.meanings("图书馆") == stems("library reading room")
    assert dictionary.meanings("门口") == stems("doorway gate")
    assert not dictionary.meanings("圖書館")


def test_words_characters_and_figures_count(dictionary: Dictionary) -> None:
    found = list(chinese_words("靴声到门口27个", dictionary))
    assert found == [
        stems("sound of boots"),
        frozenset(),
        stems("doorway gate"),
        frozenset(),
        frozenset({"27"}),
    ]
    assert "1,073" in english_words("It took 1,073 days")


def test_a_dictionary_with_names_has_them_and_the_other_one_has_not(dictionary: Dictionary) -> None:
    more = dictionary.with_names({"小玄子": frozenset({"misty"}), "靴": frozenset({"shoe"})})
    assert [word.stems for word in more.words("小玄子到门口")] == [
        frozenset({"misty"}),
        stems("doorway gate"),
    ]
    assert more.meanings("靴") == {"shoe"} | dictionary.meanings("靴")
    assert not dictionary.words("小玄子")


def test_names_are_learnt_from_linked_sentences() -> None:
    pairs = [
        (f"小玄子{verb}了。", f"Then Misty {said}.")
        for verb, said in zip("走来笑", ("left", "came", "laughed"), strict=True)
    ]
    others = [
        ("那人说。", "The man spoke."),
        ("门口有人。", "There was a man."),
        ("他走了。", "Then he left."),
    ]
    assert shared_names([*pairs, *others]) == {"小玄子": stems("Misty")}
    assert not shared_names(others * 3)


def test_words_decide_where_the_meaning_is_alike() -> None:
    source = ["靴声。", "图书馆。"]
    target = ["There were boots.", "There was a gate.", "There was a library."]
    found = [(link.source, link.target) for link in align(source, target, Alike(), Dictionary(DICTIONARY))]
    assert any(0 in s and 0 in t for s, t in found)
    assert any(1 in s and 2 in t for s, t in found)


@given(st.lists(st.text(max_size=8), max_size=4), st.lists(st.text(max_size=8), max_size=4))
def test_bags_have_a_row_for_each_sentence(source: list[str], target: list[str]) -> None:
    weights = weights_of(target)
    assert chinese_bags(source, weights, Dictionary(DICTIONARY)).shape == (len(source), len(weights))
    assert english_bags(target, weights).shape == (len(target), len(weights))


@pytest.mark.parametrize(
    ("text", "chinese", "expected"),
    [
        ("“他走进房中，只见桌上放着碗筷，便笑着走了。", True, ("他走进房中，", "便笑着走了。")),
        ("他走了。", True, ("他走了。", "他走了。")),
        ("啊，他笑着走了。", True, ("啊，他笑着走了。", "啊，他笑着走了。")),
        ("He went in, saw the table, and laughed.", False, ("He went in, ", "and laughed.")),
        ("", False, ("", "")),
    ],
    ids=["three", "one", "short_first", "english", "empty"],
)
def test_edges_are_the_first_and_last_clause(text: str, chinese: bool, expected: tuple[str, str]) -> None:
    assert edges(text, chinese=chinese) == expected


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
