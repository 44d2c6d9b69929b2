"""A clause of the source that nothing in the translation answers to.

Two kinds of evidence are added up as log likelihood ratios, lost against kept: each content word of
the clause that has a rendering in the translation or has none, and the length of the translation
beside what the rest of the source alone would take.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from pipeline.check.base import Check, Finding, Pair
from pipeline.prepare.dictionary import stems, words

# Measured on self-written pairs of government prose (3,219) and the same ones shuffled: 68 % of the
# words have a rendering in their own translation, and 0.11 % for each meaning and word of another.
_RENDERED, _BY_CHANCE = 0.68, 0.0011
# Characters of English for one of Chinese where the document does not tell: 4.6 in news, 5.6 in reports.
_EXPANSION, _SPREAD = 5.0, 0.25
_MOST = 6.0  # what the length alone may say
_LOST = 4.5
_LONG_ENOUGH = 0.15  # so much longer than usual no lost clause was ever found
_MIN_CHARACTERS, _MIN_WORDS, _LARGEST_SHARE = 12, 2, 0.8
_LONG, _ENOUGH = 20, 20
_CLAUSE = re.compile(r"[^，。；：！？,;:!?\n]+")
_NO_HAN = re.compile(r"[\W\d_A-Za-z]+")
_PLAIN = frozenset(
    "等等 以及 进行 其中 同时 这个 那个 我们 他们 可以 应当 并且 因此 由于 通过 对于 关于 有关 相关 其他 所有 一个 之后 之前 "
    "以上 以下 以内 左右 目前 已经 该等 上述 下列 前项 规定".split()
)


# A sentence of a subordinate clause alone, or one that ends after "shall, as far as possible".
_TORN = re.compile(
    r"(?:^|(?<=[a-z)]\. ))(?:Where|If|Although|While|Because|Since|Due to|Based on|According to)\b[^,.;:?!—]*\.(?=\s|$)"
    r"|\b(?:shall|must|may|should|will|would|cannot), (?:(?!\bNo\.)[^,.;])*\.(?=\s|$)"
)


@dataclass(frozen=True, slots=True)
class _Clause:
    """A clause, its Chinese characters and content words, and how much more likely those are if it is lost."""

    start: int
    end: int
    n: int
    n_words: int
    lexical: float


def _omitted(pair: Pair) -> Iterator[Finding]:
    torn = _TORN.search(pair.target)
    if torn and pair.kind not in ("heading", "table"):
        yield Finding(f"“{torn[0]}” is half a sentence: something may be left out", torn.span())
        return
    n = len(_NO_HAN.sub("", pair.source))
    if n < _MIN_CHARACTERS or pair.kind in ("heading", "table"):
        return
    ratio = math.log(max(1, len(pair.target)) / n) - math.log(pair.expansion or _EXPANSION)
    clauses = _clauses(pair.source, pair.target) if ratio < _LONG_ENOUGH else []
    if len(clauses) < 2:
        return
    runs = [(c,) for c in clauses] + (list(pairwise(clauses)) if len(clauses) > 2 else [])
    score, run = max(((_score(run, ratio, n), run) for run in runs), key=lambda found: found[0])
    if score >= _LOST:
        text = pair.source[run[0].start : run[-1].end]
        yield Finding(f"“{text}” seems to be left out of the translation")


def usual_expansion(pairs: Iterable[tuple[str, str]]) -> float | None:
    """The median of English characters for one of Chinese; None for fewer than twenty long segments."""
    ratios = [len(target) / n for source, target in pairs if (n := len(_NO_HAN.sub("", source))) >= _LONG]
    return median(ratios) if len(ratios) >= _ENOUGH else None


def _clauses(source: str, target: str) -> list[_Clause]:
    said = stems(target)
    found = [w for w in words(source) if w.stems and source[w.start : w.end] not in _PLAIN]
    weights = {n: _weights(n, len(said)) for n in {len(w.stems) for w in found}}
    clauses, at = [], 0
    for part in _CLAUSE.finditer(source):
        lexical, first = 0.0, at
        while at < len(found) and found[at].start < part.end():
            meant = found[at].stems
            lexical += weights[len(meant)][not meant.isdisjoint(said)]
            at += 1
        clauses.append(_Clause(part.start(), part.end(), len(_NO_HAN.sub("", part[0])), at - first, lexical))
    return clauses


def _weights(n_meanings: int, n_said: int) -> tuple[float, float]:
    """The log likelihood ratios, lost against kept, of a word without and with a rendering."""
    by_chance = min(0.6, 1 - math.exp(-_BY_CHANCE * n_meanings * n_said))
    return math.log((1 - by_chance) / (1 - _RENDERED)), math.log(max(by_chance, 0.001) / _RENDERED)


def _score(run: tuple[_Clause, ...], ratio: float, n: int) -> float:
    """How much more likely the translation is without this run of clauses than with it."""
    share = sum(clause.n for clause in run) / n
    if sum(clause.n_words for clause in run) < _MIN_WORDS or share > _LARGEST_SHARE:
        return -_MOST
    shorter = math.log(1 - min(share, 0.7))
    length = (ratio**2 - (ratio - shorter) ** 2) / (2 * _SPREAD**2)
    return sum(clause.lexical for clause in run) + max(-_MOST, min(_MOST, length))


CHECKS = (
    Check(
        code="omission",
        severity="warning",
        description="A clause of the source has nothing in the translation that answers to it.",
        example=(
            "全面加强党的领导，深化重点领域改革，扩大对外开放，持续改善民生。",
            "We strengthened the Party's leadership, opened wider to the outside world and improved people's lives.",
        ),
        find=_omitted,
    ),
)
