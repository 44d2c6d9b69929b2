from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from models.base import Answer, Decoding, Limits, Request
from models.summarise import RequestSummariser
from pipeline.config import BriefConfig
from pipeline.document import Document
from pipeline.prepare.quantities import find_quantities
from pipeline.prepare.terms import Glossary
from pipeline.summarise import Wording, summarise
from pipeline.summarise.support import measure_support
from pipeline.translate import Engine
from tests.documents import split

LONG = "为进一步优化营商环境，全省取消和下放行政许可事项31项，其中省级17项，公布清单并接受社会各方面监督，为发展提供了有力保障。"
TARGET = (
    "To further improve our business environment and so on, the province in its entirety abolished or delegated 31 "
    "administrative licensing items, 17 of them provincial, published the list and accepted supervision by all "
    "sectors of society, which has provided strong support for development."
)
SHORT = "全省取消和下放行政许可事项31项，其中省级17项。"
ENGLISH = (
    "The province abolished or delegated 31 administrative licensing items, 17 of them at provincial level."
)


class Scripted:
    """A translator that answers from a table: `compress` in Chinese, all else in English."""

    name, revision = "scripted", "1"
    limits = Limits(max_source_pieces=500, max_target_pieces=500)

    def __init__(self, answers: dict[str, str]) -> None:
        self.answers = answers
        self.asked: list[Request] = []

    def load(self) -> None: ...

    def count_pieces(self, text: str) -> int:
        return len(text)

    def translate(self, requests: Sequence[Request], *, decoding: Decoding | None = None) -> list[Answer]:
        self.asked += requests
        return [Answer(text=self.answers.get(request.text, "")) for request in requests]


def document() -> Document:
    made = find_quantities(split(f"某省营商环境工作情况的报告\n一、总体情况\n{LONG}\n"))
    targets = ["Report on the Business Environment of a Province", "I. Overview", TARGET]
    segments = tuple(replace(s, target=t) for s, t in zip(made.segments, targets, strict=True))
    return replace(made, segments=segments)


def worded(compressed: str, english: str) -> Document:
    model = Scripted({})

    class Any(dict[str, str]):
        def get(self, key: str, default: str = "") -> str:  # type: ignore[override]
            kind = next(r.kind for r in model.asked if r.text == key)
            return compressed if kind == "compress" else english

    model.answers = Any()
    engine = Engine(translator=model)
    wording = Wording(engine=engine, glossary=Glossary(), summariser=RequestSummariser(model))
    return summarise(document(), config=BriefConfig(wording="model"), glossary=Glossary(), wording=wording)


def told(made: Document) -> list[tuple[str, str, str]]:
    assert made.brief is not None
    return [(line.zh, line.en, line.method) for line in (*made.brief.abstract, *made.brief.points)]


def test_a_proved_shorter_wording_stands() -> None:
    made = worded(SHORT, ENGLISH)
    assert told(made) == [(SHORT, ENGLISH, "compress")]
    assert dict(made.run.brief) == {"compared by character pairs": 1, "quoted": 1, "shortened by model": 1}
    assert measure_support(made).rate == 1


@pytest.mark.parametrize(
    ("compressed", "reason"),
    [
        pytest.param("全省取消和下放行政许可事项31项，其中县级17项。", "refused: added", id="another_organ"),
        pytest.param("全省取消和下放行政许可事项31项。", "refused: figure lost", id="figure"),
        pytest.param("全省优化了营商环境，效果显著。", "refused: added", id="invented"),
        pytest.param(LONG, "refused: not shorter", id="as_long"),
        pytest.param("", "refused: too short", id="nothing"),
    ],
)
def test_a_wording_that_is_not_proved_is_refused_and_counted(compressed: str, reason: str) -> None:
    made = worded(compressed, "")
    assert dict(made.run.brief)[reason] == 1
    assert compressed not in [zh for zh, *_ in told(made) if zh != LONG]


def test_english_that_says_something_else_leaves_the_quotation() -> None:
    made = worded(SHORT, ENGLISH.replace("31", "13"))
    counts = dict(made.run.brief)
    assert any(name.startswith("refused: English") for name in counts)
    assert all(method == "extract" or "31" in en for _, en, method in told(made))
    assert measure_support(made).rate == 1


def test_without_a_summariser_the_rules_shorten() -> None:
    left = "全省取消和下放行政许可事项31项，其中省级17项，公布清单并接受社会各方面监督。"
    english = (
        "The province abolished or delegated 31 administrative licensing items, 17 of them provincial, published "
        "the list and accepted supervision from all sectors of society."
    )
    whole = replace(document(), segments=document().segments)
    engine = Engine(translator=Scripted({left: english}))
    wording = Wording(engine=engine, glossary=Glossary())
    made = summarise(whole, config=BriefConfig(wording="model"), glossary=Glossary(), wording=wording)
    zh, en, _ = told(made)[0]
    assert zh == left
    assert "31" in en
    assert "To further" not in en


class Alike:
    """An encoder that finds all texts alike."""

    name, width = "alike", 2

    def load(self) -> None: ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.tile(np.array([1.0, 0.0], dtype=np.float32), (len(texts), 1))


def test_the_encoder_that_judges_wordings_does_not_choose_what_is_told() -> None:
    text = split("改革方案已经完成审核。\n粮食产量创造历史新高。\n港口吞吐总量稳步上升。\n")
    wording = Wording(engine=Engine(translator=Scripted({})), glossary=Glossary(), encoder=Alike())
    plain = summarise(text, config=BriefConfig())
    worded = summarise(text, config=BriefConfig(wording="model"), wording=wording)
    assert told(worded) == told(plain) != []
    assert summarise(text, config=BriefConfig(), encoder=Alike()).brief != plain.brief
