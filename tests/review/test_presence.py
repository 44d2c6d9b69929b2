"""Others are seen while their pages are open, and not long after."""

from __future__ import annotations

from pipeline.review.presence import AWAY_S, MOST, Presence, Visitor


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def visitor(tab: str, segment: str = "s1", *, editing: bool = False) -> Visitor:
    return Visitor(tab=tab, author=tab.title(), segment=segment, editing=editing)


def test_others_are_those_with_the_same_document_open_writers_first() -> None:
    presence = Presence()
    assert presence.here(1, visitor("mei")) == []
    presence.here(2, visitor("li"))
    presence.here(1, visitor("jan", "s2", editing=True))
    presence.here(1, visitor("ada"))
    assert [one.author for one in presence.here(1, visitor("mei"))] == ["Jan", "Ada"]


def test_a_visitor_moves_and_leaves() -> None:
    presence = Presence()
    presence.here(1, visitor("jan", "s1", editing=True))
    presence.here(1, visitor("jan", "s2"))
    assert presence.here(1, visitor("mei")) == [visitor("jan", "s2")]
    presence.gone(1, "jan")
    assert presence.here(1, visitor("mei")) == []
    presence.gone(9, "nobody")


def test_a_page_that_says_nothing_more_is_away() -> None:
    clock = Clock()
    presence = Presence(clock=clock)
    presence.here(1, visitor("jan"))
    clock.now = AWAY_S
    assert presence.here(1, visitor("mei")) == [visitor("jan")]
    clock.now = AWAY_S + 0.1
    assert presence.here(1, visitor("mei")) == []


def test_nobody_can_fill_the_memory() -> None:
    presence = Presence()
    for n in range(MOST + 50):
        presence.here(1, visitor(f"t{n}"))
    assert len(presence.here(1, visitor("t0"))) == MOST - 1
