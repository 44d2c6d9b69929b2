"""Every check: a true alarm and a false one that it must not give."""

from __future__ import annotations

import pytest

from pipeline.check import check_segment
from pipeline.check.registry import ALL_CHECKS, SEGMENT_CHECKS
from pipeline.document import Issue, TermHit
from pipeline.prepare.terms import Entry, Glossary

GLOSSARY = Glossary(
    [
        Entry(
            zh="省委",
            en="CPC Provincial Committee",
            alternatives=("Provincial Party Committee",),
            forbidden=("Central Committee",),
        )
    ]
)


def issues(source: str, target: str, kind: str = "sentence") -> tuple[Issue, ...]:
    return check_segment(source, target, kind=kind, terms=GLOSSARY.hits(source), glossary=GLOSSARY)  # type: ignore[arg-type]


def codes(source: str, target: str, kind: str = "sentence") -> set[str]:
    return {issue.check for issue in issues(source, target, kind)}


# code: (source, target) with the fault, and one that looks like it.
CASES = {
    "empty": [("加强领导。", " "), ("加强领导。", "Leadership.")],
    "length": [
        ("坚持统筹谋划推进党政机构改革、事业单位改革，提供强有力的体制机制保障。", "Reform was planned."),
        ("坚持统筹谋划推进党政机构改革、事业单位改革。", "It has planned the reform of Party and public institutions as a whole."),
    ],
    "omission": [
        (
            "全面加强党的领导，深化重点领域改革，扩大对外开放，持续改善民生。",
            "We strengthened the Party's leadership, opened wider to the outside world and improved people's lives.",
        ),
        (
            "全面加强党的领导，深化重点领域改革，扩大对外开放，持续改善民生。",
            "We strengthened the Party's leadership, deepened reform in key areas, opened wider to the outside world "
            "and kept improving people's lives.",
        ),
    ],
    "added": [
        ("加强领导。", "Leadership was strengthened. It is good. It is better. It is best."),
        ("加强领导，落实责任，深入调研。", "Strengthen leadership. Fulfill duties. Study the matter."),
    ],
    "number": [("新增就业65万人。", "A total of 560,000 jobs."), ("新增就业65万人。", "A total of 650,000 jobs.")],
    "date": [("10月13日印发。", "It was issued on October 31."), ("10月13日印发。", "It was issued on October 13, 2018.")],
    "date-detail": [
        ("27日宣布新规。", "On July 27, 2023, new rules were announced."),
        ("2018年3月启动，10月27日完成。", "Launched in March 2018, it was completed on October 27, 2018."),
    ],
    "magnitude": [("投资5亿元。", "It invested 5 million yuan."), ("投资5亿元。", "It invested 500 million yuan.")],
    "approximator": [("涉及近3000名干部。", "It involved 3,000 officials."), ("涉及近3000名干部。", "It involved almost 3,000 officials.")],
    "document-symbol": [
        ("依据国办发〔2019〕4号文件。", "In accordance with the document (2019) No. 14."),
        ("依据国办发〔2019〕4号文件。", "In accordance with the document Guobanfa (2019) No. 4."),
    ],
    "number-order": [
        ("深入39个县、59个乡镇。", "They visited 59 counties and 39 townships."),
        ("依据第三十三条第一项。", "In accordance with Paragraph 1 of Article 33."),
    ],
    "figure-subject": [
        (
            "全市生产总值从2019年的420亿元增长到2024年的610亿元，一般公共预算收入28亿元。",
            "Budget revenue rose from 42 billion yuan in 2019 to 61 billion yuan in 2024, and to 2.8 billion yuan.",
        ),
        (
            "全市生产总值从2019年的420亿元增长到2024年的610亿元，一般公共预算收入28亿元。",
            "The city's economy grew from 42 billion yuan in 2019 to 61 billion yuan in 2024; its revenue was 2.8 billion yuan.",
        ),
    ],
    "derived-claim": [
        ("省直659个整合为65个，精简比例超过95%。", "659 were merged into 65, a cut of over 95 percent."),
        ("省直659个整合为65个，精简比例超过90%。", "659 were merged into 65, a cut of over 90 percent."),
    ],
    "term": [
        ("省委印发通知。", "The provincial office issued a notice."),
        ("省委印发通知。", "The Provincial Party Committee issued a notice."),
    ],
    "forbidden-term": [
        ("省委印发通知。", "The Central Committee issued a notice."),
        ("省委印发通知。", "The CPC Provincial Committee issued a notice."),
    ],
    "untranslated": [
        ("专题研究部署。", "专题 studied and deployed."),
        ("落实“三定”规定。", "Implement the provisions on the three determinations (三定)."),
    ],
    "chinese-punctuation": [("加强领导。", "Strengthen leadership。"), ("加强领导。", "Strengthen “leadership”.")],
    "copied": [("加强领导。", "加强领导。"), ("COVID-19", "COVID-19")],
    "negation": [
        ("不得擅自设立机构。", "Departments may set up agencies freely."),
        ("禁止擅自设立机构。", "Unauthorized agencies are prohibited."),
    ],
    "repeated-word": [("加强领导。", "Strengthen the the leadership."), ("加强领导。", "It had had that that it needed.")],
    "said-twice": [
        ("加强法治、平安建设。", "We strengthened law-based cities and law-based cities."),
        ("加强法治建设，推进法治政府、法治社会。", "We built the rule of law and the rule of law in society."),
    ],
    "loop": [
        ("加强领导。", "Strengthen the work of the work of the work of the work of the office."),
        ("报主管部门。主管部门应当答复。", "It is reported to the competent authority. The competent authority shall reply."),
    ],
    "link": [("详见 https://example.org/a 。", "See https://example.org/b ."), ("详见 https://example.org/a 。", "See https://example.org/a .")],
    "code": [
        ("索引号：000014349/2021-00125", "Index No.: 000014349/2021-00152"),
        ("联系电话：010-66050000", "Tel.: +86 10 6605 0000"),
    ],
    "placeholder": [("加强领导。", "Strengthen <unk> leadership."), ("加强领导。", "Strengthen [sound] leadership.")],
    "chatter": [
        ("加强领导。", "Sure, here is the translation: Strengthen leadership."),
        ("翻译软件进步了。", "The translation engines have improved, and of course they help."),
    ],
    "brackets": [("全省（市）改革。", "Reform of the province (city."), ("目标如下：", "The aims are a) growth, and b) jobs:")],
    "quotes": [("落实“三定”规定。", 'Implement the "three provisions.'), ("落实“三定”规定。", "Implement the “three determinations”.")],
    "spaces": [("加强领导。", "Strengthen  leadership."), ("加强领导。", "Strengthen leadership.")],
    "ending": [("改革完成了吗？", "The reform is complete."), ("他说：“改革完成了。”", "He said, “The reform is complete. ”")],
    "capital": [("加强领导。", "strengthen leadership."), ("苹果手机很受欢迎。", "iPhones are popular.")],
}  # fmt: skip


@pytest.mark.parametrize("code", [check.code for check in SEGMENT_CHECKS])
def test_true_alarm(code: str) -> None:
    assert code in codes(*CASES[code][0])


@pytest.mark.parametrize("code", [check.code for check in SEGMENT_CHECKS])
def test_false_alarm(code: str) -> None:
    assert code not in codes(*CASES[code][1])


@pytest.mark.parametrize("check", SEGMENT_CHECKS, ids=lambda check: check.code)
def test_the_example_raises_its_check(check) -> None:  # type: ignore[no-untyped-def]
    assert check.code in codes(*check.example)


def test_codes_are_unique_and_described() -> None:
    assert len({check.code for check in ALL_CHECKS}) == len(ALL_CHECKS)
    assert all(check.description.endswith(".") for check in ALL_CHECKS)


def test_an_empty_translation_gives_one_issue() -> None:
    assert [issue.check for issue in issues("取消2.7万个。", "")] == ["empty"]


def test_nothing_on_either_side_gives_nothing() -> None:
    assert check_segment("", "") == ()


@pytest.mark.parametrize(
    ("source", "target", "severity"),
    [
        ("65个单位", "Units number 56", "error"),
        ("659个单位", "The units", "error"),
        ("8个单位", "The units", "warning"),
        ("两个单位", "The units", "info"),
        ("第一，加强领导", "Strengthen leadership", "info"),
        ("10月13日印发", "Issued", "warning"),
    ],
)
def test_severity_follows_how_sure_the_fault_is(source: str, target: str, severity: str) -> None:
    found = [i.severity for i in check_segment(source, target) if i.check in ("number", "date")]
    assert found == [severity]


def test_spans_point_into_the_target() -> None:
    target = "A total of 560,000 jobs, 专题."
    spans = {i.check: i.span for i in check_segment("新增就业65万人，专题研究。", target) if i.span}
    assert target[slice(*spans["number"])] == "560,000"
    assert target[slice(*spans["untranslated"])] == "专题"


def test_swapped_kinds_are_told() -> None:
    assert "number-order" in codes("27日，70周年。", "On the 70th, the 27th anniversary.")


def test_a_term_needs_no_glossary() -> None:
    hit = TermHit(zh="省委", en="CPC Provincial Committee", start=0, end=2)
    assert not check_segment("省委研究。", "The CPC Provincial Committee studied it.", terms=[hit])


@pytest.mark.parametrize(
    ("source", "target", "found"),
    [
        pytest.param("27日召开会议。", "A meeting was held on the 27th.", False, id="day as day"),
        pytest.param("27日召开会议。", "A meeting was held on July 27.", True, id="month invented"),
        pytest.param(
            "10月底完成。", "It was completed at the end of October 2023.", True, id="year invented"
        ),
        pytest.param(
            "70年来稳步增长。", "It has grown since the 1970s.", True, id="length of time as decade"
        ),
        pytest.param("20世纪70年代以来稳步增长。", "It has grown since the 1970s.", False, id="decade"),
        pytest.param(
            "2019年9月26日至27日", "from September 26 to September 27, 2019", False, id="spread out"
        ),
    ],
)
def test_dates_that_say_more_than_the_source(source, target, found):
    assert ("date-detail" in codes(source, target)) is found


@pytest.mark.parametrize(
    ("glossary", "en", "severity"),
    [
        pytest.param("gov-zh-en", "advance", "info", id="a word of the shipped glossary is advice"),
        pytest.param("gov-zh-en", "State Council", "warning", id="a name of it"),
        pytest.param("places-zh-en", "Ecuador", "warning", id="a place"),
        pytest.param("ours.tsv", "advance", "warning", id="a word of the user"),
    ],
)
def test_how_much_a_missing_term_weighs(glossary, en, severity):
    hit = TermHit(zh="推进", en=en, start=0, end=2, glossary=glossary)
    found = [
        i
        for i in check_segment("推进改革。", "The reform was pressed ahead with.", terms=[hit])
        if i.check == "term"
    ]
    assert [issue.severity for issue in found] == [severity]


def test_a_clause_said_again_further_on() -> None:
    source = "集中力量推动存量资源盘活，导入新产业、新功能。"
    target = "Concentrate on reviving all existing resources in the city, import new functions, and concentrate on reviving all existing resources in the city."
    assert "said-twice" in codes(source, target)
    assert "said-twice" not in codes(source + "集中力量推动落实。", target)


def test_a_hyphen_parts_what_only_looks_doubled() -> None:
    assert "repeated-word" not in codes("向价值链高端延伸。", "Extend them into high-value value chains.")
    assert "repeated-word" in codes("发展新业态。", "Develop new new types of business.")
