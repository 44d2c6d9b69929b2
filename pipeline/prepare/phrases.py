"""Finding many fixed phrases in a text: leftmost first, the longest there, never overlapping."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator


class PhraseIndex:
    """An index of phrases by their first character.

    A character class finds the places where some phrase could begin (in C, over a whole text);
    only there are the lengths that occur with that first character tried, longest first.
    """

    def __init__(self, phrases: Collection[str]) -> None:
        self._phrases = frozenset(phrases) - {""}
        lengths: defaultdict[str, set[int]] = defaultdict(set)
        for phrase in self._phrases:
            lengths[phrase[0]].add(len(phrase))
        self._lengths = {first: sorted(found, reverse=True) for first, found in lengths.items()}
        firsts = "".join(re.escape(first) for first in sorted(self._lengths))
        self._starts = re.compile(f"[{firsts}]" if firsts else r"(?!)")

    def longest_at(self, text: str, start: int) -> int | None:
        """The end of the longest phrase that begins at `start`."""
        for length in self._lengths.get(text[start : start + 1], ()):
            end = start + length
            if end <= len(text) and text[start:end] in self._phrases:
                return end
        return None

    def spans(self, text: str, begin: int = 0) -> Iterator[tuple[int, int]]:
        """Leftmost-longest spans in order, as OpenCC's own maximum matching finds them."""
        done = begin
        for match in self._starts.finditer(text, begin):
            start = match.start()
            if start < done:
                continue
            end = self.longest_at(text, start)
            if end is not None:
                yield start, end
                done = end
