"""CSV and JSONL: the text column of each row, a block a row; the other columns are not text.

Where there is a column of translations beside it, the table is a bilingual file; where no column is known as
text, a Chinese table is read whole, cell by cell.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from pipeline.config import ReadConfig
from pipeline.errors import InputError, LimitExceeded
from pipeline.read.bilingual import STATES, Bitext, Pair
from pipeline.read.encoding import Decoded
from pipeline.read.extraction import Extraction, Finding, Piece, paragraph
from pipeline.read.html import damage_of
from pipeline.read.text import decode
from pipeline.write.as_csv import unguarded

CHINESE = re.compile("[\u3400-\u9fff]")
USUAL = ("text", "content", "body", "zh", "source", "article", "正文", "内容", "內容", "文本", "原文")
TARGETS = ("target", "en", "english", "translation", "译文", "譯文", "英文", "英语", "英語")
TITLES = ("title", "headline", "标题", "標題", "题名")


def extract(data: bytes, path: str, config: ReadConfig) -> Extraction | Bitext:
    """The rows of a CSV, TSV, JSON or JSONL file, told apart by the first character.

    Raises:  InputError: no such column, a broken row; LimitExceeded: nested too deep, a cell too long.
    """
    decoded = decode(data, path, config)
    text = decoded.text.removeprefix("\ufeff")
    rows = list(
        _json_rows(text, path, config) if text.lstrip()[:1] in ("{", "[") else _csv_rows(text, path, config)
    )
    if not rows:
        raise InputError(f"{path} has no rows")
    if str(rows[0][1].get("schema", "")).startswith("duizhao/"):
        raise InputError(
            f"{path} is a finished document of duizhao: see `duizhao check` and `duizhao export`"
        )
    if _is_grid(rows, text, config):
        return _grid(text, path, decoded, config)
    column = _column(rows, path, config)
    pieces = tuple(_piece(row, column, n, path, config) for n, row in rows)
    if (other := _translations(rows, column, config)) is not None:
        return _bitext([(n, row) for n, row in rows], (column, other), decoded, config, path)
    others = sorted({key for _, row in rows for key in row if key != column})
    left = Finding("columns", "info", f"read column {column!r}; not read: {', '.join(others)}")
    findings = (*((left,) if others else ()), *damage_of(decoded.damaged))
    return Extraction(pieces, decoded.encoding, findings=findings)


def _piece(row: dict[str, Any], column: str, number: int, path: str, config: ReadConfig) -> Piece:
    value = row.get(column)
    if value is not None and not isinstance(value, str):
        raise InputError(f"{path}, row {number}: column {column!r} holds {type(value).__name__}, not text")
    if value and len(value) > config.max_line_characters:
        limit = f"read.max_line_characters, {config.max_line_characters:,}"
        raise LimitExceeded(f"{path}, row {number}: {len(value):,} characters, more than {limit}")
    return paragraph(value or "", row=number, column=column)


def _column(rows: Sequence[tuple[int, dict[str, Any]]], path: str, config: ReadConfig) -> str:
    """The column that was asked for, or the first of the usual names, or the only one."""
    known = list(dict.fromkeys(key for _, row in rows for key in row))
    if config.column:
        if config.column not in known:
            raise InputError(f"{path} has no column {config.column!r}; there are {', '.join(known)}")
        return config.column
    lowered = {key.strip().lower(): key for key in reversed(known)}
    for name in USUAL:
        if name in lowered:
            return lowered[name]
    if len(known) == 1:
        return known[0]
    raise InputError(f"{path}: which column is the text? name it with --column: {', '.join(known)}")


def _is_grid(rows: Sequence[tuple[int, dict[str, Any]]], text: str, config: ReadConfig) -> bool:
    """Whether a table of several columns, none of them known as text, says something in Chinese."""
    known = dict.fromkeys(key for _, row in rows for key in row)
    named = config.column or any(key.strip().lower() in USUAL for key in known)
    return (
        not named
        and len(known) > 1
        and text.lstrip()[:1] not in ("{", "[")
        and CHINESE.search(text) is not None
    )


def _grid(text: str, path: str, decoded: Decoded, config: ReadConfig) -> Extraction:
    """Every cell of a table in its place, the names of the columns among them."""
    pieces: list[Piece] = []
    widest = 0
    for number, row in _csv_lines(text, path, config):
        widest = max(widest, len(row))
        for column, cell in enumerate(row, 1):
            if len(cell) > config.max_line_characters:
                limit = f"read.max_line_characters, {config.max_line_characters:,}"
                raise LimitExceeded(f"{path}, row {number}: {len(cell):,} characters, more than {limit}")
            if cell.strip():
                pieces.append(paragraph(cell, "cell", table=1, row=number, column=column))
    message = f"no column is known as text: read as a table of {widest} columns; --column reads one alone"
    findings = (Finding("columns", "info", message), *damage_of(decoded.damaged))
    return Extraction(tuple(pieces), decoded.encoding, findings=findings)


def _translations(rows: Sequence[tuple[int, dict[str, Any]]], column: str, config: ReadConfig) -> str | None:
    """The column of translations, None where there is none or it is not wanted."""
    lowered = {key.strip().lower(): key for _, row in rows for key in row if key != column}
    found = next((lowered[name] for name in TARGETS if name in lowered), None)
    return found if config.targets == "keep" else None


def _bitext(
    rows: Sequence[tuple[int, dict[str, Any]]],
    columns: tuple[str, str],
    decoded: Decoded,
    config: ReadConfig,
    path: str,
) -> Bitext:
    """A unit a row. Apostrophes that keep spreadsheets from computing a cell of ours are taken off."""
    ours = all({"id", "written", *columns} <= row.keys() for _, row in rows)
    pairs = tuple(_pair(row, columns, n, path, ours=ours) for n, row in rows)
    read = {*columns, "id", "state", *(("kind",) if ours else ())}
    others = sorted({key for _, row in rows for key in row if key not in read})
    message = f"column {columns[1]!r} was read as the translation of {columns[0]!r}"
    left = f"{message}; not read: {', '.join(others)}" if others else message
    return Bitext(pairs, decoded.encoding, (Finding("columns", "info", left), *damage_of(decoded.damaged)))


def _pair(row: dict[str, Any], columns: tuple[str, str], number: int, path: str, *, ours: bool) -> Pair:
    said = [row.get(column) for column in columns]
    for column, value in zip(columns, said, strict=True):
        if value is not None and not isinstance(value, str):
            raise InputError(
                f"{path}, row {number}: column {column!r} holds {type(value).__name__}, not text"
            )
    zh, en = (unguarded(value or "") if ours else value or "" for value in said)
    state = STATES.get(str(row.get("state", "")).lower(), "translated")
    name = str(row.get("id") or f"row{number}")
    kind = str(row.get("kind", "")) if ours else ""
    return Pair(name, zh, en if en.strip() else None, state if en.strip() else "initial", kind=kind)


def _json_rows(text: str, path: str, config: ReadConfig) -> Iterator[tuple[int, dict[str, Any]]]:
    """One object a line, or one array of objects, or one object."""
    whole = text.lstrip().startswith("[")
    lines = [text] if whole else text.split("\n")
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        _require_shallow(line, path, number, config)
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            if number == 1 and not whole:
                yield from _one_object(text, path, error)
                return
            raise InputError(f"{path}, line {number} is not JSON: {error}") from error
        values = value if isinstance(value, list) else [value]
        for n, row in enumerate(values, 1 if whole else number):
            if not isinstance(row, dict):
                raise InputError(f"{path}, row {n} is not a JSON object")
            yield n, row


def _one_object(text: str, path: str, error: Exception) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        row = json.loads(text)
    except (ValueError, RecursionError):
        raise InputError(f"{path}, line 1 is not JSON: {error}") from error
    yield 1, row


def _require_shallow(line: str, path: str, number: int, config: ReadConfig) -> None:
    """Count brackets before the parser recurses; brackets inside strings count too, which is harmless."""
    if line.count("[") + line.count("{") <= config.max_depth:
        return
    depth = 0
    for character in line:
        depth += (character in "[{") - (character in "]}")
        if depth > config.max_depth:
            raise LimitExceeded(
                f"{path}, line {number} is nested deeper than read.max_depth, {config.max_depth}"
            )


def _csv_rows(text: str, path: str, config: ReadConfig) -> Iterator[tuple[int, dict[str, Any]]]:
    """Rows under the names of the first one."""
    lines = _csv_lines(text, path, config)
    names = [name.strip() for name in next(lines, (1, []))[1]]
    for number, row in lines:
        if any(cell.strip() for cell in row):
            yield number, dict(zip(names, row, strict=False))


def _csv_lines(text: str, path: str, config: ReadConfig) -> Iterator[tuple[int, list[str]]]:
    """All rows with their numbers; the delimiter is the commonest of the first line."""
    head = text.split("\n", 1)[0]
    delimiter = max(",\t;|", key=head.count)
    csv.field_size_limit(max(config.max_line_characters, 1) * 4)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        yield from enumerate(reader, 1)
    except csv.Error as error:
        raise InputError(f"{path}, line {reader.line_num} is not CSV: {error}") from error
