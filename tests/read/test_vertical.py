"""Pages set in vertical lines are read from right to left, tier by tier."""

import pytest

from pipeline.config import ReadConfig
from pipeline.read.extraction import assemble
from pipeline.read.pdf import Glyph, extract
from pipeline.read.vertical import Sheet, with_level_lines

FIRST = "近年來，省委認真貫徹落實決策部署，全省國有企業戶數由六百戶減少到六十五戶。"
SECOND = "各市縣積極探索，形成了一批可以推廣的經驗做法，取得了階段性成果，群眾滿意。"


def lines_of(data: bytes) -> list[str]:
    return assemble(extract(data, "a.pdf", ReadConfig()), data, "a.pdf").text.text.split("\n")


def standing(text: str, x: float, y: float, height: int, *, size: float = 12, step: float = 20) -> list:
    """The text in vertical lines of `height` characters, the first one indented by two, from right to left."""
    made, column, row = [], 0, 2
    for character in text:
        made.append((x - column * step, y + row * size, size, character))
        row += 1
        if row == height:
            column, row = column + 1, 0
    return made


def test_lines_run_down_and_from_right_to_left(make_pdf):
    page = [*standing(FIRST, 500, 100, 16), *standing(SECOND, 400, 100, 16)]
    assert lines_of(make_pdf([page])) == [FIRST, SECOND]


def test_titles_and_page_numbers_beside_them_keep_their_direction(make_pdf):
    pages = [
        [(250, 40, 12, "遼寧省公報"), *standing(text * 3, 500, 100, 30), (290, 800, 9, f"— {n} —")]
        for n, text in enumerate((FIRST, SECOND), 1)
    ]
    data = make_pdf(pages)
    document = assemble(extract(data, "a.pdf", ReadConfig()), data, "a.pdf")
    assert document.text.text.strip().split("\n") == [FIRST * 3, SECOND * 3]
    assert {edit.rule for edit in document.edits} >= {"read.page_header", "read.page_number"}


def test_tiers_are_read_one_below_the_other(make_pdf):
    above, below = FIRST * 4, SECOND * 4
    page = [*standing(above, 500, 80, 24), *standing(below, 500, 420, 24)]
    assert lines_of(make_pdf([page])) == [above, below]


def test_figures_side_by_side_in_a_vertical_line_are_one_number(make_pdf):
    page = standing(FIRST, 500, 100, 16)
    at = page.index(next(sign for sign in page if sign[3] == "委"))
    x, y, size, _ = page[at]
    page[at : at + 1] = [(x, y, size, "1"), (x + 6, y, size, "2")]
    assert lines_of(make_pdf([page]))[0] == FIRST.replace("委", "12")


@pytest.mark.parametrize("way", ["down", "up"])
def test_text_on_its_side_is_turned(way):
    glyphs = [Glyph(c, 100, 100 + 12 * n, 112, 112 + 12 * n, 12) for n, c in enumerate(FIRST)]
    glyphs = (
        glyphs if way == "down" else [Glyph(g.text, 100, 700 - g.y0, 112, 712 - g.y0, 12) for g in glyphs]
    )
    sheet = with_level_lines(Sheet(glyphs, 595, 842, ((50.0, 90.0, 130.0),), ()))
    assert [b.x0 - a.x0 for a, b in zip(sheet.glyphs, sheet.glyphs[1:], strict=False)] == [12] * (
        len(FIRST) - 1
    )
    assert len({glyph.y0 for glyph in sheet.glyphs}) == 1
    assert not sheet.across
    assert len(sheet.down) == 1


def test_a_column_of_figures_is_no_vertical_line():
    glyphs = [Glyph(str(n % 10), 100, 100 + 12 * n, 106, 112 + 12 * n, 12) for n in range(40)]
    sheet = Sheet(glyphs, 595, 842, (), ())
    assert with_level_lines(sheet) is sheet
