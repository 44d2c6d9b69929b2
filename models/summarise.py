"""Shortening by whatever answers requests: instructed, trained to summarise, or served."""

from __future__ import annotations

from collections.abc import Sequence

from models.base import Answer, Decoding, Request, Translator


class RequestSummariser:
    """A Summariser over a model that answers requests.

    A causal or served model is asked in the words of its prompt for the kind `compress`; an
    encoder–decoder that was trained to summarise gets the text alone.
    """

    def __init__(self, model: Translator) -> None:
        self.name = model.name
        self.revision = model.revision
        self.limits = model.limits
        self._model = model

    def load(self) -> None:
        """Load the weights; a second call does nothing."""
        self._model.load()

    def summarise(self, texts: Sequence[str], *, max_target_pieces: int) -> list[Answer]:
        """One answer a text, in order; empty input gives empty output.

        A text beyond the limits gets an empty, unfinished answer: it is not cut to fit.
        """
        fitting = [i for i, text in enumerate(texts) if self._fits(text)]
        limit = min(max_target_pieces, self.limits.max_target_pieces)
        decoding = Decoding(forbid_chinese=False, max_target_pieces=limit)
        requests = [Request(text=texts[i], kind="compress") for i in fitting]
        if not requests:
            return [Answer(text="", finished=False) for _ in texts]
        answers = dict(zip(fitting, self._model.translate(requests, decoding=decoding), strict=True))
        return [answers.get(i, Answer(text="", finished=False)) for i in range(len(texts))]

    def _fits(self, text: str) -> bool:
        return self._model.count_pieces(text) <= self.limits.max_source_pieces
