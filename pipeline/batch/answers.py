"""A translator that remembers: every answer is kept by its question and never asked for again.

This is what makes a batch resumable. All that follows from the answers (acceptance, the ladder,
checks, the brief) is computed anew from them and gives the same document, bit for bit.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Protocol

from models.base import Answer, Decoding, Limits, Request, Translator
from pipeline.store import Store, jobs

# In f32 the sums of other batches differ in the seventh digit; a score is for ranking and for eyes.
SCORE_DIGITS = 3


class Answers(Protocol):
    """Where answers are kept."""

    def get(self, questions: Sequence[str]) -> dict[str, str]: ...

    def put(self, answers: Mapping[str, str]) -> dict[str, str]:
        """Keep answers; returns those that count, which differ where another process was first."""
        ...


class StoredAnswers:
    """Answers in the store; a lost connection is waited for."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, questions: Sequence[str]) -> dict[str, str]:
        def read() -> dict[str, str]:
            with self._store.reading() as connection:
                return jobs.get_answers(connection, questions)

        return jobs.insist(read)

    def put(self, answers: Mapping[str, str]) -> dict[str, str]:
        def write() -> dict[str, str]:
            with self._store.writing() as connection:
                jobs.put_answers(connection, answers)
                return jobs.get_answers(connection, list(answers))

        return jobs.insist(write)


@dataclass(slots=True)
class Tally:
    """How much was asked, and how much of it a model had to compute."""

    asked: int = 0
    computed: int = 0
    source_pieces: int = 0
    target_pieces: int = 0


class Recorded:
    """A Translator over another one and a place for answers.

    Weights are loaded when the first question comes that nobody has answered.
    """

    def __init__(
        self,
        inner: Translator,
        answers: Answers,
        tally: Tally,
        heard: Callable[[Tally], None] | None = None,
    ) -> None:
        self.name = inner.name
        self.revision = inner.revision
        self.limits: Limits = inner.limits
        self._inner = inner
        self._answers = answers
        self._tally = tally
        self._heard = heard

    def load(self) -> None:
        """Does nothing: a batch whose answers are all there needs no weights."""

    def count_pieces(self, text: str) -> int:
        return self._inner.count_pieces(text)

    def translate(self, requests: Sequence[Request], *, decoding: Decoding | None = None) -> list[Answer]:
        """Kept answers as they are; the others in one call, kept before they are given out."""
        decoding = decoding or Decoding()
        questions = [question(self._inner, request, decoding) for request in requests]
        known = self._answers.get(list(dict.fromkeys(questions)))
        missing = {q: r for q, r in zip(questions, requests, strict=True) if q not in known}
        if missing:
            self._inner.load()
            found = self._inner.translate(list(missing.values()), decoding=decoding)
            known |= self._answers.put(dict(zip(missing, map(written, found), strict=True)))
        answers = {q: parsed(body) for q, body in known.items()}
        self._count(requests, [answers[q] for q in missing])
        return [answers[q] for q in questions]

    def _count(self, requests: Sequence[Request], computed: Sequence[Answer]) -> None:
        self._tally.asked += len(requests)
        self._tally.computed += len(computed)
        self._tally.source_pieces += sum(answer.n_source_pieces for answer in computed)
        self._tally.target_pieces += sum(answer.n_target_pieces for answer in computed)
        if self._heard is not None:
            self._heard(replace(self._tally))


def question(translator: Translator, request: Request, decoding: Decoding) -> str:
    """The checksum of all that an answer depends on."""
    parts = [translator.name, translator.revision, asdict(request), asdict(decoding)]
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def written(answer: Answer) -> str:
    """An answer as JSON, its score rounded to what does not depend on the requests computed beside it."""
    score = None if answer.score is None else round(answer.score, SCORE_DIGITS)
    return json.dumps(asdict(replace(answer, score=score)), sort_keys=True)


def parsed(body: str) -> Answer:
    """The answer that `written` wrote."""
    values = json.loads(body)
    pairs = values["alignment"]
    values["alignment"] = None if pairs is None else tuple((source, target) for source, target in pairs)
    return Answer(**values | {"others": tuple(values["others"])})
