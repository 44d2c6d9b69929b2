import pytest

from pipeline.digest.build import clause_around
from pipeline.digest.labels import find_mentions, same_label
from pipeline.prepare.quantities import find_quantities
from tests.documents import split


def mentions(text: str) -> list[tuple[str, str, str]]:
    document = find_quantities(split(text))
    return [(m.label, m.quantity.measure.text, m.aspect) for m in find_mentions(document)]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "label", "figure"),
    [
        pytest.param("全省生产总值增长5.6%。", "生产总值", "5.6%", id="growth"),
        pytest.param("共收回事业编制6.8万名。", "事业编制", "6.8万名", id="verb_before"),
        pytest.param("从收回的编制中调剂中小学教师编制2.3万名。", "中小学教师编制", "2.3万名", id="two_verbs"),
        pytest.param("将4.1万个公益类事业单位整合为2.2万个。", "公益类事业单位", "2.2万个", id="change_gives_its_result"),
        pytest.param("网上可办率达到98.6%。", "网上可办率", "98.6%", id="rate"),
        pytest.param("城镇新增就业82.7万人。", "城镇新增就业", "82.7万人", id="name_with_a_verb"),
        pytest.param("计划到2024年底收回事业编制5000名。", "事业编制", "5000名", id="date_before"),
    ],
)  # fmt: skip
def test_what_a_figure_is_called(text: str, label: str, figure: str) -> None:
    assert [(name, value) for name, value, _ in mentions(text)] == [(label, figure)]


def test_a_figure_without_a_name_has_none() -> None:
    assert mentions("增长5%，提高3.2%。") == []


def test_reached_and_aimed_at() -> None:
    found = mentions(
        "某省报告\n一、工作回顾\n粮食产量达到760亿斤。\n二、主要目标\n粮食产量780亿斤。\n"
        "三、其他\n预期目标是：粮食产量790亿斤；新建高标准农田300万亩。\n"
    )
    assert [(label, aspect) for label, _, aspect in found] == [
        ("粮食产量", "result"),
        ("粮食产量", "target"),
        ("粮食产量", "target"),
        ("高标准农田", "target"),
    ]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("城镇就业", "城镇新增就业", True),
        ("生产总值", "地区生产总值", True),
        ("生产总值", "人均生产总值", False),
        ("事业编制", "行政编制", False),
        ("研发投入", "研发投入强度", False),
    ],
)
def test_names_that_mean_one_thing(one: str, other: str, same: bool) -> None:
    assert same_label(one, other) is same
    assert same_label(other, one) is same


def test_a_clause_takes_what_it_depends_on() -> None:
    text = "汽车总产量达162万辆，其中新能源汽车产量超110万辆；出口增长5%。"
    at = text.index("110")
    assert clause_around(text, at, at + 5) == "汽车总产量达162万辆，其中新能源汽车产量超110万辆"
