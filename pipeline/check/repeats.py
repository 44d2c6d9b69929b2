"""Repeated words and loops, the way language models fail."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.check.base import Check, Finding, Pair

_DOUBLED = re.compile(r"(?<![\w-])([A-Za-z]+)(?:\s+\1\b(?!-))+", re.I)
# law-based Tianjin and law-based Tianjin
_TWICE = re.compile(r"(?<![\w-])((?:[\w'’-]+ ){1,5}[\w'’-]+),? (?:and|or) (?:the )?\1(?![\w-])", re.I)
_ALLOWED = frozenset({"that", "had", "so", "very", "many", "long", "far", "more", "again", "bye", "ha"})
_WORD = re.compile(r"[\w'’-]+")
_STOP = re.compile(r"[^\w\s'’-]")
_LONGEST_LOOP = 30
_SAID_AGAIN = 7  # words


def _doubled(pair: Pair) -> Iterator[Finding]:
    for found in _DOUBLED.finditer(pair.target):
        # Two capitals may be a name: Duran Duran.
        if found[1].lower() in _ALLOWED or (found[1][0].isupper() and found[0].split()[-1][0].isupper()):
            continue
        yield Finding(f"repeated word: {found[0]}", found.span())


def _twice(pair: Pair) -> Iterator[Finding]:
    """Two different things of the source under one name, or a clause that is said again further on."""
    if _WORD_REPEATS.search(pair.source) is None:
        for found in _TWICE.finditer(pair.target):
            yield Finding(f"“{found[1]}” stands on both sides of “and”", found.span())
    if _REPEATS.search(pair.source) is None and (run := _said_again(pair.target)) is not None:
        yield Finding(f"“{pair.target[slice(*run)]}” was said before", run)


_WORD_REPEATS = re.compile(r"([\u3400-\u9fff]{2}).*\1")
_REPEATS = re.compile(r"([\u3400-\u9fff、（）]{3}).*\1")


def _said_again(target: str) -> tuple[int, int] | None:
    """Where the longest run of words begins and ends that stood before; None if all are short."""
    words = list(_WORD.finditer(target))
    texts = [word[0].lower() for word in words]
    seen: dict[tuple[str, ...], int] = {}
    best: tuple[int, int] | None = None
    for at in range(len(texts) - _SAID_AGAIN + 1):
        first = seen.setdefault(tuple(texts[at : at + _SAID_AGAIN]), at)
        if first + _SAID_AGAIN > at or (best is not None and at < best[1]):
            continue
        end = at + _SAID_AGAIN
        while end < len(texts) and texts[end] == texts[first + end - at]:
            end += 1
        if best is None or end - at > best[1] - best[0]:
            best = at, end
    return None if best is None else (words[best[0]].start(), words[best[1] - 1].end())


def _loop(pair: Pair) -> Iterator[Finding]:
    """The same run of words again and again: thrice, or twice if it is long."""
    words = list(_WORD.finditer(pair.target.lower()))
    texts = [word[0] for word in words]
    if len(set(texts)) > len(texts) - 4:
        return  # a loop repeats at least four words
    for start, length, times in _loops(texts):
        span = words[start].start(), words[start + length * times - 1].end()
        # "… to the central authority. The central authority shall …" is no loop.
        if times == 2 and _STOP.search(pair.target, *span):
            continue
        yield Finding(f"“{' '.join(texts[start : start + length])}” stands {times} times in a row", span)
        return


def _loops(words: list[str]) -> Iterator[tuple[int, int, int]]:
    """(start, length, times) of immediate repetitions, found by words that come again soon."""
    last: dict[str, int] = {}
    for at, word in enumerate(words):
        previous = last.get(word)
        last[word] = at
        if previous is None or at - previous > _LONGEST_LOOP:
            continue
        length = at - previous
        times = 1
        while words[previous + times * length : at + times * length] == words[previous:at]:
            times += 1
        if times >= 4 or (times >= 3 and length >= 2) or (times >= 2 and length >= 4):
            yield previous, length, times


CHECKS = (
    Check(
        code="repeated-word",
        severity="warning",
        description="A word stands twice in a row.",
        example=("加强领导。", "Strengthen the the leadership."),
        find=_doubled,
    ),
    Check(
        code="said-twice",
        severity="warning",
        description="The translation says twice what the source says once.",
        example=(
            "加强法治、平安建设。",
            "We strengthened the rule of law and the rule of law.",
        ),
        find=_twice,
    ),
    Check(
        code="loop",
        severity="error",
        description="A run of words repeats: the model fell into a loop.",
        example=(
            "加强领导。",
            "Strengthen the leadership of the leadership of the leadership of the leadership.",
        ),
        find=_loop,
    ),
)
