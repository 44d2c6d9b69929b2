"""Jobs: failures stay where they happen, work is not done again, what people wrote is kept."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from pipeline.batch import process
from pipeline.batch.engine import Engine
from pipeline.batch.inputs import Input, Stems, documents, find
from pipeline.batch.job import OWN, STORE, Order, Totals, run_job
from pipeline.batch.process import Worker
from pipeline.batch.settings import Settings
from pipeline.config import load_config
from pipeline.errors import InputError, OutputError, UsageError
from pipeline.store import Store, jobs
from pipeline.store.memory import StoreMemory
from pipeline.translate.memory import approved
from pipeline.write.as_json import load, render


class HereEngine:
    """The worker in this process: for tests that look into it."""

    name = "here"
    workers = 1

    def run(self, tasks, settings, *, hear):
        worker = Worker(settings)
        for task in tasks:
            yield worker.process(task)


def go(
    folder: Path,
    out: Path,
    engine: Engine | None = None,
    *,
    glossary: tuple[str, ...] = (),
    store: str = "",
    **more,
) -> Totals:
    config = load_config()
    options = replace(config.translate, model="tiny", glossaries=(*config.translate.glossaries, *glossary))
    settings = Settings(
        config=replace(config, translate=options),
        formats=("json",),
        brief=False,
        store=store or str(out / STORE),
        threads=1,
    )
    order = Order(inputs=(str(folder),), output=out, settings=settings, batch_bytes=900, **more)
    return run_job(order, engine or HereEngine())[1]


def failures(out: Path) -> dict[str, str]:
    store = Store.open(out / STORE)
    with store.reading() as connection:
        (job,) = jobs.jobs(connection)
        found = {row.stem: row.reason for row in jobs.works(connection, job.id, "failed")}
    store.close()
    return found


def test_bad_documents_are_named_and_the_rest_goes_on(tiny, folder, tmp_path):
    out = tmp_path / "out"
    (folder / "r0001.txt").write_bytes(b"")
    (folder / "r0002.txt").write_bytes(b"%PDF-1.4 no text")
    totals = go(folder, out)
    assert (totals.done, totals.failed) == (4, 2)
    assert "is empty" in failures(out)["r0001"]
    assert "r0002.txt" in failures(out)["r0002"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_file_fails_with_its_reason(tiny, folder, tmp_path):
    (folder / "r0001.txt").chmod(0)
    assert go(folder, tmp_path / "out").failed_before == 1


def test_a_file_that_vanishes_fails_and_comes_back(tiny, folder, tmp_path):
    out = tmp_path / "out"
    paths = tmp_path / "those.list"
    lost = folder / "r0001.txt"
    paths.write_text("\n".join(str(p) for p in sorted(folder.iterdir())), "utf-8")
    content = lost.read_bytes()
    lost.unlink()
    assert go(paths, out).failed_before == 1
    assert "No such file" in failures(out)["r0001"]
    lost.write_bytes(content)
    assert go(paths, out).done == 1
    assert failures(out) == {}


def test_a_full_disk_fails_the_document_and_retry_takes_it_up(tiny, folder, tmp_path, monkeypatch):
    from pipeline.batch import job

    out = tmp_path / "out"
    real = job.write_whole

    def full(path: Path, content: bytes) -> None:
        if path.name == "r0003.json":
            raise OutputError(f"cannot write {path}: the disk is full")
        real(path, content)

    monkeypatch.setattr(job, "write_whole", full)
    assert (totals := go(folder, out)).failed == 1
    assert totals.done == 5
    assert "disk is full" in failures(out)["r0003"]
    monkeypatch.undo()
    for name, value in tiny.items():
        monkeypatch.setenv(name, value)
    assert go(folder, out).failed_before == 1
    retried = go(folder, out, retry_failed=True)
    assert (retried.done, retried.computed) == (1, 0)


@pytest.mark.parametrize(
    ("error", "said"),
    [(MemoryError(), "out of memory"), (RuntimeError("the model fell over"), "fell over")],
    ids=["memory", "model"],
)
def test_what_breaks_in_a_batch_fails_the_culprit_only(tiny, folder, tmp_path, monkeypatch, error, said):
    real = process.translate_all

    def broken(documents, **more):
        if any(d.source.path.endswith("r0004.txt") for d in documents):
            raise error
        return real(documents, **more)

    monkeypatch.setattr(process, "translate_all", broken)
    out = tmp_path / "out"
    totals = go(folder, out)
    assert (totals.done, totals.failed) == (5, 1)
    assert said in failures(out)["r0004"]


def test_a_lost_connection_is_waited_for():
    calls, slept = [], []

    def action() -> str:
        calls.append(1)
        if len(calls) < 4:
            raise OperationalError("SELECT 1", {}, Exception("server closed the connection"))
        return "there"

    assert jobs.insist(action, sleep=slept.append) == "there"
    assert len(slept) == 3
    with pytest.raises(OutputError, match="run the same command again"):
        jobs.insist(lambda: _raise(), sleep=slept.append, patience_s=1.0)


def _raise() -> None:
    raise OperationalError("SELECT 1", {}, Exception("server closed the connection"))


def test_a_second_run_does_nothing(tiny, folder, tmp_path):
    out = tmp_path / "out"
    first = go(folder, out)
    before = {p: p.stat().st_mtime_ns for p in out.glob("*.json")}
    again = go(folder, out)
    assert (first.done, again.done, again.kept, again.asked) == (6, 0, 6, 0)
    assert {p: p.stat().st_mtime_ns for p in out.glob("*.json")} == before


def test_an_edited_document_asks_only_for_what_changed(tiny, folder, tmp_path):
    out = tmp_path / "out"
    go(folder, out)
    path = folder / "r0003.txt"
    path.write_text(path.read_text("utf-8") + "明年再建两个分馆。\n", "utf-8")
    totals = go(folder, out)
    assert (totals.done, totals.kept) == (1, 5)
    assert 0 < totals.computed < totals.asked / 2
    assert load(out / "r0003.json").segments[-1].text == "明年再建两个分馆。"


def test_a_changed_glossary_asks_only_for_segments_that_it_touches(tiny, folder, tmp_path):
    out, terms = tmp_path / "out", tmp_path / "terms.tsv"
    go(folder, out)
    terms.write_text("zh\ten\n书库\tbook store\n", "utf-8")
    totals = go(folder, out, glossary=(str(terms),))
    assert totals.done == 6
    asked = {s.text for p in out.glob("*.json") for s in load(p).segments if "书库" in s.text}
    assert len(asked) == 6
    assert 0 < totals.computed < totals.asked / 2


def test_reviewed_segments_are_never_overwritten(tiny, folder, tmp_path):
    out, terms = tmp_path / "out", tmp_path / "terms.tsv"
    go(folder, out)
    path = out / "r0002.json"
    document = load(path)
    segments = list(document.segments)
    kept, dropped = segments[2], segments[-1]
    segments[2] = replace(kept, target="A person wrote this.", origin="human", state="reviewed")
    segments[-1] = replace(dropped, target="And this.", origin="human", state="final")
    path.write_bytes(render(replace(document, segments=tuple(segments))))
    assert go(folder, out).done == 0  # a result that people changed is not done again
    source = folder / "r0002.txt"
    source.write_text(source.read_text("utf-8").rsplit("将", 1)[0] + "另有安排。\n", "utf-8")
    terms.write_text("zh\ten\n图书馆\tpublic library\n", "utf-8")
    assert go(folder, out, glossary=(str(terms),)).done == 6
    new = {s.text: s for s in load(path).segments}
    assert new[kept.text].target == "A person wrote this."
    assert new[kept.text].state == "reviewed"
    # the sentence that is gone had words of a person: the earlier result is set aside, and told
    (aside,) = (out / OWN / "superseded").iterdir()
    assert "And this." in [s.target for s in load(aside).segments]
    (log,) = (out / OWN / "jobs").glob("*.jsonl")
    assert any(json.loads(line).get("reviewed_unplaced") == 1 for line in log.read_text("utf-8").splitlines())


def test_what_a_person_writes_while_a_batch_runs_is_kept(tiny, folder, tmp_path):
    out, terms = tmp_path / "out", tmp_path / "terms.tsv"
    go(folder, out)
    path = out / "r0000.json"

    class Overtaken(HereEngine):
        """Somebody approves a sentence after the new result was begun, before it is written."""

        def run(self, tasks, settings, *, hear):
            for result in super().run(tasks, settings, hear=hear):
                if "A person" not in path.read_text("utf-8"):
                    document = load(path)
                    first, *rest = document.segments
                    first = replace(first, target="A person wrote this.", origin="human", state="reviewed")
                    path.write_bytes(render(replace(document, segments=(first, *rest))))
                yield result

    terms.write_text("zh\ten\n图书馆\tpublic library\n", "utf-8")
    assert go(folder, out, Overtaken(), glossary=(str(terms),)).done == 6
    assert load(path).segments[0].target == "A person wrote this."
    assert load(path).segments[0].state == "reviewed"


def test_a_file_that_is_not_ours_is_not_overwritten(tiny, folder, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "r0001.json").write_text('{"mine": 1}', "utf-8")
    totals = go(folder, out)
    assert (totals.done, totals.failed) == (5, 1)
    assert (out / "r0001.json").read_text("utf-8") == '{"mine": 1}'


def test_a_cancelled_job_stops_and_can_go_on(tiny, folder, tmp_path, monkeypatch):
    from pipeline.batch import job

    out = tmp_path / "out"
    monkeypatch.setattr(job, "POLL_S", 0.0)

    class Cancelling(HereEngine):
        def run(self, tasks, settings, *, hear):
            for number, result in enumerate(super().run(tasks, settings, hear=hear)):
                if number == 0:
                    store = Store.open(settings.store)
                    with store.writing() as connection:
                        (one,) = jobs.jobs(connection)
                        jobs.set_job_state(connection, one.id, "cancelled", at="now")
                    store.close()
                yield result

    totals = go(folder, out, Cancelling())
    assert totals.state == "cancelled"
    assert 0 < totals.done < 6
    assert go(folder, out).kept == totals.done


def test_parts_of_a_long_text_join_to_the_whole(tmp_path):
    path = tmp_path / "long.txt"
    text = "".join(f"第{n}行文字。\n" for n in range(400))
    path.write_text(text, "utf-8")
    parts = list(documents([str(path)], part_bytes=1000))
    data = path.read_bytes()
    assert b"".join(data[p.first : p.last] for p in parts) == data
    assert all(data[p.first : p.last].endswith(b"\n") for p in parts)
    assert max(p.bytes for p in parts) <= 1500


def test_names_stay_apart_and_never_move():
    names = Stems({})
    places = ["a/r.txt", "b/r.txt", "b/R.txt", "c/b/r.txt", "b/r.md"]
    given = [names.of(Input(path=place)) for place in places]
    assert len({stem.casefold() for stem in given}) == len(places)
    later = Stems(dict(zip(places, given, strict=True)))
    assert [later.of(Input(path=place)) for place in reversed(places)] == given[::-1]


def test_results_within_the_folder_are_not_inputs(tmp_path):
    (tmp_path / "a.txt").write_text("文", "utf-8")
    out = tmp_path / "out"
    out.mkdir()
    (out / "a.md").write_text("text", "utf-8")
    (tmp_path / "x.bin").write_bytes(b"1")
    found = find([str(tmp_path)], output=out)
    assert found.paths == (str(tmp_path / "a.txt"),)
    assert found.left == {".bin": 1}


def test_standard_input_and_nothing_are_refused(tmp_path):
    with pytest.raises(UsageError):
        find(["-"], output=tmp_path)
    with pytest.raises(InputError):
        find([str(tmp_path)], output=tmp_path / "out")


def test_a_torn_line_of_the_log_is_mended(tiny, folder, tmp_path):
    out = tmp_path / "out"
    go(folder, out)
    (log,) = (out / OWN / "jobs").glob("*.jsonl")
    whole = log.read_text("utf-8")
    log.write_text(whole[:-20], "utf-8")
    go(folder, out)
    lines = log.read_text("utf-8").splitlines()
    assert [json.loads(line) for line in lines[: len(whole.splitlines())]] == [
        json.loads(line) for line in whole.splitlines()
    ]


def test_one_folder_has_one_batch_at_a_time(tiny, folder, tmp_path):
    out = tmp_path / "out"

    class Nested(HereEngine):
        def run(self, tasks, settings, *, hear):
            with pytest.raises(UsageError, match="another batch is at work"):
                go(folder, out)
            yield from super().run(tasks, settings, hear=hear)

    assert go(folder, out, Nested()).done == 6


def test_what_was_approved_in_a_batch_serves_a_single_report(tiny, folder, tmp_path, capsys):
    """`duizhao translate --memory OUT`: the words of the person, not of the model."""
    from pipeline.cli import main

    out = tmp_path / "out"
    go(folder, out)
    (text,) = [s.text for s in load(out / "r0000.json").segments if "图书馆3个" in s.text]
    store = Store.open(out / STORE)
    StoreMemory(store).put([approved(text, "Approved: 3 libraries, about 25,000 square metres.")])
    store.close()
    call = ["translate", str(folder / "r0000.txt"), "-o", str(tmp_path / "one"), "--model", "tiny", "--quiet"]
    assert main([*call, "--format", "json", "--memory", str(out)]) == 0
    found = {s.text: s for s in load(tmp_path / "one" / "r0000.json").segments}
    assert found[text].target == "Approved: 3 libraries, about 25,000 square metres."
    assert found[text].origin == "memory"
