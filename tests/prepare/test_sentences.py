from __future__ import annotations

import random
from array import array
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.document import Document
from pipeline.prepare.sections import find_sections
from pipeline.prepare.sentences import split_sentences
from pipeline.traced import Change, TracedText
from tests.documents import make_document, seed_document, split
from tests.growth import growth


def texts(document: Document) -> list[str]:
    return [segment.text for segment in document.segments]


def by_text(document: Document) -> dict[str, tuple[str, str, str | None]]:
    """Text → kind, marker and the text of the lead."""
    names = {segment.id: segment.text for segment in document.segments}
    return {s.text: (s.kind, s.marker, names[s.lead] if s.lead else None) for s in document.segments}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("改革完成。提前50天！好吗？", ["改革完成。", "提前50天！", "好吗？"], id="stops"),
        pytest.param("召开2次全会；召开4次大会。", ["召开2次全会；", "召开4次大会。"], id="semicolon"),
        pytest.param(
            "他说：“今天很好。明天更好！”然后走了。",
            ["他说：“今天很好。明天更好！”", "然后走了。"],
            id="quote_ends",
        ),
        pytest.param("“你好。”他说。", ["“你好。”他说。"], id="quote_before_verb"),
        pytest.param("坚持“不打折扣。”的精神。", ["坚持“不打折扣。”的精神。"], id="quote_inside"),
        pytest.param(
            "印发通知（见附件。另有说明。）后执行。好。",
            ["印发通知（见附件。另有说明。）后执行。", "好。"],
            id="brackets",
        ),
        pytest.param(
            "「真的嗎？」他問。「是的。」", ["「真的嗎？」他問。", "「是的。」"], id="corner_quotes"
        ),
        pytest.param(
            "他说“没有闭合。后面一句。再一句。",
            ["他说“没有闭合。", "后面一句。", "再一句。"],
            id="open_quote",
        ),
        pytest.param("真的？！太好了……我们走。", ["真的？！", "太好了……", "我们走。"], id="runs"),
        pytest.param("增长1.5倍，达3.2万人。", ["增长1.5倍，达3.2万人。"], id="decimal_point"),
        pytest.param("没有句号的一行", ["没有句号的一行"], id="line_end"),
        pytest.param("It ended well. The end came.", ["It ended well.", "The end came."], id="latin"),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert texts(split(text)) == expected


def test_an_open_quote_does_not_reach_into_the_next_paragraph() -> None:
    document = split("他说“没有闭合，完了。\n第二段”开始。结束。\n")
    assert texts(document) == ["他说“没有闭合，完了。", "第二段”开始。", "结束。"]


def test_items_under_their_lead_and_sentences_under_their_item() -> None:
    found = by_text(split("主要做法是：一是加强领导。设立小组；负责落实。二是强化措施。"))
    assert found["一是加强领导。"] == ("item", "一是", "主要做法是：")
    assert found["设立小组；"] == ("sentence", "", "一是加强领导。")
    assert found["负责落实。"] == ("sentence", "", "一是加强领导。")
    assert found["二是强化措施。"] == ("item", "二是", "主要做法是：")


@pytest.mark.parametrize(
    ("text", "markers"),
    [
        pytest.param(
            "首先，要提高认识。其次，要加强宣传。最后，要总结经验。", ["首先", "其次", "最后"], id="words"
        ),
        pytest.param("要做到：第一，坚定信心，不动摇；第二，真抓实干。", ["第一", "第二"], id="ordinals"),
        pytest.param(
            "问题有：一是人手不够用，二是资金较缺乏，三是设备陈旧。", ["一是", "二是", "三是"], id="commas"
        ),
        pytest.param("一要提高站位。二要真抓实干。", ["一要", "二要"], id="must"),
        pytest.param(
            "应具备：（1）有人员；（2）有场所；（3）有资金。", ["（1）", "（2）", "（3）"], id="brackets"
        ),
        pytest.param(
            "应记载下列事项：一、名称。二、地址。三、目的。", ["一、", "二、", "三、"], id="bare, in one line"
        ),
        pytest.param(
            "要求如下：1.按时上报；2.严格审核；3.及时反馈。", ["1.", "2.", "3."], id="figures, in one line"
        ),
        pytest.param("一是加强领导。\n成效明显。\n二是强化措施。", ["一是", "二是"], id="across_paragraphs"),
    ],
)
def test_enumerations(text: str, markers: list[str]) -> None:
    assert [s.marker for s in split(text).segments if s.kind == "item"] == markers


@pytest.mark.parametrize(
    "text",
    [
        "做事要一是一，二是二，不能含糊。",
        "一是一，二是二。",
        "首先部署的是第一时间。",
        "第一季度增长5%。第二季度增长6%。",
        "这是第一要务。",
        "一是为了改革。",
        "根据第（一）至（三）项，处罚。",
        "2018年完成。最后总结。",
        "设立奖项：一、二等奖各10名。二、三等奖待定。",
        "达到：1.5倍。2.5倍更好。",
        "会议同意一、二项，三、四项再议。",
    ],
)
def test_what_only_looks_like_an_enumeration(text: str) -> None:
    assert all(s.kind == "sentence" and s.lead is None for s in split(text).segments)


@pytest.mark.parametrize(
    ("text", "check", "place"),
    [
        pytest.param("一是领导。二是部署。四是调研。", "structure.gap", "四是", id="gap"),
        pytest.param("二是部署。三是调研。", "structure.gap", "二是", id="start"),
        pytest.param("一是领导。二是部署。二是调研。", "structure.duplicate", "二是", id="duplicate"),
    ],
)
def test_enumerations_that_do_not_count(text: str, check: str, place: str) -> None:
    document = split(text)
    (issue,) = document.issues
    segment = next(s for s in document.segments if s.id == issue.segment)
    assert (issue.check, document.original[issue.start : issue.end]) == (check, place)
    assert segment.marker == place


def test_items_of_a_list_know_the_sentence_that_introduces_them() -> None:
    found = by_text(
        split("有下列情形的，不予登记：\n1.名称不规范；\n2.没有住所。不得补正。\n其他情形另行规定。\n")
    )
    assert found["1.名称不规范；"][2] == found["2.没有住所。"][2] == "有下列情形的，不予登记："
    assert found["不得补正。"][2] == "2.没有住所。"
    assert found["其他情形另行规定。"][2] is None


def test_long_sentences_are_cut_at_clauses_into_like_pieces() -> None:
    clause = "推动改革进一步落实落细，"
    pieces = texts(split(clause * 20 + "结束。", max_characters=100))
    assert all(len(piece) <= 100 for piece in pieces)
    assert all(piece.endswith(("，", "。")) for piece in pieces)
    assert min(map(len, pieces)) > 50


def test_a_cut_avoids_numbers() -> None:
    pieces = texts(split("一" * 95 + "12345.67" + "二" * 95, max_characters=100))
    assert any("12345.67" in piece for piece in pieces)
    assert all(len(piece) <= 100 for piece in pieces)


def test_nothing_is_cut_that_fits() -> None:
    assert texts(split("推动改革，" * 79 + "完成。", max_characters=400)) == ["推动改革，" * 79 + "完成。"]


def test_seed_segments() -> None:
    document = split_sentences(find_sections(seed_document()))
    kinds = [s.kind for s in document.segments]
    assert kinds.count("heading") == 9
    assert [s.marker for s in document.segments if s.kind == "item"].count("一是") == 7
    assert "一把手" in "".join(texts(document))
    assert max(map(len, texts(document))) < 130


def _assert_tiles(document: Document) -> None:
    """Segments are sorted and disjoint, slice back, and leave out nothing but white space."""
    done = 0
    original = document.original
    for number, segment in enumerate(document.segments, 1):
        assert segment.id == f"s{number}"
        assert segment.start >= done
        assert not original[done : segment.start].strip()
        assert segment.source == original[segment.start : segment.end]
        assert segment.text.strip() == segment.text != ""
        done = segment.end
    assert not original[done:].strip()


_PIECES = st.lists(
    st.sampled_from(
        ["一是", "二是", "三是", "首先", "其次", "（一）", "(1)", "①", "1.", "一、", "。", "；", "，", "：",
         "“", "”", "（", "）", '"', "…", "改革", "12.5%", "机构", "\n", "\u3000", " ", "第一条", "！", "A",
         "\U0001f600", "\u0301", "\x00", "\u2028"]
    ),
    max_size=60,
).map("".join)  # fmt: skip


@given(st.one_of(_PIECES, st.text(max_size=300)), st.integers(5, 60))
@example("", 10)
@example("\r\n\r\n", 10)
@example("一、 12.5%", 5)
def test_segments_tile_any_text(text: str, limit: int) -> None:
    document = split(text, max_characters=limit)
    _assert_tiles(document)
    assert all(s.end - s.start <= limit for s in document.segments if s.kind != "heading")
    assert split_sentences(document, max_characters=limit) == document
    ids = {s.id for s in document.segments}
    assert all(s.lead is None or (s.lead in ids and s.lead != s.id) for s in document.segments)


@given(_PIECES, st.data())
def test_segments_stay_disjoint_where_a_replacement_has_one_origin(text: str, data: st.DataObject) -> None:
    document = make_document(text)
    if not text:
        return
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    after = data.draw(_PIECES)
    traced = document.text.replace([Change(start, end, after)])
    document = Document(source=document.source, original=text, text=traced, blocks=document.blocks)
    segments = split_sentences(find_sections(document), max_characters=20).segments
    for before, segment in pairwise(segments):
        assert before.end <= segment.start
    held = "".join(s.text for s in segments)
    assert sorted("".join(held.split())) == sorted("".join(traced.text.split()))


def test_the_seed_tiles() -> None:
    document = split_sentences(find_sections(seed_document()))
    deleted = {i for edit in document.edits for i in range(edit.start, edit.end)}
    held = {i for s in document.segments for i in range(s.start, s.end)}
    left = [c for i, c in enumerate(document.original) if i not in held | deleted and not c.isspace()]
    assert left == []


def test_time_grows_with_the_text_and_no_faster() -> None:
    line = (
        "（一）强化领导，落实责任。一是建立健全领导体系。"
        "设立由省委书记任组长的小组，下设7个小组。二是切实加强改革部署。"
    )

    def work(lines: int) -> None:
        random.seed(0)
        text = "\n".join("一、总体情况" if random.random() < 0.1 else line for _ in range(lines))
        split_sentences(find_sections(make_document(text)))

    assert growth(work, 500) < 9  # 4 is linear, 16 quadratic


@pytest.mark.parametrize(
    "unit",
    ["“", "。 ", "（一", "一是改革，", "无标点", "1."],
    ids=["quote", "stop", "bracket", "items", "words", "figures"],
)
def test_hostile_lines_take_no_more_than_linear_time(unit: str) -> None:
    assert growth(lambda times: split(unit * times), 5_000) < 9


def test_an_empty_text_has_no_segments() -> None:
    document = Document(
        source=make_document("").source, original="", text=TracedText("", array("I"), array("I"), 0)
    )
    assert split_sentences(find_sections(document)).segments == ()
