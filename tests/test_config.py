"""Configuration is checked key by key and layered in order."""

from importlib import resources
from pathlib import Path

import pytest

from pipeline.config import Config, config_keys, load_config
from pipeline.errors import ConfigError


def user_file(folder: Path, text: str) -> Path:
    file = folder / "mine.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_shipped_defaults_are_the_defaults_of_the_code():
    assert load_config() == Config()


@pytest.mark.parametrize(
    "profile",
    [p.name[:-5] for p in (resources.files("configs") / "profiles").iterdir() if p.name.endswith(".toml")],
)
def test_every_profile_loads_and_changes_something(profile):
    assert load_config(profile=profile) != Config()


def test_a_user_file_wins_over_a_profile(tmp_path):
    file = user_file(tmp_path, '[translate]\nmodel = "mine"\n')
    assert load_config(profile="light", files=[file]).translate.model == "mine"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[translate]\nmodle = 'x'", "did you mean translate.model"),
        ("[translat]\n", "did you mean translate"),
        ("[translate]\nthreads = 'two'", "translate.threads must be a int"),
        ("[translate]\nthreads = true", "translate.threads must be a int"),
        ("[write]\nformats = [1]", "write.formats must be a str"),
        ("translate = 3", "is a table"),
        ("[translate", "mine.toml"),
    ],
    ids=["near_key", "near_table", "wrong_type", "bool_is_no_int", "wrong_item", "no_table", "no_toml"],
)
def test_wrong_configuration_says_where_and_what(tmp_path, text, said):
    with pytest.raises(ConfigError, match=said):
        load_config(files=[user_file(tmp_path, text)])


def test_missing_file_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"absent\.toml"):
        load_config(files=[tmp_path / "absent.toml"])


def test_unknown_profile_names_the_known_ones():
    with pytest.raises(ConfigError, match="light"):
        load_config(profile="heavy")


def test_hash_follows_the_values(tmp_path):
    changed = load_config(files=[user_file(tmp_path, "[translate]\nseed = 7")])
    assert changed.sha256() != Config().sha256()
    assert load_config().sha256() == Config().sha256()


def test_every_key_is_explained_in_the_shipped_file():
    text = (resources.files("configs") / "default.toml").read_text(encoding="utf-8")
    for key in config_keys():
        assert key.rsplit(".", 1)[-1] in text, key
