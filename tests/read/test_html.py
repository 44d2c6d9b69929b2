"""HTML: the main text stays, what surrounds it is left out with a record, nothing else is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import ReadConfig
from pipeline.errors import LimitExceeded
from pipeline.prepare.edits import undo
from pipeline.read.extraction import assemble
from pipeline.read.html import extract, parse_html
from pipeline.read.markup import pieces_of

PAGE = """<!DOCTYPE html><html><head><meta charset="{charset}"><title>改革情况报告_省政府网站</title>
<link rel="canonical" href="https://www.example.gov.cn/1.html"><script>var a="脚本";</script></head><body>
<ul class="nav"><li><a href="/">首页</a></li><li><a href="/a">政务公开</a></li><li><a href="/b">互动交流</a></li></ul>
<div class="crumb">当前位置：<a href="/">首页</a> &gt; <a href="/x">工作报告</a></div>
<div id="zoom"><h1>关于国有企业改革工作情况的报告</h1>
<p>　　近年来，省委、省政府认真贯彻落实决策部署，
坚持把国有企业改革摆在突出位置，全省企业由659户减少到65户，职工安置率达到98.6%。</p>
<h2>一、主要做法</h2>
<p><ruby>統<rp>(</rp><rt>tǒng</rt><rp>)</rp></ruby>筹推进各项改革任务，先后召开专题会议12次，研究解决重大问题。<br>（二）完善政策。</p>
<p style="display:none">隐藏的文字</p>
<table><tr><th>地区</th><th>户数</th></tr><tr><td rowspan="2">沈阳</td><td>123</td></tr><tr><td>45</td></tr></table>
<p>截至2018年底，全省国有企业实现利润总额215.3亿元，同比增长12.4%，改革取得了阶段性成果。</p>
<p>附件：<a href="1.doc">1.任务分工表.doc</a></p><p>2019年3月12日</p></div>
<div class="footer">主办：省人民政府办公厅　<a>网站地图</a></div></body></html>"""


def read_page(html: str, encoding: str = "utf-8", **limits):
    data = html.encode(encoding)
    return assemble(extract(data, "page.html", ReadConfig(**limits)), data, "page.html")


@pytest.fixture
def document():
    return read_page(PAGE.format(charset="utf-8"))


def test_the_main_text_is_kept_in_order(document):
    assert document.text.text.split("\n")[:4] == [
        "关于国有企业改革工作情况的报告",
        "　　近年来，省委、省政府认真贯彻落实决策部署，坚持把国有企业改革摆在突出位置，全省企业由659户减少到65户，"
        "职工安置率达到98.6%。",
        "一、主要做法",
        "統筹推进各项改革任务，先后召开专题会议12次，研究解决重大问题。",
    ]


@pytest.mark.parametrize("text", ["首页", "网站地图", "当前位置", "隐藏的文字", "tǒng"])
def test_what_is_left_out_is_in_the_original_and_in_an_edit(document, text):
    assert text in document.original
    assert text not in document.text.text
    assert any(text in edit.before for edit in document.edits)


@pytest.mark.parametrize(
    "text", ["附件：1.任务分工表.doc", "2019年3月12日", "（二）完善政策。", "关于国有企业改革"]
)
def test_short_lines_inside_the_main_text_are_kept(document, text):
    assert text in document.text.text


def test_scripts_are_no_text(document):
    assert "脚本" not in document.original


def test_edits_lead_back_to_the_original(document):
    assert undo(document.text, document.edits) == document.original


def test_every_edit_is_the_slice_that_it_names(document):
    assert all(document.original[e.start : e.end] == e.before for e in document.edits)


def test_cells_know_their_row_and_column_past_a_row_span(document):
    cells = {document.original[b.start : b.end]: dict(b.place) for b in document.blocks if b.kind == "cell"}
    assert cells["沈阳"] == {"table": "1", "row": "2", "column": "1"}
    assert cells["45"] == {"table": "1", "row": "3", "column": "2"}


def test_headings_have_levels(document):
    levels = {document.original[b.start : b.end]: b.level for b in document.blocks if b.kind == "heading"}
    assert levels == {"关于国有企业改革工作情况的报告": 1, "一、主要做法": 2}


def test_title_and_link_are_found(document):
    assert document.source.title == "关于国有企业改革工作情况的报告"
    assert document.source.url == "https://www.example.gov.cn/1.html"


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [("gb2312", "gb18030"), ("GBK", "gb18030"), ("big5", "big5hkscs"), ("utf-8", "utf-8-sig")],
)
def test_charsets(declared, encoding):
    page = PAGE.format(charset=declared)
    if "big5" in encoding:
        page = "<meta charset=big5><p>香港特別行政區政府今日公布年度報告，詳列各項工作的進度。</p>"
    document = read_page(page, encoding)
    assert "\ufffd" not in document.original
    assert not document.original.startswith("\ufeff")


def test_a_page_that_lies_about_its_charset_is_read_by_its_bytes_and_reported():
    document = read_page(PAGE.format(charset="utf-8"), "gb18030")
    assert "国有企业改革" in document.text.text
    assert "read.encoding_declared_wrong" in {issue.check for issue in document.issues}


def test_without_a_main_text_everything_is_kept():
    document = read_page("<p>甲</p><ul><li><a>乙</a></li><li>丙</li></ul>")
    assert document.text.text == "甲\n乙\n丙"
    assert "read.main_text_not_found" in {issue.check for issue in document.issues}


def test_a_layout_table_is_not_data():
    long = "这是一段很长的正文，用来说明版面表格里的文字不是数据。" * 30
    document = read_page(f"<table><tr><td>左栏</td><td><p>{long}</p></td></tr></table>")
    assert {b.kind for b in document.blocks} == {"paragraph"}


def test_deep_nesting_names_the_limit():
    with pytest.raises(LimitExceeded, match="max_depth"):
        read_page("<div>" * 5_000 + "深" + "</div>" * 5_000)


def test_moderate_nesting_is_read_to_its_ground():
    assert "深处" in read_page("<div>" * 150 + "深处" + "</div>" * 150).text.text


def test_nothing_is_lost_between_chinese_lines_and_words():
    document = read_page("<p>中国\n  经济<b>增长</b>\nby GDP\ngrowth</p>")
    assert document.text.text == "中国经济增长 by GDP growth"


SOUP = st.recursive(
    st.text(alphabet="中文a1 \n，", max_size=5),
    lambda inner: st.builds(
        lambda tag, children: f"<{tag}>{''.join(children)}</{tag}>",
        st.sampled_from(
            [
                "p",
                "div",
                "span",
                "b",
                "table",
                "tr",
                "td",
                "li",
                "ul",
                "h2",
                "ruby",
                "rt",
                "a",
                "nav",
                "pre",
                "br",
                "section",
            ]
        ),
        st.lists(inner, max_size=4),
    ),
    max_leaves=20,
)


@given(SOUP)
def test_no_character_of_a_page_is_lost_or_doubled(html):
    root = parse_html(f"<body>{html}</body>", "a", ReadConfig())
    shown = "".join("".join(map(str, root.itertext())).split())
    pieces = [seen.piece for seen in pieces_of(root).seen]
    assert "".join("".join(piece.text for piece in pieces).split()) == shown


def test_the_name_of_the_site_is_no_part_of_the_title():
    page = PAGE.format(charset="utf-8").replace("<h1>", "<p>").replace("</h1>", "</p>")
    page = page.replace("改革情况报告_省政府网站", "关于国有企业改革工作情况的报告_省政府网站")
    assert read_page(page).source.title == "关于国有企业改革工作情况的报告"


def test_no_date_is_made_up_from_a_year():
    page = PAGE.format(charset="utf-8").replace("2019年3月12日", "2019年").replace("2018年底", "2018年")
    assert read_page(page).source.date == ""


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ('增长5.3%<sup><a href="#fn1">1</a></sup>，', "增长5.3%，"),
        ('增长5.3%<a href="#fn1"><sup>[1]</sup></a>，', "增长5.3%，"),
        ('增长5.3%<a class="footnote-ref" href="n.html#f">1</a>，', "增长5.3%，"),
        ("增长5.3%<sup>1</sup>，", "增长5.3%¹，"),
        ("面积12m<sup>2</sup>，10<sup>-6</sup>，", "面积12m²，10⁻⁶，"),
        ('见<a href="#t1">1</a>号文件，', "见1号文件，"),
        ("H<sub>2</sub>O，第1<sup>st</sup>，", "H2O，第1st，"),
    ],
    ids=["link_in", "link_around", "noteref", "no_link", "powers", "plain_link", "other"],
)
def test_raised_figures_are_never_part_of_a_number(html, text):
    flow = pieces_of(parse_html(f"<p>{html}后文</p>", "a.html", ReadConfig()))
    assert [seen.piece.kept for seen in flow.seen] == [f"{text}后文"]
