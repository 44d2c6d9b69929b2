"""Jobs and answers on every kind of database; several writers at once lose nothing."""

from __future__ import annotations

import threading

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from pipeline.store import Store, jobs
from pipeline.store.jobs import Work
from pipeline.store.tables import METADATA


def opened(store: Store, *stems: str) -> jobs.Job:
    with store.writing() as connection:
        job = jobs.open_job(connection, "n", output="/out", inputs=["/in"], settings={"a": 1}, at="t")
        rows = [Work(stem=stem, position=n, path=f"/in/{stem}", unit=f"u{n}") for n, stem in enumerate(stems)]
        jobs.put_work(connection, job.id, rows)
    return job


def test_migrations_make_the_tables_of_jobs(store: Store) -> None:
    with store.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_a_job_is_opened_again_and_counts_its_runs(store: Store) -> None:
    first, second = opened(store), opened(store)
    assert first.id == second.id
    assert (first.runs, second.runs) == (1, 2)


def test_work_comes_in_pages_in_order(store: Store, monkeypatch) -> None:
    monkeypatch.setattr(jobs, "ROWS", 3)
    job = opened(store, *"abcdefgh")
    assert [row.stem for row in jobs.each_work(store, job.id, "waiting")] == list("abcdefgh")


def test_an_end_is_written_once_with_its_event(store: Store) -> None:
    job = opened(store, "a")
    with store.reading() as connection:
        (row,) = jobs.works(connection, job.id)
    for expected in (True, False):
        with store.writing() as connection:
            done = jobs.settle(
                connection, job.id, row, state="done", at="t", kind="document_done", body={"stem": "a"},
                files={"a.json": "00"},
            )  # fmt: skip
            assert done is expected
    with store.reading() as connection:
        assert [event.body for event in jobs.events(connection, job.id)] == [{"stem": "a"}]
        assert jobs.count_work(connection, job.id) == {"done": 1}


def test_the_first_answer_counts_whoever_writes(store: Store) -> None:
    def write(name: str) -> None:
        with store.writing() as connection:
            jobs.put_answers(connection, {f"q{n}": name for n in range(50)})

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.reading() as connection:
        found = jobs.get_answers(connection, [f"q{n}" for n in range(60)])
    assert len(found) == 50
    assert len(set(found.values())) == 1


def test_beginnings_are_counted_and_reset(store: Store) -> None:
    job = opened(store, "a", "b")
    with store.writing() as connection:
        assert jobs.begin_work(connection, ["u0"]) == {"u0": 1}
        assert jobs.begin_work(connection, ["u0", "u1"]) == {"u0": 2, "u1": 1}
        jobs.reset_begun(connection, job.id)
        assert jobs.begin_work(connection, ["u0"]) == {"u0": 1}
