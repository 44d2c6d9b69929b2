"""Imports go cli/review/batch → pipeline → models, never back, and models know no Document."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
UPPER = {"cli", "commands", "review", "batch"}


def imported(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


@pytest.mark.parametrize("file", modules("models"), ids=str)
def test_models_never_import_the_pipeline(file):
    assert not {name for name in imported(file) if name.split(".")[0] == "pipeline"}


@pytest.mark.parametrize("file", modules("pipeline"), ids=str)
def test_pipeline_never_imports_torch(file):
    assert not {name for name in imported(file) if name.split(".")[0] in {"torch", "transformers"}}


def lower_modules() -> list[Path]:
    upper = UPPER | {"__main__"}
    return [f for f in modules("pipeline") if f.relative_to(ROOT).parts[1].removesuffix(".py") not in upper]


@pytest.mark.parametrize("file", lower_modules(), ids=str)
def test_lower_parts_never_import_upper_ones(file):
    parts = [name.split(".") for name in imported(file)]
    assert not [name for name in parts if name[0] == "pipeline" and name[1:2] and name[1] in UPPER]


HEAVY = (
    "numpy", "ctranslate2", "openvino", "torch", "transformers", "opencc", "pypinyin", "rapidfuzz", "rich",
    "jinja2", "sqlalchemy", "fastapi", "huggingface_hub", "shtab", "asyncio", "ssl", "typing_extensions",
)  # fmt: skip


@pytest.mark.parametrize("argument", ["--help", "--version", "brief"])
def test_help_and_refusals_load_nothing_heavy(argument):
    """What a person waits for at the prompt: measured at 30 ms of imports, kept there by this list."""
    script = (
        f"import sys; from pipeline.cli import main; main([{argument!r}]);"
        f"print([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True)
    assert run.stderr.splitlines()[-1] == "[]"
