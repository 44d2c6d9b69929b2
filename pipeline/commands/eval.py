"""`duizhao eval SET`: score models on a set with references, beside recorded systems."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from pipeline.commands.progress import progress
from pipeline.commands.settings import configured, glossary_of
from pipeline.config import Config
from pipeline.engine import engine_of
from pipeline.evaluate import Evaluation, as_json, as_table, as_text, evaluate, load_set


def main(args: argparse.Namespace) -> int:
    """Print the scores; progress goes to stderr. Several models are compared in one table."""
    config = configured(args)
    models = args.models or [config.translate.model]
    configs = [replace(config, translate=replace(config.translate, model=name)) for name in models]
    found = [_evaluated(args, one) for one in configs]
    if args.format == "json":
        print(as_json(*found))
    else:
        print(as_text(found[0]) if len(found) == 1 else as_table(found))
    return 0


def _evaluated(args: argparse.Namespace, config: Config) -> Evaluation:
    """One model on the set; its weights are gone before the next one's are loaded."""
    with progress() as shown:
        shown.stage(f"translate with {config.translate.model}")
        return evaluate(
            load_set(Path(args.set)),
            engine=engine_of(config.translate, progress=shown.count),
            glossary=glossary_of(config),
            config=config,
            limit=args.limit,
            sample=args.sample,
        )
