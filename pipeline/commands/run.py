"""`duizhao brief` and `duizhao translate`: documents in, results in a folder."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

from models.base import Encoder
from models.encoder import load_encoder
from pipeline.commands.outputs import formats_of, stems_for
from pipeline.commands.progress import Progress, progress
from pipeline.commands.settings import configured, glossary_of
from pipeline.config import Config
from pipeline.document import Document, Issue
from pipeline.engine import engine_of, wording_of
from pipeline.errors import InputError, UsageError
from pipeline.prepare.terms import Glossary
from pipeline.read import expand, read
from pipeline.runner import run
from pipeline.summarise import Wording
from pipeline.translate import Engine
from pipeline.write import prepare_folder, write


@dataclass(frozen=True, slots=True)
class Job:
    """What stays the same from one document to the next."""

    config: Config
    glossary: Glossary
    engine: Engine
    encoder: Encoder | None
    wording: Wording | None
    formats: tuple[str, ...]
    folder: Path
    brief: bool


def main(args: argparse.Namespace) -> int:
    """Run the recipe on every input; prints the path of each file written.

    A document that cannot be read is named and left; the others go on.
    """
    config = configured(args)
    formats = formats_of(args.format, config)
    paths = list(dict.fromkeys(expand(args.inputs)))
    stems = stems_for(paths)
    glossary = glossary_of(config)
    # The first document is read before anything is made or loaded: a wrong path fails at once.
    first = _readable(paths, config)
    with progress(quiet=args.quiet) as shown:
        engine = engine_of(config.translate, progress=shown.count)
        encoder = load_encoder() if config.brief.encoder else None
        worded = args.command == "brief"
        job = Job(
            config=config,
            glossary=glossary,
            engine=engine,
            encoder=encoder,
            wording=wording_of(config, glossary, engine, encoder=encoder) if worded else None,
            formats=formats,
            folder=prepare_folder(Path(args.output)),
            brief=args.command == "brief",
        )
        outcomes = [_one(path, stems[path], job, shown, first) for path in paths]
    return _exit_code(outcomes, strict=args.strict)


def _readable(paths: list[str], config: Config) -> dict[str, Document]:
    """The first input, read; with a single input its error is the command's."""
    try:
        return {paths[0]: read(paths[0], config=config.read)}
    except (InputError, UsageError):
        if len(paths) == 1:
            raise
        return {}


def _one(path: str, stem: str, job: Job, shown: Progress, ready: dict[str, Document]) -> str:
    """Read, run and write one document; returns `failed`, `errors` or `clean`."""
    try:
        shown.say(f"{path}")
        document = ready.pop(path, None) or read(path, config=job.config.read)
        document = run(
            document,
            config=job.config,
            glossary=job.glossary,
            engine=job.engine,
            encoder=job.encoder,
            wording=job.wording,
            brief=job.brief,
            watch=shown.stage,
        )
        for file in write(document, job.folder, job.formats, stem=stem):
            print(file, flush=True)
    except (InputError, UsageError) as error:  # UsageError: the format needs a package
        print(f"duizhao: {error}", file=sys.stderr)
        return "failed"
    shown.say(f"  {summary(document)}")
    return "errors" if open_errors(document) else "clean"


def open_errors(document: Document) -> tuple[Issue, ...]:
    """Issues of severity error that nobody has waived."""
    return tuple(i for i in document.issues if i.severity == "error" and i.waived is None)


def summary(document: Document) -> str:
    """One line that says how the run went."""
    ledger = [q for q in document.quantities if q.measure is not None]
    proven = sum(q.verdict == "proven" for q in ledger)
    warnings = sum(i.severity == "warning" and i.waived is None for i in document.issues)
    return (
        f"{len(document.segments)} segments in {document.run.seconds:.0f} s; "
        f"{proven} of {len(ledger)} figures proven; "
        f"{len(open_errors(document))} errors, {warnings} warnings to review"
    )


def _exit_code(outcomes: list[str], *, strict: bool) -> int:
    failed = outcomes.count("failed")
    if failed == len(outcomes):
        return 2
    return 1 if failed or (strict and "errors" in outcomes) else 0
