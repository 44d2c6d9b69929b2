"""Prometheus metrics of a running batch, in the text format, served on a port or written to a file.

Source:  prometheus.io/docs/instrumenting/exposition_formats, text format 0.0.4.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from pipeline.batch.job import Totals, Watch
from pipeline.errors import UsageError
from pipeline.write.whole import write_whole

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
WRITE_S = 5.0


def render(totals: Totals) -> str:
    """The totals as metrics."""
    lines: list[str] = []

    def family(name: str, kind: str, text: str, values: dict[str, float]) -> None:
        lines.extend((f"# HELP duizhao_{name} {text}", f"# TYPE duizhao_{name} {kind}"))
        lines.extend(f"duizhao_{name}{labels} {value:g}" for labels, value in values.items())

    documents = {
        "waiting": totals.waiting - totals.done - totals.failed,
        "done": totals.done,
        "kept": totals.kept,
        "failed": totals.failed + totals.failed_before,
    }
    family("documents", "gauge", "Documents by state.", _by("state", documents))
    family("segments_total", "counter", "Segments of finished documents.", {"": totals.segments})
    family("characters_total", "counter", "Characters of finished documents.", {"": totals.characters})
    answers = {"computed": totals.computed, "kept": totals.reused}
    family("answers_total", "counter", "Answers of the model by origin.", _by("origin", answers))
    tokens = {"source": totals.source_pieces, "target": totals.target_pieces}
    family("tokens_total", "counter", "Tokens computed by side.", _by("side", tokens))
    family("memory_hits_total", "counter", "Segments from the translation memory.", {"": totals.memory_hits})
    family("rungs_total", "counter", "Segments by the rung of the ladder.", _by("rung", dict(totals.rungs)))
    family("issues_total", "counter", "Open issues by check.", _by("check", dict(totals.issues)))
    family("worker_deaths_total", "counter", "Workers that died.", {"": totals.deaths})
    family("worker_peak_bytes", "gauge", "Most memory of a worker.", {"": totals.peak_bytes})
    family("run_seconds", "gauge", "Seconds since the run began.", {"": totals.seconds})
    left = totals.left_s()
    if left is not None:
        family("left_seconds", "gauge", "Seconds until the end at the rate so far.", {"": left})
    family("running", "gauge", "1 while the run goes on.", {"": float(totals.state == "running")})
    return "\n".join(lines) + "\n"


def _by(label: str, values: dict[str, int]) -> dict[str, float]:
    return {f'{{{label}="{_escaped(name)}"}}': value for name, value in sorted(values.items())}


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


@contextmanager
def metrics(where: str | None) -> Iterator[Watch]:
    """A watcher that keeps metrics up to date at a port of this machine or in a file; none for None.

    Raises:  UsageError: the port cannot be opened.
    """
    if where is None:
        yield lambda totals: None
    elif where.isdigit():
        with _served(int(where)) as watch:
            yield watch
    else:
        yield _Written(Path(where))


class _Written:
    """A file for the text collector of Prometheus's node exporter, whole at any moment."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._last = 0.0

    def __call__(self, totals: Totals) -> None:
        if totals.state != "running" or time.monotonic() - self._last >= WRITE_S:
            self._last = time.monotonic()
            write_whole(self._path, render(totals).encode())


@contextmanager
def _served(port: int) -> Iterator[Watch]:
    page = {"text": render(Totals())}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = self.path in ("/metrics", "/")
            self.send_response(200 if known else 404)
            self.send_header("Content-Type", CONTENT_TYPE)
            self.end_headers()
            if known:
                self.wfile.write(page["text"].encode())

        def log_message(self, format: str, *args: object) -> None:
            """Quiet: progress has stderr."""

    try:
        # for this machine only: whoever wants more puts a proxy before it
        server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"--metrics {port}: cannot listen there ({reason})") from error
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield lambda totals: page.update(text=render(totals))
    finally:
        server.shutdown()
        server.server_close()
