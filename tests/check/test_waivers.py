"""Waivers survive a new run, end with a changed text, and are logged."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.check import check
from pipeline.check.waivers import Waiver, append_waiver, apply_waivers, load_waivers, waiver_for
from pipeline.config import CheckConfig
from pipeline.document import Document, Segment, Source
from pipeline.errors import InputError
from pipeline.traced import TracedText

CONFIG = CheckConfig()


def document(target: str) -> Document:
    text = "共39个。"
    segment = Segment(
        id="s1", section=None, kind="sentence", start=0, end=5, source=text, text=text, target=target
    )
    source = Source(path="a.txt", sha256="", encoding="utf-8", characters=5)
    return Document(source=source, original=text, text=TracedText.of(text), segments=(segment,))


def waived(document: Document, waivers: tuple[Waiver, ...]) -> list[bool]:
    return [bool(issue.waived) for issue in check(document, config=CONFIG, waivers=waivers).issues]


@pytest.fixture
def waiver() -> Waiver:
    checked = check(document("There are 47."), config=CONFIG)
    return waiver_for(
        checked.issues[0], checked.segments[0], reason="as agreed", author="A", time="2026-01-01"
    )


def test_a_waiver_applies_to_the_same_texts_only(waiver: Waiver) -> None:
    assert waived(document("There are 47."), (waiver,)) == [True]
    assert waived(document("There are 48."), (waiver,)) == [False]


def test_it_says_who_and_why(waiver: Waiver) -> None:
    (issue,) = check(document("There are 47."), config=CONFIG, waivers=(waiver,)).issues
    assert issue.waived == "as agreed (A, 2026-01-01)"


def test_the_file_is_a_log(tmp_path: Path, waiver: Waiver) -> None:
    path = tmp_path / "notes" / "waivers.jsonl"
    withdrawn = replace(waiver, withdrawn=True, reason="no longer", time="2026-01-02")
    append_waiver(path, waiver)
    append_waiver(path, withdrawn)
    assert load_waivers(path) == (waiver, withdrawn)
    checked = check(document("There are 47."), config=CONFIG, waivers=(waiver,))
    assert [i.waived for i in apply_waivers(checked, load_waivers(path)).issues] == [None]


def test_no_file_no_waivers(tmp_path: Path) -> None:
    assert load_waivers(tmp_path / "none.jsonl") == ()


@pytest.mark.parametrize("line", ["{", '{"check": "number"}', "[]", '{"check": "a", "colour": "red"}'])
def test_a_wrong_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "waivers.jsonl"
    path.write_text(f"\n{line}\n", "utf-8")
    with pytest.raises(InputError, match="line 2"):
        load_waivers(path)


def test_a_reason_must_be_given(waiver: Waiver) -> None:
    checked = check(document("There are 47."), config=CONFIG)
    with pytest.raises(InputError):
        waiver_for(checked.issues[0], checked.segments[0], reason=" ", author="A", time="now")
