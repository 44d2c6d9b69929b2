"""The forms of a brief: memo, table, timeline; its focus; what was shortened. In md, html and docx."""

import io
from dataclasses import replace

import docx
import pytest

from pipeline.write import as_docx, as_html, as_markdown, view


def formed(document, **changes):
    return replace(document, brief=replace(document.brief, **changes))


def docx_text(document) -> str:
    made = docx.Document(io.BytesIO(as_docx.render(document)))
    cells = [c.text for table in made.tables for row in table.rows for c in row.cells]
    return "\n".join([*(p.text for p in made.paragraphs), *cells])


def written(document) -> dict[str, str]:
    return {
        "md": as_markdown.render(document).decode(),
        "html": as_html.render(document).decode(),
        "docx": docx_text(document),
    }


@pytest.mark.parametrize("template", ["memo", "table", "timeline"])
def test_every_form_tells_every_point_in_both_languages(document, template):
    told = formed(document, template=template)
    for name, text in written(told).items():
        plain = text.replace("\\", "")
        for line in told.brief.points:
            assert line.zh in plain, name
            assert not line.en or line.en[:20] in plain, name


def test_a_table_has_its_figures_and_sections(document):
    told = formed(document, template="table")
    rows = view.brief_rows(told)
    assert [row.line for row in rows] == list(told.brief.points)
    figures = next(row.figures for row in rows if "65个部门" in row.line.zh)
    assert figures == ("65", "71", "60", "115")
    for name, text in written(told).items():
        assert "115" in text, name


def test_a_timeline_shows_dates(document):
    line = replace(document.brief.points[0], date="2019-02-28")
    early = replace(document.brief.points[1], date="--11-23")
    told = formed(document, template="timeline", points=(early, line))
    assert [row.head[0] for row in view.brief_rows(told)] == ["11-23", "2019-02-28"]
    for name, text in written(told).items():
        assert "2019-02-28" in text, name


def test_focus_and_cuts_are_said(document):
    cut = replace(document.brief.points[0], method="compress")
    told = formed(document, focus="编制", points=(cut,))
    for name, text in written(told).items():
        assert "Focused on “编制”" in text, name
        assert view.SHORTENED_MEANS in text, name
        assert view.SHORTENED in text, name
    plain = formed(document, headline=replace(document.brief.headline, method="extract"))
    assert view.brief_notes(plain) == []


def test_links_lead_to_the_segments(document):
    told = formed(document, template="table")
    html = as_html.render(told).decode()
    for line in told.brief.points:
        for name in line.segments:
            assert f'href="#{name}"' in html
            assert f'id="{name}"' in html


def test_headings_that_the_text_lacks_are_not_named(document):
    named = [section for section, _ in view.points(document) if section]
    assert all(section.title.zh for section in named)
    untitled = tuple(
        replace(s, title=replace(s.title, zh="", en="")) if s.inferred else s for s in document.sections
    )
    bare = replace(document, sections=untitled)
    assert not any(section.inferred for section, _ in view.points(bare) if section)
    assert sum(len(lines) for _, lines in view.points(bare)) == len(document.brief.points)
