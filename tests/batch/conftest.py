"""One tiny model for all tests of batches, found by the worker processes through the environment."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.batch.tiny import install
from tests.store.conftest import cluster, url  # noqa: F401 - fixtures


@pytest.fixture(scope="session")
def tiny_environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return install(tmp_path_factory.mktemp("models"))


@pytest.fixture
def tiny(tiny_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    for name, value in tiny_environment.items():
        monkeypatch.setenv(name, value)
    return dict(os.environ)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A few short reports in different words."""
    return write_reports(tmp_path / "in", 6)


PLACES = ["青山县", "白水市", "东林区", "南河乡", "西岭镇", "北湖县", "长桥市", "石门区"]


def report(number: int) -> str:
    """A short report; no two of them have a whole sentence in common."""
    place = PLACES[number % len(PLACES)]
    return (
        f"{place}图书馆建设情况第{number}号\n一、{place}总体情况\n"
        f"去年以来,{place}新建图书馆{number + 3}个,改造面积约{number + 2}.5万平方米。\n"
        f"(一){place}加强领导。将{number + 40}个书库整合为{number + 2}个。\n"
    )


def write_reports(folder: Path, count: int) -> Path:
    folder.mkdir(parents=True)
    for number in range(count):
        (folder / f"r{number:04d}.txt").write_text(report(number), "utf-8")
    return folder
