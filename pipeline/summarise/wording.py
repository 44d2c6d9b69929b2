"""Shorter wording of a brief's lines, by rule and by a model, behind a gate.

A shorter line stands only if its Chinese follows from the segments that prove it and its English says
the same; otherwise the quotation stays, and the reason is counted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from models.base import Encoder, Summariser
from pipeline.document import BriefLine, Document, Segment, SegmentKind
from pipeline.prepare.terms import Glossary
from pipeline.summarise.cuts import shorten
from pipeline.summarise.headline import Headliner
from pipeline.summarise.lines import count_words
from pipeline.summarise.meaning import Meaning
from pipeline.summarise.statements import words
from pipeline.summarise.support import chinese_faults, english_faults, meanings
from pipeline.translate.ladder import fits, judged
from pipeline.translate.requests import make_unit
from pipeline.translate.step import Engine

_MIN_LONG = 36  # characters; a shorter line is short enough
_MUCH = 0.88  # a shorter wording is worth its risk below this share of the length
_LEAST = 0.25  # and says too little below this one
_MAX_HEADLINE_WORDS = 18
_SENTENCE = re.compile("[^。：；]+[。：；]?")


class Lines(NamedTuple):
    """The lines of a brief by their place."""

    headline: BriefLine
    abstract: tuple[BriefLine, ...]
    points: tuple[BriefLine, ...]


@dataclass(frozen=True, slots=True)
class _Try:
    """A shorter Chinese wording of line `n`, and who made it."""

    n: int
    zh: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What shortens: rules, a summariser if there is one, and the engine that translates the result.

    `encoder` compares what a model worded with its segments; without one, character pairs do.
    """

    engine: Engine
    glossary: Glossary
    summariser: Summariser | None = None
    encoder: Encoder | None = None
    seed: int = 0

    def shorten(self, document: Document, lines: Lines) -> tuple[Lines, tuple[tuple[str, int], ...]]:
        """The lines, shorter where that is proved, and how many were worded how or refused why."""
        flat = [lines.headline, *lines.abstract, *lines.points]
        by_id = {segment.id: segment for segment in document.segments}
        proving = [[by_id[name] for name in line.segments] for line in flat]
        counts: Counter[str] = Counter()
        rule = self._by_rule(document, flat, proving)
        meaning = Meaning(document.segments, self.encoder)
        model = self._by_model(flat, rule, proving, meaning, counts)
        done: dict[int, BriefLine] = {}
        for tries in ([model.get(n) or rule[n] for n in rule.keys() | model.keys()], list(rule.values())):
            open_tries = [t for t in sorted(tries, key=lambda t: t.n) if t.n not in done]
            done |= self._translated(open_tries, flat, proving, meaning, counts)
        told = [done.get(n, line) for n, line in enumerate(flat)]
        counts["quoted"] = len(flat) - len(done)
        first = 1 + len(lines.abstract)
        shorter = Lines(told[0], tuple(told[1:first]), tuple(told[first:]))
        return shorter, tuple(sorted((name, n) for name, n in counts.items() if n))

    def _by_rule(
        self, document: Document, flat: Sequence[BriefLine], proving: Sequence[Sequence[Segment]]
    ) -> dict[int, _Try]:
        """Long lines without the clauses that carry no claim; a headline cut to its best clauses."""
        tries: dict[int, _Try] = {}
        headline = flat[0]
        long = count_words(headline.zh, headline.en) > _MAX_HEADLINE_WORDS
        if long and len(proving[0]) == 1 and proving[0][0].kind != "heading":
            cut = Headliner([segment.text for segment in document.segments]).shorten(headline.zh)
            tries[0] = _Try(0, cut, "rule")
        for n, line in enumerate(flat[1:], 1):
            if len(line.zh) >= _MIN_LONG:
                cut = "".join(map(shorten, _SENTENCE.findall(line.zh)))
                tries[n] = _Try(n, cut, "rule")
        return {
            n: t
            for n, t in tries.items()
            if t.zh != flat[n].zh and not chinese_faults(t.zh, [words(s) for s in proving[n]])
        }

    def _by_model(
        self,
        flat: Sequence[BriefLine],
        rule: dict[int, _Try],
        proving: Sequence[Sequence[Segment]],
        meaning: Meaning,
        counts: Counter[str],
    ) -> dict[int, _Try]:
        """What the summariser made of the long lines, as far as it follows from their segments."""
        if self.summariser is None:
            return {}
        rows = [n for n in range(1, len(flat)) if len(flat[n].zh) >= _MIN_LONG]
        texts = [rule[n].zh if n in rule else flat[n].zh for n in rows]
        longest = max(map(len, texts), default=0)
        answers = self.summariser.summarise(texts, max_target_pieces=longest + 16)
        found: dict[int, _Try] = {}
        for n, text, answer in zip(rows, texts, answers, strict=True):
            zh = _ended(answer.text.strip())
            reason = "unfinished" if not answer.finished else _refused(zh, text, proving[n])
            if not reason:
                counts[f"compared by {meaning.by}"] += 1
                reason = "meaning" if meaning.is_strange(zh, proving[n]) else ""
            if reason:
                counts[f"refused: {reason}"] += 1
            else:
                found[n] = _Try(n, zh, "model")
        return found

    def _translated(
        self,
        tries: Sequence[_Try],
        flat: Sequence[BriefLine],
        proving: Sequence[Sequence[Segment]],
        meaning: Meaning,
        counts: Counter[str],
    ) -> dict[int, BriefLine]:
        """The lines whose shorter wording has English that says the same."""
        done = {t.n: self._line(t, flat, "") for t in tries if not flat[t.n].en}
        units = [
            (t, make_unit(t.zh, kind=_kind(t), glossary=self.glossary, terms=self.glossary.hits(t.zh)))
            for t in tries
            if t.n not in done
        ]
        units = [pair for pair in units if fits(self.engine.translator, pair[1].request)]
        if units:
            self.engine.translator.load()
        answers = self.engine.translator.translate([unit.request for _, unit in units]) if units else []
        for (t, unit), answer in zip(units, answers, strict=True):
            best = judged(unit, answer, "greedy", hints=unit.request.hints)[0]
            faults = english_faults(t.zh, best.text, proving[t.n], self.glossary) if best.accepted else ()
            if best.accepted and not faults and t.by == "model" and meaning.is_mistranslated(t.zh, best.text):
                faults = ("meaning",)
            if not best.accepted or faults:
                code = next((f.code for f in best.faults if f.hard), faults[0] if faults else "")
                counts[f"refused: English {code}"] += 1
            else:
                done[t.n] = self._line(t, flat, best.text)
        counts.update(f"shortened by {t.by}" for t in tries if t.n in done)
        return done

    def _line(self, t: _Try, flat: Sequence[BriefLine], en: str) -> BriefLine:
        return replace(flat[t.n], zh=t.zh, en=en, method="compress")


def _kind(t: _Try) -> SegmentKind:
    return "heading" if t.n == 0 else "sentence"


def _ended(text: str) -> str:
    return text if text.endswith(("。", "！", "？")) else text.rstrip("，；、") + "。"


def _refused(zh: str, text: str, proving: Sequence[Segment]) -> str:
    """Why a summariser's wording does not stand; empty if it does."""
    if len(zh) > _MUCH * len(text):
        return "not shorter"
    if len(zh) < _LEAST * len(text):
        return "too short"
    found = chinese_faults(zh, [words(segment) for segment in proving])
    if found:
        return found[0]
    if meanings(zh) < meanings(text):
        return "figure lost"
    return ""
