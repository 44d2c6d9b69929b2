"""Which sentences of a text and of its translation belong together: links of many to many, in order.

Two passes of dynamic programming. The first finds a chain of single sentences that are each other's
neighbours; the second, near that chain, weighs runs of up to six sentences against each other. A link
is worth the likeness of its two sides, in meaning (vectors) and in words (a dictionary), less their
likeness to the sentences left and right of it (so that a sentence which belongs to a link is not left
out), scaled by how well their lengths agree, less what disagrees in signs and in quotation marks.

Source:  the two passes and the margin follow bertalign (Liu and Zhu 2022); the encoder, the dictionary,
         the weights and the signs counted are ours, chosen with `benchmarks/alignment.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.base import Encoder
from pipeline.align.lexicon import Lexicon, bags, load_lexicon
from pipeline.align.quotes import counts, unlike

Floats = NDArray[np.float64]

# How many sentences of each side a link may have.
SHAPES = (
    (1, 1), (1, 2), (2, 1), (1, 3), (3, 1), (2, 2), (1, 4), (2, 3), (3, 2), (1, 5), (3, 3), (4, 1), (2, 4),
    (1, 6),
)  # fmt: skip
# Swept one at a time on three chapters of fiction (docs/decisions/083).
MARGIN = 0.95
LENGTH_POWER = 1.0
SKIP = 0.04
SIGN = 0.01
WORDS = 0.2  # of the likeness in words, beside that of the vectors
WORDS_MARGIN = 1.25
QUOTES = 0.01  # for each quotation that one side opens or closes more
INSIDE = 0.02  # for an end inside a quotation on one side only
UNRELATED = 0.75  # the likeness of unrelated sentences to this encoder, where there is no neighbour
NEIGHBOURS = 5
ENCODED = 2  # longer runs get the mean of their sentences: the same scores in less than half the time
BAND = 14
SIGNS = (("？?", "?"), ("！!", "!"), ("：:", ":"))


@dataclass(frozen=True, slots=True)
class Link:
    """The places of sentences that render each other; one side is empty where a sentence has no partner."""

    source: tuple[int, ...]
    target: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Side:
    """One text: its sentences, and the vectors of all runs of 1, 2, … of them in meaning and in words."""

    texts: Sequence[str]
    meaning: dict[int, Floats]
    words: dict[int, Floats]


def align(
    source: Sequence[str], target: Sequence[str], encoder: Encoder, lexicon: Lexicon | None = None
) -> list[Link]:
    """Links in order that hold every sentence of both sides exactly once.

    Args:    source: Chinese sentences; target: English sentences, both in the order of their texts;
             lexicon: by default the dictionary that is installed; without one, vectors decide alone.
    """
    if not source or not target:
        return [Link((i,), ()) for i in range(len(source))] + [Link((), (j,)) for j in range(len(target))]
    bags_zh, bags_en = bags(source, target, load_lexicon() if lexicon is None else lexicon)
    wide, high = max(a for a, _ in SHAPES), max(b for _, b in SHAPES)
    zh = _Side(source, _spans(source, wide, "", encoder), _runs(bags_zh, wide))
    en = _Side(target, _spans(target, high, " ", encoder), _runs(bags_en, high))
    middle = _chain(zh.meaning[1] @ en.meaning[1].T + WORDS * (zh.words[1] @ en.words[1].T))
    ends = unlike(source, target)
    scores = {
        (a, b): _scores(zh, en, a, b) - INSIDE * ends[a - 1 :, b - 1 :]
        for a, b in SHAPES
        if a <= len(source) and b <= len(target)
    }
    return _best(len(source), len(target), scores, middle)


def _spans(texts: Sequence[str], longest: int, between: str, encoder: Encoder) -> dict[int, Floats]:
    """Vectors of all runs of 1, 2, … sentences, by their number."""
    spans: dict[int, Floats] = {}
    for k in range(1, min(longest, len(texts)) + 1):
        places = len(texts) - k + 1
        if k <= ENCODED:
            runs = [between.join(texts[i : i + k]) for i in range(places)]
            spans[k] = np.asarray(encoder.encode(runs), dtype=np.float64)
        else:
            spans[k] = _run(spans[1], k)
    return spans


def _runs(vectors: Floats, longest: int) -> dict[int, Floats]:
    return {k: _run(vectors, k) for k in range(1, min(longest, len(vectors)) + 1)}


def _run(vectors: Floats, k: int) -> Floats:
    """The mean of every `k` rows, of length 1; one without anything stays 0."""
    places = len(vectors) - k + 1
    mean = sum((vectors[i : i + places] for i in range(k)), np.zeros_like(vectors[:places]))
    return np.asarray(mean / np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), 1e-9))


def _chain(likeness: Floats) -> list[int]:
    """For each source sentence, and for the end, about where its translation stands."""
    n, m = likeness.shape
    k = min(NEIGHBOURS, n, m)
    by_row = np.sort(likeness, 1)[:, -k:].mean(1)
    by_column = np.sort(likeness, 0)[-k:].mean(0)
    # Positive where two sentences are nearer to each other than to most of their neighbours.
    gain = np.maximum(2 * likeness - by_row[:, None] - by_column[None, :], 0)
    total = np.zeros((n + 1, m + 1))
    for i in range(n):
        step = total[i].copy()
        step[1:] = np.maximum(step[1:], total[i, :-1] + gain[i])
        total[i + 1] = np.maximum.accumulate(step)
    points = [(n, m)]
    i, j = n, m
    while i and j:
        if gain[i - 1, j - 1] > 0 and total[i, j] <= total[i - 1, j - 1] + gain[i - 1, j - 1]:
            i, j = i - 1, j - 1
            points.append((i, j))
        elif total[i, j - 1] >= total[i - 1, j]:
            j -= 1
        else:
            i -= 1
    points = sorted({(0, 0), *points})
    found = np.interp(range(n + 1), [i for i, _ in points], [j for _, j in points])
    return [round(float(value)) for value in found]


def _scores(zh: _Side, en: _Side, a: int, b: int) -> Floats:
    """What a link of `a` and `b` sentences beginning at each pair of places is worth."""
    meaning = _gain(zh.meaning, en.meaning, a, b, MARGIN, UNRELATED)
    words = _gain(zh.words, en.words, a, b, WORDS_MARGIN, 0.0)
    unlike_signs = SIGN * _signs(zh.texts, en.texts, a, b) + QUOTES * _quotes(zh.texts, en.texts, a, b)
    fit = _fit(zh.texts, en.texts, a, b)
    return np.asarray((meaning + WORDS * words) * fit**LENGTH_POWER - unlike_signs)


def _gain(
    zh: dict[int, Floats], en: dict[int, Floats], a: int, b: int, margin: float, unrelated: float
) -> Floats:
    """The likeness of two runs less that of each to the sentences beside the other."""
    beside = (_beside(zh[a] @ en[1].T, b, unrelated) + _beside(en[b] @ zh[1].T, a, unrelated).T) / 2
    return np.asarray(zh[a] @ en[b].T - margin * beside)


def _fit(source: Sequence[str], target: Sequence[str], a: int, b: int) -> Floats:
    """How well the lengths agree: 1 where they are as the whole texts' are, less down to 0."""
    zh, en = (_sums([len(text) for text in texts], k) for texts, k in ((source, a), (target, b)))
    zh = zh * (sum(map(len, target)) / max(sum(map(len, source)), 1))
    short, long = np.minimum(zh[:, None], en[None, :]), np.maximum(zh[:, None], en[None, :])
    return np.asarray(np.log2(1 + short / np.maximum(long, 1)))


def _beside(alike: Floats, width: int, unrelated: float) -> Floats:
    """The likeness of each run to the single sentences just before and after runs of `width` there."""
    n, m = alike.shape
    places = m - width + 1
    before = np.full((n, places), np.nan)
    after = np.full((n, places), np.nan)
    before[:, 1:] = alike[:, : places - 1]
    after[:, : places - 1] = alike[:, width:]
    both = np.stack([before, after])
    counted = np.maximum((~np.isnan(both)).sum(0), 1)
    mean = np.nansum(both, 0) / counted
    return np.where(np.isnan(both).all(0), unrelated, mean)


def _signs(source: Sequence[str], target: Sequence[str], a: int, b: int) -> Floats:
    """How many question marks, exclamation marks and colons one side has more than the other."""
    total = np.zeros((len(source) - a + 1, len(target) - b + 1))
    for ours, theirs in SIGNS:
        left = _sums([sum(text.count(sign) for sign in ours) for text in source], a)
        right = _sums([text.count(theirs) for text in target], b)
        total += np.minimum(np.abs(left[:, None] - right[None, :]), 2)
    return total


def _quotes(source: Sequence[str], target: Sequence[str], a: int, b: int) -> Floats:
    """How many quotations one side opens more, and how many it closes more."""
    total = np.zeros((len(source) - a + 1, len(target) - b + 1))
    for ours, theirs in zip(counts(source, chinese=True), counts(target, chinese=False), strict=True):
        total += np.minimum(np.abs(_sums(ours, a)[:, None] - _sums(theirs, b)[None, :]), 2)
    return total


def _sums(values: Sequence[int], width: int) -> Floats:
    total = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
    return np.asarray(total[width:] - total[:-width])


def _best(n: int, m: int, scores: dict[tuple[int, int], Floats], middle: Sequence[int]) -> list[Link]:
    """The sequence of links of the highest sum, within a band around the chain."""
    rows = [(a, b, score.tolist()) for (a, b), score in scores.items()]
    best: list[dict[int, float]] = []
    steps: list[dict[int, tuple[int, int]]] = []
    for i in range(n + 1):
        here: dict[int, float] = {}
        how: dict[int, tuple[int, int]] = {}
        best.append(here)
        steps.append(how)
        for j in range(*_range(i, n, m, middle)):
            if i == j == 0:
                here[0] = 0.0
                continue
            ways = [(value - SKIP, (1, 0)) for value in [best[i - 1].get(j)] if i and value is not None]
            ways += [(value - SKIP, (0, 1)) for value in [here.get(j - 1)] if value is not None]
            for a, b, score in rows:
                if i >= a and j >= b and (value := best[i - a].get(j - b)) is not None:
                    ways.append((value + score[i - a][j - b], (a, b)))
            if ways:
                here[j], how[j] = max(ways)
    return _path(n, m, steps)


def _range(i: int, n: int, m: int, middle: Sequence[int]) -> tuple[int, int]:
    """The places that a row of the band covers; neighbouring rows always touch."""
    low = 0 if i == 0 else min(middle[i - 1], middle[i]) - BAND
    high = m if i == n else max(middle[i], middle[i + 1]) + BAND
    return max(0, low), min(m, high) + 1


def _path(n: int, m: int, steps: Sequence[dict[int, tuple[int, int]]]) -> list[Link]:
    links: list[Link] = []
    i, j = n, m
    while i or j:
        a, b = steps[i][j]
        links.append(Link(tuple(range(i - a, i)), tuple(range(j - b, j))))
        i, j = i - a, j - b
    return links[::-1]
