"""Models that follow instructions (Qwen2 family), run by CTranslate2 on CPU or CUDA."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ctranslate2
from tokenizers import Tokenizer

from models.base import Answer, Decoding, Limits, Request, RequestKind
from models.batching import length_sorted_batches
from models.chat import END, END_OF_TEXT, chat_ids, plain_ids, shared_prefix
from models.chinese import chinese_ids
from models.errors import ModelError, SourceTooLong
from models.prompt import Prompt, load_prompt
from models.registry import Entry

# Sampling draws from the likeliest 40 pieces, as the model's generation_config.json proposes 20
# for chat and the ladder wants candidates that differ.
SAMPLED_PIECES = 40


class CausalTranslator:
    """A Translator that asks a causal language model, one request a conversation.

    The state of each kind's shared prompt is computed once and kept (`static_prompt`).
    """

    def __init__(
        self,
        name: str,
        entry: Entry,
        directory: Path,
        *,
        threads: int = 0,
        batch: int = 0,
        reuse: bool = True,
    ) -> None:
        self.name = name
        self.entry = entry
        self.limits: Limits = entry.limits
        self.prompt: Prompt = load_prompt(entry.prompt)
        self.revision = f"{entry.revision()}-{entry.compute_type}-{self.prompt.sha256[:8]}"
        self.directory = directory
        self.threads = threads or os.cpu_count() or 1
        self.batch = batch or entry.batch
        self.reuse = reuse
        self._generator: Any = None
        self._tokenizer: Tokenizer | None = None
        self._pieces: list[str] = []
        self._forbidden: list[list[str]] = []
        self._prefixes: dict[RequestKind, list[int]] = {}

    @property
    def tokenizer(self) -> Tokenizer:
        """Loaded at first use: counting pieces needs no weights."""
        if self._tokenizer is None:
            self._tokenizer = Tokenizer.from_file(str(self.directory / "tokenizer.json"))
        return self._tokenizer

    def load(self) -> None:
        """Load the weights; a second call does nothing."""
        if self._generator is not None:
            return
        vocabulary = self.tokenizer.get_vocab()
        pieces = {number: piece for piece, number in vocabulary.items()}
        self._pieces = [pieces[number] for number in range(len(pieces))]
        self._forbidden = [[self._pieces[number]] for number in chinese_ids(vocabulary, byte_level=True)]
        try:
            self._generator = ctranslate2.Generator(
                str(self.directory),
                device=self.entry.device,
                compute_type=self.entry.compute_type,
                intra_threads=self.threads,
            )
        except (RuntimeError, ValueError) as error:
            raise ModelError(f"{self.name}: CTranslate2 cannot load {self.directory}: {error}") from error

    def count_pieces(self, text: str) -> int:
        """The number of pieces of a text, without prompt."""
        return len(plain_ids(text, self.tokenizer))

    def translate(self, requests: Sequence[Request], *, decoding: Decoding | None = None) -> list[Answer]:
        """Translate in order, one answer per request; empty input gives empty output.

        Requests of one kind share the state of their prompt, so each kind has batches of its own,
        in which the requests are of like length: CTranslate2 reads what stands beyond the shortest
        of a batch piece by piece.

        Raises:  SourceTooLong: a text, or a text with its terms and context, exceeds the limits.
        """
        decoding = decoding or self.entry.decoding
        conversations = [self._own_ids(request) for request in requests]
        counts = [self.count_pieces(request.text) for request in requests]
        self._check_limits(requests, conversations, counts)
        self.load()
        answers: dict[int, Answer] = {}
        for kind in dict.fromkeys(request.kind for request in requests):
            members = [i for i, request in enumerate(requests) if request.kind == kind]
            for batch in length_sorted_batches(
                [len(conversations[i]) for i in members], max_items=self.batch
            ):
                chosen = [members[i] for i in batch]
                cap = self._cap(max(counts[i] for i in chosen), decoding)
                results = self._generate(kind, [conversations[i] for i in chosen], cap, decoding)
                for i, conversation_answer in zip(chosen, results, strict=True):
                    answers[i] = conversation_answer
        return [answers[i] for i in range(len(requests))]

    def _own_ids(self, request: Request) -> list[int]:
        """Ids of a conversation, without the prefix that its kind shares."""
        ids = chat_ids(self.prompt.messages(request), self.tokenizer)
        prefix = self._prefix(request.kind)
        if ids[: len(prefix)] != prefix:
            raise ModelError(f"{self.name}: a request does not begin with the prompt of kind {request.kind}")
        return ids[len(prefix) :]

    def _prefix(self, kind: RequestKind) -> list[int]:
        if kind not in self._prefixes:
            self._prefixes[kind] = shared_prefix(self.prompt, kind, self.tokenizer)
        return self._prefixes[kind]

    def _check_limits(
        self, requests: Sequence[Request], conversations: list[list[int]], counts: list[int]
    ) -> None:
        """Raise SourceTooLong rather than cut; terms and context may take as much as the text."""
        limit = self.limits.max_source_pieces
        for request, ids, count in zip(requests, conversations, counts, strict=True):
            if count > limit or len(ids) > 2 * limit:
                raise SourceTooLong(
                    f"{self.name}: a text of {count} pieces ({len(ids)} with terms and context), at most "
                    f"{limit} ({2 * limit}) are allowed: {request.text[:30]}…"
                )

    def _cap(self, count: int, decoding: Decoding) -> int:
        """Target pieces allowed: English takes 1.2 to 1.6 times the Chinese pieces, loops take all."""
        most = self.limits.max_target_pieces
        return min(most, decoding.max_target_pieces or 48 + 3 * count)

    def _generate(
        self, kind: RequestKind, conversations: list[list[int]], cap: int, decoding: Decoding
    ) -> list[Answer]:
        """One batch through the network."""
        prefix = self._prefix(kind)
        reuse = {"static_prompt": self._text_pieces(prefix)} if self.reuse else {}
        starts = conversations if self.reuse else [prefix + ids for ids in conversations]
        if decoding.temperature > 0:
            ctranslate2.set_random_seed(decoding.seed)
        results = self._generator.generate_batch(
            [self._text_pieces(ids) for ids in starts],
            **reuse,
            **search_options(decoding),
            max_length=cap,
            include_prompt_in_result=False,
            return_scores=True,
            return_end_token=True,
            end_token=[END, END_OF_TEXT],
            suppress_sequences=self._forbidden if decoding.forbid_chinese else None,
        )
        return [self._answer(result, len(ids)) for result, ids in zip(results, conversations, strict=True)]

    def _text_pieces(self, ids: list[int]) -> list[str]:
        return [self._pieces[number] for number in ids]

    def _answer(self, result: Any, n_source_pieces: int) -> Answer:
        """The best candidate, and whether it came to its end."""
        ids, pieces = result.sequences_ids[0], result.sequences[0]
        texts = [self.tokenizer.decode(other).strip() for other in result.sequences_ids]
        return Answer(
            text=texts[0],
            score=float(result.scores[0]),
            finished=bool(pieces) and pieces[-1] in (END, END_OF_TEXT),
            others=tuple(texts[1:]),
            n_source_pieces=n_source_pieces,
            n_target_pieces=len(ids),
        )


def search_options(decoding: Decoding) -> dict[str, Any]:
    """CTranslate2's options for a search: greedy, beam or sampled."""
    if decoding.temperature > 0:
        return {
            "sampling_topk": SAMPLED_PIECES,
            "sampling_temperature": decoding.temperature,
            "num_hypotheses": decoding.candidates,
        }
    return {
        "beam_size": max(decoding.beam, decoding.candidates),
        "num_hypotheses": decoding.candidates,
    }
