"""`duizhao check`: prove finished documents again."""

from __future__ import annotations

import argparse
import getpass
from collections.abc import Sequence
from pathlib import Path

from pipeline.check import check, check_together
from pipeline.check.report import render
from pipeline.check.waivers import Waiver, append_waiver, apply_waivers, load_waivers, waiver_for
from pipeline.commands.run import open_errors
from pipeline.commands.settings import configured, glossary_of
from pipeline.config import Config
from pipeline.document import Document
from pipeline.errors import InputError, UsageError
from pipeline.prepare.terms import Glossary
from pipeline.read import read
from pipeline.runner import prepare, utc_now
from pipeline.write.as_json import load


def main(args: argparse.Namespace) -> int:
    """Print the report of each file; 1 with --strict when errors remain."""
    config = configured(args)
    glossary = glossary_of(config)
    waivers = load_waivers(Path(args.waivers)) if args.waivers else ()
    if args.waive and not (args.waivers and args.reason):
        raise UsageError("--waive needs --waivers FILE, where it is kept, and --reason TEXT")
    documents = [_document(name, config, glossary) for name in args.inputs]
    checked = [
        apply_waivers(check(document, config=config.check, glossary=glossary), waivers)
        for document in documents
    ]
    if len(checked) > 1:
        checked = check_together(checked, config=config.check, waivers=waivers)
    if args.waive:
        waived = _waive(checked, args)
        checked = [apply_waivers(document, waived) for document in checked]
    print(render(checked, args.format))
    return 1 if args.strict and any(open_errors(document) for document in checked) else 0


def _waive(documents: Sequence[Document], args: argparse.Namespace) -> tuple[Waiver, ...]:
    """Keep a waiver of each finding that --waive names, all of them or none.

    Raises:  UsageError: a name is no CHECK:SEGMENT of a finding.
    """
    now = utc_now().isoformat(timespec="seconds")
    found = {
        f"{issue.check}:{issue.segment}": (issue, segment)
        for document in documents
        for segment in document.segments
        for issue in document.issues
        if issue.segment == segment.id
    }
    made = []
    for name in args.waive:
        if name not in found:
            raise UsageError(
                f"--waive {name}: no such finding; a finding is CHECK:SEGMENT, such as number:s12"
            )
        made.append(waiver_for(*found[name], reason=args.reason, author=getpass.getuser(), time=now))
    for waiver in made:
        append_waiver(Path(args.waivers), waiver)
    return tuple(made)


def _document(name: str, config: Config, glossary: Glossary) -> Document:
    """A finished document, or one made of a bilingual file, whoever translated it.

    Raises:  InputError: neither; it has no translation to check.
    """
    if Path(name).suffix.lower() not in (".xlf", ".xliff", ".tmx", ".csv", ".tsv", ".jsonl"):
        return load(Path(name))
    document = read(name, config=config.read)
    if not any(segment.target is not None for segment in document.segments):
        raise InputError(f"{name} holds no translation to check")
    return prepare(document, config=config, glossary=glossary)
