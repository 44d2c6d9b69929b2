"""English sentences end where a reader would stop."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.align.english import sentence_starts, sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two.", ["One.", "Two."]),
        ("It rose by 3.5 percent. Then it fell.", ["It rose by 3.5 percent.", "Then it fell."]),
        ("Mr. Li met Dr. Chen at No. 5.", ["Mr. Li met Dr. Chen at No. 5."]),
        ("The U.S. side agreed. Fine.", ["The U.S. side agreed.", "Fine."]),
        ("J. Smith wrote it.", ["J. Smith wrote it."]),
        ("“Why?” he asked. “Because.” She left.", ["“Why?” he asked.", "“Because.”", "She left."]),
        ("Well... perhaps. No!", ["Well... perhaps.", "No!"]),
        ("Title\nFirst line.\n\nSecond.", ["Title", "First line.", "Second."]),
        ("1. Strengthen it. 2. Do it.", ["1. Strengthen it.", "2. Do it."]),
        ("", []),
        (" \n ", []),
    ],
    ids=[
        "two",
        "decimal",
        "title",
        "letters",
        "initial",
        "quotes",
        "dots",
        "lines",
        "numbered",
        "empty",
        "blank",
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@given(st.text(alphabet='Ab .!?\n“”"5,', max_size=60))
def test_no_character_is_lost(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())
    starts = sentence_starts(text)
    assert starts == sorted(set(starts))
    assert starts[0] == 0
