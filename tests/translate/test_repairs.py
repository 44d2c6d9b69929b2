"""Repairs are exact, are named, and leave good answers as they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.document import SegmentKind
from pipeline.prepare.quantities import zh
from pipeline.translate.acceptance import Task
from pipeline.translate.repairs import repair


def task(text: str, kind: SegmentKind = "sentence") -> Task:
    return Task(text=text, kind=kind, measures=zh.measures(text))


@pytest.mark.parametrize(
    ("text", "answer", "mended"),
    [
        ("深化改革", "We will deepen reform", "Deepen Reform"),
        ("不断深化改革", "We must unceasingly deepen reform", "Unceasingly Deepen Reform"),
        ("我们要深化改革", "We will deepen reform", "We Will Deepen Reform"),
        ("绝不后退", "We will not retreat", "We Will Not Retreat"),
    ],
)
def test_a_heading_that_names_nobody_gets_no_subject(text, answer, mended):
    assert repair(task(text, "heading"), answer)[0] == mended
    assert repair(task(text + "。"), answer + ".")[0] == answer + "."


@pytest.mark.parametrize(
    ("text", "answer", "mended", "names"),
    [
        ("加强领导。", "  strengthen  leadership .", "Strengthen leadership.", {"spaces", "capital"}),
        ("加强领导。", '"Strengthen leadership."', "Strengthen leadership.", {"unwrapped"}),
        ("加强领导。", "Translation: Strengthen leadership.", "Strengthen leadership.", {"unwrapped"}),
        (
            "加强领导。",
            "Strengthen leadership，and work。",
            "Strengthen leadership, and work.",
            {"punctuation"},
        ),
        ("增长6.2%。", "It grew 6.2 per cent.", "It grew 6.2 percent.", {"percent"}),
        ("共3187个部门。", "There are 3187 departments.", "There are 3,187 departments.", {"grouping"}),
        ("2019年召开会议。", "Meetings were held in 2019.", "Meetings were held in 2019.", set()),
        ("共2.7万个单位。", "There are 2.7 million units.", "There are 27,000 units.", {"magnitude"}),
        (
            "整合为2000多个。",
            "They were merged into 2,000.",
            "They were merged into more than 2,000.",
            {"approximation"},
        ),
        (
            "产量稳定在760亿斤以上。",
            "Output remained above 76 billion kilograms.",
            "Output remained above 76 billion jin.",
            {"unit"},
        ),
        ("建成农田50万亩。", "500,000 hectares were built.", "500,000 mu were built.", {"unit"}),
        ("共500公斤。", "There are 500 kilograms.", "There are 500 kilograms.", set()),
        (
            "办好津城峰会。",
            "We held the 2017 Jincheng Summit.",
            "We held the Jincheng Summit.",
            {"invented-year"},
        ),
        (
            "2017年办好津城峰会。",
            "We held the 2017 Jincheng Summit.",
            "We held the 2017 Jincheng Summit.",
            set(),
        ),
        ("办好津城峰会。", "We held the summit in 2017.", "We held the summit in 2017.", set()),
        ("近3000名。", "3,000 posts.", "Nearly 3,000 posts.", {"approximation", "capital"}),
        ("减少近3000名。", "A cut of nearly 3,000.", "A cut of nearly 3,000.", set()),
        ("加强领导", "Strengthen leadership.", "Strengthen leadership", {"end"}),
        ("加强领导；", "Strengthen leadership.", "Strengthen leadership;", {"end"}),
        ("主要任务：", "Main tasks.", "Main tasks:", {"end"}),
        ("加强领导。", "Strengthen leadership", "Strengthen leadership.", {"end"}),
    ],
)
def test_repairs(text: str, answer: str, mended: str, names: set[str]) -> None:
    result, applied = repair(task(text), answer)
    assert result == mended
    assert set(applied) == names


def test_a_heading_has_title_case_and_no_stop() -> None:
    assert repair(task("加强领导。", "heading"), "strengthen leadership at all levels.")[0] == (
        "Strengthen Leadership at All Levels"
    )


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("减少3000名，增加2.7万名。", "A cut of 300,000 and a rise of 2.7 million."),
        ("2018年10月4日召开。", "Held on October 5, 2018."),
    ],
    ids=["two_wrong", "a_date"],
)
def test_what_is_not_certain_is_left_alone(text: str, answer: str) -> None:
    assert repair(task(text), answer)[0] == answer


@given(st.text(max_size=40), st.text(max_size=80))
def test_repairing_twice_is_repairing_once(text: str, answer: str) -> None:
    once, _ = repair(task(text), answer)
    assert repair(task(text), once)[0] == once
