"""The encoding is found from very little text, and damage is kept and counted."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.read.encoding import decode_tolerantly, detect

HANS = "国务院办公厅关于深化机构改革的通知，各省、自治区、直辖市人民政府。"
HANT = "國務院辦公廳關於深化機構改革的通知，各省、自治區、直轄市人民政府。"
REPORT = (Path(__file__).parents[2] / "seeds" / "liaoning-report.txt").read_bytes()


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le", "utf-16-be"])
def test_simplified(encoding: str) -> None:
    found = detect(HANS.encode(encoding))
    assert found is not None
    assert (found.text, found.encoding) == (HANS, encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5hkscs", "utf-16-le"])
def test_traditional(encoding: str) -> None:
    found = detect(HANT.encode(encoding))
    assert found is not None
    assert (found.text, found.encoding) == (HANT, encoding)


@pytest.mark.parametrize("text", ["通知", "改革", "国务院", "一、总则"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_word_is_enough(text: str, encoding: str) -> None:
    found = detect(text.encode(encoding))
    assert found is not None
    assert found.text == text


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_decides_and_is_kept(encoding: str) -> None:
    found = detect(HANS.encode(encoding))
    assert found is not None
    assert found.text == "\ufeff" + HANS


def test_a_stray_byte_is_kept_in_its_place() -> None:
    data = HANS.encode()
    found = detect(data[:6] + b"\xff" + data[6:])
    assert found is not None
    assert found.text == HANS[:2] + "\ufffd" + HANS[2:]
    assert found.damaged == ((6, 2),)


def test_the_files_own_replacement_character_is_no_damage() -> None:
    found = detect("改\ufffd革".encode())
    assert found is not None
    assert found.damaged == ()


@pytest.mark.parametrize("every", [100, 20, 5])
def test_random_bytes_in_a_report_do_not_stop_it(every: int) -> None:
    rng = random.Random(every)
    data = bytearray()
    for byte in REPORT:
        if rng.randrange(every) == 0:
            data.append(rng.randrange(256))
        data.append(byte)
    found = detect(bytes(data))
    assert found is not None
    assert found.encoding == "utf-8"
    assert all(found.text[place] == "\ufffd" for _, place in found.damaged)


@pytest.mark.parametrize("n", [200, 2_000, 50_000])
def test_random_data_is_no_text(n: int) -> None:
    assert detect(random.Random(n).randbytes(n)) is None


@given(st.binary(max_size=200), st.sampled_from(["utf-8", "gb18030", "big5hkscs", "utf-16-le"]))
def test_tolerant_decoding_accounts_for_every_bad_byte(data: bytes, encoding: str) -> None:
    decoded = decode_tolerantly(data, encoding)
    assert all(decoded.text[place] == "\ufffd" for _, place in decoded.damaged)
    decoded.text.encode("utf-8")  # no lone surrogate is left behind
