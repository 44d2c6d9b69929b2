"""What speaks for a link of some sentences of one text with some of the other, in numbers.

Everything is worked out near a path through both texts only, in portions: a long report costs a strip
of its table of sentences and not the whole of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from models.base import Encoder
from pipeline.align.edges import edges
from pipeline.align.quotes import counts, inside, reopens

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Bags = Callable[[Sequence[str]], Floats]

# How many sentences of each side a link may have; one that has none on a side skips a sentence.
SHAPES = (
    (1, 0), (0, 1), (1, 1), (1, 2), (2, 1), (1, 3), (3, 1), (2, 2), (1, 4), (2, 3), (3, 2), (1, 5), (3, 3), (4, 1),
    (2, 4), (1, 6),
)  # fmt: skip
FEATURES = ("meaning", "words", "lengths", "signs", "quotes", "ends", "end_words", "inside", "link", "skip")
MARGIN = 0.95
WORDS_MARGIN = 1.25
UNRELATED = 0.75  # the likeness of unrelated sentences to this encoder, where there is no neighbour
UNLIKE = 6.0  # the most that the lengths may disagree
SIGNS = (("？?", "?"), ("！!", "!"), ("：:", ":"))
PORTION = 200  # sentences
WIDEST, HIGHEST = max(a for a, _ in SHAPES), max(b for _, b in SHAPES)


@dataclass(frozen=True, slots=True)
class Side:
    """One text, a row a sentence: vectors of it, of it with the next one, and of its words; what it shows.

    Shapes:  sentences, first, last (n, width); pairs (n - 1, width); words and those of both ends
             (n, stems); signs, quotes (k, n).
    """

    sentences: Floats
    pairs: Floats
    words: Floats
    first: Floats
    last: Floats
    first_words: Floats
    last_words: Floats
    lengths: Floats
    signs: Floats
    quotes: Floats
    open: Flags
    again: Flags

    def part(self, start: int, end: int) -> Side:
        """The sentences from one place to another."""
        here = slice(start, end)
        return Side(
            self.sentences[here], self.pairs[start : max(start, end - 1)], self.words[here], self.first[here],
            self.last[here], self.first_words[here], self.last_words[here], self.lengths[here],
            self.signs[:, here], self.quotes[:, here], self.open[here], self.again[here],
        )  # fmt: skip

    def with_words(self, texts: Sequence[str], bags: Bags, *, chinese: bool) -> Side:
        """The same texts read with other words."""
        begins, ends = zip(*(edges(text, chinese=chinese) for text in texts), strict=True)
        return replace(self, words=bags(texts), first_words=unit(bags(begins)), last_words=unit(bags(ends)))


@dataclass(frozen=True, slots=True)
class Strip:
    """Which places of the other text are looked at for each place of the one: `width` from `low`."""

    low: tuple[int, ...]
    high: tuple[int, ...]

    @property
    def width(self) -> int:
        return max(high - low for low, high in zip(self.low, self.high, strict=True)) + 1


def read_side(texts: Sequence[str], bags: Bags, encoder: Encoder, *, chinese: bool) -> Side:
    """What a text shows; its sentences, pairs of them and their first and last clauses are encoded."""
    between = "" if chinese else " "
    at_edges = [edges(text, chinese=chinese) for text in texts]
    begins, ends = ([both[n] for both in at_edges] for n in (0, 1))
    pairs = [f"{a}{between}{b}" for a, b in pairwise(texts)]
    wanted = list(dict.fromkeys([*texts, *pairs, *begins, *ends]))
    vectors = dict(zip(wanted, np.asarray(encoder.encode(wanted), dtype=np.float64), strict=True))
    sentences = np.array([vectors[text] for text in texts])
    signs = [[sum(map(text.count, pair[not chinese])) for text in texts] for pair in SIGNS]
    return Side(
        sentences=sentences,
        pairs=np.array([vectors[text] for text in pairs]).reshape(len(pairs), sentences.shape[1]),
        words=bags(texts),
        first=(sentences + [vectors[text] for text in begins]) / 2,
        last=(sentences + [vectors[text] for text in ends]) / 2,
        first_words=unit(bags(begins)),
        last_words=unit(bags(ends)),
        lengths=np.array([len(text) for text in texts], dtype=np.float64),
        signs=np.array(signs, dtype=np.float64),
        quotes=np.array(counts(texts, chinese=chinese), dtype=np.float64),
        open=inside(texts, chinese=chinese),
        again=reopens(texts),
    )


def banded(zh: Side, en: Side, strip: Strip, weights: Floats) -> Floats:
    """The evidence for each link that ends near the path, weighed; -inf for links that leave the strip.

    Args:    weights: (features, k); one column gives scores, the identity the evidence itself.
    Shapes:  (shapes, n + 1, strip.width, k), by the end of the link: sentence and place in the strip.
    """
    n = len(zh.lengths)
    found = np.full((len(SHAPES), n + 1, strip.width, weights.shape[1]), -np.inf)
    for start in range(0, n + 1, PORTION):
        _fill(found, zh, en, strip, weights, range(start, min(start + PORTION, n + 1)))
    return found


def _fill(found: Floats, zh: Side, en: Side, strip: Strip, weights: Floats, ends: range) -> None:
    """The rows of some ends; a portion is seen with the sentences around it, so its bounds show nowhere."""
    n, m = len(zh.lengths), len(en.lengths)
    top, bottom = max(0, ends[0] - WIDEST - 1), min(n, ends[-1] + 1)
    left = max(0, min(strip.low[i] for i in ends) - HIGHEST - 1)
    right = min(m, max(strip.high[i] for i in ends) + 1)
    window = _Window(zh.part(top, bottom), en.part(left, right))
    for k, (a, b) in enumerate(SHAPES):
        if a > bottom - top or b > right - left:
            continue
        table = np.tensordot(window.evidence(a, b), weights, axes=(0, 0))
        for i in ends:
            if i < a:
                continue
            low = max(strip.low[i], strip.low[i - a] + b)
            high = min(strip.high[i], strip.high[i - a] + b)
            if low <= high:
                here = slice(low - strip.low[i], high - strip.low[i] + 1)
                found[k, i, here] = table[i - a - top, low - b - left : high - b - left + 1]


class _Window:
    """All links of a portion of both texts."""

    def __init__(self, zh: Side, en: Side) -> None:
        self.zh, self.en = zh, en

    def evidence(self, a: int, b: int) -> Floats:
        """Shapes: (features, places of `a` sentences, places of `b` sentences)."""
        zh, en = self.zh, self.en
        shape = (len(zh.lengths) - a + 1, len(en.lengths) - b + 1)
        found = dict.fromkeys(FEATURES, np.zeros(shape))
        found["ends"], found["end_words"] = self._ends[a:, b:], self._end_words[a:, b:]
        found["inside"] = self._inside[a:, b:]
        if not (a and b):
            found["skip"] = np.ones(shape)
        else:
            fit, found["lengths"] = _lengths(_sums(zh.lengths, a), _sums(en.lengths, b))
            found["meaning"] = fit * _gain(self._meaning, a, b, MARGIN, UNRELATED)
            found["words"] = fit * _gain(self._words, a, b, WORDS_MARGIN, 0.0)
            found["signs"] = _unlike(zh.signs, en.signs, a, b)
            found["quotes"] = _unlike(zh.quotes, en.quotes, a, b)
            found["link"] = np.ones(shape)
        return np.stack([found[name] for name in FEATURES])

    @cached_property
    def _meaning(self) -> tuple[dict[int, Floats], dict[int, Floats]]:
        zh, en = runs(self.zh.sentences, WIDEST), runs(self.en.sentences, HIGHEST)
        return zh | {2: self.zh.pairs}, en | {2: self.en.pairs}

    @cached_property
    def _words(self) -> tuple[dict[int, Floats], dict[int, Floats]]:
        return runs(self.zh.words, WIDEST), runs(self.en.words, HIGHEST)

    @cached_property
    def _ends(self) -> Floats:
        return _answers(self.zh.first, self.zh.last, self.en.first, self.en.last)

    @cached_property
    def _end_words(self) -> Floats:
        zh, en = self.zh, self.en
        return _answers(zh.first_words, zh.last_words, en.first_words, en.last_words)

    @cached_property
    def _inside(self) -> Floats:
        """Where a boundary stands inside a quotation and that of the other side does not.

        “…,” said X. “…” interrupts in English what Chinese says in one piece: a boundary before a sentence
        that opens with a mark counts as inside where the Chinese one is.
        """
        zh, en = self.zh, self.en
        found = np.zeros((len(zh.lengths) + 1, len(en.lengths) + 1))
        again = np.append(en.again[1:], False)
        found[1:, 1:] = (zh.open[:, None] & ~(en.open | again)) | (~zh.open[:, None] & en.open)
        return found


def _answers(zh_first: Floats, zh_last: Floats, en_first: Floats, en_last: Floats) -> Floats:
    """How much better what stands on the same side of two boundaries agrees than what stands across."""
    found = np.zeros((len(zh_first) + 1, len(en_first) + 1))
    same = zh_first[1:] @ en_first[1:].T + zh_last[:-1] @ en_last[:-1].T
    across = zh_first[1:] @ en_last[:-1].T + zh_last[:-1] @ en_first[1:].T
    found[1:-1, 1:-1] = same - across
    return found


def runs(vectors: Floats, longest: int) -> dict[int, Floats]:
    """The means of every 1, 2, … rows, of length 1; one without anything stays 0."""
    found: dict[int, Floats] = {}
    for k in range(1, min(longest, len(vectors)) + 1):
        places = len(vectors) - k + 1
        total = np.asarray(sum((vectors[i : i + places] for i in range(k)), np.zeros_like(vectors[:places])))
        found[k] = unit(total)
    return found


def unit(rows: Floats) -> Floats:
    """Rows of length 1; one without anything stays 0."""
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9))


def _gain(
    sides: tuple[dict[int, Floats], dict[int, Floats]], a: int, b: int, margin: float, unrelated: float
) -> Floats:
    """The likeness of two runs less that of each to the sentences beside the other."""
    zh, en = sides
    beside = (_beside(zh[a] @ en[1].T, b, unrelated) + _beside(en[b] @ zh[1].T, a, unrelated).T) / 2
    return np.asarray(zh[a] @ en[b].T - margin * beside)


def _beside(alike: Floats, width: int, unrelated: float) -> Floats:
    """The likeness of each run to the single sentences just before and after runs of `width` there."""
    places = alike.shape[1] - width + 1
    total, counted = np.zeros((len(alike), places)), np.zeros(places)
    total[:, 1:] += alike[:, : places - 1]
    counted[1:] += 1
    total[:, : places - 1] += alike[:, width:]
    counted[: places - 1] += 1
    return np.where(counted > 0, total / np.maximum(counted, 1), unrelated)


def _lengths(zh: Floats, en: Floats) -> tuple[Floats, Floats]:
    """How well lengths agree, 1 down to 0, and how far apart they are, in Gale and Church's measure."""
    short, long = np.minimum(zh[:, None], en), np.maximum(zh[:, None], en)
    apart = (en - zh[:, None]) ** 2 / ((en + zh[:, None]) / 2 + 1)
    return np.log2(1 + short / np.maximum(long, 1)), np.minimum(apart / 10, UNLIKE)


def _unlike(zh: Floats, en: Floats, a: int, b: int) -> Floats:
    """How many of each kind one side has more than the other, two at most of a kind."""
    kinds = zip(zh, en, strict=True)
    total = np.zeros((zh.shape[1] - a + 1, en.shape[1] - b + 1))
    for ours, theirs in kinds:
        total += np.minimum(np.abs(_sums(ours, a)[:, None] - _sums(theirs, b)), 2)
    return total


def _sums(values: Floats, width: int) -> Floats:
    total = np.concatenate([[0.0], np.cumsum(values)])
    return np.asarray(total[width:] - total[:-width])
