"""A clause that was left out, told by its words and by the length."""

from __future__ import annotations

import pytest

from pipeline.check import check_segment
from pipeline.check.omission import usual_expansion

SOURCE = "坚决压减一般性支出，严格控制新增编制，规范设置内设机构，切实提高服务效率。"
PARTS = (
    "General expenditures were resolutely cut,",
    " new staffing was strictly controlled,",
    " internal bodies were set up in a standard way,",
    " and services became more efficient.",
)


def omitted(target: str, kind: str = "sentence") -> list[str]:
    return [i.message for i in check_segment(SOURCE, target, kind=kind) if i.check == "omission"]  # type: ignore[arg-type]


def test_the_whole_sentence_is_let_pass() -> None:
    assert omitted("".join(PARTS)) == []


@pytest.mark.parametrize(("lost", "named"), [((0, 1), "压减"), ((1, 2), "编制")])
def test_two_lost_clauses_are_named(lost: tuple[int, ...], named: str) -> None:
    [message] = omitted("".join(part for n, part in enumerate(PARTS) if n not in lost))
    assert named in message


def test_headings_and_cells_are_no_sentences() -> None:
    assert omitted(PARTS[0], "heading") == omitted(PARTS[0], "table") == []


def test_the_document_tells_its_own_length() -> None:
    assert usual_expansion([("改革" * 12, "r" * 120)] * 20) == 5.0
    assert usual_expansion([("改革" * 12, "r" * 120)] * 19) is None
