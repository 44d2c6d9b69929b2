"""A folder is taken in once, written back whole, and a new run keeps what people did."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.config import Config
from pipeline.document import Document
from pipeline.prepare.terms import Glossary
from pipeline.review.folder import PLACE, Folder
from pipeline.review.workspace import Filter, Workspace
from pipeline.store import Store
from pipeline.write.as_json import load, render


def opened(path: Path) -> tuple[Workspace, Folder]:
    space = Workspace(Store.open(path / PLACE), config=Config(), glossary=Glossary.load(("gov-zh-en",)))
    return space, Folder(space, path)


@pytest.fixture
def out(tmp_path: Path, report: Document) -> Path:
    (tmp_path / "report.json").write_bytes(render(report))
    return tmp_path


def test_what_is_reviewed_is_written_back(out: Path) -> None:
    space, folder = opened(out)
    assert [what for _, what in folder.take_in()] == ["new"]
    folder.start()
    space.edit(1, "s1", 1, "Libraries Built in Qingshan County: A Report", author="Mei", approve=True)
    folder.stop()
    segment = load(out / "report.json").segments[0]
    assert (segment.target, segment.state, segment.origin) == (
        "Libraries Built in Qingshan County: A Report",
        "reviewed",
        "human",
    )


def test_opening_again_finds_what_it_wrote(out: Path) -> None:
    space, folder = opened(out)
    list(folder.take_in())
    folder.start()
    space.edit(1, "s1", 1, "Libraries Built in Qingshan County: A Report", author="Mei")
    folder.stop()
    again, folder = opened(out)
    assert [what for _, what in folder.take_in()] == ["known"]
    assert [r.author for r in again.history(1, "s1")] == ["Mei"]


def test_nothing_is_written_where_nothing_changed(out: Path) -> None:
    before = (out / "report.json").read_bytes()
    _, folder = opened(out)
    list(folder.take_in())
    folder.start()
    folder.stop()
    assert (out / "report.json").read_bytes() == before


def test_a_new_run_keeps_what_people_did(out: Path, report: Document) -> None:
    space, folder = opened(out)
    list(folder.take_in())
    space.edit(1, "s1", 1, "A person's title", author="Mei", approve=True)
    anew = replace(
        report,
        segments=tuple(replace(s, id=f"n{s.id}", target="machine again") for s in report.segments),
        brief=None,
    )
    (out / "report.json").write_bytes(render(replace(anew, quantities=())))
    again, folder = opened(out)
    assert [what for _, what in folder.take_in()] == ["made anew; reviewed sentences kept"]
    entries = again.entries(1, again.names(1, Filter(), by_risk=False))
    assert [e.segment.target for e in entries[:2]] == ["A person's title", "machine again"]
    assert entries[0].segment.state == "reviewed"


@pytest.mark.parametrize("content", ["{}", "[]", "not json", '{"schema": "duizhao/document"}', ""])
def test_other_files_are_left_alone(tmp_path: Path, content: str) -> None:
    (tmp_path / "other.json").write_text(content)
    space, folder = opened(tmp_path)
    list(folder.take_in())
    folder.start()
    folder.stop()
    assert space.overviews() == []
    assert (tmp_path / "other.json").read_text() == content


def test_json_stays_valid_after_links_change(out: Path) -> None:
    from pipeline.review import links

    space, folder = opened(out)
    list(folder.take_in())
    folder.start()
    names = space.names(1, Filter(), by_risk=False)
    links.merge(space, 1, names[2], (1, 1), author="Mei")
    folder.stop()
    assert len(load(out / "report.json").segments) == len(names) - 1
    assert json.loads((out / "report.json").read_text())["coverage"]["unaccounted"] == 0
