"""Results of different inputs never overwrite each other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.commands.outputs import formats_of, stems_for
from pipeline.config import Config
from pipeline.errors import UsageError


@pytest.mark.parametrize(
    ("paths", "stems"),
    [
        (["a/x.txt"], ["x"]),
        (["-"], ["stdin"]),
        (["a/x.txt", "a/x.docx"], ["x-txt", "x-docx"]),
        (["a/x.txt", "b/x.txt"], ["a-x-txt", "b-x-txt"]),
        (["a/X.txt", "b/x.txt"], ["a-X-txt", "b-x-txt"]),
        (["a/x.txt", "a/x.txt"], ["x"]),
    ],
    ids=["plain", "stdin", "suffixes", "folders", "case", "same_file_twice"],
)
def test_stems(paths, stems):
    assert list(stems_for(paths).values()) == stems


def test_inputs_that_cannot_be_told_apart_are_refused():
    with pytest.raises(UsageError, match="same name"):
        stems_for(["p/a/x.txt", "q/a/x.txt"])


@given(st.lists(st.from_regex(r"[ab]/[xy]\.(txt|md)", fullmatch=True), max_size=8))
def test_stems_are_distinct(paths):
    stems = stems_for(paths)
    assert len({stem.casefold() for stem in stems.values()}) == len(set(paths))


def test_an_unknown_format_names_the_known_ones():
    with pytest.raises(UsageError, match="md"):
        formats_of("md,odt", Config())


def test_formats_come_from_the_configuration_unless_asked():
    assert formats_of(None, Config()) == Config().write.formats
    assert formats_of("json, md", Config()) == ("json", "md")
