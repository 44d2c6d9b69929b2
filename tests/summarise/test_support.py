from dataclasses import replace

import pytest

from pipeline.config import BriefConfig
from pipeline.document import BriefLine
from pipeline.prepare.quantities import find_quantities
from pipeline.summarise import summarise
from pipeline.summarise.support import chinese_faults, english_faults, line_faults, measure_support
from tests.documents import split

SOURCE = "将全省2.7万个公益性事业单位优化整合为2000多个，其中，省直659个整合为65个，精简比例超过90%。"


@pytest.mark.parametrize(
    ("text", "source"),
    [
        pytest.param(SOURCE, SOURCE, id="itself"),
        pytest.param("将全省2.7万个公益性事业单位优化整合为2000多个。", SOURCE, id="one_clause"),
        pytest.param("省直659个整合为65个，精简比例超过90%。", SOURCE, id="later_clauses"),
        pytest.param(
            "省委编办统筹推进改革。",
            "省委编办认真学习文件，统筹推进改革。",
            id="subject_of_an_earlier_clause",
        ),
    ],
)
def test_what_follows_from_its_source(text: str, source: str) -> None:
    assert chinese_faults(text, [source]) == ()


@pytest.mark.parametrize(
    ("text", "source", "code"),
    [
        pytest.param("将全省2.7万个事业单位全部撤销。", SOURCE, "added", id="another_verb"),
        pytest.param("公益性事业单位整合为65个。", SOURCE, "spliced", id="figure_of_another_clause"),
        pytest.param("精简比例90%。", SOURCE, "figure", id="approximator_lost"),
        pytest.param("各地擅自设立机构。", "各地不得擅自设立机构。", "negation", id="negation_lost"),
        pytest.param("全省建成高铁5条。", "全省力争建成高铁5条。", "negation", id="aim_told_as_result"),
        pytest.param("军队打击了目标。", "国防部称，军队打击了目标。", "speaker", id="claim_told_as_fact"),
        pytest.param("生产总值增长4.5%。", "今年预期目标是：生产总值增长4.5%。", "speaker", id="aims_told_as_results"),
        pytest.param("可以不予公开信息。", "涉及国家秘密的，可以不予公开信息。", "condition", id="condition_lost"),
        pytest.param("。", SOURCE, "empty", id="nothing"),
    ],
)  # fmt: skip
def test_what_does_not_follow(text: str, source: str, code: str) -> None:
    assert code in chinese_faults(text, [source])


def test_english_must_keep_figures_and_negation() -> None:
    text = "全省共收回事业编制6.8万名，不得擅自设立机构。"
    good = "The province recovered 68,000 public institution posts; no one may set up agencies at will."
    assert english_faults(text, good, ()) == ()
    assert "number" in english_faults(text, good.replace("68,000", "6,800"), ())
    assert english_faults(text, good.replace("; no one may", "; anyone may"), ())
    assert english_faults(text, "", ()) == ("empty",)


def test_a_quoted_brief_is_proved_and_a_changed_one_is_not() -> None:
    document = find_quantities(
        split(f"某省机构改革工作情况的报告\n一、总体情况\n{SOURCE}\n二、下一步\n计划再收回编制1万名。\n")
    )
    briefed = summarise(document, config=BriefConfig())
    found = measure_support(briefed)
    assert found.rate == 1
    assert found.recall == 1
    assert briefed.brief is not None
    wrong = replace(briefed.brief.headline, zh="某省机构改革工作全部失败的报告")
    changed = measure_support(replace(briefed, brief=replace(briefed.brief, headline=wrong)))
    assert changed.rate < 1
    assert changed.faults[0][0] == wrong.zh


def test_a_line_needs_segments_that_exist() -> None:
    document = split("改革完成。\n")
    assert line_faults(BriefLine(zh="改革完成。", en="", segments=("s99",)), document) == ("segment",)
    assert line_faults(BriefLine(zh="改革完成。", en="", segments=("s1",)), document) == ()


@pytest.mark.parametrize(
    ("text", "english", "wrong"),
    [
        pytest.param(
            "再精简内设机构71个、人员编制115名。",
            "A further 71 internal bodies were cut, resulting in an authorized staff size of 115 posts.",
            True, id="rest_of",
        ),
        pytest.param("财政供养人员减少9万名。", "Staff paid by the state were reduced to 90,000 people.", True, id="to"),
        pytest.param("财政供养人员减少9万名。", "Staff paid by the state were reduced by 90,000 people.", False, id="by"),
        pytest.param("省直单位由659个减少到65个。", "Provincial units were reduced from 659 to 65 in all.", False, id="really_to"),
    ],
)  # fmt: skip
def test_a_cut_is_not_what_is_left(text: str, english: str, wrong: bool) -> None:
    assert ("change" in english_faults(text, english, ())) is wrong


def test_a_marker_before_a_condition_is_no_part_of_it() -> None:
    document = split(
        "清理整顿的意见\n一、内容\n1.对未经核准登记的，劝其停止活动；\n2.对宗旨相同的，予以合并。\n"
    )
    brief = summarise(document, config=BriefConfig()).brief
    assert brief is not None
    lines = (*brief.abstract, *brief.points)
    assert any("未经" in line.zh for line in lines)
    assert all(line_faults(line, document) == () for line in lines)


AIMED = "今年主要目标是：新增就业28万人；粮食总产量达到4.3亿斤。"


@pytest.mark.parametrize(
    ("english", "told_as_fact"),
    [
        ("The main goals are: 280,000 jobs have been created; grain output reached 430 million jin.", True),
        ("The main goals this year are: 280,000 new jobs; a grain output of 430 million jin.", False),
        (
            "The goals are: 280,000 jobs will be created; grain output is expected to reach 430 million.",
            False,
        ),
    ],
    ids=["reached", "named", "will"],
)
def test_an_aim_is_not_told_as_reached(english: str, told_as_fact: bool) -> None:
    assert ("aim" in english_faults(AIMED, english, ())) is told_as_fact
