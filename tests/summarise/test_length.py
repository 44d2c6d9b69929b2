from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.config import BriefConfig
from pipeline.errors import ConfigError
from pipeline.prepare.quantities import find_quantities
from pipeline.summarise import summarise
from pipeline.summarise.lines import n_words
from pipeline.summarise.salience import closing_address
from pipeline.summarise.selection import PAGE_WORDS
from tests.documents import split
from tests.summarise.test_brief import brief_of, seed

SEED = seed()


@settings(deadline=None, max_examples=20)
@given(st.integers(1, 30))
def test_sentences_bound_the_brief(count: int) -> None:
    brief = brief_of(SEED, BriefConfig(sentences=count))
    assert len(brief.abstract) + len(brief.points) <= count
    assert brief.abstract


@settings(deadline=None, max_examples=20)
@given(st.integers(1, 2000))
def test_words_bound_the_brief(words: int) -> None:
    brief = brief_of(SEED, BriefConfig(words=words))
    told = sum(n_words(line) for line in (brief.headline, *brief.abstract, *brief.points))
    assert told <= max(words, n_words(brief.headline))


def test_the_default_gives_each_section_two_points_and_no_more_than_it_needs() -> None:
    brief = brief_of(SEED)
    points = Counter(line.section for line in brief.points)
    assert len(points) == 8
    assert set(points.values()) == {2}


def test_one_page_tells_most_sections() -> None:
    brief = brief_of(SEED, BriefConfig(one_page=True))
    told = sum(n_words(line) for line in (brief.headline, *brief.abstract, *brief.points))
    assert PAGE_WORDS * 0.7 <= told <= PAGE_WORDS
    assert len(brief.sections) >= 6


def test_a_longer_brief_tells_more() -> None:
    short, long = (brief_of(SEED, BriefConfig(words=words)) for words in (300, 900))
    assert len(short.points) < len(long.points)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"template": "poem"}, "memo, table, timeline"),
        ({"wording": "free"}, "extract, model"),
        ({"words": -1}, "words"),
    ],
)
def test_wrong_options_are_named(options: dict[str, object], named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        BriefConfig(**options)  # type: ignore[arg-type]


def test_a_timeline_stands_in_the_order_of_its_dates() -> None:
    document = find_quantities(
        split(
            "某省改革大事记的报告\n2019年2月28日市县机构改革基本完成，比规定提前50天。\n"
            "2018年10月4日中央批复省级机构改革方案。\n11月13日省级机构改革基本完成。\n改革为发展提供了保障和支持。\n"
        )
    )
    brief = summarise(document, config=BriefConfig(template="timeline")).brief
    assert brief is not None
    assert brief.template == "timeline"
    assert [line.date for line in brief.points] == ["2018-10-04", "--11-13", "2019-02-28"]


@pytest.mark.parametrize(
    ("texts", "start"),
    [
        pytest.param(["新增就业80万人。", "各位代表！", "让我们团结起来，不懈奋斗！"], 1, id="address"),
        pytest.param(
            ["新增就业80万人。", "各位代表！", "如何回报这方热土呢？", "我们要以实干作答。", "各位代表！",
             "让我们不懈奋斗！"], 1, id="rhetoric_before",
        ),
        pytest.param(
            ["新增就业80万人。", "各位代表！", "坚持过紧日子，压减支出5%。", "整治形式主义，为基层减负。", "各位代表！",
             "让我们不懈奋斗！"], 4, id="content_before",
        ),
        pytest.param(["让我们来看数据。", *["全省新增就业80万人。"] * 8], 9, id="not_at_the_end"),
        pytest.param(["全省新增就业80万人。"], 1, id="none"),
        pytest.param([], 0, id="empty"),
    ],
)  # fmt: skip
def test_where_a_speech_closes(texts: list[str], start: int) -> None:
    assert closing_address(texts) == start


def test_thanks_and_sign_offs_are_not_told() -> None:
    document = split(
        "某市政府工作报告\n一、回顾\n全市生产总值增长5%。\n在此，我代表市政府向全市人民表示衷心感谢。\n二、打算\n"
        "新增就业80万人。\n以上报告妥否，请予审定。\n特此报告。\n"
    )
    brief = brief_of(document)
    told = "".join(line.zh for line in (*brief.abstract, *brief.points))
    assert "衷心感谢" not in told
    assert "妥否" not in told
    assert "5%" in told
