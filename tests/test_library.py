"""duizhao from Python: documents out of functions, one engine for many calls, clear refusals."""

from __future__ import annotations

import runpy
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

import pipeline
from models.base import Answer, Decoding, Limits, Request
from pipeline import bilingual, brief, inspect, library, load, prove, save
from pipeline.config import load_config
from pipeline.errors import DecodingError, EmptyInput, InputError, UsageError

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "docs" / "examples" / "library.py"
TEXT = "青山縣圖書館報告\n一、总体情况\n去年新建图书馆27个。改造面积约2.5万平方米。\n二、下一步\n继续建设。\n"


class Echo:
    """A model that answers with a sentence that keeps the request's ASCII digits."""

    name = "echo"
    revision = "1"
    limits = Limits(max_source_pieces=500, max_target_pieces=500)

    def load(self) -> None: ...

    def count_pieces(self, text: str) -> int:
        return len(text)

    def translate(self, requests: Sequence[Request], *, decoding: Decoding = Decoding()) -> list[Answer]:  # noqa: B008
        return [Answer(text=f"The library was built in {request.text}") for request in requests]


def test_a_text_in_memory_becomes_a_brief():
    document = brief(text=TEXT, translator=Echo())
    assert document.brief is not None
    assert document.run.model == "echo"
    assert all(segment.target is not None for segment in document.segments)


def test_bilingual_is_the_same_without_the_brief():
    document = bilingual(text=TEXT, translator=Echo())
    with_brief = brief(text=TEXT, translator=Echo())
    assert document.brief is None
    assert [s.target for s in document.segments] == [s.target for s in with_brief.segments]


def test_steps_are_heard_in_order():
    heard: list[str] = []
    bilingual(text=TEXT, translator=Echo(), watch=heard.append)
    assert heard[0] == "clean"
    assert heard[-1] == "check"


def test_inspect_needs_no_model(tmp_path, monkeypatch):
    monkeypatch.setenv("DUIZHAO_HOME", str(tmp_path))
    file = tmp_path / "report.txt"
    file.write_text(TEXT, encoding="utf-8")
    assert inspect(file).quantities == inspect(text=TEXT).quantities != ()


def test_a_saved_document_is_loaded_and_proved_again(tmp_path):
    document = brief(text=TEXT, translator=Echo())
    files = save(document, tmp_path, formats=("json", "md"), stem="report")
    assert [file.name for file in files] == ["report.json", "report.md"]
    again = load(files[0])
    assert again.segments == document.segments
    assert prove(again).quantities == document.quantities


def test_a_file_is_named_like_its_source_unless_told_otherwise(tmp_path):
    file = tmp_path / "青山.txt"
    file.write_text(TEXT, encoding="utf-8")
    assert [f.name for f in save(inspect(file), tmp_path / "out", formats=("json",))] == ["青山.json"]


def test_glossaries_of_the_call_are_used(tmp_path):
    own = tmp_path / "own.tsv"
    own.write_text("zh\ten\n图书馆\treading house\n", encoding="utf-8")
    terms = {hit.en for segment in inspect(text=TEXT, glossaries=[own]).segments for hit in segment.terms}
    assert "reading house" in terms


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: brief(), UsageError),
        (lambda: brief("x.txt", text="x"), UsageError),
        (lambda: inspect("absent.txt"), InputError),
        (lambda: inspect(text=" \n"), EmptyInput),
        (lambda: inspect(text="\ud800"), DecodingError),
        (lambda: inspect(text="x", profile="light", config=load_config()), UsageError),
        (lambda: inspect(text="x", glossaries="own.tsv"), UsageError),
        (lambda: save(inspect(text=TEXT), "out", formats="json"), UsageError),
    ],
    ids=["nothing", "both", "absent", "empty", "surrogate", "two_configs", "one_glossary", "one_format"],
)
def test_wrong_calls_are_refused(call, error):
    with pytest.raises(error):
        call()


def test_weights_are_kept_from_one_call_to_the_next(monkeypatch, tmp_path):
    loaded: list[str] = []

    def load_translator(name: str, **options: object) -> Echo:
        loaded.append(name)
        return Echo()

    own = tmp_path / "own.tsv"
    own.write_text("zh\ten\n图书馆\treading house\n", encoding="utf-8")
    library._engine.cache_clear()
    monkeypatch.setattr("pipeline.engine.load_translator", load_translator)
    bilingual(text=TEXT)
    bilingual(text=TEXT, glossaries=[own])
    assert loaded == ["qwen2.5-coder-1.5b-gov"]
    bilingual(text=TEXT, profile="light")
    assert loaded == ["qwen2.5-coder-1.5b-gov", "qwen2.5-coder-0.5b-gov"]
    library._engine.cache_clear()


def test_every_exported_name_is_there_and_documented():
    assert all(getattr(pipeline, name).__doc__ for name in pipeline.__all__)
    assert set(pipeline.__all__) <= set(dir(pipeline))
    with pytest.raises(AttributeError, match="shorten"):
        pipeline.shorten  # noqa: B018


def test_importing_the_package_is_cheap():
    script = "import sys, pipeline; print([m for m in ('numpy', 'opencc', 'models') if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True)
    assert run.stdout.strip() == "[]"


def test_the_example_runs(monkeypatch, tmp_path, capsys):
    library._engine.cache_clear()
    monkeypatch.setattr("pipeline.engine.load_translator", lambda name, **options: Echo())
    example = runpy.run_path(str(EXAMPLE))
    example["main"](str(ROOT / "seeds" / "liaoning-report.txt"), str(tmp_path))
    library._engine.cache_clear()
    printed = capsys.readouterr().out
    assert "script hant" in printed
    assert str(tmp_path / "liaoning-report.tmx") in printed
