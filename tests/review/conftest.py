"""A small bilingual report, prepared by the real steps and translated by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.config import Config
from pipeline.document import Brief, BriefLine, Document, Segment, Source
from pipeline.prepare.clean import clean
from pipeline.prepare.quantities import find_quantities
from pipeline.prepare.script import convert_script
from pipeline.prepare.sections import find_sections
from pipeline.prepare.sentences import split_sentences
from pipeline.prepare.terms import Glossary, find_terms
from pipeline.review.workspace import Workspace
from pipeline.store import Store
from pipeline.traced import TracedText

ZH = """青山縣推進圖書館建設情況報告
一、總體情況
去年以來,全縣統(tǒng)籌推進公共圖書館建設,新建圖書館27個,改造面積約1.2萬平方米。全年接待讀者超過34.5萬人次,比上年增長18.6%。
二、主要做法
(一)加強組織領導。成立由縣長任組長的領導小組,下設5個工作組。
(二)深化改革。將659個書庫整合為65個,精簡比例達90%以上。
三、下一步打算
今后一個時期,要堅持以人民為中心,進一步完善公共文化服務體系。
"""
EN = {
    "青山县推进": "Report on the Building of Libraries in Qingshan County",
    "一、总体": "I. Overview",
    "去年以来": "Since last year, the county has coordinated the building of public libraries, with 27 new "
    "libraries built and about 12,000 square metres renovated.",
    "全年接待": "Over the year it received 345,000 readers, an increase of 16.8% over the previous year.",
    "二、主要": "II. Main practices",
    "(一)加强": "(1) Strengthening organizational leadership.",
    "成立由": "A leading group headed by the county head was set up, with 5 working groups under it.",
    "(二)深化": "(2) Deepening reform.",
    "将659": "The 659 book stores were merged into 65, a cut of over 90%.",
    "三、下": "III. Next steps",
    "今后一": "In the period ahead, we will <b>put the people first</b> and further improve the public cultural "
    "service system.",
}


def source_document(text: str, path: str = "report.txt") -> Document:
    """A document as a reader gives it."""
    return Document(
        source=Source(
            path=path,
            sha256=hashlib.sha256(text.encode()).hexdigest(),
            encoding="utf-8",
            characters=len(text),
        ),
        original=text,
        text=TracedText.of(text),
    )


def prepared(text: str, path: str = "report.txt") -> Document:
    """All steps that need no model."""
    document = find_sections(convert_script(clean(source_document(text, path)), mode="auto"))
    return find_terms(find_quantities(split_sentences(document)), Glossary.load(("gov-zh-en",)))


def translated(document: Document, targets: dict[str, str] = EN) -> Document:
    """With the targets whose key a segment begins with; the others stay without."""

    def one(segment: Segment) -> Segment:
        found = next((en for zh, en in targets.items() if segment.text.startswith(zh)), None)
        return (
            segment
            if found is None
            else replace(segment, target=found, origin="mt", model="test", state="translated", score=-0.4)
        )

    return replace(document, segments=tuple(map(one, document.segments)))


def briefed(document: Document) -> Document:
    """With a brief of two sentences."""
    first, second = (s for s in document.segments if s.text.startswith(("去年", "将659")))
    title = document.segments[0]

    def line(segment: Segment) -> BriefLine:
        return BriefLine(
            zh=segment.text, en=segment.target or "", segments=(segment.id,), section=segment.section
        )

    brief = Brief(
        headline=line(title), abstract=(line(first),), points=(line(second),), figures=(), sections=()
    )
    return replace(document, brief=brief)


@pytest.fixture(scope="session")
def report() -> Document:
    """The report, translated and with a brief."""
    return briefed(translated(prepared(ZH)))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "review.db")
    yield opened
    opened.close()


@pytest.fixture
def workspace(store: Store, report: Document) -> Workspace:
    """A workspace that holds the report, checked."""
    space = Workspace(store, config=Config(), glossary=Glossary.load(("gov-zh-en",)))
    space.add("report", report)
    return space
