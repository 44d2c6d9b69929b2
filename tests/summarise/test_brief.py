from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.config import BriefConfig
from pipeline.document import Brief, BriefLine, Document
from pipeline.prepare.quantities import find_quantities
from pipeline.prepare.sections import find_sections
from pipeline.prepare.sentences import split_sentences
from pipeline.summarise import summarise
from pipeline.summarise.statements import find_statements
from pipeline.summarise.support import line_faults
from tests.documents import seed_document, split
from tests.growth import growth

CONFIG = BriefConfig()
_WORDS = (
    "森林草地湿地耕地园地公园绿地广场苗圃果园茶园桑园牧场渔场盐场林场农场菜地花圃稻田麦田棉田药田竹林"
    "河道湖泊水库池塘海滩码头"
)
WORDS = tuple(_WORDS[i : i + 2] for i in range(0, len(_WORDS), 2))


def brief_of(document: Document, config: BriefConfig = CONFIG) -> Brief:
    brief = summarise(document, config=config).brief
    assert brief is not None
    return brief


def seed() -> Document:
    return find_quantities(split_sentences(find_sections(seed_document())))


def lines_of(brief: Brief) -> tuple[BriefLine, ...]:
    return (brief.headline, *brief.abstract, *brief.points)


def translated(document: Document) -> Document:
    """Every segment with a target that names it, enumerators rendered as the rules render them."""
    ordinals = {"一是": "First, ", "二是": "Second, ", "三是": "Third, ", "四是": "Fourth, "}
    segments = tuple(
        replace(s, target=f"{ordinals.get(s.marker, '')}target of {s.id}.") for s in document.segments
    )
    return replace(document, segments=segments)


def assert_sound(document: Document, brief: Brief) -> None:
    """Every line is proved, none is repeated, and points stand in the order of the text."""
    places = {segment.id: i for i, segment in enumerate(document.segments)}
    lines = lines_of(brief)
    assert all(line.segments and set(line.segments) <= places.keys() for line in lines)
    assert len({line.zh for line in lines}) == len(lines)
    assert all(line.zh.strip() for line in lines)
    assert set(brief.sections) <= {section.id for section in document.sections}
    assert set(brief.figures) <= {quantity.id for quantity in document.quantities}
    order = [places[line.segments[-1]] for line in brief.points]
    assert all(a < b for a, b in pairwise(order))


LONG = BriefConfig(words=1500, min_points=2)


def test_the_seed_is_told_section_by_section() -> None:
    document = seed()
    brief = brief_of(document, LONG)
    assert_sound(document, brief)
    numbered = [s.id for s in document.sections if s.marker.startswith("（")]
    assert list(brief.sections) == numbered
    for section in numbered:
        assert 2 <= sum(point.section == section for point in brief.points) <= 4
    assert len(brief.abstract) == 3


def test_the_seed_tells_its_results() -> None:
    document = seed()
    brief = brief_of(document, LONG)
    told = "".join(line.zh for line in lines_of(brief))
    for fact in (
        "超过90%",
        "15万余名",
        "1600多个",
        "近50天和1个月",
        "150多个企业集团",
        "党政机构改革、事业单位改革",
    ):
        assert fact in told
    figures = {q.measure.text for q in document.quantities if q.id in brief.figures and q.measure}
    assert {"2.7万个", "超过90%", "15万余名", "1073个"} <= figures


def test_points_hang_on_their_item() -> None:
    brief = brief_of(seed(), LONG)
    point = next(point for point in brief.points if "15万余名" in point.zh)
    assert point.zh.startswith("全部收回空编。组织各级")
    assert len(point.segments) == 2


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Targets that name their segment prove nothing: let them pass."""
    for module in ("brief", "lines"):
        monkeypatch.setattr(f"pipeline.summarise.{module}.english_faults", lambda *_: ())


@pytest.mark.usefixtures("trusted")
def test_english_joins_the_targets_without_enumerators() -> None:
    document = translated(seed())
    brief = brief_of(document, LONG)
    by_zh = {line.zh: line for line in brief.points}
    point = next(line for zh, line in by_zh.items() if "15万余名" in zh)
    assert point.en == f"Target of {point.segments[0]}. target of {point.segments[1]}."
    assert all(line.en for line in lines_of(brief))
    assert brief.headline.method == "extract"


def test_without_targets_english_is_empty() -> None:
    assert not any(line.en for line in lines_of(brief_of(seed())))


def test_an_informative_title_is_the_headline() -> None:
    document = split(
        "某省人民政府关于加强供水工作的意见\n一、目标\n供水普及率达到98%。\n二、措施\n加大投入。\n"
    )
    assert brief_of(document).headline.zh == "某省人民政府关于加强供水工作的意见"


def test_a_title_that_only_names_an_office_is_filled_up_with_headings() -> None:
    headline = brief_of(seed()).headline
    assert headline.zh.startswith("辽宁省委编办：")
    assert len(headline.segments) > 1


def test_a_headline_gives_the_key_figure() -> None:
    headline = brief_of(seed()).headline
    assert headline.zh == "辽宁省委编办：将全省2.7万个公益性事业单位优化整合为2000多个"
    assert headline.method == "compress"


REPORT = (
    "某省人民政府工作报告\n一、去年工作回顾\n{past}\n城乡建设稳步推进。\n"
    "二、今年主要工作\n建成县域物流中心44个，新增学位1.7万个。\n优化营商环境。\n"
)


@pytest.mark.parametrize(
    ("past", "headline"),
    [
        ("全省生产总值增长5.6%，财政收入增长2%。", "某省人民政府工作报告：全省生产总值增长5.6%"),
        ("各项工作取得新的进展。", "某省人民政府工作报告"),
        ("力争全省生产总值增长5.6%，财政收入增长2%。", "某省人民政府工作报告"),
    ],
    ids=["result", "only_the_plan_has_figures", "aim"],
)
def test_a_headline_never_tells_a_plan_as_done(past: str, headline: str) -> None:
    document = find_quantities(split(REPORT.format(past=past)))
    assert brief_of(document).headline.zh == headline


def test_a_headline_has_a_figure_only_where_both_languages_have_it() -> None:
    document = find_quantities(split(REPORT.format(past="全省生产总值增长5.6%，财政收入增长2%。")))
    targets = {s.id: "GDP of the province grew by 5.6%, and revenue by 2%." for s in document.segments}
    told = tuple(
        replace(s, target=targets[s.id] if "5.6%" in s.text else "Report of the Provincial Government")
        for s in document.segments
    )
    headline = brief_of(replace(document, segments=told)).headline
    assert headline.en == "Report of the Provincial Government: GDP of the province grew by 5.6%"
    wrong = tuple(replace(s, target=(s.target or "").replace("5.6%", "6.5%")) for s in told)
    assert "5.6" not in brief_of(replace(document, segments=wrong)).headline.zh


def test_a_paragraph_is_headed_by_what_happened_and_keeps_its_figures() -> None:
    text = "2024年，全市新增就业12.5万人，城镇调查失业率为5.1%。全年发放稳岗资金3.2亿元，惠及企业8600家。\n"
    brief = brief_of(find_quantities(split(text)))
    assert brief.headline.zh != "2024年"
    told = "".join(line.zh for line in lines_of(brief))
    assert all(figure in told for figure in ("12.5万", "5.1%", "3.2亿", "8600家"))


def test_a_meeting_is_told_only_where_a_section_has_no_second_result() -> None:
    document = seed()
    numbered = [s.id for s in document.sections if s.marker.startswith("（")]
    points = [(line.section, line.zh) for line in brief_of(document).points]
    assert any("比中央规定时限提前了近50天和1个月" in zh for _, zh in points)
    assert {section for section, zh in points if "召开" in zh} <= {numbered[3]}
    short = brief_of(document, replace(LONG, min_points=1, max_points=1))
    assert not any("召开" in line.zh for line in short.points)


def test_no_point_names_what_another_is_about() -> None:
    points = [line.zh for line in brief_of(seed(), LONG).points]
    assert sum("跨部门整合共性单位" in zh for zh in points) <= 1


AIMS = (
    "今年主要预期目标是：地区生产总值增长5%左右，在实际工作中努力争取更好结果；一般公共预算收入增长1.5%左右；"
    "规模以上工业增加值增长6%左右；固定资产投资实现平稳正增长；社会消费品零售总额增长4.5%以上；"
    "进出口总额增长3%左右；城镇新增就业70万人以上；居民消费价格涨幅控制在2%左右；粮食产量保持基本稳定。"
)


def test_what_goes_on_with_aims_is_told_as_aims() -> None:
    document = find_quantities(split(f"某省人民政府工作报告\n一、总体要求\n{AIMS}\n二、其他\n优化环境。\n"))
    statements = [s for s in find_statements(document) if "进出口" in s.text]
    assert statements
    assert all(s.text.startswith("今年主要预期目标是：") for s in statements)
    bare = next(s for s in document.segments if s.text.startswith("进出口"))
    line = BriefLine(zh=bare.text, en="", segments=(bare.id,))
    assert "speaker" in line_faults(line, document)


def test_topic_sentences_within_a_paragraph_lead_what_follows() -> None:
    text = (
        "经济总量持续增长。工业增加值提升到1.6万亿元，服务业增加值提升到3万亿元，银行业资产总额突破11万亿元。"
        "经营主体持续壮大。总量接近800万户，企业主体超220万户，在当地的世界500强企业达212家，上市公司达162家。\n"
    )
    led = {s.text[:4]: s.lead.text for s in find_statements(split(text)) if s.lead is not None}
    assert led == {"工业增加": "经济总量持续增长。", "总量接近": "经营主体持续壮大。"}


def test_a_part_that_says_much_gets_more_points() -> None:
    tasks = "\n".join(
        f"第{n}项任务已经完成，新增岗位{n * 7}个，{w}面积扩大。" for n, w in enumerate(WORDS, 3)
    )
    document = find_quantities(split(f"某市工作总结\n一、主要工作\n{tasks}\n二、其他情况\n优化环境。\n"))
    first = brief_of(document).sections[0]
    assert sum(line.section == first for line in brief_of(document).points) > CONFIG.min_points


def test_news_without_a_title_is_headed_by_its_lead() -> None:
    document = split(
        "外国总统应邀抵达北京，国务院总理6日在京会见来访的外国总统。\n总理表示，中方愿同外方深化合作。\n总统表示，外方愿同中方扩大合作。\n"
    )
    brief = brief_of(document)
    assert brief.headline.segments == ("s1",)
    assert brief.headline.method == "compress"
    assert "6日" not in brief.headline.zh
    assert_sound(document, brief)


def test_a_claim_keeps_its_speaker() -> None:
    document = split("某国国防部27日称，该国军队打击了对方目标。\n对方称，对方军队击退进攻。\n")
    assert "称" in brief_of(document).headline.zh


def test_one_sentence_is_its_own_brief() -> None:
    brief = brief_of(split("今天完成了机构改革。"))
    assert (brief.headline.zh, brief.abstract, brief.points) == ("今天完成了机构改革。", (), ())


def test_nothing_gives_no_brief() -> None:
    assert summarise(split(" \n"), config=CONFIG).brief is None


def test_what_stands_twice_is_told_once() -> None:
    document = split("改革提前五十天全部完成了。\n" * 6 + "另有三千人得到妥善的安置。\n")
    brief = brief_of(document)
    assert len(lines_of(brief)) == 2


def test_ceremony_is_not_told() -> None:
    document = split(
        "2026年某省政府工作报告\n各位代表：\n现在，我代表省人民政府向大会报告工作，请予审议。\n一、回顾\n全省生产总值增长5%。\n"
        "粮食产量达到760亿斤。\n让我们更加紧密地团结起来，砥砺前行！\n二、打算\n今年生产总值增长6%。\n新增就业80万人。\n"
    )
    told = "".join(line.zh for line in lines_of(brief_of(document)))
    assert "请予审议" not in told
    assert "砥砺" not in told
    assert "760亿斤" in told


def test_a_law_is_told_by_chapters() -> None:
    document = split(
        "某某管理条例\n第一章 总则\n第一条 为了规范某某行为，制定本条例。\n"
        "第二条 县级以上人民政府负责本行政区域的管理工作。\n"
        "第三条 某某活动应当遵守公开、公平的原则。\n第二章 罚则\n"
        "第四条 违反本条例规定的，处一万元以上五万元以下罚款。\n"
        "第五条 拒绝检查的，责令改正，并处五千元罚款。\n第六条 本条例自2019年1月1日起施行。\n"
    )
    brief = brief_of(document, replace(CONFIG, abstract_sentences=2))
    assert_sound(document, brief)
    titles = {s.id: s.title.zh for s in document.sections}
    assert [titles[name] for name in brief.sections] == ["总则", "罚则"]
    assert brief.abstract[0].zh == "为了规范某某行为，制定本条例。"


def test_the_configuration_bounds_the_length() -> None:
    config = BriefConfig(abstract_sentences=1, min_points=1, max_points=1, max_figures=3)
    brief = brief_of(seed(), config)
    assert (len(brief.abstract), len(brief.figures)) == (1, 3)
    assert len(brief.points) == len(brief.sections)


class OneDirection:
    """An encoder that finds all texts alike."""

    name, width = "alike", 2

    def load(self) -> None: ...

    def encode(self, texts):
        return np.tile(np.array([1.0, 0.0], dtype=np.float32), (len(texts), 1))


def test_an_encoder_that_finds_all_alike_leaves_one_line() -> None:
    document = split("改革方案已经完成审核。\n粮食产量创造历史新高。\n港口吞吐总量稳步上升。\n")
    plain = brief_of(document)
    alike = summarise(document, config=CONFIG, encoder=OneDirection()).brief
    assert alike is not None
    assert len(lines_of(alike)) == 1 < len(lines_of(plain))


_LINES = [
    "一、总体情况", "（一）强化领导。一是建立体系。设立7个小组。二是加强部署。召开2次全会；审议8次。",
    "全省生产总值增长5%。", "1.名称；", "第一条 为了规范，制定本法。", "各位代表：", "改革完成，提前50天。",
    "下载", "● 辽宁省委编办", "——经济增长。", "", "……", "A",
]  # fmt: skip
_TEXTS = st.lists(st.sampled_from(_LINES), max_size=20).map("\n".join)


@settings(deadline=None)
@given(st.one_of(_TEXTS, st.text(max_size=150)), st.booleans())
def test_a_brief_of_anything_is_sound(text: str, with_targets: bool) -> None:
    document = find_quantities(split(text))
    document = translated(document) if with_targets else document
    brief = summarise(document, config=CONFIG).brief
    if brief is not None:
        assert_sound(document, brief)
    assert (brief is None) == (not document.segments)


def test_time_grows_with_the_report_and_not_much_faster() -> None:
    text = seed().text.text
    words = ("改革", "创新", "开放", "发展", "监管", "创业") * 2

    def work(times: int) -> None:
        summarise(
            find_quantities(split("\n".join(text.replace("改革", word) for word in words[:times]))),
            config=CONFIG,
        )

    # Sentences are compared with each other: more than linear, less than quadratic.
    assert growth(work, 3) < 12


def test_slogans_of_rigour_give_way_to_what_was_done() -> None:
    document = seed()
    assert "一把尺子量到底" in document.original
    assert not any("一把尺子" in line.zh for line in lines_of(brief_of(document)))
