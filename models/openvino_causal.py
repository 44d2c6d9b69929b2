"""Models that follow instructions (Qwen2 family), run by OpenVINO GenAI on CPU.

All requests are in flight at once (continuous batching): a finished one makes room for the next,
and blocks of state that requests share, such as the prompt, are computed once and kept.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from models.base import Answer, Ask, Decoding, Request, RequestKind
from models.causal import SAMPLED_PIECES, CausalModel
from models.chat import END, END_OF_TEXT
from models.conversation import Conversation
from models.errors import ModelError, SourceTooLong
from models.openvino_convert import ENGLISH, PLAIN
from models.openvino_runtime import import_openvino
from models.registry import Entry

# In f32 the same requests in the same order give the same answers in every run (10, 20 and 16 of as many); with
# the engine's own choice of precision 7 to 9 of 20 did, for the same processor time. In other
# company an answer may still turn where two pieces are nearly tied (8 of 84 did): weights meet
# activations rounded to 8 bits, and what is rounded differs in the last place with the batch.
# DYNAMIC_QUANTIZATION_GROUP_SIZE 0 would end that (scores equal to six digits) for 1.8 times the
# processor time.
PRECISION = {"INFERENCE_PRECISION_HINT": "f32", "KV_CACHE_PRECISION": "f16"}
# State for 10,240 pieces in blocks of 32, two bytes a number: 290 MB for the 1.5B model. Thirty requests
# of a report with their shared prompts fit in; the others wait their turn. Measured on 64 of them:
# 87 s and 3.4 GB in all; with 256 blocks of four bytes and steps of 512, 101 s and 3.6 GB.
BLOCKS, BLOCK = 320, 32
STEP_PIECES = 256
USUAL_PIECES = 2  # of an answer for one of its source; 1.2 to 1.6 are common


@dataclass(frozen=True, slots=True)
class _Talk:
    """A question with the blocks of state that it needs beside its kind's prompt."""

    ask: Ask
    one: Conversation
    decoding: Decoding
    need: int


class OpenVinoTranslator(CausalModel):
    """A Translator that asks a causal language model, one request a conversation.

    Two copies of the network's graph lie on the disk: in one, pieces that write Chinese have a
    logit that never wins. The one that was asked for last is the one in memory.
    """

    _pipeline: Any = None
    _english = True
    _warm: frozenset[RequestKind] = frozenset()
    _count = 0

    @staticmethod
    def kernel(entry: Entry) -> str:
        """Engine and number format."""
        return "openvino-f32"

    def load(self) -> None:
        """Load the weights; a second call does nothing."""
        self._ready(self._english)

    def translate(self, requests: Sequence[Request], *, decoding: Decoding | None = None) -> list[Answer]:
        """Translate in order, one answer per request; empty input gives empty output.

        The longest are started first, so that none of them is left to run alone at the end.

        Raises:  SourceTooLong: a text, or a text with its terms and context, exceeds the limits.
        """
        decoding = self.entry.search(decoding)
        answers: dict[int, Answer] = {}

        def then(number: int, answer: Answer) -> tuple[Ask, ...]:
            answers[number] = answer
            if self.on_answers is not None:
                self.on_answers(len(answers))
            return ()

        self.converse([Ask(one, decoding, partial(then, n)) for n, one in enumerate(requests)])
        return [answers[number] for number in range(len(requests))]

    def converse(self, asks: Iterable[Ask]) -> None:
        """Answer all, and what their answers lead to, as one batch that is refilled.

        What follows is asked before what has not begun yet: it has the longer way to go.

        Raises:  SourceTooLong: as above.
                 ModelError: questions that forbid Chinese stand among questions that do not.
        """
        waiting = self._talks(asks)
        if not waiting:
            return
        self._ready(waiting[0].decoding.forbid_chinese)
        try:
            self._run(deque(sorted(waiting, key=lambda talk: -len(talk.one.ids))))
        except RuntimeError as error:
            self._pipeline = None
            raise ModelError(f"{self.name}: OpenVINO failed: {error}") from error
        except BaseException:
            self._pipeline = None  # requests in flight would answer the next call
            raise

    def _talks(self, asks: Iterable[Ask]) -> list[_Talk]:
        asks = list(asks)
        conversations = self.encoder.encode([ask.request for ask in asks])
        talks = []
        for ask, one in zip(asks, conversations, strict=True):
            decoding = self.entry.search(ask.decoding)
            talks.append(_Talk(ask, one, decoding, self._need(one, decoding)))
        self._check_state(talks)
        return talks

    def _ready(self, english: bool) -> None:
        """Have the wanted graph in memory."""
        if self._pipeline is not None and english == self._english:
            return
        _, genai = import_openvino()
        self._pipeline, self._english, self._warm = None, english, frozenset()
        scheduler = genai.SchedulerConfig()
        scheduler.enable_prefix_caching = self.reuse
        scheduler.num_kv_blocks = BLOCKS
        scheduler.max_num_seqs = self.batch
        scheduler.max_num_batched_tokens = STEP_PIECES
        options = {**PRECISION, "INFERENCE_NUM_THREADS": self.threads}
        folder = self.directory / (ENGLISH if english else PLAIN)
        try:
            self._pipeline = genai.ContinuousBatchingPipeline(str(folder), scheduler, "CPU", options)
        except RuntimeError as error:
            raise ModelError(f"{self.name}: OpenVINO cannot load {folder}: {error}") from error

    def _warm_up(self, kind: RequestKind) -> None:
        """Compute the state of a prompt once, before requests that share it are in flight.

        Whole blocks only: of a block that is partly filled, every request that shares it would
        write the rest (answers then belong to other requests).
        """
        prefix = self.encoder.prefix(kind)
        whole = prefix[: len(prefix) // BLOCK * BLOCK]
        if whole:
            self._start(whole, self._config(1, Decoding()))
            while self._pipeline.has_non_finished_requests():
                self._pipeline.step()
        self._warm |= {kind}

    def _put(self, talk: _Talk) -> Any:
        """Put one request in flight."""
        one = talk.one
        limit = self.encoder.target_limit(one.n_pieces, talk.decoding)
        return self._start([*self.encoder.prefix(one.kind), *one.ids], self._config(limit, talk.decoding))

    def _start(self, ids: Sequence[int], config: Any) -> Any:
        openvino, _ = import_openvino()
        self._count += 1
        tensor = openvino.Tensor(np.array([ids], np.int64))
        return self._pipeline.add_request(self._count, tensor, config)

    def _run(self, waiting: deque[_Talk]) -> None:
        """All requests, as many at once as their state has room for.

        A request is let in only when there is room for the longest answer it may have: OpenVINO
        (2026.4) crashes where state runs out below several candidates of one request.
        """
        if self.reuse:
            for kind in sorted({talk.one.kind for talk in waiting} - self._warm):
                self._warm_up(kind)
        live: list[tuple[Any, _Talk]] = []
        while waiting or live:
            while waiting and len(live) < self.batch and self._has_room(waiting[0], live):
                talk = waiting.popleft()
                live.append((self._put(talk), talk))
            self._pipeline.step()
            ended = [one for one in live if one[0].get_status().name != "RUNNING"]
            live = [one for one in live if one not in ended]
            for handle, talk in ended:
                answer = self._answer(handle.read_all(), talk.one)
                waiting.extendleft(reversed(self._talks(talk.ask.then(answer))))

    def _has_room(self, talk: _Talk, live: Sequence[tuple[Any, _Talk]]) -> bool:
        """Whether a request may be put in flight beside these; a prompt is computed while nothing is."""
        if talk.decoding.forbid_chinese != self._english:
            raise ModelError(f"{self.name}: questions of one call must agree in `forbid_chinese`")
        if self.reuse and talk.one.kind not in self._warm:
            if live:
                return False
            self._warm_up(talk.one.kind)
        room = BLOCKS - sum(self._blocks(self.encoder.prefix(kind)) for kind in self._warm)
        return not live or talk.need <= room - sum(other.need for _, other in live)

    def _need(self, one: Conversation, decoding: Decoding) -> int:
        """Blocks of state that a request may take beside its kind's prompt."""
        answers = max(decoding.candidates, decoding.beam if decoding.temperature == 0 else 1)
        limit = self.encoder.target_limit(one.n_pieces, decoding)
        if answers == 1:
            # One answer that outgrows its room is only put off by OpenVINO, so the usual length will do.
            limit = min(limit, USUAL_PIECES * one.n_pieces + BLOCK)
        # A block more for each answer: where it forks from the others, it copies a partly filled one.
        return self._blocks(one.ids) + 1 + answers * (-(-limit // BLOCK) + 1)

    @staticmethod
    def _blocks(ids: Sequence[int]) -> int:
        return -(-len(ids) // BLOCK)

    def _check_state(self, talks: Iterable[_Talk]) -> None:
        """Refuse a request that has no room even alone."""
        for talk in talks:
            need = talk.need + self._blocks(self.encoder.prefix(talk.one.kind))
            if need > BLOCKS:
                raise SourceTooLong(
                    f"{self.name}: a text of {talk.one.n_pieces} pieces with {talk.decoding.candidates} candidates and "
                    f"{talk.decoding.beam} beams takes {need} blocks of state, there are {BLOCKS}"
                )

    def _config(self, limit: int, decoding: Decoding) -> Any:
        """OpenVINO's options for a search: greedy, beam or sampled."""
        _, genai = import_openvino()
        config = genai.GenerationConfig()
        config.max_new_tokens = limit
        config.eos_token_id, *_ = self._ends
        config.stop_token_ids = set(self._ends)
        config.apply_chat_template = False
        config.logprobs = 1
        config.num_return_sequences = decoding.candidates
        if decoding.temperature > 0:
            config.do_sample = True
            config.temperature = decoding.temperature
            config.top_k = SAMPLED_PIECES
            config.rng_seed = decoding.seed
        elif max(decoding.beam, decoding.candidates) > 1:
            config.num_beams = max(decoding.beam, decoding.candidates)
        return config

    @property
    def _ends(self) -> tuple[int, ...]:
        numbers = (self.encoder.tokenizer.token_to_id(token) for token in (END, END_OF_TEXT))
        return tuple(number for number in numbers if number is not None)

    def _answer(self, outputs: Sequence[Any], one: Conversation) -> Answer:
        """The best candidate, and whether it came to its end."""
        if not outputs:
            raise ModelError(f"{self.name}: OpenVINO gave no answer to a request of {len(one.ids)} pieces")
        best = max(outputs, key=_mean_score)
        others = [
            self.encoder.decode(output.generated_ids)
            for output in sorted(outputs, key=_mean_score, reverse=True)
            if output is not best and _ended(output)
        ]
        return Answer(
            text=self.encoder.decode(best.generated_ids),
            score=_mean_score(best),
            finished=_ended(best),
            others=tuple(others),
            n_source_pieces=len(one.ids),
            n_target_pieces=len(best.generated_ids),
        )


def _ended(output: Any) -> bool:
    return bool(output.finish_reason.name == "STOP")


def _mean_score(output: Any) -> float:
    scores = output.generated_log_probs
    return float(sum(scores) / len(scores)) if scores else 0.0
