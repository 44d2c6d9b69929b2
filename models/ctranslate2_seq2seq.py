"""Translation models (Marian/OPUS-MT, NLLB, M2M-100), run by CTranslate2 on CPU or CUDA.

They read the text of a request and nothing else: terms, context and hints do not reach them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ctranslate2

from models.base import Answer, Decoding, Limits, Request
from models.batching import length_sorted_batches
from models.chinese import chinese_ids
from models.ctranslate2_causal import search_options
from models.errors import ModelError, SourceTooLong
from models.marks import MARK
from models.registry import Entry

END = "</s>"
# SentencePiece writes a space as this character.
SPACE = "\u2581"
# Padded pieces in one batch: keeps the attention of a batch of long sentences small.
BATCH_PIECES = 4096


@dataclass(frozen=True, slots=True)
class Pieces:
    """A text in pieces. `starts[i]` is where piece i begins in the text, in code points."""

    pieces: tuple[str, ...]
    starts: tuple[int, ...]


class Seq2SeqTranslator:
    """A Translator over an encoder–decoder model."""

    def __init__(self, name: str, entry: Entry, directory: Path, *, threads: int = 0, batch: int = 0) -> None:
        self.name = name
        self.entry = entry
        self.limits: Limits = entry.limits
        self.revision = f"{entry.revision()}-ctranslate2-{entry.compute_type}"
        self.directory = directory
        self.on_answers: Callable[[int], None] | None = None
        self.threads = threads or os.cpu_count() or 1
        self.batch = batch or entry.batch
        self._translator: Any = None
        self._source: Any = None
        self._target: Any = None
        self._chinese: list[list[str]] = []
        self._marks: list[list[str]] = []

    def load(self) -> None:
        """Load the weights; a second call does nothing."""
        self._load_tokenizers()
        if self._translator is not None:
            return
        vocabulary = _target_vocabulary(self.directory)
        ids = chinese_ids({piece: i for i, piece in enumerate(vocabulary)}, byte_level=False)
        self._chinese = [[vocabulary[number]] for number in ids]
        self._marks = [[piece] for piece in vocabulary if MARK.fullmatch(piece)]
        try:
            self._translator = ctranslate2.Translator(
                str(self.directory),
                device=self.entry.device,
                compute_type=self.entry.compute_type,
                intra_threads=self.threads,
            )
        except (RuntimeError, ValueError) as error:
            raise ModelError(f"{self.name}: CTranslate2 cannot load {self.directory}: {error}") from error

    def count_pieces(self, text: str) -> int:
        """The number of source pieces of a text, with its end and language marks."""
        return len(self._encode(text).pieces)

    def translate(self, requests: Sequence[Request], *, decoding: Decoding | None = None) -> list[Answer]:
        """Translate in order, one answer per request; empty input gives empty output.

        Raises:  SourceTooLong: a text exceeds the limit (never cut silently).
        """
        decoding = self.entry.search(decoding)
        sources = [self._encode(request.text) for request in requests]
        for request, source in zip(requests, sources, strict=True):
            if len(source.pieces) > self.limits.max_source_pieces:
                raise SourceTooLong(
                    f"{self.name}: a text of {len(source.pieces)} pieces, at most "
                    f"{self.limits.max_source_pieces} are allowed: {request.text[:30]}…"
                )
        self.load()
        answers: dict[int, Answer] = {}
        lengths = [len(source.pieces) for source in sources]
        for batch in length_sorted_batches(lengths, max_items=self.batch, max_pieces=BATCH_PIECES):
            found = self._generate([sources[i] for i in batch], decoding)
            answers.update(zip(batch, found, strict=True))
            if self.on_answers is not None:
                self.on_answers(len(answers))
        return [answers[i] for i in range(len(requests))]

    def _load_tokenizers(self) -> None:
        if self._source is not None:
            return
        try:
            import sentencepiece
        except ImportError as error:
            raise ModelError(
                f"{self.name} needs sentencepiece; run: python -m pip install 'duizhao[transformers]'"
            ) from error
        shared = self.directory / "sentencepiece.bpe.model"
        files = [
            shared if shared.exists() else self.directory / f"{side}.spm" for side in ("source", "target")
        ]
        try:
            self._source, self._target = (
                sentencepiece.SentencePieceProcessor(model_file=str(file)) for file in files
            )
        except (OSError, RuntimeError) as error:
            raise ModelError(f"{self.name}: {files[0]} is not a readable SentencePiece model") from error

    def _encode(self, text: str) -> Pieces:
        """Pieces of a source with its language and end marks; these stand at offset 0 and the end."""
        self._load_tokenizers()
        found = self._source.encode(text, return_type="proto").pieces
        language = self.entry.language_tokens[:1]
        pieces = (*language, *(piece.piece for piece in found), END)
        offsets = _code_points(text, [piece.begin for piece in found])
        starts = (*(0 for _ in language), *offsets, len(text))
        return Pieces(pieces, starts)

    def _generate(self, batch: Sequence[Pieces], decoding: Decoding) -> list[Answer]:
        """One batch through the network."""
        if decoding.temperature > 0:
            ctranslate2.set_random_seed(decoding.seed)
        longest = max(len(source.pieces) for source in batch)
        prefix = list(self.entry.language_tokens[1:2])
        results = self._translator.translate_batch(
            [list(source.pieces) for source in batch],
            target_prefix=[prefix] * len(batch) if prefix else None,
            **search_options(decoding),
            max_input_length=0,
            max_decoding_length=self._target_limit(longest, decoding) + len(prefix),
            disable_unk=True,
            return_scores=True,
            return_attention=True,
            return_end_token=True,
            suppress_sequences=self._marks + (self._chinese if decoding.forbid_chinese else []),
        )
        return [self._answer(result, source) for result, source in zip(results, batch, strict=True)]

    def _target_limit(self, n_pieces: int, decoding: Decoding) -> int:
        most = self.limits.max_target_pieces
        return min(most, decoding.max_target_pieces or 48 + 3 * n_pieces)

    def _answer(self, result: Any, source: Pieces) -> Answer:
        """The best candidate, whether it came to its end, and which source piece each word looked at."""
        others = [self._decode(other) for other in result.hypotheses[1:] if other and other[-1] == END]
        pieces, attention = result.hypotheses[0], result.attention[0]
        return Answer(
            text=self._decode(pieces),
            score=float(result.scores[0]),
            finished=bool(pieces) and pieces[-1] == END,
            alignment=self._alignment(source, pieces, attention),
            others=tuple(others),
            n_source_pieces=len(source.pieces),
            n_target_pieces=len(pieces),
        )

    def _decode(self, pieces: Sequence[str]) -> str:
        return _joined(self._words(pieces)).strip()

    def _words(self, pieces: Sequence[str]) -> list[str]:
        """The pieces that are text: without end and language marks."""
        return [piece for piece in pieces if piece != END and piece not in self.entry.language_tokens]

    def _alignment(
        self, source: Pieces, pieces: Sequence[str], attention: Sequence[Sequence[float]]
    ) -> tuple[tuple[int, int], ...]:
        """Each target piece with the source piece that it attended to most, as text offsets."""
        text = _joined(self._words(pieces))
        done, lead, pairs = 0, len(text) - len(text.lstrip()), []
        marked = len(self.entry.language_tokens[:1])
        for piece, row in zip(pieces, attention, strict=False):
            if not self._words([piece]):
                continue
            offset = max(0, done + (piece.startswith(SPACE) and len(piece) > 1) - lead)
            real = list(row)[marked : len(source.pieces) - 1]
            if real:
                best = max(range(len(real)), key=real.__getitem__)
                pairs.append((source.starts[marked + best], offset))
            done += len(piece)
        return tuple(pairs)


def _code_points(text: str, starts: Sequence[int]) -> list[int]:
    """Offsets that SentencePiece counts in bytes of UTF-8 (0.2.3), in code points."""
    encoded = text.encode()
    return [len(encoded[:start].decode("utf-8", "ignore")) for start in starts]


def _joined(pieces: Sequence[str]) -> str:
    return "".join(pieces).replace(SPACE, " ")


def _target_vocabulary(directory: Path) -> list[str]:
    """The pieces that a converted model may write, by number."""
    for name in ("target_vocabulary.json", "shared_vocabulary.json"):
        if (directory / name).exists():
            vocabulary: list[str] = json.loads((directory / name).read_text("utf-8"))
            return vocabulary
    raise ModelError(f"{directory} holds no vocabulary of a CTranslate2 model")
