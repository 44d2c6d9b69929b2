"""Sections that tell of finished work are known by their grammar; sentences with a subject are left."""

from __future__ import annotations

import pytest

from pipeline.document import Bilingual, Section, Segment
from pipeline.prepare.terms import Glossary
from pipeline.translate.register import register_hints, registers
from pipeline.translate.requests import Passage, clause_units, make_unit


def segments(section: str | None, *texts: str) -> list[Segment]:
    return [
        Segment(id=f"s{i}", section=section, kind="sentence", start=0, end=1, source=text, text=text)
        for i, text in enumerate(texts)
    ]


REPORT = ("召开4次会议。", "完善了配套政策。", "省级机构改革基本完成。", "加强舆论引导。")
PLAN = ("要加强组织领导。", "各部门要落实责任。", "必须坚持党的领导。", "应当建立制度。")


@pytest.mark.parametrize(
    ("texts", "register"),
    [
        (REPORT, "report"),
        (PLAN, "directive"),
        ((*REPORT, *PLAN), "plain"),
        (("为了加强领导，制定本办法。", "本办法适用于各级机关。", "除了机关。", "了解情况。"), "plain"),
        (("这是一个句子。",), "plain"),
    ],
    ids=["report", "plan", "mixed", "law", "short"],
)
def test_a_section_is_known_by_its_grammar(texts: tuple[str, ...], register: str) -> None:
    assert registers(segments("h1", *texts)) == {"h1": register}


def test_a_short_section_follows_its_document() -> None:
    found = registers([*segments("h1", *REPORT), *segments("h2", "加强政策解读。")])
    assert found == {"h1": "report", "h2": "report"}


def test_titles_tell_where_the_grammar_does_not() -> None:
    silent = ("加强舆论引导。", "推进机构改革。", "优化资源配置。", "提升服务能力。")
    sections = [
        Section(id="h1", level=1, marker="一、", title=Bilingual(zh="过去一年工作回顾"), start=0, end=1),
        Section(id="h2", level=2, marker="（一）", title=Bilingual(zh="改革"), start=0, end=1, parent="h1"),
        Section(id="h3", level=1, marker="二、", title=Bilingual(zh="2026年主要任务"), start=0, end=1),
    ]
    found = registers([*segments("h2", *silent), *segments("h3", *silent)], sections)
    assert found == {"h2": "report", "h3": "plan"}


def test_review_and_plan_of_one_document_differ() -> None:
    assert registers([*segments("h1", *REPORT), *segments("h2", *PLAN)]) == {
        "h1": "report",
        "h2": "directive",
    }


@pytest.mark.parametrize(
    "text", ["加强舆论引导。", "全面整合单位。", "将659个整合为65个。", "通过整合机构，减少职数。"]
)
def test_a_sentence_without_subject_is_asked_for_in_the_past(text: str) -> None:
    assert "past tense" in register_hints(text, "report")[0]
    assert register_hints(text, "plain") == ()


@pytest.mark.parametrize(
    "text",
    [
        "省委召开2次全会。",
        "事业单位与部门脱钩。",
        "2018年10月4日召开会议。",
        "要加强领导。",
        "由省委编办拟订。",
    ],
)
def test_a_sentence_with_a_subject_is_left(text: str) -> None:
    assert register_hints(text, "report") == ()


def test_a_directive_is_asked_for_in_the_imperative() -> None:
    assert "imperative" in register_hints("要加强领导。", "directive")[0]
    assert "We will" in register_hints("加强领导。", "plan")[0]
    assert register_hints("各部门要落实责任。", "directive") == ()


def test_only_the_first_clause_is_asked_for_so() -> None:
    text = (
        "制定一系列改革配套政策并认真组织实施，加强政策解读和舆论引导工作，营造了良好的改革环境和社会氛围。"
    )
    unit = make_unit(text, kind="sentence", glossary=Glossary(), passage=Passage(register="report"))
    first, *others = clause_units(unit)
    assert first.request.hints == unit.request.hints != ()
    assert all(not other.request.hints for other in others)


def test_headings_are_not_sentences() -> None:
    unit = make_unit("加强领导", kind="heading", glossary=Glossary(), passage=Passage(register="report"))
    assert unit.request.hints == ()
