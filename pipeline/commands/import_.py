"""`duizhao import`: what reviewers changed in our files comes back into the document."""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from models.load import load_encoder
from pipeline.check import check
from pipeline.commands.outputs import formats_of
from pipeline.commands.run import open_errors, summary
from pipeline.commands.settings import configured, glossary_of
from pipeline.config import Config
from pipeline.document import Document
from pipeline.errors import InputError, OutputError, UsageError
from pipeline.prepare.terms import Glossary
from pipeline.read.reviewed import Merged, merge_reviewed
from pipeline.summarise import summarise
from pipeline.write import prepare_folder, write
from pipeline.write.as_json import load

REFUSED = frozenset(
    ("review.conflict", "review.unclear", "review.source_changed", "review.unknown_segment", "review.brief")
)


def main(args: argparse.Namespace) -> int:
    """Merge every file, prove the document again, write it; the report tells each change.

    Nothing is written when a file is not one of this document, or with --dry-run.
    """
    config = configured(args)
    formats = formats_of(args.format or "json", config)
    path = Path(args.document)
    before = _digest(path)
    document = load(path)
    merges: list[tuple[str, Merged]] = []
    for name in args.reviewed:
        if Path(name).suffix.lower() == ".json":
            raise UsageError(f"{name}: import takes DOCX, XLIFF, TMX and CSV that `duizhao export` wrote")
        merged = merge_reviewed(document, name, config=config.read, prefer=args.prefer, state=args.state)
        document = merged.document
        merges.append((name, merged))
    document = _proved(document, config, glossary_of(config))
    report = "\n".join(line for name, merged in merges for line in told(name, merged))
    print(report, file=sys.stdout if args.dry_run else sys.stderr)
    print(summary(document), file=sys.stderr)
    if not args.dry_run:
        if _digest(path) != before:
            raise OutputError(f"{path} was changed by somebody else meanwhile; import again")
        folder = prepare_folder(Path(args.output) if args.output else path.resolve().parent)
        for file in write(document, folder, formats, stem=path.stem):
            print(file, flush=True)
    refused = any(issue.check in REFUSED for _, merged in merges for issue in merged.found)
    return 1 if args.strict and (refused or open_errors(document)) else 0


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error


def _proved(document: Document, config: Config, glossary: Glossary) -> Document:
    """Checked again; the brief made again, since it quotes the translations."""
    document = check(document, config=config.check, glossary=glossary)
    if document.brief is None:
        return document
    encoder = load_encoder() if config.brief.encoder else None
    document = summarise(document, config=config.brief, encoder=encoder)
    return check(document, config=config.check, glossary=glossary)


def told(name: str, merged: Merged) -> Iterator[str]:
    """The report of a file: a line a change, then what was not taken over."""
    kinds = Counter("text" if c.before.target != c.after.target else "state" for c in merged.changes)
    remarks = sum(issue.check == "review.remark" for issue in merged.found)
    yield (
        f"{name}: {kinds['text']} translations changed, {kinds['state']} states, {remarks} remarks; "
        f"{sum(issue.check in REFUSED for issue in merged.found)} not taken over"
    )
    if merged.older:
        yield f"  {merged.older} translations are newer in the document than in the file, and stay"
    for change in merged.changes:
        before, after = change.before, change.after
        if before.target != after.target:
            yield f"  {after.id} {after.state} - {_shown(before.target)}"
            yield f"  {after.id} {after.state} + {_shown(after.target)}"
        else:
            yield f"  {after.id} {before.state} → {after.state}"
    for issue in merged.found:
        yield f"  {issue.segment or 'document'} {issue.severity} {issue.check}: {issue.message}"


def _shown(text: str | None) -> str:
    return "not translated" if text is None else text
