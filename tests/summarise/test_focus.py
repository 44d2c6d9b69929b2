import pytest

from pipeline.config import BriefConfig
from pipeline.document import Document
from pipeline.prepare.quantities import find_quantities
from pipeline.prepare.terms import Entry, Glossary
from pipeline.summarise import summarise
from tests.documents import split

GLOSSARY = Glossary(
    [Entry(zh="事业编制", en="public institution staffing quota"), Entry(zh="粮食产量", en="grain output")]
)


def report() -> Document:
    return find_quantities(
        split(
            "某省2023年工作情况的报告\n一、农业\n粮食产量达到760亿斤，连续三年增长。\n新建高标准农田300万亩。\n"
            "二、机构编制\n全省共收回事业编制6.8万名，用于教育和医疗。\n撤销议事协调机构86个。\n"
        )
    )


@pytest.mark.parametrize(
    ("focus", "told", "untold"),
    [
        pytest.param("编制", "6.8万名", "高标准农田", id="chinese"),
        pytest.param("事業編制收回了多少？", "6.8万名", "高标准农田", id="traditional_question"),
        pytest.param("How large was the grain output?", "760亿斤", "6.8万名", id="english_question"),
        pytest.param("粮食, 议事机构", "86个", "6.8万名", id="two_keys"),
    ],
)
def test_a_focus_steers_the_brief(focus: str, told: str, untold: str) -> None:
    brief = summarise(report(), config=BriefConfig(focus=focus), glossary=GLOSSARY).brief
    assert brief is not None
    text = "".join(line.zh for line in (*brief.abstract, *brief.points))
    assert told in text
    assert untold not in text
    assert brief.focus == focus


def test_a_focus_that_nothing_is_about_is_named() -> None:
    document = summarise(report(), config=BriefConfig(focus="太空探索"), glossary=GLOSSARY)
    assert document.brief is not None
    assert document.brief.focus == ""
    assert document.brief.points or document.brief.abstract
    assert [issue.check for issue in document.issues] == ["focus"]
    again = summarise(document, config=BriefConfig(), glossary=GLOSSARY)
    assert again.issues == ()
