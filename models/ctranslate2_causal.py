"""Models that follow instructions (Qwen2 family), run by CTranslate2 on CPU or CUDA."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ctranslate2

from models.base import Answer, Decoding, Request, RequestKind
from models.batching import length_sorted_batches
from models.causal import SAMPLED_PIECES, CausalModel
from models.chat import END, END_OF_TEXT
from models.chinese import chinese_ids
from models.conversation import Conversation
from models.errors import ModelError
from models.registry import Entry


class CausalTranslator(CausalModel):
    """A Translator that asks a causal language model, one request a conversation."""

    _generator: Any = None
    _pieces: Sequence[str] = ()
    _forbidden: Sequence[list[str]] = ()

    @staticmethod
    def kernel(entry: Entry) -> str:
        """Engine and number format."""
        return f"ctranslate2-{entry.compute_type}"

    def load(self) -> None:
        """Load the weights; a second call does nothing."""
        if self._generator is not None:
            return
        vocabulary = self.encoder.tokenizer.get_vocab()
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

    def translate(self, requests: Sequence[Request], *, decoding: Decoding | None = None) -> list[Answer]:
        """Translate in order, one answer per request; empty input gives empty output.

        Each kind has batches of its own, since they share the state of their prompt, and each
        batch holds requests of like length: CTranslate2 reads what stands beyond the shortest of a
        batch piece by piece.

        Raises:  SourceTooLong: a text, or a text with its terms and context, exceeds the limits.
        """
        decoding = self.entry.search(decoding)
        conversations = self.encoder.encode(requests)
        self.load()
        answers: dict[int, Answer] = {}
        for kind in dict.fromkeys(request.kind for request in requests):
            members = [i for i, request in enumerate(requests) if request.kind == kind]
            lengths = [len(conversations[i].ids) for i in members]
            for batch in length_sorted_batches(lengths, max_items=self.batch):
                chosen = [members[i] for i in batch]
                found = self._generate(kind, [conversations[i] for i in chosen], decoding)
                answers.update(zip(chosen, found, strict=True))
                if self.on_answers is not None:
                    self.on_answers(len(answers))
        return [answers[i] for i in range(len(requests))]

    def _generate(self, kind: RequestKind, batch: Sequence[Conversation], decoding: Decoding) -> list[Answer]:
        """One batch through the network."""
        prefix = self.encoder.prefix(kind)
        reuse = {"static_prompt": self._names(prefix)} if self.reuse else {}
        starts = [list(one.ids) if self.reuse else prefix + list(one.ids) for one in batch]
        if decoding.temperature > 0:
            ctranslate2.set_random_seed(decoding.seed)
        results = self._generator.generate_batch(
            [self._names(ids) for ids in starts],
            **reuse,
            **search_options(decoding),
            max_length=max(self.encoder.target_limit(one.n_pieces, decoding) for one in batch),
            include_prompt_in_result=False,
            return_scores=True,
            return_end_token=True,
            end_token=[END, END_OF_TEXT],
            suppress_sequences=self._forbidden if decoding.forbid_chinese else None,
        )
        return [self._answer(result, len(one.ids)) for result, one in zip(results, batch, strict=True)]

    def _names(self, ids: Sequence[int]) -> list[str]:
        return [self._pieces[number] for number in ids]

    def _answer(self, result: Any, n_source_pieces: int) -> Answer:
        """The best candidate, and whether it came to its end."""
        ended = [bool(pieces) and pieces[-1] in (END, END_OF_TEXT) for pieces in result.sequences]
        texts = [self.encoder.decode(ids) for ids in result.sequences_ids]
        return Answer(
            text=texts[0],
            score=float(result.scores[0]),
            finished=ended[0],
            others=tuple(text for text, whole in zip(texts[1:], ended[1:], strict=True) if whole),
            n_source_pieces=n_source_pieces,
            n_target_pieces=len(result.sequences_ids[0]),
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
