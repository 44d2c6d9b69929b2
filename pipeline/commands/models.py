"""`duizhao models`: list, fetch, verify and time models."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence

from models.cache import model_directory, verify
from models.fetch import fetch_all, list_models
from models.registry import Entry, find_entry
from pipeline.commands.progress import Progress, progress
from pipeline.commands.settings import configured
from pipeline.engine import registry_of

MB = 1_000_000

Registry = Mapping[str, Entry]


def main(args: argparse.Namespace) -> int:
    """Run one action on the named models, by default on the configured one."""
    config = configured(args)
    registry = registry_of(config.translate)
    names = args.names or [config.translate.model]
    for name in names:
        find_entry(name, registry)
    actions: dict[str, Callable[[Sequence[str], Registry], int]] = {
        "list": lambda _, registry: _list(registry),
        "fetch": lambda names, registry: _fetch(names, registry, keep=args.keep),
        "verify": _verify,
        "bench": _bench,
    }
    return actions[args.action](names, registry)


def _list(registry: Registry) -> int:
    for row in list_models(registry=registry):
        size = f"{row.bytes / MB:.0f} MB" if row.installed else "not fetched"
        entry = row.entry
        print(f"{row.name:<24} {entry.kind:<8} {entry.engine:<14} {size:<12} {entry.licence}")
    return 0


def _fetch(names: Sequence[str], registry: Registry, *, keep: bool) -> int:
    with progress() as shown:
        folders = fetch_all(names, progress=_stages(shown), registry=registry, keep=keep)
        for name in names:
            shown.say(f"model {name}")
            print(next(folders))
    return 0


def _stages(shown: Progress) -> Callable[[str, int, int], None]:
    current = ""

    def report(stage: str, done: int, total: int) -> None:
        nonlocal current
        if stage != current:
            current = stage
            shown.stage(stage)
        shown.count(done, total)

    return report


def _verify(names: Sequence[str], registry: Registry) -> int:
    for name in names:
        files = verify(name, model_directory(name, find_entry(name, registry)))
        print(f"{name}: {len(files)} files, whole")
    return 0


def _bench(names: Sequence[str], registry: Registry) -> int:
    from models.bench import bench

    for name in names:
        print(bench(name, registry=registry).line())
    return 0
