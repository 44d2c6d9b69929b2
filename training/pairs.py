"""Sentence pairs: read from files or made by templates, and which of them are kept for measuring."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

# Written for this project: government prose in runs of sentences; and sentences of every other kind,
# each by itself, so that a tuned model does not forget them.
AUTHORED = Path(__file__).parent / "authored.tsv"
GENERAL = Path(__file__).parent / "general.tsv"
REPORTS = Path(__file__).parent / "reports.tsv"
# One pair in so many is kept out of training: of a file to measure on, of authored.tsv for the loss.
HELD_OUT_OF = 10
WATCHED_OF = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A sentence or heading with its translation; `before` is the translation that precedes it."""

    zh: str
    en: str
    origin: str
    before: str = ""


def read_pairs(file: Path, *, origin: str = "") -> list[Pair]:
    """The pairs of a TSV file, in its order; those of `GENERAL` and `REPORTS` do not follow from each other.

    Raises:  ValueError: a line has not exactly two cells with words in both.
    """
    pairs: list[Pair] = []
    for number, line in enumerate(file.read_text("utf-8-sig").splitlines(), 1):
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) != 2 or not all(cells):
            raise ValueError(f"{file}:{number}: Chinese, tab, English are wanted, found {line[:60]!r}")
        before = pairs[-1].en if pairs and file.name not in (GENERAL.name, REPORTS.name) else ""
        pairs.append(Pair(zh=cells[0], en=cells[1], origin=origin or file.stem, before=before))
    return pairs


def template_pairs(n: int, n_headings: int, *, seed: int) -> list[Pair]:
    """Pairs with exact numbers, dates and places, made by `templates.py`; equal seeds, equal pairs."""
    from training import templates

    templates.R.seed(seed)
    rows = [*templates.sentences(n)[0], *templates.headings(n_headings)] if n else []
    return [Pair(zh=zh, en=en, origin="templates") for zh, en in rows]


def template_phrases() -> dict[str, str]:
    """The words from which templates are made, as terms: organs, posts, topics, laws, indicators."""
    from training import templates as t

    lists = (t.TOPIC, t.GOAL, t.SECTOR, t.INDIC, t.PRINC, t.PLAN, t.LAWS, t.REGS, t.POSTS, t.ORG_G, t.ORG_C)
    rows = [(row[0], row[1]) for rows in lists for row in rows]
    rows += [(zh, many) for zh, _, _, many, *_ in t.NOUN.values()]
    return {zh: en.removeprefix("the ") for zh, en in rows if len(zh) > 2}


def is_held_out(zh: str, *, one_in: int = HELD_OUT_OF) -> bool:
    """Whether a source is kept for measuring: a property of its characters, so that no file order,
    seed or copy in another file can bring it into training.
    """
    letters = "".join(c for c in unicodedata.normalize("NFKC", zh) if c.isalnum())
    return int.from_bytes(hashlib.sha256(letters.encode()).digest()[:8]) % one_in == 0


def divided(pairs: Sequence[Pair], *, one_in: int = HELD_OUT_OF) -> tuple[list[Pair], list[Pair]]:
    """What may be trained on, and what is kept for measuring (each source once).

    A kept sentence is not shown as context either.
    """
    kept = {pair.zh: pair for pair in pairs if is_held_out(pair.zh, one_in=one_in)}
    secret = {pair.en for pair in kept.values()}
    rest = [pair for pair in pairs if pair.zh not in kept and pair.en not in secret]
    rest = [replace(pair, before="") if pair.before in secret else pair for pair in rest]
    return rest, list(kept.values())
