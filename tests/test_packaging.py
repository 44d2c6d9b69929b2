"""The wheel and the sdist carry all that the product reads at run time, and work outside a checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("pipeline", "models", "configs")
REPORT = "青山縣圖書館報告\n一、總體情況\n去年新建圖書館27個。\n"


def shipped() -> set[str]:
    """Every file of the packages, as it stands in the checkout."""
    files = (file for package in PACKAGES for file in (ROOT / package).rglob("*"))
    return {
        file.relative_to(ROOT).as_posix()
        for file in files
        if file.is_file() and "__pycache__" not in file.parts and not file.name.startswith(".")
    }


def build(source: Path, out: Path, kind: str) -> Path:
    command = [sys.executable, "-m", "build", "--no-isolation", f"--{kind}", "--outdir", out, source]
    subprocess.run(command, check=True, capture_output=True, text=True)
    (built,) = out.glob("*.whl" if kind == "wheel" else "*.tar.gz")
    return built


def members(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as file:
        return {name: file.read(name) for name in file.namelist() if ".dist-info/" not in name}


@pytest.fixture(scope="session")
def wheel(tmp_path_factory) -> Path:
    return build(ROOT, tmp_path_factory.mktemp("wheel"), "wheel")


@pytest.fixture(scope="session")
def sdist(tmp_path_factory) -> Path:
    return build(ROOT, tmp_path_factory.mktemp("sdist"), "sdist")


def test_the_wheel_carries_every_file_and_nothing_else(wheel):
    assert set(members(wheel)) == shipped()


def test_the_wheel_carries_the_licence(wheel):
    with zipfile.ZipFile(wheel) as file:
        assert any(name.endswith("licenses/LICENSE") for name in file.namelist())


def test_a_wheel_from_the_sdist_is_the_same(wheel, sdist, tmp_path):
    with tarfile.open(sdist) as file:
        file.extractall(tmp_path, filter="data")
    (unpacked,) = tmp_path.iterdir()
    for needed in ("Makefile", "seeds/liaoning-report.txt", "tests/conftest.py", "docs", "constraints.txt"):
        assert (unpacked / needed).exists(), needed
    assert members(build(unpacked, tmp_path / "out", "wheel")) == members(wheel)


@pytest.fixture(scope="session")
def installed(wheel, tmp_path_factory) -> Path:
    """The wheel unpacked into an environment of its own, beside the libraries of this one.

    The packages come before this environment's, so what runs is what was shipped; a full
    installation from an index is the slow test below.
    """
    folder = tmp_path_factory.mktemp("installed")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True, capture_output=True)
    python = folder / "bin" / "python"
    site = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True, capture_output=True, text=True,
    ).stdout.strip()  # fmt: skip
    Path(site, "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    pip = [sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check", "install"]
    subprocess.run(
        [*pip, "--no-deps", "--no-index", "--ignore-installed", wheel], check=True, capture_output=True
    )
    return folder


def run(folder: Path, *arguments: str, cwd: Path, code: int = 0) -> str:
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    environment |= {"DUIZHAO_HOME": str(cwd / "home"), "PYTHONUTF8": "1"}
    done = subprocess.run(
        [folder / "bin" / "duizhao", *arguments], capture_output=True, text=True, cwd=cwd, env=environment
    )
    assert done.returncode == code, done.stderr
    return done.stdout


def test_the_installed_command_is_the_shipped_one(installed, tmp_path):
    script = "import pipeline, models, configs; print(pipeline.__file__, models.__file__, configs.__file__)"
    where = subprocess.run(
        [installed / "bin" / "python", "-c", script], check=True, capture_output=True, text=True, cwd=tmp_path
    ).stdout
    assert all(path.startswith(str(installed)) for path in where.split())


def test_version_schema_and_models_outside_a_checkout(installed, tmp_path):
    with (ROOT / "pyproject.toml").open("rb") as file:
        version = tomllib.load(file)["project"]["version"]
    assert run(installed, "--version", cwd=tmp_path) == f"duizhao {version}\n"
    assert json.loads(run(installed, "schema", cwd=tmp_path))["$schema"]
    assert "qwen2.5-coder-1.5b" in run(installed, "models", "list", cwd=tmp_path)


def test_doctor_finds_nothing_wrong_but_the_model(installed, tmp_path):
    report = run(installed, "doctor", cwd=tmp_path)
    assert "duizhao models fetch" in report
    assert "wrong" not in report


def test_a_report_is_inspected_outside_a_checkout(installed, tmp_path):
    (tmp_path / "report.txt").write_text(REPORT, "utf-8")
    found = json.loads(run(installed, "inspect", "report.txt", "--format", "json", cwd=tmp_path))
    assert found["source"]["script"] == "hant"
    assert any(q["zh"] == "27个" for q in found["quantities"])
    (tmp_path / "report.json").write_text(json.dumps(found), "utf-8")
    written = run(installed, "export", "report.json", "--to", "html,md,tmx", cwd=tmp_path)
    assert len(written.splitlines()) == 3


def test_migrations_templates_and_static_files_are_shipped(installed, tmp_path):
    script = (
        "from pipeline.store import Store; Store.open('sqlite:///store.db');"
        "from pipeline.review.pages import _render; print(_render('login.html.j2', wrong=False, csrf='', author=''));"
        "from importlib import resources; s = resources.files('pipeline.review') / 'static';"
        "assert (s / 'review.js').is_file() and (s / 'vendor' / 'htmx' / 'htmx.min.js').is_file()"
    )
    page = subprocess.run(
        [installed / "bin" / "python", "-c", script], check=True, capture_output=True, text=True, cwd=tmp_path
    ).stdout
    assert "<form" in page
    assert (tmp_path / "store.db").exists()


@pytest.mark.slow
def test_an_empty_environment_gets_all_that_it_needs_from_the_index(wheel, tmp_path):
    """What `pip install duizhao` gives: every needed package, in versions that work together."""
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "env"], check=True)
    pip = [tmp_path / "env" / "bin" / "python", "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    subprocess.run([*pip, wheel], check=True)
    assert "wrong" not in run(tmp_path / "env", "doctor", cwd=tmp_path)
    (tmp_path / "report.txt").write_text(REPORT, "utf-8")
    assert "27个 = 27 (count" in run(tmp_path / "env", "inspect", "report.txt", cwd=tmp_path)
