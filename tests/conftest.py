"""Fixtures that all tests share."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A busy machine is no fault of the code: nothing here is judged by the clock (under CI Hypothesis's own
# profile says the same, and draws the same examples each time).
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
if "CI" not in os.environ:
    settings.load_profile("patient")

GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the golden files")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with a file in tests/golden; the file is written only with --update-golden."""

    def check(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-golden"):
            path.write_text(text, encoding="utf-8")
        if not path.exists():
            pytest.fail(f"no golden file {path.name}: run pytest --update-golden and read what it wrote")
        assert text == path.read_text(encoding="utf-8")

    return check


@pytest.fixture(scope="session")
def report_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of `duizhao brief` on the user's report, computed once with the real model."""
    from pipeline.cli import main

    folder = tmp_path_factory.mktemp("report")
    seed = Path(__file__).parent.parent / "seeds" / "liaoning-report.txt"
    assert main(["models", "fetch"]) == 0
    assert main(["brief", str(seed), "-o", str(folder)]) == 0
    return folder
