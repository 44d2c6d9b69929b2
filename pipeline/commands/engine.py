"""The engine of translation as the configuration asks for it."""

from __future__ import annotations

from functools import partial

from models.load import load_translator
from pipeline.commands.progress import Progress
from pipeline.config import Config
from pipeline.store.memory import open_memory
from pipeline.translate import Engine


def engine_of(config: Config, shown: Progress) -> Engine:
    """Model, fallback and memory; weights are loaded when the first request comes."""
    options = config.translate
    load = partial(load_translator, threads=options.threads, batch=options.batch)
    return Engine(
        translator=load(options.model),
        fallback=load(options.fallback) if options.fallback else None,
        memory=open_memory(options.memory) if options.memory else None,
        progress=shown.count,
    )
