"""Terms: the rendering that the glossary requires is there, the one that it forbids is not."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.check.base import Check, Finding, Pair
from pipeline.document import Severity, TermHit

# Glossaries whose words are advice: “推进 → advance” is no fault of “pressed ahead with”. Their names are not.
ADVISORY = frozenset({"gov-zh-en"})


def is_advice(hit: TermHit) -> bool:
    """True for the plain words of the shipped glossary, which people render in many ways."""
    return hit.glossary in ADVISORY and not any(c.isupper() for c in hit.en)


def _required(pair: Pair) -> Iterator[Finding]:
    reported = set()
    for hit, span in zip(pair.terms, pair.rendered, strict=True):
        if span is None and hit.zh not in reported:
            reported.add(hit.zh)
            severity: Severity | None = "info" if is_advice(hit) else None
            yield Finding(f"{hit.zh} should be rendered as “{hit.en}”", None, severity)


def _forbidden(pair: Pair) -> Iterator[Finding]:
    if pair.glossary is None:
        return
    for hit in pair.terms:
        if span := pair.glossary.forbidden_span(pair.target, hit):
            yield Finding(f"{hit.zh} must not be rendered as “{pair.target[span[0] : span[1]]}”", span)


CHECKS = (
    Check(
        code="term",
        severity="warning",
        description="A term lacks the rendering that the glossary requires.",
        example=("省委编办印发通知。", "The provincial office issued a notice."),
        find=_required,
    ),
    Check(
        code="forbidden-term",
        severity="error",
        description="A term has a rendering that the glossary forbids.",
        example=("省委印发通知。", "The Central Committee issued a notice."),
        find=_forbidden,
    ),
)
