"""Texts as sparse TF-IDF vectors over pairs of characters: no word list, no model, any subject."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_Floats = NDArray[np.float64]
_Ints = NDArray[np.int64]
_SIZE = 1 << 21  # above every code point


@dataclass(frozen=True, slots=True)
class Vectors:
    """Unit vectors in rows, compressed: row `i` is `indices[starts[i]:starts[i + 1]]` and its weights."""

    starts: _Ints
    indices: _Ints
    weights: _Floats
    width: int

    def __len__(self) -> int:
        return len(self.starts) - 1

    def row(self, i: int) -> _Floats:
        """One vector, spread out."""
        spread = np.zeros(self.width)
        cells = slice(self.starts[i], self.starts[i + 1])
        spread[self.indices[cells]] = self.weights[cells]
        return spread

    def dot(self, vector: _Floats) -> _Floats:
        """The similarity of every row to one vector; 0 for texts without words."""
        sums = np.concatenate(([0.0], np.cumsum(self.weights * vector[self.indices])))
        return np.asarray(sums[self.starts[1:]] - sums[self.starts[:-1]], dtype=np.float64)

    def centroid(self, rows: Sequence[int] | None = None) -> _Floats:
        """The direction of the sum of some rows, of all by default."""
        chosen = np.ones(len(self), dtype=np.float64)
        if rows is not None:
            chosen = np.zeros(len(self))
            chosen[list(rows)] = 1.0
        shares = np.repeat(chosen, np.diff(self.starts))
        total = np.bincount(self.indices, self.weights * shares, minlength=self.width)
        return _unit(total.astype(np.float64))


def vectorise(texts: Sequence[str]) -> Vectors:
    """TF-IDF of the character pairs of each text; the texts are their own background.

    Pairs reach over no punctuation and no text border. A pair counts once a text: in sentences a
    second mention adds nothing.
    """
    rows, pairs = _pairs(texts)
    names, columns = np.unique(pairs, return_inverse=True)
    keys = np.unique(rows * max(len(names), 1) + columns)
    rows, indices = keys // max(len(names), 1), keys % max(len(names), 1)
    counts = np.bincount(indices, minlength=len(names))
    rarity = np.log((1 + len(texts)) / (1 + counts)) + 1
    starts = np.searchsorted(rows, np.arange(len(texts) + 1))
    weights = rarity[indices]
    lengths = np.sqrt(np.bincount(rows, weights**2, minlength=len(texts)))
    return Vectors(starts, indices, weights / np.maximum(lengths[rows], 1e-12), max(len(names), 1))


def _pairs(texts: Sequence[str]) -> tuple[_Ints, _Ints]:
    """All pairs of neighbouring letters or digits, with the row that each stands in."""
    joined = "\n".join(texts)
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.int64)
    words = np.fromiter((c.isalnum() for c in joined), dtype=bool, count=len(joined))
    borders = np.cumsum([0, *(len(text) + 1 for text in texts)])
    rows = np.searchsorted(borders, np.arange(len(joined)), side="right") - 1
    both = words[:-1] & words[1:]
    return rows[:-1][both], (codes[:-1] * _SIZE + codes[1:])[both]


def _unit(vector: _Floats) -> _Floats:
    length = float(np.linalg.norm(vector))
    return vector / length if length else vector
