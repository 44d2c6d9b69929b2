"""The published JSON Schema of `<stem>.json`, made from the data model that writes and reads it."""

from __future__ import annotations

from typing import Any

from pipeline.document import Bilingual as Both
from pipeline.document import (
    Block,
    Brief,
    BriefLine,
    Coverage,
    Edit,
    Issue,
    Measure,
    Quantity,
    RunRecord,
    Section,
    Segment,
    Source,
    TermHit,
)
from pipeline.write.as_json import KEYS, SCHEMA, VERSION
from pipeline.write.shape import closed, object_shape, shape, typed_fields

IDS = {"type": "array", "items": {"type": "string"}}
OFFSET = {"type": "integer", "minimum": 0}
SPAN_RUN = {"type": "array", "items": OFFSET, "minItems": 2, "maxItems": 3}


def json_schema() -> dict[str, Any]:
    """JSON Schema 2020-12 of a document; every object is closed."""
    parts: dict[str, Any] = {
        "schema": {"const": SCHEMA},
        "version": {"const": VERSION},
        "source": _source(),
        "working": closed(
            {"text": {"type": "string"}, "spans": {"type": "array", "items": SPAN_RUN}},
            "The working text; spans are runs [count, start] or [count, start, end] into source.text.",
        ),
        "blocks": shape(tuple[Block, ...]),
        "edits": shape(tuple[Edit, ...]),
        "sections": shape(tuple[Section, ...]),
        "segments": shape(tuple[Segment, ...]),
        "quantities": shape(tuple[Quantity, ...]),
        "issues": shape(tuple[Issue, ...]),
        "brief": shape(Brief | None),
        "coverage": shape(Coverage),
        "run": shape(RunRecord),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:duizhao:document:{VERSION}",
        "title": SCHEMA,
        **closed({key: parts[key] for key in KEYS}, "A Chinese report, aligned with its translation."),
        "$defs": _definitions(),
    }


def _definitions() -> dict[str, Any]:
    plain = (Block, Edit, Both, Section, Measure, TermHit, BriefLine, Brief, Coverage, RunRecord)
    definitions = {kind.__name__.lower(): object_shape(kind) for kind in plain}
    definitions["segment"] = _extended(Segment, after={"quantities": IDS, "issues": IDS})
    definitions["issue"] = _extended(Issue, before={"id": {"type": "string"}})
    definitions["quantity"] = _quantity()
    return definitions


def _source() -> dict[str, Any]:
    return _extended(Source, after={"text": {"type": "string"}})


def _quantity() -> dict[str, Any]:
    """A quantity lies flat: the keys of its measure are its own, null where only the target has it."""
    own, measure = typed_fields(Quantity), typed_fields(Measure)
    flat = {
        "id": shape(str),
        "segment": shape(str),
        "zh": shape(str | None),
        **{
            key: shape(measure[key] | None)
            for key in ("value", "upper", "unit", "kind", "approximator", "date")
        },
        "text_start": shape(int | None),
        "text_end": shape(int | None),
        **{key: shape(kind) for key, kind in own.items() if key not in ("id", "segment", "measure")},
    }
    return closed(flat, (Quantity.__doc__ or "").split("\n")[0])


def _extended(
    kind: type, *, before: dict[str, Any] | None = None, after: dict[str, Any] | None = None
) -> dict[str, Any]:
    base = object_shape(kind)
    return closed({**(before or {}), **base["properties"], **(after or {})}, base["description"])
