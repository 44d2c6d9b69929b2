"""The step: ledger, obedience to terms, issues kept and replaced, configuration."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.check import check
from pipeline.config import CheckConfig
from pipeline.document import Document, Issue, Segment, Source
from pipeline.errors import ConfigError
from pipeline.prepare.quantities import find_quantities
from pipeline.prepare.terms import Entry, Glossary
from pipeline.traced import TracedText

CONFIG = CheckConfig()
GLOSSARY = Glossary([Entry(zh="省委", en="CPC Provincial Committee")])


def document(*pairs: tuple[str, str | None]) -> Document:
    original = "".join(source for source, _ in pairs)
    segments, at = [], 0
    for n, (source, target) in enumerate(pairs, start=1):
        segments.append(
            Segment(
                id=f"s{n}", section=None, kind="sentence", start=at, end=at + len(source), source=source,
                text=source, target=target, terms=GLOSSARY.hits(source),
            )
        )  # fmt: skip
        at += len(source)
    return find_quantities(
        Document(
            source=Source(path="a.txt", sha256="", encoding="utf-8", characters=len(original)),
            original=original,
            text=TracedText.of(original),
            segments=tuple(segments),
        )
    )


def test_the_ledger_has_match_and_verdict() -> None:
    checked = check(document(("659个整合为65个。", "659 into 56.")), config=CONFIG)
    lines = [
        (q.measure and q.measure.text, q.target and q.target.text, q.verdict) for q in checked.quantities
    ]
    assert lines == [("659个", "659", "proven"), ("65个", None, "missing"), (None, "56", "extra")]
    assert len({q.id for q in checked.quantities}) == 3


def test_before_translation_the_ledger_has_no_verdicts() -> None:
    checked = check(document(("共39个。", None)), config=CONFIG)
    assert [q.verdict for q in checked.quantities] == [None]
    assert [issue.check for issue in checked.issues] == ["empty"]


def test_a_second_run_gives_the_same_document() -> None:
    once = check(
        document(("共39个。", "39 and 47."), ("省委研究。", "It studied.")), config=CONFIG, glossary=GLOSSARY
    )
    assert check(once, config=CONFIG, glossary=GLOSSARY) == once


def test_terms_say_whether_they_were_obeyed() -> None:
    target = "The CPC Provincial Committee studied it."
    checked = check(
        document(("省委研究。", target), ("省委印发。", "It was issued.")), config=CONFIG, glossary=GLOSSARY
    )
    first, second = (segment.terms[0] for segment in checked.segments)
    assert first.obeyed
    assert target[slice(*first.target)] == "CPC Provincial Committee"  # type: ignore[misc]
    assert (second.obeyed, second.target) == (False, None)
    assert {"term", "term-varies"} <= {issue.check for issue in checked.issues if issue.segment == "s2"}


def test_issues_of_other_steps_stay_and_own_ones_are_replaced() -> None:
    foreign = Issue(check="gap", severity="warning", message="三是 is missing", start=0, end=1)
    made = replace(document(("共39个。", "47.")), issues=(foreign,))
    once = check(made, config=CONFIG)
    assert {issue.check for issue in once.issues} >= {"gap", "number"}
    mended = replace(once, segments=(replace(once.segments[0], target="There are 39."),))
    assert check(mended, config=CONFIG).issues == (foreign,)


def test_a_waiver_in_the_document_survives_a_new_run() -> None:
    once = check(document(("共39个。", "47.")), config=CONFIG)
    waived = replace(once, issues=tuple(replace(i, waived="as agreed (A, today)") for i in once.issues))
    assert all(issue.waived for issue in check(waived, config=CONFIG).issues)


def test_checks_can_be_left_out_and_weighed_otherwise() -> None:
    config = CheckConfig(disabled=("ending",), severity={"number": "info"})
    checked = check(document(("共39个。", "47")), config=config)
    assert {(issue.check, issue.severity) for issue in checked.issues} == {("number", "info")}


@pytest.mark.parametrize(
    "config",
    [
        CheckConfig(disabled=("nubmer",)),
        CheckConfig(severity={"x": "info"}),
        CheckConfig(severity={"number": "bad"}),
    ],
)
def test_unknown_names_are_refused(config: CheckConfig) -> None:
    with pytest.raises(ConfigError):
        check(document(("共39个。", "39.")), config=config)


def test_an_empty_document_passes() -> None:
    assert check(document(), config=CONFIG).issues == ()
