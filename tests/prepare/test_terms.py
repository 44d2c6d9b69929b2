"""Glossaries: what is found in a text, what is not, and what is wrong with a file."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.document import Document, Segment, Source
from pipeline.errors import GlossaryError
from pipeline.prepare.terms import Entry, Glossary, check_glossary, find_terms
from pipeline.traced import TracedText

SHIPPED = Glossary.load(["gov-zh-en"])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("省委编办负责", ["省委编办"]),
        ("由主任牵头", ["主任"]),
        ("主任务实肯干", ["主任"]),
        ("完成主任务", []),
        ("工人大会", []),
        ("省人大常委会", ["人大"]),
        ("组织部", []),
        ("主任考核", ["主任", "考核"]),
        ("公司长期亏损", []),
        ("第二十三农户", []),
        ("政协和社会各界", ["政协"]),
        ("省长毛某某", ["省长"]),
        ("副秘书长", []),
        ("", []),
    ],
)
def test_hits(text: str, found: list[str]) -> None:
    assert [hit.zh for hit in SHIPPED.hits(text)] == found


@given(st.text(alphabet="省委编办主任务组织部人大会工国院改革的，一二十", max_size=60))
def test_hits_are_apart_and_stand_where_they_say(text: str) -> None:
    hits = SHIPPED.hits(text)
    assert all(text[hit.start : hit.end] == hit.zh for hit in hits)
    assert all(a.end <= b.start for a, b in itertools.pairwise(hits))


def test_the_longest_entry_wins() -> None:
    glossary = Glossary([Entry(zh="机构", en="body"), Entry(zh="机构改革", en="institutional reform")])
    assert [hit.en for hit in glossary.hits("推进机构改革，撤并机构")] == ["institutional reform", "body"]


def test_traditional_entries_and_further_columns(tmp_path: Path) -> None:
    path = tmp_path / "own.tsv"
    rows = "zh\ten\talternatives\tforbidden\tnote\n劃轉\ttransfer\treassign|move\tcede\tof staff\n"
    path.write_text(rows, "utf-8")
    glossary = Glossary.load(["gov-zh-en", path])
    entry = glossary["划转"]
    assert (entry.alternatives, entry.forbidden, entry.note) == (("reassign", "move"), ("cede",), "of staff")
    (hit,) = glossary.hits("予以划转")
    assert hit.glossary == "own.tsv"
    assert glossary.rendering_span("was reassigned", hit) == (4, 14)
    assert glossary.forbidden_span("was ceded", hit) == (4, 9)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", "empty"),
        ("中文\tEnglish\n", "line 1"),
        ("zh\ten\tcolour\n", "line 1"),
        ("zh\ten\n改革\treform\n\nx\ty\tz\n", "line 4"),
        ("zh\ten\n改革\n", "line 2"),
    ],
)
def test_a_wrong_file_is_named_with_its_line(tmp_path: Path, text: str, where: str) -> None:
    path = tmp_path / "wrong.tsv"
    path.write_text(text, "utf-8")
    with pytest.raises(GlossaryError, match=rf"wrong\.tsv.*{where}"):
        Glossary.load([path])


def test_a_missing_or_undecodable_file(tmp_path: Path) -> None:
    with pytest.raises(GlossaryError, match="gov-zh-en"):
        Glossary.load(["no-such-glossary"])
    (tmp_path / "gb.tsv").write_bytes("zh\ten\n改革\treform\n".encode("gb18030"))
    with pytest.raises(GlossaryError, match="byte 6"):
        Glossary.load([tmp_path / "gb.tsv"])


def test_the_hash_depends_on_entries_only() -> None:
    one, two = Entry(zh="改革", en="reform"), Entry(zh="机构", en="body")
    assert Glossary([one, two]).sha256 == Glossary([two, one]).sha256 != Glossary([one]).sha256


def test_slice_gives_each_pair_once() -> None:
    pairs = SHIPPED.slice(SHIPPED.hits("省委、市委、省委"))
    assert pairs == (("省委", SHIPPED["省委"].en), ("市委", SHIPPED["市委"].en))


def test_findings_of_a_check() -> None:
    rows = [
        Entry(zh="改革", en="reform", glossary="a", line=2),
        Entry(zh="改革", en="reform", glossary="a", line=3),
        Entry(zh="改革", en="change", glossary="b", line=2),
        Entry(zh="编办", en="编办 office", glossary="b", line=3),
        Entry(zh="办", en="office (staff", forbidden=("office",), glossary="b", line=4),
        Entry(zh="ABC", en="change", glossary="b", line=5),
    ]
    assert {finding.check for finding in check_glossary(Glossary(rows))} == {
        "glossary_duplicate", "glossary_conflict", "glossary_chinese_in_english", "glossary_single_character",
        "glossary_forbids_itself", "glossary_brackets", "glossary_no_chinese", "glossary_same_rendering",
    }  # fmt: skip


def test_the_shipped_glossary_has_no_errors() -> None:
    assert not [finding for finding in check_glossary(SHIPPED) if finding.severity != "info"]


def test_find_terms_fills_segments() -> None:
    text = "省委改革"
    segment = Segment(id="s1", section=None, kind="sentence", start=0, end=4, source=text, text=text)
    source = Source(path="-", sha256="", encoding="utf-8", characters=4)
    document = Document(source=source, original=text, text=TracedText.of(text), segments=(segment,))
    assert find_terms(document, SHIPPED).segments[0].terms[0].zh == "省委"
