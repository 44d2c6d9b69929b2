"""A target that is missing, much too short, much too long, or has sentences of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.check.base import Check, Finding, Pair

_SENTENCE_ZH = re.compile(r"[。！？；!?;]+")
_SENTENCE_EN = re.compile(r"[a-z0-9)”\"%][.!?]+(?=\s+[A-Z“\"(]|\s*$)")
# English characters for one of Chinese on three sets of human references (law, news, encyclopaedia):
# 0.1 % lie below 1.08 and 0.1 % above 7.4; short texts scatter more and are left alone.
_SHORTEST, _LONGEST, _SLACK = 1.0, 8.0, 120
_CLAUSE = 1.6
_MIN_CHARACTERS = 12
_WORDLESS = re.compile(r"[\W\d_A-Za-z]+")


def _empty(pair: Pair) -> Iterator[Finding]:
    if not pair.target.strip() and pair.source.strip():
        yield Finding("there is no translation")


def _length(pair: Pair) -> Iterator[Finding]:
    n_source, n_target = len(_WORDLESS.sub("", pair.source)), len(pair.target)
    if n_source < _MIN_CHARACTERS or not n_target:
        return
    ratio = n_target / n_source
    if ratio < _SHORTEST:
        yield Finding(
            f"much shorter than its source ({n_target} for {n_source} characters): something may be lost",
            None,
            "error",
        )
    elif ratio < _CLAUSE:
        yield Finding(f"shorter than usual ({n_target} for {n_source} characters): a clause may be lost")
    elif ratio > _LONGEST + _SLACK / n_source:
        yield Finding(f"much longer than its source ({n_target} for {n_source} characters)")


def _added(pair: Pair) -> Iterator[Finding]:
    """More sentences than the source has clauses."""
    n_source = len(_SENTENCE_ZH.findall(pair.source)) + pair.source.count("，") + pair.source.count("：") + 1
    n_target = len(_SENTENCE_EN.findall(pair.target))
    if n_target > n_source + 1:
        yield Finding(f"{n_target} sentences for a source of {n_source} clauses: something may be added")


CHECKS = (
    Check(
        code="empty",
        severity="error",
        description="A segment has no translation.",
        example=("加强领导。", ""),
        find=_empty,
    ),
    Check(
        code="length",
        severity="warning",
        description="The translation is much shorter or longer than its source.",
        example=(
            "坚持统筹谋划推进党政机构改革、事业单位改革，为全面振兴提供强有力的体制机制保障。",
            "Reform.",
        ),
        find=_length,
    ),
    Check(
        code="added",
        severity="warning",
        description="The translation has more sentences than the source has clauses.",
        example=(
            "加强领导。",
            "Leadership was strengthened. It was strengthened well. Everyone agreed. All is good.",
        ),
        find=_added,
    ),
)
