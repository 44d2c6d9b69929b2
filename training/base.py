"""Fetch the weights that an adapter is trained on, as they were published and with their checksum.

python -m training.base NAME FOLDER
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from models.errors import DuizhaoError
from models.fetch import fetch_published


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("name", help="an entry of configs/models.toml, such as qwen2.5-coder-0.5b")
    parser.add_argument("folder", type=Path)
    args = parser.parse_args()
    return reported(lambda: fetch_published(args.name, args.folder), args.folder)


def reported(make: Callable[[], None], folder: Path) -> int:
    """Print the folder when it is made, or in one sentence why it is not; the exit code."""
    try:
        make()
    except (DuizhaoError, ValueError) as error:
        print(f"training: {error}", file=sys.stderr)
        return 2
    print(folder)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
