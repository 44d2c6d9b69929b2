"""How quickly the review page opens and follows: `python benchmarks/review_speed.py [SEGMENTS]`.

Makes a document of so many segments (default 10,000), serves it, and prints in milliseconds: the first
opening after a start, the next ones in both orders, a window of rows, an edit with its checks, a
search; then, where Chromium is installed, the time until the page is drawn, and the longest wait for
rows while the page is scrolled from end to end.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import httpx
import uvicorn

from pipeline.config import Config
from pipeline.document import Document, Quantity, Segment, Source
from pipeline.prepare.quantities import zh
from pipeline.prepare.terms import Glossary
from pipeline.review.app import create_app
from pipeline.review.workspace import Workspace
from pipeline.store import Store
from pipeline.traced import TracedText

ZH = "第{n}条，全县统筹推进公共服务体系建设，新建学校{n}所，改造面积约{n}万平方米，比上年增长{n}.5%。"
EN = "Article {n}: the county coordinated the building of public services, with {n} schools built, up {n}.5%."


def made(n: int) -> Document:
    """A document of n sentences of some fifty characters, two figures right and one lost in each."""
    texts = [ZH.format(n=k) for k in range(1, n + 1)]
    segments: list[Segment] = []
    quantities: list[Quantity] = []
    at = 0
    for k, text in enumerate(texts, 1):
        segment = Segment(
            id=f"s{k}", section=None, kind="sentence", start=at, end=at + len(text), source=text, text=text,
            paragraph=k // 5, target=EN.format(n=k), origin="mt", state="translated", score=-(k % 90) / 100,
        )  # fmt: skip
        for measure in zh.measures(text):
            quantities.append(
                Quantity(
                    id=f"q{len(quantities) + 1}", segment=segment.id, measure=measure,
                    start=at + measure.start, end=at + measure.end,
                )
            )  # fmt: skip
        segments.append(segment)
        at += len(text)
    original = "".join(texts)
    source = Source(
        path="long.txt", sha256="0" * 64, encoding="utf-8", characters=len(original), script="hans"
    )
    document = Document(source=source, original=original, text=TracedText.of(original))
    return replace(document, segments=tuple(segments), quantities=tuple(quantities))


def main() -> None:
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    store = Store.open(Path(tempfile.mkdtemp()) / "review.db")
    space = Workspace(store, config=Config(), glossary=Glossary.load(("gov-zh-en",)))
    document = made(n)
    took(f"take in {n:,} segments", lambda: space.add("long", document))
    url = served(space)
    client = httpx.Client(base_url=url, timeout=60)
    client.headers["X-CSRF-Token"] = client.get("/api/session").json()["csrf"]
    took("open, first time", lambda: client.get("/documents/1"))
    took("open again", lambda: client.get("/documents/1"), times=5)
    took("open riskiest first", lambda: client.get("/documents/1?order=risk"), times=5)
    names = [("n", f"s{k}") for k in range(n // 2, n // 2 + 40)]
    took("a window of 40 rows", lambda: client.get("/documents/1/rows", params=names), times=20)
    versions = iter(range(1, 100))
    took(
        "an edit with its checks",
        lambda: client.put(
            f"/api/documents/1/segments/s{n // 2}",
            json={"version": next(versions), "target": f"Edited {time.time()}"},
        ).raise_for_status(),
        times=20,
    )
    took(
        "a search in all segments", lambda: client.get("/api/concordance", params={"q": "学校9999"}), times=5
    )
    if shutil.which("chromium"):
        in_browser(url, n)


def took(what: str, act: Callable[[], object], times: int = 1) -> None:
    """Print the median and the worst of some runs."""
    found = []
    for _ in range(times):
        begin = time.perf_counter()
        act()
        found.append((time.perf_counter() - begin) * 1000)
    print(
        f"{what:28} {statistics.median(found):8.0f} ms" + (f"   worst {max(found):.0f}" if times > 1 else ""),
        flush=True,
    )


def served(space: Workspace) -> str:
    server = uvicorn.Server(uvicorn.Config(create_app(space, author="b"), port=0, log_level="error"))
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.01)
    return f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"


def in_browser(url: str, n: int) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-background-networking"]
        )
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        begin = time.perf_counter()
        page.goto(f"{url}/documents/1")
        page.locator("#seg-s1").wait_for()
        print(f"{'page drawn in Chromium':28} {(time.perf_counter() - begin) * 1000:8.0f} ms")
        waits, sizes = [], []
        for step in range(1, 21):
            begin = time.perf_counter()
            page.evaluate(f"scrollTo({{top: document.body.scrollHeight * {step / 20}, behavior: 'instant'}})")
            while not page.evaluate(SHOWN):  # not wait_for_function: the page's policy forbids its eval
                page.wait_for_timeout(5)
            waits.append((time.perf_counter() - begin) * 1000)
            sizes.append(page.evaluate("document.querySelectorAll('#text article').length"))
        print(f"{'rows after a jump':28} {statistics.median(waits):8.0f} ms   worst {max(waits):.0f}")
        print(f"{'rows held at most':28} {max(sizes):8,} of {n:,}")
        browser.close()


# A row of text stands in the middle of the screen.
SHOWN = "Boolean(document.elementFromPoint(600, 450)?.closest('article.seg'))"

if __name__ == "__main__":
    main()
