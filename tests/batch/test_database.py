"""Batches on a PostgreSQL server that crashes in the middle, and two batches at once on any database."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from pipeline.batch.job import OWN
from pipeline.errors import OutputError
from pipeline.store import Store, jobs
from tests.batch.conftest import write_reports
from tests.batch.test_job import HereEngine, go
from tests.batch.test_resume import ROOT, command, done, log, results
from tests.postgres import Server, empty, served

DOWN_S = 1.5


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    if os.environ.get("DUIZHAO_TEST_POSTGRES"):
        pytest.skip("these tests crash their server: they start one of their own")
    yield from served()


@pytest.fixture
def own(server: Server) -> Server:
    """The server with nothing in it, running."""
    with suppress(subprocess.CalledProcessError):
        server.start()
    empty(server.url)
    return server


def start(argv: list[str], env: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        argv, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )


def answers(url: str) -> dict[str, str]:
    store = Store.open(url)
    with store.reading() as connection:
        rows = connection.execute(jobs.ANSWER.select()).all()
    store.close()
    return {row.question: row.body for row in rows}


def ends(url: str) -> Counter[tuple[str, str]]:
    """How often the store tells the end of each document of each job."""
    store = Store.open(url)
    with store.reading() as connection:
        found = Counter(
            (job.name, event.body["stem"])
            for job in jobs.jobs(connection)
            for event in jobs.events(connection, job.id, limit=None)
            if event.kind == "document_done"
        )
    store.close()
    return found


@pytest.mark.postgres
@pytest.mark.parametrize("crashes", [1, pytest.param(5, marks=pytest.mark.slow)])
def test_a_server_that_crashes_is_waited_for(tiny, own, tmp_path, crashes):
    folder = write_reports(tmp_path / "in", 16 if crashes == 1 else 120)
    calm, rough = tmp_path / "calm", tmp_path / "rough"
    assert subprocess.run(command(folder, calm), cwd=ROOT, env=tiny, check=False).returncode == 0
    run = start(command(folder, rough, "--workers", "2", "--store", own.url), tiny)
    for n in range(crashes):
        while run.poll() is None and done(rough) < 3 + 15 * n:
            time.sleep(0.01)
        own.crash()
        time.sleep(DOWN_S)
        own.start()
    _, said = run.communicate(timeout=300)
    assert (run.returncode, said) == (0, "")
    assert results(rough) == results(calm)
    assert set(ends(own.url).values()) == {1}
    events = log(rough)
    assert Counter(e["stem"] for e in events if e["kind"] == "document_done") == Counter(
        path.stem for path in folder.iterdir()
    )
    assert sum(e["documents"] for e in events if e["kind"] == "batch") == len(list(folder.iterdir()))
    assert len({e["id"] for e in events}) == len(events)


@pytest.mark.postgres
def test_a_server_that_stays_away_stops_the_job_and_nothing_is_lost(tiny, folder, own, tmp_path, monkeypatch):
    monkeypatch.setattr(jobs, "PATIENCE_S", 0.3)
    out = tmp_path / "out"

    class Crashing(HereEngine):
        def run(self, tasks, settings, *, hear):
            for number, result in enumerate(super().run(tasks, settings, hear=hear)):
                if number == 1:
                    own.crash()
                yield result

    with pytest.raises(OutputError, match="run the same command again"):
        go(folder, out, Crashing(), store=own.url)
    own.start()
    before = answers(own.url)
    totals = go(folder, out, store=own.url)
    assert totals.done + totals.kept == 6
    assert totals.kept > 0
    assert before.items() <= answers(own.url).items()
    assert set(ends(own.url).values()) == {1}


def test_two_batches_on_one_store_share_their_answers(tiny, folder, url, tmp_path):
    """The same documents into two folders at once: each answer is kept once, both get the same."""
    outs = [tmp_path / "a", tmp_path / "b"]
    runs = [start(command(folder, out, "--store", url), tiny) for out in outs]
    for run in runs:
        _, said = run.communicate(timeout=300)
        assert (run.returncode, said) == (0, "")
    assert results(outs[0]) == results(outs[1])
    assert len(ends(url)) == 12
    assert set(ends(url).values()) == {1}


def test_a_second_batch_in_one_folder_is_refused_and_the_first_is_whole(tiny, folder, url, tmp_path):
    out = tmp_path / "out"
    first = start(command(folder, out, "--store", url), tiny)
    while first.poll() is None and not (out / OWN / "jobs").exists():
        time.sleep(0.01)
    second = subprocess.run(
        command(folder, out, "--store", url), cwd=ROOT, env=tiny, capture_output=True, text=True, check=False
    )
    _, said = first.communicate(timeout=300)
    assert (first.returncode, said) == (0, "")
    assert second.returncode == 2
    assert "another batch is at work" in second.stderr
    assert second.stderr.count("\n") == 1
    assert len(results(out)) == 12
    assert set(ends(url).values()) == {1}


def test_without_the_lock_of_the_folder_each_document_ends_once(tiny, folder, url, tmp_path, monkeypatch):
    """Two machines that share a folder whose locks do not reach from one to the other."""
    from pipeline.batch import job

    out = tmp_path / "out"

    class Nested(HereEngine):
        def run(self, tasks, settings, *, hear):
            for number, result in enumerate(super().run(tasks, settings, hear=hear)):
                if number == 1:
                    monkeypatch.setattr(job, "FileLock", NoLock)
                    assert go(folder, out, store=settings.store).state == "done"
                yield result

    go(folder, out, Nested(), store=url)
    assert len(ends(url)) == 6
    assert set(ends(url).values()) == {1}
    calm = tmp_path / "calm"
    go(folder, calm)
    assert {p.name: p.read_bytes() for p in out.glob("*.json")} == {
        p.name: p.read_bytes() for p in calm.glob("*.json")
    }
    lines = [json.loads(line) for file in (out / OWN / "jobs").glob("*.jsonl") for line in file.open()]
    assert Counter(e["stem"] for e in lines if e["kind"] == "document_done").total() >= 6


class NoLock:
    """A lock that holds nobody off."""

    def __init__(self, path: Path) -> None: ...

    def acquire(self, timeout: float) -> NoLock:
        return self

    def __enter__(self) -> None: ...

    def __exit__(self, *error: object) -> None: ...
