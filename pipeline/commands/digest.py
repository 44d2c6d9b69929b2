"""`duizhao digest`: many reports compared by topic, with their figures, each cell proved."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from pipeline.commands.outputs import stems_for
from pipeline.commands.progress import Progress, progress
from pipeline.commands.settings import configured, glossary_of
from pipeline.config import Config
from pipeline.digest import Report, digest
from pipeline.digest.topics import read_topics
from pipeline.document import Document
from pipeline.engine import engine_of
from pipeline.errors import InputError, UsageError
from pipeline.prepare.terms import Glossary
from pipeline.read import expand, read
from pipeline.runner import prepare
from pipeline.translate.step import Engine, translate_texts
from pipeline.write import prepare_folder, require_format, write, write_whole
from pipeline.write.as_json import SCHEMA, load
from pipeline.write.digest import FORMATS, render
from pipeline.write.view import headline

DEFAULT = ("md", "html", "csv", "json")


def main(args: argparse.Namespace) -> int:
    """Write the comparison and a page for each report; prints the path of each file written.

    A document that cannot be read is named and left; two at least are needed.
    """
    config = configured(args)
    formats = _formats(args.format)
    topics = [*args.topic, *(word for file in args.topics for word in read_topics(Path(file)))]
    glossary = glossary_of(config)
    reports, failed = _reports(args.inputs, config, glossary)
    folder = prepare_folder(Path(args.output))
    with progress(quiet=args.quiet) as shown:
        english = None if args.no_model else _English(config, glossary, shown)
        shown.stage("compare")
        made = digest(reports, topics=topics, glossary=glossary, english=english)
    if not made.topics:
        raise UsageError("the reports share no topic; name some with --topic or --topics")
    for report in reports:
        print(*write(report.document, folder, ("html",), stem=report.stem), sep="\n", flush=True)
    for name, content in [(name, render(made, name)) for name in formats]:
        write_whole(folder / f"digest.{name}", content)
        print(folder / f"digest.{name}", flush=True)
    return 1 if failed else 0


def _formats(option: str | None) -> tuple[str, ...]:
    names = tuple(n.strip() for n in option.split(",") if n.strip()) if option else DEFAULT
    for name in names:
        if name not in FORMATS:
            raise UsageError(f"no format {name!r} for a digest: known are {', '.join(FORMATS)}")
        if name == "docx":
            require_format(name)
    if not names:
        raise UsageError(f"--format names no format: known are {', '.join(FORMATS)}")
    return names


class _English:
    """Translates what no finished translation tells; the model is loaded when that is asked first."""

    def __init__(self, config: Config, glossary: Glossary, shown: Progress) -> None:
        self._config, self._glossary, self._shown = config, glossary, shown
        self._engine: Engine | None = None

    def __call__(self, texts: Sequence[str]) -> list[str]:
        if self._engine is None:
            self._engine = engine_of(self._config.translate, progress=self._shown.count)
        self._shown.stage("translate")
        options = self._config.translate
        return translate_texts(texts, engine=self._engine, glossary=self._glossary, config=options)


def _reports(inputs: Sequence[str], config: Config, glossary: Glossary) -> tuple[list[Report], int]:
    """The documents, finished or prepared now, and how many could not be read.

    Raises:  UsageError: fewer than two can be compared.
    """
    paths = list(dict.fromkeys(path for name in inputs for path in _paths(name)))
    stems = stems_for(paths)
    reports: list[Report] = []
    for path in paths:
        try:
            document = _document(path, config, glossary)
        except (InputError, UsageError) as error:
            print(f"duizhao: {error}", file=sys.stderr)
            continue
        zh, en = headline(document)
        reports.append(Report(stems[path], document, zh, en))
    if len(reports) < 2:
        raise UsageError(
            f"a digest compares two reports at least, {len(reports)} of {len(paths)} can be read"
        )
    return reports, len(paths) - len(reports)


def _paths(name: str) -> list[str]:
    """The files of an input; of a folder of results the finished documents alone."""
    if Path(name).is_dir():
        finished = [str(file) for file in sorted(Path(name).glob("*.json")) if _is_finished(file)]
        if finished:
            return finished
    return expand([name])


def _document(path: str, config: Config, glossary: Glossary) -> Document:
    """A finished document as it is; any other input read and prepared."""
    if path.endswith(".json") and _is_finished(Path(path)):
        return load(Path(path))
    return prepare(read(path, config=config.read), config=config, glossary=glossary)


def _is_finished(path: Path) -> bool:
    try:
        value = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(value, dict) and value.get("schema") == SCHEMA
