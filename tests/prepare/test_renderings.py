"""A rendering is recognised through its inflections, and not where the meaning differs."""

from __future__ import annotations

import pytest

from pipeline.document import TermHit
from pipeline.prepare.renderings import rendering_span


def span(en: str, target: str, alternatives: tuple[str, ...] = ()) -> str | None:
    found = rendering_span(target, TermHit(zh="某", en=en, start=0, end=1), alternatives)
    return target[slice(*found)] if found else None


@pytest.mark.parametrize(
    ("en", "target", "found"),
    [
        ("transfer", "49 departments were transferred to it", "transferred"),
        ("streamline", "by further streamlining internal bodies", "streamlining"),
        ("abolish", "after its abolition", "abolition"),
        ("coordinate", "the coordination of reform", "coordination"),
        ("adjust", "an adjustment", "adjustment"),
        ("study", "field studies were made", "studies"),
        ("implement level by level", "was implemented level by level", "implemented level by level"),
        ("townships and towns", "a township and a town", "township and a town"),
        ("county-level city", "county level cities", "county level cities"),
        ("people's wellbeing", "improve the people’s well-being", "people’s well-being"),
        ("National People's Congress (NPC)", "the National People’s Congress", "National People’s Congress"),
        ("National People's Congress (NPC)", "the NPC met", "NPC"),
        ("broad money supply (M2)", "M2 rose", "M2"),
        ("Office of the State Council", "the State Council's Office", "State Council's Office"),
        ("department/bureau level", "officials at the bureau level", "bureau level"),
        ("optimized, coordinated and efficient", "optimised and coordinated, efficient", None),
        ("optimized and coordinated", "optimised, and coordinated", "optimised, and coordinated"),
        ('the "three rules" plan (on staff)', "a “three rules” plan", "three rules” plan"),
        ("advance steadily", "steadily advanced", "steadily advanced"),
        ("Fujian Province", "in Fujian, too", "Fujian"),
        ("pilot program", "PILOT PROGRAMMES", "PILOT PROGRAMMES"),
    ],
)
def test_found(en: str, target: str, found: str | None) -> None:
    assert span(en, target) == found


@pytest.mark.parametrize(
    ("en", "target"),
    [
        ("director", "the deputy director said"),
        ("director", "a direct result"),
        ("Party secretary", "the vice-Party secretary"),
        ("department/bureau level (full rank)", "deputy department/bureau level"),
        ("National People's Congress (NPC)", "the people's congress met"),
        ("circular", "a semicircular hall"),
        ("government", "governing capacity"),
        ("plan", "a plane"),
        ("policy", "police"),
        ("transfer", "transparent"),
        ("new", "news"),
        ("rural people", "rural and urban people"),
        ("press release", ""),
    ],
)
def test_not_found(en: str, target: str) -> None:
    assert span(en, target) is None


def test_an_alternative_counts() -> None:
    assert span("transfer", "was reassigned", ("reassign",)) == "reassigned"
