"""Numbering and bullets at the start of a unit: 一、 (一) 1. ① 第一章 第一条 ●."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.prepare.quantities.dotted import heads
from pipeline.prepare.quantities.zh_dates import dotted_day

NUMERAL = "零〇一二三四五六七八九十百两"
_DIGIT = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_FORMAL = dict(zip("壹贰貳叁參参肆伍陆陸柒捌玖拾", "一二二三三三四五六六七八九十", strict=True))
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_ROMAN = {"I": 1, "V": 5, "X": 10}

# From the outermost family to the innermost, where the text itself does not say otherwise.
CANONICAL = (
    "编", "篇", "部分", "章", "节", "条", "article2", "article3", "article4", "article5", "formal", "roman", "cn_dot", "cn_paren", "cn_close", "ar_dot",
    "ar_space", "decimal2", "decimal3", "decimal4", "decimal5", "ar_paren", "ar_close", "circled", "stem", "dash",
    "bullet",
)  # fmt: skip
DIVISIONS = ("编", "篇", "部分", "章", "节", "条")
# 第三条, 第3.1条, 第3.1.4条
ARTICLES = ("条", "article2", "article3", "article4", "article5")
# 1, 1.2, 1.2.1 say themselves which stands under which.
DECIMALS = (*ARTICLES[1:], "ar_space", "decimal2", "decimal3", "decimal4", "decimal5")


@dataclass(frozen=True, slots=True)
class Marker:
    """Numbering at the start of a unit; `number` is empty for bullets, (33, 1) for 第33-1条.

    `end` is where the words begin, `text` the marker without surrounding space.
    """

    family: str
    number: tuple[int, ...]
    text: str
    end: int

    @property
    def ordinal(self) -> int:
        """The number that siblings count by; 0 for bullets."""
        return self.number[0] if self.number else 0


def parse_number(text: str) -> int | None:
    """The value of a small numeral in any of the scripts that numbering uses; None if it is none."""
    text = "".join(_FORMAL.get(c, c) for c in unicodedata.normalize("NFKC", text).strip("().、 "))
    if text.isascii() and text.isdigit():
        return int(text)
    if text in _STEMS and len(text) == 1:
        return _STEMS.index(text) + 1
    if text and set(text.upper()) <= set(_ROMAN):
        return _roman(text.upper())
    return _chinese(text) if text and all(c in NUMERAL for c in text) else None


def _roman(text: str) -> int:
    values = [_ROMAN[c] for c in text]
    following = [*values[1:], 0]
    return sum(-v if v < after else v for v, after in zip(values, following, strict=True))


def _chinese(text: str) -> int:
    total = digit = 0
    for c in text:
        if c in "十百":
            total += (digit or 1) * (10 if c == "十" else 100)
            digit = 0
        else:
            digit = _DIGIT[c]
    return total + digit


_N = rf"[{NUMERAL}0-9０-９]{{1,5}}"
_GAP = r"[ \t\u3000]*"
_ARTICLE = re.compile(rf"第{_GAP}({_N}){_GAP}(?:[-－‑之]{_GAP}({_N}){_GAP})?[条條](?:{_GAP}之{_GAP}({_N}))?")
_DIVISION = re.compile(rf"第{_GAP}({_N}){_GAP}(编|編|篇|部分|章|节|節)")
_SIMPLE: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("cn_dot", re.compile(rf"([{NUMERAL}]{{1,4}}){_GAP}[、．.]")),
    ("formal", re.compile(rf"([{''.join(_FORMAL)}]{{1,3}}){_GAP}[、．.]")),
    ("stem", re.compile(rf"([{_STEMS}]){_GAP}[、．.]")),
    ("roman", re.compile(rf"([Ⅰ-Ⅻⅰ-ⅻ]){_GAP}[、．.]?|([IVX]{{1,4}}){_GAP}[、．.]")),
    ("cn_paren", re.compile(rf"([(（〔【]{_GAP}[{NUMERAL}]{{1,4}}{_GAP}[)）〕】])、?|([㈠-㈩])、?")),
    ("cn_close", re.compile(rf"([{NUMERAL}]{{1,3}})[)）]、?")),
    ("ar_paren", re.compile(rf"([(（]{_GAP}[0-9０-９]{{1,2}}{_GAP}[)）])、?|([⑴-⒇])、?")),
    ("ar_close", re.compile(r"([0-9０-９]{1,2})[)）]、?")),
    ("circled", re.compile(r"([①-⑳㉑-㉟㊱-㊿❶-❿])、?")),
    ("ar_dot", re.compile(rf"([0-9０-９]{{1,2}}){_GAP}[、．.]|([⒈-⒛])")),
    ("ar_space", re.compile(r"([0-9０-９]{1,2})(?=[ \t\u3000]+[\u4e00-\u9fff])")),
)
_DECIMAL = re.compile(r"[0-9０-９]{1,2}(?:[.．][0-9０-９]{1,2}){1,4}(?![.．]?[0-9０-９])")
# 第3.1.4条, as contracts and standards count
_DECIMAL_ARTICLE = re.compile(
    rf"第{_GAP}([0-9０-９]{{1,2}}(?:[.．][0-9０-９]{{1,2}}){{1,4}}){_GAP}[条條款节節]"
)
_DASH = re.compile(rf"(?:——?|--|[-–—])(?![-–—0-9０-９])|——{_GAP}(?=[0-9])")
_BULLET = re.compile(r"[●○■□◆◇▲△▶►★☆✓√➢➤◎▪▫•·∙⚫]|\*(?=[ \t\u3000])")
# Nothing counts 1.2.1; after 1.2 only words that cannot be counted make a heading (see `heads`).
_AFTER_DECIMAL = re.compile(r"[ \t\u3000]|[（(《“一-龥]")
_AFTER_TWO = re.compile(r"[ \t\u3000]+(?:[A-Za-z（(]|[0-9]{4}年)")
_SPACE = re.compile(r"[ \t\u3000\u00a0]*")
# 第三十三条之一第一项, 第一条规定: a reference to an article, not its beginning
_REFERENCE = re.compile(r"第|规定|的|所|至|、|和|及|或|与|款|项|目|中|，|,|之")
# （一）至（三）项: a reference to items
_ITEM_REFERENCE = re.compile(rf"{_GAP}(?:至|到|项|款|目|[-—、和或及]{_GAP}[(（])")
_YEAR = re.compile(r"[0-9０-９]{4}年")
_LEVELS = re.compile(rf"([{NUMERAL}]{{1,3}})[、和级类等季期线号次月产楼]")
_CIRCLES = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㉑㉒㉓㉔㉕㉖㉗㉘㉙㉚㉛㉜㉝㉞㉟㊱㊲㊳㊴㊵㊶㊷㊸㊹㊺㊻㊼㊽㊾㊿"


def parse_marker(text: str, start: int = 0, end: int | None = None) -> Marker | None:
    """The marker that `text[start:end]` begins with, if it begins with one."""
    end = len(text) if end is None else end
    if start >= end:
        return None
    readers: tuple[Callable[[str, int, int], Marker | None], ...] = (
        (_division,) if text[start] == "第" else (_decimal, _simple, _unnumbered)
    )
    return next((found for read in readers if (found := read(text, start, end))), None)


def _marker(family: str, number: tuple[int, ...], text: str, start: int, stop: int, end: int) -> Marker:
    gap = _SPACE.match(text, stop, end)
    return Marker(family, number, text[start:stop].strip(), gap.end() if gap else stop)


def _division(text: str, start: int, end: int) -> Marker | None:
    if decimal := _DECIMAL_ARTICLE.match(text, start, end):
        refers = _REFERENCE.match(text, decimal.end(), end)
        return None if refers else _decimal_marker("article", decimal[1], text, start, decimal.end(), end)
    if article := _ARTICLE.match(text, start, end):
        numbers = tuple(n for part in article.groups() if part and (n := parse_number(part)) is not None)
        refers = _REFERENCE.match(text, article.end(), end)
        return None if refers or not numbers else _marker("条", numbers, text, start, article.end(), end)
    division = _DIVISION.match(text, start, end)
    number = parse_number(division[1]) if division else None
    if division is None or number is None or not _opens_heading(text, division.end(), end):
        return None
    family = division[2].replace("編", "编").replace("節", "节")
    return _marker(family, (number,), text, start, division.end(), end)


def _opens_heading(text: str, at: int, end: int) -> bool:
    """第二节 is a heading before space or in a short line without end punctuation, 第二节课上，… is not."""
    return at >= end or text[at].isspace() or (end - at <= 40 and text[end - 1] not in "。！？；，：")


def _decimal(text: str, start: int, end: int) -> Marker | None:
    """1.2.1 before the words of a heading; 1.2 亿元 and 1.5倍 count, 19.3.1起 is a day.

    Of two parts that stand close to the words (4.2组织机构) the rest of the text must bear them out.
    """
    found = _DECIMAL.match(text, start, end)
    if found is None or dotted_day(found[0], 0) or dotted_day(text, start):
        return None
    words = _AFTER_DECIMAL if len(re.findall("[.．]", found[0])) > 1 else _AFTER_TWO
    if not (words.match(text, found.end(), end) or heads(text, found.end(), end)):
        return None
    return _decimal_marker("decimal", found[0], text, start, found.end(), end)


def _decimal_marker(kind: str, number: str, text: str, start: int, stop: int, end: int) -> Marker:
    parts = unicodedata.normalize("NFKC", number).split(".")
    return _marker(f"{kind}{len(parts)}", (int(parts[-1]),), text, start, stop, end)


def _simple(text: str, start: int, end: int) -> Marker | None:
    for family, pattern in _SIMPLE:
        found = pattern.match(text, start, end)
        if found is None:
            continue
        digits = next(group for group in found.groups() if group)
        number = _CIRCLES.index(digits) + 1 if digits in _CIRCLES else parse_number(digits)
        if number and not _mistaken(family, number, text, found.end(), end):
            return _marker(family, (number,), text, start, found.end(), end)
    return None


def _mistaken(family: str, number: int, text: str, at: int, end: int) -> bool:
    """1.5倍, 一、二级子公司 and （一）至（三）项 only look like numbering."""
    if family == "ar_dot":
        return at < end and text[at].isdigit() and not _YEAR.match(text, at, end)
    if family == "cn_dot":
        level = _LEVELS.match(text, at, end)
        return level is not None and parse_number(level[1]) == number + 1
    return family.endswith("paren") and _ITEM_REFERENCE.match(text, at, end) is not None


def _unnumbered(text: str, start: int, end: int) -> Marker | None:
    if found := _BULLET.match(text, start, end):
        return _marker("bullet", (), text, start, found.end(), end)
    if found := _DASH.match(text, start, end):
        return _marker("dash", (), text, start, found.end(), end)
    return None


def nesting(marks: Iterable[Marker]) -> dict[str, int]:
    """The depth rank of each family, as the text establishes it; 0 is outermost.

    A family that starts anew whenever another advances stands inside that other; one whose
    numbering runs on across another stands above it. Where the text says neither, custom decides.
    """
    families, inside, across = _evidence(marks)
    order = sorted(families, key=CANONICAL.index)
    above = {f: sum(_is_above(g, f, inside, across) for g in order if g != f) for f in order}
    return {f: rank for rank, f in enumerate(sorted(order, key=lambda f: (above[f], CANONICAL.index(f))))}


_Pairs = dict[tuple[str, str], int]


def _evidence(marks: Iterable[Marker]) -> tuple[set[str], _Pairs, _Pairs]:
    last: dict[str, int] = {}
    seen: dict[str, set[str]] = {}
    advanced: dict[str, set[str]] = {}
    inside: _Pairs = {}
    across: _Pairs = {}
    for mark in marks:
        family, number = mark.family, mark.ordinal
        before = last.get(family)
        advances = before is not None and number == before + 1
        if advances:
            _count(across, family, seen[family])
        elif before is not None and number == 1:
            _count(inside, family, advanced[family])
        for other in seen:
            seen[other].add(family)
            if advances or not mark.number:
                advanced[other].add(family)
        last[family], seen[family], advanced[family] = number, set(), set()
    return set(last), inside, across


def _count(pairs: _Pairs, family: str, others: set[str]) -> None:
    for other in others:
        pairs[family, other] = pairs.get((family, other), 0) + 1


def _is_above(one: str, other: str, inside: _Pairs, across: _Pairs) -> bool:
    custom = CANONICAL.index(one) < CANONICAL.index(other)
    if one in DIVISIONS or other in DIVISIONS or (one in DECIMALS and other in DECIMALS):
        return custom
    within, contains = inside.get((one, other), 0), inside.get((other, one), 0)
    if within != contains:
        return contains > within
    runs, is_run = across.get((one, other), 0), across.get((other, one), 0)
    return bool(runs) if bool(runs) != bool(is_run) else custom


def confirmed(marks: Sequence[Marker | None]) -> list[Marker | None]:
    """Drop what the rest of the text does not bear out: a lone 7. or a lone —— is no numbering."""
    counts: dict[str, int] = {}
    for mark in marks:
        if mark is not None:
            counts[mark.family] = counts.get(mark.family, 0) + 1
    numbers = {unicodedata.normalize("NFKC", mark.text).rstrip("、. ") for mark in marks if mark is not None}
    chapters = Counter(number.split(".")[0] for number in numbers)
    return [mark if mark is not None and _is_borne_out(mark, counts, chapters) else None for mark in marks]


def _is_borne_out(mark: Marker, counts: Mapping[str, int], chapters: Mapping[str, int]) -> bool:
    if mark.family in (*DIVISIONS, *ARTICLES, "bullet", "cn_dot", "cn_paren"):
        return True
    if mark.family in ("dash", "stem", "roman"):
        return counts[mark.family] > 1
    if mark.family == "ar_space":  # 1 总则, 1.1 范围: only beside decimals
        return "decimal2" in counts
    if mark.family == "decimal2":
        # 4.2 has a 4, a 4.1 or a 4.2.1 beside it in the text
        return chapters[unicodedata.normalize("NFKC", mark.text).split(".")[0]] > 1
    return counts[mark.family] > 1 or mark.ordinal == 1
