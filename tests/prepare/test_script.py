"""Script conversion: one for one, with current tables; script, region and mixture told."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import ReadConfig
from pipeline.document import Document
from pipeline.errors import ConfigError
from pipeline.prepare.clean import clean
from pipeline.prepare.edits import undo
from pipeline.prepare.script import convert, convert_script, detect
from pipeline.read import text as text_reader

REPORT = Path(__file__).parents[2] / "seeds" / "liaoning-report.txt"


def document(text: str) -> Document:
    return text_reader.read(text.encode(), "x.txt", ReadConfig())


@pytest.mark.parametrize(
    ("config", "before", "after"),
    [
        ("t2s", "乾安縣的慰藉與什麼", "乾安县的慰藉与什么"),
        ("t2s", "乾隆皇后以後", "乾隆皇后以后"),
        ("t2s", "中国与中國", "中国与中国"),
        ("tw2s", "為著名臺灣檯面裡的麵", "为著名台湾台面里的面"),
        ("tw2s", "網路資訊軟體文件整合", "网路资讯软体文件整合"),
        ("hk2s", "説明衞生署着手", "说明卫生署着手"),
        ("t2s", "", ""),
    ],
)
def test_convert(config: str, before: str, after: str) -> None:
    """Expected forms agree with OpenCC 1.4.2; no vocabulary is swapped."""
    assert convert(before, config) == after


@given(st.text())
def test_conversion_keeps_the_length_of_any_text(text: str) -> None:
    assert all(len(convert(text, config)) == len(text) for config in ("t2s", "tw2s", "hk2s"))


@pytest.mark.parametrize(
    ("text", "script", "region"),
    [
        ("国务院办公厅关于机构改革的通知", "hans", None),
        ("國務院辦公廳關於省委黨委機構編制的通知", "hant", "cn"),
        ("行政院內政部依本法規定，臺北市資訊計畫，主管機關為衛生福利部", "hant", "tw"),
        ("香港特區政府行政長官在立法會説明，衞生署着手處理港元", "hant", "hk"),
        ("國務院辦公廳發布国务院办公厅发布的通知关于規劃", "mixed", None),
        ("Report 2018", "none", None),
        ("中文", "hans", None),
    ],
)
def test_script_and_region(text: str, script: str, region: str | None) -> None:
    found = detect(text)
    assert found.script == script
    if region:
        assert found.region == region
        assert "×" in found.reason


def test_simplified_forms_in_a_traditional_text_are_reported() -> None:
    converted = convert_script(document("改革后，關於領導幹部，皇后與余姓同志，剩余國會无"))
    found = {issue.message[:12]: issue for issue in converted.issues if issue.check == "mixed_script"}
    assert any("后 where" in message for message in found)
    assert any(issue.severity == "warning" and "无" in issue.message for issue in found.values())
    after = next(issue for issue in converted.issues if "后 where" in issue.message)
    assert (after.start, after.end) == (2, 3)
    assert "1 times" in after.message


def test_a_simplified_text_keeps_what_is_right_in_it() -> None:
    converted = convert_script(document("宫商角徵羽，乾坤，论著，慰藉。台積電的报告说明国务院关于发展"))
    assert converted.source.script == "hans"
    assert converted.text.text == "宫商角徵羽，乾坤，论著，慰藉。台积电的报告说明国务院关于发展"


def test_edits_are_runs_that_slice_back() -> None:
    converted = convert_script(clean(document("堅持統(tǒng)籌國家")))
    edits = [edit for edit in converted.edits if edit.rule.startswith("script.")]
    assert [edit.before for edit in edits] == ["堅", "統", "籌國"]
    assert all(converted.original[edit.start : edit.end] == edit.before for edit in edits)


def test_mode_none_converts_nothing() -> None:
    converted = convert_script(document("國務院"), mode="none")
    assert converted.text.text == "國務院"
    assert any(issue.check == "leftover_traditional" for issue in converted.issues)


def test_an_unknown_mode_names_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="t2s"):
        convert_script(document("國"), mode="tw2sp")
    with pytest.raises(ConfigError, match="t2s"):
        convert("國", "tw2sp")


def test_the_report_can_be_undone_to_the_last_character() -> None:
    read = text_reader.read(REPORT.read_bytes(), "report", ReadConfig())
    converted = convert_script(clean(read))
    assert (converted.source.script, converted.source.region) == ("hant", "cn")
    assert undo(converted.text, converted.edits) == read.original
    assert not [issue for issue in converted.issues if issue.check == "leftover_traditional"]
