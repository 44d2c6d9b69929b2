"""A negation lost or invented, in the whole segment or for a single word."""

from __future__ import annotations

import pytest

from pipeline.check import check_segment


def found(source: str, target: str) -> list[str]:
    return [i.severity for i in check_segment(source, target) if i.check == "negation"]


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("不得擅自设立机构。", "Departments may set up agencies freely."),
        ("不能满足群众需求，必须无条件整改。", "It can meet the needs of the public and must be rectified without conditions."),
        ("企业不赞成这项政策，但没有提出异议。", "The enterprises approve of the policy, but raised no objection."),
        ("全年累计发行债券12只。", "A total of 12 bonds have not been issued."),
        ("部门落实政策，不得拖延。", "Departments do not implement the policy and must not delay."),
    ],
)  # fmt: skip
def test_alarm(source: str, target: str) -> None:
    assert found(source, target)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("有些人不同意，但是我们支持。", "Some people disagree, but we support it."),
        (
            "不断完善制度，不仅提高效率。",
            "Systems were steadily improved, and not only was efficiency raised.",
        ),
        ("未来五年实施改革。", "Reform will be carried out over the next five years."),
        ("不支持、不参与违规项目。", "They will never support or take part in projects against the rules."),
        ("农家书屋更新率不低于20%。", "The renewal rate of rural libraries was no less than 20 percent."),
        (
            "尚未解决的问题，由财政部门解决。",
            "Problems not yet solved will be solved by finance departments.",
        ),
    ],
)
def test_no_alarm(source: str, target: str) -> None:
    assert found(source, target) == []
