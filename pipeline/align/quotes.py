"""Quotation marks: what is said in one language is said in the other, so boundaries inside it match."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]

ZH_PAIRS = {"“": "”", "「": "」", "『": "』", "‘": "’"}
EN_PAIRS = {"‘": "’", "“": "”", "'": "'", '"': '"'}
_BEFORE = " \t\n([—–-“‘"
_ENDS = ".,!?…;:—–-)"
_OPENING = re.compile(r"(?:(?<=\s)|^)['‘“\"(]*['‘“\"](?=\w)")
_CLOSING = re.compile(r"(?<=[.,!?…;:–—-])['’”\"]")
_LEADING = re.compile(r"[\s(\[—–-]*['‘“\"]")


def counts(texts: Sequence[str], *, chinese: bool) -> tuple[list[int], list[int]]:
    """How many quotations each sentence opens, and how many it closes."""
    if chinese:
        opens, closes = "“「『", "”」』"
        return (
            [sum(map(text.count, opens)) for text in texts],
            [sum(map(text.count, closes)) for text in texts],
        )
    return (
        [len(_OPENING.findall(text)) for text in texts],
        [len(_CLOSING.findall(text)) for text in texts],
    )


def reopens(texts: Sequence[str]) -> Flags:
    """Whether each sentence begins with a quotation mark."""
    return np.array([bool(_LEADING.match(text)) for text in texts], dtype=np.bool_)


def inside(texts: Sequence[str], *, chinese: bool) -> Flags:
    """Whether a quotation is open after each sentence; marks within it are left alone."""
    pairs = ZH_PAIRS if chinese else EN_PAIRS
    found: list[bool] = []
    closing: str | None = None
    for text in texts:
        for at, sign in enumerate(text):
            before, after = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
            if closing is None:
                if sign in pairs and (chinese or _opens(sign, before, after)):
                    closing = pairs[sign]
            elif sign == closing and (chinese or _closes(sign, before, after)):
                closing = None
        found.append(closing is not None)
    return np.array(found, dtype=np.bool_)


def _opens(sign: str, before: str, after: str) -> bool:
    """Not an apostrophe: a straight mark begins a word."""
    return bool(after.strip()) and (sign in "‘“" or not before or before in _BEFORE)


def _closes(sign: str, before: str, after: str) -> bool:
    """Not an apostrophe: a single mark follows a sign, or a word that is no plural."""
    if sign in '”"':
        return True
    if before in _ENDS:
        return not after.isalnum()
    return before.isalnum() and before != "s" and (not after or after == " ")
