"""A negation lost or invented, in the whole segment or for a single word."""

from __future__ import annotations

import pytest

from pipeline.check import check_segment


def found(source: str, target: str) -> list[str]:
    return [i.severity for i in check_segment(source, target) if i.check == "negation"]


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("不得擅自设立机构。", "Departments may set up agencies freely."),
        ("不能满足群众需求，必须无条件整改。", "It can meet the needs of the public and must be rectified without conditions."),
        ("企业不赞成这项政策，但没有提出异议。", "The enterprises approve of the policy, but raised no objection."),
        ("全年累计发行债券12只。", "A total of 12 bonds have not been issued."),
        ("部门落实政策，不得拖延。", "Departments do not implement the policy and must not delay."),
    ],
)  # fmt: skip
def test_alarm(source: str, target: str) -> None:
    assert found(source, target)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("有些人不同意，但是我们支持。", "Some people disagree, but we support it."),
        (
            "不断完善制度，不仅提高效率。",
            "Systems were steadily improved, and not only was efficiency raised.",
        ),
        ("未来五年实施改革。", "Reform will be carried out over the next five years."),
        ("不支持、不参与违规项目。", "They will never support or take part in projects against the rules."),
        ("农家书屋更新率不低于20%。", "The renewal rate of rural libraries was no less than 20 percent."),
        (
            "尚未解决的问题，由财政部门解决。",
            "Problems not yet solved will be solved by finance departments.",
        ),
    ],
)
def test_no_alarm(source: str, target: str) -> None:
    assert found(source, target) == []


@pytest.mark.parametrize(
    ("source", "right", "wrong"),
    [
        (
            "联席会议不刻制印章，不正式行文。",
            "The conference shall not engrave a seal, nor issue documents.",
            "The conference shall engrave a seal, nor issue documents.",
        ),
        ("不仅提高了效率，而且节约了资金。", "It not only raised efficiency but also saved funds.", "It only raised efficiency but also saved funds."),
        ("期限不得超过三年。", "The term shall not exceed three years.", "The term shall exceed three years."),
        ("人数不得少于十人。", "There shall be at least ten people.", "The number shall be fewer than ten people."),
        ("放权不是放任，而是更好地服务，不能没有监督。", "It does not mean neglect.", "It does mean neglect, not without supervision."),
        ("水价改革不增加农民负担。", "The reform should not increase the burden on farmers.", "The reform should increase the burden on farmers."),
    ],
    ids=["nor", "only_but_also", "exceed", "fewer", "does_mean", "nothing_denied"],
)  # fmt: skip
def test_what_a_lost_negative_leaves_behind(source: str, right: str, wrong: str) -> None:
    assert not found(source, right)
    assert found(source, wrong)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("坚定不移推进改革。", "We will press ahead with reform with firm resolve."),
        ("这五年极不寻常。", "These five years were extraordinary."),
        ("工作扎实、不搞形式的，予以表扬。", "Those who do solid work and avoid formality shall be praised."),
        (
            "确需公开的，处理后不影响安全的可以公开。",
            "What does need to be disclosed may be, where safety is unaffected.",
        ),
    ],
    ids=["steadfast", "idiom", "do_of_its_own", "stressed"],
)
def test_no_alarm_for_words_that_look_like_it(source: str, target: str) -> None:
    assert not found(source, target)
