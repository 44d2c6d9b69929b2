"""A realistic document, built by hand from a piece of the seed, with translations of our own."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from opencc import OpenCC

from pipeline.document import (
    Bilingual,
    Block,
    Brief,
    BriefLine,
    Document,
    Edit,
    Issue,
    Measure,
    Quantity,
    RunRecord,
    Section,
    Segment,
    Source,
    TermHit,
)
from pipeline.traced import Change, TracedText

SEED = Path(__file__).parents[2] / "seeds" / "liaoning-report.txt"
GLOSS = re.compile(r"\([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]+\)")

# What a line is, its translation, then its quantities (zh, en, kind, value, unit, more) and terms.
LINES = [
    ("h", "● 遼寧省委編辦", "Office of the Staffing Commission, CPC Liaoning Provincial Committee", [],
     [("省委编办", "Office of the Staffing Commission, CPC Liaoning Provincial Committee")]),
    ("p", "遼寧省委編辦全面落實習近平總書記在遼寧考察時和在深入推進東北振興座談會上重要講話精神,深入貫徹黨的十九大和十九屆二中、三中全會精神,堅持統(tǒng)籌謀劃推進黨政機構改革、事業(yè)單位改革,為遼寧全面振興、全方位振興提供強有力的體制機制保障。",
     "The Office of the Staffing Commission of the CPC Liaoning Provincial Committee has fully carried out the guiding principles of General Secretary Xi Jinping’s important speeches during his inspection of Liaoning and at the symposium on further revitalizing the Northeast; it has studied and applied the guiding principles of the 19th CPC National Congress and of the second and third plenary sessions of the 19th Central Committee, planned the reform of Party and government institutions and of public institutions as a whole, and so provided strong institutional support for the full and all-round revitalization of Liaoning.", [],
     [("党的十九大", "19th CPC National Congress"), ("事业单位", "public institutions")]),
    ("1h", "(二)提前準備,同步謀劃。", "(2) Preparing early and planning in step", [], []),
    ("i", "一是同步擬訂市縣機構改革總體意見。", "First, overall guidelines for institutional reform in cities and counties were drafted at the same time.", [], []),
    ("s", "根據經濟總量、人口數量、發(fā)展質量等要素,特別是考慮財政供養(yǎng)能力,重新劃定14個市、100個縣(市、區(qū))大中小類別,從嚴從緊提出機構限額的意見。",
     "On the basis of economic output, population and quality of development, and with particular regard to fiscal capacity, 14 cities and 100 counties (county-level cities and districts) were reclassified as large, medium or small, and strict ceilings on the number of institutions were proposed.",
     [("14个", "14", "count", "14", "个", {}), ("100个", "100", "count", "100", "个", {})], []),
    ("i", "三是同步起草“三定”規(guī)定。", "Third, the regulations on functions, structures and staffing were drafted at the same time.", [],
     [("三定", "functions, structures and staffing")]),
    ("s", "由省委編辦直接擬訂省直65個部門的“三定”規(guī)定,再精簡內設機構71個、領導職數60名、人員編制115名。",
     "The Office itself drafted the regulations for 65 provincial departments, and cut a further 71 internal offices, 60 leadership posts and 151 staff positions.",
     [("65个", "65", "count", "65", "个", {}), ("71个", "71", "count", "71", "个", {}),
      ("60名", "60", "count", "60", "名", {}),
      ("115名", None, "count", "115", "名", {"verdict": "missing"}),
      (None, "151", "count", "151", "", {"verdict": "extra"})], [("三定", None)]),
    ("2h", "(二)大力推進整合,優(yōu)化布局結構。", "(2) Pressing ahead with consolidation and improving the layout", [], []),
    ("i", "一是全面整合小散弱單位。", "First, small, scattered and weak institutions were consolidated across the board.", [], []),
    ("s", "將全省2.7萬個公益性事業(yè)單位優(yōu)化整合為2000多個,其中,省直659個整合為65個,精簡比例超過90%。",
     "The province’s 27,000 public welfare institutions were consolidated into more than 2,000; at the provincial level, 659 were merged into 65, a reduction of 90%.",
     [("2.7万个", "27,000", "count", "27000", "个", {}),
      ("2000多个", "more than 2,000", "count", "2000", "个", {"approximator": "over"}),
      ("659个", "659", "count", "659", "个", {}), ("65个", "65", "count", "65", "个", {}),
      ("超过90%", "90%", "percent", "90", "%", {"approximator": "over", "verdict": "approximator"})],
     [("公益性事业单位", "public welfare institutions")]),
    ("i", "二是跨部門整合共性單位。", "Second, institutions with common functions were merged across departments.", [], []),
    ("s", "將分散在各部門的職責任務、服務方式和服務對象相同的事業(yè)單位進行整合,重點是重新組合人員、資金、設備、技術等要素,提升整體效能。", None, [],
     [("事业单位", None)]),
    ("3h", "(四)精簡事業(yè)編制,減少領導職數。", "(4) Trimming public-institution staffing and reducing leadership posts", [], []),
    ("s", "共收回空編15萬余名。", "In all, more than 150,000 vacant posts were recovered.",
     [("15万余名", "more than 150,000", "count", "150000", "名", {"approximator": "over"})], []),
    ("s", "市縣機構改革於2019年2月28日基本完成,提前了近50天。",
     "The reform of city and county institutions was essentially complete on February 28, 2019, nearly 50 days ahead of schedule.",
     [("2019年2月28日", "February 28, 2019", "date", "20190228", "", {"date": "2019-02-28"}),
      ("近50天", "nearly 50 days", "duration", "50", "天", {"approximator": "nearly"})], []),
]  # fmt: skip
TITLES = {
    "s2": ("(二)", "提前准备，同步谋划", "Preparing early and planning in step", "s1"),
    "s4": ("(二)", "大力推进整合，优化布局结构", "Pressing ahead with consolidation and improving the layout", "s3"),
    "s5": ("(四)", "精简事业编制，减少领导职数", "Trimming public-institution staffing and reducing leadership posts", "s3"),
}  # fmt: skip


def build() -> Document:
    """The document; every span in it is computed, none is typed in."""
    original = _original()
    working, edits = _cleaned(original)
    document = Document(
        source=Source(
            path="seeds/liaoning-report.txt", sha256=hashlib.sha256(original.encode()).hexdigest(),
            encoding="utf-8", characters=len(original), script="hant", region="TW",
            region_reason="裡 and 為 stand here, 里 and 爲 do not",
        ),
        original=original,
        text=working,
        blocks=tuple(
            Block(kind="line", start=m.start(), end=m.end(), place=(("line", str(n)),))
            for n, m in enumerate(re.finditer(r"[^\n]+", original), 1)
        ),
        edits=edits,
        run=RunRecord(
            version="0.1.0", model="qwen2.5-coder-1.5b", model_sha256="c" * 64, config_sha256="a" * 64,
            glossary_sha256="b" * 64, started="2026-11-23T13:00:00Z", seconds=41.5,
            segments_per_second=0.36, ladder=(("first", 12), ("hints", 2)),
        ),
    )  # fmt: skip
    document = _with_segments(document)
    document = replace(document, sections=_sections(document))
    return replace(document, issues=_issues(document), brief=_brief(document))


def _original() -> str:
    text = ""
    for n, (kind, source, *_rest) in enumerate(LINES):
        text += ("\n" if n and kind in ("p", "1h", "2h", "3h") else "") + source
    return text + "\n"


def _cleaned(original: str) -> tuple[TracedText, tuple[Edit, ...]]:
    glosses = list(GLOSS.finditer(original))
    text = TracedText.of(original).replace([Change(m.start(), m.end(), "") for m in glosses])
    full = text.text.replace("(", "（").replace(")", "）").replace(",", "，")
    simplified = OpenCC("t2s").convert(text.converted(full).text)
    edits = tuple(
        Edit(
            rule="gloss", start=m.start(), end=m.end(), before=m.group(), after="",
            evidence=f"{m.group()[1:-1]} is a reading of {original[m.start() - 1]}",
        )
        for m in glosses
    )  # fmt: skip
    return text.converted(simplified), edits


def _with_segments(document: Document) -> Document:
    segments, quantities, at, paragraph, section, lead = [], [], 0, 0, None, None
    for n, (kind, source, target, amounts, terms) in enumerate(LINES, 1):
        start = document.original.index(source, at)
        at = start + len(source)
        paragraph += kind in ("h", "p", "1h", "2h", "3h")
        section = {"1h": "s2", "2h": "s4", "3h": "s5"}.get(kind, section)
        text = _working(document, start, at)
        lead = f"s{n}" if kind == "i" else lead if kind == "s" else None
        segments.append(
            Segment(
                id=f"s{n}", section=section, start=start, end=at, source=source, text=text,
                kind="heading" if kind.endswith("h") else "item" if kind == "i" else "sentence",
                paragraph=paragraph, marker=text[:2] if kind == "i" else "",
                lead=lead if kind == "s" else None,
                target=target, origin="mt" if target else None,
                model="qwen2.5-coder-1.5b" if target else None,
                state="translated" if target else "initial",
                terms=tuple(_term(text, target, zh, en) for zh, en in terms),
                score=-0.21 if target else None, rung="first" if target else None,
            )
        )  # fmt: skip
        for amount in amounts:
            quantities.append(_quantity(document, segments[-1], f"q{len(quantities) + 1}", *amount))
    return replace(document, segments=tuple(segments), quantities=tuple(quantities))


def _working(document: Document, start: int, end: int) -> str:
    text = document.text
    return "".join(c for n, c in enumerate(text.text) if start <= text.starts[n] < end)


def _term(text: str, target: str | None, zh: str, en: str | None) -> TermHit:
    start = text.index(zh)
    found = target.index(en) if target and en else None
    return TermHit(
        zh=zh, en=en or "…", start=start, end=start + len(zh), glossary="gov-zh-en",
        target=None if found is None or en is None else (found, found + len(en)),
        obeyed=None if target is None else en is not None,
    )  # fmt: skip


def _quantity(document, segment, name, zh, en, kind, value, unit, more) -> Quantity:
    def measure(text: str, within: str, unit: str, **extra: str) -> Measure:
        at = re.search(rf"(?<![\d,]){re.escape(text)}(?![\d,]*\d)", within).start()
        return Measure(
            start=at, end=at + len(text), text=text, kind=kind, value=Decimal(value), unit=unit, **extra
        )

    verdict = more.get("verdict", "proven")
    extra = {key: item for key, item in more.items() if key != "verdict"}
    source = measure(zh, segment.text, unit, **extra) if zh else None
    if verdict == "approximator":
        extra.pop("approximator")
    target = measure(en, segment.target, unit, **extra) if en else None
    start, end = segment.start, segment.end
    if source:
        offset = document.text.text.index(segment.text)
        start, end = document.text.origin(offset + source.start, offset + source.end)
    return Quantity(
        id=name, segment=segment.id, measure=source, start=start, end=end, target=target, verdict=verdict
    )


def _sections(document: Document) -> tuple[Section, ...]:
    end = len(document.original) - 1
    starts = {s.section: s.start for s in reversed(document.segments) if s.section}
    first, second, third = starts["s2"], starts["s4"], starts["s5"]
    spans = {"s2": (first, second - 1), "s4": (second, third - 1), "s5": (third, end)}
    made = {
        key: Section(id=key, level=2, marker=m, title=Bilingual(zh=zh, en=en), parent=parent,
                     start=spans[key][0], end=spans[key][1])
        for key, (m, zh, en, parent) in TITLES.items()
    }  # fmt: skip
    parents = (
        Section(id="s1", level=1, marker="一、", title=Bilingual(zh="（原文缺标题）", en="[heading lost in the source]"),
                start=first, end=second - 1, inferred=True),
        Section(id="s3", level=1, marker="二、", title=Bilingual(zh="（原文缺标题）", en="[heading lost in the source]"),
                start=second, end=end, inferred=True),
    )  # fmt: skip
    return (parents[0], made["s2"], parents[1], made["s4"], made["s5"])


def _issues(document: Document) -> tuple[Issue, ...]:
    at = document.segments[6].target.index("151")
    return (
        Issue(check="numbers.missing", severity="error", segment="s7", span=(at, at + 3),
              message="115 of the source is not in the translation; 151 is in it without a source."),
        Issue(check="numbers.approximator", severity="warning", segment="s10",
              message="超过90% says “over 90 %”; the translation says 90 % without “over”."),
        Issue(check="untranslated", severity="error", segment="s12", message="No answer was accepted."),
        Issue(check="structure.gap", severity="info", segment="s6",
              message="三是 follows 一是: 二是 is absent.", waived="The excerpt leaves it out."),
        Issue(check="structure.restart", severity="info", start=document.segments[7].start,
              end=document.segments[7].end,
              message="Numbering restarts at (二): two parent headings seem to be lost."),
    )  # fmt: skip


def _brief(document: Document) -> Brief:
    by_id = {segment.id: segment for segment in document.segments}

    def line(name: str, section: str | None = None) -> BriefLine:
        segment = by_id[name]
        return BriefLine(zh=segment.text, en=segment.target or "", segments=(name,), section=section)

    headline = BriefLine(
        zh="辽宁省委编办：机构改革提前完成，公益性事业单位由2.7万个整合为2000多个",
        en="Liaoning completes institutional reform early, merging 27,000 public welfare institutions into more than 2,000",
        segments=("s1", "s10", "s15"),
        method="compress",
    )
    return Brief(
        headline=headline,
        abstract=(line("s2"), line("s10"), line("s15")),
        points=(line("s5", "s2"), line("s7", "s2"), line("s9", "s4"), line("s11", "s4"), line("s14", "s5")),
        figures=("q1", "q2", "q6", "q8", "q9", "q12", "q13", "q14", "q15"),
        sections=("s1", "s2", "s3", "s4", "s5"),
    )


@pytest.fixture(scope="session")
def document() -> Document:
    return build()


@pytest.fixture(scope="session")
def hostile() -> Document:
    """The same report with markup, control and direction characters where text can stand."""
    evil = "<script>alert(1)</script> [x](javascript:x) *b* | `c` \x01\u202e&amp; =1+1"
    whole = build()
    segment = replace(whole.segments[2], text=evil, target=evil, source=evil, terms=())
    segments = (*whole.segments[:2], segment, *whole.segments[3:])
    title = Bilingual(zh=evil, en=evil)
    sections = tuple(replace(s, title=title) for s in whole.sections)
    line = BriefLine(zh=evil, en=evil, segments=("s3",))
    return replace(
        whole, segments=segments, sections=sections, brief=replace(whole.brief, headline=line),
        source=replace(whole.source, path=evil, title=evil),
        issues=(*whole.issues, Issue(check="x", severity="error", message=evil, segment="s3")),
    )  # fmt: skip
