"""What stays the same for all documents of a batch, and the checksums that name it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import Any

from models.load import load_translator
from pipeline.config import Config
from pipeline.engine import registry_of
from pipeline.prepare.terms import Glossary
from pipeline.version import tool_version

# Raise it when the same bytes and settings give another document: done work is then not taken as done.
BATCH_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How documents are processed; sent to every worker."""

    config: Config
    formats: tuple[str, ...]
    brief: bool
    store: str
    threads: int = 0

    def describe(self) -> dict[str, Any]:
        """What a result depends on, in words and checksums."""
        options = self.config.translate
        # threads, batch and limits of reading change how fast or whether, not what
        bare = replace(self.config, translate=replace(options, threads=0, batch=0))
        named, registry = [name for name in (options.model, options.fallback) if name], registry_of(options)
        models = [load_translator(name, registry=registry) for name in named]
        return {
            "version": tool_version(),
            "batch_version": BATCH_VERSION,
            "model": options.model,
            "models": [f"{model.name} {model.revision}" for model in models],
            "config_sha256": bare.sha256(),
            "glossary_sha256": Glossary.load(options.glossaries).sha256,
            "formats": list(self.formats),
            "brief": self.brief,
        }


def unit_of(sha256: str, described: dict[str, Any]) -> str:
    """Names a piece of work: these bytes, done in this way."""
    text = json.dumps([sha256, described], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
