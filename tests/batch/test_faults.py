"""What can break under a batch, one by one: the document fails with its reason, the rest goes on."""

from __future__ import annotations

import builtins
import os
import signal
import subprocess
import sys
from collections.abc import Callable

import pytest

from pipeline.batch import local
from pipeline.batch.job import OWN, STORE
from pipeline.batch.local import LocalEngine
from pipeline.store import Store, jobs
from tests.batch.conftest import report
from tests.batch.test_job import HereEngine, failures, go
from tests.batch.test_resume import ROOT, command, results

MARKED = "r0002.txt"
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux")
real_work = local.work


def at_marked(act: Callable[[], None]) -> None:
    """From now on in this process: act when the marked document is opened."""
    real = builtins.open

    def opened(file: object, *more: object, **options: object) -> object:
        if str(file).endswith(MARKED):
            act()
        return real(file, *more, **options)  # type: ignore[call-overload]

    builtins.open = opened  # type: ignore[assignment]


def killed(*args: object) -> None:
    """A worker that the system kills, as it does when memory runs out."""
    at_marked(lambda: os.kill(os.getpid(), signal.SIGKILL))
    real_work(*args)  # type: ignore[arg-type]


def crashed(*args: object) -> None:
    """A worker whose library writes where it must not."""
    at_marked(lambda: os.kill(os.getpid(), signal.SIGSEGV))
    real_work(*args)  # type: ignore[arg-type]


def starved(*args: object) -> None:
    """A worker that may not have the memory that it asks for."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (64 << 30, 64 << 30))
    at_marked(lambda: bytearray(80 << 30) and None)
    real_work(*args)  # type: ignore[arg-type]


@linux
@pytest.mark.parametrize(
    ("fault", "said", "deaths"),
    [
        (killed, "memory ran out", 3),
        pytest.param(crashed, "SIGSEGV", 3, marks=pytest.mark.slow),
        (starved, "ran out of memory", 0),
    ],
    ids=["killed", "crashed", "starved"],
)
def test_a_worker_that_falls_over_a_document(tiny, folder, tmp_path, monkeypatch, fault, said, deaths):
    out = tmp_path / "out"
    monkeypatch.setattr(local, "work", fault)
    totals = go(folder, out, LocalEngine(workers=1))
    assert (totals.done, totals.failed, totals.deaths) == (5, 1, deaths)
    assert said in failures(out)["r0002"]
    assert not (out / "r0002.json").exists()
    assert go(folder, out).failed_before == 1
    retried = go(folder, out, HereEngine(), retry_failed=True)
    assert (retried.done, retried.kept, retried.failed) == (1, 5, 0)


@linux
def test_a_file_that_cannot_be_read(tiny, folder, tmp_path):
    """Reading a process's memory from its beginning is an input/output error, for root too."""
    marked = folder / MARKED
    marked.unlink()
    marked.symlink_to("/proc/self/mem")
    out = tmp_path / "out"
    assert go(folder, out).done == 5
    assert "cannot read" in failures(out)["r0002"]
    marked.unlink()
    marked.write_text(report(2), "utf-8")
    assert go(folder, out, retry_failed=True).done == 1


LIMITED = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, ({0}, {0})); "
LIMITED += "from pipeline.cli import main; sys.exit(main(sys.argv[1:]))"


def limited(argv: list[str], limit: int) -> list[str]:
    """The command with no file allowed to grow beyond a size: what a full disk or a quota does."""
    return [argv[0], "-c", LIMITED.format(limit), *argv[3:]]


@pytest.mark.postgres
@linux
def test_a_full_disk_under_the_results(tiny, folder, cluster, tmp_path):
    """The store is elsewhere: only the document that does not fit fails."""
    from tests.postgres import empty

    url, out = empty(cluster), tmp_path / "out"
    (folder / MARKED).write_text(report(2) + "各县组织实施。" * 120, "utf-8")
    call = [*command(folder, out, "--store", url), "--format", "json"]
    run = subprocess.run(
        limited(call, 60_000), cwd=ROOT, env=tiny, capture_output=True, text=True, check=False
    )
    assert run.returncode == 1, run.stderr
    assert not (out / "r0002.json").exists()
    assert len(results(out)) == 5
    store = Store.open(url)
    with store.reading() as connection:
        (job,) = jobs.jobs(connection)
        (failed,) = jobs.works(connection, job.id, "failed")
    store.close()
    assert "cannot write" in failed.reason
    again = subprocess.run(
        [*call, "--retry-failed"], cwd=ROOT, env=tiny, capture_output=True, text=True, check=False
    )
    assert again.returncode == 0
    assert "1 documents done, 5 done before" in again.stdout
    assert "; 0 answers computed" in again.stdout.replace("segments, ", "segments; ")
    assert not list(out.glob(".*.part"))


@linux
def test_a_full_disk_under_the_store(tiny, folder, tmp_path):
    """The job stops at once with one sentence, and goes on when there is room."""
    out = tmp_path / "out"
    run = subprocess.run(
        limited(command(folder, out), 120_000),
        cwd=ROOT,
        env=tiny,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 2
    assert run.stderr.count("\n") == 1, run.stderr
    assert "Traceback" not in run.stderr
    assert go(folder, out).state == "done"
    assert len(list(out.glob("*.json"))) == 6
    assert (out / STORE).exists()
    assert (out / OWN / "jobs").exists()
