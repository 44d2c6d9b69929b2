"""Plain text: blocks slice back, damage is reported, what is no text is refused by name and byte."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import ReadConfig
from pipeline.document import Document
from pipeline.errors import ConfigError, DecodingError, EmptyInput, InputError, LimitExceeded
from pipeline.read.text import read


def parse(data: bytes, **options: object) -> Document:
    return read(data, "report.txt", ReadConfig(**options))  # type: ignore[arg-type]


def test_lines_of_every_kind() -> None:
    document = parse("一\r\n二\n\n \u200b\n三\f四\u2028五\x00\r六".encode())
    assert [document.original[b.start : b.end] for b in document.blocks] == [
        "一",
        "二",
        "三",
        "四",
        "五\x00",
        "六",
    ]
    assert document.blocks[2].place == (("line", "5"),)


@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs"])),
    st.text(alphabet=st.characters(exclude_categories=["Cs"])),
)
def test_nothing_is_lost(before: str, after: str) -> None:
    text = f"{before}中{after}"
    document = parse(text.encode(), encoding="utf-8")
    assert document.original == text
    outside = set(range(len(text))) - {i for b in document.blocks for i in range(b.start, b.end)}
    assert not any("\u4e00" <= text[i] <= "\u9fff" for i in outside)
    assert all(a.end <= b.start for a, b in zip(document.blocks, document.blocks[1:], strict=False))


def test_damage_is_an_error_with_its_byte() -> None:
    data = "改革开放".encode()
    document = parse(data[:3] + b"\xff\xfe" + data[3:])
    (issue,) = document.issues
    assert (issue.check, issue.severity, issue.start, issue.end) == ("undecodable_bytes", "error", 1, 3)
    assert "byte 3" in issue.message


@pytest.mark.parametrize("data", [b"", b"  \n\t\r\n", "\u3000\n\u200b".encode(), b"\xef\xbb\xbf"])
def test_nothing_to_read(data: bytes) -> None:
    with pytest.raises(EmptyInput, match=r"report\.txt"):
        parse(data)


@pytest.mark.parametrize("data", [b"%PDF-1.7 ...", b"PK\x03\x04abc", b"\x89PNG\r\n", bytes(range(256)) * 8])
def test_what_is_no_text(data: bytes) -> None:
    with pytest.raises(DecodingError, match=r"report\.txt.*byte \d"):
        parse(data)


def test_a_named_encoding_is_taken_at_its_word() -> None:
    assert parse("改革".encode("gb18030"), encoding="gb18030").original == "改革"
    with pytest.raises(DecodingError, match="byte 3"):
        parse("abc改革".encode("gb18030"), encoding="utf-8")
    with pytest.raises(ConfigError, match="klingon"):
        parse(b"abc", encoding="klingon")
    with pytest.raises(ConfigError, match="base64"):
        parse(b"abc", encoding="base64")


def test_a_line_that_is_too_long_names_the_limit() -> None:
    with pytest.raises(LimitExceeded, match="max_line_characters"):
        parse(b"ab\nabcd", max_line_characters=3)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        document = parse(data)
    except InputError:
        return
    assert document.source.characters == len(document.original) == len(document.text)
