"""Pairs of quantities and their verdicts."""

from __future__ import annotations

from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.document import Measure
from pipeline.prepare.quantities.match import _hungarian, compare, match


def verdicts(source: str, target: str) -> list[str]:
    return [pairing.verdict for pairing in compare(source, target)]


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("取消2.7万个", "abolished 27,000"),
        ("近3000名", "nearly 3,000"),
        ("近3000名", "about 3,000"),
        ("2000多个", "more than 2,000"),
        ("三年以下", "not more than three years"),
        ("超过90%", "over 90 percent"),
        ("三分之二", "two-thirds"),
        ("一半", "50 percent"),
        ("三成", "30%"),
        ("翻了一番", "doubled"),
        ("增长3倍", "quadrupled"),
        ("10月13日", "October 13, 2018"),
        ("27日", "September 27"),
        ("27日", "the 27th"),
        ("2018年底前", "by the end of 2018"),
        ("2015—2020年", "from 2015 to 2020"),
        ("3—5年", "three to five years"),
        ("十九届二中、三中全会", "the second and third plenary sessions of the 19th Central Committee"),
        ("1个月", "a month"),
        ("100年", "a century"),
        ("半年", "six months"),
        ("500亩", "33.3 hectares"),
        ("760亿斤", "38 billion kilograms"),
        ("第三十三条第一项", "Paragraph 1 of Article 33"),
        ("第五条和第七条", "Articles 5 and 7"),
        ("下午3点", "3 p.m."),
        ("新台币三十亿元", "NT$3 billion"),
        ("数十万人", "hundreds of thousands of people"),
        ("六个月", "six (6) months"),
        ("第三季度", "the third quarter"),
        ("高达42%", "up to 42%"),
        ("票价10元、25元", "tickets cost 10 or 25 yuan"),
        ("每三名护士中，就有一人", "one in three nurses"),
        ("每67人中就有一人", "one in every 67 people"),
        ("十个里头有三个", "three out of ten"),
        ("潘国梁等四十七人", "Pan Guoliang and 46 others"),
        ("台湾112年度预算", "Taiwan's 2023 budget"),
        ("9票同意、0票反对、0票弃权", "nine votes in favor, none against and no abstentions"),
        ("30比2", "a ratio of 30 compressions to 2 breaths"),
        ("以1比2不敌", "lost 2-1"),
        ("53票赞成、44票反对", "voted 53-44"),
        ("打八折", "20% off"),
        ("打八折", "80% of the price"),
        ("打五折", "half price"),
        ("六七折", "between 60% and 70%"),
        ("用电700度以下", "700 kilowatt-hours or less"),
        ("不到一千块", "less than 1,000 yuan"),
        ("五分钱", "5 fen"),
        ("两元", "HK$2"),
        ("约14亿英镑", "about 1.4 billion pounds"),
        ("午夜十二点", "midnight"),
        ("今晚24时", "midnight tonight"),
        ("上午九点", "at 9 in the morning"),
        ("50岁以上", "over 50"),
        ("第三人", "a third party"),
        ("4月5日起收取30元", "from April 5 to 30 yuan"),
        ("七旬老人", "a man in his 70s"),
        ("第三十三条、第三十四条之二规定", "in Articles 33 and 34-2 of the Act"),
        ("第二、三产业", "the secondary and tertiary industries"),
        ("发挥第三次分配作用", "give play to the role of tertiary distribution"),
        ("第二名与他相差足足一分半钟", "a full minute and a half ahead of the runner-up"),
        ("第六代移动通信", "6G mobile communications"),
        ("年过七旬的教练", "his coach, now in his seventies"),
        ("那年他二十出头", "He was in his early twenties"),
        ("以2小时03分17秒率先冲线", "first across the line in 2:03:17"),
        ("3分52秒08", "3:52.08"),
        ("以12秒31率先撞线", "won in 12.31 seconds"),
        ("缩水三到四成", "shrinks by 30 to 40 percent"),
        ("其中近四成分布在湖边", "nearly 40% of which lie along the lake"),
        ("不到百万分之一", "less than one in a million"),
        ("占面积的万分之三", "three ten-thousandths of the area"),
        ("有四分之三在命名时已濒危", "three-quarters are already endangered when they are named"),
        ("零下四五十度", "40 or 50 degrees below zero"),
        ("走七八分钟", "a seven- or eight-minute walk"),
        ("从八千米下到五千米", "from 8,000 meters down to 5,000"),
        ("鸡蛋六块八一斤", "eggs at 6.8 yuan a jin"),
        ("由798块六边形镜片拼成", "made up of 798 hexagonal segments"),
        ("第5/2011号法律", "Law No. 5/2011"),
        ("第26A条所指的上限", "the maximum under section 26A"),
        ("达到4.7百亿亿次每秒", "reaching 4.7 EFLOPS"),
        ("打通最后一百米", "completing the last hundred meters"),
        ("才三月", "it is only March"),
    ],
)
def test_human_renderings_are_proven(source: str, target: str) -> None:
    assert verdicts(source, target)
    assert set(verdicts(source, target)) == {"proven"}


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("65个", "56 units", ["missing", "extra"]),
        ("65个", "the units", ["missing"]),
        ("2.7万个", "270,000", ["magnitude"]),
        ("5亿元", "5 million yuan", ["magnitude"]),
        ("近3000名", "3,000", ["approximator"]),
        ("3000名", "over 3,000", ["approximator"]),
        ("超过90%", "less than 90 percent", ["approximator"]),
        ("10月13日", "October 31", ["missing", "extra"]),
        ("2018年10月", "in October", ["missing"]),
        ("20亿美元", "2 billion yuan", ["missing", "extra"]),
        ("25%", "25 units", ["missing", "extra"]),
        ("9.43%", "9.4%", ["missing", "extra"]),
        ("500亩", "500 hectares", ["missing", "extra"]),
        ("5个", "5 and 17", ["proven", "extra"]),
        ("3比2", "2-3", ["missing", "extra", "extra"]),
        ("1:3", "a ratio of 3:1", ["missing", "extra"]),
        ("打八折", "80% off", ["missing", "extra"]),
        ("打八折", "30% off", ["missing", "extra"]),
        ("九块六", "9.8 yuan", ["missing", "extra"]),
        ("每67人中就有一人", "one in every 76 people", ["missing", "extra"]),
        ("以2小时03分17秒率先冲线", "first in 2:03:27", ["missing", "missing", "missing", "extra"]),
        ("以12秒31率先撞线", "won in 12.13 seconds", ["missing", "extra"]),
        ("缩水三到四成", "shrinks by 30 to 50 percent", ["missing", "extra"]),
        ("年过七旬的教练", "his coach, now in his sixties", ["missing"]),
        ("第二名", "tertiary", ["missing"]),
        ("第六代移动通信", "5G mobile communications", ["missing"]),
        ("鸡蛋六块八一斤", "eggs at 6.9 yuan a jin", ["missing", "extra"]),
        ("第5/2011号法律", "Law No. 5/2012", ["missing"]),
        ("达到4.7百亿亿次每秒", "reaching 4.7 PFLOPS", ["magnitude"]),
        ("走七八分钟", "a six- or seven-minute walk", ["missing"]),
        ("潘国梁等四十七人", "Pan Guoliang and 36 others", ["missing", "extra"]),
        ("112年度预算", "the 2022 budget", ["missing", "extra"]),
        ("0票反对", "against", ["missing"]),
        ("0票反对、0票弃权", "none against", ["proven", "missing"]),
        ("-20℃", "20°C", ["missing", "extra"]),
        ("公元前44年", "AD 44", ["missing", "extra"]),
        ("5元", "US$5", ["missing", "extra"]),
        ("上午九点", "at 7 in the morning", ["missing", "extra"]),
        ("一两天", "a year or two", ["missing"]),
        ("历时15天", "15 years", ["missing", "extra"]),
        ("3—5年", "three to six years", ["missing"]),
    ],
)
def test_changes_are_told(source: str, target: str, expected: list[str]) -> None:
    assert verdicts(source, target) == expected


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("党的十九大", "the 19th National Congress"),
        ("“三定”规定", "the provisions on the three determinations"),
        ("一个中心", "one of the centers"),
        ("两国", "both countries"),
        ("“十四五”规划", "the 14th Five-Year Plan"),
        ("加强领导", "one must strengthen leadership"),
    ],
)
def test_names_and_small_words_are_not_invented(source: str, target: str) -> None:
    assert verdicts(source, target) == []


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("男子百米纪录", "the men's 100-meter record"),
        ("七分靠数据，三分靠算法", "70% on data and 30% on the algorithm"),
        ("低于百分之百", "below 100%"),
        ("三七五减租", "the 37.5% rent reduction"),
        ("“四点半难题”", 'the "4:30 dilemma"'),
        ("“00后”", "those born since 2000"),
    ],
)
def test_figures_that_stand_for_words_are_not_invented(source: str, target: str) -> None:
    assert verdicts(source, target) == []


@given(st.integers(1, 9), st.integers(1, 9))
def test_a_discount_is_what_is_left_or_what_is_off(tens: int, ones: int) -> None:
    share = 10 * tens + ones
    source = f"打{'零一二三四五六七八九'[tens]}{'零一二三四五六七八九'[ones]}折"
    if ones == tens + 1:
        return  # 六七折 is a range
    assert verdicts(source, f"{100 - share}% off") == verdicts(source, f"at {share}% of it") == ["proven"]
    if share != 50:
        assert "missing" in verdicts(source, f"{share}% off")


@given(st.integers(1, 40), st.integers(0, 39))
def test_a_ratio_in_other_words_keeps_its_order(high: int, low: int) -> None:
    if low >= high:
        return
    assert verdicts(f"{high}比{low}", f"{high} breaths to {low} presses").count("missing") == 0
    assert "missing" in verdicts(f"{high}比{low}", f"{low} breaths to {high} presses")


def test_repeated_values_are_paired_one_to_one() -> None:
    pairings = compare("39个县和39个开发区", "39 counties")
    assert [p.verdict for p in pairings] == ["proven", "missing"]


def test_pairs_by_kind_before_order() -> None:
    (years, share) = compare("3年内达到3%", "3 percent within 3 years")
    assert (years.target and years.target.text, share.target and share.target.text) == (
        "within 3 years",
        "3 percent",
    )


def measure(value: int, start: int) -> Measure:
    return Measure(start=start, end=start + 1, text=str(value), kind="count", value=Decimal(value))


@given(st.lists(st.integers(11, 20), max_size=6), st.lists(st.integers(11, 20), max_size=6))
def test_no_quantity_is_lost_or_used_twice(source: list[int], target: list[int]) -> None:
    ours = [measure(v, i) for i, v in enumerate(source)]
    theirs = [measure(v, i) for i, v in enumerate(target)]
    pairings = match(ours, theirs)
    assert sorted(p.source.start for p in pairings if p.source) == list(range(len(source)))
    assert sorted(p.target.start for p in pairings if p.target) == list(range(len(target)))
    proven = sum(p.verdict == "proven" for p in pairings)
    assert proven == sum(min(source.count(v), target.count(v)) for v in set(source))


@given(
    st.integers(1, 5).flatmap(
        lambda n: st.lists(st.lists(st.integers(0, 9), min_size=5, max_size=5), min_size=n, max_size=n)
    )
)
def test_the_assignment_is_the_cheapest(rows: list[list[int]]) -> None:
    table = [[float(c) for c in row] for row in rows]
    chosen = _hungarian(table)
    best = min(
        sum(row[c] for row, c in zip(table, p, strict=False)) for p in permutations(range(5), len(table))
    )
    assert sum(row[c] for row, c in zip(table, chosen, strict=True)) == best
    assert len(set(chosen)) == len(table)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("腊月十八", "on the 18th day of the twelfth lunar month"),
        ("年过半百", "past 50"),
        ("她比我小一轮", "she is 12 years my junior"),
        ("坚持“九二共识”", "adhere to the 1992 Consensus"),
        ("形成“一刻钟”服务圈", "services within a 15-minute walk"),
        ("按旬通报", "circulars every 10 days"),
        ("每斤提高", "raised per jin (500 grams)"),
        ("半天没说话", "was silent for half a day"),
    ],
)
def test_words_that_english_says_by_a_figure_invent_nothing(source: str, target: str) -> None:
    assert "extra" not in verdicts(source, target)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("十月十八", "50 people"),
        ("年纪", "12 years"),
        ("两岸共识", "the 1992 Consensus"),
        ("一斤", "500 people"),
    ],
)
def test_figures_without_such_a_word_are_invented(source: str, target: str) -> None:
    assert "extra" in verdicts(source, target)
