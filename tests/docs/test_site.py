"""The site builds with every warning an error: no dead link, no page left out, no stale reference."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.check.registry import CODES
from pipeline.cli import _COMMANDS
from pipeline.config import config_keys

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-d", folder]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environment)
    assert built.returncode == 0, built.stderr
    return folder


def test_the_reference_names_every_command_key_and_check(site):
    def words(page: str) -> str:
        return (site / "reference" / page).read_text("utf-8")

    assert [name for name, *_ in _COMMANDS if f"duizhao {name}" not in words("command-line.html")] == []
    keys = [key.rsplit(".", 1)[-1] for key in config_keys()]
    assert [key for key in keys if f"<code>{key}</code>" not in words("configuration.html")] == []
    assert [code for code in CODES if f"<code>{code}</code>" not in words("checks.html")] == []


def test_decisions_are_listed(site):
    listed = (site / "decisions" / "index.html").read_text("utf-8")
    decisions = (ROOT / "docs" / "decisions").glob("*.md")
    assert [file.stem for file in decisions if f"{file.stem}.html" not in listed] == []


def test_pages_ask_nothing_of_other_sites(site):
    page = (site / "index.html").read_text("utf-8")
    assert "fonts.googleapis" not in page
    assert 'src="http' not in page


def test_the_example_stands_in_its_page(site):
    assert "Counter" in (site / "how-to" / "python.html").read_text("utf-8")
