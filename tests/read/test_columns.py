"""Tables that only white space divides, and what looks like one: columns of prose, lists, headings."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import ReadConfig
from pipeline.coverage import coverage
from pipeline.prepare.sections import find_sections
from pipeline.prepare.sentences import split_sentences
from pipeline.read.extraction import assemble
from pipeline.read.layout import Fragment, Page, lay_out
from pipeline.read.pdf import extract

SENTENCE = "推进行政事业性国有资产管理改革，全省共清理整合事业单位，涉及编制较多，减幅达到九成以上，改革取得重大成效。"


def rows_of(data: bytes) -> list[str]:
    """What is read, in order: cells of a row between bars, all else as it is."""
    document = split_sentences(find_sections(assemble(extract(data, "x.pdf", ReadConfig()), data, "x.pdf")))
    assert coverage(document).unaccounted == 0
    lines: list[str] = []
    last: tuple[str, str] | None = None
    for block in document.blocks:
        place = dict(block.place)
        text = document.original[block.start : block.end].replace("\n", "")
        row = (place["table"], place["row"]) if "table" in place else None
        if row is not None and row == last:
            lines[-1] += f"|{place['column']}:{text}"
        else:
            lines.append(text if row is None else f"{place['column']}:{text}")
        last = row
    return lines


def placed(*lines: tuple[float, list[tuple[float, str]]], size: float = 12) -> list:
    """Texts at (y, [(x, text), …])."""
    return [(x, y, size, text) for y, cells in lines for x, text in cells]


def test_a_column_that_is_rarely_filled_keeps_its_place(make_pdf):
    # The headings of the last two columns stand one em apart, nearer than fragments are parted.
    texts = placed(
        (100, [(60, "项目"), (150, "上年"), (250, "本年"), (287, "备注")]),
        (120, [(60, "收入"), (150, "120"), (287, "预计")]),
        (140, [(60, "支出"), (250, "98")]),
        (160, [(60, "结余"), (150, "20"), (250, "11")]),
    )
    assert rows_of(make_pdf([texts])) == [
        "1:项目|2:上年|3:本年|4:备注", "1:收入|2:120|4:预计", "1:支出|3:98", "1:结余|2:20|3:11",
    ]  # fmt: skip


def test_under_a_heading_over_two_columns_figures_stay_apart(make_pdf):
    texts = placed(
        (100, [(60, "地区"), (170, "上年"), (330, "本年")]),
        (120, [(150, "户数"), (200, "人数"), (310, "户数"), (360, "人数")]),
        (140, [(60, "沈阳"), (150, "12"), (200, "34"), (310, "56"), (360, "78")]),
        (160, [(60, "大连"), (150, "1"), (200, "3"), (310, "5"), (360, "7")]),
    )
    assert rows_of(make_pdf([texts]))[2:] == ["1:沈阳|2:12|3:34|4:56|5:78", "1:大连|2:1|3:3|4:5|5:7"]


def test_lines_of_a_cell_are_one_where_rows_stand_farther_apart(make_pdf):
    texts = placed(
        (100, [(60, "任务"), (160, "内容"), (460, "单位")]),
        (124, [(60, "一"), (160, "建立健全国有资产管理制度，完善资产配置、使用"), (460, "省国资委")]),
        (140, [(160, "和处置的监督。")]),
        (164, [(60, "二"), (160, "清理规范行政审批中介服务事项，取消没有法律法"), (460, "省编办")]),
        (180, [(160, "规依据的服务。")]),
        (204, [(60, "三"), (160, "推进信息公开。"), (460, "各市")]),
    )
    assert rows_of(make_pdf([texts])) == [
        "1:任务|2:内容|3:单位",
        "1:一|2:建立健全国有资产管理制度，完善资产配置、使用和处置的监督。|3:省国资委",
        "1:二|2:清理规范行政审批中介服务事项，取消没有法律法规依据的服务。|3:省编办",
        "1:三|2:推进信息公开。|3:各市",
    ]


def test_a_broken_cell_without_a_first_cell_is_one_at_equal_steps(make_pdf):
    texts = placed(
        (100, [(60, "一"), (160, "建立健全国有资产管理制度，完善资产配置、使用"), (460, "省国资委")]),
        (116, [(160, "和处置的监督。")]),
        (132, [(60, "二"), (160, "推进信息公开。"), (460, "各市")]),
    )
    assert rows_of(make_pdf([texts])) == [
        "1:一|2:建立健全国有资产管理制度，完善资产配置、使用和处置的监督。|3:省国资委",
        "1:二|2:推进信息公开。|3:各市",
    ]


@pytest.mark.parametrize(
    "last", [pytest.param(["12", "34", "5", "6"], id="figures"), pytest.param(["甲", "乙丙丁戊己", "庚", "辛"], id="names")]
)  # fmt: skip
def test_groups_of_rows_are_not_made_one(make_pdf, last):
    names = ["沈阳", "大连", "鞍山", "抚顺"]
    texts = placed(
        *(
            (y, [(60, name), (200, cell)])
            for y, name, cell in zip((100, 116, 146, 162), names, last, strict=True)
        )
    )
    expected = [f"1:{name}|2:{cell}" for name, cell in zip(names, last, strict=True)]
    assert rows_of(make_pdf([texts])) == expected


def test_names_under_a_group_are_rows_of_their_own(make_pdf):
    texts = placed(
        (100, [(60, "企业"), (160, "国有企业")]), (120, [(160, "民营企业")]),
        (140, [(60, "单位"), (160, "省属单位")]), (160, [(160, "市属单位")]),
    )  # fmt: skip
    assert rows_of(make_pdf([texts])) == [
        "1:企业|2:国有企业",
        "2:民营企业",
        "1:单位|2:省属单位",
        "2:市属单位",
    ]


@pytest.mark.parametrize("gap", [pytest.param(24, id="wide"), pytest.param(12, id="narrow")])
def test_paragraphs_with_a_hanging_indent_are_no_table(make_pdf, gap):
    texts = []
    for n, item in enumerate((SENTENCE, SENTENCE * 2)):
        rows = [item[at : at + 34] for at in range(0, len(item), 34)]
        marked = [(60, f"{n + 1}."), (84 + gap, rows[0])]
        lines = [
            (100 + 60 * n, marked),
            *((100 + 60 * n + 20 * m, [(84 + gap, r)]) for m, r in enumerate(rows[1:], 1)),
        ]
        texts += placed(*lines)
    assert rows_of(make_pdf([texts])) == [f"1. {SENTENCE}", f"2. {SENTENCE * 2}"]


def test_the_letters_of_a_heading_and_a_lone_row_are_lines(make_pdf):
    texts = placed((80, [(200, "目"), (300, "录")]))
    texts += placed((120, [(60, "总则"), (400, "1")]), (140, [(60, "职责"), (400, "12")]))
    texts += placed((240, [(60, SENTENCE[:38])]), (260, [(60, SENTENCE[38:])]))
    texts += placed((320, [(60, "联系人：张三"), (300, "电话：12345678")]))
    found = rows_of(make_pdf([texts]))
    assert found[:3] == ["目 录", "1:总则|2:1", "1:职责|2:12"]
    assert found[-1] == "联系人：张三 电话：12345678"


def test_two_columns_of_short_paragraphs_are_no_table(make_pdf):
    items = [f"{n}．推进行政事业单位改革，落实各项工作任务，完善制度" for n in range(1, 9)]
    texts = []
    for n, item in enumerate(items):
        x, y = (60, 310)[n // 4], 100 + 40 * (n % 4)
        texts += placed((y, [(x, item[:17])]), (y + 20, [(x, item[17:])]))
    assert rows_of(make_pdf([texts])) == items


def test_justified_words_of_two_columns_are_no_table(make_pdf):
    words = ["institutions", "were", "merged,", "staff"]
    texts = []
    for n in range(10):
        for left in (60, 310):
            at = (0, 90, 130, 190)
            texts += placed((100 + 18 * n, [(left + x, word) for x, word in zip(at, words, strict=True)]))
    assert rows_of(make_pdf([texts])) == [" ".join(words) * 20]  # the left column goes on in the right one


def test_a_table_in_a_column_of_prose_stays_in_it(make_pdf, set_lines):
    left = set_lines(SENTENCE * 5, 60, 100, 18)
    right = set_lines(SENTENCE * 2, 310, 100, 18)
    low = max(y for _, y, _, _ in right)
    rows = [("指标", "数值"), ("生产总值", "25315"), ("就业", "46")]
    table = placed(*((low + 20 * n, [(310, a), (460, b)]) for n, (a, b) in enumerate(rows, 2)))
    found = rows_of(make_pdf([left + right + table]))
    assert found == [SENTENCE * 5, SENTENCE * 2, "1:指标|2:数值", "1:生产总值|2:25315", "1:就业|2:46"]


_WORDS = st.sampled_from(
    ["沈阳", "1,234", "12%", "一、", "省国资委、省编办", "单位名称很长的一个机构", "A b", "录"]
)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 14), _WORDS), max_size=40))
def test_nothing_is_lost_or_doubled(boxes: list[tuple[int, int, str]]) -> None:
    fragments = []
    for column, row, text in boxes:
        x, y = 50 + 50 * column, 60 + 17 * row
        gaps = ((1, x + 6, x + 9),) if text == "A b" else ()
        fragments.append(Fragment(text, x, y, x + 10 * len(text), y + 10, 10, gaps=gaps))
    pieces = lay_out([Page(1, 600, 800, tuple(fragments))])
    read = Counter("".join(run.text for piece in pieces for run in piece.runs))
    wanted = Counter("".join(text for _, _, text in boxes))
    for blank in " \n":
        read.pop(blank, None), wanted.pop(blank, None)
    assert read == wanted


@given(
    st.lists(st.lists(st.integers(0, 99_999), min_size=3, max_size=3), min_size=2, max_size=8),
    st.integers(12, 40),
)
def test_no_cell_holds_two_figures(figures: list[list[int]], step: int) -> None:
    fragments = [
        Fragment(
            f"{value}", 100 + 90 * c, 200 + step * r, 100 + 90 * c + 5 * len(f"{value}"), 210 + step * r, 10
        )
        for r, row in enumerate(figures)
        for c, value in enumerate(row)
    ]
    pieces = lay_out([Page(1, 600, 900, tuple(fragments))])
    assert ["".join(run.text for run in piece.runs) for piece in pieces] == [
        f"{v}" for row in figures for v in row
    ]


HEADS = [(60, "地区"), (160, "户数"), (260, "人数"), (360, "机构")]


def figures(y: float, *names: str) -> list:
    """Rows of a table of four columns, 24 points apart."""
    return [
        (y + 24 * n, [(60, name), (160, f"1{n}"), (260, f"2{n}"), (360, f"3{n}")])
        for n, name in enumerate(names)
    ]


def test_a_table_that_goes_on_over_the_page_is_one(make_pdf):
    pages = [
        placed((500, HEADS), *figures(524, "沈阳", "大连"), size=12),
        # The heading again, a name wider than those before it.
        placed((80, HEADS), *figures(104, "鞍山", "喀喇沁左翼"), size=12),
        placed(
            *figures(80, "抚顺"), (140, [(60, "以上数据由各市报送，由省统计局汇总核对以后发布。")]), size=12
        ),
    ]
    data = make_pdf(pages)
    assert rows_of(data) == [
        "1:地区|2:户数|3:人数|4:机构", "1:沈阳|2:10|3:20|4:30", "1:大连|2:11|3:21|4:31",
        "1:鞍山|2:10|3:20|4:30", "1:喀喇沁左翼|2:11|3:21|4:31", "1:抚顺|2:10|3:20|4:30",
        "以上数据由各市报送，由省统计局汇总核对以后发布。",
    ]  # fmt: skip
    document = assemble(extract(data, "x.pdf", ReadConfig()), data, "x.pdf")
    places = [dict(block.place) for block in document.blocks if block.kind == "cell"]
    assert {place["table"] for place in places} == {"1"}
    assert [place["row"] for place in places[::4]] == ["1", "2", "3", "4", "5", "6"]
    assert [edit.rule for edit in document.edits] == ["read.table_header"]


def test_the_heading_on_top_of_every_page_is_kept_once(make_pdf):
    pages = [placed((60, HEADS), *figures(84, f"{name}东", f"{name}西")) for name in "甲乙丙"]
    assert rows_of(make_pdf(pages)) == [
        "1:地区|2:户数|3:人数|4:机构", "1:甲东|2:10|3:20|4:30", "1:甲西|2:11|3:21|4:31",
        "1:乙东|2:10|3:20|4:30", "1:乙西|2:11|3:21|4:31", "1:丙东|2:10|3:20|4:30", "1:丙西|2:11|3:21|4:31",
    ]  # fmt: skip


def test_another_table_on_the_next_page_stays_another(make_pdf):
    other = [(60, "年份"), (160, "收入"), (260, "支出"), (360, "结余")]
    pages = [
        placed((500, HEADS), *figures(524, "沈阳", "大连")),
        placed((80, other), *figures(104, "2017年", "2018年")),
    ]
    data = make_pdf(pages)
    document = assemble(extract(data, "x.pdf", ReadConfig()), data, "x.pdf")
    assert {dict(block.place)["table"] for block in document.blocks} == {"1", "2"}


TASKS = [
    (560, [(60, "任务"), (160, "内容"), (460, "单位")]),
    (584, [(60, "一"), (160, "建立健全国有资产管理制度，完善资产配置、使用"), (460, "省国资委")]),
    (600, [(160, "和处置的监督。")]),
    (624, [(60, "二"), (160, "清理规范行政审批中介服务事项，取消没有法律法"), (460, "省编办")]),
]


def test_a_cell_broken_by_the_page_is_joined_where_only_white_divides(make_pdf):
    rest = placed(
        (80, [(160, "规依据的服务。")]), (104, [(60, "三"), (160, "推进信息公开。"), (460, "各市")])
    )
    data = make_pdf([placed(*TASKS), rest])
    assert rows_of(data)[2:] == [
        "1:二|2:清理规范行政审批中介服务事项，取消没有法律法规依据的服务。|3:省编办",
        "1:三|2:推进信息公开。|3:各市",
    ]
    assert "joined_cell" in {found.check for found in extract(data, "x.pdf", ReadConfig()).findings}


@pytest.mark.parametrize(
    "text",
    [
        (60, "三、下一步打算"),
        (300, "二〇一九年三月一日"),
        (84, "会议指出，要把这项工作摆在突出位置，认真抓好落实。"),
    ],
    ids=["heading", "date", "prose"],
)
def test_what_follows_a_table_on_the_next_page_is_no_row_of_it(make_pdf, text):
    data = make_pdf([placed(*TASKS), placed((80, [text]))])
    assert rows_of(data)[-1] == text[1]


def test_a_last_line_that_comes_back_is_no_footer(make_pdf, set_lines):
    last = "以上意见请结合实际认真贯彻执行，有关情况及时报告。"
    text = set_lines(SENTENCE * 3, 60, 680, 36, step=18)
    page = [*text, (84, text[-1][1] + 18, 12, last)]
    assert "".join(rows_of(make_pdf([page, page]))).count(last) == 2
