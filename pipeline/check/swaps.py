"""Whether two figures of a segment have changed places: what stands beside each tells.

The words around a figure of the source (its classifier, noun, verb) are looked up in a dictionary and
looked for around its figure in the translation. Where they stand around the other figure instead, or
where a year would be counted and a count be a year, the two seem to be swapped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.document import Measure
from pipeline.prepare.dictionary import meanings, stem, words

Proven = tuple[Measure, Measure]

_AFTER_ZH, _BEFORE_ZH, _NEAR_EN = 8, 6, 4
_BREAK_ZH = re.compile(r"[，。；：！？、,;:!?（）()《》“”\d]")
_LISTED_ZH = re.compile(r"\s?[、，,和及与或至到—–~～-]{0,2}\s?")
_LATIN = re.compile(r"[A-Za-z]{3,}")
# Words that stand beside any figure, and classifiers without a meaning of their own.
_PLAIN_ZH = frozenset(
    "其中 分别 达到 以上 以下 左右 大约 目前 已经 同时 超过 一个 以及 进行 实现 完成 以来 之后 之前 年度 时间".split()
)
_PLAIN_UNITS = frozenset(
    "个 名 项 家 条 件 种 类 所 批 套 部 本 点 号 级 位 处 份 起 期 个半 大 分 次".split()
)
_TOKEN = re.compile(r"[A-Za-z][A-Za-z'’]*|\d|[.;,:!?()–—]")
_FUNCTION = frozenset(
    "a an the of in on at to for from by with and or but as than that which who whom whose when where while is are was "
    "were be been has have had will would shall should may must can could it its he his she her they their this these "
    "those not no if so because since until after before during into over under through per between against we our".split()
)
_YEAR_BEFORE = frozenset("in since by until till from before after during early late mid".split())
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_PLURAL = re.compile(r"[a-z]{3,}(?<![aius])s|people|men|women|children")
# A year may stand before these, and some are no plurals: 2019 sales.
_NOT_COUNTED = re.compile(
    r"(?:does|sales|results|earnings|figures|news|series|elections?|games|finals|championships|olympics|levels|prices)$"
)


@dataclass(frozen=True, slots=True)
class Place:
    """What stands beside a figure of the translation, and what such a place calls for."""

    after: frozenset[str]
    before: frozenset[str]
    year: bool
    counted: bool


def misplaced(source: str, target: str, a: Proven, b: Proven) -> float:
    """How much better two proven pairs would fit crosswise; 1 is a word or the kind of place."""
    at_a, at_b = _place(target, a[1]), _place(target, b[1])
    straight = _fit(source, a[0], b[0], at_a) + _fit(source, b[0], a[0], at_b)
    return _fit(source, a[0], b[0], at_b) + _fit(source, b[0], a[0], at_a) - straight


def alike(source: str, a: Proven, b: Proven) -> bool:
    """Whether the figures of two proven pairs could change places, and what stands beside them would tell.

    In a list (7.3%和9.8%) the same words stand beside both: there only the order tells.
    """
    (a_source, a_target), (b_source, b_target) = a, b
    if (a_source.value, a_source.date) == (b_source.value, b_source.date):
        return False
    first, second = sorted((a_source, b_source), key=lambda m: m.start)
    if _LISTED_ZH.fullmatch(source, first.end, second.start):
        return False
    if "ordinal" in (a_source.kind, b_source.kind) and a_source.kind == b_source.kind:
        return False  # articles and paragraphs are told apart by what they are called
    if any(m.upper is not None or not _is_told(m) for m in (a_target, b_target)):
        return False
    if _form(a_target) == _form(b_target):
        return True
    # A unit may go without saying: aged 48.6, down 1.7 years.
    same = (a_source.kind, a_source.unit) == (b_source.kind, b_source.unit) and a_source.kind != "date"
    return same and ("", "") in (_form(a_target), _form(b_target))


def _is_told(measure: Measure) -> bool:
    """Whether a figure is one to exchange: in digits, or a number word that is no article."""
    return any(c.isdigit() for c in measure.text) or (measure.kind == "count" and measure.value > 1)


def _form(measure: Measure) -> tuple[str, str]:
    """What a figure shows of itself: its unit, or nothing (a count, a year)."""
    if (measure.kind == "date" and _YEAR.fullmatch(measure.text)) or measure.kind == "count":
        return "", measure.unit
    if measure.kind == "money":
        return "money", ""
    return measure.kind, measure.unit or measure.date


def _fit(source: str, measure: Measure, other: Measure, here: Place) -> float:
    """How well a figure of the source fits a place of the translation."""
    after, before = _wanted(source, measure, other)
    score = sum(1.0 if stems & here.after else 0.4 if stems & here.before else 0.0 for stems in after)
    # Chinese may name what it counts before the figure (编制6,800名); a noun behind it is nearer.
    across = 0.4 if after else 0.8
    score += sum(0.6 if stems & here.before else across if stems & here.after else 0.0 for stems in before)
    if measure.kind == "date" and _YEAR.fullmatch(measure.date):
        score += here.year - here.counted
    elif measure.kind == "count":
        score += here.counted - here.year
    return score


def _wanted(
    source: str, measure: Measure, other: Measure
) -> tuple[list[frozenset[str]], list[frozenset[str]]]:
    """What each word after and before a figure of the source may be in English.

    The noun right behind the `other` figure is that one's alone (21个领域232项).
    """
    after = _BREAK_ZH.split(source[measure.end : measure.end + _AFTER_ZH])[0]
    start = max(0, measure.start - _BEFORE_ZH)
    if start <= other.end < measure.start and other.kind == "count":
        start = next((w.end for w in words(source[other.end : measure.start]) if w.start == 0), 0) + other.end
    before = _BREAK_ZH.split(source[start : measure.start])[-1]
    latin = _LATIN.findall(source[max(0, measure.start - 12) : measure.start])
    counted = [meanings(u) for u in (measure.unit,) if u and u not in _PLAIN_UNITS]
    named = [*_content(before), *(frozenset({stem(word)}) for word in latin[-1:])]
    if after and after[0] not in "的之多余" and not any(word.start == 0 for word in words(after)):
        counted.append(meanings(after[0]))  # 30个县的
    return [*_content(after), *(counted if measure.kind == "count" else [])], named


def _content(text: str) -> list[frozenset[str]]:
    return [
        word.stems for word in words(text)
        if word.stems and text[word.start : word.end] not in _PLAIN_ZH
    ]  # fmt: skip


def _place(target: str, measure: Measure) -> Place:
    """The words beside a figure, up to the next figure or the end of its clause."""
    after = _following(_TOKEN.findall(target[measure.end : measure.end + 60]))
    before = _following(_TOKEN.findall(target[max(0, measure.start - 60) : measure.start])[::-1])
    bare = measure.text[-1:].isdigit() and target[measure.start - 1 : measure.start] not in "$¥€£"
    return Place(
        after=_stems(after),
        before=_stems(before),
        year=bare and _is_year_place(target, measure, before, after),
        counted=bare and _is_counted(after),
    )


def _following(tokens: list[str]) -> list[str]:
    found: list[str] = []
    for token in tokens:
        if token in "()–—":
            continue
        if not token[0].isalpha() or len(found) == _NEAR_EN:
            break
        found.append(token)
    return found


def _stems(near: list[str]) -> frozenset[str]:
    return frozenset(stem(word) for word in near if word.lower() not in _FUNCTION)


def _is_year_place(target: str, measure: Measure, before: list[str], after: list[str]) -> bool:
    """in 2019, … : a preposition before it and no noun after it."""
    if not before or before[0].lower() not in _YEAR_BEFORE:
        return False
    ends = target[measure.end : measure.end + 1] in ("", ".", ",", ";", ")", ":")
    return ends or (bool(after) and after[0].lower() in _FUNCTION)


def _is_counted(after: list[str]) -> bool:
    """2019 sectors, 2013 other officials: a plural follows, with one word between at most."""
    for word in after[:2]:
        if word.lower() in _FUNCTION:
            return False
        if _PLURAL.fullmatch(word):
            return _NOT_COUNTED.search(word) is None
    return False
