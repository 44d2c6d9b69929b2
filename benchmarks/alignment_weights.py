"""Fitting the weights of `pipeline/align/links.py` to texts whose links are known.

The sequence of links is taken as a chain whose probability is log-linear in the evidence (a conditional
random field over links), so the weights are those under which the true links are the most probable. Nine
numbers are fitted to some hundreds of links, drawn to 0 by the square of their size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.base import Encoder
from pipeline.align.evidence import FEATURES, SHAPES, Strip, banded
from pipeline.align.links import Link, best, evidence, shifted

Floats = NDArray[np.float64]
Links = set[tuple[tuple[int, ...], tuple[int, ...]]]

PRIOR = 6.0  # 3 to 10 give the same scores; the evidence is scaled to a spread of 1 before
ROUNDS = 40
ALONG = SHAPES.index((0, 1))


@dataclass(frozen=True, slots=True)
class Lesson:
    """A text, the evidence for all links near its path, and the true path by shape, end and place."""

    strip: Strip
    evidence: Floats
    allowed: NDArray[np.bool_]
    true: tuple[NDArray[np.int64], ...]


def lesson(source: Sequence[str], target: Sequence[str], gold: Links, encoder: Encoder) -> Lesson:
    """A text to learn from."""
    zh, en, strip = evidence(source, target, encoder)
    table = banded(zh, en, strip, np.eye(len(FEATURES)))
    allowed = np.isfinite(table[..., 0])
    path = np.array(list(true_path(gold, len(source), len(target), strip)), dtype=np.int64)
    return Lesson(strip, np.where(allowed[..., None], table, 0.0), allowed, tuple(path.T))


def true_path(gold: Links, n: int, m: int, strip: Strip) -> Iterator[tuple[int, int, int]]:
    """The shape and end of each true link; those of a shape that we never propose are cut into some."""
    by_source = {source[0]: (source, target) for source, target in gold if source}
    has_source = {j for source, target in gold if source for j in target}
    i = j = 0
    while i < n or j < m:
        source, target = by_source.get(i, ((), ()))
        alone = j < m and j not in has_source
        for a, b in [(0, 1)] if alone else _cut(max(len(source), 1), len(target)):
            i, j = i + a, j + b
            yield SHAPES.index((a, b)), i, j - strip.low[i]


def fit(lessons: Sequence[Lesson]) -> Floats:
    """The weights of the most probable truth."""
    spread = np.concatenate([one.evidence[one.allowed] for one in lessons]).std(0)
    spread[spread == 0] = 1.0  # evidence that these texts have nowhere gets no weight

    def cost(weights: Floats) -> tuple[float, Floats]:
        value, slope = PRIOR * float(weights @ weights) / 2, PRIOR * weights
        for one in lessons:
            more, steeper = surprise(one, weights / spread)
            value, slope = value + more, slope + steeper / spread
        return value, slope

    return np.asarray(_minimum(cost, np.zeros(len(FEATURES))) / spread)


def surprise(one: Lesson, weights: Floats) -> tuple[float, Floats]:
    """How improbable the truth is (nats), and how that changes with the weights."""
    scores = np.where(one.allowed, one.evidence @ weights, -np.inf)
    before, after = _before(scores, one.strip), _after(scores, one.strip)
    last = one.strip.high[-1] - one.strip.low[-1]
    probable = np.zeros_like(scores)
    for k, (a, b) in enumerate(SHAPES):
        for i in range(a, scores.shape[1]):
            start = shifted(before[i - a], one.strip.low[i] - b - one.strip.low[i - a])
            probable[k, i] = np.exp(start + scores[k, i] + after[i] - before[-1, last])
    expected = np.einsum("kij,kijf->f", probable, one.evidence, optimize=True)
    return float(before[-1, last] - scores[one.true].sum()), expected - one.evidence[one.true].sum(0)


def decoded(one: Lesson, weights: Floats) -> list[Link]:
    """The links that the weights choose."""
    return best(np.where(one.allowed, one.evidence @ weights, -np.inf), one.strip)


def _before(scores: Floats, strip: Strip) -> Floats:
    """The sum over all paths to each place."""
    total = np.full((scores.shape[1], strip.width), -np.inf)
    for i in range(len(total)):
        for k, (a, b) in enumerate(SHAPES):
            if 0 < a <= i:
                start = shifted(total[i - a], strip.low[i] - b - strip.low[i - a])
                total[i] = np.logaddexp(total[i], scores[k, i] + start)
        if i == 0:
            total[0, 0] = 0.0
        for j in range(1, strip.width):
            total[i, j] = np.logaddexp(total[i, j], total[i, j - 1] + scores[ALONG, i, j])
    return total


def _after(scores: Floats, strip: Strip) -> Floats:
    """The sum over all paths from each place to the end."""
    n = scores.shape[1] - 1
    total = np.full((n + 1, strip.width), -np.inf)
    total[n, strip.high[n] - strip.low[n]] = 0.0
    for i in range(n, -1, -1):
        for k, (a, b) in enumerate(SHAPES):
            if a and i + a <= n:
                end = shifted(total[i + a] + scores[k, i + a], strip.low[i] + b - strip.low[i + a])
                total[i] = np.logaddexp(total[i], end)
        for j in range(strip.width - 2, -1, -1):
            total[i, j] = np.logaddexp(total[i, j], total[i, j + 1] + scores[ALONG, i, j + 1])
    return total


def _cut(a: int, b: int) -> Iterator[tuple[int, int]]:
    """Shapes that we propose, of the same number of sentences."""
    while a or b:
        fits = [(x, y) for x, y in SHAPES if x <= a and y <= b and bool(x) == bool(a) and bool(y) == bool(b)]
        x, y = max(fits, key=lambda shape: (sum(shape), -abs(shape[0] - shape[1])))
        yield x, y
        a, b = a - x, b - y


def _minimum(cost: Callable[[Floats], tuple[float, Floats]], at: Floats) -> Floats:
    """The place of the lowest cost, by L-BFGS (Nocedal 1980) with halved steps."""
    value, slope = cost(at)
    moves: list[tuple[Floats, Floats]] = []
    for _ in range(ROUNDS):
        way, step = _way(slope, moves), 1.0
        new, (lower, flatter) = at - way, cost(at - way)
        while lower > value - 1e-4 * step * float(slope @ way) and step > 1e-4:
            step /= 2
            new = at - step * way
            lower, flatter = cost(new)
        if lower > value - 1e-3:
            break
        moves = [*moves[-7:], (new - at, flatter - slope)]
        at, value, slope = new, lower, flatter
    return at


def _way(slope: Floats, moves: Sequence[tuple[Floats, Floats]]) -> Floats:
    """The slope, straightened by what the last moves say of its bend."""
    if not moves:
        return np.asarray(slope / max(1.0, float(np.abs(slope).sum())))
    way, parts = slope.copy(), list[float]()
    for moved, turned in reversed(moves):
        parts.append(float(moved @ way) / float(turned @ moved))
        way -= parts[-1] * turned
    moved, turned = moves[-1]
    way *= float(moved @ turned) / float(turned @ turned)
    for moved, turned in moves:
        way += moved * (parts.pop() - float(turned @ way) / float(turned @ moved))
    return np.asarray(way)
