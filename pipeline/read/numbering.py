"""Automatic numbering of DOCX, written out: Word stores “level 0 of list 3” and shows “一、”.

Source:  ECMA-376 part 1, 17.9 (numbering) and 17.18.59 (ST_NumberFormat).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

DIGITS = "〇一二三四五六七八九"
FORMAL = "零壹贰叁肆伍陆柒捌玖"
STEMS, BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
         (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
HOLDER = re.compile(r"%([1-9])")
BY_DIGIT = frozenset(("ideographDigital", "taiwaneseDigital", "japaneseDigitalTenThousand"))
COUNTING = frozenset((
    "chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting",
    "taiwaneseCountingThousand",
))  # fmt: skip
# Fonts such as Symbol and Wingdings put bullets into the private use area.
PRIVATE = re.compile("[\ue000-\uf8ff]")


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: its number format, its pattern ("%1.%2、"), where it starts and restarts."""

    format: str = "decimal"
    pattern: str = ""
    start: int = 1
    restart: int | None = None
    legal: bool = False
    gap: str = ""


@dataclass(slots=True)
class Counter:
    """The numbers of all lists of a document, advanced paragraph by paragraph.

    `levels` maps a list to its levels, `shared` to the abstract list whose count it continues.
    """

    levels: Mapping[str, Mapping[int, Level]]
    shared: Mapping[str, str]
    overrides: Mapping[tuple[str, int], int] = field(default_factory=dict)
    _at: dict[str, dict[int, int]] = field(default_factory=dict)
    _begun: set[tuple[str, int]] = field(default_factory=set)

    def next(self, name: str, depth: int) -> str:
        """The marker of the next paragraph of a list, "" for a list or level that is unknown."""
        levels = self.levels.get(name, {})
        if depth not in levels:
            return ""
        at = self._at.setdefault(self.shared.get(name, name), {})
        if (name, depth) in self.overrides and (name, depth) not in self._begun:
            at[depth] = self.overrides[name, depth] - 1
        self._begun.add((name, depth))
        at[depth] = at.get(depth, levels[depth].start - 1) + 1
        for deeper in [d for d in at if d > depth]:
            restart = levels[deeper].restart if deeper in levels else None
            if restart is None or (restart and depth < restart):
                del at[deeper]
        return self._shown(levels, at, depth)

    def _shown(self, levels: Mapping[int, Level], at: Mapping[int, int], depth: int) -> str:
        level = levels[depth]
        if level.format == "bullet":
            return (PRIVATE.sub("•", level.pattern) or "•") + level.gap
        if level.format == "none" and "%" not in level.pattern:
            return level.pattern + level.gap

        def number(match: re.Match[str]) -> str:
            n = int(match[1]) - 1
            other = levels.get(n, Level())
            form = "decimal" if level.legal and n != depth else other.format
            return numeral(at.get(n, other.start), form)

        marker = HOLDER.sub(number, level.pattern)
        return marker + level.gap if marker else ""


def numeral(n: int, form: str) -> str:
    """A number in one of Word's formats; formats of other scripts fall back to digits."""
    if form in BY_DIGIT:
        return "".join(DIGITS[int(digit)] for digit in str(n))
    if form in COUNTING:
        return chinese(n)
    if form in ("chineseLegalSimplified", "ideographLegalTraditional", "japaneseLegal"):
        return chinese(n, FORMAL, "拾佰仟")
    if form == "ideographTraditional" and 0 < n <= 10:
        return STEMS[n - 1]
    if form == "ideographZodiac" and 0 < n <= 12:
        return BRANCHES[n - 1]
    if form in ("decimalEnclosedCircle", "decimalEnclosedCircleChinese") and 0 < n <= 20:
        return chr(0x2460 + n - 1)
    if form == "ideographEnclosedCircle" and 0 < n <= 10:
        return chr(0x3280 + n - 1)
    if form in ("upperLetter", "lowerLetter") and n > 0:
        letters = chr(ord("a") + (n - 1) % 26) * ((n - 1) // 26 + 1)
        return letters.upper() if form == "upperLetter" else letters
    if form in ("upperRoman", "lowerRoman") and 0 < n < 4000:
        return _roman(n).upper() if form == "upperRoman" else _roman(n)
    if form == "decimalZero":
        return f"{n:02}"
    if form in ("decimalFullWidth", "decimalFullWidth2"):
        return str(n).translate({ord("0") + d: 0xFF10 + d for d in range(10)})
    return "" if form == "none" else str(n)


def chinese(n: int, digits: str = DIGITS, places: str = "十百千") -> str:
    """A whole number below 10,000 in Chinese counting (21 → 二十一, 105 → 一百零五); above, digits."""
    if not 0 < n < 10_000:
        return digits[0] if n == 0 else str(n)
    text, zero = "", False
    for place in range(len(str(n)) - 1, -1, -1):
        digit = n // 10**place % 10
        if not digit:
            zero = bool(text)
            continue
        text += ("零" if zero else "") + digits[digit] + (places[place - 1] if place else "")
        zero = False
    return text[1:] if text.startswith("一十") else text


def _roman(n: int) -> str:
    text = ""
    for value, letters in ROMAN:
        text += letters * (n // value)
        n %= value
    return text
