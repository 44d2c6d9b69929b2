"""Links, addresses and placeholders must survive as they are, and none may appear from nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.check.base import Check, Finding, Pair
from pipeline.prepare.quantities.codes import carried_over, codes
from pipeline.prepare.quantities.zh import plain

_DIGITS = re.compile(r"\d(?:\d\d|\.\d)")
_LINK = re.compile(r"(?:https?://|www\.)[\w./?=&%#~:@!$+,;-]+[\w/]|[\w.+-]+@[\w-]+\.[\w.-]*\w", re.ASCII)
_PLACEHOLDER = re.compile(
    r"\ufffd|⟦[^⟧]*⟧|<unk>|<\|[^|]*\|>|</?s>|\{\{?\w*\}?\}|\[(?:MASK|UNK|PAD|T\d+|NUM\d*|TERM\d*)\]|__\w+__|%\(\w+\)s|"
    r"\b(?:TODO|FIXME|XXX+|lorem ipsum)\b|\[(?:insert|translation)[^\]]*\]|&(?:amp|nbsp|lt|gt|quot|#\d+);|x0d|x0a"
)
_CHATTER = re.compile(
    r"^(?:(?:sure|certainly|of course)[,!.]? (?:here|i)\b|here(?:'s| is) (?:the|your) (?:english )?translation|(?:english )?translation:|"
    r"english:|(?:i'm|i am) sorry, (?:but )?i|as an ai\b)"
    r"|\b(?:here is the translation|translated text|the (?:chinese|source|original) (?:text|sentence))\b",
    re.I,
)


def _links(pair: Pair) -> Iterator[Finding]:
    wanted = _LINK.findall(pair.source)
    for link in wanted:
        if link not in pair.target:
            yield Finding(f"{link} is not in the translation")
    for found in _LINK.finditer(pair.target):
        if found[0] not in pair.source:
            yield Finding(f"{found[0]} is not in the source", found.span())


def _codes(pair: Pair) -> Iterator[Finding]:
    source = plain(pair.source)
    for code in codes(source) if _DIGITS.search(source) else ():
        if not carried_over(code, pair.target):
            yield Finding(f"{code} is not in the translation")


def _placeholders(pair: Pair) -> Iterator[Finding]:
    for found in _PLACEHOLDER.finditer(pair.target):
        if found[0] not in pair.source:
            yield Finding(f"leftover {found[0]!r}", found.span())


def _chatter(pair: Pair) -> Iterator[Finding]:
    if found := _CHATTER.search(pair.target):
        yield Finding(f"the model talks about its task: “{found[0]}”", found.span())


CHECKS = (
    Check(
        code="link",
        severity="error",
        description="A link or address was changed, lost or invented.",
        example=("详见 https://example.org/a 。", "See https://example.org/b ."),
        find=_links,
    ),
    Check(
        code="code",
        severity="error",
        description="An index, telephone, identity or section number was changed or lost.",
        example=("索引号：000014349/2021-00125", "Index No.: 000014349/2021-00152"),
        find=_codes,
    ),
    Check(
        code="placeholder",
        severity="error",
        description="A placeholder, control token or HTML entity is left in the translation.",
        example=("加强领导。", "Strengthen <unk> leadership."),
        find=_placeholders,
    ),
    Check(
        code="chatter",
        severity="error",
        description="The model speaks about its task instead of doing it.",
        example=("加强领导。", "Sure, here is the translation: Strengthen leadership."),
        find=_chatter,
    ),
)
