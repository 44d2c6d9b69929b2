"""An aligned document is one like ours: traced, checked, and nothing of the translation is dropped."""

from __future__ import annotations

import hashlib

import pytest

from pipeline.align.step import ADDED, aligned
from pipeline.coverage import coverage
from pipeline.document import Document, Source
from pipeline.errors import EmptyInput
from pipeline.prepare.sections import find_sections
from pipeline.prepare.sentences import split_sentences
from pipeline.prepare.terms import Glossary
from pipeline.traced import TracedText
from pipeline.write.as_json import from_dict, to_dict

ZH = "甲县建设报告\n新建学校27所。改造面积2万平方米。\n今年要继续努力。\n"
EN = "Report of Jia County\nIt built 27 schools and renovated 20,000 square metres. This year it goes on. The end.\n"


class ByLength:
    """Knows nothing of words: the order and the lengths decide."""

    name, width = "length", 2

    def load(self) -> None: ...

    def encode(self, texts):  # type: ignore[no-untyped-def]
        import numpy as np

        return np.tile(np.array([[0.6, 0.8]], dtype=np.float32), (len(texts), 1))


def read(text: str) -> Document:
    source = Source(
        path="a.txt", sha256=hashlib.sha256(text.encode()).hexdigest(), encoding="utf-8", characters=len(text)
    )
    return Document(source=source, original=text, text=TracedText.of(text))


@pytest.fixture
def document() -> Document:
    prepared = split_sentences(find_sections(read(ZH)))
    return aligned(prepared, read(EN), encoder=ByLength(), glossary=Glossary.load(("gov-zh-en",)))


def test_nothing_is_dropped_of_either_side(document: Document) -> None:
    assert "".join("".join(s.text.split()) for s in document.segments) == "".join(ZH.split())
    assert "".join("".join((s.target or "").split()) for s in document.segments) == "".join(EN.split())
    assert coverage(document).unaccounted == 0


def test_it_can_be_written_and_read(document: Document) -> None:
    assert from_dict(to_dict(document)) == document


def test_it_says_whose_words_they_are(document: Document) -> None:
    assert {s.origin for s in document.segments if s.target} == {"human"}
    assert {s.state for s in document.segments if s.target} == {"translated"}
    assert {s.target for s in document.segments if s.state == "initial"} <= {None}


def test_a_sentence_that_only_the_translation_has_is_an_issue(document: Document) -> None:
    empty = {s.id for s in document.segments if not s.text}
    assert {i.segment for i in document.issues if i.check == ADDED} == empty


def test_an_empty_translation_is_refused() -> None:
    prepared = split_sentences(find_sections(read(ZH)))
    with pytest.raises(EmptyInput):
        aligned(prepared, read(" \n"), encoder=ByLength(), glossary=Glossary.load(()))
