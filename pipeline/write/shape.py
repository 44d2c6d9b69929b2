"""The JSON shape of the data model, read off its annotations: encode, decode and JSON Schema.

One walk over the types serves all three, so that a field cannot be written but not read, or read
but not published.
"""

from __future__ import annotations

import functools
import math
import re
import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from decimal import Decimal
from typing import Any, Literal

from pipeline.errors import InputError

DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")
PLAIN = {
    str: ("string", "a string"),
    bool: ("boolean", "true or false"),
    int: ("integer", "an integer"),
    float: ("number", "a number"),
}


def encode(value: Any) -> Any:
    """The value as dictionaries, lists, strings and numbers; a Decimal as plain digits."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, tuple):
        return [encode(item) for item in value]
    if is_dataclass(value):
        return {spec.name: encode(getattr(value, spec.name)) for spec in fields(value)}
    return value


def decode(expected: Any, value: Any, where: str) -> Any:
    """The value as the type that its annotation names; the reverse of `encode`.

    A key that has a default may be absent: files written before a field was added stay readable.

    Raises:  InputError: a value of another type, a key that is missing or unknown; it names the place.
    """
    origin, options = typing.get_origin(expected), typing.get_args(expected)
    if origin in (typing.Union, types.UnionType):
        inner = next(option for option in options if option is not type(None))
        return None if value is None else decode(inner, value, where)
    if origin is Literal:
        if not isinstance(value, str) or value not in options:
            raise InputError(f"{where} is one of {', '.join(options)}, not {_short(value)}")
        return value
    if origin is tuple:
        return _decode_tuple(options, value, where)
    if is_dataclass(expected):
        return _decode_object(typing.cast(type, expected), value, where)
    return _decode_plain(expected, value, where)


def shape(expected: Any) -> dict[str, Any]:
    """The JSON Schema (2020-12) of the type; dataclasses are referred to by name under `$defs`."""
    origin, options = typing.get_origin(expected), typing.get_args(expected)
    if origin in (typing.Union, types.UnionType):
        inner = next(option for option in options if option is not type(None))
        return {"anyOf": [shape(inner), {"type": "null"}]}
    if origin is Literal:
        return {"enum": list(options)}
    if origin is tuple:
        if options[-1] is Ellipsis:
            return {"type": "array", "items": shape(options[0])}
        n = len(options)
        prefix = [shape(option) for option in options]
        return {"type": "array", "prefixItems": prefix, "items": False, "minItems": n, "maxItems": n}
    if is_dataclass(expected):
        return {"$ref": f"#/$defs/{typing.cast(type, expected).__name__.lower()}"}
    if expected is Decimal:
        return {"type": "string", "pattern": f"^{DECIMAL.pattern}$"}
    return {"type": PLAIN[expected][0]}


def object_shape(expected: type) -> dict[str, Any]:
    """The schema of a dataclass as a closed object, all of its keys required."""
    properties = {name: shape(kind) for name, kind in typed_fields(expected).items()}
    return closed(properties, (expected.__doc__ or "").split("\n")[0])


def closed(properties: dict[str, Any], description: str) -> dict[str, Any]:
    """An object that has exactly these keys."""
    return {
        "description": description,
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


@functools.cache
def typed_fields(expected: type) -> dict[str, Any]:
    """The resolved annotations of a dataclass, in the order of its fields."""
    hints = typing.get_type_hints(expected)
    return {spec.name: hints[spec.name] for spec in fields(expected)}


def keyed(value: Any, where: str) -> Mapping[str, Any]:
    """The value, which must be an object."""
    if not isinstance(value, Mapping):
        raise InputError(f"{where} is an object, not {_short(value)}")
    return value


def listed(value: Any, where: str) -> list[Any]:
    """The value, which must be a list."""
    if not isinstance(value, list):
        raise InputError(f"{where} is a list, not {_short(value)}")
    return value


@functools.cache
def _required(expected: type) -> frozenset[str]:
    return frozenset(
        spec.name for spec in fields(expected) if spec.default is MISSING and spec.default_factory is MISSING
    )


def _decode_object(expected: type, value: Any, where: str) -> Any:
    given, known = keyed(value, where), typed_fields(expected)
    if unknown := sorted(given.keys() - known.keys()):
        raise InputError(f"{where} has the unknown key {unknown[0]!r}")
    if absent := sorted(_required(expected) - given.keys()):
        raise InputError(f"{where} lacks the key {absent[0]!r}")
    return expected(**{name: decode(known[name], item, f"{where}.{name}") for name, item in given.items()})


def _decode_tuple(options: tuple[Any, ...], value: Any, where: str) -> tuple[Any, ...]:
    items = listed(value, where)
    if options[-1] is Ellipsis:
        return tuple(decode(options[0], item, f"{where}[{n}]") for n, item in enumerate(items))
    if len(items) != len(options):
        raise InputError(f"{where} has {len(options)} entries, not {len(items)}")
    return tuple(
        decode(option, item, f"{where}[{n}]")
        for n, (option, item) in enumerate(zip(options, items, strict=True))
    )


def _decode_plain(expected: Any, value: Any, where: str) -> Any:
    if expected is Decimal:
        if not isinstance(value, str) or not DECIMAL.fullmatch(value):
            raise InputError(f"{where} is a decimal number as a string, not {_short(value)}")
        return Decimal(value)
    if expected is float and type(value) is int and abs(value) < 1e300:
        return float(value)
    if type(value) is not expected or (expected is float and not math.isfinite(value)):
        raise InputError(f"{where} is {PLAIN[expected][1]}, not {_short(value)}")
    return value


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:39]}…"
