import pytest

from pipeline.summarise.headline import MAX_HEADLINE, Headliner


@pytest.mark.parametrize(
    ("text", "headline"),
    [
        pytest.param(
            "国务院总理李某某14日在京会见某国总统莱某。", "李某某会见某国总统莱某", id="date_place_office"
        ),
        pytest.param(
            "据央视报道，全国铁路今天预计发送旅客八百万人次。",
            "全国铁路预计发送旅客八百万人次",
            id="reporter",
        ),
        pytest.param("改革已经完成。", "改革已经完成", id="short"),
    ],
)
def test_what_a_headline_leaves_out(text: str, headline: str) -> None:
    assert Headliner([text]).shorten(text) == headline


def test_what_is_not_cut() -> None:
    text = "俄罗斯国防部称，乌军在当天对边境地区的民用设施进行了密集的炮击。"
    assert Headliner([text]).shorten(text).startswith("俄罗斯国防部称")


def test_a_headline_is_what_the_text_comes_back_to() -> None:
    texts = [
        "就业是最基本的民生。",
        "天津市今年将新增城镇就业岗位二十八万个以上。",
        "新增城镇就业岗位主要来自服务业。",
        "城镇就业岗位还将来自制造业。",
    ]
    found = Headliner(texts).best(range(4))
    assert found is not None
    assert found.index == 1


def test_a_headline_is_short() -> None:
    text = "推动改革进一步落实落细，" * 20 + "结束。"
    assert len(Headliner([text]).shorten(text)) <= MAX_HEADLINE
