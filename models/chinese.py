"""Which pieces of a vocabulary write Chinese: an English answer may do without all of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache

# Han characters with their extensions and radicals, CJK punctuation, kana, full-width forms.
CHINESE = re.compile(
    r"[\u2e80-\u2fdf\u3000-\u30ff\u3100-\u312f\u31a0-\u31bf\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    r"\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]"
)
# How the characters above begin in UTF-8: a piece that ends so begins a Chinese character which the
# next piece could finish. E2 also begins quotation marks and dashes, whose second byte is lower than
# that of the radicals; only a piece that ends with the bare E2 leaves both open.
BEGUN = re.compile(rb"(?:[\xe3-\xe9\xef][\x80-\xbf]?|\xe2[\xba-\xbf]?|\xf0[\x80-\xbf]{0,2})\Z")


def chinese_ids(vocabulary: Mapping[str, int], *, byte_level: bool) -> list[int]:
    """Ids of the pieces that hold a Chinese character or begin one, in ascending order.

    Args:  byte_level: pieces are written in GPT-2's alphabet of bytes (else in plain characters).
    """
    if not byte_level:
        return sorted(number for piece, number in vocabulary.items() if CHINESE.search(piece))
    return sorted(number for piece, number in vocabulary.items() if _writes_chinese(_piece_bytes(piece)))


def _writes_chinese(piece: bytes | None) -> bool:
    if piece is None:
        return False
    return bool(BEGUN.search(piece) or CHINESE.search(piece.decode("utf-8", "ignore")))


def _piece_bytes(piece: str) -> bytes | None:
    """The bytes that a byte-level piece stands for; None for a special one."""
    alphabet = byte_alphabet()
    try:
        return bytes(alphabet[character] for character in piece)
    except KeyError:
        return None


@cache
def byte_alphabet() -> dict[str, int]:
    """GPT-2's printable stand-ins for the 256 bytes.

    Source:  openai/gpt-2, src/encoder.py, bytes_to_unicode.
    """
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others: Iterable[int] = (byte for byte in range(256) if byte not in printable)
    return {chr(byte): byte for byte in printable} | {chr(256 + n): byte for n, byte in enumerate(others)}
