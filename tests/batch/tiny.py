"""A model of random weights in the default engine's own format, installed as the registry does it.

Its answers are nonsense in English letters, so that every rung of the ladder is climbed: a hard case
for resuming, and a fast one.
"""

from __future__ import annotations

from pathlib import Path

from models.cache import model_directory, write_manifest
from models.openvino_convert import convert
from models.registry import load_registry
from tests.tiny_model import write_gguf

NAME = "tiny"
REGISTRY = """
[models."{name}"]
title = "Random weights"
kind = "causal"
engine = "openvino"
prompt = "{prompt}"
batch = 1
limits = {{ max_source_pieces = 400, max_target_pieces = 5 }}
"""


def install(home: Path, name: str = NAME) -> dict[str, str]:
    """Make the model and its registry under `home`; the environment that finds them."""
    home.mkdir(parents=True, exist_ok=True)
    prompt = home / "prompt.toml"
    prompt.write_text('[default]\nsystem = "Translate from Chinese."\n', "utf-8")
    registry = home / "models.toml"
    registry.write_text(REGISTRY.format(name=name, prompt=prompt), "utf-8")
    entry = load_registry([registry])[name]
    folder = model_directory(name, entry, home)
    gguf = home / "tiny.gguf"
    write_gguf(gguf, layers=1)
    convert(gguf, folder, progress=lambda stage, done, total: None)
    write_manifest(folder, name, entry)
    return {"DUIZHAO_HOME": str(home), "DUIZHAO_MODELS": str(registry)}
