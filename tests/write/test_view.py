"""Tables of the source are given back as grids, every segment once."""

from dataclasses import replace

import pytest

from pipeline.config import Config, ReadConfig
from pipeline.prepare.terms import Glossary
from pipeline.read.formats import read_bytes
from pipeline.read.reviewed import merge_reviewed
from pipeline.runner import prepare
from pipeline.write import as_docx, as_html, as_markdown, view

MARKDOWN = (
    "# 清单\n\n| 序号 | 项目 | 金额 |\n|---|---|---|\n| 1 | 甲。乙。 | 100万元 |\n| 2 | | 200万元 |\n\n完。\n"
)
HTML = (
    "<html><body><h1>清单</h1><table><tr><td>序号<td>项目<td>金额</tr><tr><td>1<td>甲。乙。<td>100万元</tr>"
    "<tr><td>2<td><td>200万元</tr></table><p>完。</p></body></html>"
)
TSV_OF = [["序号", "项目", "金额"], ["1", "甲。 乙。", "100万元"], ["2", "", "200万元"]]


def document(text: str, name: str):
    found = read_bytes(text.encode(), name, ReadConfig())
    found = prepare(found, config=Config(), glossary=Glossary.load(("gov-zh-en",)))
    segments = tuple(
        replace(s, target=f"English {n}", origin="mt", state="translated")
        for n, s in enumerate(found.segments, 1)
    )
    return replace(found, segments=segments)


@pytest.fixture(params=[(MARKDOWN, "a.md"), (HTML, "a.html")], ids=["markdown", "html"])
def listed(request):
    return document(*request.param)


def grids(found):
    return [b for part in view.parts(found) for b in part.blocks if isinstance(b, view.Grid)]


def test_cells_stand_where_they_stood(listed):
    (grid,) = grids(listed)
    assert [[" ".join(s.text for s in cell) for cell in row] for row in grid.rows] == TSV_OF


def test_every_segment_stands_once(listed):
    for part in view.parts(listed):
        assert [s for b in part.blocks for s in b.segments] == [s for r in part.rows for s in r.segments]


def test_markdown_has_a_table_with_both_languages(listed):
    from markdown_it import MarkdownIt

    html = MarkdownIt("commonmark").enable("table").render(as_markdown.render(listed).decode())
    table = next(t for t in html.split("<table>")[1:] if "序号" in t)
    assert table.count("<tr>") == 3
    assert table.count("<td") + table.count("<th") - table.count("<thead") == 9
    assert all(f"English {n}" in html for n in range(1, len(listed.segments) + 1))


def test_html_has_a_table_whose_sentences_can_be_walked(listed):
    from lxml import html

    page = html.fromstring(as_html.render(listed).decode())
    (table,) = page.xpath("//section[@id='text']//div[contains(@class, 'grid')]/table")
    assert len(table.findall(".//tr")) == 3
    for cell in table.findall(".//td"):
        sides = [s.get("data-side") for s in cell.iter("span") if s.get("data-s")]
        assert sides == sorted(sides, reverse=True)


def test_docx_has_a_table_that_comes_back_reviewed(listed, tmp_path):
    import docx

    path = tmp_path / "a.docx"
    path.write_bytes(as_docx.render(listed))
    assert merge_reviewed(listed, path).document == listed
    made = docx.Document(str(path))
    table = next(t for t in made.tables if len(t.columns) == 3)
    cell = table.cell(1, 2)
    assert "100万元" in cell.text
    run = next(r for r in cell.paragraphs[1].runs if "English" in r.text)
    run.text = run.text.replace("English", "Anglo-Saxon")
    made.save(str(path))
    merged = merge_reviewed(listed, path)
    assert [c.after.target.split()[0] for c in merged.changes] == ["Anglo-Saxon"]


def test_a_list_of_one_column_stays_side_by_side():
    found = document(
        "<html><body><table><tr><td>第一项工作。</tr><tr><td>第二项。</tr></table></body></html>", "a.html"
    )
    assert grids(found) == []
