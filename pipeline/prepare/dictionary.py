"""A dictionary as evidence: which English words a Chinese word may become.

It proves nothing alone, since translators write freely. It tells which of two figures stands beside
“counties” and which beside “townships”, whether anything of a clause arrived, and which of two sentences
renders another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from copy import copy
from functools import cache, lru_cache
from typing import NamedTuple

from pipeline.prepare.cedict import cedict_text

_LONGEST_WORD = 8
_HAN = re.compile(r"[一-龥]+")
# (fig.), [ge4], CL:個|个[ge4] and references to other entries say nothing of the meaning.
_ASIDE = re.compile(
    r"\([^)]*\)|CL:[^/]*|\b(?:abbr|variant|old variant|see|also written|surname|used in)\b[^/]*"
)
_ENGLISH = re.compile(r"[A-Za-z]+(?:'[A-Za-z]+)?")
_STOP = frozenset(
    "a an and any are as at be been being by can do does etc for from had has have he her his i if in into is it its "
    "lit may more most no not of off on one one's oneself or other out over per sb she so some somebody someone "
    "something sth such than that the their them they this those thing things to under up us very was way we were "
    "what when which who will with would you your all also but each made make put set get go use used using".split()
)
_IRREGULAR = {
    "people": "person", "persons": "person", "men": "man", "women": "woman", "children": "child", "lives": "life",
    "feet": "foot", "wives": "wife", "held": "hold", "built": "build", "rose": "rise", "risen": "rise", "grew": "grow",
    "grown": "grow", "growth": "grow", "fell": "fall", "fallen": "fall", "began": "begin", "begun": "begin",
    "won": "win", "spent": "spend", "sold": "sell", "bought": "buy", "taught": "teach", "sent": "send", "led": "lead",
    "met": "meet", "said": "say", "told": "tell", "gave": "give", "given": "give", "took": "take", "taken": "take",
    "died": "die", "dead": "die", "death": "die", "deaths": "die", "dying": "die", "strength": "strong",
    "strengthen": "strong", "deepen": "deep", "depth": "deep", "broaden": "broad", "widen": "wide", "born": "birth",
    "lost": "lose", "loss": "lose", "losses": "lose", "cities": "city", "better": "good", "best": "good",
    "wrote": "write", "written": "write", "known": "know", "knew": "know", "shown": "show", "saw": "see", "seen": "see",
}  # fmt: skip
_ENDINGS = re.compile(
    r"(?:izations?|isations?|ational|ations?|atory|ating|ative|ates?|ated|ment(?:s|ed|ing|ations?|ary|al)?|ness|ities|ity|ings?|ied|ies|ed|"
    r"ers?|ors?|ives?|ively|ions?|ally|als?|ically|ical|ics?|ly|es|s|e|y)$"
)
_STEM = 6


class Word(NamedTuple):
    """A word of a Chinese text and the stems of all that it may mean."""

    start: int
    end: int
    stems: frozenset[str]


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """A rough stem, the same for institution, institute and institutional."""
    word = word.lower()
    word = _IRREGULAR.get(word, word)
    short = _ENDINGS.sub("", word) if len(word) > 4 else word.removesuffix("s")
    return (short if len(short) >= 3 else word.removesuffix("s"))[:_STEM]


def stems(text: str) -> frozenset[str]:
    """The stems of the content words of an English text."""
    return frozenset(stem(word) for word in _ENGLISH.findall(text.lower()) if word not in _STOP)


class Dictionary:
    """The words of a text that a dictionary has, and what it says of them.

    Args:    text: entries in the format of CC-CEDICT, one a line.
             names: words that it has not, with their stems.
    """

    def __init__(self, text: str, names: Mapping[str, frozenset[str]] | None = None) -> None:
        self._entries = _entries(text)
        self._meanings: dict[str, frozenset[str]] = {}
        self._lengths = _lengths(self._entries)
        self._add(names or {})

    def with_names(self, names: Mapping[str, frozenset[str]]) -> Dictionary:
        """The same dictionary with some words more; words that it has get these meanings too."""
        found = copy(self)
        found._meanings, found._lengths = dict(self._meanings), dict(self._lengths)
        found._add(names)
        return found

    def meanings(self, word: str) -> frozenset[str]:
        """The stems of everything that the dictionary says of a Simplified word; empty if it has no such word."""
        known = self._meanings.get(word)
        if known is None:
            known = self._meanings[word] = stems(_ASIDE.sub(" ", self._entries.get(word, "")))
        return known

    def words(self, text: str) -> tuple[Word, ...]:
        """The words of two and more characters that the dictionary has, the longest first at every place."""
        entries, lengths, meanings, found = self._entries, self._lengths, self._meanings, list[Word]()
        for run in _HAN.finditer(text):
            at, stop = run.span()
            while at < stop - 1:
                for n in lengths.get(text[at : at + 2], ()):
                    word = text[at : at + n]
                    if at + n <= stop and (word in entries or word in meanings):
                        found.append(Word(at, at + n, self.meanings(word)))
                        at += n
                        break
                else:
                    at += 1
        return tuple(found)

    def _add(self, names: Mapping[str, frozenset[str]]) -> None:
        for word, meant in names.items():
            self._meanings[word] = meant | self.meanings(word)
            lengths = {*self._lengths.get(word[:2], ()), len(word)}
            self._lengths[word[:2]] = tuple(sorted(lengths, reverse=True))


@cache
def dictionary() -> Dictionary:
    """CC-CEDICT."""
    return Dictionary(cedict_text())


@lru_cache(maxsize=32768)
def meanings(word: str) -> frozenset[str]:
    """The stems of everything that CC-CEDICT says of a Simplified word."""
    return dictionary().meanings(word)


@lru_cache(maxsize=256)  # several checks read one segment, and each candidate of a retry asks again
def words(text: str) -> tuple[Word, ...]:
    """The words of two and more characters that CC-CEDICT has."""
    return dictionary().words(text)


def _lengths(entries: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """The lengths of the headwords that begin with two characters, the longest first."""
    lengths: dict[str, set[int]] = {}
    for headword in entries:
        if 1 < len(headword) <= _LONGEST_WORD:
            lengths.setdefault(headword[:2], set()).add(len(headword))
    return {start: tuple(sorted(found, reverse=True)) for start, found in lengths.items()}


def _entries(text: str) -> dict[str, str]:
    """A dictionary by Simplified headword: its glosses with slashes between."""
    entries: dict[str, str] = {}
    for line in text.splitlines():
        names, found, glosses = line.partition(" /")
        if line.startswith("#") or not found:
            continue
        headword = names.split(" ", 2)[1]
        entries[headword] = f"{entries[headword]}/{glosses}" if headword in entries else glosses
    return entries
