"""Who has which document open, at which segment, and who is writing there; in memory, gone after a while."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

AWAY_S = 12.0  # pages report every two seconds; a hidden one every minute in some browsers, and is away
MOST = 200  # of one document; more are not shown anyway, and nobody can fill the memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """A page that somebody has open. `tab` tells two pages of one person apart."""

    tab: str
    author: str
    segment: str = ""
    editing: bool = False


class Presence:
    """Visitors by document. Safe to share between threads; knows only the pages of this process."""

    def __init__(self, *, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._seen: dict[int, dict[str, tuple[float, Visitor]]] = {}
        self._lock = threading.Lock()

    def here(self, document: int, visitor: Visitor) -> list[Visitor]:
        """Note a visitor; returns the others, those who write first."""
        with self._lock:
            seen = self._still(document)
            if visitor.tab in seen or len(seen) < MOST:
                seen[visitor.tab] = (self._clock(), visitor)
            self._seen[document] = seen
            others = [one for _, one in seen.values() if one.tab != visitor.tab]
        return sorted(others, key=lambda one: (not one.editing, one.author, one.segment))

    def gone(self, document: int, tab: str) -> None:
        """A page was closed."""
        with self._lock:
            self._seen.get(document, {}).pop(tab, None)

    def _still(self, document: int) -> dict[str, tuple[float, Visitor]]:
        since = self._clock() - AWAY_S
        return {tab: seen for tab, seen in self._seen.get(document, {}).items() if seen[0] >= since}
