"""The memory never serves a stale answer, loses nothing, and changes figures only without doubt."""

from __future__ import annotations

import multiprocessing
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import given
from hypothesis import strategies as st

from models.base import Request
from pipeline.errors import OutputError
from pipeline.translate.memory import (
    HUMAN,
    Pair,
    SqliteMemory,
    approved,
    context_of,
    skeleton,
    with_figures_of,
)

REQUEST = Request(text="召开4次会议。", terms=(("会议", "meeting"),))


@pytest.fixture
def memory(tmp_path: Path) -> SqliteMemory:
    return SqliteMemory(tmp_path / "memory.db")


def context(request: Request = REQUEST, *, model: str = "m", revision: str = "1") -> str:
    return context_of(request, model=model, revision=revision)


def test_what_is_put_is_got(memory: SqliteMemory) -> None:
    pair = Pair(text="召开会议。", target="Meetings were held.", context=context(), model="m", score=-0.5)
    memory.put([pair])
    assert memory.get("召开会议。", [context()]) == pair


@pytest.mark.parametrize(
    "other",
    [
        context(model="n"),
        context(revision="2"),
        context(replace(REQUEST, terms=(("会议", "conference"),))),
        context(replace(REQUEST, context="Reform")),
        context(replace(REQUEST, hints=("Keep 4.",))),
        context(replace(REQUEST, kind="heading")),
    ],
    ids=["model", "revision", "glossary", "context", "hints", "kind"],
)
def test_another_question_is_not_served(memory: SqliteMemory, other: str) -> None:
    memory.put([Pair(text="召开会议。", target="Meetings were held.", context=context())])
    assert memory.get("召开会议。", [other]) is None


def test_an_approved_pair_wins(memory: SqliteMemory) -> None:
    memory.put([Pair(text="召开会议。", target="Meetings.", context=context())])
    memory.put([approved("召开会议。", "Sessions were held.")])
    found = memory.get("召开会议。", [HUMAN, context()])
    assert found is not None
    assert (found.target, found.origin) == ("Sessions were held.", "human")


def test_near_texts_come_best_first(memory: SqliteMemory) -> None:
    texts = ["全省召开机构改革动员大会。", "全市召开机构改革动员大会。", "加强舆论引导和政策解读。"]
    memory.put(Pair(text=text, target="x", context=HUMAN) for text in texts)
    found = memory.near("全县召开机构改革动员大会。", [HUMAN])
    assert {pair.text for pair, _ in found} == set(texts[:2])
    assert all(0.75 <= similarity < 1 for _, similarity in found)


def test_near_keeps_to_its_contexts(memory: SqliteMemory) -> None:
    memory.put([Pair(text="召开4次会议。", target="Four meetings.", context="other")])
    assert memory.near("召开5次会议。", [context()]) == []


@pytest.mark.parametrize(
    ("text", "target", "new", "expected"),
    [
        ("共有659个单位。", "There are 659 units.", "共有721个单位。", "There are 721 units."),
        ("减少3000名。", "A cut of 3,000 posts.", "减少12000名。", "A cut of 12,000 posts."),
        ("增长6.2%。", "It grew by 6.2 percent.", "增长5.8%。", "It grew by 5.8 percent."),
        ("659个整合为65个。", "659 were merged into 65.", "721个整合为70个。", "721 were merged into 70."),
    ],
)
def test_figures_are_replaced_by_value(text: str, target: str, new: str, expected: str) -> None:
    assert with_figures_of(Pair(text=text, target=target, context=HUMAN), new) == expected


@pytest.mark.parametrize(
    ("text", "target", "new"),
    [
        ("召开4次会议。", "Four meetings were held.", "召开5次会议。"),
        ("4个市、4个县。", "4 cities and 4 counties.", "5个市、6个县。"),
        ("共有659个单位。", "There are 660 units.", "共有721个单位。"),
        ("共有659个单位。", "There are 659 units.", "共有721个部门。"),
        ("共有659个单位。", "There are 659 units.", "共有659个单位。"),
        ("2018年10月4日召开。", "Held on October 4, 2018.", "2019年11月5日召开。"),
    ],
    ids=["a_word", "ambiguous", "unproven", "other_words", "same_text", "a_date"],
)
def test_doubtful_figures_are_not_replaced(text: str, target: str, new: str) -> None:
    assert with_figures_of(Pair(text=text, target=target, context=HUMAN), new) is None


@given(st.integers(13, 10**6), st.integers(13, 10**6))
def test_reuse_is_exact_for_any_figure(old: int, new: int) -> None:
    pair = Pair(text=f"共有{old}个单位。", target=f"There are {old:,} units.", context=HUMAN)
    reused = with_figures_of(pair, f"共有{new}个单位。")
    if old == new:
        assert reused is None
    else:
        assert reused is not None
        assert skeleton(reused.replace(" million", "")) == "There are # units."


def _write(path: Path, worker: int) -> None:
    memory = SqliteMemory(path)
    for i in range(50):
        memory.put([Pair(text=f"{worker}-{i}", target="x", context="c")])


def test_two_processes_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "memory.db"
    spawn = multiprocessing.get_context("spawn")
    workers = [spawn.Process(target=_write, args=(path, n)) for n in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0]
    memory = SqliteMemory(path)
    assert all(memory.get(f"{n}-{i}", ["c"]) for n in range(2) for i in range(50))


def test_a_place_that_cannot_hold_a_memory_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="memory"):
        SqliteMemory(tmp_path / "file" / "memory.db").get("x", ["c"])


def test_a_file_is_opened_by_one_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "memory.db"
    with FileLock(path.with_name("memory.db.lock")), pytest.raises(OutputError, match="memory"):
        SqliteMemory(path, timeout_s=0.1).get("x", ["c"])
    assert not path.exists()
    assert SqliteMemory(path, timeout_s=0.1).get("x", ["c"]) is None
