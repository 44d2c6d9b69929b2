"""The tables fit the way they are used: merged by priority, one character for one."""

from __future__ import annotations

import pytest

from pipeline.prepare.opencc_tables import CONFIGS, converter, table

USED = (
    "TSPhrases.txt", "TSCharacters.txt", "TSCharactersExt.txt", "TWVariantsRev.txt",
    "TWVariantsRevPhrases.txt",
    "HKVariantsRev.txt", "HKVariantsRevPhrases.txt", "STCharacters.txt", "CJK_Compatibility_Ideographs.txt",
)  # fmt: skip


@pytest.mark.parametrize("name", USED)
def test_no_entry_changes_the_length(name: str) -> None:
    assert all(len(values[0]) == len(key) for key, values in table(name).items())


def test_phrases_stand_in_phrase_files_only() -> None:
    """A later file without phrases cannot hold a longer match that merging would wrongly prefer."""
    assert all(len(key) == 1 for name in USED if "Characters" in name for key in table(name))


@pytest.mark.parametrize("config", CONFIGS)
def test_every_shipped_configuration_loads(config: str) -> None:
    assert converter(config).convert("中") == "中"
    assert converter(config) is converter(config)
