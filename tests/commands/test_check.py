"""`duizhao check`: findings are accepted with a reason, which a later run remembers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.check.waivers import load_waivers
from pipeline.cli import main


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "a.csv"
    file.write_text("source,target\n取消27个。,28 were abolished.\n保留3个。,Three were kept.\n", "utf-8")
    return file


def findings(capsys: pytest.CaptureFixture[str]) -> dict[str, str | None]:
    (document,) = json.loads(capsys.readouterr().out)
    return {
        f"{i['check']}:{i['segment']}": i["waived"] for i in document["issues"] if i["severity"] == "error"
    }


def test_a_waiver_is_kept_with_its_reason_and_holds_in_the_next_run(table, tmp_path, capsys):
    kept = tmp_path / "waivers.jsonl"
    assert main(["check", str(table), "--strict", "--format", "json"]) == 1
    name = next(iter(findings(capsys)))
    call = ["check", str(table), "--strict", "--format", "json", "--waivers", str(kept)]
    assert main([*call, "--waive", name, "--reason", "as in the original"]) == 0
    assert all("as in the original" in (reason or "") for reason in findings(capsys).values())
    assert main(call) == 0
    assert len(load_waivers(kept)) == 1


def test_it_lapses_when_the_text_changes(table, tmp_path, capsys):
    kept = tmp_path / "waivers.jsonl"
    main(["check", str(table), "--format", "json"])
    name = next(iter(findings(capsys)))
    main(["check", str(table), "--waivers", str(kept), "--waive", name, "--reason", "seen"])
    table.write_text(table.read_text("utf-8").replace("28 were", "29 were"), "utf-8")
    assert main(["check", str(table), "--strict", "--waivers", str(kept)]) == 1


@pytest.mark.parametrize(
    ("more", "said"),
    [
        pytest.param(["--waive", "number:s1"], "--reason", id="without file and reason"),
        pytest.param(
            ["--waive", "number:s99", "--waivers", "w", "--reason", "x"], "no such finding", id="unknown"
        ),
    ],
)
def test_what_is_no_waiver(table, tmp_path, monkeypatch, capsys, more, said):
    monkeypatch.chdir(tmp_path)
    assert main(["check", str(table), *more]) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "w").exists()


def test_a_waiver_needs_a_reason(table, tmp_path, capsys):
    main(["check", str(table), "--format", "json"])
    name = next(iter(findings(capsys)))
    kept = tmp_path / "w"
    assert main(["check", str(table), "--waivers", str(kept), "--waive", name, "--reason", " "]) == 2
    assert "needs a reason" in capsys.readouterr().err
    assert not kept.exists()
