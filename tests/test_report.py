"""The main job on the user's report, with the real model: what issue after issue must not break."""

import json
import re

import pytest
from jsonschema import Draft202012Validator

from pipeline.cli import main
from pipeline.write.schema import json_schema

pytestmark = pytest.mark.model

CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")


@pytest.fixture(scope="session")
def report(report_folder):
    return json.loads((report_folder / "liaoning-report.json").read_text(encoding="utf-8"))


def test_result_follows_the_published_schema(report):
    Draft202012Validator(json_schema()).validate(report)


def test_every_character_is_accounted_for(report):
    coverage = report["coverage"]
    assert coverage["unaccounted"] == 0
    assert coverage["pending"] == 0
    assert sum(coverage.values()) == 2 * coverage["characters"] == 2 * 3164


def test_all_reading_glosses_are_removed_with_proof(report):
    glosses = [edit for edit in report["edits"] if edit["rule"] == "clean.gloss"]
    assert len(glosses) == 77
    assert all(edit["verified"] and edit["after"] == "" for edit in glosses)
    assert all("reading" in edit["evidence"] for edit in glosses)


def test_edits_stand_in_the_original(report):
    original = report["source"]["text"]
    for edit in report["edits"]:
        if edit["rule"] in {"clean.gloss", "clean.full_width"}:
            assert original[edit["start"] : edit["end"]] == edit["before"]


def test_lost_headings_are_inferred(report):
    inferred = [section["id"] for section in report["sections"] if section["inferred"]]
    numbered = [s for s in report["sections"] if s["marker"] in {"（一）", "（二）", "（三）", "（四）"}]
    assert len(inferred) == 2
    assert [section["parent"] for section in numbered] == [inferred[0]] * 4 + [inferred[1]] * 4


def test_every_segment_has_an_english_target_and_its_source(report):
    original = report["source"]["text"]
    for segment in report["segments"]:
        assert segment["target"].strip()
        assert not CHINESE.search(segment["target"]), segment
        assert original[segment["start"] : segment["end"]] == segment["source"]


def test_sections_have_english_titles(report):
    titled = [section for section in report["sections"] if not section["inferred"]]
    assert all(section["title"]["en"] and not CHINESE.search(section["title"]["en"]) for section in titled)


FIGURES = [  # (as written, value): read off the report by hand
    ("7个", "7"), ("8个", "8"), ("2次", "2"), ("4次", "4"), ("22次", "22"), ("39个", "39"), ("59个", "59"),
    ("14个", "14"), ("100个", "100"), ("49个", "49"), ("65个", "65"), ("71个", "71"), ("60名", "60"),
    ("115名", "115"), ("521项", "521"), ("156个", "156"), ("601个", "601"), ("3187个", "3187"),
    ("2.7万个", "27000"), ("2000多个", "2000"), ("659个", "659"), ("1万多项", "10000"), ("1073个", "1073"),
    ("150多个", "150"), ("32个", "32"), ("15万余名", "150000"), ("9万余名", "90000"), ("1600多个", "1600"),
    ("3年", "3"), ("1个月", "1"),
]  # fmt: skip


@pytest.mark.parametrize(("zh", "value"), FIGURES, ids=[zh for zh, _ in FIGURES])
def test_every_figure_is_listed_with_its_value(report, zh, value):
    assert [q for q in report["quantities"] if q["zh"] and zh in q["zh"] and q["value"] == value]


def test_nearly_every_figure_is_proven(report):
    ledger = [q for q in report["quantities"] if q["zh"] is not None]
    unproven = [(q["zh"], q["verdict"], q["segment"]) for q in ledger if q["verdict"] != "proven"]
    assert len(unproven) <= 0.05 * len(ledger), unproven


def test_every_line_of_the_brief_names_its_proof(report):
    known = {segment["id"]: segment for segment in report["segments"]}
    brief = report["brief"]
    lines = [brief["headline"], *brief["abstract"], *brief["points"]]
    assert len(brief["abstract"]) == 3
    for line in lines:
        assert line["zh"]
        assert line["en"]
        assert line["segments"]
        assert all(name in known for name in line["segments"])


def test_the_brief_has_two_to_four_points_for_each_numbered_section(report):
    numbered = [s["id"] for s in report["sections"] if s["marker"].startswith("（")]
    for section in numbered:
        points = [point for point in report["brief"]["points"] if point["section"] == section]
        assert 2 <= len(points) <= 4, section


def test_the_run_can_be_reproduced_from_its_record(report):
    run = report["run"]
    assert all(run[key] for key in ("version", "model", "model_sha256", "config_sha256", "glossary_sha256"))
    assert sum(count for _, count in run["ladder"]) >= len({s["text"] for s in report["segments"]}) * 0.9


def test_a_finished_document_is_proved_again(report_folder, capsys):
    assert main(["check", str(report_folder / "liaoning-report.json")]) == 0
    assert "2.7万个" in capsys.readouterr().out
