"""Agreement across a document and a batch."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.check import check, check_batch, check_together
from pipeline.config import CheckConfig
from pipeline.document import Document, Segment, Source, TermHit
from pipeline.prepare.quantities import find_quantities
from pipeline.traced import TracedText


def document(*pairs: tuple[str, str]) -> Document:
    text = "".join(source for source, _ in pairs)
    segments = tuple(
        Segment(id=f"s{n}", section=None, kind="sentence", start=0, end=0, source=s, text=s, target=t)
        for n, (s, t) in enumerate(pairs, start=1)
    )
    source = Source(path="a.txt", sha256="", encoding="utf-8", characters=len(text))
    return find_quantities(
        Document(source=source, original=text, text=TracedText.of(text), segments=segments)
    )


def found(*documents: Document) -> list[list[tuple[str, str | None]]]:
    return [[(issue.check, issue.segment) for issue in issues] for issues in check_batch(documents)]


SAME = "Establish and improve the leadership system."


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        (
            [("加强领导。", "Lead."), ("加强领导。", "Lead."), ("加强领导。", "Guide.")],
            [("same-source", "s3")],
        ),
        ([("加强领导。", "Lead."), ("加强领导。", "lead")], []),
        ([("建立健全领导体系。", SAME), ("切实加强改革部署。", SAME)], [("same-target", "s2")]),
        ([("建立健全领导体系。", SAME), ("建立健全领导体系；", SAME)], []),
        (
            [("全省事业单位共有659个，其中省直。", "a"), ("全省事业单位共有695个，其中省直。", "b")],
            [("figure-varies", "s2")],
        ),
        ([("全省事业单位共有659个，其中省直。", "a"), ("全市事业单位共有695个，其中市直。", "b")], []),
    ],
)
def test_within_a_document(pairs: list[tuple[str, str]], expected: list[tuple[str, str]]) -> None:
    assert found(document(*pairs)) == [expected]


def test_across_a_batch() -> None:
    one, other = document(("加强领导。", "Lead.")), document(("加强领导。", "Guide."))
    assert found(one, one, other) == [[], [], [("same-source", "s1")]]


@pytest.mark.parametrize(
    ("obeyed", "expected"), [((True, False), [("term-varies", "s2")]), ((False, False), [])]
)
def test_a_term_in_two_renderings(obeyed: tuple[bool, bool], expected: list[tuple[str, str]]) -> None:
    made = document(("省委印发。", "a"), ("省委研究。", "b"))
    hit = TermHit(zh="省委", en="CPC Provincial Committee", start=0, end=2)
    segments = tuple(
        replace(s, terms=(replace(hit, obeyed=o),)) for s, o in zip(made.segments, obeyed, strict=True)
    )
    assert found(replace(made, segments=segments)) == [expected]


def test_a_batch_names_the_other_document() -> None:
    config = CheckConfig()
    first = check(document(("加强领导。", "Lead."), ("加强领导。", "Lead.")), config=config)
    second = check(
        replace(document(("加强领导。", "Guide.")), source=replace(first.source, path="b.txt")), config=config
    )
    assert not second.issues or all(issue.check != "same-source" for issue in second.issues)
    together = check_together([first, second], config=config)
    [issue] = [i for d in together for i in d.issues if i.check == "same-source"]
    assert issue.segment == "s1"
    assert "a.txt s1" in issue.message
    assert check_together(together, config=config) == together
    quiet = check_together([first, second], config=CheckConfig(disabled=("same-source",)))
    assert all(i.check != "same-source" for d in quiet for i in d.issues)
