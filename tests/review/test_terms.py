"""A rendering is changed where a person chose, whole words only."""

from __future__ import annotations

import pytest

from pipeline.review.concordance import concordance
from pipeline.review.terms import apply_term, find_uses, replaced
from pipeline.review.workspace import Workspace


@pytest.mark.parametrize(
    ("text", "old", "new", "expected"),
    [
        ("The county office of the County.", "county", "district", "The district office of the District."),
        ("Counties and county-level", "county", "district", "Counties and district-level"),
        ("A county was set up.", "county", "area", "An area was set up."),
        ("an office", "office", "bureau", "a bureau"),
        ("a user's unit", "unit", "entity", "a user's entity"),
        ("price (yuan)", "(yuan)", "(RMB)", "price (RMB)"),
        ("recounty", "county", "x", "recounty"),
        (r"a\b", r"a\b", r"\1", r"\1"),
    ],
    ids=["capital", "whole_words", "article_an", "article_a", "untouched", "brackets", "inside", "pattern"],
)
def test_replaced(text: str, old: str, new: str, expected: str) -> None:
    assert replaced(text, old, new) == expected


def test_preview_writes_nothing_and_apply_only_what_was_chosen(workspace: Workspace) -> None:
    uses = find_uses(workspace, "", "county", "district")
    assert len(uses) == 3
    before = [workspace.entry(u.document, u.name) for u in uses]
    assert all(entry.version == 1 for entry in before)
    done = apply_term(workspace, "", "county", "district", [(1, uses[0].name, 1)], author="Mei")
    assert (done.changed, done.stale) == (((1, uses[0].name),), ())
    assert workspace.entry(1, uses[0].name).segment.target == uses[0].after
    assert [workspace.entry(1, u.name) for u in uses[1:]] == before[1:]


def test_segments_changed_meanwhile_stay_and_are_named(workspace: Workspace) -> None:
    uses = find_uses(workspace, "", "county", "district")
    workspace.edit(1, uses[0].name, 1, "County, edited.", author="Jan")
    chosen = [(u.document, u.name, u.version) for u in uses]
    done = apply_term(workspace, "", "county", "district", chosen, author="Mei")
    assert (len(done.changed), done.stale) == (2, ((1, uses[0].name),))


def test_one_undo_takes_the_whole_change_back(workspace: Workspace) -> None:
    uses = find_uses(workspace, "", "county", "district")
    apply_term(
        workspace, "", "county", "district", [(u.document, u.name, u.version) for u in uses], author="Mei"
    )
    workspace.undo(1, uses[0].name, 2, author="Mei")
    assert [workspace.entry(1, u.name).segment.target for u in uses] == [u.before for u in uses]


@pytest.mark.parametrize(
    "words", ["领导", "領導", "LEADING GROUP", "<b>"], ids=["zh", "hant", "en", "markup"]
)
def test_concordance_finds_words_of_two_characters_in_either_script(workspace: Workspace, words: str) -> None:
    assert concordance(workspace, words)


@pytest.mark.parametrize("words", ["%", "_领", "无此词"])
def test_concordance_takes_words_literally(workspace: Workspace, words: str) -> None:
    assert all(words in use.text + use.target for use in concordance(workspace, words))
