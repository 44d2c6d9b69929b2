"""XLIFF and TMX as bilingual input."""

import pytest

from pipeline.config import ReadConfig
from pipeline.errors import EmptyInput, InputError
from pipeline.read import read

XLIFF_2 = """<?xml version="1.0"?><xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.1"
 srcLang="zh-Hans" trgLang="en"><file id="f1"><group id="g1"><unit id="s1" type="duizhao:heading"><notes>
<note id="n1">核对</note></notes><segment state="reviewed"><source>一、<pc id="1">总则</pc></source>
<target>I. General<cp hex="0001"/></target></segment></unit></group>
<unit id="s2"><segment><source>第二段<ph id="2"/></source></segment></unit></file></xliff>"""

XLIFF_1 = """<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2"><file source-language="en" target-language="zh-CN"
 original="a" datatype="plaintext"><body><trans-unit id="1" approved="yes"><source>Report</source><target>报告</target></trans-unit>
<trans-unit id="2"><source>Plan <g id="1">A</g><x id="2"/></source><target state="signed-off">计划甲</target><note>注</note></trans-unit>
</body></file></xliff>"""

TMX = """<!DOCTYPE tmx SYSTEM "tmx14.dtd"><tmx version="1.4"><header srclang="zh-Hans"/><body>
<tu tuid="a"><prop type="x-state">final</prop><tuv xml:lang="zh-Hant"><seg>報告</seg></tuv><tuv xml:lang="en-GB"><seg>Report</seg></tuv></tu>
<tu><tuv xml:lang="zh"><seg>计划<bpt i="1">&lt;b&gt;</bpt>甲<ept i="1">x</ept></seg></tuv></tu></body></tmx>"""


@pytest.fixture
def bilingual(tmp_path):
    def make(text: str, name: str = "a.xlf"):
        (tmp_path / name).write_text(text, "utf-8")
        return read(str(tmp_path / name), config=ReadConfig())

    return make


def test_xliff_2(bilingual):
    document = bilingual(XLIFF_2)
    assert [(s.id, s.kind, s.source, s.target, s.state, s.origin) for s in document.segments] == [
        ("s1", "heading", "一、总则", "I. General\x01", "reviewed", "human"),
        ("s2", "sentence", "第二段", None, "initial", None),
    ]
    assert [(i.check, i.segment) for i in document.issues] == [
        ("read.note", "s1"),
        ("read.inline_codes", "s2"),
        ("read.targets", None),
    ]


def test_xliff_1_from_english_changes_sides(bilingual):
    assert [(s.source, s.target, s.state) for s in bilingual(XLIFF_1).segments] == [
        ("报告", "Report", "final"),
        ("计划甲", "Plan A", "reviewed"),
    ]


def test_tmx_of_any_chinese_and_english(bilingual):
    document = bilingual(TMX, "a.tmx")
    assert [(s.id, s.source, s.target, s.state) for s in document.segments] == [
        ("s1", "報告", "Report", "final"),
        ("s2", "计划甲", None, "initial"),
    ]


def test_sources_are_slices_of_the_original(bilingual):
    document = bilingual(XLIFF_2)
    assert all(document.original[s.start : s.end] == s.source for s in document.segments)


@pytest.mark.parametrize(
    "text", ["<a/>", "<xliff version='2.1' srcLang='de' trgLang='fr'/>", "<tmx><body/></tmx>", "<", "文"]
)
def test_other_files_are_refused(bilingual, text):
    with pytest.raises(InputError):
        bilingual(text)


def test_a_file_without_units_is_empty(bilingual):
    with pytest.raises(EmptyInput):
        bilingual("<xliff version='2.1' srcLang='zh' trgLang='en'/>")


def test_targets_are_left_out_on_wish(tmp_path):
    (tmp_path / "a.xlf").write_text(XLIFF_2, "utf-8")
    document = read(str(tmp_path / "a.xlf"), config=ReadConfig(targets="ignore"))
    assert document.original == "一、总则\n第二段"
    assert [s.target for s in document.segments] == [None, None]
    assert "read.targets_ignored" in {issue.check for issue in document.issues}
