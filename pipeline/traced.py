"""A text that remembers where each of its characters came from."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """Replace `text[start:end]` by `after`; offsets are those of the text before any change."""

    start: int
    end: int
    after: str


@dataclass(frozen=True, slots=True)
class TracedText:
    """A text derived from an original, one half-open span of the original per character.

    Shapes:  `starts` and `ends` have one code-point offset into the original for each
             character of `text`; both never decrease.
    """

    text: str
    starts: array[int]
    ends: array[int]
    original_length: int

    @classmethod
    def of(cls, original: str) -> TracedText:
        """The original itself: every character comes from its own place."""
        n = len(original)
        return cls(original, array("I", range(n)), array("I", range(1, n + 1)), n)

    def __len__(self) -> int:
        return len(self.text)

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original that `text[start:end]` came from; empty for an empty slice."""
        if start >= end:
            at = self.starts[start] if start < len(self.text) else self.original_length
            return at, at
        return self.starts[start], self.ends[end - 1]

    def slice(self, start: int, end: int) -> TracedText:
        """The part `text[start:end]`, still traced into the same original."""
        return TracedText(
            self.text[start:end], self.starts[start:end], self.ends[start:end], self.original_length
        )

    def converted(self, text: str) -> TracedText:
        """The same characters written otherwise, one for one.

        Raises:  ValueError: the length differs, so the offsets would lie.
        """
        if len(text) != len(self.text):
            raise ValueError(f"a one-for-one conversion turned {len(self.text)} characters into {len(text)}")
        return TracedText(text, self.starts, self.ends, self.original_length)

    def replace(self, changes: Sequence[Change]) -> TracedText:
        """Apply changes that are sorted and do not overlap.

        Characters of a replacement of equal length keep their own places; those of any other
        replacement all carry the whole span that they replace.
        """
        if not changes:
            return self
        parts: list[str] = []
        starts, ends = array("I"), array("I")
        done = 0
        for change in changes:
            if change.start < done or change.end < change.start:
                raise ValueError(f"changes must be sorted and apart: {change} after {done}")
            parts += (self.text[done : change.start], change.after)
            starts += self.starts[done : change.start]
            ends += self.ends[done : change.start]
            if len(change.after) == change.end - change.start:
                starts += self.starts[change.start : change.end]
                ends += self.ends[change.start : change.end]
            else:
                first, last = self.origin(change.start, change.end)
                starts.extend([first] * len(change.after))
                ends.extend([last] * len(change.after))
            done = change.end
        parts.append(self.text[done:])
        starts += self.starts[done:]
        ends += self.ends[done:]
        return TracedText("".join(parts), starts, ends, self.original_length)
