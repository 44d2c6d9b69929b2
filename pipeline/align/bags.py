"""Which English words a Chinese sentence makes likely, by a dictionary.

Vectors of sentences say what a sentence is about; they tell a sentence from its neighbour in the same
scene poorly. Single words do: 靴 and “boots”. Words are weighed by how rare they are in the text, and a
Chinese word with many renderings says less of each.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.prepare.dictionary import Dictionary, stems

Floats = NDArray[np.float64]
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_SINGLE = re.compile("[一-龥]")


def english_words(text: str) -> frozenset[str]:
    """The stems of a text, and its figures."""
    return stems(text) | frozenset(_FIGURE.findall(text))


def chinese_words(text: str, dictionary: Dictionary) -> Iterator[frozenset[str]]:
    """What each word of a text may be in English: words, the characters between them, figures."""
    at = 0
    for word in dictionary.words(text):
        yield from (dictionary.meanings(one) for one in _SINGLE.findall(text[at : word.start]))
        yield word.stems
        at = word.end
    yield from (dictionary.meanings(one) for one in _SINGLE.findall(text[at:]))
    yield from (frozenset({figure}) for figure in _FIGURE.findall(text))


def weights_of(target: Sequence[str]) -> dict[str, float]:
    """How much each stem of a translation tells: the rarer, the more."""
    texts = Counter(word for text in target for word in english_words(text))
    return {word: math.log(1 + len(target) / n) for word, n in texts.items()}


def english_bags(texts: Sequence[str], weights: Mapping[str, float]) -> Floats:
    """Shapes: (texts, stems), in the order of the weights."""
    place = {word: n for n, word in enumerate(weights)}
    rows = np.zeros((len(texts), len(place)))
    for row, text in zip(rows, texts, strict=True):
        for word in english_words(text) & place.keys():
            row[place[word]] = weights[word]
    return rows


def chinese_bags(texts: Sequence[str], weights: Mapping[str, float], dictionary: Dictionary) -> Floats:
    """Shapes: (texts, stems), in the order of the weights."""
    place = {word: n for n, word in enumerate(weights)}
    rows = np.zeros((len(texts), len(place)))
    for row, text in zip(rows, texts, strict=True):
        for meant in chinese_words(text, dictionary):
            known = [stem for stem in meant if stem in place]
            for stem in known:
                row[place[stem]] = max(row[place[stem]], weights[stem] / math.sqrt(len(known)))
    return rows
