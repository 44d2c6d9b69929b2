"""The models of a configuration are found by every caller, and by that call alone."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from pipeline import bilingual, library
from pipeline.batch.process import Worker
from pipeline.batch.settings import Settings
from pipeline.config import load_config
from pipeline.engine import engine_of, wording_of
from pipeline.errors import RegistryError, ServerError
from pipeline.prepare.terms import Glossary

MINE = """
[models.mine]
kind = "served"
engine = "openai"
prompt = "qwen"
[models.mine.server]
url = "http://127.0.0.1:9/v1"
model = "m"
retries = 0
"""


@pytest.fixture
def config(tmp_path):
    """A configuration with a registry of its own, whose model is a server that nobody runs."""
    file = tmp_path / "mine.toml"
    file.write_text(MINE, "utf-8")
    shipped = load_config()
    return replace(shipped, translate=replace(shipped.translate, model="mine", registries=(str(file),)))


def test_the_engine_knows_the_models_of_its_registries(config):
    assert engine_of(config.translate).translator.name == "mine"


def test_so_does_what_shortens_a_brief(config):
    brief = replace(config.brief, wording="model", summariser="mine")
    engine = engine_of(config.translate)
    assert wording_of(replace(config, brief=brief), Glossary(), engine) is not None


def test_so_does_the_library(config):
    library._engine.cache_clear()
    with pytest.raises(ServerError):
        bilingual(text="去年新建图书馆27个。", config=config)


def test_so_does_a_batch(config, tmp_path):
    settings = Settings(config=config, formats=("json",), brief=False, store=str(tmp_path / "store.sqlite"))
    assert settings.describe()["models"][0].startswith("mine ")
    assert Worker(settings)._engine.translator.name == "mine"


def test_no_later_call_sees_them(config):
    before = dict(os.environ)
    engine_of(config.translate)
    with pytest.raises(RegistryError, match="mine"):
        engine_of(replace(config.translate, registries=()))
    assert dict(os.environ) == before


def test_an_encoder_at_hand_is_shared(config):
    brief = replace(config.brief, wording="model", summariser="mine")
    encoder = object()
    wording = wording_of(
        replace(config, brief=brief), Glossary(), engine_of(config.translate), encoder=encoder
    )
    assert wording is not None
    assert wording.encoder is encoder
