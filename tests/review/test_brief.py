"""The brief is changed line by line, checked at once, and taken back like a segment."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.config import Config
from pipeline.document import Document
from pipeline.prepare.terms import Glossary
from pipeline.review.brief import (
    UNPROVED,
    edit_line,
    history,
    set_figures,
    tried,
    undo_line,
    view_figures,
    view_line,
    view_lines,
)
from pipeline.review.folder import PLACE, Folder
from pipeline.review.workspace import NotFound, Refused, StaleWrite, Workspace
from pipeline.store import Store
from pipeline.write.as_json import load, render

ZH = "将659个书库整合为65个。"
EN = "It merged 659 book stores into 65."


def codes(view: object) -> set[str]:
    return {issue.check for issue in view.issues if issue.severity == "error"}  # type: ignore[attr-defined]


def test_lines_stand_in_order_with_their_proofs(workspace: Workspace) -> None:
    found = view_lines(workspace, 1)
    assert [one.name for one in found] == ["b-headline", "b-abstract-0", "b-points-0"]
    assert all(one.version == 1 and one.quotes in one.line.segments for one in found)


def test_an_edited_line_is_checked_kept_and_in_the_history(workspace: Workspace) -> None:
    after = edit_line(workspace, 1, "b-points-0", 1, ZH, EN, author="Mei")
    assert (after.version, after.line.zh, after.line.en, after.quotes) == (2, ZH, EN, None)
    assert not codes(after)
    assert view_line(workspace, 1, "b-points-0") == after
    whole = workspace.whole(1).brief
    assert whole is not None
    assert whole.points[0].en == EN
    (one,) = history(workspace, 1, "b-points-0")
    assert (one.author, one.action, one.target_after) == ("Mei", "edit", EN)
    (change,), _ = workspace.feed(1, 0)
    assert change["segment"] == "b-points-0"


@pytest.mark.parametrize(
    ("zh", "en", "code"),
    [(ZH, "It merged 695 book stores into 65.", "number"), ("将600个书库整合为65个。", "It merged 600 book stores into 65.", UNPROVED)],
    ids=["wrong_in_english", "not_in_the_text"],
)  # fmt: skip
def test_a_figure_that_is_not_proved_is_an_error(workspace: Workspace, zh: str, en: str, code: str) -> None:
    assert any(one.startswith(code) for one in codes(tried(workspace, 1, "b-points-0", zh, en)))
    assert view_line(workspace, 1, "b-points-0").version == 1


def test_a_line_of_its_own_does_not_follow_the_segment_any_more(workspace: Workspace) -> None:
    (name,) = view_line(workspace, 1, "b-points-0").line.segments
    edit_line(workspace, 1, "b-points-0", 1, ZH, EN, author="Mei")
    workspace.edit(1, name, 1, "Something else, 659 into 65, over 90%.", author="Jan")
    assert view_line(workspace, 1, "b-points-0").line.en == EN
    back = undo_line(workspace, 1, "b-points-0", 2, author="Mei")
    assert back.line.en == "Something else, 659 into 65, over 90%."


def test_undo_goes_back_step_by_step(workspace: Workspace) -> None:
    before = view_line(workspace, 1, "b-headline").line
    edit_line(workspace, 1, "b-headline", 1, "标题一", "One", author="Mei")
    edit_line(workspace, 1, "b-headline", 2, "标题二", "Two", author="Mei")
    assert workspace.overview(1).row.title_en == "Two"
    assert undo_line(workspace, 1, "b-headline", 3, author="Mei").line.en == "One"
    assert undo_line(workspace, 1, "b-headline", 4, author="Mei").line == before
    with pytest.raises(Refused):
        undo_line(workspace, 1, "b-headline", 5, author="Mei")


def test_a_stale_line_and_one_without_words_are_refused(workspace: Workspace) -> None:
    edit_line(workspace, 1, "b-headline", 1, "标题", "Title", author="Mei")
    with pytest.raises(StaleWrite):
        edit_line(workspace, 1, "b-headline", 1, "标题", "Mine", author="Jan")
    with pytest.raises(Refused):
        edit_line(workspace, 1, "b-headline", 2, "标题", " ", author="Jan")
    with pytest.raises(NotFound):
        edit_line(workspace, 1, "b-points-9", 1, "标题", "x", author="Jan")


def test_figures_are_chosen_from_the_ledger(workspace: Workspace) -> None:
    known = [q.id for q in view_figures(workspace, 1).others]
    chosen = set_figures(workspace, 1, 1, known[1:3], author="Mei")
    assert [q.id for q in chosen.figures] == known[1:3]
    with pytest.raises(StaleWrite):
        set_figures(workspace, 1, 1, known[:1], author="Jan")
    with pytest.raises(Refused):
        set_figures(workspace, 1, 2, ["nobody"], author="Jan")
    brief = workspace.whole(1).brief
    assert brief is not None
    assert brief.figures == tuple(known[1:3])


def test_a_new_run_keeps_the_words_of_a_line_whose_chinese_is_the_same(
    tmp_path: Path, report: Document
) -> None:
    (tmp_path / "report.json").write_bytes(render(report))
    space = Workspace(Store.open(tmp_path / PLACE), config=Config(), glossary=Glossary.load(("gov-zh-en",)))
    folder = Folder(space, tmp_path)
    list(folder.take_in())
    edit_line(space, 1, "b-headline", 1, "标题", "My headline", author="Mei")
    assert report.brief is not None
    point = replace(report.brief.points[0], en="A newer point.", method="compress")
    (tmp_path / "report.json").write_bytes(
        render(replace(report, brief=replace(report.brief, points=(point,))))
    )
    list(folder.take_in())
    assert view_line(space, 1, "b-headline").line.en == "My headline"
    assert view_line(space, 1, "b-points-0").line.en == "A newer point."
    folder.flush()
    assert load(tmp_path / "report.json").brief is not None
