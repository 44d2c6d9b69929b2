"""The engine of translation as a configuration asks for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from models.load import load_translator
from pipeline.config import TranslateConfig
from pipeline.store.memory import open_memory
from pipeline.translate import Engine


def engine_of(options: TranslateConfig, *, progress: Callable[[int, int], None] | None = None) -> Engine:
    """Model, fallback and memory; weights are loaded when the first request comes."""
    load = partial(load_translator, threads=options.threads, batch=options.batch)
    return Engine(
        translator=load(options.model),
        fallback=load(options.fallback) if options.fallback else None,
        memory=open_memory(options.memory) if options.memory else None,
        progress=progress,
    )
