"""What people wrote or approved is never overwritten: it is carried from result to result."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from pipeline.document import Document, Segment
from pipeline.store import Store
from pipeline.store.memory import StoreMemory, open_memory
from pipeline.translate.memory import HUMAN, Memory, Pair
from pipeline.translate.step import is_settled
from pipeline.write.as_json import load


def reviewed_segments(path: Path) -> tuple[Segment, ...]:
    """The settled segments of an earlier result; none where there is no such file.

    Raises:  InputError: the file is there but is no document: it is not ours to overwrite.
    """
    if not path.exists():
        return ()
    return tuple(segment for segment in load(path).segments if is_settled(segment))


def laid_over(document: Document, reviewed: Sequence[Segment]) -> tuple[Document, int]:
    """The document with what people settled for the same Chinese, in its order; how many found no place."""
    kept: dict[str, list[Segment]] = defaultdict(list)
    for segment in reviewed:
        kept[segment.text].append(segment)
    segments = []
    for segment in document.segments:
        if kept.get(segment.text):
            old = kept[segment.text].pop(0)
            segment = replace(
                segment, target=old.target, origin=old.origin, state=old.state, model=old.model,
                score=old.score, rung=old.rung, alternatives=old.alternatives,
            )  # fmt: skip
        segments.append(segment)
    return replace(document, segments=tuple(segments)), sum(map(len, kept.values()))


class ReviewedMemory:
    """Pairs that people approved, and a memory that the user named; nothing is written to either.

    A batch that wrote to the memory from which it reads would depend on the order of its documents:
    its own answers are kept as answers instead.
    """

    def __init__(self, approved: Memory, given: Memory | None = None) -> None:
        self._approved = approved
        self._given = given

    @classmethod
    def of(cls, store: Store, file: str) -> ReviewedMemory:
        """The memory of the store, and that of a file or URL where one is named."""
        return cls(StoreMemory(store), open_memory(file) if file else None)

    def get(self, text: str, contexts: Iterable[str]) -> Pair | None:
        wanted = list(contexts)
        pair = self._approved.get(text, [HUMAN])
        return pair if pair is not None or self._given is None else self._given.get(text, wanted)

    def put(self, pairs: Iterable[Pair]) -> None:
        """Nothing is kept."""

    def near(self, text: str, contexts: Iterable[str], *, limit: int = 5) -> list[tuple[Pair, float]]:
        wanted = list(contexts)
        found = self._approved.near(text, [HUMAN], limit=limit)
        return found if found or self._given is None else self._given.near(text, wanted, limit=limit)
