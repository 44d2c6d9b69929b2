"""English sentences."""

from __future__ import annotations

import re
from itertools import pairwise

# Words before a full stop that do not end a sentence.
ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof rev gen col sgt lt capt st jr sr vs etc no nos vol pp p fig figs art arts sec ch eq al "
    "cf e.g i.e a.m p.m u.s u.k u.n e.u ph.d inc ltd co corp dept gov sen rep hon jan feb mar apr jun jul aug "
    "sept sep oct nov dec approx est".split()
)
_END = re.compile(r"[.!?]+[\"'”’)\]]*(?=\s)|\n+|[;:](?=\s*\n)")
_WORD = re.compile(r"[A-Za-z][A-Za-z.]*$")


def sentence_starts(text: str) -> list[int]:
    """Where sentences begin: 0 first, then each place after an end and its white space."""
    starts = [0]
    for match in _END.finditer(text):
        at = match.end()
        while at < len(text) and text[at].isspace():
            at += 1
        if at < len(text) and at > starts[-1] and _ends(text, match, at):
            starts.append(at)
    return starts


def sentences(text: str) -> list[str]:
    """The sentences of a text, without the white space between them; empty text gives none."""
    starts = [*sentence_starts(text), len(text)]
    parts = (text[a:b].strip() for a, b in pairwise(starts))
    return [part for part in parts if part]


def _ends(text: str, match: re.Match[str], after: int) -> bool:
    """Whether a mark ends its sentence: not after an abbreviation or initial, not before a small letter."""
    mark = match.group()
    if "\n" in mark:
        return True
    if text[after].islower():
        return False
    if not mark.startswith(".") or mark.startswith(".."):
        return True
    word = _WORD.search(text, max(0, match.start() - 12), match.start())
    if word is None:
        # “1. First point”: a number at the beginning of a line is its marker.
        line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        return not re.fullmatch(r"\s*\(?\d{1,3}", line)
    letters = word.group()
    return letters.lower() not in ABBREVIATIONS and not (
        len(letters) == 1 and letters.isupper() and letters != "I"
    )
