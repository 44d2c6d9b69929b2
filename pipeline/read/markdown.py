"""Markdown: the file as it is, its signs taken out of the working text by edits; code stays code.

The original is the file itself, so every offset points into what the user sees in an editor.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.config import ReadConfig
from pipeline.document import BlockKind
from pipeline.errors import LimitExceeded
from pipeline.read.extraction import Extraction, Piece, Run, located
from pipeline.read.html import damage_of
from pipeline.read.text import decode

HEADING = re.compile(r"( {0,3}(#{1,6})[ \t]+)(.*?)([ \t]+#+[ \t]*)?$")
UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*$")
FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
RULE = re.compile(r" {0,3}([-*_])[ \t]*(?:\1[ \t]*){2,}$")
BULLET = re.compile(r"([ \t]*[-*+][ \t]+(?:\[[ xX]\][ \t]+)?)(?=\S)")
NUMBER = re.compile(r"[ \t]*[0-9]{1,9}[.)][ \t]+(?=\S)")
QUOTE = re.compile(r"(?:[ \t]{0,3}>[ \t]?)+")
TABLE_RULE = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
FRONT_MATTER = re.compile(r"---[ \t]*$")
DEFINITION = re.compile(r" {0,3}\[[^\]]{1,200}\]:[ \t]*\S+.*$")
INLINE = re.compile(
    r"(?P<code>(`+)(?!`).+?(?<!`)\2(?!`))"
    r"|(?P<comment><!--.*?-->)"
    r"|(?P<picture>!\[[^\]\[]{0,500}\]\([^()\s]{0,2000}(?:[ \t]+\"[^\"]{0,500}\")?\))"
    r"|(?P<open>\[)(?=[^\]\[]{1,500}\]\([^()\s]{0,2000}(?:[ \t]+\"[^\"]{0,500}\")?\))"
    r"|(?P<close>\]\([^()\s]{0,2000}(?:[ \t]+\"[^\"]{0,500}\")?\))"
    r"|(?P<strong>\*\*\*|\*\*|~~|(?<!\w)__(?=\w)|(?<=\w)__(?!\w))"
    r"|(?P<mild>(?<![*\s\d])\*(?!\*)|(?<!\*)\*(?![*\s\d]))"
    r"|(?P<escape>\\(?=[!-/:-@\[-`{-~]))"
)
SIGN, CODE, META = "a sign of Markdown", "code, which is not translated", "about the file, not its text"


@dataclass(slots=True)
class State:
    """What the lines before say of the next one."""

    fence: str = ""
    table: int = 0
    row: int = 0
    tables: int = 0
    front: bool = False


def extract(data: bytes, path: str, config: ReadConfig) -> Extraction:
    """One piece a line: the signs of Markdown in runs of their own."""
    decoded = decode(data, path, config)
    lines = re.split(r"\r\n?|\n", decoded.text)
    for number, line in enumerate(lines, 1):
        if len(line) > config.max_line_characters:
            limit = f"read.max_line_characters, {config.max_line_characters:,}"
            raise LimitExceeded(f"{path}: line {number} has {len(line):,} characters, more than {limit}")
    pieces = tuple(_pieces(lines))
    title = next((piece.kept.strip() for piece in pieces if piece.kind == "heading" and piece.level == 1), "")
    return Extraction(pieces, decoded.encoding, title, findings=damage_of(decoded.damaged))


def _pieces(lines: list[str]) -> Iterator[Piece]:
    state = State(front=bool(lines) and FRONT_MATTER.match(lines[0]) is not None and _closed(lines))
    for n, line in enumerate(lines):
        following = lines[n + 1] if n + 1 < len(lines) else ""
        before = lines[n - 1] if n else ""
        yield _piece(line, before, following, n + 1, state)


def _closed(lines: list[str]) -> bool:
    return any(FRONT_MATTER.match(line) for line in lines[1:60])


def _piece(line: str, before: str, following: str, number: int, state: State) -> Piece:
    place = located(line=number)
    if state.front:
        state.front = number == 1 or FRONT_MATTER.match(line) is None
        return Piece((Run(line, "front_matter", META),), place=place)
    if state.fence or FENCE.match(line):
        return (
            Piece((Run(line, "code", CODE),), place=place)
            if _fenced(line, state)
            else Piece((Run(line),), place=place)
        )
    if "|" in line and (TABLE_RULE.match(following) or state.table):
        return _row(line, following, number, state)
    if state.table and TABLE_RULE.match(line) and state.row == 1:
        return Piece((Run(line, "markup", SIGN),), place=place)
    state.table = 0
    heading = HEADING.match(line)
    if heading:
        opening, level, text, closing = heading[1], len(heading[2]), heading[3], heading[4] or ""
        runs = (Run(opening, "markup", SIGN), *_inline(text), *_sign(closing))
        return Piece(runs, "heading", level, place)
    under = UNDERLINE.match(following)
    if under and line.strip() and not RULE.match(line) and _plain(line):
        return Piece(tuple(_inline(line)), "heading", 1 if "=" in under[1] else 2, place)
    if (
        RULE.match(line)
        or (UNDERLINE.match(line) and before.strip() and _plain(before))
        or DEFINITION.match(line)
    ):
        return Piece((Run(line, "markup", SIGN),), place=place)
    return _text_line(line, place)


def _fenced(line: str, state: State) -> bool:
    """Whether a line belongs to a block of code; opens and closes it."""
    fence = FENCE.match(line)
    if not state.fence:
        state.fence = fence[1] if fence else ""
    elif fence and fence[1].startswith(state.fence) and not line[fence.end() :].strip():
        state.fence = ""
    return True


def _plain(line: str) -> bool:
    return not (BULLET.match(line) or NUMBER.match(line) or QUOTE.match(line) or HEADING.match(line))


def _text_line(line: str, place: tuple[tuple[str, str], ...]) -> Piece:
    runs: list[Run] = []
    kind: BlockKind = "paragraph"
    quote = QUOTE.match(line)
    if quote:
        runs += _sign(quote[0])
        line = line[quote.end() :]
    bullet = BULLET.match(line)
    if bullet:
        runs += _sign(bullet[0])
        line, kind = line[bullet.end() :], "item"
    elif NUMBER.match(line):
        kind = "item"
    return Piece((*runs, *_inline(line)), kind, None, place)


def _row(line: str, following: str, number: int, state: State) -> Piece:
    """A row of a table; its cells are cut apart at the bars, each bar becoming a line break."""
    if TABLE_RULE.match(line):
        return Piece((Run(line, "markup", SIGN),), place=located(line=number))
    if not state.table:
        state.tables += 1
        state.row = 0
    state.table = state.tables
    state.row += 1
    runs: list[Run] = []
    parts = re.split(r"((?:^[ \t]*|[ \t]*(?<!\\))\|[ \t]*)", line)
    filled = [n for n, part in enumerate(parts) if n % 2 == 0 and part.strip()]
    for n, part in enumerate(parts):
        if n % 2:
            inner = bool(filled) and filled[0] < n < filled[-1]
            runs.append(Run(part, "markup", SIGN, "\n" if inner else ""))
        else:
            runs += _inline(part)
    return Piece(tuple(runs), "cell", None, located(line=number, table=state.table, row=state.row))


def _sign(text: str) -> list[Run]:
    return [Run(text, "markup", SIGN)] if text else []


def _inline(text: str) -> Iterator[Run]:
    """The text between the signs; code inside a sentence stays in it, word for word."""
    done = 0
    for match in _signs(text):
        if match.start() > done:
            yield Run(text[done : match.start()])
        comment = match.lastgroup == "comment"
        yield Run(match[0], "comment" if comment else "markup", "an HTML comment" if comment else SIGN)
        done = match.end()
    if done < len(text):
        yield Run(text[done:])


def _signs(text: str) -> list[re.Match[str]]:
    """The signs of a line; those that come in pairs only where both are there."""
    found: list[re.Match[str]] = []
    waiting: dict[str, re.Match[str]] = {}
    for match in INLINE.finditer(text):
        kind = match.lastgroup or ""
        partner = "[" if kind == "close" else match[0]
        if kind == "open" or (kind in ("strong", "mild") and partner not in waiting):
            waiting[partner] = match
        elif kind in ("close", "strong", "mild"):
            if partner in waiting:
                found += (waiting.pop(partner), match)
        elif kind in ("comment", "picture", "escape"):
            found.append(match)
    return sorted(found, key=lambda match: match.start())
