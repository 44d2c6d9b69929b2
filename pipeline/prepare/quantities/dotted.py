"""Numbers with dots that name and do not count: sections (1.2.1, 第5.2条), versions, addresses of machines.

Three parts or more are never a decimal. Two are a section only where something says so: 第 … 条, 见 …, or the
words of a heading after it at the head of a text. Dates (2019.3.1) are dates, and none of these.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache

from pipeline.prepare.cedict import cedict_text
from pipeline.prepare.quantities.units import BY_ZH, CLASSIFIERS, longest_first
from pipeline.prepare.quantities.zh_dates import dotted_day

_END = r"(?![.．]?\d)"
# 表3.1.4-1 is the first table of section 3.1.4; 1.2.1-1.2.3 are two sections.
_MANY = re.compile(rf"(?<![\d.．])\d{{1,6}}(?:[.．]\d{{1,6}}){{2,9}}(?:[-–—]\d{{1,2}}(?![\d.．]))?{_END}")
_TWO = re.compile(rf"(?<![\d.．])\d{{1,2}}[.．]\d{{1,2}}{_END}")
_ANY = re.compile(rf"(?<![\d.．])\d{{1,6}}(?:[.．]\d{{1,6}})+{_END}")

_DIVISION = r"\s?(?:条|款|章|节|项(?!目)|编|部分)"
_AND = r"\s?(?:至|到|、|和|及|与|或|[-—–~～])\s?第?\s?"
_SECTION = r"\d{1,2}[.．]\d{1,2}"
_NUMBERED = re.compile(rf"(?:{_AND}{_SECTION}){{0,9}}{_DIVISION}")
# 第5.2条; 按5.2条, 本规范5.2节; 第5.2、5.3条
_BEFORE_DIVISION = re.compile(
    r"(?:第|[见照按据合足反行]|本(?:标准|规范|规程|合同|协议|办法|指南|文|章|书|报告))\s?"
    rf"(?:{_SECTION}(?:{_DIVISION})?{_AND})*$"
)
_WINDOW = 40
_SEE = re.compile(
    r"(?:参见|详见|另见|参阅|参照|(?<![罕常可少多意偏主会接再听看碰遇足显预梦起])见)(?:第|本文|上文|下文)?\s?$"
)
_SEEN = re.compile(rf"(?:$|[)）\]】〕，,。；;、：:]|[和及与]|{_DIVISION})")

# 1.2万人, 1.5左右, 1.2至1.5倍
_GOES_ON = "十百千万亿多余几半的比至到和与及或以左占"
# Nothing has 4.2 departments: 4.2 部门职责 is a heading.
_NOUNS = frozenset(("部门", "岗位", "名额"))
_COUNTED = re.compile(longest_first([name for name in (*BY_ZH, *CLASSIFIERS) if name not in _NOUNS]))
_THIS = re.compile("本(?![书册]|图书|杂志|教材|[，。；、]|$)")  # 7.3本预案: this plan
_LONGEST_WORD = 4


def dotted_at(text: str, here: int) -> int | None:
    """Where the number of a section, version or machine that begins here ends; None if none does."""
    if (many := _MANY.match(text, here)) is not None:
        return None if dotted_day(text, here) else many.end()
    two = _TWO.match(text, here)
    if two is None:
        return None
    before = text[max(0, here - _WINDOW) : here]
    if here <= _WINDOW and not before.strip() and heads(text, two.end()):
        return two.end()
    named = _NUMBERED.match(text, two.end()) and _BEFORE_DIVISION.search(before)
    seen = _SEE.search(before) and _SEEN.match(text, two.end())
    return two.end() if named or seen else None


def heads(text: str, end: int, stop: int | None = None) -> bool:
    """Whether the words of a heading follow a number, not what it counts: 4.2 组织机构, but not 4.2 组 or 4.2 万人.

    A unit counts unless it only begins a longer word of the dictionary (组织, 人员, 项目).
    """
    words = _CHINESE.match(text, end, len(text) if stop is None else stop)
    if words is None or text[words.end()] in _GOES_ON:
        return False
    at = words.end()
    unit = _COUNTED.match(text, at)
    if unit is None or _THIS.match(text, at):
        return True
    longer = range(len(unit[0]) + 1, _LONGEST_WORD + 1)
    return any(text[at : at + n] in _dictionary() for n in longer if at + n <= len(text))


_CHINESE = re.compile(r"[ \t\u3000]*(?=[一-龥《“])")


@cache
def _dictionary() -> frozenset[str]:
    """The short words of the dictionary; loaded only where a number stands before what could be its unit."""
    entries = (line.split(" ", 2) for line in cedict_text().splitlines() if not line.startswith("#"))
    return frozenset(entry[1] for entry in entries if len(entry) > 2 and 2 <= len(entry[1]) <= _LONGEST_WORD)


def uncounted(text: str, counted: Iterable[tuple[int, int]]) -> Iterator[tuple[str, int]]:
    """The numbers with dots of a text that no quantity holds, each with its turn among its equals."""
    spans, turns = list(counted), dict[str, int]()
    for found in _ANY.finditer(text):
        token = plain_dots(found[0])
        turn = turns.get(token, 0)
        turns[token] = turn + 1
        if not any(start < found.end() and found.start() < end for start, end in spans):
            yield token, turn


def occurrences(text: str) -> dict[str, list[tuple[int, int]]]:
    """Where each number with dots stands in a text."""
    places: dict[str, list[tuple[int, int]]] = {}
    for found in _ANY.finditer(text):
        places.setdefault(plain_dots(found[0]), []).append(found.span())
    return places


def plain_dots(text: str) -> str:
    """3．1．4 as 3.1.4."""
    return unicodedata.normalize("NFKC", text)


def dotted_over(number: str, target: str) -> bool:
    """Whether a number with dots is in the translation as it is, or part by part (Article 5, Paragraph 2)."""
    flat = plain_dots(target)
    if re.search(rf"(?<![\d.]){re.escape(number)}(?!\.?\d)", flat):
        return True
    parts = r"\b\D{1,24}\b".join(re.findall(r"\d+", number))
    return number.count(".") < 3 and re.search(rf"\b{parts}\b", flat) is not None
