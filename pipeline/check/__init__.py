"""Checks: one module each, their registry, and the step that runs them over a document."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from pipeline.check.base import Pair, Terminology, read_pair
from pipeline.check.consistency import check_batch
from pipeline.check.omission import usual_expansion
from pipeline.check.registry import CODES, DOCUMENT_CHECKS
from pipeline.check.segment import check_segment, issues_of
from pipeline.check.waivers import Waiver, apply_waivers
from pipeline.config import CheckConfig
from pipeline.document import Document, Issue, Measure, Quantity, Segment
from pipeline.errors import ConfigError
from pipeline.prepare.quantities import find_quantities

__all__ = ["check", "check_across", "check_batch", "check_segment", "check_together", "read_pair"]


def check(
    document: Document,
    *,
    config: CheckConfig,
    glossary: Terminology | None = None,
    waivers: Sequence[Waiver] = (),
) -> Document:
    """Prove a document: fill the ledger, say which terms were obeyed, and list what is wrong.

    Issues of other steps stay; those of an earlier check are replaced, but a waiver that was given
    for unchanged texts stays in force.

    Raises:  ConfigError: the configuration names a check or severity that does not exist.
    """
    _known(config)
    document = document if document.quantities else find_quantities(document)
    measures = _measures(document)
    expansion = usual_expansion((s.text, s.target) for s in document.segments if s.target)
    ledger: dict[str, list[Quantity]] = defaultdict(list)
    for quantity in document.quantities:
        ledger[quantity.segment].append(quantity)
    quantities: list[Quantity] = []
    segments: list[Segment] = []
    found: list[Issue] = []
    for segment in document.segments:
        pair = _read(segment, measures.get(segment.id, []), glossary, expansion)
        segments.append(_with_terms(segment, pair))
        found += issues_of(pair, config=config, segment=segment.id)
        quantities += _ledger(ledger[segment.id], segment, pair)
    checked = replace(document, segments=tuple(segments), quantities=tuple(quantities))
    found += check_across([checked], config)[0]
    kept = [issue for issue in document.issues if issue.check not in CODES]
    issues = _rewaived(document, [*kept, *found])
    return apply_waivers(replace(checked, issues=issues), waivers)


def check_together(
    documents: Sequence[Document], *, config: CheckConfig, waivers: Sequence[Waiver] = ()
) -> list[Document]:
    """Documents that are checked already, with what must agree looked at across all of them."""
    codes = {check_.code for check_ in DOCUMENT_CHECKS}
    together = []
    for document, found in zip(documents, check_across(documents, config), strict=True):
        issues = [issue for issue in document.issues if issue.check not in codes]
        issues = [*_rewaived(document, [*issues, *found])]
        together.append(apply_waivers(replace(document, issues=tuple(issues)), waivers))
    return together


def _known(config: CheckConfig) -> None:
    for code in (*config.disabled, *config.severity):
        if code not in CODES:
            raise ConfigError(f"check: no check {code!r}; there are {', '.join(sorted(CODES))}")
    for code, severity in config.severity.items():
        if severity not in ("error", "warning", "info"):
            raise ConfigError(f"check.severity.{code}: error, warning or info, not {severity!r}")


def _measures(document: Document) -> dict[str, list[Measure]]:
    measures: dict[str, list[Measure]] = {}
    for quantity in document.quantities:
        if quantity.measure is not None:
            measures.setdefault(quantity.segment, []).append(quantity.measure)
    return measures


def _read(
    segment: Segment, measures: list[Measure], glossary: Terminology | None, expansion: float | None
) -> Pair:
    return read_pair(
        segment.text,
        segment.target or "",
        kind=segment.kind,
        measures=measures,
        terms=segment.terms if segment.target else (),
        glossary=glossary,
        expansion=expansion,
    )


def _with_terms(segment: Segment, pair: Pair) -> Segment:
    if not segment.terms or not pair.rendered:
        return segment
    terms = tuple(
        replace(hit, target=span, obeyed=span is not None)
        for hit, span in zip(segment.terms, pair.rendered, strict=True)
    )
    return replace(segment, terms=terms)


def _ledger(known: Sequence[Quantity], segment: Segment, pair: Pair) -> list[Quantity]:
    """The segment's quantities, which are `known`, with match and verdict; what only the target has follows."""
    mine = {(q.measure.start, q.measure.end): q for q in known if q.measure is not None}
    lines: list[Quantity] = []
    for pairing in pair.pairings:
        if pairing.source is not None:
            quantity = mine.get((pairing.source.start, pairing.source.end))
            if quantity is None:
                continue  # the ordinal of a term is no line of the ledger
            verdict = pairing.verdict if segment.target else None
            lines.append(replace(quantity, target=pairing.target, verdict=verdict))
        elif pairing.target is not None:
            lines.append(
                Quantity(
                    id=f"{segment.id}x{pairing.target.start}",
                    segment=segment.id,
                    measure=None,
                    start=segment.start,
                    end=segment.end,
                    target=pairing.target,
                    verdict="extra",
                )
            )
    return lines


def check_across(documents: Sequence[Document], config: CheckConfig) -> list[list[Issue]]:
    """What the checks of whole documents find, for each of some whose segments are checked already."""
    issues: list[list[Issue]] = [[] for _ in documents]
    for check_ in DOCUMENT_CHECKS:
        if check_.code in config.disabled:
            continue
        for mine, found in zip(issues, check_.find(documents), strict=True):
            for issue in found:
                severity = config.severity.get(check_.code, issue.severity)
                mine.append(replace(issue, severity=severity))  # type: ignore[arg-type]
    return issues


def _rewaived(before: Document, issues: list[Issue]) -> tuple[Issue, ...]:
    """The issues, with the waivers that the same findings had before."""
    waived = {(i.check, i.segment, i.message): i.waived for i in before.issues if i.waived}
    return tuple(replace(i, waived=i.waived or waived.get((i.check, i.segment, i.message))) for i in issues)
