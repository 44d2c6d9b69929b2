"""Batches on Ray: results as they come, a killer among the documents, a cluster that somebody else started."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.batch.job import STORE, Totals, run_job
from pipeline.store import Store, jobs
from tests.batch.conftest import report, write_reports
from tests.batch.test_engines import files, order
from tests.batch.test_job import failures
from tests.batch.test_resume import ROOT, command, results

pytestmark = [pytest.mark.ray, pytest.mark.slow]


@pytest.fixture(autouse=True)
def installed():
    pytest.importorskip("ray")


def begun(store: str) -> int:
    """How many documents were begun at all."""
    opened = Store.open(store)
    with opened.reading() as connection:
        (job,) = jobs.jobs(connection)
        found = sum(row.begun > 0 or row.state != "waiting" for row in jobs.works(connection, job.id))
    opened.close()
    return found


def test_one_document_that_kills_leaves_its_neighbours_and_results_come_as_they_are(
    tiny, tmp_path, monkeypatch
):
    from pipeline.batch import ray_data

    class Killing(ray_data.RayWorker):
        """Dies by signal 9 as soon as it opens a certain document."""

        def __init__(self, settings: bytes) -> None:
            import builtins

            super().__init__(settings)
            real = builtins.open

            def opened(file: object, *more: object, **options: object) -> object:
                if str(file).endswith("r0002.txt"):
                    os.kill(os.getpid(), signal.SIGKILL)
                return real(file, *more, **options)  # type: ignore[call-overload]

            builtins.open = opened  # type: ignore[assignment]

    monkeypatch.setattr(ray_data, "RayWorker", Killing)
    folder, out, seen = write_reports(tmp_path / "in", 18), tmp_path / "out", list[int]()

    def watch(totals: Totals) -> None:
        if totals.done and not seen:
            seen.append(begun(str(out / STORE)))

    _, totals = run_job(order(folder, out), ray_data.RayEngine(workers=1), watch=watch)
    assert (totals.done, totals.failed) == (17, 1)
    assert "died" in failures(out)["r0002"]
    assert seen[0] < 18  # the first result was there before the last document was begun
    monkeypatch.undo()
    for name, value in tiny.items():
        monkeypatch.setenv(name, value)
    (folder / "r0002.txt").write_text(report(2), "utf-8")
    from pipeline.batch.local import LocalEngine

    run_job(order(folder, calm := tmp_path / "calm"), LocalEngine())
    assert {k: v for k, v in files(calm).items() if not k.startswith("r0002")} == files(out)


@pytest.mark.postgres
def test_a_cluster_that_is_there_already(tiny, cluster, folder, tmp_path):
    from tests.postgres import empty

    url, out, calm = empty(cluster), tmp_path / "out", tmp_path / "calm"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    ray = Path(sys.executable).with_name("ray")
    # a token of this cluster's own, as Ray from 2.61 on asks of every cluster
    tiny = {**tiny, "RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}
    head = subprocess.Popen(
        [
            str(ray), "start", "--head", "--block", f"--port={port}", "--num-cpus=2",
            "--node-ip-address=127.0.0.1", "--include-dashboard=false", f"--temp-dir={short(tmp_path)}",
        ],
        env=tiny, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        more = ["--engine", "ray", "--address", f"127.0.0.1:{port}", "--store", url, "--workers", "1"]
        for _ in range(40):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(1)
        run = subprocess.run(
            command(folder, out, *more), cwd=ROOT, env=tiny, capture_output=True, text=True, check=False
        )
        assert run.returncode == 0, run.stderr
    finally:
        os.killpg(head.pid, signal.SIGTERM)
        try:
            head.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(head.pid, signal.SIGKILL)
    assert subprocess.run(command(folder, calm), cwd=ROOT, env=tiny, check=False).returncode == 0
    assert results(out) == results(calm)


def short(path: Path) -> Path:
    """A folder whose name is short enough for Ray's sockets."""
    import tempfile

    return Path(tempfile.mkdtemp(prefix="dz-ray-"))
