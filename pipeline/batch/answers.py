"""A translator that remembers: every answer is kept by its question and never asked for again.

This is what makes a batch resumable. All that follows from the answers (acceptance, the ladder,
checks, the brief) is computed anew from them and gives the same document, bit for bit.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from typing import Protocol, cast

from models.base import Answer, Ask, Conversing, Decoding, Limits, Request, Translator
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
        self.overtaken = False

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
        self._count(len(requests), [answers[q] for q in missing])
        return [answers[q] for q in questions]

    def _count(self, asked: int, computed: Sequence[Answer] = ()) -> None:
        self._tally.asked += asked
        self._tally.computed += len(computed)
        self._tally.source_pieces += sum(answer.n_source_pieces for answer in computed)
        self._tally.target_pieces += sum(answer.n_target_pieces for answer in computed)
        if self._heard is not None:
            self._heard(replace(self._tally))


class RecordedTalk(Recorded):
    """The same over a Translator that takes further questions while it answers.

    The answers of one call are kept together at its end: after a kill it begins anew with the same
    neighbours, on which a model's answers depend a little. `overtaken` then says that another process
    was first with an answer, which counts, while this one's has been given out: ask again.
    """

    @property
    def _conversing(self) -> Conversing:
        return cast(Conversing, self._inner)

    def converse(self, asks: Iterable[Ask]) -> None:
        """Kept answers as they are, the others by the model, each question once."""
        talk = _Talk(self)
        if fresh := talk.met(asks):
            self._inner.load()
            self._conversing.converse(fresh)
        if talk.fresh:
            self.overtaken |= self._answers.put(talk.fresh) != talk.fresh


@dataclass(slots=True)
class _Talk:
    """One call: answers that were kept or have come, those that are new, and who waits for which."""

    recorded: RecordedTalk
    known: dict[str, Answer] = field(default_factory=dict)
    fresh: dict[str, str] = field(default_factory=dict)
    waiting: dict[str, list[Ask]] = field(default_factory=dict)

    def met(self, asks: Iterable[Ask]) -> list[Ask]:
        """What the model is to be asked; known answers are given out, and what they lead to is met."""
        out, asks = list[Ask](), list(asks)
        while asks:
            questions = [question(self.recorded._inner, ask.request, ask.decoding) for ask in asks]
            self._look_up(questions)
            onward: list[Ask] = []
            for name, ask in zip(questions, asks, strict=True):
                if name in self.known:
                    self.recorded._count(1)
                    onward += ask.then(self.known[name])
                elif name in self.waiting:
                    self.waiting[name].append(ask)
                else:
                    self.waiting[name] = [ask]
                    out.append(Ask(ask.request, ask.decoding, partial(self._heard, name)))
            asks = onward
        return out

    def _look_up(self, questions: Sequence[str]) -> None:
        new = [q for q in dict.fromkeys(questions) if q not in self.known and q not in self.waiting]
        kept = self.recorded._answers.get(new) if new else {}
        self.known |= {name: parsed(body) for name, body in kept.items()}

    def _heard(self, name: str, answer: Answer) -> list[Ask]:
        """A new answer, for all who wait for it."""
        self.fresh[name] = written(answer)
        self.known[name] = parsed(self.fresh[name])
        asks = self.waiting.pop(name)
        self.recorded._count(len(asks), [answer])
        return self.met(one for ask in asks for one in ask.then(self.known[name]))


def recorded(
    inner: Translator, answers: Answers, tally: Tally, heard: Callable[[Tally], None] | None = None
) -> Recorded:
    """The translator with a place for its answers; it converses if the translator does."""
    kind = RecordedTalk if isinstance(inner, Conversing) else Recorded
    return kind(inner, answers, tally, heard)


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
