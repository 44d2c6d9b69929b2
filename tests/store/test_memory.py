"""The memory in the store keeps to the protocol of the translation memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import OutputError, UsageError
from pipeline.store import Store
from pipeline.store.memory import REVIEWS, StoreMemory, forget, open_memory
from pipeline.translate.memory import HUMAN, Memory, Pair, SqliteMemory, approved


def pair(text: str, target: str, context: str = "c1") -> Pair:
    return Pair(text=text, target=target, context=context, model="m", score=-0.5)


def test_it_is_a_memory(store: Store) -> None:
    memory: Memory = StoreMemory(store)
    memory.put([])
    assert memory.get("一。", ("c1",)) is None


def test_a_pair_is_served_to_its_question_only(store: Store) -> None:
    memory = StoreMemory(store)
    memory.put([pair("一。", "One.")])
    assert memory.get("一。", ("c1",)) == pair("一。", "One.")
    assert memory.get("一。", ("c2",)) is None


def test_a_later_pair_replaces_an_earlier_one_also_within_one_call(store: Store) -> None:
    memory = StoreMemory(store)
    memory.put([pair("一。", "a"), pair("一。", "b")])
    memory.put([pair("一。", "c")])
    found = memory.get("一。", ("c1",))
    assert found is not None
    assert found.target == "c"


def test_a_person_wins(store: Store) -> None:
    memory = StoreMemory(store)
    memory.put([pair("一。", "machine"), approved("一。", "person")])
    found = memory.get("一。", ("c1",))
    assert found is not None
    assert (found.target, found.origin) == ("person", "human")


def test_near_finds_texts_that_differ_in_figures(store: Store) -> None:
    memory = StoreMemory(store)
    memory.put(
        [approved("新建学校27所。", "27 schools were built."), approved("天气很好。", "Fine weather.")]
    )
    ((found, similarity),) = memory.near("新建学校31所。", (HUMAN,))
    assert found.target == "27 schools were built."
    assert 0.7 < similarity < 1


def test_near_compares_the_texts_nearest_in_length(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.store.memory.COMPARED", 1)
    memory = StoreMemory(store)
    memory.put([approved("新建了许多学校。", "a"), approved("新建了许多学校和图书馆。", "b")])
    ((found, _),) = memory.near("新建了许多小学。", (HUMAN,))
    assert found.target == "a"


def test_long_texts_are_kept(store: Store) -> None:
    memory = StoreMemory(store)
    text = "长" * 5000
    memory.put([approved(text, "long")])
    found = memory.get(text, ())
    assert found is not None
    assert found.text == text


def test_forgetting_leaves_another_persons_pair(store: Store) -> None:
    memory = StoreMemory(store)
    memory.put([approved("一。", "newer")])
    with store.writing() as connection:
        forget(connection, "一。", "older")
    assert memory.get("一。", ()) is not None


def test_a_name_leads_to_a_memory(store: Store, url: str) -> None:
    put_in(StoreMemory(store), approved("一。", "One."))
    found = open_memory(url).get("一。", ["any"])
    assert found is not None
    assert (found.target, found.origin) == ("One.", "human")


def test_a_folder_leads_to_what_was_approved_in_it(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="was reviewed yet"):
        open_memory(str(tmp_path))
    store = Store.open(tmp_path / REVIEWS)
    put_in(StoreMemory(store), approved("一。", "One."))
    store.close()
    found = open_memory(str(tmp_path)).get("一。", [])
    assert found is not None
    assert found.target == "One."


def test_any_other_file_is_a_memory_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "m.db"
    for _ in range(2):  # made, then opened
        memory = open_memory(str(path))
        assert isinstance(memory, SqliteMemory)
        memory.put([pair("一。", "One.")])
    (tmp_path / "no.db").write_text("no database, though it is a file with a good many words in it", "utf-8")
    with pytest.raises(OutputError, match=r"no\.db"):
        open_memory(str(tmp_path / "no.db")).get("一。", ["c"])


def put_in(memory: Memory, *pairs: Pair) -> None:
    memory.put(pairs)
