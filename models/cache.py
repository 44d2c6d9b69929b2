"""Where models live on disk, and whether what lives there is whole."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import platformdirs

from models.errors import ModelError
from models.registry import Entry

MANIFEST = "manifest.json"
# Raise it when a conversion changes its result: the old folder is then no longer looked at.
LAYOUT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file of an installed model."""

    bytes: int
    sha256: str


def default_home() -> Path:
    """The folder of everything cached: `DUIZHAO_HOME`, else the platform's cache folder."""
    named = os.environ.get("DUIZHAO_HOME", "")
    return (
        Path(named).expanduser() if named else Path(platformdirs.user_cache_dir("duizhao", appauthor=False))
    )


def model_directory(name: str, entry: Entry, home: Path | None = None) -> Path:
    """The folder of one model; another revision, engine or number format has another folder."""
    safe = re.sub(r"[^A-Za-z0-9._-]", "-", name)
    key = f"{safe}-{entry.revision()}-{entry.engine}-{entry.compute_type}-{LAYOUT}"
    return (home or default_home()) / "models" / key


def write_manifest(directory: Path, name: str, entry: Entry) -> None:
    """Record size and checksum of every file of a folder."""
    files = {
        file.relative_to(directory).as_posix(): asdict(
            File(bytes=file.stat().st_size, sha256=sha256_of(file))
        )
        for file in sorted(directory.rglob("*"))
        if file.is_file() and file.name != MANIFEST
    }
    record = {"name": name, "revision": entry.revision(), "licence": entry.licence, "files": files}
    (directory / MANIFEST).write_text(json.dumps(record, indent=1, ensure_ascii=False), "utf-8")


def read_manifest(directory: Path) -> Mapping[str, File]:
    """The files that a folder should hold; none where nothing is installed."""
    try:
        record = json.loads((directory / MANIFEST).read_text("utf-8"))
        return {name: File(**values) for name, values in record["files"].items()}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def is_installed(directory: Path) -> bool:
    """Every file is there with its size: quick, and enough to notice what was half deleted."""
    files = read_manifest(directory)
    return bool(files) and all(_size(directory / name) == file.bytes for name, file in files.items())


def verify(name: str, directory: Path) -> Mapping[str, File]:
    """Hash every file of an installed model.

    Raises:  ModelError: it is not installed, or files differ from what was installed.
    """
    files = read_manifest(directory)
    if not files:
        raise ModelError(f"model {name} is not installed; run: duizhao models fetch {name}")
    damaged = [
        file
        for file, wanted in files.items()
        if _size(directory / file) != wanted.bytes or sha256_of(directory / file) != wanted.sha256
    ]
    if damaged:
        raise ModelError(
            f"model {name} is damaged ({', '.join(damaged)}): delete {directory} and run: "
            f"duizhao models fetch {name}"
        )
    return files


def sha256_of(file: Path) -> str:
    """The checksum of a file."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return -1
