"""What the pages tell people to type is right: every command parses, and those that can be run are run."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.registry import load_registry
from pipeline import library
from pipeline.cli import build_parser, main
from pipeline.config import Config, load_config
from pipeline.prepare.terms import Glossary
from pipeline.write import FORMATS
from tests.batch.tiny import install

ROOT = Path(__file__).parents[2]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^```(\w+)(?: title=\"([^\"]+)\")?\n(.*?)^```$", re.M | re.S)
REPORT = "青山縣圖書館報告\n一、總體情況\n去年新建圖書館27個。\n"
# What a page may show and no test types here: it serves for ever, asks a database, a GPU or the network,
# or starts processes (tests/batch does that).
LEFT = {"batch ", "align ", "--waivers ", "jobs ", "review ", "eval ", "models fetch", "models verify", "models bench", "--engine ray", "postgresql://",
        "--model ours", "--model gpu", "--model qwen2.5-coder-0.5b", "--metrics", "doctor", " - "}  # fmt: skip


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path) -> list[tuple[str, str, str]]:
    """Language, title and text of every fenced block."""
    return FENCE.findall(page.read_text("utf-8"))


def commands(page: Path) -> Iterator[list[str]]:
    """Every call of duizhao in a block for the shell."""
    for language, _, text in blocks(page):
        for line in text.replace("\\\n", " ").splitlines() if language == "sh" else ():
            words = shlex.split(line, comments=True)
            if words[:1] == ["duizhao"]:
                yield words[1:]


CALLS = [
    pytest.param(call, id=f"{name_of(page)}: {' '.join(call)}") for page in PAGES for call in commands(page)
]


@pytest.mark.parametrize("call", CALLS)
def test_a_command_of_the_pages_parses(call):
    arguments = build_parser().parse_args(call)
    for option in ("format", "to"):
        value = (
            getattr(arguments, option, None) if call[0] in ("brief", "translate", "batch", "export") else None
        )
        assert set(value.split(",") if value else ()) <= set(FORMATS)


def test_the_readme_and_every_how_to_page_have_commands():
    with_commands = {name_of(page) for page in PAGES if list(commands(page))}
    assert {"README.md", "docs/tutorial.md", "docs/how-to/glossary.md"} <= with_commands


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_files_that_a_page_shows_can_be_read(page, tmp_path):
    for _, title, text in blocks(page):
        file = tmp_path / title
        if title and title != "default.toml":
            file.write_text(text, "utf-8")
        if title.endswith(".tsv"):
            assert len(Glossary.load((str(file),)))
        elif title == "models.toml":
            load_registry([file])
        elif title.endswith(".toml"):
            assert load_config(files=[file]) != Config()


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> dict[str, str]:
    """Random weights under the name of the default model."""
    return install(tmp_path_factory.mktemp("model"), Config().translate.model)


@pytest.fixture
def desk(tmp_path, monkeypatch, model) -> Path:
    """A folder with what the pages speak of."""
    for name, value in model.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "report.txt").write_text(REPORT, "utf-8")
    (tmp_path / "client.tsv").write_text("zh\ten\n青山县\tQingshan County\n", "utf-8")
    for folder in ("reports", "seeds"):
        (tmp_path / folder).mkdir()
        shutil.copy(tmp_path / "report.txt", tmp_path / folder / "liaoning-report.txt")
    return tmp_path


@pytest.mark.parametrize("page", [page for page in PAGES if list(commands(page))], ids=name_of)
def test_the_commands_of_a_page_do_what_they_say(page, desk):
    """In order, as a reader would: with a short report, and a model that knows nothing."""
    for _, title, text in blocks(page):
        if title.endswith((".tsv", ".toml", ".csv", ".jsonl")) and title != "default.toml":
            (desk / title).write_text(text, "utf-8")
    for call in commands(page):
        line = f"{' '.join(call)} "
        if not any(part in line for part in LEFT):
            assert main(call) in ((0, 1) if "--strict" in call else (0,)), line


SNIPPETS = [
    pytest.param(text, id=name_of(page))
    for page in PAGES
    for language, _, text in blocks(page)
    if language == "python" and "--8<--" not in text
]


@pytest.mark.parametrize("text", SNIPPETS)
def test_the_lines_of_python_run(text, desk):
    library._engine.cache_clear()  # of an earlier test's model
    exec(compile(text, "page", "exec"), {})
    library._engine.cache_clear()
    assert (desk / "out" / "report.md").exists()


LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


@pytest.mark.parametrize("page", [page for page in PAGES if page.parent == ROOT], ids=name_of)
def test_links_of_pages_outside_the_site_lead_somewhere(page):
    """Those inside docs/ are followed by the strict build of the site."""
    links = [link.split("#")[0] for link in LINK.findall(page.read_text("utf-8")) if "://" not in link]
    assert [link for link in links if link and not (ROOT / link).exists()] == []
