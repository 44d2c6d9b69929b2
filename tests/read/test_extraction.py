"""Pieces to documents: whatever the reader lists, nothing is lost and every edit can be undone."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import EmptyInput
from pipeline.prepare.edits import undo
from pipeline.read.extraction import Extraction, Finding, Piece, Run, assemble, paragraph
from pipeline.read.isolated import decoded, encoded

TEXT = st.text(alphabet="中文ab1 ，。\u3000", max_size=6)
RUNS = st.one_of(
    st.builds(Run, TEXT),
    st.builds(
        Run,
        st.text(alphabet="页眉\n-1", min_size=1, max_size=5),
        st.sampled_from(["x", "y"]),
        st.just("e"),
        st.sampled_from(["", " "]),
    ),
)
PIECES = st.lists(
    st.builds(
        Piece,
        st.lists(RUNS, min_size=1, max_size=4).map(tuple),
        st.sampled_from(["paragraph", "heading", "cell"]),
        st.sampled_from([None, 1]),
        st.just((("page", "1"),)),
    ),
    max_size=6,
)


def assembled(pieces):
    try:
        return assemble(Extraction(tuple(pieces)), b"", "a")
    except EmptyInput:
        return None


@given(PIECES)
def test_everything_is_in_the_original_in_order(pieces):
    document = assembled(pieces)
    if document is not None:
        assert document.original == "\n".join(piece.text for piece in pieces)


@given(PIECES)
def test_edits_lead_back_to_the_original(pieces):
    document = assembled(pieces)
    if document is not None:
        assert undo(document.text, document.edits) == document.original
        assert all(document.original[e.start : e.end] == e.before for e in document.edits)


@given(PIECES)
def test_kept_text_is_the_working_text(pieces):
    document = assembled(pieces)
    if document is not None:
        kept = "".join("".join(piece.kept.split()) for piece in pieces)
        assert "".join(document.text.text.split()) == kept


@given(PIECES)
def test_blocks_are_sorted_and_apart(pieces):
    document = assembled(pieces)
    if document is not None:
        spans = [(b.start, b.end) for b in document.blocks]
        assert spans == sorted(spans)
        assert all(a[1] <= b[0] for a, b in pairwise(spans))


@given(PIECES)
def test_an_extraction_survives_the_way_from_the_child_process(pieces):
    made = Extraction(tuple(pieces), "utf-8", "题", "2019", "", (Finding("a", "info", "b", 0),))
    assert decoded(encoded(made)) == made


def test_doubtful_characters_become_issues_at_their_places():
    runs = (
        Run("甲乙", doubts=((1, 0.5),)),
        Run("\n", "line_join"),
        Run("丙丁，戊", doubts=((0, 0.4), (1, 0.7), (2, 0.3))),
    )
    document = assemble(Extraction((paragraph("先"), Piece(runs))), b"", "a")
    issues = [i for i in document.issues if i.check == "read.uncertain_character"]
    assert [(document.original[i.start : i.end], i.severity) for i in issues] == [
        ("乙", "warning"),
        ("丙丁，", "warning"),
    ]
    assert "30%" in issues[1].message


def test_findings_point_at_their_piece_after_lines_were_split():
    pieces = (paragraph("甲\n乙"), paragraph("丙"))
    document = assemble(Extraction(pieces, findings=(Finding("comment", "info", "x", 1),)), b"", "a")
    issue = next(i for i in document.issues if i.check == "read.comment")
    assert document.original[issue.start : issue.end] == "丙"


def test_nothing_but_furniture_is_empty():
    with pytest.raises(EmptyInput, match="no text"):
        assemble(Extraction((Piece((Run("页眉", "page_header"),)),)), b"", "a")
