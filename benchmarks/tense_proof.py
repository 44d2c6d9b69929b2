"""Proves the check of tense: human translations that it accuses, and falsified ones that it finds.

    python benchmarks/tense_proof.py FILE.tsv…

Each line holds Chinese, a tab and its translation. “We built” is falsified to “We will build” and “We will
build” to “We have build” (grammar aside: the check reads no more than that); the share found is of those.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pipeline.translate.register import Register
from pipeline.translate.tense import contradicted, doubted, said
from training.pairs import Pair, read_pairs

_DID = re.compile(r"\bwe (?:(?:have|had) )?(?=\w)", re.I)
_WILL = re.compile(r"\bwe (?:\w+ly )?(?:will|shall|must|should)\b", re.I)


def main(files: list[str]) -> int:
    print(
        f"{'file':<14} pairs  accused  doubted  will for did, in a section of the past, with doubts   did for will"
    )
    for file in map(Path, files):
        pairs = read_pairs(file)
        accused = [pair for pair in pairs if contradicted(pair.zh, pair.en)]
        doubts = [pair for pair in pairs if doubted(pair.zh, pair.en, "plain")]
        past = [(p, _DID.sub("We will ", p.en, count=1)) for p in pairs if said(p.en) == "past"]
        did = [_found(p, en) for p, en in past]
        section = [_found(p, en, "report") for p, en in past]
        both = [_found(p, en) or doubted(p.zh, en, "plain") is not None for p, en in past]
        will = [_found(p, _WILL.sub("We have", p.en)) for p in pairs if said(p.en) == "future"]
        shares = f"{_share(did):<15} {_share(section):<15} {_share(both):<15} {_share(will)}"
        print(f"{file.stem:<14} {len(pairs):5}  {len(accused):7}  {len(doubts):7}  {shares}")
        for pair in (*accused, *doubts):
            print(f"  {pair.zh}\n  {pair.en}")
    return 0


def _found(pair: Pair, falsified: str, register: Register = "plain") -> bool:
    return contradicted(pair.zh, falsified, register) is not None


def _share(found: list[bool]) -> str:
    return f"{sum(found)} of {len(found)}" + (f" ({sum(found) / len(found):.0%})" if found else "")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
