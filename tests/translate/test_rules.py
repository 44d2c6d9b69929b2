"""Rules that need no model: exact where they speak, silent elsewhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.translate.rules import (
    ascii_punctuation,
    capitalised,
    document_number,
    exact_terms,
    full_date,
    has_chinese,
    marker_target,
    numeral,
    ordinal_figure,
    ordinal_word,
    roman,
    rule_target,
    titled,
    uncapitalised,
    with_marker,
)


@pytest.mark.parametrize(
    ("marker", "target"),
    [
        ("一、", "I."), ("十四、", "XIV."), ("(一)", "(1)"), ("（十二）", "(12)"), ("1.", "1."),
        ("3、", "3."), ("(2)", "(2)"), ("（3）", "(3)"), ("①", "(1)"), ("⑫", "(12)"),
        ("第一条", "Article 1"), ("2)", "(2)"),
        ("第二十三条", "Article 23"), ("第三十三条之一", "Article 33-1"), ("第一章", "Chapter 1"),
        ("第三节", "Section 3"), ("第一部分", "Part 1"), ("一是", "First,"), ("十二是", "Twelfth,"),
        ("二要", "Second,"), ("一靠", "First,"), ("第一，", "First,"), ("第三", "Third,"),
        ("其二", "Second,"),
        ("首先", "First,"), ("其次，", "Second,"), ("最后", "Finally,"), ("附件：", "Annex:"),
        ("附件2", "Annex 2"),
        ("1.2.1", "1.2.1"), ("3．1．4", "3.1.4"), ("第3.1.4条", "Article 3.1.4"), ("第5.2款", "Paragraph 5.2"),
        ("●", "•"), ("——", "—"),
    ],
)  # fmt: skip
def test_markers_have_one_english_form(marker: str, target: str) -> None:
    assert marker_target(marker) == target


@pytest.mark.parametrize("marker", ["", "甲、", "关于", "第一线", "三个", "一切"])
def test_unknown_markers_are_left_alone(marker: str) -> None:
    assert marker_target(marker) is None


@given(st.integers(1, 99))
def test_chinese_and_arabic_markers_agree(n: int) -> None:
    chinese = _chinese(n)
    assert numeral(chinese) == n
    assert marker_target(f"({chinese})") == marker_target(f"({n})") == f"({n})"
    assert marker_target(f"第{chinese}条") == f"Article {n}"
    assert marker_target(f"{chinese}是") == f"{ordinal_word(n).capitalize()},"


@given(st.integers(1, 3999))
def test_roman_numerals_read_back(n: int) -> None:
    values = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
    digits = [values[c] for c in roman(n)]
    total = sum(-v if v < after else v for v, after in zip(digits, [*digits[1:], 0], strict=True))
    assert total == n


@pytest.mark.parametrize(
    ("n", "figure"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (11, "11th"), (12, "12th"), (21, "21st"), (113, "113th")],
)
def test_ordinal_figures(n: int, figure: str) -> None:
    assert ordinal_figure(n) == figure


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("国办发〔2019〕4号", "Guo Ban Fa [2019] No. 4"),
        ("国发[1986]97号", "Guo Fa [1986] No. 97"),
        ("辽政发（2020）第12号", "Liao Zheng Fa [2020] No. 12"),
    ],
)
def test_document_numbers(text: str, target: str) -> None:
    assert document_number(text) == target
    assert rule_target(text, kind="sentence", term={}.get) == target
    assert rule_target(f"（{text}）", kind="sentence", term={}.get) == f"({target})"


@pytest.mark.parametrize(
    "text", ["根据国办发〔2019〕4号", "国办发〔2019〕4号文件", "〔2019〕4号", "国办发〔19〕4号"]
)
def test_more_or_less_than_a_document_number_is_none(text: str) -> None:
    assert document_number(text) is None


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("2018年10月4日", "October 4, 2018"), ("二〇一八年十月四日", "October 4, 2018"),
        ("2019年2月", "February 2019"),
        ("二零二三年十二月三十一日", "December 31, 2023"), ("2020年", "2020"), ("2018年13月1日", None),
        ("2018年10月4日上午", None), ("10月4日", None),
    ],
)  # fmt: skip
def test_dates(text: str, target: str | None) -> None:
    assert full_date(text) == target


@pytest.mark.parametrize(
    ("text", "kind", "target"),
    [
        ("公安厅", "heading", "Department of Public Security"),
        ("公安厅", "sentence", "Department of Public Security"),
        ("公安厅：", "sentence", "Department of public security:"),
        ("公安厅。", "sentence", "Department of public security."),
        ("1,234.5", "table", "1,234.5"),
        ("GDP（%）", "table", "GDP (%)"),
        ("——", "sentence", "——"),
        ("公安厅改革", "heading", None),
    ],
)
def test_whole_segments(text: str, kind: str, target: str | None) -> None:
    terms = {"公安厅": "department of public security"}
    assert rule_target(text, kind=kind, term=terms.get) == target  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("marker", "body", "source", "target"),
    [
        ("一是", "Establish a system.", "建立制度。", "First, establish a system."),
        (
            "二是",
            "Liaoning established a system.",
            "辽宁建立制度。",
            "Second, Liaoning established a system.",
        ),
        ("三是", "GDP grew.", "生产总值增长。", "Third, GDP grew."),
        ("四是", "Vice Premier Li spoke.", "李副总理讲话。", "Fourth, Vice Premier Li spoke."),
        ("五是", "China's economy grew.", "中国经济增长。", "Fifth, China's economy grew."),
        ("六是", "The county took part.", "县里参加。", "Sixth, the county took part."),
        (
            "七是",
            "On November 24, a meeting was held.",
            "11月24日召开会议。",
            "Seventh, on November 24, a meeting was held.",
        ),
        (
            "八是",
            "The Ministry of Justice agreed.",
            "司法部同意。",
            "Eighth, the Ministry of Justice agreed.",
        ),
        (
            "九是",
            "Cross-departmental work began.",
            "跨部门工作开始。",
            "Ninth, cross-departmental work began.",
        ),
        ("一、", "review of work", "工作回顾", "I. Review of work"),
        ("(二)", "Early preparation", "提前准备", "(2) Early preparation"),
        ("第三条", "These rules apply.", "适用本规则。", "Article 3 These rules apply."),
        ("", "Text.", "文。", "Text."),
        ("一是", "", "", "First"),
    ],
)
def test_marker_and_body_make_one_sentence(marker: str, body: str, source: str, target: str) -> None:
    assert with_marker(marker, body, source=source) == target


def test_a_word_that_only_looks_like_pinyin_is_lowered() -> None:
    assert uncapitalised("Manage the fund.", "管理资金。") == "manage the fund."
    assert uncapitalised("Change the rules.", "改变规则。") == "change the rules."


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("深入贯彻党的十九大和十九届二中、三中全会精神", [
            ("党的十九大", "19th CPC National Congress"),
            ("十九届二中、三中全会", "second and third plenary sessions of the 19th CPC Central Committee"),
        ]),
        ("党的二十大和二十届历次全会精神", [
            ("党的二十大", "20th CPC National Congress"),
            ("二十届历次全会", "plenary sessions of the 20th CPC Central Committee"),
        ]),
        ("“十四五”时期", [("“十四五”时期", "14th Five-Year Plan period")]),
        ("“十五五”规划", [("“十五五”规划", "15th Five-Year Plan")]),
        ("省第十四届人民代表大会第四次会议", [
            ("第十四届人民代表大会第四次会议", "fourth session of the 14th People's Congress"),
        ]),
        ("按照国发〔1986〕97号执行", [("国发〔1986〕97号", "Guo Fa [1986] No. 97")]),
        ("第四条第一款第二项", [("第四条第一款第二项", "Article 4, Paragraph 1, Item 2")]),
        ("第三十三条之一第三项第二款", [
            ("第三十三条之一第三项第二款", "Article 33-1, Paragraph 3, Subparagraph 2"),
        ]),
        ("第六条规定", []),
        ("十大类商品，三大任务", []),
    ],
)  # fmt: skip
def test_terms_made_by_rules(text: str, terms: list[tuple[str, str]]) -> None:
    hits = exact_terms(text)
    assert [(hit.zh, hit.en) for hit in hits] == terms
    assert all(text[hit.start : hit.end] == hit.zh for hit in hits)


def test_articles_of_taiwan_divide_otherwise() -> None:
    (hit,) = exact_terms("第三十八条第四项", taiwan=True)
    assert hit.en == "Article 38, Paragraph 4"
    (hit,) = exact_terms("第三十八条第四项")
    assert hit.en == "Article 38, Item 4"


@given(st.text())
def test_text_without_chinese_keeps_its_letters_and_digits(text: str) -> None:
    if has_chinese(text):
        return
    target = rule_target(text, kind="sentence", term={}.get)
    assert target is not None
    assert [c for c in target if c.isalnum()] == [c for c in text if c.isalnum()]


@given(st.text(alphabet="abc，。；：（）《》“”、 1", max_size=40))
def test_punctuation_is_mended_once(text: str) -> None:
    once = ascii_punctuation(text)
    assert ascii_punctuation(once) == once


@given(st.text(max_size=60))
def test_capitals_are_set_once(text: str) -> None:
    assert capitalised(capitalised(text)) == capitalised(text)
    assert titled(titled(text)) == titled(text)


def _chinese(n: int) -> str:
    tens, units = divmod(n, 10)
    digit = "零一二三四五六七八九"
    if n < 10:
        return digit[n]
    return ("" if tens == 1 else digit[tens]) + "十" + (digit[units] if units else "")


@pytest.mark.parametrize(
    ("kind", "target"),
    [pytest.param("heading", "V. Progress", id="heading"), pytest.param("item", "5. Progress", id="item")],
)
def test_marker_of_headings_and_of_items(kind, target):
    assert with_marker("五、", "progress", kind=kind) == target


def test_other_markers_are_the_same_in_lists():
    assert with_marker("（五）", "progress", kind="item") == "(5) Progress"
    assert with_marker("五是", "progress", kind="item") == "Fifth, progress"


def test_mu_stays_mu():
    assert [(hit.zh, hit.en) for hit in exact_terms("完成营造林3195万亩，亩产500公斤。")] == [("亩", "mu")]


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("51个", "51"), ("2.7万个", "27,000"), ("近3000名", "nearly 3,000"), ("65万人", "650,000 people"),
        ("3.2亿元", "320 million yuan"), ("百分之三点五", "3.5%"), ("三年", "3 years"), ("1年", "1 year"),
        ("3—5年", "3–5 years"), ("5亿元以上", "at least 500 million yuan"), ("25国", "25 countries"),
        ("（15个）", "(15)"), ("三级", None), ("51个单位", None), ("27日", None), ("增长3倍", None),
    ],
)  # fmt: skip
def test_a_cell_that_is_a_figure_needs_no_model(text: str, target: str | None) -> None:
    assert rule_target(text, kind="table", term=lambda _: None) == target
    assert target is None or rule_target(text, kind="sentence", term=lambda _: None) is None


def test_an_article_with_points_is_a_reference() -> None:
    (hit,) = exact_terms("按照第3.1.4条的规定执行")
    assert (hit.zh, hit.en, hit.glossary) == ("第3.1.4条", "Article 3.1.4", "reference")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("政府要按照国办发〔1993〕71号文件精神", "Guo Ban Fa [1993] No. 71"),
        ("国务院办公厅转发国办发〔1993〕71号", "Guo Ban Fa [1993] No. 71"),
        ("省政府辽政发〔2019〕3号文件", "Liao Zheng Fa [2019] No. 3"),
        ("符合合政发〔2019〕4号", "He Zheng Fa [2019] No. 4"),
        ("按发改能源规〔2020〕5号办理", "Fa Gai Neng Yuan Gui [2020] No. 5"),
    ],
)
def test_the_words_before_a_document_number_are_no_part_of_it(text: str, code: str) -> None:
    assert [hit.en for hit in exact_terms(text)] == [code]


@pytest.mark.parametrize("text", ["人民政府令（2019）第3号", "发〔2019〕3号"])
def test_one_character_is_no_code_of_an_organ(text: str) -> None:
    assert exact_terms(text) == ()


def test_an_event_named_by_year_and_month_is_told_by_its_date() -> None:
    assert [hit.en for hit in exact_terms("海河“23·7”流域性特大洪水")] == ["July 2023"]
    assert exact_terms("“5·12”汶川特大地震") == ()  # a day in May
    assert exact_terms("平均成绩“99.1”") == ()
