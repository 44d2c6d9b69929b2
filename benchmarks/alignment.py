"""Precision, recall and F1 of sentence alignment: `python benchmarks/alignment.py FOLDER`.

FOLDER holds NAME.zh and NAME.en, a sentence a line, and NAME.gold with lines such as `[2]:[1, 2]`, as
bertalign and vecalign write them. Scores are theirs: strict counts equal links, lax those that share a
pair of sentences; links with an empty side count in neither recall nor, where right, precision.
"""

from __future__ import annotations

import ast
import sys
import time
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from models.encoder import load_encoder
from pipeline.align.links import align

Pairs = set[tuple[tuple[int, ...], tuple[int, ...]]]


def gold_links(path: Path) -> Pairs:
    """The links of a file."""
    lines = [line for line in path.read_text("utf-8").splitlines() if line.strip()]
    halves = [[tuple(ast.literal_eval(half)) for half in line.split(":")] for line in lines]
    return {(source, target) for source, target in halves}


def judged(gold: Pairs, test: Pairs) -> list[int]:
    """How many of the test links are right, in all (strict), right, in all (lax)."""
    partners: dict[int, set[int]] = defaultdict(set)
    for source, target in gold:
        for i in source:
            partners[i].update(target)
    strict = lax = total = 0
    for source, target in test:
        if (source, target) in gold:
            if source and target:
                strict, lax, total = strict + 1, lax + 1, total + 1
            continue
        total += 1
        lax += bool(set(target) & {j for i in source for j in partners[i]})
    return [strict, total, lax, total]


def linked(pairs: Pairs) -> Pairs:
    return {(source, target) for source, target in pairs if source and target}


def line(name: str, precision: Iterable[int], recall: Iterable[int]) -> str:
    """The scores of summed counts."""
    p, r = list(precision), list(recall)
    shown = []
    for at, kind in ((0, "strict"), (2, "lax")):
        a, b = p[at] / max(p[at + 1], 1), r[at] / max(r[at + 1], 1)
        shown.append(f"{kind} P {a:.3f} R {b:.3f} F1 {2 * a * b / max(a + b, 1e-9):.3f}")
    return f"{name:8} {'   '.join(shown)}"


def main() -> None:
    encoder = load_encoder(threads=2)
    if encoder is None or len(sys.argv) != 2:
        sys.exit("usage: alignment.py FOLDER   (needs: pip install 'duizhao[encoder]')")
    precision, recall = [0] * 4, [0] * 4
    for path in sorted(Path(sys.argv[1]).glob("*.gold")):
        gold = gold_links(path)
        zh, en = (path.with_suffix(end).read_text("utf-8").splitlines() for end in (".zh", ".en"))
        begin = time.perf_counter()
        test = {(link.source, link.target) for link in align(zh, en, encoder)}
        p, r = judged(gold, test), judged(linked(test), linked(gold))
        print(line(path.stem, p, r), f"  {time.perf_counter() - begin:.0f} s", flush=True)
        precision = [a + b for a, b in zip(precision, p, strict=True)]
        recall = [a + b for a, b in zip(recall, r, strict=True)]
    print(line("all", precision, recall))


if __name__ == "__main__":
    main()
