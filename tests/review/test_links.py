"""Joining, cutting and shifting keep every character and can be taken back."""

from __future__ import annotations

import pytest

from pipeline.document import Document
from pipeline.review import links
from pipeline.review.workspace import Filter, Refused, Workspace
from pipeline.write.as_json import from_dict, to_dict


def pair(workspace: Workspace) -> tuple[str, str]:
    """Two sentences of one paragraph."""
    names = workspace.names(1, Filter(), by_risk=False)
    first = next(n for n in names if workspace.entry(1, n).segment.text.startswith("去年"))
    return first, names[names.index(first) + 1]


def texts(document: Document) -> tuple[str, str]:
    return (
        "".join("".join(s.text.split()) for s in document.segments),
        "".join("".join((s.target or "").split()) for s in document.segments),
    )


def test_joining_keeps_both_sides_and_the_brief(workspace: Workspace) -> None:
    before = workspace.whole(1)
    first, second = pair(workspace)
    (joined,) = links.merge(workspace, 1, second := first, (1, 1), author="Mei")
    after = workspace.whole(1)
    assert texts(after) == texts(before)
    assert len(after.segments) == len(before.segments) - 1
    assert joined.segment.source == before.original[joined.segment.start : joined.segment.end]
    assert second
    assert from_dict(to_dict(after)) == after


def test_a_brief_that_names_the_joined_sentence_names_its_heir(workspace: Workspace) -> None:
    names = workspace.names(1, Filter(), by_risk=False)
    cited = next(n for n in names if workspace.entry(1, n).segment.text.startswith("将659"))
    before = names[names.index(cited) - 1]
    links.merge(workspace, 1, before, (1, 1), author="Mei")
    brief = workspace.whole(1).brief
    assert brief is not None
    assert brief.points[0].segments == (before,)
    workspace.undo(1, before, 2, author="Mei")
    brief = workspace.whole(1).brief
    assert brief is not None
    assert brief.points[0].segments == (cited,)


def test_joining_across_sections_is_refused(workspace: Workspace) -> None:
    _, last = pair(workspace)
    with pytest.raises(Refused):
        links.merge(workspace, 1, last, (1, 1), author="Mei")


def test_cutting_and_taking_it_back(workspace: Workspace) -> None:
    before = workspace.whole(1)
    name, _ = pair(workspace)
    entry = workspace.entry(1, name)
    at = entry.segment.text.index("新建")
    cut = (entry.segment.target or "").index("with 27")
    first, second = links.split(workspace, 1, name, 1, source_at=at, target_at=cut, author="Mei")
    assert second.segment.text.startswith("新建")
    assert (second.segment.target or "").startswith("with 27")
    assert texts(workspace.whole(1)) == texts(before)
    assert {q.verdict for q in second.quantities} == {"proven"}
    assert from_dict(to_dict(workspace.whole(1))) == workspace.whole(1)
    workspace.undo(1, name, first.version, author="Mei")
    assert texts(workspace.whole(1)) == texts(before)
    assert [s.id for s in workspace.whole(1).segments] == [s.id for s in before.segments]


@pytest.mark.parametrize("side", ["source", "target"])
@pytest.mark.parametrize("to", ["next", "previous"])
def test_shifting_keeps_every_character(workspace: Workspace, side: str, to: str) -> None:
    before = workspace.whole(1)
    first, second = pair(workspace)
    name = first if to == "next" else second
    found = links.shift(workspace, 1, name, (1, 1), side=side, to=to, author="Mei")  # type: ignore[arg-type]
    after = workspace.whole(1)
    assert texts(after) == texts(before)
    assert len(found) == 2
    assert from_dict(to_dict(after)) == after


def test_an_empty_part_is_refused(workspace: Workspace) -> None:
    with pytest.raises(Refused):
        links.split(workspace, 1, "s1", 1, source_at=0, target_at=0, author="Mei")
    with pytest.raises(Refused):
        links.split(workspace, 1, "s1", 1, source_at=10_000, target_at=0, author="Mei")


def test_neighbours_are_those_of_the_text_and_of_one_section(workspace: Workspace) -> None:
    first, second = pair(workspace)
    entries = [workspace.entry(1, name) for name in (first, second)]
    before, after = links.neighbours(workspace, 1, entries[0])
    assert after is not None
    assert after.name == second
    assert before is None or before.segment.section == entries[0].segment.section
    before, after = links.neighbours(workspace, 1, entries[1])
    assert before is not None
    assert before.name == first
    assert after is None or after.segment.section == entries[1].segment.section
