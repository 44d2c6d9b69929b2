"""CSV, one segment a row, as Excel and LibreOffice open it: UTF-8 with a mark, CRLF.

A cell that a spreadsheet would take for a formula gets an apostrophe in front; so does one that
begins with an apostrophe, so that taking one away (`unguarded`) gives every text back. The last column,
`written`, lets a reviewed table be told from an old one when it comes back.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict

from pipeline.document import Document
from pipeline.stamp import stamp
from pipeline.write import view

COLUMNS = (
    "id", "section", "kind", "start", "end", "source", "text", "target", "origin", "model", "state",
    "numbers", "issues", "written",
)  # fmt: skip
# Full-width forms are formulas to spreadsheets of East Asian locales; see OWASP, CSV injection.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'")


def render(document: Document) -> bytes:
    """The file."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([guarded(str(value)) for value in row] for row in rows(document))
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "backslashreplace")


def rows(document: Document) -> list[tuple[str | int, ...]]:
    """The values of `COLUMNS` for each segment; what is not there is an empty string."""
    numbers: defaultdict[str, list[str]] = defaultdict(list)
    for quantity in document.quantities:
        source = quantity.measure.text if quantity.measure else "—"
        target = quantity.target.text if quantity.target else "—"
        numbers[quantity.segment].append(f"{source} → {target} ({quantity.verdict or 'not checked'})")
    found = view.issues_by_segment(document)
    return [
        (
            segment.id, segment.section or "", segment.kind, segment.start, segment.end, segment.source,
            segment.text, segment.target or "", segment.origin or "", segment.model or "", segment.state,
            "; ".join(numbers[segment.id]),
            "; ".join(f"{i.severity}: {i.message} ({i.check})" for _, i in found.get(segment.id, ())),
            stamp(segment.target, segment.state),
        )
        for segment in document.segments
    ]  # fmt: skip


def guarded(value: str) -> str:
    """The value, so that no spreadsheet computes it."""
    return f"'{value}" if value.startswith(FORMULA) else value


def unguarded(value: str) -> str:
    """The reverse of `guarded`."""
    return value.removeprefix("'")
