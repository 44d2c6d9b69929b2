"""The page of benchmarks: tables from figures, parts that are not run anew stay."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("sacrebleu")
beside = pytest.importorskip("benchmarks.beside")

OURS, PEER = (
    beside.Row("ours", {"right, %": 90.0, "s": 1.25}),
    beside.Row("peer", {"right, %": 80.0, "s": 2.0}),
)
SUMS = beside.Part("Choice", "ten sentences", (OURS, PEER), ("third: not on the index",))


@pytest.fixture
def options(tmp_path, monkeypatch):
    """Two parts that take no time."""
    parts = {"conversion": lambda _: beside.Part("Script", "two texts", (OURS,)), "summaries": lambda _: SUMS}
    monkeypatch.setattr(beside, "PARTS", parts)
    return ["--figures", str(tmp_path / "figures.json"), "--out", str(tmp_path / "docs")]


def test_page_and_plot_hold_every_part(options, tmp_path):
    assert beside.main(options) == 0
    page = (tmp_path / "docs" / "benchmarks.md").read_text("utf-8")
    assert "| peer | 80.0 | 2.0 |" in page
    assert "- Left out: third: not on the index." in page
    assert page.index("## Script") < page.index("## Choice")
    assert "<svg" in (tmp_path / "docs" / "pictures" / "benchmarks.svg").read_text("utf-8")


def test_a_part_run_alone_leaves_the_others_as_they_were(options, tmp_path, monkeypatch):
    beside.main(options)
    better = beside.Part("Choice", "ten sentences", (PEER,))
    monkeypatch.setitem(beside.PARTS, "summaries", lambda _: better)
    beside.main(["summaries", *options])
    page = (tmp_path / "docs" / "benchmarks.md").read_text("utf-8")
    assert "## Script" in page
    assert page.count("| ours |") == 1


def test_an_unknown_part_is_refused(options, capsys):
    with pytest.raises(SystemExit):
        beside.main(["poems", *options])
    assert "no part poems" in capsys.readouterr().err


def test_the_page_is_what_the_kept_figures_say():
    root = Path(__file__).parents[2]
    kept = json.loads((root / "benchmarks" / "beside.json").read_text("utf-8"))
    parts = [beside.as_part(table) for table in kept.values()]
    page = "\n".join(beside.as_markdown(parts)).rstrip() + "\n"
    assert (root / "docs" / "benchmarks.md").read_text("utf-8") == page
