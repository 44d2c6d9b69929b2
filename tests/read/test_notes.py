"""Raised marks: those of notes are left out, powers and units stay what they are, and figures stay whole."""

import pytest

from pipeline.prepare.edits import undo
from tests.read.test_pdf import numbered, read_pdf


def page_of(set_lines, sentence, notes, around=0):
    text = [*set_lines(numbered(around) * 2, 60, 100, 38), (84, 400, 12, sentence)]
    return text + [(60, 740 + 14 * n, 9, note) for n, note in enumerate(notes)]


def left_out(document):
    return [e.before for e in document.edits if e.rule == "read.note_mark"]


def test_the_mark_of_a_note_is_no_part_of_a_figure(make_pdf, set_lines):
    page = page_of(set_lines, "全年增长5.3%^1^，比上年提高。", ["^1^按可比价格计算，", "与上年相同。"])
    document = read_pdf(make_pdf([page]))
    lines = document.text.text.split("\n")
    assert lines[1:] == ["全年增长5.3%，比上年提高。", "按可比价格计算，与上年相同。"]
    assert left_out(document) == ["¹", "¹"]
    assert [(b.kind, dict(b.place)) for b in document.blocks][-1] == ("note", {"page": "1", "note": "1"})
    assert undo(document.text, document.edits) == document.original


@pytest.mark.parametrize(
    ("sentence", "notes", "text"),
    [
        ("建成面积12万m^2^，投入使用。", ["^2^初步数据。"], "建成面积12万m²，投入使用。"),
        ("亩产达到10^3^公斤。", ["^3^初步数据。"], "亩产达到10³公斤。"),
        ("全年增长5.3%^1^，提高。", [], "全年增长5.3%¹，提高。"),
        ("企业户数为36^2^，比去年^2^多。", ["^2^初步数据。"], "企业户数为36²，比去年多。"),
        ("企业户数为36^2^，较多。", ["^2^初步数据。"], "企业户数为36，较多。"),
        ("改革全面完成^②^，成效明显。", ["^②^初步数据。"], "改革全面完成，成效明显。"),
        ("改革全面完成^②^，成效明显。", ["②初步数据。"], "改革全面完成，成效明显。"),
        ("改革全面完成^[2]^，成效明显。", ["^[2]^初步数据。"], "改革全面完成，成效明显。"),
    ],
    ids=["unit", "power", "no_note", "two_of_one", "one_of_one", "circled", "circled_level", "bracketed"],
)
def test_only_what_a_note_answers_to_is_a_mark(make_pdf, set_lines, sentence, notes, text):
    document = read_pdf(make_pdf([page_of(set_lines, sentence, notes)]))
    assert document.text.text.split("\n")[1] == text


def test_a_paragraph_goes_on_over_the_notes_of_its_page(make_pdf, set_lines):
    rows = set_lines(numbered(0) * 3, 60, 100, 38)
    cut = [(x, y - 60, size, text) for x, y, size, text in rows[4:]]
    first = [*rows[:3], (*rows[3][:3], rows[3][3] + "^1^"), (60, 760, 9, "^1^初步数据。")]
    document = read_pdf(make_pdf([first, cut]))
    assert document.text.text.split("\n") == [numbered(0) * 3, "初步数据。"]
