"""Segment pairs a second for all checks together on one core.

    python benchmarks/checks_speed.py [FOLDER] [--seconds S]

Without FOLDER the pairs are written here; with it they are the human translations that
checker_proof.py reads.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from checker_proof import load

from pipeline.check import check_segment

PAIRS = [
    (
        "将全省2.7万个公益性事业单位优化整合为2000多个，其中，省直659个整合为65个，精简比例超过90%。",
        "The province's 27,000 public institutions were merged into more than 2,000; of these, 659 at the "
        "provincial level were merged into 65, a cut of over 90 percent.",
    ),
    (
        "2018年10月4日方案获批后，省委于10月13日召开动员大会，近50天完成组建。",
        "After the plan was approved on October 4, 2018, the Provincial Committee held a mobilization meeting "
        "on October 13, and the work was done in nearly 50 days.",
    ),
    ("一是建立健全领导体系。", "First, establish and improve the leadership system."),
    (
        "坚持统筹谋划推进党政机构改革、事业单位改革，为全面振兴提供强有力的体制机制保障。",
        "It has planned the reform of Party and government institutions and of public institutions as a whole, "
        "and given full revitalization a strong institutional guarantee.",
    ),
]


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--seconds", type=float, default=3.0)
    args = parser.parse_args(argv)
    pairs = [(s, t) for _, s, t in load(args.folder)] if args.folder else PAIRS
    check_segment(*pairs[0])
    done, start = 0, time.process_time()
    while (spent := time.process_time() - start) < args.seconds:
        for source, target in pairs:
            check_segment(source, target)
        done += len(pairs)
    characters = sum(len(s) for s, _ in pairs) / len(pairs)
    print(f"{done / spent:,.0f} pairs a second ({characters:.0f} Chinese characters a pair)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
