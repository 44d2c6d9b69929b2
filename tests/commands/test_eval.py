"""`duizhao eval` scores models on a set: one as text, several in one table, all of it as JSON."""

from __future__ import annotations

import json

import pytest

from pipeline.cli import main
from tests.batch.tiny import NAME, install

pytest.importorskip("sacrebleu")
LINES = "去年新建图书馆27个。\tLast year 27 libraries were built.\n改革取得成效。\tThe reform bore fruit.\n"


@pytest.fixture
def sentences(tmp_path, monkeypatch):
    """A set of two lines, and an installed model that knows nothing."""
    for name, value in install(tmp_path / "home").items():
        monkeypatch.setenv(name, value)
    file = tmp_path / "set.tsv"
    file.write_text(LINES, "utf-8")
    return str(file)


def test_scores_of_one_model_name_it_and_what_the_ladder_did(sentences, capsys):
    assert main(["eval", sentences, "--model", NAME]) == 0
    text = capsys.readouterr().out
    assert NAME in text
    assert "chrF" in text


def test_several_models_stand_in_one_table(sentences, capsys):
    assert main(["eval", sentences, "--model", NAME, "--model", NAME, "--limit", "1"]) == 0
    assert len([line for line in capsys.readouterr().out.splitlines() if NAME in line]) >= 2


def test_json_has_every_hypothesis(sentences, capsys):
    assert main(["eval", sentences, "--model", NAME, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert "27" in json.dumps(found, ensure_ascii=False)
    assert found["lines"] == 2


def test_a_set_that_is_not_there_is_one_sentence(tmp_path, capsys):
    assert main(["eval", str(tmp_path / "none.tsv")]) == 2
    assert "none.tsv" in capsys.readouterr().err
