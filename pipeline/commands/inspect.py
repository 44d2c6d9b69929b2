"""`duizhao inspect`: everything that needs no model."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator

from pipeline.commands.settings import configured, glossary_of
from pipeline.coverage import coverage
from pipeline.document import Document, Quantity, Section
from pipeline.errors import InputError, UsageError
from pipeline.prepare.quantities.words import in_words
from pipeline.read import expand, read
from pipeline.runner import prepare
from pipeline.write.as_json import to_dict


def main(args: argparse.Namespace) -> int:
    """Print what is found in each input, as text or as one JSON document a line."""
    config = configured(args)
    glossary = glossary_of(config)
    paths = list(dict.fromkeys(expand(args.inputs)))
    failed = 0
    for path in paths:
        try:
            document = prepare(read(path, config=config.read), config=config, glossary=glossary)
        except (InputError, UsageError) as error:
            print(f"duizhao: {error}", file=sys.stderr)
            failed += 1
            continue
        if args.format == "json":
            print(json.dumps(to_dict(document), ensure_ascii=False, indent=2 if len(paths) == 1 else None))
        else:
            print("\n".join(describe(document)))
    return 0 if not failed else 2 if failed == len(paths) else 1


def describe(document: Document) -> Iterator[str]:
    """The findings as lines for a person."""
    source, counted = document.source, coverage(document)
    yield f"{source.path}: {source.characters} characters, {source.encoding}, script {source.script}"
    if source.region:
        yield f"  region {source.region}: {source.region_reason}"
    yield (
        f"  coverage: {counted.pending + counted.translated} in segments, {counted.removed} removed, "
        f"{counted.whitespace} whitespace, {counted.unaccounted} unaccounted"
    )
    yield from _edits(document)
    yield from _outline(document)
    yield from _tables(document)
    yield from _quantities(document)
    yield from _terms(document)
    yield from _issues(document)


def _edits(document: Document) -> Iterator[str]:
    by_rule = Counter(edit.rule for edit in document.edits)
    yield f"Edits ({len(document.edits)})"
    for rule, n in by_rule.most_common():
        example = next(edit for edit in document.edits if edit.rule == rule)
        yield f"  {n:5} {rule}: {example.before!r} → {example.after!r} at {example.start} ({example.evidence})"


def _outline(document: Document) -> Iterator[str]:
    kinds = Counter(segment.kind for segment in document.segments)
    listed = ", ".join(f"{n} {kind}" for kind, n in kinds.most_common())
    yield f"Outline ({len(document.sections)} sections; {len(document.segments)} segments: {listed})"
    for section in document.sections:
        yield f"  {'  ' * section.level}{_title(section)}"


def _title(section: Section) -> str:
    if section.inferred:
        return "[heading missing in the source, inferred from the numbering]"
    return f"{section.marker}{section.title.zh}" if section.marker else section.title.zh


def _tables(document: Document) -> Iterator[str]:
    """Each table with its size, its page and how it begins; nothing where there is none."""
    cells: dict[str, list[tuple[dict[str, str], str]]] = {}
    for block in document.blocks:
        place = dict(block.place)
        if block.kind == "cell" and place.keys() >= {"table", "row", "column"}:
            cells.setdefault(place["table"], []).append((place, document.original[block.start : block.end]))
    if cells:
        yield f"Tables ({len(cells)})"
    for name, found in cells.items():
        rows, columns = ({place[key] for place, _ in found} for key in ("row", "column"))
        first = found[0][0]
        page = f", page {first['page']}" if "page" in first else ""
        begins = " | ".join(" ".join(text.split()) for place, text in found if place["row"] == first["row"])
        yield f"  {name}: {len(rows)} rows, {len(columns)} columns{page}: {begins}"


def _quantities(document: Document) -> Iterator[str]:
    yield f"Quantities ({len(document.quantities)})"
    yield from (f"  {_figure(quantity)}" for quantity in document.quantities)


def _figure(quantity: Quantity) -> str:
    measure = quantity.measure
    if measure is None:
        return f"{quantity.id} only in the translation"
    return f"{measure.text} = {in_words(measure)} ({measure.kind}, {quantity.segment})"


def _terms(document: Document) -> Iterator[str]:
    hits = Counter((hit.zh, hit.en) for segment in document.segments for hit in segment.terms)
    yield f"Terms ({sum(hits.values())})"
    yield from (f"  {n:5} {zh} → {en}" for (zh, en), n in hits.most_common())


def _issues(document: Document) -> Iterator[str]:
    yield f"Issues ({len(document.issues)})"
    for issue in document.issues:
        where = issue.segment or (f"at {issue.start}" if issue.start is not None else "document")
        yield f"  {issue.severity} {issue.check} {where}: {issue.message}"
