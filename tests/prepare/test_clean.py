"""Cleaning: residue goes with evidence, what is not proved stays, every edit can be undone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.config import ReadConfig
from pipeline.document import Document, Source
from pipeline.prepare.clean import RULES, clean
from pipeline.prepare.edits import undo
from pipeline.read import text as text_reader
from pipeline.traced import TracedText

REPORT = Path(__file__).parents[2] / "seeds" / "liaoning-report.txt"


def document(text: str) -> Document:
    source = Source(path="-", sha256="", encoding="utf-8", characters=len(text))
    return Document(source=source, original=text, text=TracedText.of(text))


def cleaned(text: str) -> str:
    return clean(document(text)).text.text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("統(tǒng)籌謀劃", "統籌謀劃"),
        ("39個縣(市、區(qū))、59個鄉(xiāng)鎮(zhèn)", "39個縣（市、區）、59個鄉鎮"),
        ("統（tǒng）籌，統[tǒng]籌，統【tong3】籌", "統籌，統籌，統籌"),
        ("“統”(tǒng)籌", "“統”籌"),
        ("統 (tǒng) 籌", "統籌"),
        ("統tǒng籌", "統籌"),
        ("<ruby>統<rp>(</rp><rt>tǒng</rt><rp>)</rp></ruby>籌", "統籌"),
        ("統（ｔǒｎｇ）籌", "統籌"),
        ("中國(China)的比重(GDP)", "中國(China)的比重(GDP)"),
        ("国(an)家", "国(an)家"),
        ("統(tǐng)籌", "統(tǐng)籌"),
    ],
)
def test_glosses(before: str, after: str) -> None:
    assert cleaned(before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("第一段x0dx0a第二段", "第一段\n第二段"),
        ("2018x0dx0ax0dx0a二、", "2018\n\n二、"),
        ("一_x000D_\n二", "一\n二"),
        ("一\\r\\n二\\n三", "一\n二\n三"),
        ("一\r\n二\f三\u2028四", "一\n二\n三\n四"),
        ("地址0x0a1b与C:\\new", "地址0x0a1b与C:\\new"),
        ("改革&nbsp;&amp;amp;开放&#8220;好&#x201D;", "改革 &开放“好”"),
        ("AT&T与a&copy=1&#0;", "AT&T与a&copy=1&#0;"),
        ("<p>改革</p><p>开放<br/>好</p>", "改革\n开放\n好"),
        ("<script>var a='<p>';</script>改<b class='x'>革</b><!-- 注 -->", "改革"),
        ("当x<5且y>3时", "当x<5且y>3时"),
        ("改\u200b革\ufeff开\u00ad放\x00好\u202e！", "改革开放好！"),
        ("👨\u200d👩", "👨\u200d👩"),
        ("⼀⺠⻓\uf92c", "一民长郎"),
        ("２０１８年ＧＤＰ增长３．５％", "2018年GDP增长3.5%"),
    ],
)
def test_residue(before: str, after: str) -> None:
    assert cleaned(before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("精神,深入;落实:好!", "精神，深入；落实：好！"),
        ("共1,234个,占3.5%,会议10:30开", "共1,234个，占3.5%，会议10:30开"),
        ("In 2018, GDP (nominal) rose; see 3.5.", "In 2018, GDP (nominal) rose; see 3.5."),
        ("1.前言", "1.前言"),
        ("结束.\n另起", "结束。\n另起"),
        ("(一)强化领导", "（一）强化领导"),
        ("(1)强化领导", "(1)强化领导"),
        ("单位(含内设(二级)机构)", "单位（含内设（二级）机构）"),
        ("单位（市、区)", "单位（市、区）"),
        ("单位(未完", "单位(未完"),
        ('"三定"规定', "“三定”规定"),
        ('5"管', '5"管'),
        ("二期、?水灌区", "二期、?水灌区"),
        ("精神, 深入", "精神，深入"),
    ],
)
def test_punctuation(before: str, after: str) -> None:
    assert cleaned(before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("目　　录", "目录"),
        ("各 位 代 表", "各位代表"),
        ("省长 王某某", "省长 王某某"),
        ("项目    金额", "项目 金额"),
        ("改革\u00a0GDP", "改革 GDP"),
        ("　　缩进", "　　缩进"),
    ],
)
def test_spacing(before: str, after: str) -> None:
    assert cleaned(before) == after


@pytest.mark.parametrize(
    "line",
    [
        "当前位置：首页 > 政务公开 > 工作动态 > 正文",
        "您现在的位置: 首页 >> 新闻",
        "當前位置：首頁 » 正文",
        "首页 > 新闻 > 正文",
        "【字号：加大 还原 减小】",
        "字体：[大 中 小]",
        "扫一扫在手机打开当前页",
        "分享到：微信 微博",
        "浏览次数：1,024次",
        "责任编辑：张三",
        "【打印】【关闭】",
        "上一篇：关于某某的通知",
        "版权所有：某某市人民政府 京ICP备12345678号",
    ],
)
def test_furniture_goes_as_a_whole_line(line: str) -> None:
    assert cleaned(f"标题\n{line}\n正文开始。") == "标题\n正文开始。"


def test_buttons_go_only_in_company() -> None:
    assert cleaned("标题\n下载\n打印\n正文") == "标题\n正文"
    alone = clean(document("标题\n打印\n正文"))
    assert alone.text.text == "标题\n打印\n正文"
    assert [issue.check for issue in alone.issues] == ["suspected_furniture"]


@pytest.mark.parametrize(
    "line",
    [
        "要打印文件，下载资料，做好浏览次数统计。",
        "责任编辑制度是出版工作的基础，要坚持。",
        "首页设计规范",
        "扫码支付普及率提升",
        "审核：加强重点项目的审核把关",
        "技术支持：加大对基层的投入",
        "位置优越",
        "大",
        "小康社会",
    ],
)
def test_prose_is_no_furniture(line: str) -> None:
    assert cleaned(f"标题\n{line}\n正文") == f"标题\n{line}\n正文"


def test_what_cannot_be_verified_is_flagged_at_its_place() -> None:
    issues = clean(document("統(tǐng)籌，二期、?水\ue000")).issues
    assert [(issue.check, issue.start, issue.end) for issue in issues] == [
        ("unverified_gloss", 1, 7),
        ("lost_character", 12, 13),
        ("private_use_character", 14, 15),
    ]


def test_every_gloss_of_the_report_is_removed_with_its_evidence() -> None:
    read = text_reader.read(REPORT.read_bytes(), "report", ReadConfig())
    result = clean(read)
    glosses = [edit for edit in result.edits if edit.rule == "clean.gloss"]
    assert len(glosses) == 77
    assert all(edit.verified and "is a reading of" in edit.evidence for edit in glosses)
    assert not re.search(r"[(（][a-zǎǒ]", result.text.text)
    assert result.issues == ()
    assert undo(result.text, result.edits) == read.original


PIECES = st.sampled_from(
    ["改革", "統", "(tǒng)", "（", "）", "(", ")", ",", ";", ":", ".", "?", " ", "  ", "　", "\n", "\r\n",
     "x0dx0a", "&amp;", "amp;",
     "lt;", "&#160;", "&nbsp;", "<p>", "</p>", "<b", ">", "<!--", "-->", "1", "2.5",
     "GDP", '"', "“", "\u200b", "\ufeff", "\x00",
     "e\u0301", "\u0301", "\uf92c", "⼀", "Ａ", "３", "．", "打印", "当前位置：首页 > 正文", "tǒng",
     "\ufffd", "\U000e0100", "\u200d", "\ue000",
     "各 位 代 表", "\\r\\n", "_x000D_", "\u2028", "\ud800", "한", "\u1100\u1161"]
)  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=4), max_size=25).map("".join))
@example("&a" + "amp;" * 40 + "lt;p>")
@example("(" * 300 + ")" * 300)
def test_any_text_is_cleaned_once_for_all_and_can_be_restored(text: str) -> None:
    result = clean(document(text))
    assert undo(result.text, result.edits) == text
    assert cleaned(result.text.text) == result.text.text
    assert all(0 <= edit.start <= edit.end <= len(text) for edit in result.edits)
    assert all(0 <= issue.start <= issue.end <= len(text) for issue in result.issues)  # type: ignore[operator]


@pytest.mark.parametrize("rule", [rule for _, rule in RULES])
def test_no_rule_minds_an_empty_text(rule: object) -> None:
    assert list(rule("")) == []  # type: ignore[operator]
