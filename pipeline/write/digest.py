"""A comparison of reports as files: md, html, csv, docx, json."""

from __future__ import annotations

import csv
import html
import io
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from pipeline.digest import Cell, Digest, Figure, Report
from pipeline.digest.topics import Topic
from pipeline.errors import UsageError
from pipeline.prepare.quantities.words import in_words
from pipeline.write.as_html import environment, shipped
from pipeline.write.as_markdown import plain
from pipeline.write.shape import encode

SCHEMA = "duizhao/digest"
VERSION = 1
FORMATS = ("md", "html", "csv", "docx", "json")
ASPECTS = {"result": "reached", "target": "aimed at", None: ""}
COLUMNS = (
    "topic", "topic_en", "aspect", "report", "report_title", "zh", "en", "figure", "value", "upper", "unit",
    "kind", "approximator", "figure_en", "verdict", "segments", "link",
)  # fmt: skip


def render(digest: Digest, name: str) -> bytes:
    """The file of a format.

    Raises:  UsageError: no such format.
    """
    if name == "docx":
        from pipeline.write.digest_docx import render as render_docx

        return render_docx(digest)
    made = {"md": _markdown, "html": _html, "csv": _csv, "json": _json}
    if name not in made:
        raise UsageError(f"no format {name!r} for a digest: known are {', '.join(FORMATS)}")
    return made[name](digest).encode("utf-8", "replace")


def rows(digest: Digest) -> Iterator[tuple[Topic, list[tuple[Report, Cell | None]]]]:
    """Each topic with its cells in the order of the reports; None for one that says nothing of it."""
    for topic in digest.topics:
        yield topic, [(report, digest.cell(topic.id, report.stem)) for report in digest.reports]


def topic_name(topic: Topic) -> tuple[str, str]:
    """A topic in both languages, with what of it is compared."""
    aspect = {"result": "（已完成）", "target": "（目标）", None: ""}[topic.aspect]
    english = f" ({ASPECTS[topic.aspect]})" if topic.aspect and topic.en else ""
    return topic.zh + aspect, topic.en + english


def main_figure(cell: Cell | None) -> str:
    """The figure that a topic is about, for a person; a tick where a report only tells of it."""
    if cell is None:
        return "—"
    return in_words(cell.figure.measure) if cell.figure else "✓"


def link(cell: Cell) -> str:
    """Where the first segment that proves a cell stands: in the page of its report."""
    return f"{quote(cell.report)}.html#{quote(cell.segments[0])}"


# -- Markdown -------------------------------------------------------------------------------------


def _markdown(digest: Digest) -> str:
    blocks = [f"# {len(digest.reports)} reports compared by {len(digest.topics)} topics", "## At a glance"]
    blocks.append(_glance(digest))
    for topic, cells in rows(digest):
        zh, en = topic_name(topic)
        blocks.append(f"## {' / '.join(plain(words) for words in (zh, en) if words)}")
        lines = ["| Report | 中文 | English | Figures | Where |", "|---|---|---|---|---|"]
        lines += [_markdown_row(report, cell) for report, cell in cells]
        blocks.append("\n".join(lines))
    blocks.append("— : the report says nothing of it.")
    return "\n\n".join(blocks) + "\n"


def _glance(digest: Digest) -> str:
    """One row a topic, one column a report, each with its figure."""
    names = " | ".join(plain(report.stem) for report in digest.reports)
    lines = [f"| | {names} |", "|---" * (len(digest.reports) + 1) + "|"]
    for topic, cells in rows(digest):
        zh, en = topic_name(topic)
        figures = " | ".join(plain(main_figure(cell)) for _, cell in cells)
        lines.append(f"| {plain(f'{zh} {en}'.strip())} | {figures} |")
    return "\n".join(lines)


def _markdown_row(report: Report, cell: Cell | None) -> str:
    if cell is None:
        return f"| {plain(report.stem)} | — | — | — | — |"
    where = f"[{plain(', '.join(cell.segments))}](<{html.escape(link(cell))}>)"
    english = plain(cell.en) if cell.en else "*not translated*"
    figures = plain("; ".join(in_words(figure.measure) for figure in cell.figures)) or "—"
    return f"| {plain(report.stem)} | {plain(cell.zh)} | {english} | {figures} | {where} |"


# -- HTML -----------------------------------------------------------------------------------------


def _html(digest: Digest) -> str:
    style = shipped("style.css") + shipped("digest.css")
    return (
        environment()
        .get_template("digest.html.j2")
        .render(
            digest=digest,
            rows=list(rows(digest)),
            topic_name=topic_name,
            main_figure=main_figure,
            link=link,
            style=Markup(style),
        )
    )


# -- CSV and JSON ---------------------------------------------------------------------------------


def _csv(digest: Digest) -> str:
    """One line a cell, with the mark by which spreadsheets know UTF-8; nothing begins a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for topic, cells in rows(digest):
        for report, cell in cells:
            writer.writerow([_harmless(str(value)) for value in _values(topic, report, cell)])
    return "\ufeff" + out.getvalue()


def _values(topic: Topic, report: Report, cell: Cell | None) -> list[str]:
    head = [topic.zh, topic.en, topic.aspect or "", report.stem, report.zh]
    if cell is None:
        return [*head, *[""] * (len(COLUMNS) - len(head))]
    figure = cell.figure
    told = [""] * 8 if figure is None else _figure_values(figure)
    return [*head, cell.zh, cell.en, *told, " ".join(cell.segments), link(cell)]


def _figure_values(figure: Figure) -> list[str]:
    measure = figure.measure
    values = [measure.text, encode(measure.value), encode(measure.upper) or "", measure.unit, measure.kind]
    english = figure.target.text if figure.target else ""
    return [*values, measure.approximator or "", english, figure.verdict or ""]


def _harmless(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "@", "\t", "\r") or text.startswith("-") else text


def _json(digest: Digest) -> str:
    value = {
        "schema": SCHEMA,
        "version": VERSION,
        "reports": [
            {"stem": r.stem, "zh": r.zh, "en": r.en, "path": r.document.source.path,
             "sha256": r.document.source.sha256}
            for r in digest.reports
        ],
        "topics": [
            {"id": t.id, "zh": t.zh, "en": t.en, "source": t.source, "aspect": t.aspect} for t in digest.topics
        ],
        "cells": [_cell_value(digest, cell) for cell in digest.cells],
    }  # fmt: skip
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _cell_value(digest: Digest, cell: Cell) -> dict[str, Any]:
    document = next(report.document for report in digest.reports if report.stem == cell.report)
    places = {segment.id: segment for segment in document.segments}
    value: dict[str, Any] = encode(cell)
    value["proof"] = [
        {"segment": name, "start": places[name].start, "end": places[name].end, "source": places[name].source}
        for name in cell.segments
    ]
    return value
