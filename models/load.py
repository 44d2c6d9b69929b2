"""From a name in the registry to something that translates."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from models.base import Summariser, Translator
from models.encoder import load_encoder as load_encoder
from models.errors import ModelError
from models.fetch import installed
from models.registry import Entry, find_entry, load_registry
from models.summarise import RequestSummariser


def load_translator(
    name: str,
    *,
    threads: int = 0,
    batch: int = 0,
    home: Path | None = None,
    registry: Mapping[str, Entry] | None = None,
) -> Translator:
    """The translator of that name; its weights are loaded at first use or by `load`.

    Args:    threads: 0 takes one for each processor.
             batch: requests computed together; 0 takes what the registry says.
    Raises:  RegistryError: no such model.
             ModelError: its files are not there; the message says how to fetch them.
    """
    registry = load_registry() if registry is None else registry
    entry = find_entry(name, registry)
    options: dict[str, Any] = {"threads": threads, "batch": batch}
    if entry.engine == "openai":
        from models.openai_backend import ServedTranslator

        return ServedTranslator(name, entry, batch=batch)
    directory = installed(name, home=home, registry=registry)
    if directory is None:
        raise ModelError(f"model {name} is not installed; run: duizhao models fetch {name}")
    if entry.engine == "transformers":
        from models.transformers_backend import TransformersTranslator

        return TransformersTranslator(name, entry, directory, **options)
    if entry.kind == "seq2seq":
        from models.ctranslate2_seq2seq import Seq2SeqTranslator

        return Seq2SeqTranslator(name, entry, directory, **options)
    if entry.engine == "openvino":
        from models.openvino_causal import OpenVinoTranslator

        return OpenVinoTranslator(name, entry, directory, **options)
    from models.ctranslate2_causal import CausalTranslator

    return CausalTranslator(name, entry, directory, **options)


def load_summariser(
    name: str,
    *,
    beside: Translator | None = None,
    threads: int = 0,
    batch: int = 0,
    home: Path | None = None,
    registry: Mapping[str, Entry] | None = None,
) -> Summariser | None:
    """What shortens Chinese: a model that follows instructions, or one trained to summarise.

    Args:    beside: a translator that is there already, taken if it is the one that is asked for.
    Returns: None for an encoder–decoder that translates (two languages in its entry): it cannot be
             asked for anything else. One that summarises has `languages = ["zh"]`.
    Raises:  RegistryError, ModelError: as for a translator.
    """
    registry = load_registry() if registry is None else registry
    entry = find_entry(name, registry)
    if entry.kind == "seq2seq" and len(set(entry.languages)) > 1:
        return None
    if beside is None or beside.name != name:
        beside = load_translator(name, threads=threads, batch=batch, home=home, registry=registry)
    return RequestSummariser(beside)
