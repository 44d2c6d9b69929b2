"""`duizhao eval SET`: score a model on a set with references, beside recorded systems."""

from __future__ import annotations

import argparse
from pathlib import Path

from pipeline.commands.progress import progress
from pipeline.commands.settings import configured, glossary_of
from pipeline.engine import engine_of
from pipeline.evaluate import as_json, as_text, evaluate, load_set


def main(args: argparse.Namespace) -> int:
    """Print the scores; progress goes to stderr."""
    config = configured(args)
    chosen = load_set(Path(args.set))
    with progress() as shown:
        shown.stage("translate")
        result = evaluate(
            chosen,
            engine=engine_of(config.translate, progress=shown.count),
            glossary=glossary_of(config),
            config=config,
            limit=args.limit,
            sample=args.sample,
        )
    print(as_json(result) if args.format == "json" else as_text(result))
    return 0
