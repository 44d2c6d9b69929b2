"""Tables of contents are left out where the text repeats them; other lists with dots and figures never."""

import pytest

from pipeline.prepare.edits import undo
from tests.read.test_pdf import numbered, read_pdf

TITLES = ["一、总体情况", "二、主要做法", "三、存在的问题和不足", "四、下一步工作安排"]
PAGES = ["1", "2", "3", "4"]


def listed(titles, numbers, *, heading="目　录", dots="．" * 12):
    head = [(270, 80, 16, heading)] if heading else []
    rows = [(60, 120 + 22 * n, 12, f"{title}{dots}") for n, title in enumerate(titles)]
    return [*head, *rows, *((480, 120 + 22 * n, 12, number) for n, number in enumerate(numbers))]


def chapters(set_lines, titles):
    return [[(60, 80, 12, title), *set_lines(numbered(n), 60, 110, 38)] for n, title in enumerate(titles)]


@pytest.mark.parametrize(
    "style",
    [{}, {"heading": ""}, {"dots": ""}, {"dots": ". " * 20}],
    ids=["both", "dots", "heading", "spaced"],
)
def test_a_list_of_titles_that_come_back_is_left_out(make_pdf, set_lines, style):
    document = read_pdf(make_pdf([listed(TITLES, PAGES, **style), *chapters(set_lines, TITLES)]))
    text = document.text.text
    assert [text.count(title) for title in TITLES] == [1] * 4
    assert "目" not in text.split("一、")[0]
    assert "read.contents" in {e.rule for e in document.edits}
    assert undo(document.text, document.edits) == document.original


@pytest.mark.parametrize(
    ("titles", "numbers"),
    [
        (["营业收入", "营业成本", "净利润", "研发费用"], ["1", "2", "3", "4"]),
        (TITLES, ["5", "1", "4", "2"]),
        (TITLES, ["120", "356", "480", "512"]),
    ],
    ids=["titles_of_nothing", "figures_that_fall", "figures_that_are_no_pages"],
)
def test_a_list_of_figures_stays(make_pdf, set_lines, titles, numbers):
    document = read_pdf(make_pdf([listed(titles, numbers), *chapters(set_lines, TITLES)]))
    assert "read.contents" not in {e.rule for e in document.edits}
    assert all(number in document.text.text for number in numbers)
