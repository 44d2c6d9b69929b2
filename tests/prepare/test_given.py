"""Bilingual files keep their units through the preparation."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import Config
from pipeline.coverage import coverage
from pipeline.prepare.given import has_units
from pipeline.prepare.terms import Glossary
from pipeline.read.bilingual import Bitext, Pair, document_of
from pipeline.runner import prepare
from pipeline.write.as_json import from_dict, to_dict

GLOSSARY = Glossary.load(("gov-zh-en",))


def read(*units: tuple[str, str | None]):
    pairs = tuple(
        Pair(f"u{n}", zh, en, "translated" if en else "initial") for n, (zh, en) in enumerate(units)
    )
    return document_of(Bitext(pairs), b"", "a.xlf")


def prepared(*units: tuple[str, str | None]):
    return prepare(read(*units), config=Config(), glossary=GLOSSARY)


def test_units_stay_whole_and_get_their_sections():
    document = prepared(
        ("一、總體情況", "I. Overview"),
        ("全省65個部門完成改革。精簡編制115名。", "65 departments; 115 posts."),
        ("二、下一步", None),
    )
    assert [(s.id, s.kind, s.text, s.target) for s in document.segments] == [
        ("u0", "heading", "一、总体情况", "I. Overview"),
        ("u1", "sentence", "全省65个部门完成改革。精简编制115名。", "65 departments; 115 posts."),
        ("u2", "heading", "二、下一步", None),
    ]
    assert [s.title.zh for s in document.sections] == ["总体情况", "下一步"]
    assert [s.section for s in document.segments] == ["h1", "h1", "h2"]
    assert [q.measure.text for q in document.quantities if q.segment == "u1"] == ["65个", "115名"]


def test_what_cleaning_takes_away_keeps_its_words():
    document = prepared(
        ("今天开会。", "A meeting."), ("【打印本页】", "Print this page"), ("明天。", "Tomorrow.")
    )
    assert document.segments[1].text == "【打印本页】"
    assert coverage(document).unaccounted == 0


def test_other_documents_are_split_as_ever():
    from tests.documents import make_document

    document = make_document("第一句。第二句。")
    assert not has_units(document)
    assert len(prepare(document, config=Config(), glossary=GLOSSARY).segments) == 2


@given(
    st.lists(
        st.text(alphabet="一二、（）报告改革。\n\u3000 \x01a1", min_size=0, max_size=12),
        min_size=1,
        max_size=6,
    )
)
def test_nothing_is_lost_or_moved(units):
    if not any(unit.strip() for unit in units):
        return
    document = read(*((unit, f"en {n}") for n, unit in enumerate(units)))
    done = prepare(document, config=Config(), glossary=GLOSSARY)
    assert [(s.id, s.source, s.target) for s in done.segments] == [
        (s.id, s.source, s.target) for s in document.segments
    ]
    assert all(done.original[s.start : s.end] == s.source for s in done.segments)
    assert all(s.text.strip() for s in done.segments)
    assert coverage(done).unaccounted == 0
    assert from_dict(to_dict(done)) == done
    again = prepare(replace(done, quantities=()), config=Config(), glossary=GLOSSARY)
    assert [(s.section, s.kind) for s in again.segments] == [(s.section, s.kind) for s in done.segments]


@pytest.mark.parametrize("text", ["一、总则", "1．概述", "第一章 总则"])
def test_headings_have_markers(text):
    segment = prepared((text, "x"), ("全文很长，说明很多事情的来龙去脉。", "y")).segments[0]
    assert segment.kind == "heading"
    assert segment.marker
