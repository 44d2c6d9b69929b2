"""PDF: lines become paragraphs, columns are read one after the other, page furniture is left out."""

import pytest

from pipeline.config import ReadConfig
from pipeline.errors import InputError, LimitExceeded
from pipeline.prepare.edits import undo
from pipeline.read.extraction import assemble
from pipeline.read.pdf import extract, listed

LONG = (
    "近年来，省委、省政府认真贯彻落实党中央、国务院决策部署，坚持把国有企业改革摆在突出位置，"
    "全省国有企业户数由六百户减少到六十户，职工安置率达到百分之九十八，改革取得了阶段性成果"
)


def read_pdf(data: bytes, **limits):
    return assemble(extract(data, "a.pdf", ReadConfig(**limits)), data, "a.pdf")


def numbered(n: int) -> str:
    return f"第{'一二三四五六七八九'[n]}段，{LONG}。"


def test_lines_are_joined_without_a_space_and_paragraphs_kept_apart(make_pdf, set_lines):
    document = read_pdf(
        make_pdf([[*set_lines(numbered(0), 60, 100, 30), *set_lines(numbered(1), 60, 200, 30)]])
    )
    assert document.text.text == f"{numbered(0)}\n{numbered(1)}"
    assert [dict(b.place) for b in document.blocks] == [{"page": "1"}] * 2
    assert undo(document.text, document.edits) == document.original


def test_headers_footers_and_page_numbers_are_left_out_with_a_record(make_pdf, set_lines):
    pages = [
        [
            (200, 40, 9, "省国资委工作报告"),
            *set_lines(numbered(n), 60, 100, 30),
            (290, 810, 9, f"— {n + 1} —"),
        ]
        for n in range(3)
    ]
    document = read_pdf(make_pdf(pages))
    assert document.text.text.strip().split("\n") == [numbered(n) for n in range(3)]
    assert {e.rule for e in document.edits} >= {"read.page_header", "read.page_number"}
    assert undo(document.text, document.edits) == document.original


def test_a_paragraph_goes_on_over_the_page_and_its_furniture(make_pdf, set_lines):
    rows = set_lines(numbered(0), 60, 100, 30)
    pages = [
        [(200, 40, 9, "工作报告"), *rows[:2], (290, 810, 9, "1")],
        [
            (200, 40, 9, "工作报告"),
            *((x, y - 40, size, text) for x, y, size, text in rows[2:]),
            (290, 810, 9, "2"),
        ],
    ]
    document = read_pdf(make_pdf(pages))
    assert document.text.text.strip() == numbered(0)


def test_two_columns_are_read_one_after_the_other(make_pdf, set_lines):
    title = [(150, 60, 20, "关于国有企业改革工作的情况报告")]
    left, right = set_lines(numbered(0) * 2, 60, 120, 18), set_lines(numbered(1) * 2, 310, 120, 18)
    document = read_pdf(make_pdf([title + left + right]))
    assert document.text.text.split("\n") == [
        "关于国有企业改革工作的情况报告",
        numbered(0) * 2,
        numbered(1) * 2,
    ]
    assert document.blocks[0].kind == "heading"


def test_a_table_is_read_row_by_row(make_pdf):
    rows = [["地区", "户数", "职工"], ["沈阳", "123", "2.7"], ["大连", "98", "1.3"]]
    texts = [
        (60 + 150 * c, 100 + 24 * r, 12, text) for r, row in enumerate(rows) for c, text in enumerate(row)
    ]
    document = read_pdf(make_pdf([texts]))
    cells = [(document.original[b.start : b.end], dict(b.place)) for b in document.blocks]
    assert cells[4] == ("123", {"page": "1", "table": "1", "row": "2", "column": "2"})
    assert [text for text, _ in cells] == [text for row in rows for text in row]


def test_between_ruled_lines_a_cell_has_several_lines(make_pdf):
    rules = "1 w 50 760 m 500 760 l S 50 700 m 500 700 l S 50 650 m 500 650 l S 200 760 m 200 650 l S\n"
    texts = [(60, 100, 12, "地区名"), (60, 120, 12, "称"), (220, 100, 12, "户数（单位："), (220, 120, 12, "户）"),
             (60, 165, 12, "沈阳"), (220, 165, 12, "123")]  # fmt: skip
    assert read_pdf(make_pdf([texts], rules=rules)).text.text.split("\n") == [
        "地区名称",
        "户数（单位：户）",
        "沈阳",
        "123",
    ]


def test_merged_cells_of_a_ruled_table_are_one_and_a_narrow_gap_parts_cells(make_pdf):
    # Two columns; the left one merged over two rows, its two lines on either side of the missing rule.
    rules = "60 742 m 300 742 l S 160 712 m 300 712 l S 60 682 m 300 682 l S\n"
    rules += "60 742 m 60 682 l S 160 742 m 160 682 l S 300 742 m 300 682 l S\n"
    texts = [
        (64, 116, 12, "重点任务分工情况"),
        (64, 146, 12, "一览"),
        (162, 116, 12, "省国资委"),
        (162, 146, 12, "各市"),
    ]
    document = read_pdf(make_pdf([texts], rules=rules))
    cells = [(document.text.text.split("\n")[n], dict(b.place)) for n, b in enumerate(document.blocks)]
    assert [(text, place["row"], place["column"]) for text, place in cells] == [
        ("重点任务分工情况一览", "1", "1"),
        ("省国资委", "1", "2"),
        ("各市", "2", "2"),
    ]


def test_a_table_with_three_lines_only_keeps_its_rows(make_pdf):
    rules = "60 745 m 500 745 l S 60 720 m 500 720 l S 60 600 m 500 600 l S\n"
    rows = [["地区", "户数"], ["沈阳", "123"], ["大连", "98"], ["鞍山", "45"], ["抚顺", "12"]]
    texts = [
        (60 + 150 * c, 110 + 24 * r, 12, text) for r, row in enumerate(rows) for c, text in enumerate(row)
    ]
    assert read_pdf(make_pdf([texts], rules=rules)).text.text.split("\n") == [
        cell for row in rows for cell in row
    ]


@pytest.mark.parametrize(
    ("rotate", "matrix"),
    [(0, "1 0 0 1 0 0"), (90, "0 1 -1 0 595 -247"), (180, "-1 0 0 -1 595 842"), (270, "0 -1 1 0 0 1089")],
)
def test_pages_that_are_turned_are_read_as_one_sees_them(make_pdf, set_lines, rotate, matrix):
    document = read_pdf(
        make_pdf([set_lines(numbered(0), 60, 300, 20)], rotate=rotate, rules=f"{matrix} cm\n")
    )
    assert document.text.text == numbered(0)


def test_too_many_pages_name_the_limit(make_pdf):
    with pytest.raises(LimitExceeded, match="max_pages"):
        read_pdf(make_pdf([[(60, 100, 12, "文")]] * 3), max_pages=2)


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", b"%PDF-1.4\n1 0 obj\n<<", b"%PDF-" + bytes(range(256)) * 20])
def test_damage_is_one_sentence(data):
    with pytest.raises(InputError, match=r"a\.pdf"):
        read_pdf(data)


def test_page_numbers_as_a_person_lists_them():
    assert listed([1, 2, 3, 7, 9, 10]) == "1–3, 7, 9–10"


def test_characters_of_another_font_that_are_drawn_late_stand_in_their_line(make_pdf):
    """A reading with tones, 統(tǒng): the marked letter comes from a fallback font, after the line."""
    late = [
        (60, 100, 12, "统计"),
        (120, 100, 12, "数据公布"),
        (60, 120, 12, "下一行的文字"),
        (84, 100, 12, "年鉴的"),
    ]
    document = read_pdf(make_pdf([late]))
    assert document.text.text == "统计年鉴的数据公布下一行的文字"


def test_rows_that_are_drawn_column_by_column_stay_apart(make_pdf):
    cells = [
        (60 + 150 * c, 100 + 24 * r, 12, f"格{'一二三'[c]}{'甲乙丙'[r]}") for c in (0, 2, 1) for r in range(3)
    ]
    document = read_pdf(make_pdf([cells]))
    assert [document.original[b.start : b.end] for b in document.blocks] == [
        f"格{c}{r}" for r in "甲乙丙" for c in "一二三"
    ]


def test_a_sign_for_several_characters_is_all_of_them(make_pdf):
    signs = {sign: sign for sign in "eortics管理法"} | {"\ufb00": "ff", "\ufb03": "ffi", "\u2e3a": "——"}
    lines = ["管理e\ufb00ort。", "o\ufb03ce法。", "法\u2e3a"]
    page = [(60, 100 + 100 * n, 12, line) for n, line in enumerate(lines)]
    document = read_pdf(make_pdf([page], meaning=signs | {"。": "。"}))
    assert document.text.text.replace("\n", "") == "管理effort。office法。法——"
    assert not [i for i in document.issues if i.check == "read.overprinted"]


MARKED = {
    "bullets": [
        (60, "• 各级政府只需专注于一些组织文档结构的基础工作，无需（或者很少）操心文档"),
        (73, "的版面设计。"),
        (60, "• 第二条。"),
    ],
    "set_in": [
        (108, "本章介绍报告的来源，然后介绍各部分的内容与写法，"),
        (84, "以及编写报告的方法，理解接下来的章节所必需的一些知识"),
        (84, "和术语。"),
    ],
    "in_from_the_edge": [
        (96, "本项中的单位可以同本单位更好地协同工作，但不是必须的，用户安装时可以"),
        (96, "不予考虑。"),
    ],
}


@pytest.mark.parametrize("rows", MARKED.values(), ids=MARKED)
def test_lines_in_from_the_edge_are_joined(make_pdf, set_lines, rows):
    around = set_lines(numbered(0) * 4, 60, 100, 38)
    below = [(x, 100 + 20 * (len(around) + n), 12, text) for n, (x, text) in enumerate(rows)]
    text = read_pdf(make_pdf([around + below])).text.text
    assert text.split("\n")[1] == "".join(text for _, text in rows).removesuffix("• 第二条。")


def test_short_entries_in_from_the_edge_stay_apart(make_pdf, set_lines):
    rows = ["沈阳市", "大连市", "二千三百六十五", "鞍山市人民政府", "抚顺市人民政府"]
    around = set_lines(numbered(0) * 4, 60, 100, 38)
    below = [(108, 100 + 20 * (len(around) + n), 12, text) for n, text in enumerate(rows)]
    assert read_pdf(make_pdf([around + below])).text.text.split("\n")[1:] == rows


def test_characters_printed_twice_are_read_once(make_pdf):
    twice = [(60, 100, 12, "粗体e\ufb00ort"), (60.2, 100, 12, "粗体e\ufb00ort")]
    signs = {sign: sign for sign in "eort粗体"} | {"\ufb00": "ff"}
    document = read_pdf(make_pdf([twice], meaning=signs))
    assert document.text.text == "粗体effort"


@pytest.mark.parametrize(
    "following",
    [
        "度”的第一责任人",
        "(xiāng)黨政機構",
        "会,2019年1月",
        "展，“这么近",
        "动“当家吃饭”的产业",
        "《中共中央关于》",
        "（2015—2020年）",
    ],
)
def test_a_line_that_is_short_for_want_of_a_break_goes_on(make_pdf, following):
    """No line ends before a closing mark or within a word: what follows found no room in it."""
    full = [(60, 100 + 20 * n, 12, (LONG * 2)[30 * n : 30 * n + 30]) for n in range(3)]
    width = 30 - {"度": 2, "(": 4, "会": 3, "展": 4, "动": 3, "《": 2, "（": 3}[following[0]]
    document = read_pdf(make_pdf([[*full, (60, 160, 12, "文" * width), (60, 180, 12, following)]]))
    assert len(document.blocks) == 1


def test_a_short_line_still_ends_its_paragraph(make_pdf):
    full = [(60, 100 + 20 * n, 12, (LONG * 2)[30 * n : 30 * n + 30]) for n in range(3)]
    document = read_pdf(make_pdf([[*full, (60, 160, 12, "文" * 20), (60, 180, 12, "度”的第一责任人")]]))
    assert len(document.blocks) == 2


@pytest.mark.parametrize("shift", [0, 4, 6, 10, 14, 17])
def test_columns_whose_lines_are_not_level_are_read_one_after_the_other(make_pdf, set_lines, shift):
    left, right = (f"{side}栏从这里开始，{LONG * 3}。" for side in "左右")
    page = [(180, 60, 12, "关于改革情况的报告"), *set_lines(left, 60, 120, 18)]
    page += [*set_lines(right, 310, 120 + shift, 18), (60, 720, 12, "以上数据截至年底。")]
    document = read_pdf(make_pdf([page]))
    assert document.text.text.split("\n") == ["关于改革情况的报告", left, right, "以上数据截至年底。"]


def test_a_raised_mark_at_the_end_of_a_short_line_parts_no_paragraph(make_pdf, set_lines):
    text = set_lines(LONG, 60, 100, 30)
    x, y = text[-1][0] + 12 * len(text[-1][3]), text[-1][1]
    page = [*text[:-1], (60, y, 12, text[-1][3]), (x, y - 4, 7, "［二］")]
    page += set_lines(LONG, 60, y + 40, 30)
    assert read_pdf(make_pdf([page])).text.text.split("\n")[0].startswith(LONG)
