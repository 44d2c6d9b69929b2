"""What people do to a document, and what is left of it."""

from __future__ import annotations

import pytest

from pipeline.document import Document
from pipeline.review.brief import approve_document
from pipeline.review.suggest import suggestions
from pipeline.review.workspace import Filter, NotFound, Refused, StaleWrite, Workspace
from pipeline.store.memory import StoreMemory
from pipeline.store.segments import Entry


@pytest.fixture
def figures(workspace: Workspace) -> Entry:
    """The sentence whose percentage is wrong."""
    workspace.recheck(1)
    (name,) = workspace.names(1, Filter(text="18.6%"), by_risk=False)
    return workspace.entry(1, name)


GOOD = "Over the year it received over 345,000 readers, an increase of 18.6% over the previous year."


def codes(entry: Entry) -> set[str]:
    return {issue.check for issue in entry.issues if issue.waived is None and issue.severity == "error"}


def test_editing_runs_the_checks_at_once(workspace: Workspace, figures: Entry) -> None:
    assert codes(figures)
    after = workspace.edit(1, figures.name, figures.version, GOOD, author="Mei")
    assert not codes(after)
    assert {q.verdict for q in after.quantities} == {"proven"}
    assert (after.segment.origin, after.segment.state) == ("human", "translated")
    assert workspace.entry(1, figures.name) == after


def test_editing_back_brings_the_issue_back(workspace: Workspace, figures: Entry) -> None:
    wrong = figures.segment.target or ""
    after = workspace.edit(1, figures.name, figures.version, GOOD, author="Mei")
    again = workspace.edit(1, figures.name, after.version, wrong, author="Mei")
    assert codes(again) == codes(figures)


def test_trying_out_writes_nothing(workspace: Workspace, figures: Entry) -> None:
    tried = workspace.tried(1, figures.name, GOOD)
    assert not codes(tried)
    assert workspace.entry(1, figures.name) == figures


def test_stale_edit_is_refused(workspace: Workspace, figures: Entry) -> None:
    workspace.edit(1, figures.name, figures.version, GOOD, author="Mei")
    with pytest.raises(StaleWrite):
        workspace.edit(1, figures.name, figures.version, "mine", author="Jan")
    assert workspace.entry(1, figures.name).segment.target == GOOD


def test_stale_edit_can_be_merged(workspace: Workspace, figures: Entry) -> None:
    base = figures.segment.target or ""
    workspace.edit(1, figures.name, figures.version, base.replace("16.8%", "18.6%"), author="Mei")
    mine = base.replace("Over the year", "During the year")
    together = workspace.merge_with(1, figures.name, figures.version, mine)
    assert together == base.replace("16.8%", "18.6%").replace("Over the year", "During the year")


def test_approved_pair_feeds_the_memory_and_undo_takes_it_back(workspace: Workspace, figures: Entry) -> None:
    memory = StoreMemory(workspace.store)
    workspace.edit(1, figures.name, figures.version, GOOD, author="Mei", approve=True)
    pair = memory.get(figures.segment.text, ())
    assert pair is not None
    assert (pair.target, pair.origin) == (GOOD, "human")
    workspace.undo(1, figures.name, figures.version + 1, author="Mei")
    assert memory.get(figures.segment.text, ()) is None


def test_undo_goes_back_step_by_step_and_is_in_the_history(workspace: Workspace, figures: Entry) -> None:
    name, wrong = figures.name, figures.segment.target
    one = workspace.edit(1, name, figures.version, "one", author="Mei")
    two = workspace.edit(1, name, one.version, "two", author="Mei")
    (back,) = workspace.undo(1, name, two.version, author="Jan")
    assert back.segment.target == "one"
    (first,) = workspace.undo(1, name, back.version, author="Jan")
    assert first.segment == figures.segment
    assert first.issues == figures.issues
    with pytest.raises(Refused):
        workspace.undo(1, name, first.version, author="Jan")
    assert [r.action for r in workspace.history(1, name)] == ["undo", "undo", "edit", "edit"]
    assert first.segment.target == wrong


def test_rejected_counts_as_none(workspace: Workspace, figures: Entry) -> None:
    after = workspace.reject(1, figures.name, figures.version, author="Mei", reason="figures")
    assert after.segment.target == figures.segment.target
    assert workspace.overview(1).rejected == 1
    assert figures.name in workspace.names(1, Filter(state="rejected"), by_risk=True)
    assert workspace.history(1, figures.name)[0].note == "figures"


def test_nothing_to_approve_where_there_is_no_translation(workspace: Workspace) -> None:
    missing = next(
        e
        for e in workspace.entries(1, workspace.names(1, Filter(), by_risk=False))
        if e.segment.target is None
    )
    with pytest.raises(Refused):
        workspace.approve(1, missing.name, missing.version, author="Mei")


def test_waived_issue_no_longer_counts(workspace: Workspace, figures: Entry) -> None:
    (code, *_) = sorted(codes(figures))
    after = workspace.waive(1, figures.name, figures.version, check=code, reason="agreed", author="Mei")
    assert code not in codes(after)
    with pytest.raises(Refused):
        workspace.waive(1, figures.name, after.version, check=code, reason="again", author="Mei")


def test_riskiest_first_and_done_last(workspace: Workspace, figures: Entry) -> None:
    names = workspace.names(1, Filter(), by_risk=True)
    assert names.index(figures.name) < names.index("s2")
    workspace.edit(1, figures.name, figures.version, GOOD, author="Mei", approve=True)
    assert workspace.names(1, Filter(), by_risk=True)[-1] == figures.name


def test_document_is_not_approved_with_open_errors(workspace: Workspace, figures: Entry) -> None:
    with pytest.raises(Refused):
        approve_document(workspace, 1, author="Mei", rest=True)


def approve_all(workspace: Workspace) -> None:
    for entry in workspace.entries(1, workspace.names(1, Filter(), by_risk=False)):
        good = GOOD if "18.6%" in entry.segment.text else entry.segment.target or "Translated by hand."
        workspace.edit(1, entry.name, entry.version, good, author="Mei", approve=True)


def test_approved_document_is_final_until_something_changes(workspace: Workspace, figures: Entry) -> None:
    approve_all(workspace)
    closed = approve_document(workspace, 1, author="Mei")
    assert (closed.row.state, closed.done) == ("approved", closed.total)
    assert {s.state for s in workspace.whole(1).segments} == {"final"}
    entry = workspace.entry(1, "s1")
    workspace.edit(1, "s1", entry.version, "Another title", author="Jan")
    assert workspace.overview(1).row.state == "open"


def test_brief_follows_the_words_that_it_takes_over(workspace: Workspace, report: Document) -> None:
    assert report.brief is not None
    (name,) = report.brief.points[0].segments
    workspace.edit(1, name, 1, "The 659 book stores became 65, over 90% fewer.", author="Mei")
    brief = workspace.whole(1).brief
    assert brief is not None
    assert brief.points[0].en == "The 659 book stores became 65, over 90% fewer."


def test_suggestions_name_memory_alternatives_and_other_documents(
    workspace: Workspace, report: Document
) -> None:
    workspace.add("other", report)
    workspace.edit(2, "s1", 1, "Qingshan's Libraries: A Report", author="Mei", approve=True)
    workspace.edit(1, "s1", 1, "My title", author="Jan")
    found = {s.target: s.origin for s in suggestions(workspace, 1, "s1")}
    assert found["Qingshan's Libraries: A Report"] == "memory"
    assert found[report.segments[0].target or ""] == "alternative"
    assert "My title" not in found


def test_comments_stand_in_the_history_and_change_nothing(workspace: Workspace) -> None:
    workspace.comment(1, "s1", "Is this the title?", author="Mei")
    assert [c.body for c in workspace.comments(1, "s1")] == ["Is this the title?"]
    assert workspace.entry(1, "s1").version == 1
    assert workspace.history(1, "s1")[0].action == "comment"


def test_whole_document_check_keeps_versions(workspace: Workspace) -> None:
    before = {e.name: e.version for e in workspace.entries(1, workspace.names(1, Filter(), by_risk=False))}
    assert workspace.recheck(1) > 0
    assert workspace.recheck(1) == 0
    after = {e.name: e.version for e in workspace.entries(1, list(before))}
    assert after == before


@pytest.mark.parametrize(("document", "name"), [(9, "s1"), (1, "nobody"), (2**40, "s1")])
def test_unknown_is_not_found(workspace: Workspace, document: int, name: str) -> None:
    with pytest.raises(NotFound):
        workspace.entry(document, name)


def test_an_open_error_holds_an_approval_back(workspace: Workspace, figures: Entry) -> None:
    name, memory = figures.name, StoreMemory(workspace.store)
    with pytest.raises(Refused, match="open error"):
        workspace.approve(1, name, figures.version, author="Mei")
    wrong = "Over the year it received 345,000 readers, up 16.8%."
    written = workspace.edit(1, name, figures.version, wrong, author="Mei", approve=True)
    assert (written.segment.target, written.segment.state) == (wrong, "translated")
    assert memory.get(figures.segment.text, ()) is None
    for code in sorted(codes(written)):
        written = workspace.waive(1, name, written.version, check=code, reason="so it is", author="Mei")
    assert workspace.approve(1, name, written.version, author="Mei").segment.state == "reviewed"
    assert memory.get(figures.segment.text, ()) is not None


@pytest.mark.parametrize("act", ["approve", "reject", "reopen"])
def test_nothing_is_said_of_a_translation_that_is_not_there(workspace: Workspace, act: str) -> None:
    name = next(s.id for s in workspace.whole(1).segments if s.target is None)
    with pytest.raises(Refused, match=f"to {act}"):
        getattr(workspace, act)(1, name, 1, author="Mei")


def test_words_in_either_script_narrow_the_list(workspace: Workspace) -> None:
    found = [workspace.names(1, Filter(text=words), by_risk=False) for words in ("圖書館", "图书馆")]
    assert found[0]
    assert set(found[1]) == set(found[0])
