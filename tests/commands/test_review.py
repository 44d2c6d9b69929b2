"""What `duizhao review` refuses, and with which words."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from pipeline.cli import main


def test_a_folder_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["review", str(tmp_path / "nowhere")]) == 2
    assert "no such folder" in capsys.readouterr().err


def test_a_missing_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    assert main(["review", str(tmp_path)]) == 2
    assert "pip install 'duizhao[review]'" in capsys.readouterr().err


def test_align_without_the_encoder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("pipeline.commands.align.load_encoder", lambda: None)
    assert main(["align", "a.txt", "b.txt", "-o", str(tmp_path)]) == 2
    assert "duizhao[encoder]" in capsys.readouterr().err
