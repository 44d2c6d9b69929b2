"""What a job tells: metrics that Prometheus can read, a page that asks no network, commands."""

from __future__ import annotations

import json
import re
import urllib.request
from collections import Counter
from html.parser import HTMLParser

import pytest
from filelock import FileLock

from pipeline.batch.job import OWN, STORE, Totals
from pipeline.batch.metrics import metrics, render
from pipeline.batch.report import report
from pipeline.cli import main
from pipeline.errors import UsageError
from pipeline.store import Store, jobs
from pipeline.store.jobs import Event, Job, Work

JOB = Job(
    id=1, name="abc", output="/out", inputs=["/in"], settings={"models": ["m 1"]}, state="done", created="t",
    changed="2026-01-01T00:00:00", runs=2,
)  # fmt: skip
COUNTS = {"segments": 3, "characters": 40, "rungs": {"greedy": 3}, "issues": {"error": {"number": 2}}}
ROWS = [
    Work(stem="a", position=0, path="/in/a.txt", unit="u", state="done", counts=COUNTS),
    Work(stem="b", position=1, path="/in/<b>.txt", unit="", state="failed", reason="cannot read <b> & more"),
]
EVENTS = [
    Event(id=1, at="2026-01-01T00:00:00+00:00", kind="job_started", body={}),
    Event(id=2, at="2026-01-01T00:00:10+00:00", kind="batch", body={"computed": 20, "asked": 25}),
]


def test_every_line_of_the_metrics_is_prometheus_text():
    text = render(Totals(done=3, rungs=Counter(greedy=2), issues=Counter({'a"b\\': 1}), seconds=5.0))
    line = re.compile(r'(# (HELP|TYPE) \w+ .+|\w+(\{\w+="([^"\\\n]|\\.)*"\})? [-+.\de]+)')
    assert all(line.fullmatch(one) for one in text.splitlines())
    assert 'duizhao_documents{state="done"} 3' in text


def test_metrics_in_a_file_are_whole_at_the_end(tmp_path):
    with metrics(str(tmp_path / "m.prom")) as watch:
        watch(Totals(done=1))
        watch(Totals(done=2, state="done"))
    assert 'state="done"} 2' in (tmp_path / "m.prom").read_text()


def test_metrics_on_a_port(unused_port):
    with metrics(str(unused_port)) as watch:
        watch(Totals(done=7))
        with urllib.request.urlopen(f"http://127.0.0.1:{unused_port}/metrics") as answer:
            assert 'state="done"} 7' in answer.read().decode()
        with pytest.raises(UsageError), metrics(str(unused_port)):
            pass


@pytest.fixture
def unused_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Links(HTMLParser):
    """Collects what a page would ask of a network."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.found += [f"{tag} {k}" for k, _ in attrs if k in ("src", "href", "srcset", "data", "action")]


def test_the_report_is_one_file_with_its_plots():
    page = report(JOB, ROWS, EVENTS)
    links = Links()
    links.feed(page)
    assert links.found == []
    assert "url(" not in page
    assert page.count("<svg") == 3
    assert "2.0 answers/s" in page
    assert "cannot read &lt;b&gt; &amp; more" in page


def test_a_report_of_nothing_is_a_page():
    assert "No batch has finished yet" in report(JOB, [], [])


def test_commands_of_jobs(tiny, folder, tmp_path, capsys):
    out = str(tmp_path / "out")
    (folder / "r0005.txt").write_bytes(b"")
    assert main(["batch", str(folder), "-o", out, "--model", "tiny", "--no-brief", "--quiet"]) == 1
    assert "5 documents done" in capsys.readouterr().out
    assert main(["jobs", "list", out]) == 0
    assert "5 done, 1 failed" in capsys.readouterr().out
    assert main(["jobs", "show", out, "--format", "json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["documents"] == {"done": 5, "failed": 1}
    assert "is empty" in shown["failed"][0]["reason"]
    assert main(["jobs", "report", out, "-o", str(tmp_path / "r.html")]) == 0
    assert "<svg" in (tmp_path / "r.html").read_text("utf-8")
    assert main(["jobs", "cancel", out]) == 1
    assert main(["jobs", "show", str(tmp_path)]) == 2
    assert main(["jobs", "show", out, "nosuch"]) == 2


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--workers", "0"], "--workers"),
        (["--batch-bytes", "0"], "--batch-bytes"),
        (["--format", "nonsense"], "nonsense"),
        (["--address", "ray://x:1"], "--engine ray"),
        (["--store", "nonsense://x"], "not a database"),
    ],
    ids=["workers", "batch_bytes", "format", "address", "store"],
)
def test_wrong_calls_are_one_sentence(tiny, folder, tmp_path, capsys, more, said):
    assert main(["batch", str(folder), "-o", str(tmp_path / "o"), "--model", "tiny", "--quiet", *more]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_a_job_that_was_killed_is_not_called_running(tiny, folder, tmp_path, capsys):
    out = tmp_path / "out"
    main(
        ["batch", str(folder), "-o", str(out), "--model", "tiny", "--no-brief", "--quiet", "--format", "json"]
    )
    store = Store.open(out / STORE)
    with store.writing() as connection:
        (job,) = jobs.jobs(connection)
        jobs.set_job_state(connection, job.id, "running", at="2026-01-01T00:00:00")
    store.close()
    capsys.readouterr()
    assert main(["jobs", "list", str(out)]) == 0
    assert "interrupted" in capsys.readouterr().out
    assert main(["jobs", "cancel", str(out)]) == 1
    with FileLock(out / OWN / "batch.lock"):
        assert main(["jobs", "show", str(out)]) == 0
    assert ": running" in capsys.readouterr().out
