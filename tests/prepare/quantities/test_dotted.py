"""Numbers of sections, versions and machines count nothing; decimals and dates with dots do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.check import check_segment
from pipeline.prepare.quantities import en, measures_of, zh
from pipeline.prepare.quantities.codes import carried_over, codes
from pipeline.prepare.quantities.match import compare
from tests.documents import split

SECTIONS = (
    "1.2.1 总体要求", "1.2.1总体要求", "2.1.1国家工作组职责", "3．1．4 一般规定", "5.2.3.1 设置要求", "按照第3.1.4条规定",
    "见1.2.1", "见第3.1.4条、第5.2条", "第5.2款", "第5.2、5.3条", "第5.2至5.4条", "按5.2.3条执行", "本规范4.2节", "参见4.3。",
    "1.2.1、1.2.2和1.2.3", "1.2.1-1.2.3", "见表3.1.4-1", "4.2 组织机构", "4.2组织机构", "7.3本预案由国务院办公厅负责解释。",
    "版本2.1.3", "IP地址192.168.1.1", "子网掩码255.255.255.0",
)  # fmt: skip


@pytest.mark.parametrize("text", SECTIONS)
def test_a_section_counts_nothing(text: str) -> None:
    assert zh.measures(text) == ()
    assert codes(zh.plain(text))


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1.2 亿元", ["120000000"]),
        ("4.1 个百分点", ["4.1"]),
        ("1.5倍", ["1.5"]),
        ("1.5左右", ["1.5"]),
        ("3.2万人", ["32000"]),
        ("人均4.2条", ["4.2"]),
        ("2.5公里", ["2.5"]),
        ("平均4.2", ["4.2"]),
        ("主见5.2%", ["5.2"]),
        ("增长1.2，见1.2.1", ["1.2"]),
        ("第5.2条规定投资5.2亿元", ["520000000"]),
    ],
)
def test_decimals_count(text: str, values: list[str]) -> None:
    assert [str(m.value) for m in zh.measures(text)] == values


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2019.3.1起施行", ["2019-03-01"]),
        ("2019.10.13", ["2019-10-13"]),
        ("自18.10.1至18.12.31", ["2018-10-01", "2018-12-31"]),
        ("98.5.20印发", ["1998-05-20"]),
    ],
)
def test_days_with_dots_are_dates(text: str, days: list[str]) -> None:
    assert [m.date for m in zh.measures(text)] == days


@pytest.mark.parametrize(
    "text", ["See 1.2.1.", "Version 2.1.3", "192.168.1.1", "Table 3.1.4-1", "1.2.1 General requirements"]
)
def test_english_sections_count_nothing(text: str) -> None:
    assert en.measures(text) == ()


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("1.2.1 总体要求", "1.2.1 General requirements"),
        ("4.2 组织机构", "4.2 Organization"),
        ("按照第3.1.4条规定", "in accordance with Article 3.1.4"),
        ("按照第5.2条规定", "in accordance with Article 5.2"),
        ("按照第5.2条规定", "in accordance with Article 5, Paragraph 2"),
        ("见第1.2.1节", "see Section 1.2.1"),
        ("4.2 投资4.2亿元", "4.2 The investment was 420 million yuan"),
        ("第4.2条 涨幅4.2%", "Article 4.2 The increase was 4.2 percent"),
    ],
)
def test_a_section_that_is_kept_raises_nothing(source: str, target: str) -> None:
    assert {p.verdict for p in compare(source, target)} <= {"proven"}
    assert not [i for i in check_segment(source, target) if i.severity == "error"]


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("见1.2.1。", "See 1.2.2."),
        ("按照第3.1.4条规定", "in accordance with Article 3.1.5"),
        ("4.2 组织机构", "4.3 Organization"),
        ("地址192.168.1.1", "Address 192.168.1.10"),
    ],
)
def test_a_section_that_is_changed_is_an_error(source: str, target: str) -> None:
    assert "code" in {i.check for i in check_segment(source, target) if i.severity == "error"}


@pytest.mark.parametrize("target", ["growth of 42 percent", "growth"])
def test_a_decimal_beside_its_section_stays_in_the_ledger(target: str) -> None:
    verdicts = {p.verdict for p in compare("4.2 增速为4.2%", f"4.2 {target}")}
    assert verdicts & {"missing", "magnitude"}


@given(st.lists(st.integers(0, 99), min_size=3, max_size=5))
def test_three_parts_are_never_a_decimal(parts: list[int]) -> None:
    number = ".".join(map(str, parts))
    assert zh.measures(f"见{number}的要求") == ()
    assert codes(f"见{number}的要求") == [number]
    assert carried_over(number, f"see {number}.")
    assert not carried_over(number, f"see {number}1.")


@given(st.text("0123456789.．第条见、万元 组织的-", max_size=20))
def test_any_text_is_read(text: str) -> None:
    measures = zh.measures(text)
    assert all(text[m.start : m.end] == m.text for m in measures)
    assert all(carried_over(code, zh.plain(text)) for code in codes(zh.plain(text)))


def test_the_numbering_of_a_segment_counts_nothing() -> None:
    document = split("4 要求\n4.1组织机构\n4.1.1 不少于3人。\n4.2大事记2.5万字")
    found = {s.text: [str(m.value) for m in measures_of(s)] for s in document.segments}
    assert found == {
        "4 要求": [],
        "4.1组织机构": [],
        "4.1.1 不少于3人。": ["3"],
        "4.2大事记2.5万字": ["25000"],
    }
