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


def unlike(source: Sequence[str], target: Sequence[str]) -> Flags:
    """Where a boundary after a sentence of the one stands inside a quotation and that of the other does not.

    “…,” said X. “…” interrupts in English what Chinese says in one piece: a boundary before a sentence that
    opens with a mark counts as inside where the Chinese one is.
    """
    zh, en = _inside(source, ZH_PAIRS), _inside(target, EN_PAIRS)
    again = np.array([*(bool(_LEADING.match(text)) for text in target[1:]), False])
    return np.asarray((zh[:, None] & ~(en | again)[None, :]) | (~zh[:, None] & en[None, :]))


def _inside(texts: Sequence[str], pairs: dict[str, str]) -> Flags:
    """Whether a quotation is open after each sentence; marks within it are left alone."""
    found: list[bool] = []
    closing: str | None = None
    for text in texts:
        for at, sign in enumerate(text):
            before, after = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
            if closing is None:
                if sign in pairs and (pairs is ZH_PAIRS or _opens(sign, before, after)):
                    closing = pairs[sign]
            elif sign == closing and (pairs is ZH_PAIRS or _closes(sign, before, after)):
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
