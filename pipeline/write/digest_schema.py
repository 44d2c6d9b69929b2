"""The published JSON Schema of `digest.json`, made from the types that the comparison is written from."""

from __future__ import annotations

from typing import Any

from pipeline.digest import Cell, Figure, Report
from pipeline.digest.topics import Topic
from pipeline.document import Measure
from pipeline.write.digest import SCHEMA, VERSION
from pipeline.write.shape import closed, object_shape, shape, typed_fields

TEXT = {"type": "string"}
OFFSET = {"type": "integer", "minimum": 0}


def digest_schema() -> dict[str, Any]:
    """JSON Schema 2020-12 of a comparison; every object is closed."""
    parts = {
        "schema": {"const": SCHEMA},
        "version": {"const": VERSION},
        **{key: {"type": "array", "items": {"$ref": f"#/$defs/{name}"}} for key, name in LISTS.items()},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:duizhao:digest:{VERSION}",
        "title": SCHEMA,
        **closed(parts, "Reports compared by topic, each cell with the passages that prove it."),
        "$defs": _definitions(),
    }


LISTS = {"reports": "report", "topics": "topic", "cells": "cell"}


def _definitions() -> dict[str, Any]:
    cell = object_shape(Cell)
    proof = {"type": "array", "items": {"$ref": "#/$defs/proof"}, "minItems": 1}
    return {
        "report": closed(
            {**_of(Report, "stem", "zh", "en"), "path": TEXT, "sha256": TEXT},
            "A report: its name in the table, its title, and the file that was read.",
        ),
        "topic": closed(
            _of(Topic, "id", "zh", "en", "source", "aspect"),
            "A row: its name, where it comes from, and whether it is of results or of aims.",
        ),
        "cell": closed({**cell["properties"], "proof": proof}, cell["description"]),
        "proof": closed(
            {"segment": TEXT, "start": OFFSET, "end": OFFSET, "source": TEXT},
            "A passage of the report as it was received: its segment, its place, its words.",
        ),
        "figure": object_shape(Figure),
        "measure": object_shape(Measure),
    }


def _of(kind: type, *names: str) -> dict[str, Any]:
    known = typed_fields(kind)
    return {name: shape(known[name]) for name in names}
