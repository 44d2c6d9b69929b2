"""Markdown: the brief, the figures, the aligned text, the findings and the provenance.

Valid CommonMark, with tables as GitHub writes them. Every segment carries an anchor of its id, and
[s12] leads there. Nothing of a document is ever read as markup.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence

from pipeline.document import BriefLine, Document, Issue, Section, Segment
from pipeline.prepare.quantities.words import in_words
from pipeline.write import view
from pipeline.write.view import Grid, Part, visible

ACTIVE = re.compile(r"([\\`*_\[\]<>&~|$#{}])")
# Bare addresses would become links where the reader's renderer looks for them.
ADDRESS = re.compile(r"(?i)(:)(?=//)|(?<=www)(\.)|(?<=mailto)(:)|(?<=xmpp)(:)|(@)")
OPENING = re.compile(r"^(?:[-+=]|\d{1,9}[.)](?=\s|$))")


def render(document: Document) -> bytes:
    """The text, UTF-8."""
    found = view.issues_by_segment(document)
    blocks = [
        *_title(document),
        *_brief(document),
        *_figures(document),
        "## Text",
        *(block for part in view.parts(document) for block in _part(part)),
        *_findings(document, found),
        *_provenance(document),
    ]
    return ("\n\n".join(blocks) + "\n").encode("utf-8", "replace")


def plain(text: str) -> str:
    """Text that CommonMark shows as it is: every active character escaped, on one line."""
    text = " ".join(visible(text).split())
    text = ADDRESS.sub(lambda match: _entity(match.group()), ACTIVE.sub(r"\\\1", text))
    return OPENING.sub(lambda match: _closed(match.group()), text)


def _entity(character: str) -> str:
    return f"&#{ord(character)};"


def _closed(opening: str) -> str:
    """A marker of a list or heading, so that it is none: its last character escaped."""
    return f"{opening[:-1]}\\{opening[-1]}"


def _title(document: Document) -> Iterator[str]:
    zh, en = view.headline(document)
    proof = _refs(document.brief.headline.segments) if document.brief else ""
    yield f"# {plain(en or zh)}{proof}"
    if en:
        yield f"**{plain(zh)}**"


def _brief(document: Document) -> Iterator[str]:
    if document.brief is None:
        return
    yield "## Brief"
    if notes := view.brief_notes(document):
        yield "\\\n".join(f"*{plain(note)}*" for note in notes)
    for line in document.brief.abstract:
        yield f"{_line(line.en)}{_cut(line)}{_refs(line.segments)}"
        yield f"> {plain(line.zh)}"
    if columns := view.brief_columns(document):
        yield _table(columns, document)
        return
    for section, lines in view.points(document):
        if section is not None:
            yield f"### {_heading(section)}"
        if lines:
            yield _points(lines)


def _table(columns: Sequence[str], document: Document) -> str:
    """A brief in tabular form."""
    rows = [
        (
            " / ".join(plain(words) for words in row.head if words),
            plain(row.line.zh),
            f"{_line(row.line.en)}{_cut(row.line)}{_refs(row.line.segments)}",
            plain("; ".join(row.figures)),
        )[: len(columns)]
        for row in view.brief_rows(document)
    ]
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _cut(line: BriefLine) -> str:
    return f" {view.SHORTENED}" if line.method == "compress" else ""


def _points(lines: Iterable[BriefLine]) -> str:
    return "\n".join(
        f"- {_line(line.en)}{_cut(line)}{_refs(line.segments)}\\\n  {plain(line.zh)}" for line in lines
    )


def _line(text: str) -> str:
    return plain(text) if text else "*not translated*"


def _refs(names: Iterable[str]) -> str:
    return "".join(f" [\\[{plain(name)}\\]](<#{html.escape(name)}>)" for name in names)


def _figures(document: Document) -> Iterator[str]:
    rows = [
        "| "
        + " | ".join(
            (
                plain(q.measure.text) if q.measure else "—",
                plain(in_words(q.measure or q.target)),
                plain(q.target.text) if q.target else "—",
                f"{view.VERDICTS[q.verdict][0]} {view.VERDICTS[q.verdict][1]}".replace("|", "\\|"),
                _refs([q.segment]).strip(),
            )
        )
        + " |"
        for q in view.figures(document)
    ]
    if rows:
        yield "## Figures" if document.brief else "## Figures to look at"
        yield "\n".join(
            ("| In the source | Value | In English | Verdict | Where |", "|---|---|---|---|---|", *rows)
        )


def _part(part: Part) -> Iterator[str]:
    if part.section is not None and not part.again:
        yield f"{'#' * min(max(part.section.level, 1) + 2, 6)} {_heading(part.section)}"
        if part.section.inferred:
            yield f"*({view.LOST_HEADING})*"
    for block in part.blocks:
        if isinstance(block, Grid):
            yield _grid(block)
        else:
            yield _zh(block.segments)
            yield f"> {_en(block.segments)}"


def _zh(segments: Iterable[Segment]) -> str:
    return " ".join(f'<a id="{html.escape(s.id)}"></a>\\[{plain(s.id)}\\] {plain(s.text)}' for s in segments)


def _en(segments: Iterable[Segment]) -> str:
    return " ".join(
        f"\\[{plain(s.id)}\\] {plain(s.target) if s.target is not None else '*not translated*'}"
        for s in segments
    )


def _grid(grid: Grid) -> str:
    """A table as it was, each cell in both languages; its first row is the heading of the table."""
    lines = [
        "| " + " | ".join(f"{_zh(cell)}<br>{_en(cell)}" if cell else " " for cell in row) + " |"
        for row in grid.rows
    ]
    return "\n".join((lines[0], "|" + "---|" * len(grid.rows[0]), *lines[1:]))


def _heading(section: Section) -> str:
    return " / ".join(plain(words) for words in view.section_title(section) if words)


def _findings(document: Document, found: dict[str | None, list[tuple[str, Issue]]]) -> Iterator[str]:
    if not document.issues:
        return
    yield "## Findings"
    order = {segment.id: n for n, segment in enumerate(document.segments)}
    entries = [entry for group in found.values() for entry in group]
    entries.sort(key=lambda entry: order.get(entry[1].segment or "", -1))
    yield "\n".join(_finding(issue) for _, issue in entries)


def _finding(issue: Issue) -> str:
    place = _refs([issue.segment]) if issue.segment else ""
    waived = f" — waived: {plain(issue.waived)}" if issue.waived is not None else ""
    return f"- **{issue.severity}**{place} {plain(issue.message)} ({plain(issue.check)}){waived}"


def _provenance(document: Document) -> Iterator[str]:
    source = document.source
    yield "---"
    yield f"{view.coverage_line(document)} {len(document.edits):,} edits, all of them in the JSON."
    pairs = [("source", source.path), ("sha256", source.sha256), ("encoding", source.encoding)]
    yield " · ".join(f"{name}: {plain(value)}" for name, value in [*pairs, *view.run_line(document.run)])
