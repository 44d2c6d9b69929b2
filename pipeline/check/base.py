"""What a check is: a reason code, a severity, and a function from a pair of texts to findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from pipeline.document import Document, Issue, Measure, SegmentKind, Severity, TermHit
from pipeline.prepare.quantities import zh
from pipeline.prepare.quantities.match import Pairing, pair


class Terminology(Protocol):
    """What the checks ask of a glossary (`pipeline.prepare.terms.Glossary`)."""

    def rendering_span(self, target: str, hit: TermHit) -> tuple[int, int] | None: ...

    def forbidden_span(self, target: str, hit: TermHit) -> tuple[int, int] | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A segment's Simplified text and its translation, read once for all checks.

    `rendered` has, for each term, the span of its rendering in the target, None where there is none;
    `expansion` is the usual number of English characters for one of Chinese, None if not known.
    """

    source: str
    target: str
    kind: SegmentKind
    pairings: tuple[Pairing, ...]
    terms: tuple[TermHit, ...] = ()
    rendered: tuple[tuple[int, int] | None, ...] = ()
    glossary: Terminology | None = None
    expansion: float | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check has to say; `severity` where it differs from that of the check."""

    message: str
    span: tuple[int, int] | None = None
    severity: Severity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check of a segment. `example` is a pair (source, target) that raises it."""

    code: str
    severity: Severity
    description: str
    example: tuple[str, str]
    find: Callable[[Pair], Iterable[Finding]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentCheck:
    """One check that looks across the segments of one or more documents.

    `find` gives, for each document in order, its issues.
    """

    code: str
    severity: Severity
    description: str
    example: tuple[str, str]
    find: Callable[[Sequence[Document]], list[list[Issue]]]


def read_pair(
    source: str,
    target: str,
    *,
    kind: SegmentKind = "sentence",
    measures: Sequence[Measure] | None = None,
    terms: Sequence[TermHit] = (),
    glossary: Terminology | None = None,
    expansion: float | None = None,
) -> Pair:
    """Read both texts: pair their quantities and find the renderings of the terms."""
    known = zh.measures(source) if measures is None else measures
    return Pair(
        source=source,
        target=target,
        kind=kind,
        pairings=pair(source, known, target),
        terms=tuple(terms),
        rendered=_rendered(target, terms, glossary),
        glossary=glossary,
        expansion=expansion,
    )


def _rendered(
    target: str, terms: Sequence[TermHit], glossary: Terminology | None
) -> tuple[tuple[int, int] | None, ...]:
    if not terms:
        return ()
    if glossary is not None:
        return tuple(glossary.rendering_span(target, hit) for hit in terms)
    from pipeline.prepare.terms import rendering_span  # a segment without terms needs no glossary code

    return tuple(rendering_span(target, hit) for hit in terms)
