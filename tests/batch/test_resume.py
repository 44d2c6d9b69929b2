"""A real run, killed with signal 9 at random points: nothing lost, nothing done twice, the same bytes."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from pipeline.batch.job import OWN, STORE
from pipeline.store import Store, jobs
from tests.batch.conftest import write_reports

ROOT = Path(__file__).parents[2]
SEED = 20


def command(folder: Path, out: Path, *more: str) -> list[str]:
    return [
        sys.executable, "-m", "pipeline", "batch", str(folder), "-o", str(out),
        "--model", "tiny", "--format", "json,md", "--quiet",
        "--no-brief", "--batch-bytes", "500", *more,
    ]  # fmt: skip


def results(out: Path) -> dict[str, bytes]:
    """Every file but what a kill left half-written, which never has a real name."""
    return {p.name: p.read_bytes() for p in sorted(out.iterdir()) if p.is_file() and p.suffix != ".part"}


def log(out: Path) -> list[dict[str, object]]:
    (file,) = (out / OWN / "jobs").glob("*.jsonl")
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def kept_answers(out: Path) -> dict[str, str]:
    store = Store.open(out / STORE)
    with store.reading() as connection:
        rows = connection.execute(jobs.ANSWER.select()).all()
    store.close()
    return {row.question: row.body for row in rows}


def killed_run(
    argv: list[str], env: dict[str, str], out: Path, wait_s: float, *, at_work: bool
) -> int | None:
    """Start a run in a group of its own and kill the whole group; its exit code if it was quicker.

    Args:  at_work: count `wait_s` from the first result of the run, else from its start.
    """
    run = subprocess.Popen(
        argv, cwd=ROOT, env=env, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    before = done(out)
    while at_work and run.poll() is None and done(out) == before:
        time.sleep(0.02)
    try:
        return run.wait(timeout=wait_s)
    except subprocess.TimeoutExpired:
        os.killpg(run.pid, signal.SIGKILL)
        run.wait()
        return None


def done(out: Path) -> int:
    return sum(1 for _ in out.glob("*.json")) if out.exists() else 0


def check_kills(folder: Path, tmp_path: Path, env: dict[str, str], *, kills: int, workers: int) -> int:
    """Compare a run killed so often with an undisturbed one; how often it could be killed."""
    calm, rough = tmp_path / "calm", tmp_path / "rough"
    more = ("--workers", str(workers))
    begin = time.monotonic()
    assert subprocess.run(command(folder, calm, *more), cwd=ROOT, env=env, check=False).returncode == 0
    whole = time.monotonic() - begin
    draw, killed, code = random.Random(SEED), 0, None
    while killed < kills and code is None:
        at_work = killed % 4 != 3
        wait_s = draw.uniform(0, 0.2) if at_work else draw.uniform(0.2, 0.9) * min(whole, 5.0)
        code = killed_run(command(folder, rough, *more), env, rough, wait_s, at_work=at_work)
        killed += code is None
    if code is None:
        code = subprocess.run(command(folder, rough, *more), cwd=ROOT, env=env, check=False).returncode
    assert code == 0
    assert results(rough) == results(calm)
    assert kept_answers(rough) == kept_answers(calm)
    events = log(rough)
    ends = Counter(event["stem"] for event in events if event["kind"] == "document_done")
    assert ends == Counter(path.stem for path in folder.iterdir())
    numbers = [event["id"] for event in events]
    assert numbers == sorted(set(numbers))
    return killed


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_twenty_kills_change_nothing(tiny, tmp_path, workers):
    folder = write_reports(tmp_path / "in", 150)
    assert check_kills(folder, tmp_path, tiny, kills=20, workers=workers) >= 20


def test_two_kills_change_nothing(tiny, tmp_path):
    folder = write_reports(tmp_path / "in", 20)
    assert check_kills(folder, tmp_path, tiny, kills=2, workers=2) == 2
