"""`duizhao jobs`: what batches are there, how they stand, and a report of one."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict, replace
from pathlib import Path

from pipeline.batch.job import STORE, is_at_work
from pipeline.batch.report import report, sums
from pipeline.errors import UsageError
from pipeline.runner import utc_now
from pipeline.store import Store, jobs
from pipeline.store.jobs import Job
from pipeline.write.whole import write_whole


def main(args: argparse.Namespace) -> int:
    """List jobs, show or cancel one, or write its report; prints text or JSON."""
    store = _opened(args.where)
    try:
        if args.action == "list":
            return _list(store, args.format)
        job = _chosen(store, args.job)
        if args.action == "show":
            return _show(store, job, args.format)
        if args.action == "cancel":
            return _cancel(store, job)
        return _report(store, job, args.output)
    finally:
        store.close()


def _opened(where: str) -> Store:
    """The store of an output folder, or the one at a URL."""
    if "://" in where:
        return Store.open(where)
    path = Path(where) if Path(where).is_file() else Path(where) / STORE
    if not path.is_file():
        raise UsageError(
            f"no batch has been run in {where}: name the folder given with -o, or the --store URL"
        )
    return Store.open(path)


def _chosen(store: Store, name: str | None) -> Job:
    """The job of that name or beginning, by default the one that changed last."""
    with store.reading() as connection:
        known = jobs.jobs(connection)
    if not known:
        raise UsageError("there is no job in this store")
    if name is None:
        return _seen(known[0])
    found = [job for job in known if job.name.startswith(name)]
    if len(found) != 1:
        what = "no job" if not found else "more than one job"
        raise UsageError(f"{what} {name!r}: there are {', '.join(job.name for job in known)}")
    return _seen(found[0])


def _seen(job: Job) -> Job:
    """The job as it is: one that was killed could not say so."""
    known = Path(job.output).is_dir()  # else it is another machine's
    dead = job.state == "running" and known and not is_at_work(Path(job.output))
    return replace(job, state="interrupted") if dead else job


def _list(store: Store, form: str) -> int:
    with store.reading() as connection:
        known = [(job, jobs.count_work(connection, job.id)) for job in jobs.jobs(connection)]
    if form == "json":
        print(
            json.dumps(
                [asdict(_seen(job)) | {"documents": counts} for job, counts in known], ensure_ascii=False
            )
        )
        return 0
    for job, counts in known:
        job = _seen(job)
        states = ", ".join(f"{n} {state}" for state, n in sorted(counts.items()))
        print(f"{job.name}  {job.state:9}  {job.changed[:19]}  {states}  {', '.join(job.inputs)}")
    return 0


def _show(store: Store, job: Job, form: str) -> int:
    with store.reading() as connection:
        counts = jobs.count_work(connection, job.id)
        failed = jobs.works(connection, job.id, "failed")
        done = jobs.works(connection, job.id, "done")
    total = sums(done)
    if form == "json":
        issues = {f"{severity}.{check}": n for (severity, check), n in sorted(total.issues.items())}
        value = asdict(job) | {"documents": counts, "counts": dict(total.counts), "rungs": dict(total.rungs)}
        value |= {"issues": issues, "failed": [{"path": row.path, "reason": row.reason} for row in failed]}
        print(json.dumps(value, ensure_ascii=False))
        return 0
    runs = "1 run" if job.runs == 1 else f"{job.runs} runs"
    print(f"job {job.name}: {job.state}, {runs}, last {job.changed[:19]} UTC")
    print(f"inputs: {', '.join(job.inputs)}\noutput: {job.output}")
    print("model: " + ", ".join(job.settings.get("models", [])))
    print("documents: " + ", ".join(f"{n} {state}" for state, n in sorted(counts.items())))
    print(
        f"segments: {total.counts['segments']}; figures proven: {total.counts['proven']} of {total.counts['figures']}"
    )
    print("rungs: " + ", ".join(f"{rung} {n}" for rung, n in total.rungs.most_common()))
    for row in failed:
        print(f"failed: {row.reason}")
    return 0


def _cancel(store: Store, job: Job) -> int:
    if job.state != "running":
        print(f"duizhao: job {job.name} is {job.state}: nothing to cancel", file=sys.stderr)
        return 1
    with store.writing() as connection:
        jobs.set_job_state(connection, job.id, "cancelled", at=utc_now().isoformat(timespec="milliseconds"))
    print(f"{job.name}: cancelled; the same `duizhao batch` goes on where it stopped")
    return 0


def _report(store: Store, job: Job, output: str | None) -> int:
    with store.reading() as connection:
        rows = jobs.works(connection, job.id)
        events = jobs.events(connection, job.id, limit=None)
    path = Path(output) if output else Path(job.output) / ".duizhao" / "jobs" / f"{job.name}.html"
    write_whole(path, report(job, rows, events).encode())
    print(path)
    return 0
