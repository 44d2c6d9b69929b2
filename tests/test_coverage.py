from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from pipeline.coverage import coverage
from pipeline.document import Edit
from pipeline.prepare.sections import find_sections
from pipeline.prepare.sentences import split_sentences
from pipeline.traced import Change
from tests.documents import make_document, seed_document, split


def test_the_seed_is_accounted_for() -> None:
    document = split_sentences(find_sections(seed_document()))
    found = coverage(document)
    assert found.removed == sum(e.end - e.start for e in document.edits)
    assert found.whitespace == 9
    assert (found.translated, found.unaccounted) == (0, 0)
    assert found.characters == found.pending + found.removed + found.whitespace


def test_a_lost_segment_shows() -> None:
    document = split_sentences(find_sections(seed_document()))
    lost = document.segments[5]
    kept = tuple(s for s in document.segments if s is not lost)
    assert coverage(replace(document, segments=kept)).unaccounted == len(lost.text) < len(lost.source)


def test_a_translated_segment_counts_as_such() -> None:
    document = split("改革完成。提前50天。")
    first, second = document.segments
    found = coverage(replace(document, segments=(replace(first, target="Done."), second)))
    assert (found.translated, found.pending) == (len("改革完成。"), len("提前50天。"))


def test_a_deletion_inside_a_segment_is_removed_not_translated() -> None:
    document = make_document("統(tǒng)籌。")
    edit = Edit(rule="gloss", start=1, end=7, before="(tǒng)", after="", evidence="")
    document = replace(document, text=document.text.replace([Change(1, 7, "")]), edits=(edit,))
    found = coverage(split_sentences(find_sections(document)))
    assert (found.pending, found.removed, found.unaccounted) == (3, 6, 0)


def test_an_edit_that_claims_to_delete_what_is_still_there_removes_nothing() -> None:
    edit = Edit(rule="gloss", start=0, end=2, before="改革", after="", evidence="", verified=False)
    document = replace(split("改革完成。"), edits=(edit,))
    assert coverage(document).removed == 0
    assert coverage(replace(document, segments=())).unaccounted == 5


def test_a_line_break_that_was_spelt_out_is_removed() -> None:
    document = make_document("完成。x0dx0a开始。")
    edit = Edit(rule="residue", start=3, end=9, before="x0dx0a", after="\n", evidence="")
    document = replace(document, text=document.text.replace([Change(3, 9, "\n")]), edits=(edit,))
    found = coverage(split_sentences(find_sections(document)))
    assert (found.pending, found.removed, found.unaccounted) == (6, 6, 0)


@given(st.text(max_size=200))
def test_any_text_is_accounted_for(text: str) -> None:
    found = coverage(split(text))
    assert found.unaccounted == 0
    assert found.characters == len(text) == found.pending + found.whitespace
