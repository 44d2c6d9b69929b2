"""The shipped glossary of places: what it holds, and that it leaves other words alone."""

import itertools
import re

import pytest
from pypinyin import Style, pinyin

from pipeline.prepare.terms import Glossary, check_glossary
from pipeline.translate.acceptance import binding

PLACES = Glossary.load(["places-zh-en"])
NOT_READ = re.compile(
    "哈尔滨|齐齐哈尔|呼|鄂尔多斯|巴彦淖尔|乌|锡林|二连|满洲里|克拉玛依|吐鲁番|库尔勒|阿|喀什|和田|拉萨|日喀则|林芝|昌都|那曲|格尔木|德令哈|漯河"
)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("厄瓜多尔规定", ["Ecuador"], id="country"),
        pytest.param("铁岭市和阜新市", ["Tieling City", "Fuxin City"], id="cities with their division"),
        pytest.param("沈阳、哈尔滨", ["Shenyang", "Harbin"], id="bare, large"),
        pytest.param("佛罗里达州东部", [], id="end of a foreign name"),
        pytest.param("实现长治久安，关口前移", [], id="words"),
        pytest.param("在巩固原有成果的基础上", [], id="across words"),
        pytest.param("建设新市镇", [], id="a new town"),
    ],
)
def test_places_are_found(text, names):
    assert [hit.en for hit in PLACES.hits(text)] == names


@pytest.mark.parametrize(
    ("text", "target"),
    [
        pytest.param("铁岭市", "offices in Tieling", id="without the division"),
        pytest.param("阿富汗", "the Afghan constitution", id="adjective"),
        pytest.param("西安", "the city of Xi’an", id="other apostrophe"),
        pytest.param("土耳其", "Turkey", id="old name"),
    ],
)
def test_other_forms_are_renderings(text, target):
    (hit,) = PLACES.hits(text)
    assert PLACES.rendering_span(target, hit) is not None


def test_another_country_is_no_rendering():
    (hit,) = PLACES.hits("厄瓜多尔")
    assert PLACES.rendering_span("Guatemala has a law", hit) is None


def test_chinese_divisions_are_readings_of_their_characters():
    divisions = (" City", " County", " District")
    rows = [
        e for e in PLACES.entries if e.en.endswith(divisions) and e.alternatives == (e.en.rsplit(" ", 1)[0],)
    ]
    wrong = [e.zh for e in rows if not NOT_READ.match(e.zh) and not _is_reading(e.zh[:-1], e.en)]
    assert len(rows) >= 400
    assert wrong == []


def _is_reading(zh, english):
    letters = re.sub("[^a-z]", "", english.rsplit(" ", 1)[0].lower().replace("ü", "u"))
    syllables = [set(options) for options in pinyin(zh, style=Style.NORMAL, heteronym=True)]
    return any("".join(way).replace("v", "u") == letters for way in itertools.product(*syllables))


def test_places_have_no_fault_of_form():
    assert [issue for issue in check_glossary(PLACES) if issue.severity == "error"] == []


def test_places_advise():
    (hit,) = PLACES.hits("厄瓜多尔")
    assert not binding(hit)
