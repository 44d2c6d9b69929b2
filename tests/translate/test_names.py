"""People's names: found where the words around prove them, romanised by the standard."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.prepare.terms import Glossary
from pipeline.translate.acceptance import binding, faults
from pipeline.translate.names import name_terms, romanised
from pipeline.translate.requests import make_unit


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("崔爱民表示，70年来稳步增长。", ["Cui Aimin"], id="before a verb of saying"),
        pytest.param("省委书记郝国强主持会议，副省长单小平、秘书长欧阳建华出席。",
                     ["Hao Guoqiang", "Shan Xiaoping", "Ouyang Jianhua"], id="after titles"),
        pytest.param("发言人王波说，进展顺利。", ["Wang Bo"], id="the verb is not part of it"),
        pytest.param("会议由主任高明主持。", ["Gao Ming"], id="a word as surname, after a title"),
        pytest.param("高度强调安全。", [], id="a word"),
        pytest.param("由区长任组长，21个部门参加。", [], id="a verb after the title"),
        pytest.param("第一书记和工作队员到岗。", [], id="and"),
        pytest.param("严格要求亲属。", [], id="an adverb"),
        pytest.param("法国总统马克龙表示支持。", [], id="a foreigner"),
        pytest.param("澳门特区官员许耀明表示支持。", [], id="spelled otherwise there"),
        pytest.param("发言人曾表示，条件成熟。", [], id="once said"),
    ],
)  # fmt: skip
def test_names_in_text(text, names):
    assert [hit.en for hit in name_terms(text)] == names
    assert all(text[hit.start : hit.end] == hit.zh for hit in name_terms(text))


@pytest.mark.parametrize(
    ("name", "english"),
    [
        pytest.param("曾庆红", "Zeng Qinghong", id="reading as a surname"),
        pytest.param("陈希安", "Chen Xi'an", id="apostrophe"),
        pytest.param("诸葛亮", "Zhuge Liang", id="double surname"),
        pytest.param("吕志强", "", id="no settled form"),
    ],
)
def test_romanisation(name, english):
    assert romanised(name) == english


def test_names_advise_and_a_wrong_one_is_a_fault():
    unit = make_unit("崔爱民表示支持。", kind="sentence", glossary=Glossary())
    assert unit.request.terms == (("崔爱民", "Cui Aimin"),)
    assert not binding(unit.task.terms[0])
    assert [f.code for f in faults(unit.task, "Chen Ai Min expressed his support.")] == ["term"]
    assert faults(unit.task, "Cui Aimin expressed his support.") == ()


@given(st.text("王李崔任和说表示，。书记主任马克龙高度a1", max_size=30))
def test_hits_lie_apart_in_the_text(text):
    hits = name_terms(text)
    assert all(text[hit.start : hit.end] == hit.zh for hit in hits)
    assert all(a.end <= b.start for a, b in pairwise(hits))
