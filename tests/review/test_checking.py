"""What stands across segments is looked for after each write, and a whole check does no work twice."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from pipeline.document import Document
from pipeline.review.checking import ACROSS
from pipeline.review.terms import apply_term, find_uses
from pipeline.review.workspace import NotFound, Refused, Workspace
from pipeline.store.segments import Entry

SAME = "A leading group headed by the county head was set up, with 5 working groups under it."


def across(workspace: Workspace, name: str) -> set[str]:
    assert workspace.checking.settle()
    return {issue.check for issue in workspace.entry(1, name).issues if issue.check in ACROSS}


def test_an_edit_brings_what_stands_across_and_the_next_takes_it_away(workspace: Workspace) -> None:
    workspace.edit(1, "s6", 1, SAME, author="Mei")
    workspace.edit(1, "s7", 1, SAME, author="Mei")
    assert across(workspace, "s7") == {"same-target"}
    names, count = workspace.checking.news(1, 0)
    assert "s7" in names
    workspace.edit(1, "s6", 2, "Strengthening the leadership of the whole organization.", author="Mei")
    assert across(workspace, "s7") == set()
    assert "s7" in workspace.checking.news(1, count)[0]


def test_versions_stay_and_nothing_is_in_the_history(workspace: Workspace) -> None:
    workspace.edit(1, "s6", 1, SAME, author="Mei")
    workspace.edit(1, "s7", 1, SAME, author="Mei")
    assert across(workspace, "s7")
    assert workspace.entry(1, "s7").version == 2
    assert [one.action for one in workspace.history(1, "s7")] == ["edit"]


def test_what_was_accepted_stays_so(workspace: Workspace) -> None:
    workspace.edit(1, "s6", 1, SAME, author="Mei")
    workspace.edit(1, "s7", 1, SAME, author="Mei")
    assert across(workspace, "s7")
    workspace.waive(1, "s7", 2, check="same-target", reason="so it is", author="Mei")
    workspace.edit(1, "s1", 1, "Another title", author="Mei")
    assert across(workspace, "s7")
    (issue,) = (i for i in workspace.entry(1, "s7").issues if i.check == "same-target")
    assert issue.waived == "so it is"


def test_a_check_of_all_proves_only_what_changed(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    proved: list[str] = []
    prove = workspace.checking._prove

    def watched(frame: Document, entries: Sequence[Entry]) -> list[Entry]:
        proved.extend(entry.name for entry in entries)
        return prove(frame, entries)

    monkeypatch.setattr(workspace.checking, "_prove", watched)
    workspace.recheck(1)
    assert len(proved) == 11
    proved.clear()
    workspace.edit(1, "s3", 1, "Since last year, 27.", author="Mei")
    workspace.recheck(1)
    assert proved == ["s3"]


def test_joined_and_parted_segments_are_followed(workspace: Workspace) -> None:
    from pipeline.review import links

    workspace.recheck(1)
    links.merge(workspace, 1, "s3", (1, 1), author="Mei")
    assert workspace.checking.settle()
    assert workspace.recheck(1) == 0
    workspace.undo(1, "s3", 2, author="Mei")
    workspace.recheck(1)
    assert [s.id for s in workspace.whole(1).segments] == [f"s{n}" for n in range(1, 12)]


def test_one_undo_for_a_term_in_all_documents(workspace: Workspace, report: Document) -> None:
    workspace.add("second", report)
    before = [workspace.whole(n).segments for n in (1, 2)]
    uses = find_uses(workspace, "", "county", "district")
    chosen = [(u.document, u.name, u.version) for u in uses]
    done = apply_term(workspace, "", "county", "district", chosen, author="Mei")
    assert {document for document, _ in done.changed} == {1, 2}
    document, name = done.changed[0]
    changed = workspace.entry(document, name)
    workspace.edit(document, name, changed.version, "Changed since, county.", author="Jan")
    assert workspace.undo_group(done.group, author="Mei") == (len(uses) - 1, [(document, name)])
    assert workspace.entry(document, name).segment.target == "Changed since, county."
    assert workspace.whole(2).segments == before[1]
    with pytest.raises(Refused):
        workspace.undo_group(done.group, author="Mei")
    with pytest.raises(NotFound):
        workspace.undo_group("0" * 16, author="Mei")


def test_undo_in_one_segment_takes_the_term_back_everywhere(workspace: Workspace, report: Document) -> None:
    workspace.add("second", report)
    before = [workspace.whole(n).segments for n in (1, 2)]
    uses = find_uses(workspace, "", "county", "district")
    apply_term(
        workspace, "", "county", "district", [(u.document, u.name, u.version) for u in uses], author="Mei"
    )
    workspace.undo(1, uses[0].name, 2, author="Mei")
    assert [workspace.whole(n).segments for n in (1, 2)] == before


def test_stopping_ends_the_thread(workspace: Workspace) -> None:
    workspace.edit(1, "s3", 1, "Since last year, 27.", author="Mei")
    workspace.checking.stop()
    workspace.edit(1, "s3", 2, "Since last year, 27 of them.", author="Mei")
    assert workspace.checking._thread is None or not workspace.checking._thread.is_alive()
