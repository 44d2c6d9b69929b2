"""A comparison of reports as DOCX."""

from __future__ import annotations

import io
from collections.abc import Sequence

from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn

from pipeline.digest import Cell, Digest, Report
from pipeline.prepare.quantities.words import in_words
from pipeline.write.as_docx import (
    Xml,
    blank,
    cells_row,
    external_link,
    header_row,
    moment_of,
    runs_of,
    small_paragraph,
)

WIDTHS = (1700, 4200, 5600, 1700, 1000)


def render(digest: Digest) -> bytes:
    """The file, on sheets across."""
    from pipeline.write.digest import link, rows, topic_name

    made = blank()
    section = made.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    title = f"{len(digest.reports)} reports compared by {len(digest.topics)} topics"
    made.core_properties.title = title
    made.core_properties.author = "duizhao"
    made.core_properties.created = made.core_properties.modified = moment_of(digest.reports[0].document)
    made.add_paragraph(style="Title")._p.extend(runs_of(title, "en"))
    for topic, cells in rows(digest):
        zh, en = topic_name(topic)
        made.add_paragraph(style="Heading 1")._p.extend([*runs_of(zh, "zh"), *runs_of(f"  {en}", "en")])
        table = made.add_table(rows=0, cols=len(WIDTHS), style="Table Grid")
        table.autofit = False
        for column, width in zip(table._tbl.tblGrid.gridCol_lst, WIDTHS, strict=True):
            column.set(qn("w:w"), str(width))
        names = ("Report", "中文", "English", "Figures", "Where")
        table._tbl.append(header_row([small_paragraph(runs_of(name, "en", bold=True)) for name in names]))
        for report, cell in cells:
            where: Sequence[Xml] = []
            if cell is not None:
                where = [external_link(made, link(cell), ", ".join(cell.segments))]
            table._tbl.append(cells_row(_row(report, cell, where), WIDTHS))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _row(report: Report, cell: Cell | None, where: Sequence[Xml]) -> list[Xml]:
    if cell is None:
        empty = [small_paragraph(runs_of("—", "en")) for _ in range(4)]
        return [small_paragraph(runs_of(report.stem, "zh", bold=True)), *empty]
    english = runs_of(cell.en, "en") if cell.en else runs_of("not translated", "en", italic=True)
    figures = "; ".join(in_words(figure.measure) for figure in cell.figures)
    return [
        small_paragraph(runs_of(report.stem, "zh", bold=True)),
        small_paragraph(runs_of(cell.zh, "zh")),
        small_paragraph(english),
        small_paragraph(runs_of(figures or "—", "en")),
        small_paragraph(where),
    ]
