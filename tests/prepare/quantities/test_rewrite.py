"""Numbers written for a model to copy."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.prepare.quantities.numerals import exact
from pipeline.prepare.quantities.rewrite import english_figure, rewrite, rewrite_numbers
from pipeline.prepare.quantities.zh import measures


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2.7万个单位", "27,000个单位"),
        ("3.68万亿元", "3.68 trillion元"),
        ("3.2亿人", "320 million人"),
        ("二十三万五千人", "235,000人"),
        ("两千名", "2,000名"),
        ("15万余名", "150,000余名"),
        ("10多万人", "100,000多人"),
        ("1.5万多家", "15,000多家"),
        ("3—5万人", "30,000—50,000人"),
        ("3万—5万元", "30,000—50,000元"),
        ("1亿3000万人", "130 million人"),
        ("760亿斤", "76 billion斤"),
        ("120亿千瓦时", "12 billion千瓦时"),
        ("123.4567万", "1,234,567"),
        ("百分之三点五", "3.5%"),
        ("突破百亿元", "突破10 billion元"),
        ("近千亿、过五百亿", "近100 billion、过50 billion"),
        ("跨上万亿元台阶", "跨上1 trillion元台阶"),
        ("2家千亿级、24家百亿级企业", "2家100 billion级、24家10 billion级企业"),
        ("三千亿级产业", "300 billion级产业"),
    ],
)
def test_large_numbers_are_written_out(text: str, expected: str) -> None:
    assert rewrite_numbers(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "2018年10月4日", "第一万二千号", "十九大", "统一领导", "三个月", "12345人", "1,234人", "上千亿元", "数百亿元", "亿万人民", "千万不要", "百万亩", "数千万元", "几万人", "三分之二",
        "2.5千米", "“三定”规定", "万家灯火", "一把手", "S-400", "十四五", "2000多个", "二〇二三年", "国办发〔2019〕4号",
    ],
)  # fmt: skip
def test_the_rest_stays_as_it_is(text: str) -> None:
    assert rewrite_numbers(text) == text


def test_changes_lead_from_the_text_to_the_result() -> None:
    text = "将2.7万个单位整合为2000多个，投入3.68万亿元。"
    done = rewrite(text)
    rebuilt = text
    for change in reversed(done.changes):
        rebuilt = rebuilt[: change.start] + change.after + rebuilt[change.end :]
    assert rebuilt == done.text
    assert len(done.changes) == 2


@given(
    st.decimals(1000, 10**13, places=2).map(exact),
    st.sampled_from([("万", 10**4), ("亿", 10**8), ("万亿", 10**12)]),
)
def test_the_value_is_kept(value: Decimal, scale: tuple[str, int]) -> None:
    (before,) = measures(f"共{exact(value / scale[1]):f}{scale[0]}个")
    assert before.value == value
    assert english_figure(value) in rewrite_numbers(f"共{exact(value / scale[1]):f}{scale[0]}个")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        pytest.param("中华民国一百年四月二十九日修正，自一百年七月一日施行。", "2011年4月29日修正，自2011年7月1日施行。", id="law"),
        pytest.param("民国87年6月设立", "1998年6月设立", id="figures"),
        pytest.param("民国三十八年至民国六十年", "1949年至1971年", id="from to"),
        pytest.param("民国一百零七年度预算", "2018年度预算", id="fiscal year"),
        pytest.param("垂直方向五‧五公尺内", "垂直方向5.5公尺内", id="decimal with a middle dot"),
        pytest.param("二〇一九年三月底", "二〇一九年三月底", id="common era"),
        pytest.param("18年5月", "18年5月", id="short"),
        pytest.param("十九年来", "十九年来", id="length of time"),
    ],
)  # fmt: skip
def test_years_of_the_republic(text: str, written: str) -> None:
    assert rewrite_numbers(text) == written
