"""From a segment to the request that a model gets: body without marker, numbers rewritten, terms."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from models.base import Request, RequestKind
from pipeline.document import Measure, Segment, SegmentKind, TermHit
from pipeline.prepare.quantities import zh
from pipeline.prepare.quantities.rewrite import rewrite_numbers
from pipeline.prepare.terms import Glossary
from pipeline.translate.acceptance import Task, binding
from pipeline.translate.names import name_terms
from pipeline.translate.register import Register, register_hints
from pipeline.translate.rules import RULE_MADE, exact_terms, marker_target, numeral

# Counted in the key of the memory: raise it whenever requests or repairs change, so that no answer
# of an older way of asking is served.
REQUEST_VERSION = 5

# More lines than this draw the model's attention from the sentence (swept in docs/decisions/060).
MAX_TERMS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """What the text around a unit says of it: how laws are divided there, and what the passage does."""

    taiwan: bool = False
    register: Register = "plain"


PLAIN = Passage()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One text to translate, once, for all segments that share it."""

    marker: str
    task: Task
    request: Request
    passage: Passage = PLAIN


def unit_of(segment: Segment, glossary: Glossary, *, passage: Passage = PLAIN) -> Unit:
    """The unit of a segment; its marker is a rule's work, its body the model's."""
    marker, at = split_marker(segment.text, segment.marker)
    terms = tuple(
        replace(hit, start=hit.start - at, end=hit.end - at, target=None, obeyed=None)
        for hit in segment.terms
        if hit.start >= at
    )
    body = segment.text[at:]
    return make_unit(
        body,
        kind=_asked_as(segment.kind, body),
        terms=terms,
        marker=marker,
        glossary=glossary,
        passage=passage,
    )


_ORDERS = re.compile("(?:予以|给予|应当|必须|不得|可以|要进行|有权|视为|处以).*。$")


def _asked_as(kind: SegmentKind, body: str) -> SegmentKind:
    """A heading that is a rule in itself, 符合下列要求的予以保留。, reads as a sentence, not as a title."""
    return "sentence" if kind == "heading" and _ORDERS.search(body) else kind


def make_unit(
    text: str,
    *,
    kind: SegmentKind,
    glossary: Glossary,
    terms: Iterable[TermHit] = (),
    marker: str = "",
    passage: Passage = PLAIN,
) -> Unit:
    """A unit for a body; terms that a rule makes join those of the glossary."""
    people = () if passage.taiwan else name_terms(text)
    hits = merged_terms(terms, (*exact_terms(text, taiwan=passage.taiwan), *people))
    measures = tuple(zh.measures(text))
    request = Request(
        text=request_text(text),
        terms=term_lines(hits),
        hints=register_hints(text, passage.register) if kind in ("sentence", "item") else (),
        kind=request_kind(kind, measures),
    )
    task = Task(
        text=text, kind=kind, measures=measures, terms=hits, glossary=glossary, register=passage.register
    )
    return Unit(marker=marker, task=task, request=request, passage=passage)


def split_marker(text: str, marker: str) -> tuple[str, int]:
    """The marker that a rule can translate, and where the body begins.

    一要 keeps its 要 (“must”) in the body, 一靠 its 靠; a marker that no rule knows stays in the body whole.
    """
    if not marker or not text.startswith(marker) or marker_target(marker) is None:
        return "", 0
    bare = marker.rstrip("，,、：: 　")
    if bare[-1:] in ("要", "靠", "抓", "看") and numeral(bare[:-1]):
        return bare, len(bare) - 1
    body = re.compile(r"[\s　，,、：:.．]*").match(text, len(marker))
    return marker, body.end() if body else len(marker)


def request_kind(kind: SegmentKind, measures: tuple[Measure, ...]) -> RequestKind:
    """Sentences with two or more quantities get examples with figures."""
    if kind in ("sentence", "item") and len(measures) >= 2:
        return "figures"
    return kind


_INLINE = re.compile(r"(^|[，,；;：:。])([一二三四五六七八九十]{1,3})是(?!否)")


_MORE = re.compile(
    r"(?<![\d.,])(\d[\d,]*(?:\.\d+)?(?: (?:million|billion|trillion))?)[多余](?=[^\d\s，。；、])"
)


def request_text(text: str) -> str:
    """What the model reads: numbers in figures, 2000多个 as 超过2000个, in-line 一是 as 第一，."""
    series = [numeral(match[2]) for match in _INLINE.finditer(text)]
    if series[:2] == [1, 2]:
        text = _INLINE.sub(lambda match: f"{match[1]}第{match[2]}，", text)
    return _MORE.sub(r"超过\1", rewrite_numbers(text))


def term_lines(hits: Iterable[TermHit], limit: int = MAX_TERMS) -> tuple[tuple[str, str], ...]:
    """Each rendering once, in the order of the text; beyond the limit, advice goes before facts."""
    lines: dict[str, TermHit] = {}
    for hit in hits:
        lines.setdefault(hit.zh, hit)
    ranked = sorted(lines.values(), key=lambda hit: (not binding(hit), -len(hit.zh)))[:limit]
    return tuple((hit.zh, hit.en) for hit in sorted(ranked, key=lambda hit: hit.start))


def merged_terms(terms: Iterable[TermHit], exact: Iterable[TermHit]) -> tuple[TermHit, ...]:
    """Glossary hits and rule-made ones; where they overlap, the longer wins, then the glossary."""
    kept: list[TermHit] = []
    for hit in sorted((*terms, *exact), key=lambda h: (h.start - h.end, h.glossary in RULE_MADE)):
        if all(hit.end <= other.start or other.end <= hit.start for other in kept):
            kept.append(hit)
    return tuple(sorted(kept, key=lambda hit: hit.start))


# -- clauses ------------------------------------------------------------------------------------

_OPEN, _CLOSE = "“（(《【〔「『", "”）)》】〕」』"


def split_clauses(text: str, *, at_least: int = 14) -> tuple[str, ...]:
    """The text in two or more clauses, cut after ；, ： or ， outside brackets and quotation marks.

    The pieces joined are the text. One piece means that there is no place to cut.
    """
    for stops in ("；;。！？", "，,：:；;。"):
        pieces = _cut(text, stops, at_least)
        if len(pieces) > 1:
            return pieces
    return (text,)


def _cut(text: str, stops: str, at_least: int) -> tuple[str, ...]:
    pieces, start, depth = [], 0, 0
    for i, c in enumerate(text):
        depth = max(0, depth + (c in _OPEN) - (c in _CLOSE))
        figure = c in ",:" and text[i - 1 : i].isdigit() and text[i + 1 : i + 2].isdigit()
        if (
            c in stops
            and not depth
            and not figure
            and i + 1 - start >= at_least
            and len(text) - i - 1 >= at_least
        ):
            pieces.append(text[start : i + 1])
            start = i + 1
    pieces.append(text[start:])
    return tuple(pieces)


def clause_units(unit: Unit) -> tuple[Unit, ...]:
    """One unit for each clause of the task's text, each with its own terms."""
    units, at = [], 0
    for piece in split_clauses(unit.task.text):
        end = at + len(piece)
        terms = tuple(
            replace(hit, start=hit.start - at, end=hit.end - at)
            for hit in unit.task.terms
            if at <= hit.start and hit.end <= end and hit.glossary not in RULE_MADE
        )
        passage = unit.passage if at == 0 else replace(unit.passage, register="plain")
        units.append(
            make_unit(piece, kind=unit.task.kind, terms=terms, glossary=unit.task.glossary, passage=passage)
        )
        at = end
    return tuple(units)
