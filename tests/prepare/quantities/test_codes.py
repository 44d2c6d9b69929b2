"""Codes count nothing; what looks like one and counts does."""

from __future__ import annotations

import pytest

from pipeline.prepare.quantities import zh
from pipeline.prepare.quantities.codes import carried_over, codes


@pytest.mark.parametrize(
    "code",
    ["000014349/2021-00125", "010-66050000", "210102199001011234", "13800138000", "978-7-01-012345-6", "91210000MA0QXF1234"],
)  # fmt: skip
def test_a_code_is_carried_over_and_counts_nothing(code: str) -> None:
    text = f"编号{code}，请查收"
    assert codes(text) == [code]
    assert zh.measures(text) == ()
    assert carried_over(code, f"No. {code}")
    assert not carried_over(code, f"No. {code[:-3]}")


@pytest.mark.parametrize("label", ["电话", "邮编：", "热线 ", "账号: "])
def test_a_label_tells_a_code(label: str) -> None:
    assert codes(f"{label}12345") == ["12345"]


@pytest.mark.parametrize(
    "text", ["共12345人", "投资13800138000元", "2015-2020年", "2021-12", "从1998-99赛季起", "0.05"]
)
def test_figures_are_no_codes(text: str) -> None:
    assert codes(text) == []
