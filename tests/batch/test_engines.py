"""Engines behind one interface: the same bytes from one process, from two, and from Ray."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest

from pipeline.batch.engine import Engine, Task
from pipeline.batch.job import STORE, Order, Totals, run_job
from pipeline.batch.local import LocalEngine, sizing
from pipeline.batch.settings import Settings
from pipeline.config import load_config
from pipeline.errors import UsageError


def order(folder: Path, out: Path, *, brief: bool = False, threads: int = 1) -> Order:
    config = load_config()
    config = replace(config, translate=replace(config.translate, model="tiny"))
    settings = Settings(
        config=config, formats=("json", "md", "html"), brief=brief, store=str(out / STORE), threads=threads
    )
    return Order(inputs=(str(folder),), output=out, settings=settings, batch_bytes=900)


def files(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()}


def run(folder: Path, out: Path, engine: Engine, **more: bool) -> tuple[dict[str, bytes], Totals]:
    _, totals = run_job(order(folder, out, **more), engine)
    return files(out), totals


def test_two_processes_give_the_bytes_of_one(tiny, folder, tmp_path):
    one, totals = run(folder, tmp_path / "one", LocalEngine(workers=1), brief=True)
    two, _ = run(folder, tmp_path / "two", LocalEngine(workers=2), brief=True)
    assert totals.done == 6
    assert len(one) == 18
    assert one == two


@pytest.mark.ray
@pytest.mark.slow
def test_ray_gives_the_bytes_of_local(tiny, folder, tmp_path):
    pytest.importorskip("ray")
    from pipeline.batch.ray_data import RayEngine

    one, _ = run(folder, tmp_path / "one", LocalEngine(workers=1))
    two, totals = run(folder, tmp_path / "two", RayEngine(workers=1))
    assert totals.done == 6
    assert one == two


def test_without_ray_one_sentence_says_what_to_install(monkeypatch):
    from pipeline.batch import ray_data

    real = ray_data.importlib.import_module

    def missing(name: str, *more: object) -> object:
        if name.startswith("ray"):
            raise ModuleNotFoundError("No module named 'ray'", name="ray")
        return real(name, *more)

    monkeypatch.setattr(ray_data.importlib, "import_module", missing)
    with pytest.raises(UsageError, match=r"duizhao\[ray\]"):
        ray_data.import_ray()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"cores": 2, "memory": 8 << 30}, (1, 2)),
        ({"cores": 16, "memory": 64 << 30}, (4, 4)),
        ({"cores": 16, "memory": 6 << 30, "model_bytes": 2 << 30}, (1, 16)),
        ({"cores": 16, "memory": 9 << 30, "model_bytes": 2 << 30}, (2, 8)),
        ({"cores": 4, "memory": 1 << 30}, (1, 4)),
        ({"cores": 4, "memory": 1 << 30, "workers": 3}, (3, 1)),
        ({"cores": 16, "memory": 64 << 30, "threads": 2}, (8, 2)),
        ({"cores": 64, "memory": 20 << 30, "model_bytes": 1 << 30}, (8, 8)),
    ],
    ids=[
        "laptop",
        "server",
        "little_memory",
        "some_memory",
        "never_none",
        "asked_for",
        "threads_asked_for",
        "many_cores_some_memory",
    ],
)
def test_workers_fit_cores_and_memory(given, expected):
    size = sizing(**given)
    assert (size.workers, size.threads) == expected


@pytest.mark.parametrize(
    ("tasks", "threads"), [(1, 16), (3, 5), (4, 4), (9, 4)], ids=["one", "three", "four", "many"]
)
def test_cores_of_workers_without_work_go_to_the_others(tasks, threads):
    settings = Settings(config=load_config(), formats=("json",), brief=False, store="", threads=4)
    given = []

    class Watched(LocalEngine):
        def _hire(self, settings: Settings) -> NoReturn:
            given.append(settings.threads)
            raise StopWork

    with pytest.raises(StopWork):
        list(
            Watched(workers=4, cores=16).run(
                [Task(number=n, pieces=()) for n in range(tasks)], settings, hear=print
            )
        )
    assert given == [threads]


class StopWork(Exception):
    """Enough is known."""
