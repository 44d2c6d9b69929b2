"""A document of a Chinese text and a translation that exists already, as if we had translated it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import reduce

from models.base import Encoder
from pipeline.align.english import sentences
from pipeline.align.links import Link, align
from pipeline.align.segments import joined
from pipeline.document import Document, Issue, Segment
from pipeline.errors import EmptyInput
from pipeline.prepare.quantities import find_quantities
from pipeline.prepare.terms import Glossary, find_terms

ADDED = "alignment.added"


def aligned(document: Document, english: Document, *, encoder: Encoder, glossary: Glossary) -> Document:
    """The prepared Chinese document with the sentences of the English one as its targets.

    Chinese sentences of one link become one segment. An English sentence without a partner gets an
    empty segment at its place and an issue, so that nothing of the translation is dropped.

    Raises:  EmptyInput: the English text has no sentence.
    """
    target = sentences(english.original)
    if not target:
        raise EmptyInput(f"{english.source.path}: no sentence to align")
    links = align([segment.text for segment in document.segments], target, encoder)
    segments = tuple(_linked(document, links, target))
    moved = _heirs(document, links)
    segments = tuple(
        replace(s, lead=None if moved.get(s.lead or "") == s.id else moved.get(s.lead or ""))
        for s in segments
    )
    issues = tuple(
        replace(issue, segment=moved.get(issue.segment or "")) for issue in document.issues
    ) + tuple(_added(segment) for segment in segments if not segment.text)
    linked = replace(document, segments=segments, quantities=(), issues=issues, brief=None)
    return find_terms(find_quantities(linked), glossary)


def _linked(document: Document, links: Sequence[Link], target: Sequence[str]) -> Iterator[Segment]:
    """A segment for each link, in order."""
    before = Segment(id="s0", section=None, kind="sentence", start=0, end=0, source="", text="")
    added = 0
    for link in links:
        words = " ".join(target[j] for j in link.target) or None
        parts = [document.segments[i] for i in link.source]
        if parts:
            whole = reduce(lambda first, second: joined(document, first, second), parts)
        else:
            added += 1
            whole = replace(
                before, id=f"a{added}", kind="sentence", start=before.end, end=before.end, source="",
                text="", marker="", lead=None,
            )  # fmt: skip
        before = replace(
            whole,
            target=words,
            origin="human" if words else None,
            state="translated" if words else "initial",
            terms=(),
            score=None,
        )
        yield before


def _heirs(document: Document, links: Sequence[Link]) -> dict[str, str]:
    """Which segment each of the original ones went into."""
    return {
        document.segments[i].id: document.segments[link.source[0]].id for link in links for i in link.source
    }


def _added(segment: Segment) -> Issue:
    return Issue(
        check=ADDED,
        severity="warning",
        message="the translation has this sentence, the source has none like it",
        segment=segment.id,
    )
