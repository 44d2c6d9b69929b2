"""Which sentences of a text and of its translation belong together: links of many to many, in order.

Two passes of dynamic programming. The first finds a chain of single sentences that are each other's
neighbours; the second, near that chain, weighs runs of up to six sentences against each other by all
evidence there is: meaning, words, lengths, signs, quotations, and whether the clauses at the boundaries
answer to each other.

Source:  the two passes and the margin follow bertalign (Liu and Zhu 2022); the evidence and how it is
         weighed are ours (docs/decisions/086).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.base import Encoder
from pipeline.align.bags import chinese_bags, english_bags, weights_of
from pipeline.align.evidence import FEATURES, SHAPES, Side, Strip, banded, read_side, runs
from pipeline.align.names import shared_names
from pipeline.prepare.dictionary import Dictionary
from pipeline.prepare.dictionary import dictionary as installed

Floats = NDArray[np.float64]

# Log-linear weights, fitted on three chapters of fiction: `python benchmarks/alignment.py FOLDER --fit`.
WEIGHTS = {
    "meaning": 22.8, "words": 6.79, "lengths": -0.29, "signs": -0.302, "quotes": -0.61, "ends": 30.1,
    "end_words": 2.38, "inside": -1.7, "link": 1.17, "skip": -3.14,
}  # fmt: skip
_COLUMN = np.array([[WEIGHTS[name]] for name in FEATURES])
CHAIN_WORDS = 0.2  # of the likeness in words, beside that of the vectors, in the first pass
NEIGHBOURS = 5
BAND = 14


@dataclass(frozen=True, slots=True)
class Link:
    """The places of sentences that render each other; one side is empty where a sentence has no partner."""

    source: tuple[int, ...]
    target: tuple[int, ...]


def align(
    source: Sequence[str], target: Sequence[str], encoder: Encoder, dictionary: Dictionary | None = None
) -> list[Link]:
    """Links in order that hold every sentence of both sides exactly once.

    Args:    source: Chinese sentences; target: English sentences, both in the order of their texts;
             dictionary: by default the one that is installed.
    """
    if not source or not target:
        return [Link((i,), ()) for i in range(len(source))] + [Link((), (j,)) for j in range(len(target))]
    zh, en, strip = evidence(source, target, encoder, dictionary)
    return best(banded(zh, en, strip, _COLUMN)[..., 0], strip)


def evidence(
    source: Sequence[str], target: Sequence[str], encoder: Encoder, dictionary: Dictionary | None = None
) -> tuple[Side, Side, Strip]:
    """Both texts and where to look; the names that a first alignment shows count among the words.

    The lengths of the Chinese text are taken as English of the ratio of the whole texts has them.
    """
    known = dictionary or installed()
    weights = weights_of(target)
    zh = read_side(source, lambda texts: chinese_bags(texts, weights, known), encoder, chinese=True)
    en = read_side(target, lambda texts: english_bags(texts, weights), encoder, chinese=False)
    zh = replace(zh, lengths=zh.lengths * (en.lengths.sum() / max(zh.lengths.sum(), 1)))
    strip = strip_of(zh, en)
    names = shared_names(texts_of(best(banded(zh, en, strip, _COLUMN)[..., 0], strip), source, target))
    if names:
        more = known.with_names(names)
        zh = zh.with_words(source, lambda texts: chinese_bags(texts, weights, more), chinese=True)
    return zh, en, strip


def texts_of(links: Sequence[Link], source: Sequence[str], target: Sequence[str]) -> list[tuple[str, str]]:
    """The words of both sides of each link."""
    return [
        ("".join(source[i] for i in link.source), " ".join(target[j] for j in link.target)) for link in links
    ]


def strip_of(zh: Side, en: Side) -> Strip:
    """What the second pass looks at: the places near the chain; neighbouring rows always touch."""
    words = runs(zh.words, 1)[1] @ runs(en.words, 1)[1].T
    middle = _chain(zh.sentences @ en.sentences.T + CHAIN_WORDS * words)
    n, m = len(zh.lengths), len(en.lengths)
    low = [0, *(max(0, min(middle[i - 1], middle[i]) - BAND) for i in range(1, n + 1))]
    high = [*(min(m, max(middle[i], middle[i + 1]) + BAND) for i in range(n)), m]
    return Strip(tuple(low), tuple(high))


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


def best(scores: Floats, strip: Strip) -> list[Link]:
    """The sequence of links of the highest sum.

    Shapes:  (shapes, n + 1, strip.width), by the end of the link.
    """
    n, width = scores.shape[1] - 1, strip.width
    total = np.full((n + 1, width), -np.inf)
    steps = np.zeros((n + 1, width), dtype=np.int64)
    for i in range(n + 1):
        ways = np.full((len(SHAPES), width), -np.inf)
        for k, (a, b) in enumerate(SHAPES):
            if 0 < a <= i:
                ways[k] = scores[k, i] + shifted(total[i - a], strip.low[i] - b - strip.low[i - a])
        total[i], steps[i] = ways.max(0), ways.argmax(0)
        if i == 0:
            total[0, 0] = 0.0
        _skip_along(total[i], steps[i], scores[SHAPES.index((0, 1)), i])
    return _path(n, steps, strip)


def shifted(row: Floats, by: int) -> Floats:
    """The row seen from `by` places further on."""
    found = np.full_like(row, -np.inf)
    here = slice(max(0, -by), min(len(row), len(row) - by))
    if here.start < here.stop:
        found[here] = row[here.start + by : here.stop + by]
    return found


def _skip_along(total: Floats, steps: NDArray[np.int64], skip: Floats) -> None:
    """Sentences of the target without a partner: from each place to the next one of the same row."""
    for j in range(1, len(total)):
        if total[j - 1] + skip[j] > total[j]:
            total[j], steps[j] = total[j - 1] + skip[j], SHAPES.index((0, 1))


def _path(n: int, steps: NDArray[np.int64], strip: Strip) -> list[Link]:
    links: list[Link] = []
    i, j = n, strip.high[n]
    while i or j:
        a, b = SHAPES[steps[i, j - strip.low[i]]]
        links.append(Link(tuple(range(i - a, i)), tuple(range(j - b, j))))
        i, j = i - a, j - b
    return links[::-1]
