"""`duizhao batch`: folders of documents, resumable at any point."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from models.fetch import installed
from pipeline.batch.engine import Engine
from pipeline.batch.job import STORE, Order, Totals, run_job
from pipeline.batch.local import LocalEngine, Sizing, available_cores, sizing
from pipeline.batch.metrics import metrics
from pipeline.batch.settings import Settings
from pipeline.commands.outputs import formats_of
from pipeline.commands.progress import Progress, progress
from pipeline.commands.settings import configured
from pipeline.config import TranslateConfig
from pipeline.engine import registry_of
from pipeline.errors import UsageError
from pipeline.translate.step import RUNG_WORDS, RUNGS
from pipeline.write import require_format


def main(args: argparse.Namespace) -> int:
    """Run or resume the job; prints one line of summary and where failures are."""
    config = configured(args)
    formats = formats_of(args.format, config)
    for name in formats:
        require_format(name)
    output = Path(args.output)
    options = config.translate
    size = sizing(workers=_workers(args.workers), threads=options.threads, model_bytes=model_bytes(options))
    settings = Settings(
        config=config, formats=formats, brief=not args.no_brief,
        store=args.store or str(output / STORE), threads=size.threads,
    )  # fmt: skip
    order = Order(
        inputs=tuple(args.inputs),
        output=output,
        settings=settings,
        retry_failed=args.retry_failed,
        part_bytes=_positive(args.part_bytes, "--part-bytes"),
        batch_bytes=_positive(args.batch_bytes, "--batch-bytes"),
    )
    engine = engine_named(args, size, cores=0 if options.threads else available_cores())
    with progress(quiet=args.quiet) as shown, metrics(args.metrics) as measured:
        show = _Shown(shown, size)

        def watch(totals: Totals) -> None:
            show(totals)
            measured(totals)

        _, totals = run_job(order, engine, watch=watch)
    _summarise(totals, output)
    return _exit_code(totals, strict=args.strict)


def engine_named(args: argparse.Namespace, size: Sizing, *, cores: int = 0) -> Engine:
    """The engine that the call asks for."""
    if args.engine == "ray":
        from pipeline.batch.ray_data import RayEngine, import_ray

        import_ray()
        return RayEngine(workers=size.workers, address=args.address or "")
    if args.address:
        raise UsageError("--address is of a Ray cluster: give --engine ray with it")
    return LocalEngine(workers=size.workers, cores=cores)


def model_bytes(options: TranslateConfig) -> int:
    """What the model takes in memory: about the size of its files; 0 for one that runs elsewhere."""
    folder = installed(options.model, registry=registry_of(options))
    if folder is None:
        return 0
    # graphs share their weights: the larger of two copies counts
    return max((file.stat().st_size for file in folder.rglob("*") if file.is_file()), default=0)


class _Shown:
    """Progress of a batch: a bar of documents, and a line now and then."""

    def __init__(self, shown: Progress, size: Sizing) -> None:
        self._shown = shown
        self._size = size
        self._started = False
        self._done = 0

    def __call__(self, totals: Totals) -> None:
        if not self._started:
            self._started = True
            self._shown.say(_opening(totals, self._size))
            self._shown.stage("documents")
        if (done := totals.done + totals.failed) != self._done:
            self._done = done
            self._shown.count(done, totals.waiting)
        if totals.state == "running" and totals.seconds > 1:
            self._shown.status(line(totals))


def _opening(totals: Totals, size: Sizing) -> str:
    plural = "s" if size.workers > 1 else ""
    kept = f", {totals.kept} done before" if totals.kept else ""
    failed = f", {totals.failed_before} failed before (--retry-failed)" if totals.failed_before else ""
    return (
        f"{totals.waiting} of {totals.documents} documents to do{kept}{failed}; "
        f"{size.workers} worker{plural} of {size.threads} thread{'s' if size.threads > 1 else ''}"
    )


def line(totals: Totals) -> str:
    """How a run stands, in one line."""
    live_asked = max(totals.asked, sum(asked for asked, _ in totals.live.values()))
    live_computed = max(totals.computed, sum(computed for _, computed in totals.live.values()))
    tokens = totals.source_pieces + totals.target_pieces
    parts = [
        f"{totals.done + totals.failed}/{totals.waiting} documents",
        f"{totals.segments:,} segments",
        f"{live_computed:,} answers computed, {live_asked - live_computed:,} had before, "
        f"{live_computed / max(totals.seconds, 1e-9):.1f}/s",
        f"{tokens:,} tokens" if tokens else "",
        f"{totals.memory_hits:,} from the memory" if totals.memory_hits else "",
        f"{totals.failed} failed" if totals.failed else "",
        f"ladder: {ladder(totals)}" if totals.rungs else "",
    ]
    left = totals.left_s()
    if left is not None and totals.state == "running":
        parts.append(f"{clock(left)} left")
    return "; ".join(filter(None, parts))


def ladder(totals: Totals) -> str:
    """How many segments each rung gave, in the order of the ladder."""
    rungs = [rung for rung in RUNGS if totals.rungs[rung]]
    return ", ".join(f"{totals.rungs[rung]:,} {RUNG_WORDS.get(rung, rung)}" for rung in rungs)


def clock(seconds: float) -> str:
    """A duration as people say it: 45 s, 12 min, 3 h 5 min."""
    minutes = round(seconds / 60)
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


def _summarise(totals: Totals, output: Path) -> None:
    print(
        f"{totals.state}: {totals.done} documents done, {totals.kept} done before, "
        f"{totals.failed + totals.failed_before} failed; {totals.segments} segments, "
        f"{totals.computed} answers computed, {totals.reused} had before, in {clock(totals.seconds)}"
    )
    if totals.rungs:
        tokens = totals.source_pieces + totals.target_pieces
        print(f"ladder: {ladder(totals)}; {totals.memory_hits} from the memory; {tokens:,} tokens")
    if totals.failed + totals.failed_before:
        print(f"why: duizhao jobs show {output}", file=sys.stderr)


def _positive(number: int, option: str) -> int:
    if number < 1:
        raise UsageError(f"{option} is at least 1, not {number}")
    return number


def _workers(text: int | None) -> int:
    if text is not None and text < 1:
        raise UsageError(f"--workers is at least 1, not {text}")
    return text or 0


def _exit_code(totals: Totals, *, strict: bool) -> int:
    failed = totals.failed + totals.failed_before
    if totals.documents and failed == totals.documents:
        return 2
    return 1 if failed or totals.state == "cancelled" or (strict and totals.errors) else 0
