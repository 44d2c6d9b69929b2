"""Word's number formats, as ECMA-376 part 1, 17.18.59 describes them."""

import pytest
from cn2an import an2cn
from hypothesis import given
from hypothesis import strategies as st

from pipeline.read.numbering import Counter, Level, chinese, numeral


@pytest.mark.parametrize(
    ("n", "form", "shown"),
    [
        (21, "chineseCounting", "二十一"),
        (10, "chineseCountingThousand", "十"),
        (105, "japaneseCounting", "一百零五"),
        (12, "chineseLegalSimplified", "壹拾贰"),
        (20, "ideographDigital", "二〇"),
        (3, "ideographTraditional", "丙"),
        (11, "ideographTraditional", "11"),
        (12, "ideographZodiac", "亥"),
        (3, "decimalEnclosedCircle", "③"),
        (2, "ideographEnclosedCircle", "㊁"),
        (28, "lowerLetter", "bb"),
        (4, "upperRoman", "IV"),
        (7, "decimalZero", "07"),
        (12, "decimalFullWidth", "１２"),
        (5, "arabicAbjad", "5"),
        (5, "none", ""),
    ],
)
def test_formats(n, form, shown):
    assert numeral(n, form) == shown


@given(st.integers(1, 9_999))
def test_chinese_counting_agrees_with_cn2an(n):
    expected = an2cn(n)
    assert chinese(n) == (expected[1:] if expected.startswith("一十") else expected)


def test_deeper_levels_restart_unless_told_not_to():
    levels = {0: Level(pattern="%1."), 1: Level(pattern="%1.%2"), 2: Level(pattern="(%3)", restart=0)}
    counter = Counter({"1": levels}, {"1": "a"})
    shown = [counter.next("1", depth) for depth in (0, 1, 2, 1, 0, 1, 2)]
    assert shown == ["1.", "1.1", "(1)", "1.2", "2.", "2.1", "(2)"]


def test_lists_of_one_kind_share_their_count():
    levels = {0: Level(pattern="%1.")}
    counter = Counter({"1": levels, "2": levels}, {"1": "a", "2": "a"})
    assert [counter.next(name, 0) for name in ("1", "2", "1")] == ["1.", "2.", "3."]


def test_unknown_lists_have_no_marker():
    assert Counter({}, {}).next("9", 0) == ""
