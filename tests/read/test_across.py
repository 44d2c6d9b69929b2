"""Tables over the end of a page: one table again, its heading left out once, broken cells joined."""

import pytest

from pipeline.read.extraction import Extraction, assemble
from pipeline.read.layout import Fragment, Page, joined_cells, lay_out

XS = (50.0, 90.0, 180.0, 300.0)
EM = 10.0


def page(number: int, rows: list[list[str]], xs: tuple[float, ...] = XS) -> Page:
    """A page with one ruled table; each text of a cell may have several lines, one below the other."""
    fragments, across, y = [], [700.0 - 14 * sum(_height(row) for row in rows)], 0.0
    y = across[0]
    for row in rows:
        for column, cell in enumerate(row):
            for n, text in enumerate(cell.split("\n") if cell else []):
                top = y + 2 + 14 * n
                x0 = xs[column] + 4
                fragments.append(Fragment(text, x0, top, x0 + EM * len(text), top + EM, EM))
        y += 14 * _height(row)
        across.append(y)
    rules = tuple((at, xs[0], xs[-1]) for at in across)
    return Page(number, 400, 800, tuple(fragments), rules, tuple((x, across[0], across[-1]) for x in xs))


def _height(row: list[str]) -> int:
    return max(cell.count("\n") + 1 for cell in row)


def cells(*pages: Page) -> dict[tuple[int, int, int], str]:
    found = {}
    for piece in lay_out(pages):
        place = dict(piece.place)
        if piece.kind == "cell":
            key = (int(place["table"]), int(place["row"]), int(place["column"]))
            assert key not in found
            found[key] = piece.kept
    return found


HEAD = ["序号", "项目", "内容"]


def test_rows_are_numbered_on_and_the_heading_is_left_out_once():
    pages = (page(1, [HEAD, ["一", "甲", "修路"]]), page(2, [HEAD, ["二", "乙", "架桥"]]))
    assert cells(*pages) == {
        (1, 1, 1): "序号", (1, 1, 2): "项目", (1, 1, 3): "内容",
        (1, 2, 1): "一", (1, 2, 2): "甲", (1, 2, 3): "修路",
        (1, 3, 1): "二", (1, 3, 2): "乙", (1, 3, 3): "架桥",
    }  # fmt: skip
    document = assemble(Extraction(tuple(lay_out(pages))), b"", "a.pdf")
    assert document.original.count("序号") == 2
    assert [e.before.strip() for e in document.edits if e.rule == "read.table_header"] == ["序号\n项目\n内容"]
    assert "read.left_out.table_header" in {i.check for i in document.issues}


def test_a_broken_cell_is_joined_and_told():
    pages = (
        page(1, [HEAD, ["一", "甲", "各市人民政府要切实做好"]]),
        page(2, [HEAD, ["", "", "征地拆迁工作"], ["二", "乙", "架桥"]]),
    )
    found = cells(*pages)
    assert found[1, 2, 3] == "各市人民政府要切实做好征地拆迁工作"
    assert found[1, 3, 1] == "二"
    told = [(f.check, f.piece) for f in joined_cells(lay_out(pages))]
    assert [check for check, _ in told] == ["joined_cell"]
    assert dict(lay_out(pages)[told[0][1]].place)["to_page"] == "2"


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("重点项目", "一般项目"),
        ("各市人民政府要切实做好。", "各县也要做好"),
        ("12345678901", "000"),
        ("各市人民政府要切实做好", "二、另一件事"),
    ],
    ids=["short_line", "sentence_ended", "figures", "marker"],
)
def test_a_cell_of_its_own_is_not_joined(above, below):
    """Under a merged first cell the next row looks much like the rest of a broken one."""
    found = cells(page(1, [HEAD, ["一", "甲", above]]), page(2, [["", "", below], ["二", "乙", "架桥"]]))
    assert found[1, 2, 3] == above
    assert found[1, 3, 3] == below


def test_tables_of_other_columns_stay_apart():
    other = (50.0, 150.0, 200.0, 300.0)
    found = cells(page(1, [HEAD, ["一", "甲", "修路"]]), page(2, [HEAD, ["二", "乙", "架桥"]], other))
    assert {key[0] for key in found} == {1, 2}


def test_three_pages_make_one_table():
    rows = [["一", "甲", "修路"], ["二", "乙", "架桥"], ["三", "丙", "挖河"]]
    found = cells(*(page(n, [HEAD, row]) for n, row in enumerate(rows, 1)))
    assert [found[1, n, 3] for n in range(1, 5)] == ["内容", "修路", "架桥", "挖河"]


def test_a_page_that_holds_only_the_rest():
    found = cells(
        page(1, [["一", "甲", "各市人民政府要切实做好"]]),
        page(2, [["", "", "征地拆迁工作并且还要做好"]]),
        page(3, [["", "", "另外的工作"], ["二", "乙", "架桥"]]),
    )
    assert found[1, 1, 3] == "各市人民政府要切实做好征地拆迁工作并且还要做好另外的工作"
    assert found[1, 2, 1] == "二"
