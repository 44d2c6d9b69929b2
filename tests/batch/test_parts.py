"""Parts of a long text: together they are the file, and their segments are those of the whole."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.batch.parts import parts
from pipeline.config import Config
from pipeline.document import Document
from pipeline.prepare.terms import Glossary
from pipeline.read.formats import read_bytes
from pipeline.runner import prepare

CONFIG = Config()
GLOSSARY = Glossary.load(())
PLACES = ["青山县", "白水市", "東林區", "南河乡"]
SENTENCES = [
    "去年以来,{p}新建图书馆{n}个,改造面积约{n}.5万平方米。", "将{n}个书库整合为65个,精简比例达90%以上。",
    "{p}統(tǒng)籌推進公共圖書館建設。", "一是加强领导；二是落实责任；三是强化督查。", "全年接待读者超过{n}.5万人次！",
]  # fmt: skip


@st.composite
def reports(draw: st.DrawFn) -> str:
    """Chapters with headings and paragraphs, some of them broken at a fixed width."""
    seed = draw(st.integers(0, 1 << 32))
    gap = draw(st.sampled_from(["", "\n"]))
    wrapped = draw(st.booleans())
    end = draw(st.sampled_from(["\n", "\r\n"]))
    pick = random.Random(seed)
    lines = ["关于图书馆建设情况的报告"]
    for chapter in range(1, 10):
        lines.append(f"{'一二三四五六七八九'[chapter - 1]}、{pick.choice(PLACES)}主要情况")
        for _ in range(pick.randint(1, 6)):
            chosen = [pick.choice(SENTENCES) for _ in range(pick.randint(1, 4))]
            text = "".join(s.format(p=pick.choice(PLACES), n=pick.randint(2, 900)) for s in chosen)
            step = 30 if wrapped else len(text)
            lines += [text[at : at + step] for at in range(0, len(text), step)]
            lines += [gap.strip("\n")] * bool(gap)
    return end.join(lines) + end


def spans(text: str, folder: Path, part_bytes: int, encoding: str = "utf-8") -> tuple[bytes, list[bytes]]:
    path = folder / "t.txt"
    data = text.encode(encoding)
    path.write_bytes(data)
    return data, [data[first:last] for first, last in parts(str(path), len(data), part_bytes)]


def prepared(data: bytes) -> Document:
    return prepare(read_bytes(data, "t.txt", CONFIG.read), config=CONFIG, glossary=GLOSSARY)


def facts(documents: list[Document]) -> list[tuple[object, ...]]:
    """What the segments of documents in a row are, with offsets into their texts joined."""
    found, base = list[tuple[object, ...]](), 0
    for document in documents:
        for s in document.segments:
            hits = [q.measure for q in document.quantities if q.segment == s.id]
            found.append((s.kind, s.marker, s.source, s.text, s.start + base, s.end + base, hits))
        base += len(document.original)
    return found


def edits(documents: list[Document]) -> list[tuple[object, ...]]:
    found, base = list[tuple[object, ...]](), 0
    for document in documents:
        found += [(e.rule, e.start + base, e.end + base, e.before, e.after) for e in document.edits]
        base += len(document.original)
    return sorted(found, key=repr)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(text=reports(), part_bytes=st.integers(4000, 8000))
def test_parts_give_the_segments_of_the_whole(tmp_path_factory, text, part_bytes):
    data, pieces = spans(text, tmp_path_factory.mktemp("parts"), part_bytes)
    assert b"".join(pieces) == data
    whole, joined = prepared(data), [prepared(piece) for piece in pieces]
    assert "".join(document.original for document in joined) == whole.original
    assert facts(joined) == facts([whole])
    assert edits(joined) == edits([whole])


@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=3000), part_bytes=st.integers(1, 900))
def test_parts_of_any_bytes_are_the_bytes(tmp_path_factory, data, part_bytes):
    path = tmp_path_factory.mktemp("parts") / "b.txt"
    path.write_bytes(data)
    found = parts(str(path), len(data), part_bytes)
    assert b"".join(data[first:last] for first, last in found) == data
    assert all(first < last for first, last in found) or not data


@pytest.mark.parametrize("encoding", ["gb18030", "big5", "utf-16"])
def test_other_encodings_are_cut_between_lines(tmp_path, encoding):
    line = "去年以來，東林區新建圖書館三個，接待讀者人次增長。" if encoding == "big5" else SENTENCES[0]
    text = "".join(f"{line}{n}\r\n" for n in range(600))
    _, pieces = spans(text, tmp_path, 9000, encoding)
    assert len(pieces) > 2
    assert "".join(read_bytes(p, "t.txt", CONFIG.read).original for p in pieces).replace("\ufeff", "") == text


def test_a_text_without_line_ends_is_cut_between_sentences(tmp_path):
    _, pieces = spans("".join(SENTENCES) * 200, tmp_path, 3000)
    assert max(map(len, pieces)) < 5000
    assert all(piece.decode().endswith(("。", "！")) for piece in pieces)
