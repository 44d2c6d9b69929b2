"""Lists are told with what rules them, and dots stand where a member is left out."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from pipeline.config import BriefConfig
from pipeline.document import BriefLine, Document
from pipeline.prepare.quantities import find_quantities
from pipeline.summarise import summarise
from pipeline.summarise.listing import english_joined, gather_lists, joined, rules
from pipeline.summarise.statements import Statement, find_statements
from pipeline.summarise.support import chinese_faults, line_faults, measure_support
from tests.documents import split

LAW = """协会登记条例
第一章 总则
第一条 本条例所称协会，是指公民自愿组成的非营利性社会组织。
第二条 下列团体不属于本条例规定登记的范围：
（一）学校内部成立的团体；
（二）经国务院批准免于登记的团体。
第二章 成立登记
第十条 成立协会，应当具备下列条件：
（一）有规范的名称和相应的组织机构；
（二）有固定的住所和与其业务活动相适应的专职工作人员；
（三）有合法的资产和稳定可靠的经费来源，能够按照章程规定正常开展各项业务活动；
（四）有承担民事责任的能力，主要负责人具有完全民事行为能力，并且在本行业内有良好的信誉；
（五）有60个以上的个人会员；会员总数不得少于80个；
（六）有20万元以上的活动资金。
第三章 罚则
第三十条 协会有下列情形之一的，由登记机关给予警告；情节严重的，予以撤销登记：
（一）出租、出借印章的；
（二）拒不接受监督检查的。
"""
ENGLISH = {
    "成立协会，应当具备下列条件：": "Article 10 To establish an association, the following conditions shall be met:",
    "有60个以上的个人会员；": "(5) There are more than 60 individual members;",
    "会员总数不得少于80个；": "the total number of members shall be no fewer than 80;",
    "有20万元以上的活动资金。": "(6) It has funds of more than 200,000 yuan.",
    "有规范的名称和相应的组织机构；": "(1) It has a standard name and the corresponding organs;",
    "有固定的住所和与其业务活动相适应的专职工作人员；": "(2) It has a fixed domicile and full-time staff suited to its activities;",
}  # fmt: skip


def prepared(text: str = LAW) -> Document:
    return find_quantities(split(text))


def lists_of(document: Document, *, about: tuple[str, ...] = ()) -> list[Statement]:
    return [s for s in gather_lists(document, find_statements(document), about=about) if s.joints]


def told(document: Document) -> list[BriefLine]:
    brief = summarise(document, config=BriefConfig()).brief
    assert brief is not None
    return [*brief.abstract, *brief.points]


def test_a_condition_is_told_with_what_it_is_a_condition_of() -> None:
    line = next(line for line in told(prepared()) if "60个" in line.zh)
    assert line.zh.startswith("成立协会，应当具备下列条件：")
    assert line.zh.endswith("有60个以上的个人会员；会员总数不得少于80个；有20万元以上的活动资金。")
    assert "……" in line.zh
    assert line.method == "compress"


def test_a_short_list_is_told_whole() -> None:
    lines = [line.zh for line in told(prepared())]
    assert "下列团体不属于本条例规定登记的范围：学校内部成立的团体；经国务院批准免于登记的团体。" in lines
    whole = "协会有下列情形之一的，由登记机关给予警告；情节严重的，予以撤销登记：出租、出借印章的；拒不接受监督检查的。"
    assert whole in lines  # of a chapter with one article


def test_no_member_is_told_alone() -> None:
    for line in told(prepared()):
        assert not line.zh.startswith(("有规范", "有固定", "有60个", "有20万元", "出租", "学校"))


def test_each_line_is_proved() -> None:
    document = summarise(prepared(), config=BriefConfig())
    assert measure_support(document).rate == 1.0


def test_dots_stand_between_members_that_are_not_neighbours() -> None:
    document = prepared()
    listing = next(s for s in lists_of(document) if "60个" in s.text)
    members = [s for s in document.segments if s.section == listing.section]
    kept = [segment.id for segment in listing.segments]
    for n, (segment, joint) in enumerate(zip(listing.segments, listing.joints, strict=True)):
        at = members.index(segment) + 1
        following = members[at].id if at < len(members) else None
        neighbour = kept[n + 1] if n + 1 < len(kept) else None
        assert ("……" in joint) == (following != neighbour)


def test_a_member_asked_for_is_told_before_others() -> None:
    document = prepared()
    wanted = next(s for s in document.segments if "民事责任" in s.text)
    plain = next(s for s in lists_of(document) if "60个" in s.text)
    asked = next(s for s in lists_of(document, about=(wanted.id,)) if "60个" in s.text)
    assert wanted not in plain.segments
    assert wanted in asked.segments


def test_both_languages_leave_out_the_same() -> None:
    document = prepared()
    segments = tuple(
        replace(s, target=next((en for zh, en in ENGLISH.items() if s.text.endswith(zh)), f"Text {s.id}."))
        for s in document.segments
    )
    document = replace(document, segments=segments)
    line = next(line for line in told(document) if "60个" in line.zh)
    assert line.zh.count("……") == line.en.count("…") > 0
    assert line.en.startswith("To establish an association, the following conditions shall be met: ")
    assert "there are more than 60 individual members; the total number" in line.en
    assert line.en.endswith("; it has funds of more than 200,000 yuan.")
    assert line_faults(line, document) == ()


def test_a_list_within_a_list_keeps_its_opening() -> None:
    text = """协会登记条例
第一章 成立
第十条 成立协会，应当具备下列条件：
（一）有规范的名称；
（二）法人协会还应当具备：
1.有专职工作人员；
2.有30万元以上的资金。
第十一条 协会应当每年报告工作。
"""
    (listing,) = lists_of(prepared(text))
    words_ = joined([s.text for s in listing.segments], listing.joints)
    assert "法人协会还应当具备：" in words_
    assert "30万元" in words_


def test_a_list_of_which_no_line_holds_a_member_stays_as_it_is() -> None:
    long = "的" * 130
    text = f"""协会登记条例
第一章 成立
第十条 成立协会，应当具备下列条件：
（一）法人协会{long}还应当有30万元，并且具备：
1.有专职工作人员{long}；
2.有固定住所{long}。
（二）有规范的名称{long}。
第十一条 协会应当每年报告工作。
"""
    document = prepared(text)
    assert all("第十条" not in segment.text for s in lists_of(document) for segment in s.segments)
    assert summarise(document, config=BriefConfig()).brief is not None


def test_members_that_stand_alone_stay_statements() -> None:
    text = """工作报告
一、主要工作
今年以来，我们主要做了以下工作：
（一）完成改革任务35项。
（二）收回编制1200名。
二、下一步安排
现将有关意见报告如下：
（一）继续推进改革。
（二）加强编制管理。
"""
    document = prepared(text)
    assert lists_of(document) == []
    assert gather_lists(document, find_statements(document)) == find_statements(document)


@pytest.mark.parametrize(
    ("text", "ruling"),
    [
        ("成立协会，应当具备下列条件：", True),
        ("对存在下列问题的单位予以撤销。", True),
        ("申请人应当提交以下材料：", True),
        ("办理程序如下：", True),
        ("现将有关情况报告如下：", False),
        ("重点做好以下工作：", False),
        ("我们要抓好下列工作：", False),
        ("今年的主要目标是：", False),
    ],
)
def test_which_openings_rule_their_list(text: str, ruling: bool) -> None:
    assert rules(text) is ruling


def test_stops_give_way_to_joints() -> None:
    assert joined(["甲：", "乙；", "丙。"], ["：……；", "；", "。"]) == "甲：……；乙；丙。"
    assert english_joined(["A:", "There is b;", "Beijing has c."], ["：……；", "；", "。"]) == (
        "A: …; there is b; Beijing has c."
    )


def test_dots_are_no_clause_that_a_text_must_have() -> None:
    proving = ["应当具备下列条件：", "有规范的名称，有固定的住所；", "有资金20万元。"]
    assert (
        chinese_faults("应当具备下列条件：……；有规范的名称，有固定的住所；……；有资金20万元。", proving) == ()
    )
    assert "added" in chinese_faults("应当具备下列条件：……；有资金30万元。", proving)


def test_a_heading_that_rules_a_list_opens_it_once() -> None:
    text = """关于清理整顿全省各类协会的意见
一、主要内容
（一）对存在下列问题的单位予以撤销。
1.长期不开展活动的；
2.严重违法的。
（二）对职能相近的单位予以合并。
二、组织领导
各部门应当加强协调，按时完成任务。
"""
    lines = [line.zh for line in told(prepared(text))]
    assert "对存在下列问题的单位予以撤销：长期不开展活动的；严重违法的。" in lines
    assert sum(len(re.findall("予以撤销", line)) for line in lines) == 1
