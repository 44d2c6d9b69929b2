"""What a reviewed file holds, before it is compared with the document that it was made from.

XLIFF, TMX and CSV say for each unit what it is; DOCX is read in `returned_docx`. Remarks are those of
people: what our own checks had said is made anew.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pipeline.config import ReadConfig
from pipeline.document import State
from pipeline.errors import InputError
from pipeline.read.archive import parse_xml
from pipeline.read.bilingual import OURS, STATES, local, pairs_in, plain
from pipeline.read.text import decode
from pipeline.write.as_csv import COLUMNS, unguarded


@dataclass(slots=True)
class Returned:
    """One segment as the file has it: its id or its number, and what stands there now.

    `written` is the stamp of the translation that the file was made with. `found` is False where the
    place of the translation is gone, `complete` where the text of a neighbour may stand in this one.
    """

    id: str = ""
    number: int = 0
    source: str = ""
    target: str | None = None
    state: State | None = None
    written: str = ""
    remarks: list[str] = field(default_factory=list)
    found: bool = True
    complete: bool = True


@dataclass(slots=True)
class Returns:
    """All that a reviewed file holds. `brief` pairs the lines of a brief, `remarks` are of the whole."""

    units: list[Returned]
    remarks: list[str] = field(default_factory=list)
    brief: list[tuple[str, str]] = field(default_factory=list)


def extract(data: bytes, path: str, config: ReadConfig) -> Returns:
    """The units of a DOCX, XLIFF, TMX or CSV, told apart by their first bytes.

    Raises:  InputError: none of them, or damaged; LimitExceeded: a limit of `config` is passed.
    """
    if data.startswith(b"PK\x03\x04"):
        from pipeline.read.returned_docx import returns

        return returns(data, path, config)
    if data.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:1] == b"<":
        return _of_xml(data, path, config)
    return _of_csv(data, path, config)


def restored(said: dict[str, Any]) -> Returns:
    """The reverse of `dataclasses.asdict`, for what a process of its own has read."""
    units = [Returned(**unit) for unit in said["units"]]
    return Returns(units, said["remarks"], [(zh, en) for zh, en in said["brief"]])


# XLIFF and TMX


def _of_xml(data: bytes, path: str, config: ReadConfig) -> Returns:
    root = parse_xml(data, path, config)
    units = [
        Returned(
            id=pair.id,
            source=pair.source,
            target=pair.target,
            state=pair.state if pair.target is not None else None,
            written=pair.written,
            remarks=[note.strip() for note in pair.notes if note.strip()],
        )
        for pair in pairs_in(root, path, whole=True)
    ]
    return Returns(units, list(_outer_notes(root)))


def _outer_notes(root: Any) -> Iterator[str]:
    """Notes of people on the file or on a group of units; ours have a category."""
    for note in root.iter():
        inside = {local(parent) for parent in note.iterancestors()} if local(note) == "note" else {"unit"}
        if not inside & {"unit", "trans-unit", "tu"} and not note.get("category"):
            text = " ".join(plain(note)[0].split())
            if text and not text.startswith(OURS):
                yield text


# CSV


def _of_csv(data: bytes, path: str, config: ReadConfig) -> Returns:
    """Rows with our `id` and `target`; every column that is not ours holds remarks."""
    text = decode(data, path, config).text.removeprefix("\ufeff")
    head = text.split("\n", 1)[0]
    delimiter = max(",\t;", key=head.count)
    csv.field_size_limit(max(config.max_line_characters, 1) * 4)
    try:
        rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, restkey=""))
    except csv.Error as error:
        raise InputError(f"{path} is not CSV: {error}") from error
    columns = set(rows[0]) if rows else set()
    if not {"id", "target"} <= columns or not {"text", "source"} & columns:
        raise InputError(
            f"{path} is no reviewed file: DOCX, XLIFF, TMX, or CSV with the columns id, text and target"
        )
    return Returns([_of_row(row) for row in rows if any(_words(value) for value in row.values())])


def _of_row(row: dict[str, Any]) -> Returned:
    target = unguarded(_words(row.get("target")))
    remarks = [
        f"{name}: {_words(value)}" if name else _words(value)
        for name, value in row.items()
        if name not in COLUMNS and _words(value)
    ]
    return Returned(
        id=unguarded(_words(row.get("id"))),
        source=unguarded(_words(row.get("text") or row.get("source"))),
        target=target if target.strip() else None,
        state=STATES.get(_words(row.get("state")).lower()) if target.strip() else None,
        written=_words(row.get("written")),
        remarks=remarks,
    )


def _words(value: Any) -> str:
    """The text of a cell; cells beyond the last column come as a list."""
    return "; ".join(value) if isinstance(value, list) else value or ""
