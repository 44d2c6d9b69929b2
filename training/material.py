"""What is learnt from: authored pairs, pairs of files that stay private, templates new in each epoch."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.config import load_config
from pipeline.prepare.terms import Glossary
from training.examples import Lesson, interleaved, lessons, lexicon
from training.pairs import (
    AUTHORED,
    GENERAL,
    HELD_OUT_OF,
    REPORTS,
    WATCHED_OF,
    Pair,
    divided,
    is_held_out,
    read_pairs,
    template_pairs,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where pairs come from. `files` are private ones, of which a tenth is kept for measuring."""

    authored: tuple[Path, ...] = (AUTHORED, GENERAL, REPORTS)
    files: tuple[Path, ...] = ()
    templates: int = 1_200
    headings: int = 200
    seed: int = 0

    def fingerprint(self) -> str:
        """Equal fingerprints, equal lessons in equal order."""
        digest = hashlib.sha256(f"{self.templates} {self.headings} {self.seed}".encode())
        for file in (*self.authored, *self.files, Path(__file__).with_name("templates.py")):
            digest.update(hashlib.sha256(file.read_bytes()).digest())
        return digest.hexdigest()


class Material:
    """The lessons of each epoch, and those that the loss is watched on; read once."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self.left_out = Counter[str]()
        self._glossary = Glossary.load(load_config().translate.glossaries)
        authored = [divided(read_pairs(file), one_in=WATCHED_OF) for file in sources.authored]
        private = [divided(read_pairs(file))[0] for file in sources.files]
        # A source that a private file keeps for measuring is kept wherever else it stands.
        hidden = {p.zh for file in sources.files for p in read_pairs(file) if is_held_out(p.zh)}
        groups = [
            [pair for pair in group if pair.zh not in hidden]
            for group in (*(rest for rest, _ in authored), *private)
        ]
        self._phrases = lexicon(pair for group in groups for pair in group)
        self._groups = [self._lessons(group) for group in groups]
        self.watched = {
            file.stem: self._lessons(watched)
            for file, (_, watched) in zip(sources.authored, authored, strict=True)
        }

    def __call__(self, epoch: int) -> list[Lesson]:
        """The lessons of an epoch, every group spread evenly over it."""
        draw = random.Random(f"{self.sources.seed} {epoch}")
        made = template_pairs(
            self.sources.templates, self.sources.headings, seed=self.sources.seed * 1_000 + epoch + 1
        )
        made = [pair for pair in made if not is_held_out(pair.zh, one_in=HELD_OUT_OF)]
        return interleaved([*self._groups, self._lessons(made)], draw)

    def _lessons(self, pairs: Sequence[Pair]) -> list[Lesson]:
        found, left = lessons(pairs, self._glossary, self._phrases)
        self.left_out += left
        return found
