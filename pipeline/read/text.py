"""Plain text and Markdown: bytes to a Document with one block for each line that is not blank."""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterator

from pipeline.config import ReadConfig
from pipeline.document import Block, Document, Issue, Source
from pipeline.errors import ConfigError, DecodingError, EmptyInput, LimitExceeded
from pipeline.read.encoding import Decoded, decode_exactly, detect
from pipeline.traced import TracedText

# Everything that str.splitlines breaks at; \x1c–\x1e are separators of old data files.
LINE_END = re.compile(r"\r\n|[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
# Zero-width characters are not whitespace for Python, but a line of them holds nothing to read.
_BLANK = re.compile(r"[\s\x00\u200b-\u200f\u2060\ufeff\u202a-\u202e\u2066-\u2069\u00ad]*")
SIGNATURES = {
    b"%PDF-": "a PDF file", b"PK\x03\x04": "a ZIP or Office file", b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image", b"GIF8": "a GIF image", b"\x1f\x8b": "a gzip file",
    b"\xd0\xcf\x11\xe0": "an old Office file", b"\x7fELF": "a program", b"Rar!": "a RAR file",
    b"7z\xbc\xaf\x27\x1c": "a 7z file", b"SQLite format 3": "an SQLite database", b"GGUF": "model weights",
}  # fmt: skip


def read(data: bytes, path: str, config: ReadConfig) -> Document:
    """Decode, record what could not be decoded, and mark the lines.

    Raises:  DecodingError, EmptyInput, LimitExceeded: each names the file and the place.
    """
    if not data:
        raise EmptyInput(f"{path} is empty")
    decoded = decode(data, path, config)
    if _BLANK.fullmatch(decoded.text):
        raise EmptyInput(f"{path} holds nothing but whitespace")
    blocks = tuple(_blocks(decoded.text, path, config))
    source = Source(
        path=path,
        sha256=hashlib.sha256(data).hexdigest(),
        encoding=decoded.encoding,
        characters=len(decoded.text),
    )
    return Document(
        source=source,
        original=decoded.text,
        text=TracedText.of(decoded.text),
        blocks=blocks,
        issues=tuple(_damage(decoded)),
    )


def decode(data: bytes, path: str, config: ReadConfig) -> Decoded:
    for signature, what in SIGNATURES.items():
        if data.startswith(signature):
            raise DecodingError(f"{path} is {what}, not text (byte 0)")
    if config.encoding != "auto":
        return _in_named_encoding(data, path, config.encoding)
    decoded = detect(data)
    if decoded is None:
        raise DecodingError(
            f"{path} is not text in UTF-8, UTF-16, GB18030 or Big5 (first at byte {_first_bad(data)}); "
            "name its encoding with --encoding if it is text in another"
        )
    return decoded


def _in_named_encoding(data: bytes, path: str, encoding: str) -> Decoded:
    """The user named the encoding, so the first byte that does not fit is an error."""
    try:
        text = decode_exactly(data, encoding)
        name = codecs.lookup(encoding).name
    except UnicodeDecodeError as error:
        raise DecodingError(f"{path} is not {encoding}: byte {error.start} does not fit") from error
    except (LookupError, ValueError) as error:
        raise ConfigError(
            f"read.encoding {encoding!r} is unknown; use auto, utf-8, gb18030, big5, …"
        ) from error
    return Decoded(text, name)


def _first_bad(data: bytes) -> int:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start
    controls = re.search(rb"[\x00-\x08\x0e-\x19\x1c-\x1f\x7f]", data)
    return controls.start() if controls else 0


def lines(text: str) -> Iterator[tuple[int, int]]:
    """The span of each line, without what ends it."""
    start = 0
    for match in LINE_END.finditer(text):
        yield start, match.start()
        start = match.end()
    yield start, len(text)


def _blocks(text: str, path: str, config: ReadConfig) -> Iterator[Block]:
    for number, (start, end) in enumerate(lines(text), 1):
        if end - start > config.max_line_characters:
            limit = f"read.max_line_characters, {config.max_line_characters:,}"
            raise LimitExceeded(f"{path}: line {number} has {end - start:,} characters, more than {limit}")
        if not _BLANK.fullmatch(text, start, end):
            yield Block(kind="line", start=start, end=end, place=(("line", str(number)),))


def _damage(decoded: Decoded) -> Iterator[Issue]:
    """One finding for each run of bytes that could not be decoded."""
    run: list[tuple[int, int]] = []
    for byte, place in decoded.damaged:
        if run and (byte, place) != (run[-1][0] + 1, run[-1][1] + 1):
            yield _damaged_run(run, decoded.encoding)
            run = []
        run.append((byte, place))
    if run:
        yield _damaged_run(run, decoded.encoding)


def _damaged_run(run: list[tuple[int, int]], encoding: str) -> Issue:
    count = f"{len(run)} bytes do" if len(run) > 1 else "1 byte does"
    return Issue(
        check="undecodable_bytes",
        severity="error",
        message=f"from byte {run[0][0]}: {count} not fit {encoding} and became U+FFFD",
        start=run[0][1],
        end=run[-1][1] + 1,
    )
