"""Which documents a batch has: folders, lists and globs to files, long files to parts, names for results."""

from __future__ import annotations

import hashlib
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.batch.parts import parts
from pipeline.errors import InputError, UsageError
from pipeline.read import expand
from pipeline.read.formats import TEXT, searched

# Plain text is cut where paragraphs end; what has an inner structure is read whole.
LINES = frozenset(TEXT.suffixes)
# A megabyte of short sentences (15,800) took a worker to 980 MB, from 330 MB without it
# (benchmarks/batch.py memory): a part of this size stays near 700 MB, and names 8,000 segments.
PART_BYTES = 400_000
BLOCK_BYTES = 1 << 20
LIST_SAMPLE = 50
MAX_STEM = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """A document as it is found: a file, or the bytes `first` to `last` of a long one."""

    path: str
    first: int = 0
    last: int | None = None
    bytes: int = 0
    sha256: str = ""
    reason: str = ""

    @property
    def place(self) -> str:
        """Identifies the document within the inputs."""
        return self.path if self.last is None else f"{self.path}#{self.first}"


@dataclass(frozen=True, slots=True)
class Found:
    """The files that were named and, for the record, how many were left by suffix."""

    paths: tuple[str, ...]
    left: Mapping[str, int] = field(default_factory=dict)


def find(names: Sequence[str], *, output: Path) -> Found:
    """The files that a call names, in order, each once; results of this very batch are left out.

    Raises:  UsageError: nothing is named. InputError: a path does not exist or holds nothing.
    """
    if not names:
        raise UsageError("no input: name a folder, a list of paths, files or a glob")
    left: Counter[str] = Counter()
    paths: dict[str, None] = {}
    for name in names:
        found = _in_folder(Path(name), output, left) if Path(name).is_dir() else _named(name)
        paths |= dict.fromkeys(found)
    if "-" in paths:
        raise UsageError("a batch cannot read standard input: name files, so that it can be resumed")
    return Found(tuple(paths), dict(sorted(left.items())))


def _in_folder(folder: Path, output: Path, left: Counter[str]) -> Iterator[str]:
    results, known, empty = output.resolve(), frozenset(searched()), True
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if hidden or not path.is_file() or results in path.resolve().parents:
            continue
        if path.suffix.lower() in known:
            empty = False
            yield str(path)
        else:
            left[path.suffix.lower() or "no suffix"] += 1
    if empty:
        raise InputError(f"folder {folder} holds no file that can be read ({', '.join(sorted(known))})")


def _named(name: str) -> Iterable[str]:
    path = Path(name)
    listed = _listed(path) if path.is_file() else None
    return expand([name]) if listed is None else listed


def _listed(path: Path) -> list[str] | None:
    """The paths in a list of paths, one a line; None for any other file.

    A file counts as a list if it is called `.list`, or if its first lines are all paths of files.
    """
    is_list = path.suffix.lower() in (".list", ".lst")
    try:
        with path.open(encoding="utf-8-sig") as file:
            head = [line for line in file.readlines(64_000) if line.strip()][:LIST_SAMPLE]
        if not is_list and not (head and all(_beside(path, line).is_file() for line in head)):
            return None
        with path.open(encoding="utf-8-sig") as file:
            lines = [line.strip() for line in file]
    except (OSError, ValueError) as error:
        if is_list:
            raise InputError(f"cannot read the list {path}: {error}") from error
        return None
    return [str(_beside(path, line)) for line in lines if line and not line.startswith("#")]


def _beside(path: Path, line: str) -> Path:
    """A path of a list: as it stands or, if there is no such file, from the folder of the list."""
    entry = Path(line.strip())
    return entry if entry.is_absolute() or entry.is_file() else path.parent / entry


def documents(paths: Iterable[str], *, part_bytes: int = PART_BYTES) -> Iterator[Input]:
    """Every document with its checksum, read a block at a time; one that cannot be read says why."""
    for path in paths:
        try:
            yield from _documents(path, part_bytes)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            yield Input(path=path, reason=f"cannot read {path}: {reason}")


def _documents(path: str, part_bytes: int) -> Iterator[Input]:
    found = Path(path).stat()
    if not stat.S_ISREG(found.st_mode):
        raise ValueError("not a regular file")
    size = found.st_size
    if size > part_bytes and Path(path).suffix.lower() in LINES:
        spans = parts(path, size, part_bytes)
        if len(spans) > 1:
            for first, last in spans:
                yield Input(
                    path=path, first=first, last=last, bytes=last - first, sha256=_sha256(path, first, last)
                )
            return
    yield Input(path=path, bytes=size, sha256=_sha256(path, 0, size))


def _sha256(path: str, first: int, last: int) -> str:
    found = hashlib.sha256()
    with open(path, "rb") as file:
        file.seek(first)
        left = last - first
        while left > 0 and (block := file.read(min(BLOCK_BYTES, left))):
            found.update(block)
            left -= len(block)
    return found.hexdigest()


class Stems:
    """Gives each document a name for its results that no other has, and never changes one."""

    def __init__(self, known: Mapping[str, str]) -> None:
        self._known = dict(known)
        self._taken = {stem.casefold() for stem in known.values()}

    def of(self, one: Input) -> str:
        """The file's own name, then with its folders, then with a checksum of its path."""
        place = one.place
        if place not in self._known:
            stem = next(name for name in self._names(one) if name.casefold() not in self._taken)
            self._taken.add(stem.casefold())
            self._known[place] = stem
        return self._known[place]

    def _names(self, one: Input) -> Iterator[str]:
        path = Path(one.path)
        tail = "" if one.last is None else f"-at{one.first:09d}"
        suffix = path.suffix.removeprefix(".")
        folders = path.resolve().parts[1:-1]
        mark = hashlib.sha256(one.place.encode("utf-8", "surrogatepass")).hexdigest()[:12]
        names = [path.stem, f"{path.stem}-{suffix}"]
        names += [f"{folders[-1]}-{path.stem}" if folders else path.stem]
        for name in names:
            short = name[:MAX_STEM] if len(name.encode()) <= 2 * MAX_STEM else name[: MAX_STEM // 2]
            yield f"{short}{tail}"
        yield f"{path.stem[: MAX_STEM // 2]}{tail}-{mark}"
