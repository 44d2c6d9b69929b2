"""Figures of batches, each a ratio within one run.

python benchmarks/batch.py throughput FOLDER --model NAME   a batch against the bare model
python benchmarks/batch.py scaling FOLDER --model NAME      1, 2, … workers
python benchmarks/batch.py resume FOLDER --model NAME       what one kill costs
python benchmarks/batch.py memory --mb 50 --model NAME      one long text; --files 10000: many short ones
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from models.base import Answer, Decoding, Request
from models.load import load_translator
from pipeline.batch.answers import Recorded
from pipeline.batch.engine import Hear, Result, Task
from pipeline.batch.job import STORE, Order, Totals, run_job
from pipeline.batch.local import LocalEngine, available_cores
from pipeline.batch.process import Worker
from pipeline.batch.settings import Settings
from pipeline.config import load_config


def order_of(folder: Path, out: Path, model: str, *, brief: bool = True) -> Order:
    config = load_config()
    config = replace(config, translate=replace(config.translate, model=model))
    settings = Settings(config=config, formats=("json",), brief=brief, store=str(out / STORE))
    return Order(inputs=(str(folder),), output=out, settings=settings)


class Asked:
    """Remembers the calls of the model and how long they took."""

    def __init__(self) -> None:
        self.calls: list[tuple[list[Request], Decoding]] = []
        self.seconds = 0.0

    def wrap(self, worker: Worker) -> None:
        recorded = worker._engine.translator
        assert isinstance(recorded, Recorded)
        inner = recorded._inner
        real = inner.translate

        def translate(requests: Sequence[Request], *, decoding: Decoding) -> list[Answer]:
            self.calls.append((list(requests), decoding))
            begin = time.perf_counter()
            answers = real(requests, decoding=decoding)
            self.seconds += time.perf_counter() - begin
            return answers

        inner.translate = translate  # type: ignore[method-assign]


class HereEngine:
    """The worker of the local engine in this process, where it can be watched."""

    name, workers = "here", 1

    def __init__(self, asked: Asked) -> None:
        self._asked = asked

    def run(self, tasks: Iterator[Task], settings: Settings, *, hear: Hear) -> Iterator[Result]:
        worker = Worker(settings)
        worker._engine.translator._inner.load()  # type: ignore[attr-defined]
        self._asked.wrap(worker)
        self.begin = time.perf_counter()
        for task in tasks:
            yield worker.process(task)
        self.seconds = time.perf_counter() - self.begin


def throughput(folder: Path, model: str) -> dict[str, Any]:
    """The whole batch, and then the bare model on the very same requests in calls as large as it likes."""
    asked = Asked()
    engine = HereEngine(asked)
    with tempfile.TemporaryDirectory() as out:
        _, totals = run_job(order_of(folder, Path(out), model), engine)
    bare = load_translator(model)
    bare.load()
    begin = time.perf_counter()
    for decoding in dict.fromkeys(decoding for _, decoding in asked.calls):
        bare.translate(
            [r for requests, d in asked.calls if d == decoding for r in requests], decoding=decoding
        )
    seconds = time.perf_counter() - begin
    return {
        "documents": totals.done, "segments": totals.segments, "answers": totals.computed,
        "batch_s": round(engine.seconds, 2), "of_it_model_s": round(asked.seconds, 2), "bare_s": round(seconds, 2),
        "throughput_of_bare": round(seconds / engine.seconds, 3),
        "outside_the_model": round(1 - asked.seconds / engine.seconds, 3),
        "seconds_per_million_characters": round(engine.seconds / totals.characters * 1e6),
    }  # fmt: skip


def scaling(folder: Path, model: str) -> dict[str, Any]:
    """Seconds and speed-up by workers that share the processors."""
    seconds = {}
    for workers in range(1, max(2, available_cores()) + 1):
        with tempfile.TemporaryDirectory() as out:
            order = order_of(folder, Path(out), model)
            order = replace(
                order,
                settings=replace(order.settings, threads=max(1, available_cores() // workers)),
                batch_bytes=8_000,
            )
            seconds[workers] = run_job(order, LocalEngine(workers=workers))[1].seconds
    return {
        f"{n}_workers": {"s": round(s, 1), "speedup": round(seconds[1] / s, 2)} for n, s in seconds.items()
    }


def resume(folder: Path, model: str) -> dict[str, Any]:
    """An undisturbed run against one that is killed in its middle and started again."""

    def command(out: str) -> list[str]:
        more = ["--model", model, "--format", "json", "--quiet", "--batch-bytes", "8000"]
        return [sys.executable, "-m", "pipeline", "batch", str(folder), "-o", out, *more]

    with tempfile.TemporaryDirectory() as calm, tempfile.TemporaryDirectory() as rough:
        begin = time.perf_counter()
        subprocess.run(command(calm), check=False, stdout=subprocess.DEVNULL)
        whole = time.perf_counter() - begin
        run = subprocess.Popen(command(rough), start_new_session=True, stdout=subprocess.DEVNULL)
        time.sleep(whole / 2)
        os.killpg(run.pid, signal.SIGKILL)
        run.wait()
        begin = time.perf_counter()
        subprocess.run(command(rough), check=False, stdout=subprocess.DEVNULL)
        rest = time.perf_counter() - begin
        same = all((Path(rough) / p.name).read_bytes() == p.read_bytes() for p in Path(calm).glob("*.json"))
    overhead = (whole / 2 + rest) / whole - 1
    return {
        "undisturbed_s": round(whole, 1),
        "resumed_s": round(rest, 1),
        "overhead": round(overhead, 3),
        "same": same,
    }


def memory(model: str, mb: float, files: int) -> dict[str, Any]:
    """The most that a worker and this process hold, for a long text or many short ones of few sentences."""
    import resource

    with tempfile.TemporaryDirectory() as place:
        folder, out = Path(place) / "in", Path(place) / "out"
        folder.mkdir()
        sentences = [f"全县第{n}个图书馆已经建成，接待读者{n * 7}人次。\n" for n in range(200)]
        if files:
            for n in range(files):
                (folder / f"{n:06d}.txt").write_text("".join(sentences[n % 190 : n % 190 + 3]), "utf-8")
        else:
            with (folder / "long.txt").open("w", encoding="utf-8") as file:
                while file.tell() < mb * 1e6:
                    file.writelines(sentences)
        totals: Totals = run_job(order_of(folder, out, model, brief=False), LocalEngine(workers=1))[1]
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {
        "documents": totals.done, "failed": totals.failed, "segments": totals.segments, "s": round(totals.seconds),
        "worker_peak_mb": round(totals.peak_bytes / 1e6), "coordinator_peak_mb": round(own / 1e6),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("figure", choices=("throughput", "scaling", "resume", "memory"))
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--model", default="qwen2.5-coder-1.5b")
    parser.add_argument("--mb", type=float, default=50.0)
    parser.add_argument("--files", type=int, default=0)
    args = parser.parse_args()
    if args.figure == "memory":
        found = memory(args.model, args.mb, args.files)
    elif args.folder is None:
        parser.error("name a folder of documents")
    else:
        found = {"throughput": throughput, "scaling": scaling, "resume": resume}[args.figure](
            args.folder, args.model
        )
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
