"""`duizhao import`: reviewed files come back, the document is proved again and written whole or not at all."""

from dataclasses import replace

import pytest

from pipeline.cli import main
from pipeline.config import Config
from pipeline.prepare.terms import Glossary
from pipeline.runner import prepare
from pipeline.summarise import summarise
from pipeline.write import FORMATS
from pipeline.write.as_json import load, render
from tests.documents import make_document

TEXT = "关于改革的情况\n\n一、总体情况\n全省65个部门完成改革。精简编制115名。\n\n二、下一步工作\n今年继续推进改革。"
ENGLISH = {
    "关于改革的情况": "On the reform",
    "一、总体情况": "I. Overview",
    "全省65个部门完成改革。": "All 65 departments of the province completed the reform.",
    "精简编制115名。": "115 staff positions were cut.",
    "二、下一步工作": "II. Next steps",
    "今年继续推进改革。": "The reform continues this year.",
}


@pytest.fixture
def finished(tmp_path):
    """A translated document with its brief, as a file."""
    document = prepare(make_document(TEXT), config=Config(), glossary=Glossary.load(("gov-zh-en",)))
    segments = tuple(
        replace(s, target=ENGLISH[s.text], origin="mt", state="translated") for s in document.segments
    )
    document = summarise(replace(document, segments=segments), config=Config().brief)
    path = tmp_path / "report.json"
    path.write_bytes(render(document))
    return path


def reviewed(finished, name: str, old: str, new: str):
    """A file of the document with a sentence changed."""
    data = FORMATS[name](load(finished))
    path = finished.with_name(f"reviewed.{name}")
    assert old.encode() in data
    path.write_bytes(data.replace(old.encode(), new.encode()))
    return path


@pytest.mark.parametrize("name", ["xliff", "tmx", "csv"])
def test_a_changed_figure_is_found_by_the_checks(finished, capsys, name):
    file = reviewed(finished, name, "115 staff positions were", "151 staff positions were")
    assert main(["import", str(finished), str(file), "--strict"]) == 1
    assert capsys.readouterr().out.split() == [str(finished)]
    document = load(finished)
    changed = next(s for s in document.segments if s.text == "精简编制115名。")
    assert (changed.target, changed.origin, changed.state) == (
        "151 staff positions were cut.", "human", "reviewed",
    )  # fmt: skip
    assert any(i.segment == changed.id and i.severity == "error" for i in document.issues)
    lines = (document.brief.headline, *document.brief.abstract, *document.brief.points)
    quoted = [line.en for line in lines if changed.id in line.segments]
    assert all("151" in text for text in quoted)


def test_a_dry_run_tells_and_writes_nothing(finished, capsys):
    file = reviewed(finished, "csv", "continues this year", "goes on this year")
    before = finished.read_bytes()
    assert main(["import", str(finished), str(file), "--dry-run"]) == 0
    assert "+ The reform goes on this year." in capsys.readouterr().out
    assert finished.read_bytes() == before


def test_one_wrong_file_of_several_writes_nothing(finished, tmp_path, capsys):
    file = reviewed(finished, "csv", "continues this year", "goes on this year")
    (tmp_path / "other.csv").write_text("id,text,target\ns1,别的文件,Another file\n", "utf-8")
    before = finished.read_bytes()
    assert main(["import", str(finished), str(file), str(tmp_path / "other.csv")]) == 2
    assert "not made from this document" in capsys.readouterr().err
    assert finished.read_bytes() == before


def test_two_reviewers_who_disagree(finished, capsys):
    one = reviewed(finished, "csv", "continues this year", "goes on this year")
    two = reviewed(finished, "tmx", "continues this year", "will proceed this year")
    assert main(["import", str(finished), str(one), str(two)]) == 0
    assert "review.conflict" in capsys.readouterr().err
    last = load(finished).segments[-1]
    assert last.target == "The reform goes on this year."
    assert "The reform will proceed this year." in last.alternatives
    assert main(["check", str(finished), "--strict"]) == 0


def test_results_go_to_another_folder(finished, tmp_path, capsys):
    file = reviewed(finished, "xliff", "continues this year", "goes on this year")
    before = finished.read_bytes()
    out = tmp_path / "out"
    call = ["import", str(finished), str(file), "-o", str(out), "--format", "json,md,html"]
    assert main(call) == 0
    assert sorted(p.name for p in out.iterdir()) == ["report.html", "report.json", "report.md"]
    assert "goes on" in (out / "report.md").read_text("utf-8")
    assert finished.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.txt", "只是文字", "DOCX, XLIFF, TMX, or CSV"),
        ("a.csv", "a,b\n1,2\n", "columns id, text and target"),
        ("a.xlf", "<xliff", "not well-formed"),
        ("a.docx", "PK\x03\x04broken", "damaged"),
        ("a.json", "{}", "import takes"),
    ],
    ids=["text", "other_csv", "broken_xml", "broken_zip", "json"],
)
def test_files_that_are_none_of_ours(finished, tmp_path, capsys, name, content, said):
    (tmp_path / name).write_text(content, "utf-8")
    assert main(["import", str(finished), str(tmp_path / name)]) == 2
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1


def test_a_spreadsheet_is_told_to_be_saved_as_csv(finished, tmp_path, capsys):
    import zipfile

    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as file:
        file.writestr("xl/workbook.xml", "<workbook/>")
    assert main(["import", str(finished), str(tmp_path / "a.xlsx")]) == 2
    assert "spreadsheet as CSV" in capsys.readouterr().err


def test_a_document_that_changed_meanwhile_is_left(finished, capsys, monkeypatch):
    file = reviewed(finished, "csv", "continues this year", "goes on this year")

    def slow(document, **more):
        finished.write_bytes(finished.read_bytes() + b"\n")
        return document

    monkeypatch.setattr("pipeline.commands.import_.check", slow)
    assert main(["import", str(finished), str(file)]) == 2
    assert "meanwhile" in capsys.readouterr().err
    assert "continues" in load(finished).segments[-1].target


@pytest.mark.parametrize("name", ["xliff", "tmx", "csv"])
def test_a_bilingual_file_is_checked_whoever_made_it(finished, capsys, name):
    file = reviewed(finished, name, "115 staff positions were", "151 staff positions were")
    assert main(["check", str(file), "--strict"]) == 1
    assert "115" in capsys.readouterr().out


def test_a_table_of_anybody_is_checked(tmp_path, capsys):
    rows = "原文,译文\n全省共有2.7万個單位。,The province has 2.7 million units.\n今天。,Today.\n"
    (tmp_path / "a.csv").write_text(rows, "utf-8")
    assert main(["check", str(tmp_path / "a.csv"), "--strict"]) == 1
    assert "row2" in capsys.readouterr().out


def test_a_file_without_translations_cannot_be_checked(tmp_path, capsys):
    (tmp_path / "a.csv").write_text("text\n今天。\n", "utf-8")
    assert main(["check", str(tmp_path / "a.csv")]) == 2
    assert "no translation to check" in capsys.readouterr().err
