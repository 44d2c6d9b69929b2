"""Brackets, quotation marks, spaces, the end of a sentence and capitals."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.check.base import Check, Finding, Pair

_BRACKETS = re.compile(r"[()\[\]{}（）【】《》]")
_OPENERS = {"(": ")", "[": "]", "{": "}", "（": "）", "【": "】", "《": "》"}
_LIST_MARK = re.compile(r"(?:^|(?<=[\s;:,.]))(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})$")  # a) growth, b) jobs
_SPACES = re.compile(r"(?<=\S)[ \u00a0]{2,}(?=\S)|(?<=[A-Za-z0-9]) +[,;](?=\s)|^\s+|\s+$")
_END_EN = re.compile(r"[.!?:;…][\s'\"”’)\]]*(?:\[\d+\]\s*)?$")
_FIRST_LETTER = re.compile(r"^[\W\d_]*([A-Za-z])(\w*)")


def _brackets(pair: Pair) -> Iterator[Finding]:
    open_: list[tuple[str, int]] = []
    for found in _BRACKETS.finditer(pair.target):
        if found[0] in _OPENERS:
            open_.append((_OPENERS[found[0]], found.start()))
        elif open_ and open_[-1][0] == found[0]:
            open_.pop()
        elif not _LIST_MARK.search(pair.target, max(0, found.start() - 5), found.start()):
            yield Finding(f"{found[0]} closes nothing", found.span())
            return
    if open_:
        yield Finding("an opening bracket is not closed", (open_[-1][1], open_[-1][1] + 1))


def _quotes(pair: Pair) -> Iterator[Finding]:
    opened, closed, straight = (pair.target.count(mark) for mark in '“”"')
    if straight % 2 or opened != closed:
        # A quotation that runs over several segments opens here and closes there, in the source too.
        if pair.source.count("“") == pair.source.count("”"):
            mixed = (opened + closed + straight) % 2 == 0
            yield Finding("a quotation mark has no partner", None, "info" if mixed else "warning")
    elif pair.source.count("“") and not (opened or re.search(r"[\"'‘’«]", pair.target)):
        yield Finding("the source's quotation marks are lost", None, "info")


def _spaces(pair: Pair) -> Iterator[Finding]:
    if found := _SPACES.search(pair.target):
        yield Finding("stray space", found.span())


def _end(pair: Pair) -> Iterator[Finding]:
    source, target = pair.source.rstrip("”’」』）) \n"), pair.target.rstrip("”’\"') \n")
    if not source or not target or pair.kind == "heading":
        return
    if source[-1] in "？?" and target[-1] != "?":
        yield Finding("the source asks a question, the translation does not")
    elif source[-1] in "。！!" and not _END_EN.search(pair.target):
        yield Finding(
            "the translation does not end like a sentence: it may be cut", (len(target) - 1, len(target))
        )


def _capital(pair: Pair) -> Iterator[Finding]:
    first = _FIRST_LETTER.match(pair.target)
    if first is None or not first[1].islower() or any(c.isupper() for c in first[2]) or pair.kind == "table":
        return
    # An item may go on a sentence, and names such as iPhone begin small.
    if pair.kind in ("heading", "sentence"):
        yield Finding(f"begins with a small letter: {first[1]}{first[2]}", first.span(1))


CHECKS = (
    Check(
        code="brackets",
        severity="warning",
        description="A bracket has no partner.",
        example=("全省（市）改革。", "Reform of the province (city."),
        find=_brackets,
    ),
    Check(
        code="quotes",
        severity="warning",
        description="A quotation mark has no partner, or those of the source are lost.",
        example=("落实“三定”规定。", 'Implement the "three determinations provisions.'),
        find=_quotes,
    ),
    Check(
        code="spaces",
        severity="info",
        description="Doubled or stray spaces.",
        example=("加强领导。", "Strengthen  leadership."),
        find=_spaces,
    ),
    Check(
        code="ending",
        severity="warning",
        description="The end of the sentence differs: a question lost, or the text cut off.",
        example=("改革完成了吗？", "The reform is complete."),
        find=_end,
    ),
    Check(
        code="capital",
        severity="info",
        description="A sentence or heading begins with a small letter.",
        example=("加强领导。", "strengthen leadership."),
        find=_capital,
    ),
)
