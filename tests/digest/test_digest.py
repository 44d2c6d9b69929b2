from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import jsonschema
import pytest

from pipeline.cli import main
from pipeline.config import Config
from pipeline.digest import Digest, Report, digest
from pipeline.digest.topics import read_topics
from pipeline.errors import UsageError
from pipeline.prepare.terms import Glossary
from pipeline.read import read
from pipeline.runner import prepare
from pipeline.write.digest import FORMATS, render
from pipeline.write.digest_schema import digest_schema

PROVINCES = Path(__file__).parents[2] / "seeds" / "provinces"
GLOSSARY = Glossary.load(["gov-zh-en"])


@pytest.fixture(scope="module")
def reports() -> list[Report]:
    config = Config()
    return [
        Report(file.stem, prepare(read(str(file), config=config.read), config=config, glossary=GLOSSARY), file.stem)
        for file in sorted(PROVINCES.glob("*.txt"))
    ]  # fmt: skip


@pytest.fixture(scope="module")
def compared(reports: list[Report]) -> Digest:
    return digest(reports, glossary=GLOSSARY)


def values(made: Digest, zh: str, aspect: str | None) -> list[str | None]:
    topic = next(t for t in made.topics if (t.zh, t.aspect) == (zh, aspect))
    cells = [made.cell(topic.id, report.stem) for report in made.reports]
    return [str(cell.figure.measure.value) if cell and cell.figure else None for cell in cells]


def test_shared_figures_are_found_and_kept_apart_by_what_they_are(compared: Digest) -> None:
    assert [report.stem for report in compared.reports] == ["beiyuan", "haidong", "jiangdong", "yunling"]
    assert values(compared, "事业编制", "result") == ["21000", "90000", "68000", "35000"]
    assert values(compared, "事业编制", "target") == ["5000", "15000", "10000", "8000"]
    assert values(compared, "网上可办率", "result") == ["87.5", "99", "98.6", "92"]
    assert values(compared, "县级党政机构", "result") == [None, None, "214", "167"]
    assert values(compared, "公益类事业单位", "result")[:3] == ["13000", "22000", "19000"]


def test_every_cell_is_proved_by_its_report(compared: Digest) -> None:
    documents = {report.stem: report.document for report in compared.reports}
    assert compared.cells
    for cell in compared.cells:
        segments = {s.id: s for s in documents[cell.report].segments}
        whole = "".join(segments[name].text for name in cell.segments)
        assert all(c in whole for c in cell.zh)
        assert all(figure.measure.text in cell.zh for figure in cell.figures)
        assert cell.en == ""


def test_topics_asked_for_in_either_language(reports: list[Report]) -> None:
    made = digest(reports, topics=["编制", "administrative powers", "太空"], glossary=GLOSSARY)
    assert [topic.zh for topic in made.topics] == ["编制", "administrative powers", "太空"]
    counts = [sum(cell.topic == topic.id for cell in made.cells) for topic in made.topics]
    assert counts == [4, 4, 0]


def test_english_of_a_finished_translation_is_cut_to_the_clause(reports: list[Report]) -> None:
    report = reports[3]
    target = "A total of 35,000 public institution staffing quotas were recovered, 12,000 staffing quotas were transferred to primary and secondary school teachers, and 900 staffing quotas were added for rural doctors."
    segments = tuple(
        replace(s, target=target if "3.5万名" in s.text else None) for s in report.document.segments
    )
    finished = replace(report, document=replace(report.document, segments=segments))
    asked: list[str] = []

    def english(texts: Sequence[str]) -> list[str]:
        asked.extend(texts)
        return ["" for _ in texts]

    made = digest([finished, reports[0]], topics=["事业编制"], glossary=GLOSSARY, english=english)
    cell = made.cell("t1", finished.stem)
    assert cell is not None
    assert cell.en == "A total of 35,000 public institution staffing quotas were recovered"
    assert cell.figure is not None
    assert cell.figure.verdict == "proven"
    assert "共收回事业编制2.1万名" in asked
    assert cell.zh not in asked


@pytest.mark.parametrize("name", FORMATS)
def test_formats_hold_every_figure(compared: Digest, name: str) -> None:
    content = render(compared, name)
    if name == "docx":
        tables = docx.Document(io.BytesIO(content)).tables
        text = "".join(cell.text for table in tables for row in table.rows for cell in row.cells)
    else:
        text = content.decode("utf-8-sig")
    for cell in compared.cells:
        assert cell.zh in text.replace("\\", "")


def test_csv_has_a_line_for_each_topic_and_report(compared: Digest) -> None:
    lines = list(csv.DictReader(io.StringIO(render(compared, "csv").decode("utf-8-sig"))))
    assert len(lines) == len(compared.topics) * len(compared.reports)
    line = next(line for line in lines if line["zh"] == "全省收回事业编制近9万名")
    assert (line["value"], line["approximator"], line["report"]) == ("90000", "nearly", "haidong")
    assert line["link"].startswith("haidong.html#s")


def test_json_proves_down_to_offsets(compared: Digest) -> None:
    value = json.loads(render(compared, "json"))
    documents = {report.stem: report.document for report in compared.reports}
    for cell in value["cells"]:
        for proof in cell["proof"]:
            original = documents[cell["report"]].original
            assert original[proof["start"] : proof["end"]] == proof["source"]


SCHEMA = jsonschema.Draft202012Validator(digest_schema())


def test_the_schema_itself_is_valid_and_printed(capsys: pytest.CaptureFixture[str]) -> None:
    jsonschema.Draft202012Validator.check_schema(digest_schema())
    assert main(["schema", "digest"]) == 0
    assert json.loads(capsys.readouterr().out) == digest_schema()


def test_json_obeys_the_published_schema(compared: Digest, reports: list[Report]) -> None:
    for made in (compared, digest(reports, topics=["没有这个主题"]), digest([])):
        SCHEMA.validate(json.loads(render(made, "json")))


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda v: v.pop("topics"), id="missing"),
        pytest.param(lambda v: v.update(extra=1), id="unknown"),
        pytest.param(lambda v: v["cells"][0]["proof"].clear(), id="unproved"),
        pytest.param(lambda v: v["cells"][0]["proof"][0].update(start=-1), id="offset"),
        pytest.param(lambda v: v["cells"][0].update(figures=[{"measure": None}]), id="figure"),
        pytest.param(lambda v: v["topics"][0].update(aspect="dream"), id="aspect"),
    ],
)
def test_the_schema_refuses_what_is_no_comparison(compared: Digest, spoil: Callable[[Any], object]) -> None:
    value = json.loads(render(compared, "json"))
    spoil(value)
    assert not SCHEMA.is_valid(value)


def test_markup_of_a_report_is_text(reports: list[Report]) -> None:
    evil = "<script>alert(1)</script>"
    made = digest([replace(reports[0], zh=evil), reports[1]], topics=[evil], glossary=GLOSSARY)
    assert evil.encode() not in render(made, "html")


def test_the_command_writes_comparison_and_pages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    argv = ["digest", str(PROVINCES), "-o", str(out), "--no-model", "--quiet", "--topic", "编制"]
    assert main([*argv, "--format", "md,html,csv,docx,json"]) == 0
    written = {Path(line).name for line in capsys.readouterr().out.split()}
    assert written == {file.name for file in out.iterdir()}
    assert {"digest.md", "digest.docx", "haidong.html"} <= written
    page = (out / "haidong.html").read_text("utf-8")
    for line in csv.DictReader(io.StringIO(_digest_csv(tmp_path, capsys))):
        if line["report"] == "haidong":
            assert f'id="{line["segments"].split()[0]}"' in page


def _digest_csv(folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    out = folder / "csv"
    argv = ["digest", str(PROVINCES), "-o", str(out), "--no-model", "--quiet", "--topic", "编制"]
    assert main([*argv, "--format", "csv"]) == 0
    return (out / "digest.csv").read_text("utf-8-sig")


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        pytest.param([str(PROVINCES / "haidong.txt")], "two reports", id="one"),
        pytest.param([str(PROVINCES), "--format", "pdf"], "known are md", id="format"),
        pytest.param([str(PROVINCES), "--topics", "absent.txt"], "absent.txt", id="topics"),
    ],
)
def test_what_cannot_be_compared_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], argv: list[str], said: str
) -> None:
    assert main(["digest", *argv, "-o", str(tmp_path / "out"), "--no-model", "--quiet"]) == 2
    assert said in capsys.readouterr().err


def test_topics_stand_one_a_line(tmp_path: Path) -> None:
    file = tmp_path / "topics.txt"
    file.write_text("# what we follow\n编制\n\n粮食产量\n", "utf-8")
    assert read_topics(file) == ["编制", "粮食产量"]
    file.write_text("# nothing\n", "utf-8")
    with pytest.raises(UsageError, match="one a line"):
        read_topics(file)
