"""What a batch keeps of a conversation with a model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import pytest

from models.base import Answer, Ask, Decoding, Limits, Request
from pipeline.batch.answers import Tally, recorded
from pipeline.prepare.terms import Glossary
from pipeline.translate.ladder import Outcome, climb
from pipeline.translate.requests import make_unit


class Kept(dict[str, str]):
    """A place for answers; `first` is what another process put there meanwhile."""

    def __init__(self) -> None:
        super().__init__()
        self.first: dict[str, str] = {}
        self.puts = 0

    def get(self, questions: Sequence[str]) -> dict[str, str]:  # type: ignore[override]
        return {q: self[q] for q in questions if q in self}

    def put(self, answers: Mapping[str, str]) -> dict[str, str]:
        self.puts += 1
        self.update(dict(answers) | dict(self) | {q: b for q, b in self.first.items() if q in answers})
        return {q: self[q] for q in answers}


class Talking:
    """A model that answers the question asked last first, by a function."""

    name, revision = "talking", "1"
    limits = Limits(max_source_pieces=60, max_target_pieces=200)

    def __init__(self) -> None:
        self.asked: list[tuple[Request, Decoding]] = []
        self.fails_at = -1

    def load(self) -> None: ...

    def count_pieces(self, text: str) -> int:
        return len(text)

    def translate(self, requests: Sequence[Request], *, decoding: Decoding = Decoding()) -> list[Answer]:  # noqa: B008
        return [self.answer(request, decoding) for request in requests]

    def converse(self, asks: Iterable[Ask]) -> None:
        waiting = list(asks)
        while waiting:
            ask = waiting.pop()
            waiting += ask.then(self.answer(ask.request, ask.decoding))

    def answer(self, request: Request, decoding: Decoding) -> Answer:
        if len(self.asked) == self.fails_at:
            raise RuntimeError("out of order")
        self.asked.append((request, decoding))
        if "4" in request.text and not request.hints:
            return Answer(text="Meetings were held.", score=-0.50004)
        if "7" in request.text:
            return Answer(text="Meetings.", others=("Seven meetings were held.",) * (decoding.candidates > 1))
        return Answer(text=f"{request.text.strip('召开次会议。，')} meetings were held.", score=-0.25)


class InTurns(Talking):
    """The same for one that takes no questions while it answers."""

    converse = None  # type: ignore[assignment]

    def __getattribute__(self, name: str) -> object:
        if name == "converse":
            raise AttributeError(name)
        return super().__getattribute__(name)


TEXTS = [
    "召开4次会议。",
    "召开5次会议。",
    "召开7次会议。",
    "召开9次会议。",
    "，".join(["召开6次会议"] * 12) + "。",
]


def outcomes(model: Talking, kept: Kept, texts: Sequence[str] = TEXTS) -> tuple[list[Outcome], Tally, bool]:
    tally, glossary = Tally(), Glossary([])
    translator = recorded(model, kept, tally)
    units = [make_unit(text, kind="sentence", glossary=glossary, terms=()) for text in texts]
    return climb(units, translator=translator), tally, translator.overtaken


def test_a_conversation_and_calls_in_turn_give_the_same_outcomes_and_keep_the_same_answers():
    talk, turns = Kept(), Kept()
    assert outcomes(Talking(), talk)[0] == outcomes(InTurns(), turns)[0]
    assert talk == turns
    assert talk.puts == 1


def test_a_question_is_asked_once_however_many_wait_for_it():
    model = Talking()
    _, tally, _ = outcomes(model, Kept(), TEXTS + TEXTS)
    assert len(model.asked) == len(set(map(repr, model.asked))) == tally.computed
    assert tally.asked > tally.computed


def test_kept_answers_need_no_model():
    kept = Kept()
    first, _, _ = outcomes(Talking(), kept)
    silent = Talking()
    again, tally, _ = outcomes(silent, kept)
    assert again == first
    assert (silent.asked, tally.computed) == ([], 0)
    assert tally.asked > 0


@pytest.mark.parametrize("fails_at", range(1, 6))
def test_a_conversation_that_breaks_keeps_nothing_so_that_it_begins_anew_in_the_same_company(fails_at):
    kept, model = Kept(), Talking()
    model.fails_at = fails_at
    with pytest.raises(RuntimeError, match="out of order"):
        outcomes(model, kept)
    assert not kept
    model.fails_at = -1
    model.asked.clear()
    whole = Talking()
    assert outcomes(model, kept)[0] == outcomes(whole, Kept())[0]
    assert model.asked == whole.asked


def test_the_answer_of_a_process_that_was_first_counts():
    kept = Kept()
    first, _, _ = outcomes(Talking(), kept, TEXTS[1:2])
    (name,) = kept
    other = Kept()
    other.first = {name: kept[name].replace("5 meetings", "Five meetings")}
    _, _, overtaken = outcomes(Talking(), other, TEXTS[1:2])
    assert overtaken
    again, tally, overtaken = outcomes(Talking(), other, TEXTS[1:2])
    assert not overtaken
    assert again[0].best.text == "Five meetings were held."
    assert again[0].best == replace(first[0].best, text="Five meetings were held.")
    assert tally.computed == 0
