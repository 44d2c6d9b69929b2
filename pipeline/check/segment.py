"""All checks of one segment."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.check.base import Pair, Terminology, read_pair
from pipeline.check.registry import SEGMENT_CHECKS
from pipeline.config import CheckConfig
from pipeline.document import Issue, Measure, SegmentKind, Severity, TermHit

_DEFAULTS = CheckConfig()


def check_segment(
    text: str,
    target: str,
    *,
    kind: SegmentKind = "sentence",
    measures: Sequence[Measure] | None = None,
    terms: Sequence[TermHit] = (),
    glossary: Terminology | None = None,
    expansion: float | None = None,
    config: CheckConfig = _DEFAULTS,
) -> tuple[Issue, ...]:
    """What the checks say of one translation, finished or a candidate; no segment is named.

    `measures` are those of `text` where they are known; a missing translation gives `empty` alone.
    """
    pair = read_pair(
        text, target, kind=kind, measures=measures, terms=terms, glossary=glossary, expansion=expansion
    )
    return issues_of(pair, config=config)


def issues_of(
    pair: Pair, *, config: CheckConfig = _DEFAULTS, segment: str | None = None
) -> tuple[Issue, ...]:
    """The issues of a pair that has been read."""
    issues: list[Issue] = []
    for check in SEGMENT_CHECKS:
        if check.code in config.disabled or (not pair.target.strip() and check.code != "empty"):
            continue
        for finding in check.find(pair):
            severity: Severity = config.severity.get(check.code) or finding.severity or check.severity  # type: ignore[assignment]
            issues.append(
                Issue(
                    check=check.code,
                    severity=severity,
                    message=finding.message,
                    segment=segment,
                    span=finding.span,
                )
            )
    return tuple(issues)
