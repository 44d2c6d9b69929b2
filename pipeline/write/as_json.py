"""`<stem>.json`: the whole document, readable again without loss.

Quantities, issues and the segments that they belong to name each other by id; `coverage` and those
lists of ids are derived and made anew at each writing. `source.text` is the original itself and
`working` the traced working text, so that a document can be proved again from this file alone.
"""

from __future__ import annotations

import json
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.document import (
    Block,
    Brief,
    Document,
    Edit,
    Issue,
    Quantity,
    RunRecord,
    Section,
    Segment,
    Source,
)
from pipeline.errors import InputError
from pipeline.traced import TracedText
from pipeline.write.shape import decode, encode, keyed, listed

SCHEMA = "duizhao/document"
VERSION = 1
KEYS = (
    "schema", "version", "source", "working", "blocks", "edits", "sections", "segments",
    "quantities", "issues", "brief", "coverage", "run",
)  # fmt: skip
FLAT = {"text": "zh", "start": "text_start", "end": "text_end"}
WIDTH = 160
_LINE = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def render(document: Document) -> bytes:
    """The file: UTF-8, one short value a line."""
    # A path that is not UTF-8 holds lone surrogates; this writes them as JSON's own escapes.
    return (dumps(to_dict(document)) + "\n").encode("utf-8", "backslashreplace")


def to_dict(document: Document) -> dict[str, Any]:
    """The document as the contract's dictionary."""
    from pipeline.coverage import coverage

    quantities, issues = defaultdict(list), defaultdict(list)
    for quantity in document.quantities:
        quantities[quantity.segment].append(quantity.id)
    for name, issue in named_issues(document):
        if issue.segment is not None:
            issues[issue.segment].append(name)
    return {
        "schema": SCHEMA,
        "version": VERSION,
        "source": {**encode(document.source), "text": document.original},
        "working": {"text": document.text.text, "spans": list(_spans(document.text))},
        "blocks": encode(document.blocks),
        "edits": encode(document.edits),
        "sections": encode(document.sections),
        "segments": [
            {**encode(segment), "quantities": quantities[segment.id], "issues": issues[segment.id]}
            for segment in document.segments
        ],
        "quantities": [_quantity_to_dict(quantity) for quantity in document.quantities],
        "issues": [{"id": name, **encode(issue)} for name, issue in named_issues(document)],
        "brief": encode(document.brief),
        "coverage": encode(coverage(document)),
        "run": encode(document.run),
    }


def from_dict(value: Any) -> Document:
    """The document of such a dictionary; derived entries are not read.

    Raises:  InputError: not such a dictionary, or of a newer version; it names the place.
    """
    given = _of_this_version(value)
    source = dict(keyed(given["source"], "source"))
    original = decode(str, source.pop("text", None), "source.text")
    brief = given["brief"]
    document = Document(
        source=decode(Source, source, "source"),
        original=original,
        text=_traced(keyed(given["working"], "working"), len(original)),
        blocks=decode(tuple[Block, ...], given["blocks"], "blocks"),
        edits=decode(tuple[Edit, ...], given["edits"], "edits"),
        sections=decode(tuple[Section, ...], given["sections"], "sections"),
        segments=tuple(
            decode(Segment, _without(item, where, "quantities", "issues"), where)
            for where, item in _items(given, "segments")
        ),
        quantities=tuple(_quantity_from_dict(item, where) for where, item in _items(given, "quantities")),
        issues=tuple(
            decode(Issue, _without(item, where, "id"), where) for where, item in _items(given, "issues")
        ),
        brief=None if brief is None else decode(Brief, brief, "brief"),
        run=decode(RunRecord, given["run"], "run"),
    )
    _check_references(document)
    _check_offsets(document)
    return document


def load(path: Path) -> Document:
    """The document in a file that duizhao wrote.

    Raises:  InputError: it cannot be read, or is no such file; the message names both.
    """
    try:
        return from_dict(json.loads(path.read_bytes().decode("utf-8-sig"), parse_constant=_no_constant))
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 at byte {error.start}") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} is not JSON: {error}") from error
    except InputError as error:
        raise InputError(f"{path}: {error}") from error


def named_issues(document: Document) -> Iterator[tuple[str, Issue]]:
    """Every issue with its id: i1, i2, … in their order."""
    for n, issue in enumerate(document.issues, 1):
        yield f"i{n}", issue


def dumps(value: Any, indent: int = 0) -> str:
    """JSON in which whatever fits stands on one line: a segment can be read, a span takes no page."""
    if not isinstance(value, dict | list) or not value:
        return _LINE(value)
    if isinstance(value, dict):
        first, last = "{}"
        parts = [f"{_LINE(k)}: {dumps(v, indent + 1)}" for k, v in value.items()]
    else:
        first, last = "[]"
        parts = [dumps(v, indent + 1) for v in value]
    # a part of several lines is longer than a line, so nothing is tried out that cannot fit
    if indent + sum(map(len, parts)) + 2 * len(parts) <= WIDTH:
        return first + ", ".join(parts) + last
    pad = "\n" + " " * (indent + 1)
    return first + pad + f",{pad}".join(parts) + "\n" + " " * indent + last


def _of_this_version(value: Any) -> Mapping[str, Any]:
    given = keyed(value, "a document")
    if given.get("schema") != SCHEMA:
        raise InputError(f'this is no document of duizhao: "schema" is not "{SCHEMA}"')
    version = given.get("version")
    if type(version) is not int or version < 1:
        raise InputError(f"version is an integer from 1, not {version!r}")
    if version > VERSION:
        raise InputError(f"written by a newer duizhao: version {version}, this one reads up to {VERSION}")
    for key in KEYS:
        if key not in given:
            raise InputError(f"a document lacks the key {key!r}")
    if unknown := sorted(given.keys() - set(KEYS)):
        raise InputError(f"a document has the unknown key {unknown[0]!r}")
    return given


def _quantity_to_dict(quantity: Quantity) -> dict[str, Any]:
    """A quantity with its source measure laid flat; `zh` is null where only the target has it."""
    measure = quantity.measure
    return {
        "id": quantity.id,
        "segment": quantity.segment,
        "zh": measure.text if measure else None,
        "value": encode(measure.value) if measure else None,
        "upper": encode(measure.upper) if measure else None,
        "unit": measure.unit if measure else None,
        "kind": measure.kind if measure else None,
        "approximator": measure.approximator if measure else None,
        "date": measure.date if measure else None,
        "text_start": measure.start if measure else None,
        "text_end": measure.end if measure else None,
        **{key: item for key, item in encode(quantity).items() if key not in ("id", "segment", "measure")},
    }


def _quantity_from_dict(value: Any, where: str) -> Quantity:
    flat = dict(keyed(value, where))
    nested = {key: flat.pop(key, None) for key in ("value", "upper", "unit", "kind", "approximator", "date")}
    nested |= {key: flat.pop(name, None) for key, name in FLAT.items()}
    measure = None if nested["text"] is None else nested
    return decode(Quantity, {**flat, "measure": measure}, where)  # type: ignore[no-any-return]


def _spans(text: TracedText) -> Iterator[list[int]]:
    """The places of all characters as runs.

    [n, start]: n characters, each from the next place. [n, start, end]: n characters, all from
    the same span.
    """
    at, n = 0, len(text)
    while at < n:
        start, end = text.starts[at], text.ends[at]
        to = at + 1
        if end == start + 1:
            while to < n and text.starts[to] == start + to - at and text.ends[to] == start + to - at + 1:
                to += 1
            yield [to - at, start]
        else:
            while to < n and (text.starts[to], text.ends[to]) == (start, end):
                to += 1
            yield [to - at, start, end]
        at = to


def _traced(working: Mapping[str, Any], length: int) -> TracedText:
    text = decode(str, working.get("text"), "working.text")
    starts, ends = array("I"), array("I")
    for n, run in enumerate(listed(working.get("spans"), "working.spans")):
        where = f"working.spans[{n}]"
        numbers = decode(tuple[int, ...], run, where)
        if len(numbers) not in (2, 3) or min(numbers) < 0 or len(starts) + numbers[0] > len(text):
            raise InputError(f"{where} is [count, start] or [count, start, end] within the text")
        count, start = numbers[:2]
        if max(numbers[1:]) + (count if len(numbers) == 2 else 0) > length:
            raise InputError(f"{where} lies outside the original")
        starts.extend(range(start, start + count) if len(numbers) == 2 else [start] * count)
        ends.extend(range(start + 1, start + count + 1) if len(numbers) == 2 else [numbers[2]] * count)
    if len(starts) != len(text):
        raise InputError(f"working.spans cover {len(starts)} of {len(text)} characters of working.text")
    return TracedText(text, starts, ends, length)


def _items(given: Mapping[str, Any], key: str) -> Iterator[tuple[str, Any]]:
    for n, item in enumerate(listed(given[key], key)):
        yield f"{key}[{n}]", item


def _without(value: Any, where: str, *keys: str) -> dict[str, Any]:
    return {key: item for key, item in keyed(value, where).items() if key not in keys}


def _check_references(document: Document) -> None:
    """Every id that is named exists, and none stands twice."""
    segments = _unique((s.id for s in document.segments), "segments")
    sections = _unique((s.id for s in document.sections), "sections")
    quantities = _unique((q.id for q in document.quantities), "quantities")
    brief = document.brief
    lines = (brief.headline, *brief.abstract, *brief.points) if brief else ()
    named: list[tuple[str, set[str], Iterable[str | None]]] = [
        ("a section's parent", sections, [s.parent for s in document.sections]),
        ("a segment's section", sections, [s.section for s in document.segments]),
        ("a segment's lead", segments, [s.lead for s in document.segments]),
        ("a quantity's segment", segments, [q.segment for q in document.quantities]),
        ("an issue's segment", segments, [i.segment for i in document.issues]),
        ("a line of the brief", segments, [name for line in lines for name in line.segments]),
        ("a line's section", sections, [line.section for line in lines]),
        ("brief.figures", quantities, list(brief.figures) if brief else []),
        ("brief.sections", sections, list(brief.sections) if brief else []),
    ]
    for what, known, names in named:
        if unknown := [name for name in names if name is not None and name not in known]:
            raise InputError(f"{what} names {unknown[0]!r}, which does not exist")


def _unique(names: Iterator[str], where: str) -> set[str]:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise InputError(f"{where} holds the id {name!r} twice")
        seen.add(name)
    return seen


def _check_offsets(document: Document) -> None:
    """Every span lies in the text that it points into."""
    segments = {segment.id: segment for segment in document.segments}
    length = len(document.original)
    spanning: dict[str, Sequence[Edit | Block | Section | Segment | Quantity]] = {
        "edits": document.edits,
        "blocks": document.blocks,
        "sections": document.sections,
        "segments": document.segments,
        "quantities": document.quantities,
    }
    for what, spans in spanning.items():
        for n, span in enumerate(spans):
            _check_span(span.start, span.end, length, f"{what}[{n}]")
    for segment in document.segments:
        for term in segment.terms:
            _check_span(term.start, term.end, len(segment.text), f"a term of {segment.id}")
            _check_span(*(term.target or (0, 0)), len(segment.target or ""), f"a term of {segment.id}")
    for quantity in document.quantities:
        segment = segments[quantity.segment]
        for measure, text in ((quantity.measure, segment.text), (quantity.target, segment.target or "")):
            if measure is not None:
                _check_span(measure.start, measure.end, len(text), f"quantity {quantity.id}")


def _check_span(start: int, end: int, length: int, where: str) -> None:
    if not 0 <= start <= end <= length:
        raise InputError(f"{where} spans {start} to {end}, outside its text of {length} characters")


def _no_constant(name: str) -> None:
    raise InputError(f"{name} is not a JSON number")
