"""Doctor says what is wrong and what to do, and never breaks itself."""

import io
import sys
import tomllib
from pathlib import Path

import pytest

from models.cache import model_directory
from models.registry import find_entry, load_registry
from pipeline.cli import main
from pipeline.commands import doctor
from pipeline.config import load_config


def only(findings):
    (finding,) = findings
    return finding


@pytest.mark.parametrize(
    ("installed", "said"),
    [
        ({"opencc-python-reimplemented", "opencc"}, "pip uninstall opencc "),
        ({"opencc-python-reimplemented", "opencc", "opencc-py"}, "pip uninstall opencc opencc-py "),
        ({"opencc"}, "--force-reinstall opencc-python-reimplemented"),
        ({"opencc-py"}, "pip uninstall opencc-py "),
    ],
    ids=["two", "three", "only_upstream", "only_another"],
)
def test_the_wrong_opencc_is_named(monkeypatch, installed, said):
    monkeypatch.setattr(doctor, "_installed", installed.__contains__)
    finding = only(doctor._opencc())
    assert finding.state == "wrong"
    assert said in finding.remedy


def test_one_opencc_distribution_is_well():
    assert not list(doctor._opencc())


def test_a_missing_extra_is_a_note_with_the_command(monkeypatch):
    monkeypatch.setattr(doctor, "LINKED", {})
    monkeypatch.setattr(doctor, "_importable", lambda module: module != "torch")
    notes = [f for f in doctor._extras() if f.state == "note"]
    assert [f.remedy for f in notes] == ["pip install 'duizhao[transformers]'"]


def test_a_missing_library_of_the_system_is_wrong_and_named(monkeypatch):
    monkeypatch.setattr(doctor, "_importable", lambda module: True)
    reason = "cannot load library 'libpango-1.0-0'"
    monkeypatch.setattr(doctor, "_import_error", lambda module: reason if module == "weasyprint" else "")
    finding = only(f for f in doctor._extras() if f.state == "wrong")
    assert reason in finding.what
    assert "Pango" in finding.remedy


def test_an_old_package_is_named_with_what_is_needed(monkeypatch):
    monkeypatch.setattr(
        doctor,
        "requires",
        lambda name: ["numpy>=1.26", 'torch>=2.4; extra == "transformers"', 'pytest>=8; extra == "dev"'],
    )
    monkeypatch.setattr(doctor, "_version", {"torch": "2.1.0", "numpy": "2.0", "pytest": "7.0"}.get)
    finding = only(doctor._versions())
    assert (finding.state, finding.remedy) == ("note", "pip install 'torch>=2.4'")
    assert "torch 2.1.0" in finding.what


def test_an_old_package_that_every_run_needs_is_wrong(monkeypatch):
    monkeypatch.setattr(doctor, "requires", lambda name: ["numpy>=1.26; sys_platform != 'nowhere'"])
    monkeypatch.setattr(doctor, "_version", lambda name: "1.20")
    assert only(doctor._versions()).state == "wrong"


def test_requirements_of_other_platforms_are_left(monkeypatch):
    monkeypatch.setattr(doctor, "requires", lambda name: ["numpy>=1.26; sys_platform == 'nowhere'"])
    monkeypatch.setattr(doctor, "_version", lambda name: "1.20")
    assert not list(doctor._versions())


def test_a_check_that_breaks_becomes_a_finding(monkeypatch):
    def broken():
        raise RuntimeError("no such thing")

    monkeypatch.setattr(doctor, "_memory", broken)
    assert any(f.state == "wrong" and "no such thing" in f.what for f in doctor.examine())


@pytest.fixture
def home(monkeypatch, tmp_path) -> Path:
    monkeypatch.setenv("DUIZHAO_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_a_cache_that_cannot_be_written_is_wrong(monkeypatch, home):
    def refuse(**options):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(doctor.tempfile, "TemporaryFile", refuse)
    finding = only(doctor._home())
    assert finding.state == "wrong"
    assert "DUIZHAO_HOME" in finding.remedy


def test_a_full_disk_is_a_note(monkeypatch, home):
    usage = doctor.shutil.disk_usage("/")
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda path: usage._replace(free=10**9))
    finding = only(doctor._home())
    assert finding.state == "note"
    assert "1.0 GB free" in finding.what


def test_the_cache_that_is_not_there_yet_is_not_made(home):
    assert only(doctor._home()).state == "ok"
    assert not home.exists()


def test_no_temporary_folder_is_wrong(monkeypatch):
    def nowhere():
        raise FileNotFoundError("No usable temporary directory found")

    monkeypatch.setattr(doctor.tempfile, "gettempdir", nowhere)
    assert "TMPDIR" in only(doctor._temporary()).remedy


def test_a_model_that_is_not_there_is_a_note_with_the_command(home):
    finding = only(doctor._model())
    assert finding.state == "note"
    assert finding.remedy == "duizhao models fetch qwen2.5-coder-1.5b-gov"


def test_a_model_that_is_half_there_is_wrong(home):
    name = load_config().translate.model
    model_directory(name, find_entry(name, load_registry())).mkdir(parents=True)
    finding = only(doctor._model())
    assert finding.state == "wrong"
    assert finding.remedy == f"duizhao models fetch {name}"


def test_a_broken_registry_of_the_user_is_named(monkeypatch, tmp_path):
    own = tmp_path / "models.toml"
    own.write_text("[models.x]\nkind = 'causal'\n", "utf-8")
    monkeypatch.setenv("DUIZHAO_MODELS", str(own))
    wrong = [f.what for f in doctor.examine() if f.state == "wrong"]
    assert any("models.toml" in what for what in wrong)


def test_a_terminal_without_chinese_is_wrong(monkeypatch):
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="latin-1"))
    assert "PYTHONUTF8" in only(doctor._terminal()).remedy


@pytest.mark.parametrize(("state", "code"), [("ok", 0), ("note", 0), ("wrong", 1)])
def test_exit_code_is_1_when_something_is_wrong(monkeypatch, capsys, state, code):
    monkeypatch.setattr(doctor, "examine", lambda: iter([doctor.Finding(state, "thing", "remedy")]))
    assert main(["doctor"]) == code
    assert capsys.readouterr().out == f"{state:<5} thing → remedy\n"


def test_every_extra_is_examined():
    with (Path(__file__).parents[2] / "pyproject.toml").open("rb") as file:
        extras = tomllib.load(file)["project"]["optional-dependencies"]
    assert set(doctor.EXTRAS) == set(extras) - {"dev", "site", "peers"}
