"""Print the pairs of a file that are kept out of training, to measure on.

python -m training.held_out FILE.tsv [--limit N] > held-out.tsv
duizhao eval held-out.tsv --model qwen2.5-coder-0.5b --model NAME-OF-THE-TUNED
"""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path

from training.pairs import divided, read_pairs


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--limit", type=int, help="draw so many of them, always the same")
    args = parser.parse_args()
    kept = divided(read_pairs(args.file))[1]
    if args.limit is not None and args.limit < len(kept):
        rows = sorted(random.Random(0).sample(range(len(kept)), args.limit))
        kept = [kept[i] for i in rows]
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    for pair in kept:
        print(f"{pair.zh}\t{pair.en}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
