"""Folds the recipe over a document and records what the run was."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from functools import reduce

from models.base import Encoder
from pipeline.config import Config
from pipeline.document import Document, RunRecord
from pipeline.prepare.terms import Glossary
from pipeline.recipe import Step, briefing, preparation, translation
from pipeline.summarise import Wording
from pipeline.translate import Engine
from pipeline.version import tool_version

Clock = Callable[[], datetime]
Watch = Callable[[str], None]


def utc_now() -> datetime:
    """The default clock."""
    return datetime.now(UTC)


def fold(document: Document, steps: Iterable[Step], *, watch: Watch | None = None) -> Document:
    """Run the steps in order; `watch` hears the name of each before it starts."""

    def apply(current: Document, step: Step) -> Document:
        if watch is not None:
            watch(step.name)
        return step.run(current)

    return reduce(apply, steps, document)


def prepare(
    document: Document, *, config: Config, glossary: Glossary, watch: Watch | None = None
) -> Document:
    """All steps that need no model."""
    return fold(document, preparation(config, glossary), watch=watch)


def run(
    document: Document,
    *,
    config: Config,
    glossary: Glossary,
    engine: Engine,
    encoder: Encoder | None = None,
    wording: Wording | None = None,
    brief: bool = True,
    watch: Watch | None = None,
    clock: Clock = utc_now,
) -> Document:
    """The whole recipe on a document as it was read; with `brief` False, without the brief."""
    started, begin = clock(), time.perf_counter()
    steps = preparation(config, glossary) + translation(config, glossary, engine)
    if brief:
        steps += briefing(config, glossary, encoder, wording)
    document = fold(document, steps, watch=watch)
    seconds = time.perf_counter() - begin
    return replace(document, run=_record(document, config, glossary, engine, started, seconds))


def _record(
    document: Document, config: Config, glossary: Glossary, engine: Engine, started: datetime, seconds: float
) -> RunRecord:
    return replace(
        document.run,
        version=tool_version(),
        model=engine.translator.name,
        model_sha256=engine.translator.revision,
        config_sha256=config.sha256(),
        glossary_sha256=glossary.sha256,
        seed=config.translate.seed,
        started=started.isoformat(timespec="seconds"),
        seconds=round(seconds, 3),
        segments_per_second=round(len(document.segments) / seconds, 3) if seconds else 0.0,
    )
