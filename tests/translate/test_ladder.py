"""The ladder mends what a model gets wrong. The fakes stand for a model's faults."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from models.base import Answer, Decoding, Limits, Request
from models.errors import SourceTooLong
from pipeline.prepare.terms import Entry, Glossary
from pipeline.translate.ladder import climb, join_clauses
from pipeline.translate.requests import Unit, make_unit

GLOSSARY = Glossary([Entry(zh="省委", en="CPC provincial committee")])
Reply = Callable[[Request, Decoding], str | list[str]]


class FaultyModel:
    """A model that answers by a function; it records what it was asked."""

    name = "faulty"
    revision = "1"

    def __init__(self, reply: Reply, *, max_source_pieces: int = 200, unfinished: bool = False) -> None:
        self.reply = reply
        self.limits = Limits(max_source_pieces=max_source_pieces, max_target_pieces=200)
        self.unfinished = unfinished
        self.batches: list[tuple[list[Request], Decoding]] = []

    def load(self) -> None:
        pass

    def count_pieces(self, text: str) -> int:
        return len(text)

    def translate(self, requests: Sequence[Request], *, decoding: Decoding = Decoding()) -> list[Answer]:  # noqa: B008
        self.batches.append((list(requests), decoding))
        if any(len(request.text) > self.limits.max_source_pieces for request in requests):
            raise SourceTooLong("too long")
        answers = []
        for request in requests:
            reply = self.reply(request, decoding)
            first, *others = [reply] if isinstance(reply, str) else reply
            answers.append(Answer(text=first, finished=not self.unfinished, others=tuple(others), score=-0.5))
        return answers


def unit(text: str) -> Unit:
    return make_unit(text, kind="sentence", glossary=GLOSSARY, terms=GLOSSARY.hits(text))


def test_a_good_answer_is_asked_for_once() -> None:
    model = FaultyModel(lambda request, decoding: "Four meetings were held.")
    outcome = climb([unit("召开4次会议。")], translator=model)[0]
    assert (outcome.rung, outcome.best.text, outcome.tries) == ("greedy", "Four meetings were held.", 1)
    assert len(model.batches) == 1


def test_a_dropped_number_is_reminded_of() -> None:
    def reply(request: Request, decoding: Decoding) -> str:
        return (
            "Four meetings were held."
            if any("4" in hint for hint in request.hints)
            else "Meetings were held."
        )

    outcome = climb([unit("召开4次会议。")], translator=FaultyModel(reply))[0]
    assert (outcome.rung, outcome.best.text) == ("remind", "Four meetings were held.")


def test_a_reminder_in_the_answer_is_no_translation() -> None:
    def reply(request: Request, decoding: Decoding) -> str:
        return "Four meetings were held. Keep the number 4次." if request.hints else "Meetings were held."

    assert climb([unit("召开4次会议。")], translator=FaultyModel(reply))[0].rung == "kept"


def test_a_missing_term_is_reminded_of() -> None:
    def reply(request: Request, decoding: Decoding) -> str:
        asked = any("CPC provincial committee" in hint for hint in request.hints)
        return "The CPC provincial committee met." if asked else "The province met."

    assert climb([unit("省委开会。")], translator=FaultyModel(reply))[0].rung == "remind"


def test_advice_that_was_not_taken_is_reminded_of_once() -> None:
    glossary = Glossary([Entry(zh="同比增长", en="increase year on year", glossary="gov-zh-en")])
    model = FaultyModel(lambda request, decoding: "Growth was rather fast.")
    advised = make_unit(
        "同比增长较快。", kind="sentence", glossary=glossary, terms=glossary.hits("同比增长较快。")
    )
    outcome = climb([advised], translator=model)[0]
    assert (outcome.rung, outcome.tries) == ("greedy", 2)


def test_candidates_are_ranked_by_the_checks() -> None:
    def reply(request: Request, decoding: Decoding) -> str | list[str]:
        if decoding.candidates == 1:
            return "Meetings were held."
        return ["Three meetings were held.", "Four meetings were held.", "Meetings."]

    outcome = climb([unit("召开4次会议。")], translator=FaultyModel(reply))[0]
    assert (outcome.rung, outcome.best.text) == ("sample", "Four meetings were held.")
    assert "Meetings were held." in [other.text for other in outcome.others]


def test_a_dropped_half_is_found_clause_by_clause() -> None:
    first, second = (
        "统筹研究领导干部安排、办公用房调配、档案交接等相关事宜，",
        "确保机构改革各项工作有序衔接。",
    )

    def reply(request: Request, decoding: Decoding) -> str:
        if request.text == second:
            return "Ensure that all work of the institutional reform is linked up in an orderly way."
        return "Coordinate the appointment of leaders, the allocation of offices and handover of files."

    long = "改革期间，" + first + "严格执行各项工作纪律和有关规定要求，" + second
    outcome = climb([unit(long)], translator=FaultyModel(reply))[0]
    assert outcome.rung in ("split", "kept")
    assert any("orderly way" in c.text for c in (outcome.best, *outcome.others))


def test_the_fallback_model_comes_last() -> None:
    bad = FaultyModel(lambda request, decoding: "Meetings were held.")
    good = FaultyModel(lambda request, decoding: "Four meetings were held.")
    good.name = "second"
    outcome = climb([unit("召开4次会议。")], translator=bad, fallback=good)[0]
    assert (outcome.rung, outcome.best.model) == ("fallback", "second")


@pytest.mark.parametrize(
    "answer",
    ["会议 were held.", "held held held held held held held held", "", "Sure! Here is a poem.", "Nothing."],
    ids=["leaves_chinese", "loops", "silent", "obeys_injection", "drops_number"],
)
def test_what_no_rung_mends_is_kept_with_its_faults(answer: str) -> None:
    outcome = climb([unit("召开4次会议。")], translator=FaultyModel(lambda request, decoding: answer))[0]
    assert outcome.rung == "kept"
    assert any(fault.hard for fault in outcome.best.faults)


def test_an_unfinished_answer_is_not_accepted() -> None:
    model = FaultyModel(lambda request, decoding: "Four meetings were held.", unfinished=True)
    assert climb([unit("召开4次会议。")], translator=model)[0].rung == "kept"


def test_each_rung_is_one_batch_over_all_units() -> None:
    model = FaultyModel(lambda request, decoding: "Meetings were held.")
    climb([unit(f"召开{n}次会议。") for n in range(2, 12)], translator=model)
    assert [len(requests) for requests, _ in model.batches] == [10, 10, 10]


def test_only_what_is_not_accepted_climbs() -> None:
    model = FaultyModel(lambda request, decoding: "Four meetings were held.")
    outcomes = climb([unit("召开4次会议。"), unit("召开5次会议。")], translator=model)
    assert [outcome.rung for outcome in outcomes] == ["greedy", "kept"]
    assert [len(requests) for requests, _ in model.batches] == [2, 1, 1]


def test_a_text_beyond_the_limit_is_split_not_cut() -> None:
    text = "，".join(f"在第{i}个地方建立了一个新的机构并且开展工作" for i in range(1, 9)) + "。"
    model = FaultyModel(lambda request, decoding: request.text, max_source_pieces=60)
    outcome = climb([unit(text)], translator=model)[0]
    asked = "".join(request.text for requests, _ in model.batches for request in requests[:20])
    assert all(f"第{i}个地方" in asked for i in range(1, 9))
    assert outcome.best.rung == "split"


def test_a_text_that_cannot_be_split_fails_loudly() -> None:
    model = FaultyModel(lambda request, decoding: "x", max_source_pieces=20)
    with pytest.raises(SourceTooLong, match="no place to split"):
        climb([unit("机" * 50)], translator=model)


def test_the_seed_reaches_the_sampler() -> None:
    model = FaultyModel(lambda request, decoding: "Meetings were held.")
    climb([unit("召开4次会议。")], translator=model, seed=7)
    climb([unit("召开4次会议。")], translator=model, seed=7)
    seeds = [decoding.seed for _, decoding in model.batches if decoding.candidates > 1]
    assert len(seeds) == 2
    assert len(set(seeds)) == 1


def test_progress_never_goes_back_and_ends_complete() -> None:
    heard: list[tuple[int, int]] = []
    model = FaultyModel(lambda request, decoding: "Four meetings were held.")
    units = [unit(f"召开{n}次会议。") for n in (4, 5, 6)]
    climb(units, translator=model, progress=lambda done, total: heard.append((done, total)))
    assert heard == sorted(heard)
    assert heard[-1] == (3, 3)


def test_a_reminder_beyond_the_limit_is_not_sent() -> None:
    model = FaultyModel(lambda request, decoding: "Meetings were held.", max_source_pieces=12)
    assert climb([unit("召开4次会议。")], translator=model)[0].rung == "kept"
    assert all(not request.hints for requests, _ in model.batches for request in requests)


def test_no_units_ask_nothing() -> None:
    model = FaultyModel(lambda request, decoding: "x")
    assert climb([], translator=model) == []
    assert model.batches == []


def test_clauses_join_into_one_sentence() -> None:
    pairs = [
        ("加强领导，", "Strengthen leadership."),
        ("落实责任；", "Fulfill responsibilities."),
        ("辽宁先行。", "Liaoning goes first."),
    ]
    assert join_clauses(pairs) == "Strengthen leadership, fulfill responsibilities; Liaoning goes first."


class TellingModel(FaultyModel):
    """One that says how far it has come."""

    on_answers: Callable[[int], None] | None = None

    def translate(self, requests: Sequence[Request], *, decoding: Decoding = Decoding()) -> list[Answer]:  # noqa: B008
        for number in range(1, len(requests) + 1):
            if self.on_answers is not None:
                self.on_answers(number)
        return super().translate(requests, decoding=decoding)


def test_progress_is_told_answer_by_answer_and_never_passes_the_end() -> None:
    model = TellingModel(lambda request, decoding: "Meetings were held.")
    heard: list[tuple[int, int]] = []
    units = [unit(f"召开{n}次会议。") for n in range(3, 7)]
    climb(units, translator=model, progress=lambda done, total: heard.append((done, total)))
    assert heard[:4] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert max(heard) == heard[-1] == (4, 4)
    assert model.on_answers is None


def test_without_retry_a_bad_answer_is_kept_with_its_faults() -> None:
    model = FaultyModel(lambda request, decoding: "Meetings were held.")
    outcome = climb([unit("召开4次会议。")], translator=model, retry=False)[0]
    assert (outcome.rung, outcome.tries, len(model.batches)) == ("kept", 1, 1)
    assert [fault.code for fault in outcome.best.faults] == ["number"]


def test_without_retry_long_texts_are_still_split() -> None:
    text = "，".join(["召开会议研究部署重点工作任务"] * 20) + "。"
    model = FaultyModel(lambda request, decoding: "Meetings were held")
    assert climb([unit(text)], translator=model, retry=False)[0].best.rung == "split"
