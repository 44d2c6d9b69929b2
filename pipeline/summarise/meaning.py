"""Whether a model's wording means what its segments say: by a sentence encoder, else by character pairs.

It stands beside the exact gate (`support`), which sees words, figures and negations, and can only refuse more.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.base import Encoder
from pipeline.document import Segment
from pipeline.summarise.statements import words
from pipeline.summarise.vectors import vectorise

# Measured with multilingual-e5-small on a translated report: a sentence cut by rule and its source are 0.95
# alike at least, a sentence and its translation 0.83; other sentences of the report reach 0.94 and 0.86. So
# within Chinese the nearest must be the source; across the languages only what is strange can be told.
_LEAST_ALIKE = 0.9
_LEAST_TRANSLATED = 0.8
_RIVALS = 8  # of the other segments, those nearest by character pairs: an encoder takes its time


class Meaning:
    """Compares wordings with the segments of one document."""

    def __init__(self, segments: Sequence[Segment], encoder: Encoder | None = None) -> None:
        self._ids = [segment.id for segment in segments]
        self._texts = [words(segment) for segment in segments]
        self._encoder = encoder
        self.by = encoder.name if encoder is not None else "character pairs"

    def is_strange(self, zh: str, proving: Sequence[Segment]) -> bool:
        """Whether another segment of the document is nearer to a wording than those that prove it."""
        own = {segment.id for segment in proving}
        others = [t for name, t in zip(self._ids, self._texts, strict=True) if name not in own and len(t) > 1]
        texts = [zh, "".join(words(segment) for segment in proving), *others]
        vectors = vectorise(texts)
        near = vectors.dot(vectors.row(0))
        if self._encoder is None:
            return near[1] <= 0.0 or bool(np.any(near[2:] > near[1]))
        rivals = 2 + np.argsort(-near[2:], kind="stable")[:_RIVALS]
        alike = _cosines(self._encoder, [zh, texts[1], *(texts[i] for i in rivals)])
        return bool(alike[0] < _LEAST_ALIKE or np.any(alike[1:] > alike[0]))

    def is_mistranslated(self, zh: str, en: str) -> bool:
        """Whether the two languages of a line say different things; without an encoder nobody can tell."""
        if self._encoder is None:
            return False
        return bool(_cosines(self._encoder, [zh, en])[0] < _LEAST_TRANSLATED)


def _cosines(encoder: Encoder, texts: Sequence[str]) -> NDArray[np.float32]:
    """How alike the first text is to each of the others."""
    vectors = encoder.encode(texts)
    return np.asarray(vectors[1:] @ vectors[0], dtype=np.float32)
