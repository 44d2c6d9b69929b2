"""Half-width punctuation inside Chinese text becomes full-width; numbers and Latin text keep theirs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.prepare.edits import Proposal

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WIDE = "，。、；：！？…—·“”‘’《》〈〉「」『』【】〔〕（）"
_CLOSING = "…—·”’》〉」』】〕）"
_IS_HAN = re.compile(f"[{_HAN}]")
_MARKS = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！", ".": "。"}
_MARK = re.compile(r"[,;:?!.](?: (?=[^ ]))?")
_QUOTED = re.compile(r'"([^"\n]*)"')
_BRACKET = re.compile(r"[()（）]")
_LINE = re.compile(r"[^\n]+")
_HALF = re.compile(r"[\"(),;:?!.]")


def full_width(text: str) -> Iterator[Proposal]:
    """Commas and the like between Chinese characters, and brackets and quotes in matching pairs."""
    for line in _LINE.finditer(text):
        if _HALF.search(line[0]) and _IS_HAN.search(line[0]):
            found = [*_marks(text, line), *_brackets(text, line), *_quotes(text, line)]
            yield from sorted(found, key=lambda proposal: proposal.start)


def _marks(text: str, line: re.Match[str]) -> Iterator[Proposal]:
    for match in _MARK.finditer(text, line.start(), line.end()):
        before = text[match.start() - 1] if match.start() > line.start() else "\n"
        after = text[match.end()] if match.end() < line.end() else "\n"
        if _between(match[0][0], before, after) and not (match[0][1:] and not _chinese(after)):
            wide = _MARKS[match[0][0]]
            yield Proposal(match.start(), match.end(), wide, f"{match[0]} stands between Chinese characters")


def _between(mark: str, before: str, after: str) -> bool:
    """Whether a mark belongs to Chinese text by its neighbours; a number may stand on one side.

    A full stop needs Chinese before it and Chinese or the end of the line after it: 3.5 and 1.前言
    keep theirs.
    """
    if mark == ".":
        return bool(_IS_HAN.match(before)) and (_chinese(after) or after == "\n")
    if _IS_HAN.match(before) or before in _CLOSING:
        return _chinese(after) or after.isdigit() or after in "\n\"'(" or (mark != ":" and after == " ")
    return (before.isdigit() or before in "%\"')") and _chinese(after) and mark != ":"


def _chinese(character: str) -> bool:
    return bool(_IS_HAN.match(character)) or character in _WIDE


def _brackets(text: str, line: re.Match[str]) -> Iterator[Proposal]:
    """Half-width brackets of a pair around Chinese text that stands in Chinese text."""
    stack: list[int] = []
    for match in _BRACKET.finditer(text, line.start(), line.end()):
        if match[0] in "(（":
            stack.append(match.start())
        elif stack:
            start, end = stack.pop(), match.start()
            before = text[start - 1] if start > line.start() else "\n"
            if _IS_HAN.search(text, start + 1, end) and _in_chinese(before):
                yield from _pair(text, start, end, "（", "）")


def _in_chinese(before: str) -> bool:
    return _chinese(before) or before in '\n \t\u3000%,;:."●•■◆' or before.isdigit()


def _pair(text: str, start: int, end: int, opening: str, closing: str) -> Iterator[Proposal]:
    evidence = f"a pair of {opening}{closing} around Chinese text"
    if text[start] != opening:
        yield Proposal(start, start + 1, opening, evidence)
    if text[end] != closing:
        yield Proposal(end, end + 1, closing, evidence)


def _quotes(text: str, line: re.Match[str]) -> Iterator[Proposal]:
    """Straight quotes in pairs around Chinese text; a line with an odd one is left alone."""
    if line[0].count('"') % 2:
        return
    for match in _QUOTED.finditer(text, line.start(), line.end()):
        if _IS_HAN.search(match[1]):
            yield from _pair(text, match.start(), match.end() - 1, "“", "”")
