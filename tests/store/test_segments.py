"""Reviews are written on a known version, by many at once, and nothing is lost."""

from __future__ import annotations

import multiprocessing
import threading
from dataclasses import replace

import pytest

from pipeline.document import Document, Issue, Segment, Source
from pipeline.store import Store, documents, revisions, segments
from pipeline.store.segments import Change, Entry, Filter, StaleWrite, risk
from pipeline.traced import TracedText

WRITERS = 4
WRITES = 8


def made(*texts: str) -> Document:
    """A document whose segments are the texts."""
    original = "".join(texts)
    at, found = 0, []
    for n, text in enumerate(texts, 1):
        found.append(
            Segment(
                id=f"s{n}", section=None, kind="sentence", start=at, end=at + len(text), source=text, text=text,
                target=f"target {n}", origin="mt", state="translated",
            )
        )  # fmt: skip
        at += len(text)
    source = Source(path="a.txt", sha256="0" * 64, encoding="utf-8", characters=len(original))
    return Document(source=source, original=original, text=TracedText.of(original), segments=tuple(found))


def added(store: Store, document: Document, stem: str = "a") -> int:
    with store.writing() as connection:
        return documents.add(connection, stem, document, at="2026-01-01T00:00:00+00:00")


def write(store: Store, document: int, name: str, base: int, target: str, author: str = "Mei") -> None:
    with store.writing() as connection:
        entry = segments.get(connection, document, name)
        assert entry is not None
        after = replace(entry, segment=replace(entry.segment, target=target))
        change = Change(name=name, base=base, after=after, action="edit")
        segments.change(connection, document, [change], author=author, at="2026-01-01T00:00:00+00:00")


def test_a_document_comes_back_as_it_was(store: Store) -> None:
    document = made("一二三。", "四五六。")
    number = added(store, document)
    with store.reading() as connection:
        row = documents.find(connection, number)
        assert row is not None
        assert documents.assemble(connection, row) == document


@pytest.mark.parametrize("text", ["含\0空字符。", "孤\ud800立。", "😀" * 50], ids=["nul", "surrogate", "astral"])
def test_hostile_text_comes_back_as_it_was(store: Store, text: str) -> None:
    document = made(text)
    number = added(store, document)
    with store.reading() as connection:
        row = documents.find(connection, number)
        assert row is not None
        assert documents.assemble(connection, row) == document


def test_stale_write_is_refused_with_what_stands_there(store: Store) -> None:
    number = added(store, made("一。"))
    write(store, number, "s1", 1, "first")
    with pytest.raises(StaleWrite) as caught:
        write(store, number, "s1", 1, "second")
    assert caught.value.current is not None
    assert caught.value.current.segment.target == "first"
    assert caught.value.current.version == 2


def test_one_stale_change_undoes_the_whole_action(store: Store) -> None:
    number = added(store, made("一。", "二。"))
    write(store, number, "s2", 1, "newer")
    with store.reading() as connection:
        entries = segments.get_all(connection, number)
    changes = [
        Change(name=e.name, base=1, after=replace(e, segment=replace(e.segment, target="both")), action="term")
        for e in entries
    ]
    with pytest.raises(StaleWrite), store.writing() as connection:
        segments.change(connection, number, changes, author="Mei", at="now")
    with store.reading() as connection:
        found = segments.get_all(connection, number)
        assert [e.segment.target for e in found] == ["target 1", "newer"]
        assert revisions.history(connection, number, "s1") == []


def test_history_tells_who_when_before_and_after(store: Store) -> None:
    number = added(store, made("一。"))
    write(store, number, "s1", 1, "first", author="Mei")
    write(store, number, "s1", 2, "second", author="Jan")
    with store.reading() as connection:
        found = revisions.history(connection, number, "s1")
    assert [(r.author, r.version, r.target_before, r.target_after) for r in found] == [
        ("Jan", 3, "first", "second"),
        ("Mei", 2, "target 1", "first"),
    ]


def test_feed_gives_what_came_after(store: Store) -> None:
    number = added(store, made("一。", "二。"))
    write(store, number, "s1", 1, "x")
    with store.reading() as connection:
        last = revisions.last_id(connection, number)
    write(store, number, "s2", 1, "y")
    with store.reading() as connection:
        assert [r["segment"] for r in revisions.feed(connection, number, last)] == ["s2"]


def persist(url: str, number: int, name: str, author: str, times: int) -> None:
    """Append to the target until it has been done so many times, beginning again when refused."""
    store = Store.open(url)
    done = 0
    while done < times:
        with store.reading() as connection:
            entry = segments.get(connection, number, name)
        assert entry is not None
        try:
            write(store, number, name, entry.version, f"{entry.segment.target} {author}{done}", author=author)
            done += 1
        except StaleWrite:
            continue
    store.close()


def assert_nothing_lost(store: Store, number: int) -> None:
    with store.reading() as connection:
        entry = segments.get(connection, number, "s1")
        found = revisions.history(connection, number, "s1")
    assert entry is not None
    assert entry.segment.target is not None
    words = entry.segment.target.split()[2:]
    assert sorted(words) == sorted(f"w{w}-{n}" for w in range(WRITERS) for n in range(WRITES))
    assert entry.version == 1 + WRITERS * WRITES
    assert [r.version for r in reversed(found)] == list(range(2, 2 + WRITERS * WRITES))


def test_threads_lose_nothing(store: Store, url: str) -> None:
    number = added(store, made("一。"))
    threads = [
        threading.Thread(target=persist, args=(url, number, "s1", f"w{w}-", WRITES)) for w in range(WRITERS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert_nothing_lost(store, number)


def test_processes_lose_nothing(store: Store, url: str) -> None:
    number = added(store, made("一。"))
    spawn = multiprocessing.get_context("fork")
    store.close()  # connections must not be shared with the children
    workers = [
        spawn.Process(target=persist, args=(url, number, "s1", f"w{w}-", WRITES)) for w in range(WRITERS)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * WRITERS
    assert_nothing_lost(store, number)


def test_two_processes_may_make_the_database_at_once(url: str) -> None:
    threads = [threading.Thread(target=lambda: Store.open(url).close()) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store = Store.open(url)
    assert added(store, made("一。")) == 1
    store.close()


def issue(severity: str, check: str = "number") -> Issue:
    return Issue(check=check, severity=severity, message="", segment="s1")  # type: ignore[arg-type]


SEGMENT = made("一。").segments[0]


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        (Entry(segment=SEGMENT, issues=(issue("error"),)), Entry(segment=SEGMENT, issues=(issue("warning"),) * 9)),
        (Entry(segment=SEGMENT, issues=(issue("error"),) * 2), Entry(segment=SEGMENT, issues=(issue("error"),))),
        (Entry(segment=replace(SEGMENT, rung="kept")), Entry(segment=SEGMENT)),
        (Entry(segment=replace(SEGMENT, state="initial")), Entry(segment=SEGMENT)),
        (Entry(segment=replace(SEGMENT, score=-1.5)), Entry(segment=replace(SEGMENT, score=-0.2))),
        (Entry(segment=SEGMENT, issues=(issue("info"),)), Entry(segment=replace(SEGMENT, score=-9.0))),
        (Entry(segment=SEGMENT), Entry(segment=SEGMENT, issues=())),
    ],
    ids=["severity", "count", "refused", "rejected", "score", "issue_before_score", "equal"],
)
def test_risk_puts_the_worse_first(worse: Entry, better: Entry) -> None:
    assert risk(worse) >= risk(better)
    assert worse == better or risk(worse) > risk(better) or worse.issues == better.issues == ()


def test_waived_issue_is_no_risk() -> None:
    waived = replace(issue("error"), waived="agreed")
    assert risk(Entry(segment=SEGMENT, issues=(waived,))) == risk(Entry(segment=SEGMENT))


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Filter(), ["s1", "s2", "s3"]),
        (Filter(text="改革"), ["s1"]),
        (Filter(text="TARGET 2"), ["s2"]),
        (Filter(text="100%"), ["s3"]),
        (Filter(text="%"), ["s3"]),
        (Filter(text="_"), []),
        (Filter(state="open"), ["s1", "s2", "s3"]),
        (Filter(state="reviewed"), []),
        (Filter(check="number"), []),
    ],
    ids=["all", "two_characters", "case", "percent", "wildcard", "underscore", "open", "reviewed", "check"],
)
def test_filter(store: Store, wanted: Filter, expected: list[str]) -> None:
    document = made("深化改革。", "二。", "三。")
    third = replace(document.segments[2], target="by 100%")
    number = added(store, replace(document, segments=(*document.segments[:2], third)))
    with store.reading() as connection:
        assert segments.names_of(connection, number, wanted, by_risk=False) == expected
