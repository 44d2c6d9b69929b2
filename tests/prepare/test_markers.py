import pytest

from pipeline.prepare.markers import Marker, confirmed, nesting, parse_marker, parse_number


@pytest.mark.parametrize(
    ("text", "family", "number", "marker"),
    [
        pytest.param("一、总体要求", "cn_dot", 1, "一、", id="cn_dot"),
        pytest.param("二十三、附则", "cn_dot", 23, "二十三、", id="cn_dot_two_digits"),
        pytest.param("(一)强化领导", "cn_paren", 1, "(一)", id="cn_paren_half_width"),
        pytest.param("（十一）明确", "cn_paren", 11, "（十一）", id="cn_paren_full_width"),
        pytest.param("㈢督导", "cn_paren", 3, "㈢", id="cn_paren_one_character"),
        pytest.param("1.遵守法规", "ar_dot", 1, "1.", id="ar_dot"),
        pytest.param("１．遵守法规", "ar_dot", 1, "１．", id="ar_dot_full_width"),
        pytest.param("12、遵守法规", "ar_dot", 12, "12、", id="ar_enumeration_comma"),
        pytest.param("1、2026年工作", "ar_dot", 1, "1、", id="ar_dot_before_a_year"),
        pytest.param("(1)有场所", "ar_paren", 1, "(1)", id="ar_paren_half_width"),
        pytest.param("（2）有场所", "ar_paren", 2, "（2）", id="ar_paren_full_width"),
        pytest.param("3）有场所", "ar_close", 3, "3）", id="ar_close"),
        pytest.param("①半导体", "circled", 1, "①", id="circled"),
        pytest.param("第一章 总则", "章", 1, "第一章", id="chapter"),
        pytest.param("第二节　程序", "节", 2, "第二节", id="division"),
        pytest.param("第一条 为了规范", "条", 1, "第一条", id="article"),
        pytest.param("第三十三条之一　尿液", "条", 33, "第三十三条之一", id="article_inserted"),
        pytest.param("第 33-1 条", "条", 33, "第 33-1 条", id="article_inserted_arabic"),
        pytest.param("壹、前言", "formal", 1, "壹、", id="formal"),
        pytest.param("● 辽宁", "bullet", 0, "●", id="bullet_round"),
        pytest.param("■辽宁", "bullet", 0, "■", id="bullet_square"),
        pytest.param("- 辽宁", "dash", 0, "-", id="dash"),
        pytest.param("1.1 总体情况", "decimal2", 1, "1.1", id="decimal"),
        pytest.param("1.2.1总体要求", "decimal3", 1, "1.2.1", id="decimal_tight"),
        pytest.param("4.2组织机构", "decimal2", 2, "4.2", id="decimal_before_a_word_like_a_unit"),
        pytest.param("3．1．4 一般规定", "decimal3", 4, "3．1．4", id="decimal_full_width"),
        pytest.param("1.1.2.1.3 细则", "decimal5", 3, "1.1.2.1.3", id="decimal_deep"),
        pytest.param("1.1 2018年工作", "decimal2", 1, "1.1", id="decimal_before_a_year"),
        pytest.param("第3.1.4条 承包人应当", "article3", 4, "第3.1.4条", id="article_decimal"),
    ],
)
def test_a_marker_is_read(text: str, family: str, number: int, marker: str) -> None:
    found = parse_marker(text)
    assert found is not None
    assert (found.family, found.ordinal, found.text) == (family, number, marker)


@pytest.mark.parametrize(
    "text",
    [
        "1.5倍的增长",
        "3.2万人受益",
        "2018年10月4日",
        "2018.10.13",
        "2018.10.13 发布",
        "18.10.13起施行",
        "1.2 亿元",
        "4.1个百分点",
        "1.5左右",
        "1.1 2.3 4.5",
        "第3.1.4条规定的情形",
        "192.168.1.1 服务器",
        "第一时间部署",
        "第一季度增长5%",
        "第三十三条之一第一项规定之机关",
        "第一条规定的情形",
        "第二节课上，老师说了很多。",
        "（一）至（三）项规定的事物",
        "一、二级子公司超800家",
        "二、三季度增长",
        "-5℃",
        "一是建立体系",
        "十大工程",
        "",
    ],
)
def test_what_only_looks_like_a_marker(text: str) -> None:
    assert parse_marker(text) is None


@pytest.mark.parametrize(
    ("text", "value"), [("一百零三", 103), ("二十", 20), ("陸", 6), ("Ⅳ", 4), ("丙", 3), ("甲乙", None)]
)
def test_numerals(text: str, value: int | None) -> None:
    assert parse_number(text) == value


def _marks(*pairs: tuple[str, int]) -> list[Marker]:
    return [Marker(family, (number,), "", 0) for family, number in pairs]


def test_nesting_follows_the_text_against_custom() -> None:
    ranks = nesting(_marks(("cn_paren", 1), ("cn_dot", 1), ("cn_dot", 2), ("cn_paren", 2), ("cn_dot", 1)))
    assert ranks["cn_paren"] < ranks["cn_dot"]


def test_nesting_keeps_custom_where_numbering_runs_on() -> None:
    ranks = nesting(_marks(("cn_dot", 1), ("cn_paren", 1), ("cn_dot", 2), ("cn_paren", 2), ("cn_dot", 3)))
    assert ranks["cn_dot"] < ranks["cn_paren"]


def _borne_out(*lines: str) -> list[str]:
    return [mark.text for mark in confirmed([parse_marker(line) for line in lines]) if mark is not None]


def test_numbers_of_two_parts_need_another_of_their_chapter() -> None:
    assert _borne_out("1.1编制目的", "1.2等级划分", "7.3本预案") == ["1.1", "1.2"]
    assert _borne_out("3 预警", "3.1监测") == ["3", "3.1"]
    assert _borne_out("5.1劳动节放假") == []


def test_articles_with_points_are_borne_out_alone() -> None:
    assert _borne_out("第5.2条 乙方应当") == ["第5.2条"]
