"""`inspect` shows what is found without any model, whatever the bytes."""

import json
import random
from pathlib import Path

import pytest

from pipeline.cli import main

SEED = Path(__file__).parent.parent.parent / "seeds" / "liaoning-report.txt"


def accounted(document) -> bool:
    coverage = document["coverage"]
    parts = ("translated", "pending", "removed", "whitespace", "unaccounted")
    return coverage["unaccounted"] == 0 and sum(coverage[p] for p in parts) == coverage["characters"]


def test_seed_as_json(capsys):
    assert main(["inspect", str(SEED), "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert accounted(document)
    assert len([e for e in document["edits"] if e["rule"] == "clean.gloss"]) == 77


def test_seed_as_text(capsys):
    assert main(["inspect", str(SEED)]) == 0
    out = capsys.readouterr().out
    for expected in ("script hant", "clean.gloss", "inferred", "2.7万个 = 27,000", "unaccounted", "省委"):
        assert expected in out


@pytest.mark.parametrize("seed", range(12))
def test_random_bytes_in_the_text_lose_nothing(tmp_path, capsys, seed):
    rng = random.Random(seed)
    content = bytearray(SEED.read_bytes())
    for _ in range(40):
        content.insert(rng.randrange(len(content)), rng.randrange(256))
    file = tmp_path / "dirty.txt"
    file.write_bytes(content)
    assert main(["inspect", str(file), "--format", "json"]) == 0
    assert accounted(json.loads(capsys.readouterr().out))


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5hkscs", "utf-16"])
def test_every_encoding_gives_the_same_text(tmp_path, capsys, encoding):
    text = "遼寧省委編辦全面落實機構改革，共設2.7萬個單位。二零一八年十月四日召開會議，研究部署工作。\n"
    file = tmp_path / "x.txt"
    file.write_bytes(text.encode(encoding))
    assert main(["inspect", str(file), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)["source"]["text"]
    # Offsets count the mark, so it stays in the original; Python writes one for UTF-16.
    assert found.removeprefix("\ufeff") == text


def test_several_inputs_one_of_them_bad(tmp_path, capsys):
    (tmp_path / "bad.txt").write_bytes(b"")
    (tmp_path / "good.txt").write_text("全省共有3个市。", encoding="utf-8")
    assert main(["inspect", str(tmp_path)]) == 1
    captured = capsys.readouterr()
    assert "good.txt" in captured.out
    assert "bad.txt" in captured.err


def test_tables_are_listed_with_their_size_and_beginning(tmp_path, capsys):
    file = tmp_path / "a.csv"
    file.write_text("单位,户数\n省直,65\n市直,410\n", encoding="utf-8")
    assert main(["inspect", str(file)]) == 0
    assert "Tables (1)\n  1: 3 rows, 2 columns: 单位 | 户数\n" in capsys.readouterr().out


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_the_text_column_is_named(tmp_path, capsys, form):
    file = tmp_path / f"x.{form}"
    rows = {
        "csv": "编号,单位,说明\n1,省直,全省共有3个市。\n",
        "jsonl": '{"编号": "1", "单位": "省直", "说明": "全省共有3个市。"}\n',
    }
    file.write_text(rows[form], encoding="utf-8")
    assert main(["inspect", str(file), "--format", "json", "--column", "说明"]) == 0
    assert json.loads(capsys.readouterr().out)["source"]["text"] == "全省共有3个市。"
    assert main(["inspect", str(file), "--column", "没有"]) == 2
    assert "there are 编号, 单位, 说明" in capsys.readouterr().err
