"""Script conversion against OpenCC's own test cases: pass rate and speed.

    python benchmarks/script_conversion.py FOLDER [--peer PYTHON]

FOLDER holds testcases.tsv with the columns configuration, id, input, expected. `--peer` names the
Python of another environment that has upstream's `opencc` (the two modules cannot share one).
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

CONFIGS = ("t2s", "tw2s", "hk2s")
ROUNDS = 5  # the best of five: the first one loads tables, others may be disturbed


def cases(folder: Path) -> list[list[str]]:
    rows = (folder / "testcases.tsv").read_text(encoding="utf-8").splitlines()
    return [row.split("\t") for row in rows if row.split("\t")[0] in CONFIGS]


def report(name: str, make: Callable[[str], Callable[[str], str]], rows: list[list[str]]) -> None:
    """Print one line for each configuration."""
    for config in CONFIGS:
        convert, mine = make(config), [row for row in rows if row[0] == config]
        failed = [row[1] for row in mine if convert(row[2]) != row[3]]
        text = "\n".join(row[2] for row in rows) * 20
        seconds = min(timed(convert, text) for _ in range(ROUNDS))
        speed = f"{len(text) / seconds:,.0f} characters/s"
        print(
            f"{name:<34} {config:<5} {len(mine) - len(failed)}/{len(mine)}  {speed}  {' '.join(failed[:5])}"
        )


def timed(convert: Callable[[str], str], text: str) -> float:
    start = time.perf_counter()
    convert(text)
    return time.perf_counter() - start


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--peer", help="Python with upstream opencc")
    parser.add_argument("--only-module", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    import opencc

    rows = cases(options.folder)
    if options.only_module:
        report("upstream opencc", lambda config: opencc.OpenCC(config).convert, rows)
        return 0
    from pipeline.prepare.opencc_tables import converter

    report("duizhao", lambda config: converter(config).convert, rows)
    report("opencc-python-reimplemented alone", lambda config: opencc.OpenCC(config).convert, rows)
    if options.peer:
        command = [options.peer, __file__, str(options.folder), "--only-module"]
        return subprocess.run(command, check=False).returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
