"""`duizhao check`: prove finished documents again."""

from __future__ import annotations

import argparse
from pathlib import Path

from pipeline.check import check, check_together
from pipeline.check.report import render
from pipeline.check.waivers import apply_waivers, load_waivers
from pipeline.commands.run import open_errors
from pipeline.commands.settings import configured, glossary_of
from pipeline.config import Config
from pipeline.document import Document
from pipeline.errors import InputError
from pipeline.prepare.terms import Glossary
from pipeline.read import read
from pipeline.runner import prepare
from pipeline.write.as_json import load


def main(args: argparse.Namespace) -> int:
    """Print the report of each file; 1 with --strict when errors remain."""
    config = configured(args)
    glossary = glossary_of(config)
    waivers = load_waivers(Path(args.waivers)) if args.waivers else ()
    documents = [_document(name, config, glossary) for name in args.inputs]
    checked = [
        apply_waivers(check(document, config=config.check, glossary=glossary), waivers)
        for document in documents
    ]
    if len(checked) > 1:
        checked = check_together(checked, config=config.check, waivers=waivers)
    print(render(checked, args.format))
    return 1 if args.strict and any(open_errors(document) for document in checked) else 0


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
