import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.summarise.cuts import is_subsequence, parallel_cuts, shorten


@pytest.mark.parametrize(
    ("text", "left"),
    [
        pytest.param(
            "为进一步优化营商环境，全省取消行政许可事项31项。", "全省取消行政许可事项31项。", id="aim"
        ),
        pytest.param(
            "根据工作需要，在重点领域组建了一批支持保障单位。",
            "在重点领域组建了一批支持保障单位。",
            id="basis",
        ),
        pytest.param(
            "省委编办认真贯彻落实党中央决策部署，统筹推进机构改革和编制管理各项工作。",
            "省委编办统筹推进机构改革和编制管理各项工作。",
            id="ritual_keeps_its_subject",
        ),
        pytest.param(
            "深入6个市、39个县（市、区）进行实地调研，形成6个改革指导意见，为推进改革工作提供了重要依据。",
            "深入6个市、39个县（市、区）进行实地调研，形成6个改革指导意见。",
            id="praise",
        ),
        pytest.param(
            "全面推行重大执法决定法制审核制度（以下简称“审核制度”），覆盖全部机关。",
            "全面推行重大执法决定法制审核制度，覆盖全部机关。",
            id="aside",
        ),
    ],
)
def test_what_is_cut(text: str, left: str) -> None:
    assert shorten(text) == left


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("为企业减税降费446亿元，金融减费让利269亿元。", id="a_figure"),
        pytest.param("在紧急情况下，可以先行采取措施再补办手续。", id="condition"),
        pytest.param("除学校、医院外，全部事业单位的空余编制由省级收回。", id="exception"),
        pytest.param("根据未经批准的方案，有关单位设立了三个内设机构。", id="negation"),
        pytest.param("将2000多个事业单位（不含行政执法机构）承担的1万多项职能划归机关。", id="aside_that_excludes"),
        pytest.param("以需求与供给、消费与投资的相互促进和相互支撑为重点方向和主要抓手，进一步挖掘潜力。", id="predicate"),
        pytest.param("通过整合，完成改革。", id="too_little_left"),
        pytest.param("应当在执法决定作出之日起公开相关信息，接受社会监督，但法律、行政法规另有规定的除外。", id="but"),
        pytest.param("为了保障公民的结社自由，维护社会团体的合法权益，制定本条例。", id="one_more_purpose"),
    ],
)  # fmt: skip
def test_what_is_not_cut(text: str) -> None:
    assert shorten(text) == text


_CLAUSES = st.lists(
    st.sampled_from(
        ["为了推进改革", "根据要求", "省委认真贯彻中央精神", "组建市场监管队伍13支", "不得擅自设立机构", "同时",
         "确保标准统一", "形成指导意见", "提升了服务能力", "（以下简称办法）", "全省收回编制5万名"]
    ),
    min_size=1, max_size=7,
).map(lambda clauses: "，".join(clauses) + "。")  # fmt: skip


@settings(deadline=None)
@given(st.one_of(_CLAUSES, st.text(max_size=80)))
def test_what_is_left_stands_in_the_text(text: str) -> None:
    left = shorten(text)
    assert is_subsequence(left, text)
    assert shorten(left) == left or len(shorten(left)) < len(left)
    assert [c for c in left if c.isdigit()] == [c for c in text if c.isdigit()]
    assert ("不" in left) == ("不" in text)


def test_the_same_cut_in_english() -> None:
    whole = "为进一步优化营商环境，全省取消行政许可事项31项。"
    target = "To further improve the business environment, the province abolished 31 administrative licensing items."
    found = list(parallel_cuts(target, whole, shorten(whole)))
    assert found[0] == "The province abolished 31 administrative licensing items."


def test_english_that_begins_otherwise_is_not_cut() -> None:
    whole = "为进一步优化营商环境，全省取消行政许可事项31项。"
    target = "The province abolished 31 licensing items, so that the business environment improved."
    assert list(parallel_cuts(target, whole, shorten(whole))) == []
