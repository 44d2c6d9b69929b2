"""`duizhao export`: a finished document in other formats."""

from __future__ import annotations

import argparse
from pathlib import Path

from pipeline.commands.outputs import formats_of
from pipeline.config import Config
from pipeline.write import prepare_folder, write
from pipeline.write.as_json import load


def main(args: argparse.Namespace) -> int:
    """Write each file again; prints the path of each file written."""
    formats = formats_of(args.to, Config())
    documents = [(Path(name), load(Path(name))) for name in args.inputs]
    for file, document in documents:
        folder = prepare_folder(Path(args.output) if args.output else file.resolve().parent)
        for written in write(document, folder, formats, stem=file.stem):
            print(written, flush=True)
    return 0
