"""Names of results: `<stem>.json`, told apart when two inputs share a stem."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from pipeline.errors import UsageError


def stems_for(paths: Sequence[str]) -> dict[str, str]:
    """One distinct stem an input: the file's own, else with suffix, else with its folder's name.

    Raises:  UsageError: two inputs stay apart in nothing.
    """
    unique = list(dict.fromkeys(paths))
    chosen = {path: names[0] for path in unique for names in [_candidates(path)]}
    for attempt in (1, 2):
        count = Counter(stem.casefold() for stem in chosen.values())
        for path, stem in chosen.items():
            if count[stem.casefold()] > 1:
                chosen[path] = _candidates(path)[attempt]
    count = Counter(stem.casefold() for stem in chosen.values())
    clash = [path for path, stem in chosen.items() if count[stem.casefold()] > 1]
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
