"""DOCX: numbering written out, changes settled, notes, boxes and tables in their places."""

import io
import shutil

import pytest

from pipeline.config import ReadConfig
from pipeline.errors import EmptyInput, InputError, LimitExceeded
from pipeline.prepare.edits import undo
from pipeline.read.docx import extract
from pipeline.read.extraction import assemble

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def read_docx(data: bytes, **limits):
    return assemble(extract(data, "a.docx", ReadConfig(**limits)), data, "a.docx")


@pytest.fixture
def lines(make_docx):
    """The working text of a body, line by line."""
    return lambda *body, **parts: read_docx(make_docx("".join(body), **parts)).text.text.split("\n")


def test_automatic_numbers_are_written_out(lines, para):
    assert lines(
        para("总则", "1", (1, 0)), para("目的", "2", (1, 1)), para("细目", "", (1, 2)), para("又一", "", (1, 2)),
        para("依据", "2", (1, 1)), para("分则", "1", (1, 0)), para("主体", "2", (1, 1)), para("点", "", (2, 0)),
    ) == ["一、总则", "（一）目的", "1.1.1 细目", "1.1.2 又一", "（二）依据", "二、分则", "（一）主体", "• 点"]  # fmt: skip


def test_a_list_may_start_anew(lines, para):
    assert lines(para("甲", "", (1, 0)), para("乙", "", (1, 0)), para("丙", "", (3, 0))) == [
        "一、甲",
        "二、乙",
        "一、丙",
    ]


def test_insertions_stay_and_deletions_are_edits(make_docx):
    document = read_docx(
        make_docx(
            '<w:p><w:r><w:t>由</w:t></w:r><w:del w:author="张三" w:date="2019-03-01T00:00:00Z"><w:r><w:delText>700'
            '</w:delText></w:r></w:del><w:ins w:author="李四"><w:r><w:t>659</w:t></w:r></w:ins><w:r><w:t>户</w:t></w:r></w:p>'
        )
    )
    assert document.text.text == "由659户"
    assert [(e.rule, e.before, e.evidence) for e in document.edits] == [
        ("read.deletion", "700", "deleted by 张三 on 2019-03-01")
    ]
    assert "read.tracked_changes" in {issue.check for issue in document.issues}
    assert undo(document.text, document.edits) == document.original


def test_a_deleted_paragraph_mark_joins_two_paragraphs(lines, para):
    first = "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>前半句</w:t></w:r></w:p>"
    assert lines(first, para("后半句")) == ["前半句后半句"]


def test_notes_follow_the_text_and_their_marks_are_recorded(make_docx, para):
    body = '<w:p><w:r><w:t>达到50%</w:t></w:r><w:r><w:footnoteReference w:id="7"/></w:r></w:p>' + para(
        "下一段"
    )
    notes = f'<w:footnotes {W}><w:footnote w:id="7">{para("数据来源")}</w:footnote></w:footnotes>'
    document = read_docx(make_docx(body, footnotes=notes))
    assert document.text.text == "达到50%\n下一段\n数据来源"
    assert document.blocks[-1].kind == "note"
    assert dict(document.blocks[-1].place) == {"part": "footnote", "note": "1", "paragraph": "1"}


def test_tables_are_read_cell_by_cell(make_docx, para):
    wide = f'<w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>{para("地区")}</w:tc>'
    rows = f"<w:tr>{wide}<w:tc>{para('户数')}</w:tc></w:tr><w:tr><w:tc>{para('沈阳')}</w:tc></w:tr>"
    document = read_docx(make_docx(f"<w:tbl>{rows}</w:tbl>"))
    assert [(document.original[b.start : b.end], dict(b.place)) for b in document.blocks] == [
        ("地区", {"table": "1", "row": "1", "column": "1"}),
        ("户数", {"table": "1", "row": "1", "column": "3"}),
        ("沈阳", {"table": "1", "row": "2", "column": "1"}),
    ]


def test_deleted_rows_and_cells_are_edits(make_docx, para):
    gone = '<w:trPr><w:del w:id="5" w:author="丙"/></w:trPr>'
    cell = '<w:tcPr><w:cellDel w:id="7" w:author="丁"/></w:tcPr>'
    rows = f"<w:tr>{gone}<w:tc>{para('旧行')}</w:tc></w:tr>"
    rows += f"<w:tr><w:tc>{para('留')}</w:tc><w:tc>{cell}{para('旧格')}</w:tc></w:tr>"
    document = read_docx(make_docx(f"<w:tbl>{rows}</w:tbl>"))
    assert document.text.text.split() == ["留"]
    assert [(e.before.strip(), e.evidence) for e in document.edits] == [
        ("旧行", "deleted by 丙"),
        ("旧格", "deleted by 丁"),
    ]
    assert "read.tracked_changes" in {issue.check for issue in document.issues}


def test_a_table_in_a_cell_keeps_its_place_in_the_order(make_docx, para):
    inner = f"<w:tbl><w:tr><w:tc>{para('内')}</w:tc></w:tr></w:tbl>"
    body = f"<w:tbl><w:tr><w:tc>{para('前')}{inner}{para('后')}</w:tc></w:tr></w:tbl>"
    document = read_docx(make_docx(body))
    places = [dict(block.place) for block in document.blocks]
    assert document.text.text.split() == ["前", "内", "后"]
    assert [place["table"] for place in places] == ["1", "2", "1"]


def test_words_of_charts_and_diagrams_follow_the_text(make_docx, para):
    a = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    c = 'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
    names = "<c:cat><c:strCache><c:pt><c:v>沈阳</c:v></c:pt><c:pt><c:v>大连</c:v></c:pt></c:strCache></c:cat>"
    chart = f"<c:chartSpace {a} {c}><a:p><a:r><a:t>各市</a:t></a:r><a:r><a:t>户数</a:t></a:r></a:p>{names}{names}</c:chartSpace>"
    data = f"<dgm {a}><a:p><a:r><a:t>领导小组</a:t></a:r></a:p></dgm>"
    document = read_docx(make_docx(para("正文"), chart=chart, diagramData=data))
    assert document.text.text.split("\n") == ["正文", "各市户数", "沈阳", "大连", "领导小组"]
    assert dict(document.blocks[1].place) == {"part": "chart 1"}
    assert "read.charts" in {issue.check for issue in document.issues}


def test_text_boxes_stand_after_their_paragraph_once(lines, para):
    box = f"<w:txbxContent>{para('框')}</w:txbxContent>"
    both = (
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f"<mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
    )
    assert lines(f"<w:p><w:r><w:t>前</w:t></w:r><w:r>{both}</w:r><w:r><w:t>后</w:t></w:r></w:p>") == [
        "前后",
        "框",
    ]


def test_headers_hidden_text_and_contents_are_left_out_with_a_record(make_docx, para):
    hidden = "<w:p><w:r><w:t>明</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>暗</w:t></w:r></w:p>"
    document = read_docx(
        make_docx(para("目录项……1", "toc1") + hidden, header1=f"<w:hdr {W}>{para('页眉')}</w:hdr>")
    )
    assert document.text.text == "明"
    assert {e.rule for e in document.edits} == {"read.contents", "read.hidden_text", "read.page_header"}
    assert undo(document.text, document.edits) == document.original


def test_comments_become_findings_at_their_paragraph(make_docx, para):
    body = para("无关") + '<w:p><w:commentRangeStart w:id="5"/><w:r><w:t>有批注</w:t></w:r></w:p>'
    comments = (
        f'<w:comments {W}><w:comment w:id="5" w:author="王五">{para("请核实")}</w:comment></w:comments>'
    )
    issue = next(i for i in read_docx(make_docx(body, comments=comments)).issues if i.check == "read.comment")
    assert (issue.message, issue.start, issue.end) == ("comment of 王五: 请核实", 3, 6)


def test_fields_show_their_result_and_not_their_code(lines):
    code = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE \\* MERGEFORMAT</w:instrText></w:r>'
    assert lines(f"<w:p>{code}<w:r><w:t>3</w:t></w:r></w:p>") == ["3"]


def test_styles_that_inherit_from_themselves_end(lines, para):
    assert lines(para("文", "a")) == ["文"]


def test_headings_by_style_name_and_by_outline_level(make_docx, para):
    document = read_docx(make_docx(para("题", "own") + para("节", "2") + para("文")))
    assert [(b.kind, b.level) for b in document.blocks] == [
        ("heading", 1),
        ("heading", 2),
        ("paragraph", None),
    ]


def test_a_file_of_python_docx():
    docx = pytest.importorskip("docx")
    made = docx.Document()
    made.add_heading("年度报告", 1)
    made.add_paragraph("第一段。")
    made.add_paragraph("条目", style="List Number")
    made.add_table(1, 2).rows[0].cells[1].text = "格"
    buffer = io.BytesIO()
    made.save(buffer)
    document = read_docx(buffer.getvalue())
    assert document.text.text == "年度报告\n第一段。\n1. 条目\n格"
    assert [b.kind for b in document.blocks] == ["heading", "paragraph", "item", "cell"]


def test_an_empty_document_says_so(make_docx):
    with pytest.raises(EmptyInput):
        read_docx(make_docx("<w:p/>"))


@pytest.mark.parametrize("part", ["word/document.xml", "word/styles.xml"])
def test_entities_are_refused(make_docx, make_zip, part):
    bomb = (
        '<!DOCTYPE a [<!ENTITY a "哈"><!ENTITY b "&a;&a;&a;">]>' + f"<w:document {W}><w:body/></w:document>"
    )
    import zipfile

    with zipfile.ZipFile(io.BytesIO(make_docx("<w:p/>"))) as file:
        entries = {name: file.read(name) for name in file.namelist()}
    with pytest.raises(InputError, match="entities"):
        read_docx(make_zip({**entries, part: bomb}))


def test_deep_nesting_names_the_limit(make_docx):
    with pytest.raises(LimitExceeded, match="max_depth"):
        read_docx(make_docx("<w:sdt>" * 230 + "</w:sdt>" * 230))


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_file_of_libreoffice(tmp_path):
    import subprocess

    page = tmp_path / "a.html"
    page.write_text(
        "<meta charset=utf-8><h1>报告</h1><ol><li>甲</li><li>乙</li></ol><table><tr><td>格</td></tr></table>",
        "utf-8",
    )
    call = ["soffice", "--headless", "--convert-to", "docx:MS Word 2007 XML", "--outdir", tmp_path, page]
    subprocess.run(call, check=True, capture_output=True, timeout=120)
    assert read_docx((tmp_path / "a.docx").read_bytes()).text.text == "报告\n1. 甲\n2. 乙\n格"


C = 'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'


def points(kind, form, *values):
    inner = "".join(f'<c:pt idx="{n}"><c:v>{v}</c:v></c:pt>' for n, v in enumerate(values) if v is not None)
    ref = "strRef" if kind == "strCache" else "numRef"
    return f"<c:{ref}><c:{kind}><c:formatCode>{form}</c:formatCode>{inner}</c:{kind}></c:{ref}>"


def chart_of(form, *numbers, names=("沈阳", "大连"), kind="strCache"):
    series = "".join(
        f"<c:ser><c:tx>{points('strCache', '', f'{2020 + n}年')}</c:tx><c:cat>{points(kind, 'yyyy', *names)}</c:cat>"
        f"<c:val>{points('numCache', form, *values)}</c:val></c:ser>"
        for n, values in enumerate(numbers)
    )
    return f"<c:chartSpace {C}><c:chart>{series}</c:chart></c:chartSpace>"


def test_the_numbers_of_a_chart_are_a_table_of_categories_and_series(make_docx, para):
    chart = chart_of("0.0%", ["0.052999999999999999", "1.2E-2"], [None, "0.5"])
    document = read_docx(make_docx(para("正文"), chart=chart))
    cells = {
        (b.place[2][1], b.place[3][1]): document.original[b.start : b.end]
        for b in document.blocks
        if b.kind == "cell"
    }
    assert cells == {
        ("1", "2"): "2020年", ("1", "3"): "2021年", ("2", "1"): "沈阳", ("2", "2"): "5.3%",
        ("3", "1"): "大连", ("3", "2"): "1.2%", ("3", "3"): "50%",
    }  # fmt: skip
    assert "read.charts" not in {issue.check for issue in document.issues}


@pytest.mark.parametrize(
    "chart",
    [
        chart_of("yyyy-mm-dd", ["43831", "43862"]),
        chart_of("General", ["1", "2"], names=("43831", "43862"), kind="numCache"),
        chart_of("General", ["1", "2", "3"]),
    ],
    ids=["dates", "dated_categories", "points_without_category"],
)
def test_numbers_of_a_chart_that_are_in_doubt_are_told_as_unread(make_docx, para, chart):
    document = read_docx(make_docx(para("正文"), chart=chart))
    assert "read.charts" in {issue.check for issue in document.issues}
    assert not any(block.kind == "cell" for block in document.blocks)


def test_raised_figures_are_superscripts(make_docx):
    raised = "<w:rPr><w:vertAlign w:val='superscript'/></w:rPr>"
    body = f"<w:p><w:r><w:t>增长5.3%</w:t></w:r><w:r>{raised}<w:t>1</w:t></w:r><w:r><w:t>，12m</w:t></w:r>"
    body += f"<w:r>{raised}<w:t>2</w:t></w:r><w:r>{raised}<w:t>注</w:t></w:r></w:p>"
    assert read_docx(make_docx(body)).text.text == "增长5.3%¹，12m²注"
