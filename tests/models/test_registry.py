from dataclasses import replace

import pytest

from models.errors import RegistryError
from models.registry import find_entry, load_registry, parse_registry
from pipeline.config import load_config

MINE = """
[models.mine]
kind = "causal"
engine = "ctranslate2"
prompt = "qwen"
"""


def test_shipped_entries_are_complete():
    registry = load_registry()
    assert {"qwen2.5-coder-1.5b", "qwen2.5-coder-0.5b", "opus-mt-zh-en", "openai"} <= registry.keys()
    for profile in (None, "light"):
        shipped = registry[load_config(profile=profile).translate.model]
        assert "missing" not in shipped.revision(), "its adapter is shipped"
    for name, entry in registry.items():
        assert entry.title, name
        assert entry.kind == "served" or entry.licence, name
        assert entry.kind == "served" or entry.packages or entry.hub, name
        assert all(len(sum_) == 64 for source in entry.packages for sum_ in source.sha256), name


def test_default_model_of_the_configuration_is_an_entry():
    assert load_config().translate.model in load_registry()
    assert load_config(profile="light").translate.model in load_registry()


def test_user_file_adds_and_replaces(tmp_path, monkeypatch):
    file = tmp_path / "models.toml"
    file.write_text(MINE + '[models.openai]\nkind="served"\nengine="openai"\nprompt="qwen"\n'
                    '[models.openai.server]\nurl="http://x"\nmodel="m"\n', "utf-8")  # fmt: skip
    monkeypatch.setenv("DUIZHAO_MODELS", str(file))
    registry = load_registry()
    assert registry["mine"].kind == "causal"
    assert registry["openai"].server.url == "http://x"
    assert "qwen2.5-coder-1.5b" in registry


@pytest.mark.parametrize(
    ("text", "named"),
    [
        pytest.param(MINE + 'licens = "MIT"', "licence", id="unknown key, nearest"),
        pytest.param(MINE.replace("causal", "cusal"), "causal", id="unknown kind"),
        pytest.param(MINE + 'batch = "8"', "batch", id="wrong type"),
        pytest.param(MINE.replace('prompt = "qwen"', ""), "prompt", id="causal without prompt"),
        pytest.param('[models.x]\nkind="served"\nengine="openai"', "server", id="served without server"),
        pytest.param(
            '[models.x]\nkind="causal"\nengine="openai"\nprompt="q"', "served", id="kind and engine"
        ),
        pytest.param(MINE + "[models.mine.limits]\nmax_source_pieces = 1", "max_target_pieces", id="missing"),
        pytest.param("[model.x]", "models.NAME", id="table misnamed"),
        pytest.param("models = 3", "table", id="no table"),
        pytest.param("[models", "x.toml", id="no toml"),
    ],
)
def test_wrong_entries_are_named(text, named):
    with pytest.raises(RegistryError, match=named):
        parse_registry(text.encode(), "x.toml")


def test_unknown_model_names_the_nearest():
    with pytest.raises(RegistryError, match=r"qwen2\.5-coder-1\.5b"):
        find_entry("qwen2.5-coder-1.5", load_registry())


def test_unreadable_file_is_one_sentence(tmp_path):
    with pytest.raises(RegistryError, match=r"none\.toml"):
        load_registry([tmp_path / "none.toml"])


def test_revision_tells_weights_apart():
    registry = load_registry()
    revisions = [entry.revision() for entry in registry.values()]
    assert len(set(revisions)) == len(revisions)


def test_asked_beam_is_never_narrowed():
    from models.base import Decoding

    entry = load_registry()["opus-mt-zh-en"]
    assert entry.search(None).beam == 4
    assert entry.search(Decoding()).beam == 4
    assert entry.search(Decoding(beam=6, seed=3)) == Decoding(beam=6, seed=3)


def test_model_behind_an_address():
    entry = find_entry("http://127.0.0.1:11434/v1/#qwen3:8b", load_registry())
    assert (entry.kind, entry.server.url, entry.server.model) == (
        "served",
        "http://127.0.0.1:11434/v1",
        "qwen3:8b",
    )
    assert entry.server.key_env == "OPENAI_API_KEY"


def test_other_servers_and_models_have_other_revisions():
    names = ("http://a/v1#m", "http://b/v1#m", "http://a/v1#n")
    assert len({find_entry(name, load_registry()).revision() for name in names}) == 3


@pytest.mark.parametrize("name", ["http://127.0.0.1:8000/v1", "ftp://host/v1#m", "http://#m"])
def test_addresses_that_name_no_model(name):
    with pytest.raises(RegistryError, match="URL#MODEL"):
        find_entry(name, load_registry())


def test_an_entry_takes_over_what_its_base_says(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(
        '[models.tuned]\nbase = "qwen2.5-coder-0.5b"\nadapter = "models/adapters/x"\nprompt = "qwen-tuned"\n'
        '[models.slow]\nbase = "tuned"\nengine = "ctranslate2"\n',
        "utf-8",
    )
    registry = load_registry([file])
    base, tuned, slow = (registry[name] for name in ("qwen2.5-coder-0.5b", "tuned", "slow"))
    assert tuned == replace(base, adapter="models/adapters/x", prompt="qwen-tuned")
    assert slow == replace(tuned, engine="ctranslate2")
    assert tuned.revision() != base.revision()


@pytest.mark.parametrize(
    "text",
    [
        '[models.x]\nbase = "no such"\n',
        '[models.x]\nbase = "openai"\nadaptr = "y"\n',
        "[models.x]\nbase = 3\n",
    ],
    ids=["unknown", "misspelt_key", "no_name"],
)
def test_a_base_that_is_none_is_named(tmp_path, text):
    file = tmp_path / "mine.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(RegistryError, match=r"models\.x"):
        load_registry([file])
