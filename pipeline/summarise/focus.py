"""What a reader asks for: how near each statement is to it."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.base import Encoder
from pipeline.document import Document
from pipeline.prepare.script import convert
from pipeline.prepare.terms import Glossary
from pipeline.summarise.statements import Statement

_Floats = NDArray[np.float64]

_HAN = re.compile("[\u3400-\u9fff]")
_PARTS = re.compile(r"[,，、;；。？?！!\s/|]+")
_ASKING = re.compile(
    "多少|什么|哪些|哪几|哪个|如何|怎么样?|怎样|为何|为什么|是否|有没有|有关|关于|情况|[吗呢了的]"
)
_EN_STOP = frozenset(
    """
    a an the of in on at to for by from with and or is are was were be been do does did has have had how what
    which who whom whose when where why many much there this that these those it its their they we our you
    about into as any all number numbers report tell me please can could will would than more most
    """.split()
)
_STEM = 5  # letters that two words must share: staffing, staffed; reduction, reduced
_HEADING = 0.5  # what a match in the heading above a statement counts
_HALF, _A_THIRD = 0.5, 0.33  # of a rendering's words, of a question's words
_NEAR = 0.5  # share of a key's character pairs that a text needs to be about it
_ENCODED = 0.84, 0.10  # e5: unrelated below the first; the second above it is the same


def nearness(
    document: Document,
    statements: Sequence[Statement],
    focus: str,
    *,
    glossary: Glossary | None = None,
    encoder: Encoder | None = None,
) -> _Floats:
    """For each statement how much it is about the focus, 0 to 1; all 0 if none is.

    Chinese keys are looked for in the text, in its lead and heading; English words in the targets, and as the
    renderings of terms; with an encoder, meaning counts as well.
    """
    near = np.zeros(len(statements))
    if not focus.strip() or not statements:
        return near
    zh, en = _keys(focus, glossary)
    titles = {section.id: section for section in document.sections}
    for i, statement in enumerate(statements):
        section = titles.get(statement.section or "")
        above = (statement.lead.text if statement.lead else "") + (section.title.zh if section else "")
        target = " ".join(segment.target or "" for segment in statement.segments)
        over = (statement.lead.target or "" if statement.lead else "") + (section.title.en if section else "")
        near[i] = max(
            _in_chinese(zh, statement.text),
            _HEADING * _in_chinese(zh, above),
            _in_english(en, target),
            _HEADING * _in_english(en, over),
        )
    if encoder is not None:
        near = np.maximum(near, _meant(encoder, focus, [s.text for s in statements]))
    return near


def _keys(focus: str, glossary: Glossary | None) -> tuple[list[str], list[str]]:
    """Chinese keys and English words; English is looked up in the glossary as well."""
    zh = [k for part in _PARTS.split(_simplified(focus)) for k in _ASKING.split(part) if _HAN.search(k)]
    words = [w for w in re.findall(r"[a-z]{2,}", focus.lower()) if w not in _EN_STOP]
    if glossary is not None and words:
        zh += _rendered(words, glossary)
    return list(dict.fromkeys(key for key in zh if len(key) > 1)), list(dict.fromkeys(words))


def _simplified(text: str) -> str:
    return convert(text, "t2s")


def _rendered(words: Sequence[str], glossary: Glossary) -> list[str]:
    """Terms whose rendering the question uses: whole ones, else those that it uses half of."""
    asked = {word[:_STEM] for word in words}
    found: dict[str, float] = {}
    for entry in glossary.entries:
        for rendering in (entry.en, *entry.alternatives):
            stems = {w[:_STEM] for w in re.findall(r"[a-z]{2,}", rendering.lower()) if w not in _EN_STOP}
            share = len(stems & asked) / len(stems) if stems else 0.0
            found[entry.zh] = max(found.get(entry.zh, 0.0), share)
    best = max(found.values(), default=0.0)
    return [name for name, share in found.items() if share == best] if best >= _HALF else []


def _in_chinese(keys: Sequence[str], text: str) -> float:
    """The best key's share; further keys add a little."""
    shares = sorted((_share(key, text) for key in keys), reverse=True)
    if not shares or shares[0] < _NEAR:
        return 0.0
    return min(1.0, 0.8 * shares[0] + 0.2 * sum(share >= _NEAR for share in shares) / len(shares))


def _share(key: str, text: str) -> float:
    if key in text:
        return 1.0
    pairs = {key[i : i + 2] for i in range(len(key) - 1)}
    return sum(pair in text for pair in pairs) / len(pairs) * 0.9 if len(key) > 2 else 0.0


def _in_english(words: Sequence[str], target: str) -> float:
    """The share of the question's words that the translation has, from a third of them."""
    if not words or not target:
        return 0.0
    told = {word[:_STEM] for word in re.findall(r"[a-z]{2,}", target.lower())}
    share = sum(word[:_STEM] in told for word in words) / len(words)
    return share if share >= _A_THIRD else 0.0


def _meant(encoder: Encoder, focus: str, texts: Sequence[str]) -> _Floats:
    vectors = encoder.encode([focus, *texts])
    low, span = _ENCODED
    alike = np.clip((vectors[1:] @ vectors[0] - low) / span, 0.0, 1.0)
    return np.where(alike >= _NEAR, np.asarray(alike, dtype=np.float64), 0.0)
