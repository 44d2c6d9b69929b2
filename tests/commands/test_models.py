"""`models` lists, verifies and refuses without a network."""

import pytest

from models.registry import load_registry
from pipeline.cli import main
from tests.batch.tiny import install


@pytest.fixture(autouse=True)
def empty_home(monkeypatch, tmp_path):
    monkeypatch.setenv("DUIZHAO_HOME", str(tmp_path))


def test_every_model_of_the_registry_is_listed(capsys):
    assert main(["models", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(load_registry())


def test_a_model_that_is_not_there_is_not_verified(capsys):
    assert main(["models", "verify"]) == 2
    assert "duizhao models fetch" in capsys.readouterr().err


def test_an_unknown_name_is_refused_with_the_nearest(capsys):
    assert main(["models", "verify", "qwen2.5-coder-1.5"]) == 2
    assert "did you mean qwen2.5-coder-1.5b" in capsys.readouterr().err


def test_the_models_of_a_configuration_are_listed_too(tmp_path, capsys):
    (tmp_path / "mine.toml").write_text('[models.mine]\nbase = "qwen2.5-coder-0.5b"\n', "utf-8")
    config = tmp_path / "duizhao.toml"
    config.write_text(f"[translate]\nregistries = ['{tmp_path / 'mine.toml'}']\n", "utf-8")
    assert main(["models", "list", "--config", str(config)]) == 0
    assert "mine " in capsys.readouterr().out
    assert main(["models", "list"]) == 0
    assert "mine " not in capsys.readouterr().out


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    """An installed model of random weights."""
    for name, value in install(tmp_path / "home").items():
        monkeypatch.setenv(name, value)
    return "tiny"


def test_an_installed_model_is_listed_verified_and_fetched_no_more(tiny, tmp_path, capsys):
    assert main(["models", "list"]) == 0
    (row,) = (line for line in capsys.readouterr().out.splitlines() if line.startswith("tiny "))
    assert "MB" in row
    assert main(["models", "verify", tiny]) == 0
    assert "whole" in capsys.readouterr().out
    assert main(["models", "fetch", tiny]) == 0
    assert capsys.readouterr().out.startswith(str(tmp_path / "home"))


def test_bench_prints_a_line_a_model(tiny, capsys):
    assert main(["models", "bench", tiny]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("tiny (")
    assert "16 segments in" in line


def test_a_hub_that_is_not_there_is_one_sentence(monkeypatch, capsys):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert main(["models", "fetch", "opus-mt-zh-en"]) == 2
    error = capsys.readouterr().err
    assert "could not be fetched" in error
    assert "Traceback" not in error
