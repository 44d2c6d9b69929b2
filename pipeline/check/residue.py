"""Text that was not translated: Chinese left in the English, or the source copied."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.check.base import Check, Finding, Pair

_HAN = re.compile(
    r"[\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]+"
)
_PUNCTUATION = re.compile(
    r"[\u3001\u3002\u300a-\u3011\u3014\u3015\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f\uff5e]+"
)
# A gloss in brackets or quotation marks is meant: the "three determinations" (三定).
_OPENING = re.compile(r"[(\[“\"'‘（「『《]\s*$")
_CLOSING = re.compile(r"\s*[)\]”\"'’）」』》]")


def _untranslated(pair: Pair) -> Iterator[Finding]:
    for found in _HAN.finditer(pair.target):
        if found[0] in pair.source and _is_gloss(pair.target, found):
            continue
        yield Finding(f"{found[0]} is left untranslated", found.span())


def _is_gloss(target: str, found: re.Match[str]) -> bool:
    before = _OPENING.search(target, max(0, found.start() - 2), found.start())
    return before is not None and _CLOSING.match(target, found.end()) is not None


def _punctuation(pair: Pair) -> Iterator[Finding]:
    if found := _PUNCTUATION.search(pair.target):
        yield Finding(f"Chinese punctuation {found[0]} in the translation", found.span())


def _copied(pair: Pair) -> Iterator[Finding]:
    if pair.target.strip() == pair.source.strip() and _HAN.search(pair.source):
        yield Finding("the translation is the source itself")


CHECKS = (
    Check(
        code="untranslated",
        severity="error",
        description="Chinese characters stand in the translation outside brackets and quotation marks.",
        example=("专题研究部署。", "专题 studied and deployed."),
        find=_untranslated,
    ),
    Check(
        code="chinese-punctuation",
        severity="warning",
        description="Chinese punctuation stands in the translation.",
        example=("切实加强领导。", "Leadership was strengthened。"),
        find=_punctuation,
    ),
    Check(
        code="copied",
        severity="error",
        description="The translation is a copy of the source.",
        example=("加强领导。", "加强领导。"),
        find=_copied,
    ),
)
