"""Terms: the rendering that the glossary requires is there, the one that it forbids is not."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.check.base import Check, Finding, Pair


def _required(pair: Pair) -> Iterator[Finding]:
    reported = set()
    for hit, span in zip(pair.terms, pair.rendered, strict=True):
        if span is None and hit.zh not in reported:
            reported.add(hit.zh)
            yield Finding(f"{hit.zh} should be rendered as “{hit.en}”")


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
