"""Which words of the target belong to a term or a number of the source: from the ledgers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from pipeline.document import Measure, TermHit
from pipeline.prepare.quantities.match import pair
from pipeline.prepare.terms import Glossary


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A span of the segment's text and the span of its target that says the same."""

    kind: Literal["term", "quantity"]
    source: tuple[int, int]
    target: tuple[int, int]


def aligned_terms(hits: Sequence[TermHit], target: str, glossary: Glossary) -> tuple[TermHit, ...]:
    """The hits with the place of their rendering in the target, and whether it is there.

    The same term hit twice is matched to the first rendering first, to the next one then.
    """
    out: list[TermHit] = []
    after: dict[str, int] = {}
    for hit in hits:
        start = after.get(hit.en, 0)
        span = glossary.rendering_span(target[start:], hit)
        found = (span[0] + start, span[1] + start) if span else glossary.rendering_span(target, hit)
        if found:
            after[hit.en] = found[1]
        out.append(replace(hit, target=found, obeyed=found is not None))
    return tuple(out)


def links(text: str, hits: Iterable[TermHit], measures: Sequence[Measure], target: str) -> tuple[Link, ...]:
    """All links between a text and its target, in the order of the text.

    Args:  hits: aligned terms; measures: the quantities of the text.
    """
    found = [
        Link(kind="term", source=(hit.start, hit.end), target=hit.target)
        for hit in hits
        if hit.target is not None
    ]
    for pairing in pair(text, measures, target):
        ours, theirs = pairing.source, pairing.target
        if ours is not None and theirs is not None and pairing.verdict in ("proven", "approximator"):
            found.append(
                Link(kind="quantity", source=(ours.start, ours.end), target=(theirs.start, theirs.end))
            )
    return tuple(sorted(found, key=lambda link: (link.source, link.target)))
