"""Values in English words."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.prepare.quantities import zh
from pipeline.prepare.quantities.match import compare
from pipeline.prepare.quantities.units import BY_ZH, CLASSIFIERS
from pipeline.prepare.quantities.words import in_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("51个", "51"), ("2000多家", "over 2,000"), ("近3000名", "nearly 3,000"), ("65万人", "650,000 people"), ("1人", "1 person"),
        ("3.2亿元", "320,000,000 yuan"), ("12.5亿美元", "1,250,000,000 USD"), ("23%", "23%"), ("1.2个百分点", "1.2 percentage points"),
        ("三年", "3 years"), ("1年", "1 year"), ("3—5年", "3–5 years"), ("500亩", "500 mu"), ("零下5℃", "-5 °C"),
        ("10月13日", "October 13"), ("27日", "27th"), ("2018年10月4日", "2018-10-04"), ("2018年上半年", "2018 H1"),
        ("第三季度", "Q3"), ("20世纪80年代", "1980s"), ("21世纪", "21st century"), ("2015—2020年", "2015–2020"),
        ("第三十三条", "Article 33"), ("第十九届", "19th"), ("国办发〔2019〕4号", "[2019] No. 4"), ("下午3点半", "15:30"),
        ("三分之二", "2/3"), ("1:3", "1:3"), ("9.1:43.5:47.4", "9.1:43.5:47.4"), ("3倍", "3 times"), ("增长3倍", "3 times more"),
    ],
)  # fmt: skip
def test_a_value_in_words(text: str, words: str) -> None:
    (measure,) = zh.measures(text)
    assert in_words(measure) == words


def test_nothing_is_a_dash() -> None:
    assert in_words(None) == "—"


@pytest.mark.parametrize("unit", sorted({*BY_ZH, *CLASSIFIERS}))
def test_no_unit_leaves_chinese_in_english(unit: str) -> None:
    for measure in zh.measures(f"共有25{unit}。"):
        assert not re.search("[\u3400-\u9fff]", in_words(measure))


@given(
    st.decimals(min_value=2, max_value=10**9, places=2, allow_nan=False),
    st.sampled_from(["个", "人", "元", "亩", "公里", "吨", "%", "个百分点", "年", "户"]),
    st.sampled_from(["", "约", "近", "超过", "不足", "至少"]),
)
def test_words_prove_their_figure(value: object, unit: str, before: str) -> None:
    text = f"{before}{value}{unit}"
    (measure,) = zh.measures(text)
    assert [p.verdict for p in compare(text, in_words(measure))] == ["proven"]
