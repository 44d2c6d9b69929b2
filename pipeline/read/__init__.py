"""Readers: files and streams to Documents."""

from __future__ import annotations

import glob
import os
import stat
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from pipeline.config import ReadConfig
from pipeline.document import Document
from pipeline.errors import InputError, LimitExceeded, UsageError
from pipeline.read.formats import read_bytes, searched


def expand(inputs: Sequence[str]) -> list[str]:
    """The files that a call names: folders searched through, globs matched, `-` kept; each once.

    Raises:  UsageError: nothing was named, or a glob matches nothing.
             InputError: a path does not exist, a folder holds nothing that can be read.
    """
    if not inputs:
        raise UsageError("no input: name a file, a folder, a glob or - for standard input")
    found = [path for name in inputs for path in _matches(name)]
    return list(dict.fromkeys(found))


def _matches(name: str) -> list[str]:
    if name == "-":
        return [name]
    path = Path(name)
    try:
        if path.is_dir():
            return _readable(path)
        if path.exists():
            return [name]
    except (OSError, ValueError) as error:
        raise InputError(f"cannot read {name!r}: {error}") from error
    if not glob.has_magic(name):
        raise InputError(f"no such file or folder: {name}")
    matched = sorted(match for match in glob.glob(name, recursive=True) if Path(match).is_file())
    if not matched:
        raise UsageError(f"no file matches {name}")
    return matched


def _readable(folder: Path) -> list[str]:
    """Files of known formats in a folder and below; hidden ones and unknown suffixes are left."""
    known = searched()
    files = [
        str(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and path.suffix.lower() in known
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]
    if not files:
        raise InputError(f"folder {folder} holds no file that can be read ({', '.join(known)})")
    return files


def read(path: str, *, config: ReadConfig, stdin: BinaryIO | None = None) -> Document:
    """Read a file, or standard input for `-`, with the reader of its format.

    Raises:  InputError: missing or unreadable; DecodingError: not text, with the byte;
             EmptyInput: only whitespace; LimitExceeded: the limit of `config` is named.
    """
    if path == "-":
        stream = stdin if stdin is not None else sys.stdin.buffer
        return read_bytes(_limited(stream, path, config), path, config)
    return read_bytes(read_limited(path, config), path, config)


def read_limited(path: str, config: ReadConfig) -> bytes:
    """The bytes of a regular file.

    Raises:  InputError: missing, unreadable, a folder or a pipe; LimitExceeded: too long.
    """
    try:
        # Opening a FIFO would wait for ever, reading a device never end.
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise InputError(
                f"cannot read {path}: not a regular file; pipe what it holds to standard input with -"
            )
        with open(path, "rb") as stream:
            return _limited(stream, path, config)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"cannot read {path}: {reason}") from error


def _limited(stream: BinaryIO, path: str, config: ReadConfig) -> bytes:
    """All bytes, or the refusal of a file that is longer than allowed, before it fills memory."""
    data = stream.read(config.max_bytes + 1)
    if len(data) > config.max_bytes:
        raise LimitExceeded(f"{path}: longer than read.max_bytes, {config.max_bytes:,} bytes")
    return data
