"""Any causal or encoder–decoder model that transformers can load, GGUF included, on CPU or CUDA."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from models import _hf
from models.base import Answer, Decoding, Limits, Request
from models.batching import length_sorted_batches
from models.chinese import chinese_ids
from models.errors import SourceTooLong
from models.prompt import Prompt, load_prompt
from models.registry import Entry


class TransformersTranslator:
    """A Translator over `generate`. A causal model is asked in its own chat template."""

    def __init__(self, name: str, entry: Entry, directory: Path, *, threads: int = 0, batch: int = 0) -> None:
        self.name = name
        self.entry = entry
        self.limits: Limits = entry.limits
        self.prompt: Prompt | None = load_prompt(entry.prompt) if entry.kind == "causal" else None
        self.revision = f"{entry.revision()}-transformers-bf16"
        if self.prompt is not None:
            self.revision += f"-{self.prompt.sha256[:8]}"
        self.directory = directory
        self.on_answers: Callable[[int], None] | None = None
        self.threads = threads or os.cpu_count() or 1
        self.batch = batch or entry.batch
        self._model: Any = None
        self._tokenizer: Any = None
        self._chinese: list[int] = []
        self._marks: list[int] = []

    def load(self) -> None:
        """Load the weights; a second call does nothing."""
        if self._model is not None:
            return
        self._model, self._tokenizer = _hf.load_model(
            self.directory, self.entry.kind, device=self.entry.device
        )
        _hf.set_threads(self.threads)
        byte_level = _hf.is_byte_level(self._tokenizer)
        self._chinese = chinese_ids(self._tokenizer.get_vocab(), byte_level=byte_level)
        self._marks = _hf.mark_ids(self._tokenizer) if self.entry.kind == "seq2seq" else []

    def count_pieces(self, text: str) -> int:
        """The number of pieces of a text, without prompt and marks."""
        return len(self._loaded_tokenizer()(text, add_special_tokens=False)["input_ids"])

    def translate(self, requests: Sequence[Request], *, decoding: Decoding | None = None) -> list[Answer]:
        """Translate in order, one answer per request; empty input gives empty output.

        Raises:  SourceTooLong: a text exceeds the limit (never cut silently).
        """
        decoding = self.entry.search(decoding)
        counts = [self._checked_length(request) for request in requests]
        sources = [self._ids(request) for request in requests]
        if sources:
            self.load()
        answers: dict[int, Answer] = {}
        for batch in length_sorted_batches([len(ids) for ids in sources], max_items=self.batch):
            longest = max(counts[i] for i in batch)
            found = self._generate([sources[i] for i in batch], longest, decoding)
            answers.update(zip(batch, found, strict=True))
            if self.on_answers is not None:
                self.on_answers(len(answers))
        return [answers[i] for i in range(len(requests))]

    def _loaded_tokenizer(self) -> Any:
        if self._tokenizer is None:
            self._tokenizer = _hf.load_tokenizer(self.directory)
        return self._tokenizer

    def _checked_length(self, request: Request) -> int:
        count = self.count_pieces(request.text)
        if count > self.limits.max_source_pieces:
            raise SourceTooLong(
                f"{self.name}: a text of {count} pieces, at most {self.limits.max_source_pieces} are "
                f"allowed: {request.text[:30]}…"
            )
        return count

    def _ids(self, request: Request) -> list[int]:
        tokenizer = self._loaded_tokenizer()
        if self.prompt is None:
            return _hf.translation_ids(tokenizer, request.text, self.entry.language_tokens)
        return _hf.chat_ids(tokenizer, self.prompt.messages(request))

    def _generate(self, batch: Sequence[list[int]], longest: int, decoding: Decoding) -> list[Answer]:
        """One batch through the network."""
        if decoding.temperature > 0:
            _hf.seed_everything(decoding.seed)
        options = _hf.search_options(
            decoding,
            limit=min(self.limits.max_target_pieces, decoding.max_target_pieces or 48 + 3 * longest),
            forbidden=self._marks + (self._chinese if decoding.forbid_chinese else []),
            tokenizer=self._tokenizer,
            languages=self.entry.language_tokens,
        )
        causal = self.entry.kind == "causal"
        found = _hf.generate(self._model, self._tokenizer, batch, causal=causal, options=options)
        return [self._answer(candidates, len(ids)) for candidates, ids in zip(found, batch, strict=True)]

    def _answer(self, candidates: Sequence[_hf.Generated], n_source_pieces: int) -> Answer:
        """The best candidate, and whether it came to its end."""
        texts = [
            _hf.decode(self._tokenizer, one.ids, self.entry.language_tokens)
            for number, one in enumerate(candidates)
            if number == 0 or one.finished
        ]
        return Answer(
            text=texts[0],
            score=candidates[0].score,
            finished=candidates[0].finished,
            others=tuple(texts[1:]),
            n_source_pieces=n_source_pieces,
            n_target_pieces=len(candidates[0].ids),
        )
