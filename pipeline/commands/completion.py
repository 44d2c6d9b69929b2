"""`duizhao completion SHELL`: what makes a shell complete commands, options, models and files."""

from __future__ import annotations

import argparse

import shtab

from pipeline.cli import build_parser

# What the arguments that take a file or a folder are called in the command line.
FILES = {"IN", "FILE", "FILE.json", "ZH", "EN", "DIR|LIST", "OUT|URL"}
FOLDERS = {"OUT", "SET"}


def main(args: argparse.Namespace) -> int:
    """Print the script."""
    print(shtab.complete(_with_files(build_parser()), shell=args.shell))
    return 0


def _with_files(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """The parser with a mark at each argument that names a file or a folder."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for sub in action.choices.values():
                _with_files(sub)
        elif action.metavar in FILES:
            action.complete = shtab.FILE  # type: ignore[attr-defined]
        elif action.metavar in FOLDERS:
            action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]
    return parser
