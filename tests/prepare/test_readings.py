"""A gloss is a reading of the characters before it, in any of the ways in which pinyin is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.prepare.readings import glossed, looks_like_reading


@pytest.mark.parametrize(
    ("before", "content", "n"),
    [
        ("坚持統", "tǒng", 1),
        ("統", "TǑNG", 1),
        ("統", "Tong3", 1),
        ("統", "tong", 1),
        ("統", "tŏnɡ", 1),
        ("統", "音tǒng", 1),
        ("統", "拼音：tǒng", 1),
        ("統", "ㄊㄨㄥˇ", 1),
        ("統籌", "tǒngchóu", 2),
        ("統籌", "tǒng chóu", 2),
        ("西安", "xī'ān", 2),
        ("女", "nǚ", 1),
        ("女", "nv3", 1),
        ("绿", "lu:4", 1),
        ("绿", "lü4", 1),
        ("绿", "lu4", 1),
        ("花儿", "huār", 2),
        ("银行", "háng", 1),
        ("行", "xíng/háng", 1),
        ("的", "de", 1),
        ("子", "zi5", 1),
        ("(市、區", "qū", 1),
    ],
)
def test_a_reading(before: str, content: str, n: int) -> None:
    assert glossed(before, content) == n


@pytest.mark.parametrize(
    ("before", "content"),
    [
        ("統", "tǐng"),
        ("統", "tong4"),
        ("中國", "China"),
        ("比重", "GDP"),
        ("国", "an"),
        ("总额", "E"),
        ("中", "zhōng guó"),
        ("統", "tǒng5"),
        ("統", ""),
        ("", "tǒng"),
        ("abc", "abc"),
        ("行", "xíng/héng/x"),
        ("統", "12"),
    ],
)
def test_no_reading(before: str, content: str) -> None:
    assert glossed(before, content) == 0


@pytest.mark.parametrize(
    ("content", "looks"),
    [("tǐng", True), ("an", True), ("tong4", True), ("China", False), ("GDP", False), ("a", False)],
)
def test_what_looks_like_a_gloss(content: str, looks: bool) -> None:
    assert looks_like_reading(content) is looks


@given(st.text(max_size=20), st.text(max_size=30))
def test_nothing_raises(before: str, content: str) -> None:
    assert 0 <= glossed(before, content) <= len(before)
    looks_like_reading(content)
