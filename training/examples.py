"""Pairs as training examples: the request that the pipeline would send, and the answer it wants.

Requests are made by `pipeline.translate.requests`, the code that asks the model later; nothing of
their form is written a second time here.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from models.base import Request
from pipeline.document import SegmentKind, TermHit
from pipeline.prepare.markers import parse_marker
from pipeline.prepare.renderings import rendering_span
from pipeline.prepare.terms import Entry, Glossary
from pipeline.translate.acceptance import faults
from pipeline.translate.ladder import MAX_REMINDERS
from pipeline.translate.register import Register, register_hints
from pipeline.translate.requests import make_unit, merged_terms, split_marker, term_lines
from pipeline.translate.rules import capitalised, has_chinese
from training.pairs import Pair, template_phrases
from training.phrases import mined_phrases

# Shares of requests, drawn anew whenever a pair comes up again.
TERMS_SHOWN = 0.72  # of those with terms to show, which is about half of all requests
ALL_TERMS = 0.6  # of those: every line; else some of them
REWRITTEN = 0.85
HINTED = 0.5
REMINDED = 0.06
CONTEXT = 0.15
LONGEST_CONTEXT = 300
# A lexicon's phrases: shorter ones are ambiguous, longer ones never come again.
PHRASE = range(3, 13)

_SERIES = re.compile(r"[一二三四五六七八九十]{1,3}是(?!否)")
_FIGURE = re.compile(r"\d(?:[\d,.]*\d)?")
_STOPS = "。！？；：.!?;:…"
_ENGLISH_MARKER = re.compile(
    r"(?:[IVXL]+|\d{1,3})[.)、](?!\d)\s*|\d{1,3}(?:\.\d{1,3})+\.?\s+(?=[A-Z])|\(\d{1,3}\)\s*|"
    r"(?:First|Second|Third|Fourth|Fifth|Sixth|Seventh|Eighth|Ninth|Tenth)(?:ly)?,\s+|Article \d+[.:]?\s+|(?:Chapter|Section|Part) (?:[IVXL]+|\d+)[.:]?\s+"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A pair taken apart: its body without marker, and every term whose rendering stands in its answer."""

    text: str
    answer: str
    kind: SegmentKind
    origin: str
    before: str = ""
    terms: tuple[TermHit, ...] = ()
    hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One request and the words to answer it with."""

    request: Request
    answer: str
    origin: str


def lexicon(pairs: Iterable[Pair]) -> Glossary:
    """Terms beside the shipped ones: found by counting, of the templates, phrases translated alone."""
    pairs = list(pairs)
    found = {**mined_phrases(pairs), **template_phrases()}
    rows = [Entry(zh=zh, en=en, glossary="lexicon") for zh, en in found.items()]
    rows += [
        Entry(zh=pair.zh, en=pair.en, glossary="lexicon")
        for pair in pairs
        if len(pair.zh) in PHRASE and pair.en[:1].islower() and not set(pair.zh) & set(f"，、{_STOPS}")
    ]
    return Glossary(rows)


def lessons(
    pairs: Iterable[Pair], glossary: Glossary, phrases: Glossary
) -> tuple[list[Lesson], Counter[str]]:
    """What can be learnt from, and how many pairs were left out for which reason."""
    out, left = [], Counter[str]()
    for pair in pairs:
        lesson = lesson_of(pair, glossary, phrases)
        if isinstance(lesson, str):
            left[lesson] += 1
        else:
            out.append(lesson)
    return out, left


def lesson_of(pair: Pair, glossary: Glossary, phrases: Glossary) -> Lesson | str:
    """The lesson of a pair, or why there is none."""
    text, answer = without_marker(pair)
    kind = kind_of(text, answer)
    if kind is None:
        return "a phrase without capital or stop"
    if not has_chinese(text) or not answer or has_chinese(answer):
        return "Chinese is missing or left over"
    unit = make_unit(text, kind=kind, glossary=Glossary())
    # Words of a glossary may be put otherwise by a translator; figures, names and length may not.
    if any(fault.hard for fault in faults(unit.task, answer)):
        return "the acceptance refuses the translation"
    advised = merged_terms(taught(text, answer, phrases, glossary), unit.task.terms)
    terms = tuple(hit for hit in advised if rendering_span(answer, hit) is not None)
    hints = _hints(text, answer) if kind == "sentence" else ()
    return Lesson(
        text=text, answer=answer, kind=kind, origin=pair.origin, before=pair.before, terms=terms, hints=hints
    )


def without_marker(pair: Pair) -> tuple[str, str]:
    """Body and answer; a leading marker is a rule's work in the pipeline and never asked of a model."""
    mark, series = parse_marker(pair.zh), _SERIES.match(pair.zh)
    marker, at = split_marker(pair.zh, mark.text if mark else series[0] if series else "")
    english = _ENGLISH_MARKER.match(pair.en)
    if not marker or english is None:
        return pair.zh, pair.en
    return pair.zh[at:], capitalised(pair.en[english.end() :])


def kind_of(text: str, answer: str) -> SegmentKind | None:
    """Heading or sentence; None for a phrase, which is neither."""
    stopped = text.rstrip("”）』」")[-1:] in _STOPS
    begins_small = answer[:1].islower()
    if stopped:
        return None if begins_small else "sentence"
    return None if begins_small else ("sentence" if answer.endswith(".") else "heading")


def taught(text: str, answer: str, phrases: Glossary, glossary: Glossary) -> list[TermHit]:
    """Terms of the text, each with the rendering that the answer uses: where that is another than
    the glossary's, the request asks for what differs from the model's habit.
    """
    found = []
    for hit in (*glossary.hits(text), *phrases.hits(text)):
        entry = glossary[hit.zh] if hit.zh in glossary else None  # noqa: SIM401 (no Mapping)
        ways = [hit.en, *(entry.alternatives if entry else ()), *_phrase(hit.zh, phrases)]
        used = next((way for way in ways if rendering_span(answer, replace(hit, en=way)) is not None), None)
        if used is not None:
            found.append(replace(hit, en=used))
    return found


def _phrase(zh: str, phrases: Glossary) -> tuple[str, ...]:
    return (phrases[zh].en,) if zh in phrases else ()


def _hints(text: str, answer: str) -> tuple[str, ...]:
    """The sentence that asks for the mood and tense in which the answer is written, if there is one."""
    return register_hints(text, mood(answer))


def mood(answer: str) -> Register:
    """What an English sentence does, by its first words."""
    if answer.startswith(("We will ", "We shall ")):
        return "plan"
    if re.match(
        r"We (?:have )?(?:\w+ly )?(?:\w+ed|held|set|led|made|took|built|drew|gave|kept|won|met)\b", answer
    ):
        return "report"
    first = re.match(r"(?:[A-Z][a-z]+ly )?([A-Za-z]+)\b", answer)
    return "directive" if first and first[1].lower() in IMPERATIVES else "plain"


IMPERATIVES = frozenset(
    "accelerate adhere advance allow apply build carry clarify complete conduct continue coordinate create "
    "deepen develop encourage enhance ensure establish expand explore fully further give guide implement "
    "improve increase innovate integrate intensify keep launch make optimize organize persist prevent promote "
    "protect provide push put reduce refine reform regulate reinforce resolve safeguard speed standardize "
    "step streamline strengthen strictly strive study support take tighten train uphold use vigorously work".split()
)


def example_of(lesson: Lesson, draw: random.Random) -> Example:
    """One way to ask for the lesson's answer; the answer itself never changes."""
    terms = lesson.terms if draw.random() < TERMS_SHOWN else ()
    if terms and draw.random() >= ALL_TERMS:
        terms = tuple(draw.sample(terms, draw.randint(1, len(terms))))
    unit = make_unit(lesson.text, kind=lesson.kind, glossary=Glossary())
    text = unit.request.text if draw.random() < REWRITTEN else lesson.text
    hints = lesson.hints if draw.random() < HINTED else ()
    request = replace(
        unit.request,
        # 万平方米 is gone once its number is rewritten
        terms=tuple((zh, en) for zh, en in term_lines(terms) if zh in text),
        text=text,
        hints=(*hints, *reminders(lesson, draw)) if draw.random() < REMINDED else hints,
        context=lesson.before if _has_context(lesson, draw) else "",
    )
    return Example(request=request, answer=lesson.answer, origin=lesson.origin)


def reminders(lesson: Lesson, draw: random.Random) -> tuple[str, ...]:
    """What the ladder would say to an answer that lacks one term or number of this one."""
    spans = [span for hit in lesson.terms if (span := rendering_span(lesson.answer, hit)) is not None]
    spans += [match.span() for match in _FIGURE.finditer(lesson.answer)]
    if not spans:
        return ()
    start, end = draw.choice(spans)
    task = make_unit(lesson.text, kind=lesson.kind, glossary=Glossary(), terms=lesson.terms).task
    whole, damaged = (
        [fault.reminder for fault in faults(task, answer) if fault.reminder]
        for answer in (lesson.answer, lesson.answer[:start] + lesson.answer[end:])
    )
    return tuple(dict.fromkeys(text for text in damaged if text not in whole))[:MAX_REMINDERS]


def _has_context(lesson: Lesson, draw: random.Random) -> bool:
    return draw.random() < CONTEXT and len(lesson.before) <= LONGEST_CONTEXT


def interleaved(sources: Sequence[Sequence[Lesson]], draw: random.Random) -> list[Lesson]:
    """All lessons, each source spread evenly over the whole: any beginning is a fair mix."""
    placed: list[tuple[float, Lesson]] = []
    for source in sources:
        order = list(source)
        draw.shuffle(order)
        placed += [((i + draw.random()) / len(order), lesson) for i, lesson in enumerate(order)]
    return [lesson for _, lesson in sorted(placed, key=lambda one: one[0])]
