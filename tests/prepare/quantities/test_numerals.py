"""Numerals of both languages against an outside parser and against their own rendering."""

from __future__ import annotations

from decimal import Decimal

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.prepare.quantities.numerals import chinese_value, english_words, exact, roman_value

ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
TENS = "- - twenty thirty forty fifty sixty seventy eighty ninety".split()


def in_words(n: int, joint: str = "") -> str:
    """An English number, written by a rule of its own."""
    for size, name in ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"), (1000, "thousand")):
        if n >= size:
            rest = in_words(n % size, joint) if n % size else ""
            return f"{in_words(n // size, joint)} {name}{' ' + rest if rest else ''}"
    if n >= 100:
        return f"{ONES[n // 100]} hundred{joint + in_words(n % 100) if n % 100 else ''}"
    if n >= 20:
        return TENS[n // 10] + (f"-{ONES[n % 10]}" if n % 10 else "")
    return ONES[n]


@given(st.integers(1, 10**13))
def test_plain_chinese_agrees_with_cn2an(n: int) -> None:
    assert chinese_value(cn2an.an2cn(n, "low")) == n


@given(st.integers(1, 10**13))
def test_formal_chinese_agrees_with_cn2an(n: int) -> None:
    assert chinese_value(cn2an.an2cn(n, "up")) == n


@given(st.decimals("0.001", "99999999", places=3))
def test_chinese_decimals_agree_with_cn2an(value: Decimal) -> None:
    written = cn2an.an2cn(f"{value.normalize():f}", "low")
    expected = Decimal(str(cn2an.cn2an(written, "strict"))) if value < 10**6 else value
    assert chinese_value(written) == pytest.approx(expected)


@given(st.integers(1, 10**13), st.sampled_from([" ", " and "]))
def test_english_words_are_read_back(n: int, joint: str) -> None:
    words = in_words(n, joint)
    assert english_words(words, 0) == (Decimal(n), len(words))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("两千三", 2300), ("廿三", 23), ("二〇二三", 2023), ("3.68万亿", 3_680_000_000_000), ("1亿3000万", 130_000_000),
        ("三点五亿", 350_000_000), ("千万", 10_000_000), ("一万零五十", 10_050), ("三万五", 35_000), ("1,234.5", Decimal("1234.5")),
    ],
)  # fmt: skip
def test_mixed_and_colloquial_forms(text: str, value: Decimal | int) -> None:
    assert chinese_value(text) == value


@pytest.mark.parametrize("text", ["", "统", "三四", "一一"])
def test_what_is_no_single_numeral(text: str) -> None:
    assert not chinese_value(text)


@pytest.mark.parametrize(
    ("text", "value", "end"), [("two and three", 2, 3), ("a hundred and one", 101, 17), ("five-member", 5, 4)]
)
def test_english_words_end_where_the_number_does(text: str, value: int, end: int) -> None:
    assert english_words(text, 0) == (Decimal(value), end)


def test_exact_has_neither_exponent_nor_zeros() -> None:
    assert [str(exact(Decimal(x))) for x in ("2.70E+4", "27000.0", "0.50", "1E+13")] == [
        "27000", "27000", "0.5", "10000000000000",
    ]  # fmt: skip


def test_roman() -> None:
    assert [roman_value(x) for x in ("IV", "xii", "LXX", "IIII", "", "VX")] == [4, 12, 70, None, None, None]
