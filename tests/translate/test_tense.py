"""Which sentences are sure to tell of the past or of the time to come, and which answers say otherwise."""

from __future__ import annotations

import re

import pytest

from pipeline.translate.acceptance import Task, accepted, cost, faults, improvable
from pipeline.translate.register import Register
from pipeline.translate.tense import contradicted, doubted, said, told
from training.pairs import AUTHORED, GENERAL, REPORTS, read_pairs


@pytest.mark.parametrize(
    ("text", "tense"),
    [
        ("去年，我们完成了三项改革。", "past"),
        ("建成了一批重点项目。", "past"),
        ("新增城镇就业15.7万人。", None),
        ("办结行政复议案件1307件。", None),
        ("建立了比较完善的制度。", "past"),
        ("累计培训干部，基本覆盖。", "past"),
        ("力争新增就业15.7万人。", "future"),
        ("明年，我们建设三个园区。", "future"),
        ("要加强统筹协调。", "future"),
        ("地区生产总值增长5.5%左右。", None),
        ("新增就业100万人以上。", None),
        ("为了群众，加强管理。", None),
        ("加强统筹协调。", None),
        ("将建成了的项目移交。", None),
        ("推动已签约的项目落地。", None),
        ("巩固去年的成果。", None),
        ("建设3个园区。", None),
    ],
)
def test_only_sure_words_tell_a_tense(text: str, tense: str | None) -> None:
    assert told(text) == tense


@pytest.mark.parametrize(
    ("text", "register", "tense"),
    [
        ("办结行政复议案件1307件。", "report", "past"),
        ("新增城镇就业15.7万人。", "report", "past"),
        ("建成高标准农田32.8万亩。", "plan", None),
        ("对自身建设提出了新要求。", "plan", None),
        ("去年，我们完成了三项改革。", "plan", "past"),
        ("要加强统筹协调。", "report", None),
        ("要加强统筹协调。", "plan", "future"),
    ],
)
def test_the_section_says_what_figures_mean(text: str, register: Register, tense: str | None) -> None:
    assert told(text, register) == tense


@pytest.mark.parametrize(
    ("answer", "tense"),
    [
        ("We will build a park.", "future"),
        ("Last year, we built a park.", "past"),
        ("We have built a park.", "past"),
        ("We vigorously promoted reform.", "past"),
        ("We built a park that will serve all.", None),
        ("Build a park.", None),
        ("A park will be built.", None),
        ("“We will win,” he said.", None),
    ],
)
def test_only_what_we_do_says_a_tense(answer: str, tense: str | None) -> None:
    assert said(answer) == tense


def fault(text: str, answer: str, register: str = "plain") -> list[tuple[bool, str]]:
    found = faults(Task(text=text, register=register), answer)  # type: ignore[arg-type]
    return [(f.hard, f.reminder) for f in found if f.code == "tense"]


def test_finished_work_is_asked_for_again_with_its_tense() -> None:
    text = "办结行政复议案件1307件。"
    wrong = "We will settle 1,307 cases of administrative reconsideration."
    assert [hard for hard, _ in fault(text, wrong)] == [False], "it may be a plan"
    assert not fault(text, wrong, "plan")
    ((hard, reminder),) = fault(text, wrong, "report")
    assert hard
    assert "past" in reminder
    assert not fault(text, "We settled 1,307 cases of administrative reconsideration.", "report")


def test_work_to_come_is_asked_for_again_with_its_tense() -> None:
    ((hard, reminder),) = fault("要加强统筹协调。", "We strengthened overall coordination.")
    assert hard
    assert "will" in reminder


def test_a_section_alone_only_advises() -> None:
    text, answer = "推进审批改革。", "We will advance the reform of approvals."
    assert fault(text, answer) == []
    ((hard, _),) = fault(text, answer, "report")
    assert not hard
    found = faults(Task(text=text, register="report"), answer)
    assert accepted(found)
    assert improvable(found)
    assert cost(found) > cost(
        faults(Task(text=text, register="report"), "We advanced the reform of approvals.")
    )
    assert doubted(text, "We advanced the reform.", "plan") == "future"
    assert doubted("审批改革已推进。", "We advanced the reform.", "plan") is None
    assert doubted("继续推进审批改革。", answer, "report") is None


_DONE = re.compile(r"^We (?:have )?(?:\w+ly )?(\w+)ed\b")


def test_no_human_translation_is_accused_and_falsified_ones_are_found() -> None:
    pairs = [pair for file in (GENERAL, REPORTS, AUTHORED) for pair in read_pairs(file)]
    accused = [p.zh for p in pairs if contradicted(p.zh, p.en) or doubted(p.zh, p.en, "plain")]
    assert len(accused) <= 2, accused
    reports = [pair for pair in read_pairs(REPORTS) if _DONE.match(pair.en)]
    found = [p for p in reports if told(p.zh, "report") == "past"]
    falsified = [_DONE.sub(r"We will \1", p.en, count=1) for p in found]
    assert all(contradicted(p.zh, en, "report") for p, en in zip(found, falsified, strict=True))
    assert len(reports) > 15
    assert len(found) / len(reports) > 0.6
