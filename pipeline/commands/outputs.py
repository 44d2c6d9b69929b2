"""What results are called: formats that can be written, names that stay apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from pipeline.config import Config
from pipeline.errors import UsageError
from pipeline.write import FORMATS, require_format


def formats_of(option: str | None, config: Config) -> tuple[str, ...]:
    """The formats asked for or configured, checked before any work is done.

    Raises:  UsageError: one of them is not known, or needs a package that is not installed.
    """
    names = tuple(n.strip() for n in option.split(",") if n.strip()) if option else config.write.formats
    for name in names:
        require_format(name)
    if not names:
        raise UsageError(f"--format names no format: known are {', '.join(FORMATS)}")
    return names


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
