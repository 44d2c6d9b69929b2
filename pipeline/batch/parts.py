"""Where a long text is cut: at the ends of chapters or paragraphs, never inside a sentence if it can be helped.

Each part is prepared and translated by itself, which bounds memory by the part. So a cut has to be where
the recipe ends a unit of text anyway: then the segments of the parts are those of the whole.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

from pipeline.prepare.markers import parse_marker
from pipeline.prepare.units import ends_sentence
from pipeline.read.encoding import detect

WINDOW = 2  # a cut is looked for in a stretch of half a part: one of 200 kB has a heading or a blank line
CHAPTERS = ("编", "篇", "部分", "章")
_SENTENCE = re.compile(r"[。！？](?![”’」』）)》。！？])")
WIDE = {codecs.BOM_UTF16_LE: ("utf-16-le", b"\n\0"), codecs.BOM_UTF16_BE: ("utf-16-be", b"\0\n")}


def parts(path: str, size: int, part_bytes: int) -> list[tuple[int, int]]:
    """Spans of a file of about `part_bytes` that together are the file.

    A file with zero bytes that is not UTF-16 by its mark is no text, and not cut.
    """
    spans, first = list[tuple[int, int]](), 0
    window = max(1, part_bytes // WINDOW)
    with open(path, "rb") as file:
        head = file.read(4096)
        encoding, end = WIDE.get(head[:2], ("", b"\n"))
        if b"\0" in head and not encoding:
            return [(0, size)]
        # the last part is never so short that its encoding could not be told from its bytes
        while size - first > part_bytes + window:
            place = first + part_bytes - (first + part_bytes) % len(end)
            cut = _cut(file, place, window, encoding, end)
            if cut >= size:
                break
            spans.append((first, cut))
            first = cut
    return [*spans, (first, size)]


def _cut(file: BinaryIO, place: int, window: int, encoding: str, end: bytes) -> int:
    """The best place for a cut from `place` on."""
    file.seek(place)
    stretch = file.read(window)
    lines = list(_lines(stretch, end))
    if len(lines) < 2:
        return _in_line(file, place, stretch, encoding, end)
    if not encoding:
        found = detect(b"".join(lines[1:-1] or lines[1:]))
        encoding = found.encoding if found else "gb18030"
    texts = [line.decode(encoding, "replace") for line in lines]
    best, at = -1, 0
    offset = place
    # the first piece begins in the middle of a line, the last one ends in the middle of one
    for n in range(1, len(lines)):
        offset += len(lines[n - 1])
        score = _score(texts[n - 1], texts[n])
        if score > best:
            best, at = score, offset
    return at


def _lines(stretch: bytes, end: bytes) -> Iterator[bytes]:
    """The lines with their ends; ends of two bytes count at even places only."""
    start, at = 0, stretch.find(end)
    while at >= 0:
        if at % len(end) == 0:
            yield stretch[start : at + len(end)]
            start = at + len(end)
        at = stretch.find(end, at + 1)
    if start < len(stretch):
        yield stretch[start:]


def _score(before: str, after: str) -> int:
    """How good it is to cut between two lines: before a chapter, a heading, after a paragraph, a sentence."""
    line, done = after.strip(), before.strip()
    marker = parse_marker(line)
    if marker is not None and marker.family in CHAPTERS:
        return 5
    if marker is not None and marker.family == "cn_dot":
        return 4
    if not done:
        return 3
    return 2 if ends_sentence(done, 0, len(done)) else 1 if marker is not None else 0


def _in_line(file: BinaryIO, place: int, stretch: bytes, encoding: str, end: bytes) -> int:
    """A cut in a line that does not end: after a sentence where UTF-8 lets us see one, else after the line."""
    skip = next((n for n, byte in enumerate(stretch[:4]) if byte & 0xC0 != 0x80), 0)
    try:
        text = "" if encoding else codecs.getincrementaldecoder("utf-8")().decode(stretch[skip:])
    except UnicodeDecodeError:
        text = ""
    found = _SENTENCE.search(text)
    if found is not None:
        return place + skip + len(text[: found.end()].encode())
    file.seek(place)
    at = place
    while block := file.read(1 << 16):
        for line in _lines(block, end):
            at += len(line)
            if line.endswith(end):
                return at
    return at
