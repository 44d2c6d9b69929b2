from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.document import Document
from pipeline.prepare.sections import find_sections
from tests.documents import make_document, seed_document, split


def outline(document: Document) -> str:
    """The tree as text, two spaces a level."""
    return "".join(
        f"{'  ' * (s.level - 1)}{s.marker or '·'} {s.title.zh or '(inferred)' * s.inferred}\n"
        for s in document.sections
    )


def checks(document: Document) -> list[str]:
    return [issue.check for issue in document.issues]


def found(text: str) -> Document:
    return find_sections(make_document(text))


def titles(document: Document) -> list[tuple[int, str]]:
    return [(s.level, s.title.zh) for s in document.sections]


def test_seed_outline(golden: Callable[[str, str], None]) -> None:
    golden("liaoning-outline.txt", outline(find_sections(seed_document())))


def test_seed_has_eight_sections_under_two_inferred_parents() -> None:
    sections = find_sections(seed_document()).sections
    inferred = [s for s in sections if s.inferred]
    numbered = [s for s in sections if s.marker.strip("(（)）") in "一二三四" and s.marker]
    assert len(inferred) == 2
    assert [sum(s.parent == p.id for s in numbered) for p in inferred] == [4, 4]
    assert {p.parent for p in inferred} == {sections[0].id}
    assert sections[0].title.zh == "辽宁省委编办"
    for parent in inferred:
        children = [s for s in sections if s.parent == parent.id]
        assert (parent.start, parent.end) == (children[0].start, children[-1].end)


def test_seed_restart_is_an_issue_at_its_place() -> None:
    document = find_sections(seed_document())
    (issue,) = document.issues
    assert issue.check == "structure.restart"
    assert document.original[issue.start : issue.end] == "(一)"


def test_restart_under_a_numbered_heading_infers_its_sibling() -> None:
    document = found(
        "一、基本情况\n（一）人口。全省4000万人。\n（二）经济。增长5%。\n"
        "（一）改革。精简机构20个。\n（二）人员。分流300名。\n三、打算\n（一）推进。抓好落实。\n"
    )
    tops = [s for s in document.sections if s.level == 1]
    assert [(s.marker, s.inferred) for s in tops] == [("一、", False), ("", True), ("三、", False)]
    assert checks(document) == ["structure.restart", "structure.gap"]


def test_a_first_group_without_its_parent_gets_one() -> None:
    document = found("（一）人口。全省4000万人。\n（二）经济。增长5%。\n二、打算\n（一）推进。抓好落实。\n")
    assert [(s.marker, s.inferred) for s in document.sections if s.level == 1] == [
        ("", True),
        ("二、", False),
    ]


def test_lists_may_start_anew_without_a_lost_parent() -> None:
    document = found(
        "应当符合下列条件：\n1.有名称；\n2.有住所。\n不得有下列行为：\n1.违法经营；\n2.弄虚作假。\n"
    )
    assert not document.sections
    assert not document.issues
    assert [s.kind for s in document.segments].count("item") == 4


def test_numbering_that_runs_on_across_parents_is_no_gap() -> None:
    document = found(
        "一、要求\n（一）思想。坚持指导。\n（二）原则。坚持规范。\n二、公示\n（三）事前。主动公开。\n（四）事中。亮明身份。\n"
    )
    assert not document.issues
    assert [s.level for s in document.sections] == [1, 2, 2, 1, 2, 2]


def test_nesting_is_what_the_text_makes_it() -> None:
    document = found("(一)情况\n1、人口\n4000万人。\n2、面积\n14.8万平方公里。\n(二)改革\n1、进展\n顺利。\n")
    assert titles(document) == [(1, "情况"), (2, "人口"), (2, "面积"), (1, "改革"), (2, "进展")]


@pytest.mark.parametrize(
    ("text", "check"),
    [
        pytest.param("一、人口\n多。\n二、经济\n好。\n四、改革\n快。\n", "structure.gap", id="gap"),
        pytest.param(
            "一、人口\n多。\n二、经济\n好。\n二、改革\n快。\n", "structure.duplicate", id="duplicate"
        ),
        pytest.param(
            "一、人口\n多。\n二、经济\n好。\n三、改\n快。\n二、改革\n快。\n", "structure.order", id="order"
        ),
        pytest.param("二、人口\n多。\n三、经济\n好。\n", "structure.gap", id="start"),
    ],
)
def test_numbering_that_does_not_count_is_an_issue(text: str, check: str) -> None:
    document = found(text)
    assert checks(document) == [check]
    assert document.original[document.issues[0].start : document.issues[0].end].endswith("、")


def test_sound_numbering_is_no_issue() -> None:
    assert not found("一、人口\n多。\n二、经济\n好。\n三、改革\n快。\n").issues


def test_a_title_broken_over_two_lines_is_one_heading() -> None:
    document = found(
        "国务院办公厅转发民政部关于清理整顿社会团体意见的通知\n国务院办公厅转发民政部关于\n清理整顿社会团体意见的通知\n"
        "国办发〔1997〕11号\n各省、自治区、直辖市人民政府：\n现将意见转发给你们，请认真贯彻执行，并抓好落实工作。\n"
        "国务院办公厅\n一九九七年四月八日\n关于清理整顿社会团体的意见\n（民政部 一九九七年一月二十八日）\n"
        "根据有关通知要求，现提出如下意见：\n一、指导思想\n规范社会团体行为。\n二、原则\n从严把关。\n"
    )
    headings = [s.text for s in document.segments if s.kind == "heading"]
    assert headings[1] == "国务院办公厅转发民政部关于清理整顿社会团体意见的通知"
    assert titles(document)[1:] == [(1, "关于清理整顿社会团体的意见"), (2, "指导思想"), (2, "原则")]
    assert len(document.sections) == 4


def test_an_inline_heading_is_cut_off_its_text() -> None:
    document = found("（一）强化领导，落实责任。一是建立体系。设立小组。\n（二）提前准备。一是起草规定。\n")
    assert [(s.kind, s.text) for s in document.segments] == [
        ("heading", "（一）强化领导，落实责任。"),
        ("sentence", "一是建立体系。设立小组。"),
        ("heading", "（二）提前准备。"),
        ("sentence", "一是起草规定。"),
    ]


def test_law_articles_with_their_items() -> None:
    document = found(
        "第一章 总则\n第一条 为了规范行为，制定本法。\n第二条 本法所称某某，是指下列事物：\n"
        "（一）甲类；\n（二）乙类。\n"
        "前款第（一）至（二）项由国务院规定。\n第三条　违反第三十三条之一第一项规定的，罚款。\n"
        "第三条之一　另有规定的，从其规定。\n"
        "第二章 附则\n第四条 本法自公布之日起施行。\n"
    )
    assert [s.marker for s in document.sections] == [
        "第一章", "第一条", "第二条", "第三条", "第三条之一", "第二章", "第四条",
    ]  # fmt: skip
    assert not document.issues


def test_bare_headings_and_short_lines_that_are_none() -> None:
    document = found(
        "辽宁改革调研报告\n改革背景\n近年来，辽宁省认真推进改革。\n主要做法\n建立了领导体系，落实了责任。\n辽宁省委编办\n2018年10月\n"
    )
    assert titles(document) == [(1, "辽宁改革调研报告"), (2, "改革背景"), (2, "主要做法")]


def test_a_table_of_contents_does_not_count_twice() -> None:
    document = found(
        "某某条例\n目录\n第一章 总则\n第二章 附则\n"
        "第一章 总则\n第一条 为了规范，制定本条例。\n第二章 附则\n第二条 自公布之日起施行。\n"
    )
    assert [s.title.zh for s in document.sections if s.marker.endswith("章")] == ["总则", "附则"]
    assert not document.issues


def test_lines_broken_at_a_fixed_width_are_one_unit() -> None:
    line = "为进一步加强城市供水工作保障城市居民生活用水安全根据国家"
    document = found(f"{line}\n{line}\n{line}\n{line}\n结束。\n")
    (segment,) = document.segments
    assert segment.text == line * 4 + "结束。"


def test_lines_of_a_list_are_not_joined() -> None:
    document = found("办理材料\n1、居民身份证\n2、户口本\n3、照片\n")
    assert [s.kind for s in document.segments] == ["heading", "item", "item", "item"]


def test_cells_are_tables() -> None:
    document = find_sections(make_document("一、甲\n二、乙\n", blocks=[("cell", 0, 3), ("cell", 4, 7)]))
    assert [s.kind for s in document.segments] == ["table", "table"]
    assert not document.sections


_LINES = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "",
                "一、",
                "二、",
                "(一)",
                "（二）",
                "1.",
                "2、",
                "（1）",
                "①",
                "第一条 ",
                "第二章 ",
                "● ",
                "- ",
                "——",
            ]
        ),
        st.sampled_from(
            [
                "总体要求",
                "强化领导。成立小组，负责落实。",
                "下列事物：",
                "为了规范行为，制定本法。",
                "",
                "“甲",
                "目录",
            ]
        ),
    ).map("".join),
    max_size=25,
).map("\n".join)


@given(st.one_of(_LINES, st.text(max_size=200)))
def test_structure_is_idempotent_and_nested(text: str) -> None:
    document = find_sections(make_document(text))
    again = find_sections(document)
    assert (again.sections, again.issues, again.segments) == (
        document.sections,
        document.issues,
        document.segments,
    )
    by_id = {s.id: s for s in document.sections}
    for section in document.sections:
        assert 0 <= section.start <= section.end <= len(text)
        if section.parent:
            parent = by_id[section.parent]
            assert parent.level == section.level - 1
            assert parent.start <= section.start
            assert section.end <= parent.end


def test_decimal_numbers_say_themselves_where_they_stand() -> None:
    """1.2.1 stands under 1.2, whatever else begins anew where."""
    lines = (
        "1 总则", "1.1 编制目的", "为规范建设，制定本规范。", "1.2 适用范围", "1.2.1 新建工程", "本规范适用于新建工程。",
        "1.2.2 改建工程", "改建工程可参照执行。", "2 术语", "2.1 供水量", "指水厂供出的全部水量。",
    )  # fmt: skip
    document = split("\n".join(lines))
    assert [(s.level, s.marker) for s in document.sections] == [
        (1, "1"), (2, "1.1"), (2, "1.2"), (3, "1.2.1"), (3, "1.2.2"), (1, "2"), (2, "2.1"),
    ]  # fmt: skip


def test_decimal_numbering_gives_the_outline_with_and_without_space() -> None:
    document = find_sections(
        make_document(
            "某工程规范\n1 总则\n1.1 适用范围\n1.1.1 本规范适用于新建工程。\n1.2组织机构\n1.2.1应当配备3人。\n"
            "2 要求\n2.1项目职责\n1.5 亿元资金已经到位，工程按期开工。\n"
            "第3.1条 承包人应当按期完工。\n第3.2条 发包人应当按期付款。"
        )
    )
    outline = [(s.level, s.marker, s.title.zh) for s in document.sections]
    assert outline == [
        (1, "", "某工程规范"),
        (2, "1", "总则"),
        (3, "1.1", "适用范围"),
        (3, "1.2", "组织机构"),
        (2, "2", "要求"),
        (3, "2.1", "项目职责"),
        (2, "第3.1条", ""),
        (2, "第3.2条", ""),
    ]
