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
    approve_document,
    edit_line,
    history,
    set_figures,
    tried,
    undo_line,
    view_figures,
    view_line,
    view_lines,
    waive_line,
)
from pipeline.review.folder import PLACE, Folder
from pipeline.review.workspace import Filter, NotFound, Refused, StaleWrite, Workspace
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


WRONG = "It merged 695 book stores into 65."


def all_reviewed(workspace: Workspace) -> None:
    """Every segment approved, every issue of a segment accepted."""
    for entry in workspace.entries(1, workspace.names(1, Filter(), by_risk=False)):
        now = workspace.edit(1, entry.name, entry.version, entry.segment.target or "By hand.", author="Mei")
        for check in {issue.check for issue in now.issues if issue.waived is None}:
            now = workspace.waive(1, now.name, now.version, check=check, reason="agreed", author="Mei")
        workspace.approve(1, now.name, now.version, author="Mei")


def test_an_open_error_in_a_line_holds_back_the_approval(workspace: Workspace) -> None:
    all_reviewed(workspace)
    edit_line(workspace, 1, "b-points-0", 1, ZH, WRONG, author="Mei")
    with pytest.raises(Refused, match="line b-points-0"):
        approve_document(workspace, 1, author="Mei", rest=True)
    assert workspace.overview(1).row.state == "open"
    edit_line(workspace, 1, "b-points-0", 2, ZH, EN, author="Mei")
    assert approve_document(workspace, 1, author="Mei", rest=True).row.state == "approved"


def test_an_accepted_error_of_a_line_does_not(workspace: Workspace) -> None:
    all_reviewed(workspace)
    now = edit_line(workspace, 1, "b-points-0", 1, ZH, WRONG, author="Mei")
    for check in codes(now):
        now = waive_line(workspace, 1, "b-points-0", now.version, check=check, reason="agreed", author="Mei")
    assert {one.waived for one in now.issues if one.severity == "error"} == {"agreed"}
    assert approve_document(workspace, 1, author="Mei", rest=True).row.state == "approved"
    with pytest.raises(Refused):
        waive_line(workspace, 1, "b-points-0", now.version, check="number", reason="again", author="Mei")
    with pytest.raises(StaleWrite):
        waive_line(workspace, 1, "b-points-0", 1, check="number", reason="agreed", author="Mei")


def open_errors(view: object) -> set[str]:
    return {i.check for i in view.issues if i.severity == "error" and i.waived is None}  # type: ignore[attr-defined]


def test_what_was_accepted_holds_for_these_words_and_is_taken_back(workspace: Workspace) -> None:
    now = edit_line(workspace, 1, "b-points-0", 1, ZH, WRONG, author="Mei")
    wrong = open_errors(now)
    for check in wrong:
        now = waive_line(workspace, 1, "b-points-0", now.version, check=check, reason="agreed", author="Mei")
    assert history(workspace, 1, "b-points-0")[0].action == "waive"
    other = edit_line(workspace, 1, "b-points-0", now.version, ZH, WRONG.replace("695", "596"), author="Mei")
    assert open_errors(other)
    back = undo_line(workspace, 1, "b-points-0", other.version, author="Mei")
    assert not open_errors(back)
    again = undo_line(workspace, 1, "b-points-0", back.version, author="Mei")
    assert again.line.en == WRONG
    assert open_errors(again)


def test_what_was_accepted_of_a_sentence_is_accepted_where_it_is_repeated(workspace: Workspace) -> None:
    quoted = view_line(workspace, 1, "b-points-0").quotes
    assert quoted is not None
    entry = workspace.entry(1, quoted)
    now = workspace.edit(1, quoted, entry.version, WRONG, author="Mei")
    assert open_errors(view_line(workspace, 1, "b-points-0"))
    for check in {issue.check for issue in now.issues}:
        now = workspace.waive(1, quoted, now.version, check=check, reason="agreed", author="Mei")
    assert not open_errors(view_line(workspace, 1, "b-points-0"))
