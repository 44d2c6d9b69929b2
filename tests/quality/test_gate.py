"""The floors hold, and none of them can be lowered without a word (what is timed is left to `make gate`)."""

from __future__ import annotations

import json

import pytest

from benchmarks import gate


@pytest.fixture(scope="module")
def record():
    return json.loads(gate.FLOORS.read_text("utf-8"))


def test_no_figure_is_below_its_floor(record):
    assert gate.below(gate.measure(with_speed=False), record["floors"]) == []


def test_the_floors_are_those_of_this_set(record):
    assert record["corpus_sha256"] == gate.corpus_sha256(), (
        "run python benchmarks/gate.py --raise and say why"
    )


def test_every_figure_has_a_floor(record):
    assert set(gate.measure(with_speed=False)) <= set(record["floors"])


def test_a_figure_below_its_floor_is_named():
    assert gate.below(
        {"conversion": 90.0, "structure": 99.995}, {"conversion": 95.0, "structure": 100.0}
    ) == ["conversion is 90.00, its floor 95.00 (epsilon 0.01)"]


def test_raising_never_lowers():
    before = {"floors": {"conversion": 99.0, "structure": 50.0}}
    after = gate.raised(before, {"conversion": 98.0, "structure": 60.0, "speed.checks": 10.0})
    assert after["floors"] == {"conversion": 99.0, "structure": 60.0, "speed.checks": 5.0}


def test_lowering_is_recorded_with_its_reason():
    after = gate.lowered(
        {"floors": {"structure": 100.0}}, "structure", 98.0, "Headings now keep their full stops."
    )
    assert after["floors"] == {"structure": 98.0}
    assert after["lowered"][0]["why"] == "Headings now keep their full stops."


@pytest.mark.parametrize(
    ("name", "why"), [("structure", "because"), ("no-such-floor", "Headings keep their stops now.")]
)
def test_lowering_needs_a_floor_and_a_sentence(name, why):
    with pytest.raises(SystemExit):
        gate.lowered({"floors": {"structure": 100.0}}, name, 98.0, why)
