"""Where results go: a folder that can be written, names that stay apart, formats that exist."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from pipeline.config import Config
from pipeline.errors import OutputError, UsageError
from pipeline.write import FORMATS


def formats_of(option: str | None, config: Config) -> tuple[str, ...]:
    """The formats asked for or configured, checked before any work is done.

    Raises:  UsageError: one of them is not known.
    """
    names = tuple(n.strip() for n in option.split(",") if n.strip()) if option else config.write.formats
    for name in names:
        if name not in FORMATS:
            raise UsageError(f"no format {name!r}: known are {', '.join(FORMATS)}")
    if not names:
        raise UsageError(f"--format names no format: known are {', '.join(FORMATS)}")
    return names


def output_folder(path: Path) -> Path:
    """The folder, made if need be, and proved to be writable: an hour's work must not end here.

    Raises:  OutputError: it cannot be made or written.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            pass
    except OSError as error:
        raise OutputError(
            f"cannot write to {path}: {error.strerror}; choose another folder with -o"
        ) from error
    return path


def stems_for(paths: Sequence[str]) -> dict[str, str]:
    """One distinct stem an input: the file's own, else with suffix, else with its folder's name.

    Raises:  UsageError: two inputs stay apart in nothing.
    """
    unique = list(dict.fromkeys(paths))
    chosen = {path: _candidates(path)[0] for path in unique}
    for attempt in (1, 2):
        taken = Counter(stem.casefold() for stem in chosen.values())
        for path, stem in chosen.items():
            if taken[stem.casefold()] > 1:
                chosen[path] = _candidates(path)[attempt]
    taken = Counter(stem.casefold() for stem in chosen.values())
    clash = [path for path, stem in chosen.items() if taken[stem.casefold()] > 1]
    if clash:
        raise UsageError(f"{clash[0]} and {clash[1]} would have the same name in the output; run them apart")
    return chosen


def _candidates(path: str) -> tuple[str, str, str]:
    if path == "-":
        return ("stdin",) * 3
    file = Path(path)
    suffix = file.suffix.removeprefix(".")
    full = f"{file.stem}-{suffix}" if suffix else file.stem
    return file.stem, full, f"{file.resolve().parent.name}-{full}"
