from __future__ import annotations

import pytest

from pipeline.document import BriefLine
from pipeline.summarise.repetition import Repetition

TOLD = "跨部门整合共性单位。将分散在各部门的职责相同的事业单位进行整合。"


def line(zh: str) -> BriefLine:
    return BriefLine(zh=zh, en="", segments=("s1",))


@pytest.mark.parametrize(
    ("zh", "lead", "repeated"),
    [
        ("综合设置部门单位。除跨部门整合共性单位外，对业务关联性强的进行归并。", "综合设置部门单位。", True),
        ("将分散在各部门的职责相同的事业单位整合。", "", True),
        ("将分散在各部门的职责相同的事业单位整合为65个。", "", False),
        ("加强舆论引导，妥善安排涉改干部职工。", "", False),
    ],
    ids=["names_the_subject_of_another", "says_the_same", "has_a_new_figure", "says_something_else"],
)
def test_what_was_said_is_known(zh: str, lead: str, repeated: bool) -> None:
    repetition = Repetition([TOLD, zh, "优化营商环境。", "保障改善民生。"])
    repetition.tell(line(TOLD), "跨部门整合共性单位。")
    assert repetition.repeats(line(zh), lead) is repeated


def test_of_nothing_told_nothing_is_repeated() -> None:
    assert not Repetition([]).repeats(line(TOLD))
