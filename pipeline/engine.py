"""The engine of translation as a configuration asks for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from models.base import Encoder
from models.encoder import load_encoder
from models.load import load_summariser, load_translator
from models.registry import Entry, load_registry
from pipeline.config import Config, TranslateConfig
from pipeline.errors import ConfigError
from pipeline.prepare.terms import Glossary
from pipeline.store.memory import open_memory
from pipeline.summarise import Wording
from pipeline.translate import Engine


def registry_of(options: TranslateConfig) -> dict[str, Entry]:
    """The models of this configuration: the shipped ones, and those of the files that it names."""
    return load_registry(options.registries)


def engine_of(options: TranslateConfig, *, progress: Callable[[int, int], None] | None = None) -> Engine:
    """Model, fallback and memory; weights are loaded when the first request comes."""
    registry = registry_of(options)
    load = partial(load_translator, threads=options.threads, batch=options.batch, registry=registry)
    return Engine(
        translator=load(options.model),
        fallback=load(options.fallback) if options.fallback else None,
        memory=open_memory(options.memory) if options.memory else None,
        progress=progress,
    )


def wording_of(
    config: Config, glossary: Glossary, engine: Engine, *, encoder: Encoder | None = None
) -> Wording | None:
    """What shortens the lines of a brief, if the configuration wants that; an `encoder` at hand is shared."""
    if config.brief.wording != "model":
        return None
    options, name = config.translate, config.brief.summariser
    summariser = load_summariser(
        name or options.model,
        beside=engine.translator,
        threads=options.threads,
        batch=options.batch,
        registry=registry_of(options),
    )
    if name and summariser is None:
        raise ConfigError(f'brief.summariser {name!r} translates; a summariser has languages = ["zh"]')
    encoder = encoder or load_encoder()
    return Wording(
        engine=engine, glossary=glossary, summariser=summariser, encoder=encoder, seed=options.seed
    )
