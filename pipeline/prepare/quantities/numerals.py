"""Numerals to exact values: Chinese (plain, formal, mixed with digits) and English words."""

from __future__ import annotations

import re
from decimal import Decimal

DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {
    "〇": 0, "○": 0, "两": 2, "幺": 1, "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9,
}  # fmt: skip
SMALL_SCALES = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
TENS = {"廿": 20, "卅": 30}
LONGEST = 60  # characters of a numeral; what is longer is an identifier or noise
CHINESE = "".join([*DIGITS, *SMALL_SCALES, *TENS, "万亿"])

_TOKEN = re.compile(r"(\d[\d,]*(?:\.\d+)?)|(.)", re.S)


def exact(value: Decimal) -> Decimal:
    """The same value without an exponent or trailing zeros: 27000.0 and 2.7E+4 are 27000."""
    return Decimal(int(value)) if value == value.to_integral_value() else value.normalize()


def chinese_value(text: str) -> Decimal | None:
    """The value of 二十三万五千, 3.68万亿, 1亿3000万, 二〇二三, 三点五, 壹佰; None if it is no numeral."""
    if len(text) > LONGEST:
        return None
    whole, point, tail = text.partition("点")
    if point:
        return _with_decimals(whole, tail)
    if len(text) > 1 and all(c in DIGITS for c in text):
        if len(text) == 2 and not set(text) & set("零〇○"):
            return None  # 唯一一个
        return Decimal("".join(str(DIGITS[c]) for c in text))
    return _by_scales(text)


def _with_decimals(whole: str, tail: str) -> Decimal | None:
    """三点五, 三点五亿: digits after the point, then scales."""
    figures = tail.rstrip("十百千万亿")
    base = chinese_value(whole)
    if base is None or not figures or not all(c in DIGITS for c in figures):
        return None
    value = base + Decimal("0." + "".join(str(DIGITS[c]) for c in figures))
    return value * scale_of(tail[len(figures) :])


def scale_of(text: str) -> Decimal:
    """The factor of a run of scales: 万亿 is 10^12, 千万 is 10^7; 1 for none."""
    factor = Decimal(1)
    for c in text:
        factor *= {"万": 10_000, "亿": 100_000_000}.get(c) or SMALL_SCALES[c]
    return factor


def _by_scales(text: str) -> Decimal | None:
    """Sum of digits times scales, with 万 and 亿 closing what stands before them."""
    high = middle = section = Decimal(0)
    current: Decimal | None = None
    last_scale, after_zero = 0, False
    for number, c in _TOKEN.findall(text):
        if number:
            if current is not None:
                return None
            current = Decimal(number.replace(",", ""))
        elif c in DIGITS:
            if current:
                return None
            current, after_zero = Decimal(DIGITS[c]), DIGITS[c] == 0 or after_zero
        elif c in TENS:
            section, last_scale = section + TENS[c], 10
        elif c in SMALL_SCALES:
            section += (
                Decimal(1) if current is None or (after_zero and not current) else current
            ) * SMALL_SCALES[c]
            current, last_scale, after_zero = None, SMALL_SCALES[c], False
        elif c == "万":
            amount = section + (current or 0)
            middle, section, current = (middle + (amount or not middle)) * 10_000, Decimal(0), None
            last_scale, after_zero = 10_000, False
        elif c == "亿":
            amount = middle + section + (current or 0)
            high, middle, section, current = (
                (high + (amount or not high)) * 100_000_000,  # 亿亿 is 10^16
                Decimal(0),
                Decimal(0),
                None,
            )
            last_scale, after_zero = 100_000_000, False
        else:
            return None
    if current is not None and last_scale >= 100 and not after_zero and text[-1] in DIGITS:
        current *= last_scale // 10  # 两千三 is 2,300
    return high + middle + section + (current or 0)


ONES = {
    word: i
    for i, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
        "sixteen seventeen eighteen nineteen".split()
    )
}
ENGLISH_TENS = {
    w: 10 * i for i, w in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
}
SCALES = {
    "hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12,
}  # fmt: skip
ORDINALS = {
    word: i
    for i, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
        "fifteenth sixteenth seventeenth eighteenth nineteenth".split(),
        start=1,
    )
} | {w: 10 * i for i, w in enumerate(
        "twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth".split(), start=2
)} | {"hundredth": 100, "thousandth": 1000}  # fmt: skip

_WORD = re.compile(r"(,? and[ -]|, |[ -])?([A-Za-z]+)")


def english_words(text: str, start: int) -> tuple[Decimal, int] | None:
    """The value of the number words at `start` and where they end: twenty-three thousand, a hundred."""
    total = current = 0
    end, at, last = start, start, ""
    while found := _WORD.match(text, at):
        joint, word = found[1], found[2].lower()
        if at > start and joint is None:
            break
        if (
            joint
            and len(joint) > 1
            and (last not in SCALES or word in SCALES or (", " in joint and total == 0))
        ):
            break  # "two and three" are two numbers, "two hundred and three" is one
        if word in ONES and not (joint and at > start and _closed(current, ONES[word])):
            current += ONES[word]
        elif word in ENGLISH_TENS and (at == start or current % 100 == 0):
            current += ENGLISH_TENS[word]
        elif word == "hundred" and 0 < current < 100:
            current *= 100
        elif word in SCALES and word != "hundred" and (current or at > start):
            total, current = (total + current * SCALES[word]) if current else total * SCALES[word], 0
        elif word in ("a", "an") and at == start:
            current = 1
        else:
            break
        end, at, last = found.end(2), found.end(2), word
    if end == start:
        return None
    return Decimal(total + current), end


def _closed(current: int, ones: int) -> bool:
    """Whether a number that reads `current` so far cannot take another ones word."""
    return current % 10 != 0 or current % 100 == 10 or (ones >= 10 and current % 100 != 0)


_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


def roman_value(text: str) -> int | None:
    """The value of a Roman numeral up to a few hundred, None if it is none."""
    if not re.fullmatch(r"(?i)c{0,3}(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})", text) or not text:
        return None
    digits = [_ROMAN[c] for c in text.lower()]
    return sum(-d if d < after else d for d, after in zip(digits, [*digits[1:], 0], strict=True))
