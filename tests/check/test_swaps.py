"""Two figures that changed places are told by what stands beside them."""

from __future__ import annotations

import pytest

from pipeline.check import check_segment

# source, translation, the two words or figures to exchange in it, whether the finding is an error
SWAPS = {
    "nouns_inverted": ("对口帮扶30个县的42所学校。", "It paired up with {} schools in {} counties.", "42", "30", False),
    "year_and_count": ("2019年新增317名医生。", "In {}, the number of new doctors was {} in all.", "2019", "317", False),
    "count_after_year": ("2022年下沉编制6,800名。", "In {}, a total of {} posts were moved down.", "2022", "6,800", False),
    "year_as_ordinal": ("1959年创立的工厂今年迎来60岁生日。", "Founded in {}, the factory celebrates its {}th birthday.", "1959", "60", True),
    "unit_moved": ("园区占地35平方公里，形成“1+N”结构。", "The park covers {} square kilometers in a “{}+N” structure.", "35", "1", True),
    "hours_and_visitors": ("提供24小时服务，吸引500万访客。", "It gives {} hour service and drew {} visitors.", "24", "5,000,000", True),
    "meeting_and_year": ("2015年11月召开第十一次会议。", "The {}th meeting was held in November {}.", "11", "2015", True),
    "range_backwards": ("犯第四条至第六条之罪。", "Offenses under Articles {} to {}.", "4", "6", True),
    "dates_backwards": ("从2017年7月至2019年7月增长。", "It grew from July {} to July {}.", "2017", "2019", True),
    "dotted_paragraph": ("依本法第六条第三项规定。", "Pursuant to Paragraph {}.{} of the Act.", "6", "3", True),
}  # fmt: skip


def order(source: str, target: str) -> list[str]:
    codes = {"number-order", "number", "date", "magnitude"}
    return [i.severity for i in check_segment(source, target) if i.check in codes and i.severity != "info"]


@pytest.mark.parametrize("name", SWAPS)
def test_swapped_figures_are_found(name: str) -> None:
    source, target, a, b, sure = SWAPS[name]
    found = order(source, target.format(b, a))
    assert found
    assert ("error" in found) or not sure


@pytest.mark.parametrize("name", SWAPS)
def test_the_right_order_is_let_pass(name: str) -> None:
    source, target, a, b, _ = SWAPS[name]
    assert "error" not in order(source, target.format(a, b))


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("分别增长27%和38%。", "They grew by 27 percent and 38 percent respectively."),
        ("在5个市、12个县开展调研。", "Surveys were made in 5 cities and 12 counties."),
        ("2019年新增12家企业，销售额创新高。", "2019 sales reached a new high, with 12 new enterprises."),
        ("第三条第一项第二款", "Subparagraph 2, Paragraph 1, Article 3"),
    ],
)
def test_no_alarm(source: str, target: str) -> None:
    assert order(source, target) == []


def test_parts_of_a_law_keep_their_levels() -> None:
    assert order("依第三条第一项第二款办理。", "Under Article 3, Paragraph 2, Subparagraph 1.") == ["warning"]


def test_a_number_written_twice_must_say_one_thing() -> None:
    assert "error" in order("经验三年以上。", "At least three (2) years of experience.")
    assert order("经验三年以上。", "At least three (3) years of experience.") == []


def test_a_range_may_not_become_two_things() -> None:
    source = "置委员十一人至十五人，任期三年。"
    assert order(source, "The panel has 3 to 15 members for a term of 11 years.")
    assert order(source, "The panel has 11 to 15 members for a term of 3 years.") == []


def test_a_figure_changed_in_one_of_two_places_is_an_error() -> None:
    source = "深入39个县、59个乡镇和39个开发区调研。"
    assert "error" in order(source, "They visited 59 counties, 59 townships and 39 development zones.")
    assert order(source, "They visited 39 counties, 59 townships and 39 development zones.") == []


@pytest.mark.parametrize(
    ("source", "right", "wrong"),
    [
        (
            "公布清单，涉及31个领域248项。",
            "The list was published, covering 31 fields and 248 items.",
            "The list was published, covering 31 items in 248 fields.",
        ),
        ("平均年龄46.2岁，比上届下降2.3岁。", "The average age is 46.2, down 2.3 years.", "The average age is 2.3, down 46.2 years."),
        ("派出督查组9个，走访点位364个。", "Nine teams were sent and 364 sites visited.", "A total of 364 teams were sent and nine sites visited."),
        ("从2017年7月至2019年7月增长。", "It grew from July 2017 to July 2019.", "It grew from July 2019 to July 2017."),
        ("2014年的2.6倍。", "It is 2.6 times that of 2014.", "It is 2014 times that of 2.6."),
        ("成立60周年，10月1日开放。", "On its 60th anniversary it opened on October 1.", "On its 1th anniversary it opened on October 60."),
        ("由2013年的72微克降至29微克。", "It fell from 72 micrograms in 2013 to 29.", "It fell from 2013 micrograms in 72 to 29."),
    ],
    ids=["noun_of_the_other", "unit_unsaid", "word_and_digits", "dates_backwards", "times", "no_such_day", "year_with_unit"],
)  # fmt: skip
def test_swaps_that_leave_other_signs(source: str, right: str, wrong: str) -> None:
    assert order(source, right) == []
    assert order(source, wrong)


@pytest.mark.parametrize(
    ("source", "target", "alarm"),
    [
        ("新建图书馆27个。", "A total of 27 libraries and five service centers were built.", True),
        ("新建图书馆27个。", "A total of 27 libraries were built in ten thousand days.", False),
        (
            "财政部等六部门发文。",
            "The Ministry of Finance and five other departments issued a document.",
            False,
        ),
        ("省、市、县联动。", "The three levels of government worked together.", False),
        ("每旬会商一次。", "They consult every ten days.", False),
        ("“五个一”工程启动。", "The five major projects were launched.", False),
    ],
    ids=["invented", "scale", "others", "listed", "period", "named"],
)
def test_small_numbers_out_of_the_air(source: str, target: str, alarm: bool) -> None:
    found = [i for i in check_segment(source, target) if i.check == "number" and "of anything" in i.message]
    assert bool(found) == alarm
