"""Figures of batches, each a ratio within one run.

python benchmarks/batch.py all --model qwen2.5-coder-0.5b --price 0.10   the three below, in some minutes;
                                                            throughput on the whole seed report, too
python benchmarks/batch.py throughput FOLDER --model NAME   a batch against the bare model
python benchmarks/batch.py scaling FOLDER --model NAME      workers and threads
python benchmarks/batch.py resume FOLDER --model NAME       what one kill costs
python benchmarks/batch.py memory --mb 50 --model NAME      one long text; --files 10000: many short ones
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from models.base import Answer, Ask, Conversing, Decoding, Request, RequestKind
from models.load import load_translator
from pipeline.batch.answers import Recorded
from pipeline.batch.engine import Hear, Result, Task
from pipeline.batch.job import STORE, Order, Totals, run_job
from pipeline.batch.local import LocalEngine, available_cores, sizing
from pipeline.batch.process import Worker
from pipeline.batch.settings import Settings
from pipeline.commands.batch import model_bytes
from pipeline.config import load_config


def order_of(folder: Path, out: Path, model: str, *, brief: bool = True) -> Order:
    config = load_config()
    config = replace(config, translate=replace(config.translate, model=model))
    settings = Settings(config=config, formats=("json",), brief=brief, store=str(out / STORE))
    return Order(inputs=(str(folder),), output=out, settings=settings)


class Beside:
    """Times every call of a worker's model, and the bare model on the same requests right after a batch.

    Both see the same neighbours on the machine. The bare model is a second copy, since the first has the
    state of these prompts at hand, and gets what the batch asked in one call for each way of decoding.
    """

    def __init__(self, model: str, threads: int) -> None:
        self.bare = load_translator(model, threads=threads)
        self.asked: list[tuple[Request, Decoding]] = []
        self.calls = 0
        self.modes: Counter[str] = Counter()
        self.pieces, self.bare_pieces = 0, 0
        self.model, self.between, self.batch, self.alone = Clock(), Clock(), Clock(), Clock()

    def listen(self, worker: Worker) -> None:
        recorded = worker._engine.translator
        assert isinstance(recorded, Recorded)
        inner: Any = recorded._inner
        real = inner.translate

        def translate(requests: Sequence[Request], *, decoding: Decoding) -> list[Answer]:
            self.calls += 1
            for request in requests:
                self._note(request, decoding)
            with self.model:
                answers: list[Answer] = real(requests, decoding=decoding)
            self.pieces += sum(answer.n_target_pieces for answer in answers)
            return answers

        inner.translate = translate
        if isinstance(inner, Conversing):
            self._listen_to_talk(inner)

    def _listen_to_talk(self, inner: Any) -> None:
        real = inner.converse

        def heard(ask: Ask) -> Ask:
            self._note(ask.request, ask.decoding)

            def then(answer: Answer) -> Iterable[Ask]:
                self.pieces += answer.n_target_pieces
                with self.between:  # acceptance and store, not the model
                    onward = list(ask.then(answer))
                return [heard(one) for one in onward]

            return Ask(ask.request, ask.decoding, then)

        def converse(asks: Iterable[Ask]) -> None:
            self.calls += 1
            with self.model:
                real([heard(ask) for ask in asks])

        inner.converse = converse

    def _note(self, request: Request, decoding: Decoding) -> None:
        self.asked.append((request, decoding))
        self.modes["sampled" if decoding.temperature else "reminded" if request.hints else "plain"] += 1

    def ask_bare(self) -> None:
        with self.alone:
            for decoding in dict.fromkeys(decoding for _, decoding in self.asked):
                requests = [one for one, d in self.asked if d == decoding]
                answers = self.bare.translate(requests, decoding=decoding)
                self.bare_pieces += sum(answer.n_target_pieces for answer in answers)
        self.asked.clear()


class Clock:
    """Adds up wall and processor seconds; the latter hardly depend on the neighbours."""

    def __init__(self) -> None:
        self.wall = self.cpu = 0.0

    def __enter__(self) -> None:
        self._begin = time.perf_counter(), time.process_time()

    def __exit__(self, *error: object) -> None:
        self.wall += time.perf_counter() - self._begin[0]
        self.cpu += time.process_time() - self._begin[1]


class HereEngine:
    """The worker of the local engine in this process, where it can be watched."""

    name, workers = "here", 1

    def __init__(self, beside: Beside) -> None:
        self._beside = beside

    def run(self, tasks: Iterator[Task], settings: Settings, *, hear: Hear) -> Iterator[Result]:
        worker, beside = Worker(settings), self._beside
        for model in (worker._engine.translator, beside.bare):
            model.load()
            model.translate([Request(text="前言", kind=kind) for kind in KINDS])  # the prompts' states
        beside.listen(worker)
        while True:
            with beside.batch:
                task = next(tasks, None)
                if task is None:
                    return
                result = worker.process(task)
            with beside.batch:
                yield result  # the coordinator writes and commits
            beside.ask_bare()


KINDS: tuple[RequestKind, ...] = ("heading", "item", "sentence")


def throughput(folder: Path, model: str) -> dict[str, Any]:
    """A batch against the bare model on the very same requests: 1.0 is as fast as the model alone.

    The two may answer a little differently, since neighbours count; “piece by piece” takes that out.
    """
    beside = Beside(model, available_cores())
    with tempfile.TemporaryDirectory() as out:
        _, totals = run_job(order_of(folder, Path(out), model), HereEngine(beside))
    batch, inside, alone, between = beside.batch, beside.model, beside.alone, beside.between
    same_pieces = beside.pieces / max(1, beside.bare_pieces)
    return {
        "documents": totals.done, "segments": totals.segments, "answers": totals.computed,
        "tokens": totals.source_pieces + totals.target_pieces, "characters": totals.characters,
        "calls": beside.calls, "requests": dict(beside.modes), "pieces_of_bare": round(same_pieces, 3),
        "batch_s": round(batch.wall, 1), "model_in_it_s": round(inside.wall - between.wall, 1), "bare_s": round(alone.wall, 1),
        "throughput_of_bare": round(alone.wall / batch.wall, 3),
        "throughput_of_bare_by_processor_time": round(alone.cpu / batch.cpu, 3),
        "throughput_of_bare_piece_by_piece": round(alone.wall / batch.wall * same_pieces, 3),
        "throughput_of_bare_piece_by_piece_by_processor_time": round(alone.cpu / batch.cpu * same_pieces, 3),
        "outside_the_model": round(1 - (inside.wall - between.wall) / batch.wall, 3),
        "outside_the_model_by_processor_time": round(1 - (inside.cpu - between.cpu) / batch.cpu, 3),
        "seconds_per_million_characters": round(batch.wall / totals.characters * 1e6),
    }  # fmt: skip


def divisions(cores: int, most: int) -> list[tuple[int, int]]:
    """Workers and threads of each: one of one thread, then all cores divided in ever smaller shares."""
    halves = [n for n in (1, 2, 4, 8, 16, 32, 64) if n <= min(cores, most)]
    return list(dict.fromkeys([(1, 1), *((n, cores // n) for n in halves)]))


def scaling(folder: Path, model: str) -> dict[str, Any]:
    """Seconds and speed-up of workers × threads against one worker of one thread, as memory allows."""
    config = load_config()
    config = replace(config, translate=replace(config.translate, model=model))
    most = max(2, sizing(threads=1, model_bytes=model_bytes(config.translate)).workers)
    seconds = {}
    for workers, threads in divisions(max(2, available_cores()), most):
        with tempfile.TemporaryDirectory() as out:
            order = order_of(folder, Path(out), model)
            order = replace(order, settings=replace(order.settings, threads=threads), batch_bytes=2_000)
            begin = {"s": 0.0}

            def watch(totals: Totals, begin: dict[str, float] = begin) -> None:
                # loading is not work: the clock starts when the first worker has its first answers
                if not begin["s"] and totals.live:
                    begin["s"] = totals.seconds

            totals = run_job(order, LocalEngine(workers=workers), watch=watch)[1]
            seconds[f"{workers}_of_{threads}"] = totals.seconds, totals.seconds - begin["s"]
    first = seconds["1_of_1"]
    return {
        name: {
            "s": round(whole, 1), "speedup": round(first[0] / whole, 2),
            "speedup_without_loading": round(first[1] / max(work, 1e-9), 2),
        }
        for name, (whole, work) in seconds.items()
    }  # fmt: skip


def resume(folder: Path, model: str) -> dict[str, Any]:
    """An undisturbed run against one that is killed in its middle and started again."""

    def command(out: str) -> list[str]:
        more = ["--model", model, "--format", "json", "--quiet", "--batch-bytes", "2000"]
        return [sys.executable, "-m", "pipeline", "batch", str(folder), "-o", out, *more]

    def results(out: str) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in Path(out).glob("*.json")}

    with tempfile.TemporaryDirectory() as calm, tempfile.TemporaryDirectory() as rough:
        begin = time.perf_counter()
        subprocess.run(command(calm), check=False, stdout=subprocess.DEVNULL)
        whole = time.perf_counter() - begin
        run = subprocess.Popen(command(rough), start_new_session=True, stdout=subprocess.DEVNULL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            run.wait(timeout=whole / 2)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(run.pid, signal.SIGKILL)
        run.wait()
        begin = time.perf_counter()
        subprocess.run(command(rough), check=False, stdout=subprocess.DEVNULL)
        rest = time.perf_counter() - begin
        begin = time.perf_counter()
        subprocess.run(command(rough), check=False, stdout=subprocess.DEVNULL)
        nothing = time.perf_counter() - begin
        same = results(calm) == results(rough)
    lost = whole / 2 + rest - whole
    return {
        "undisturbed_s": round(whole, 1), "resumed_s": round(rest, 1), "lost_s": round(lost, 1),
        "overhead": round(lost / whole, 3), "nothing_to_do_s": round(nothing, 1), "same": same,
    }  # fmt: skip


def pieces_of(report: Path, folder: Path, *, lines: int | None, count: int) -> Path:
    """A report's first lines as `count` documents."""
    text = [line for line in report.read_text("utf-8").splitlines() if line.strip()][:lines]
    folder.mkdir()
    for n in range(count):
        part = text[n * len(text) // count : (n + 1) * len(text) // count]
        (folder / f"{n:02d}.txt").write_text("\n".join(part) + "\n", "utf-8")
    return folder


def everything(folder: Path | None, model: str) -> dict[str, Any]:
    """All figures that need a model, on a folder; without one on the first third of the seed report.

    A text of realistic size is the whole report, since a batch of 48 kB takes in as much and more.
    """
    with tempfile.TemporaryDirectory() as place:
        seed = Path(__file__).parents[1] / "seeds" / "liaoning-report.txt"
        given = folder or pieces_of(seed, Path(place) / "in", lines=5, count=5)
        found = {figure.__name__: figure(given, model) for figure in (throughput, scaling, resume)}
        if folder is None:
            whole = pieces_of(seed, Path(place) / "whole", lines=None, count=12)
            found["throughput_whole_report"] = throughput(whole, model)
        return found


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
    parser.add_argument("figure", choices=("all", "throughput", "scaling", "resume", "memory"))
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--model", default="qwen2.5-coder-1.5b")
    parser.add_argument("--price", type=float, help="of an hour of the machine, in any money")
    parser.add_argument("--mb", type=float, default=50.0)
    parser.add_argument("--files", type=int, default=0)
    args = parser.parse_args()
    if args.figure == "memory":
        found = memory(args.model, args.mb, args.files)
    elif args.figure == "all":
        found = everything(args.folder, args.model)
    elif args.folder is None:
        parser.error("name a folder of documents")
    else:
        found = {"throughput": throughput, "scaling": scaling, "resume": resume}[args.figure](
            args.folder, args.model
        )
    speed = found.get("throughput", found).get("seconds_per_million_characters")
    if args.price is not None and speed is not None:
        found["cost_per_million_characters"] = round(speed / 3600 * args.price, 2)
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
