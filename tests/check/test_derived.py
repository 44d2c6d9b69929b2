"""Claims that follow from a text's own figures."""

from __future__ import annotations

import pytest

from pipeline.check.derived import Claim, claims
from pipeline.prepare.quantities import zh


def claims_of_text(text: str) -> tuple[Claim, ...]:
    return claims(text, zh.measures(text))


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("省直659个整合为65个，精简比例超过90%。", True),
        ("省直659个整合为65个，精简比例超过95%。", False),
        ("办理环节由218个压减到71个，压减了147个。", True),
        ("办理环节由218个压减到71个，压减了157个。", False),
        ("机构由40个增加到60个，增长50%。", True),
        ("机构由40个增加到60个，增长60%。", False),
        ("产量由210万吨扩大到630万吨，增长2倍。", True),
        ("覆盖率由55%提升至92%，提高37个百分点。", True),
        ("覆盖率由55%提升至92%，提高27个百分点。", False),
        ("年运行成本由2.36亿元降至1.71亿元，节约27.5%。", True),
        ("共有事业单位200个，其中省直50个，占25%。", True),
        ("共有事业单位200个，其中省直50个，占35%。", False),
        ("审批时间由16个工作日缩短到3个工作日，缩短81%。", True),
    ],
)
def test_claims_are_recomputed(text: str, holds: bool) -> None:
    assert [claim.holds for claim in claims_of_text(text)] == [holds]


@pytest.mark.parametrize(
    "text",
    [
        "机构由296个减至143个，编制由9,870名减至7,450名。",
        "完成年度计划的112%，失业率控制在3.6%以内。",
        "可再生能源占电力装机比重由47.6%提升至73.4%。",
        "深入39个县、59个乡镇，覆盖率达到90%。",
        "2018年为65个，2019年增长10%。",
    ],
)
def test_figures_that_decide_nothing_are_left_alone(text: str) -> None:
    assert claims_of_text(text) == ()
