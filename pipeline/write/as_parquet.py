"""Parquet, one segment a row; numbers, terms and issues as lists, the run in the file's metadata."""

from __future__ import annotations

import io
import json
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.document import Document
from pipeline.write.as_json import to_dict

WORDS = (
    "id", "section", "kind", "source", "text", "target", "origin", "model", "state", "marker", "lead",
)  # fmt: skip
LISTS = {"quantities": "quantities", "issues": "issues"}


def render(document: Document) -> bytes:
    """The file; nested values are JSON, so that every tool reads them the same way."""
    whole = to_dict(document)
    tables = {key: {entry["id"]: entry for entry in whole[key]} for key in LISTS}
    rows = [_row(segment, tables) for segment in whole["segments"]]
    table = pa.Table.from_pylist(rows, schema=_schema(document, whole))
    out = io.BytesIO()
    pq.write_table(table, out, compression="zstd")
    return out.getvalue()


def _row(segment: dict[str, Any], tables: dict[str, dict[str, Any]]) -> dict[str, Any]:
    row = {key: segment[key] for key in ("id", "section", "kind", "start", "end", "source", "text", "target")}
    row |= {key: segment[key] for key in ("origin", "model", "state", "score", "paragraph", "marker", "lead")}
    row["terms"] = json.dumps(segment["terms"], ensure_ascii=False)
    for key in LISTS:
        row[key] = json.dumps([tables[key][name] for name in segment[key]], ensure_ascii=False)
    return {key: _encodable(value) for key, value in row.items()}


def _encodable(value: Any) -> Any:
    """Lone surrogates, which no UTF-8 can hold, as their escapes."""
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value


def _schema(document: Document, whole: dict[str, Any]) -> pa.Schema:
    numbers = {"start": pa.int64(), "end": pa.int64(), "paragraph": pa.int64(), "score": pa.float64()}
    fields = [pa.field(name, pa.string()) for name in (*WORDS, "terms", *LISTS)]
    fields += [pa.field(name, kind) for name, kind in numbers.items()]
    metadata = {
        "duizhao.source": json.dumps({k: v for k, v in whole["source"].items() if k != "text"}),
        "duizhao.run": json.dumps(whole["run"]),
    }
    return pa.schema(fields, metadata=metadata)
