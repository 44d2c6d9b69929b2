"""What a Chinese text counts and what it only seems to count."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.prepare.quantities.numerals import exact
from pipeline.prepare.quantities.zh import measures, named_values

SCALES = {"": 1, "万": 10**4, "亿": 10**8, "万亿": 10**12}
values = (
    st.decimals("0.001", 10**13, places=3)
    .map(exact)
    .filter(lambda v: v != v.to_integral_value() or v < 1900 or v > 2100)
)


def said(text: str) -> list[str]:
    """Each quantity as kind:value, with upper end, unit, approximator and date where it has them."""
    lines = []
    for m in measures(text):
        upper = f"-{m.upper}" if m.upper is not None else ""
        approximator = f" {m.approximator}" if m.approximator else ""
        lines.append(f"{m.kind}:{m.date or m.value}{upper}{m.unit}{approximator}")
    return lines


@given(values, st.sampled_from(sorted(SCALES)), st.sampled_from(["plain", "grouped", "full-width"]))
def test_render_then_parse_is_the_identity(value: Decimal, scale: str, notation: str) -> None:
    mantissa = value / SCALES[scale]
    written = f"{exact(mantissa):,f}" if notation == "grouped" else f"{exact(mantissa):f}"
    if notation == "full-width":
        written = written.translate(str.maketrans("0123456789.", "０１２３４５６７８９．"))
    (found,) = measures(f"新建{written}{scale}个项目")
    assert found.value == exact(mantissa) * SCALES[scale]
    assert found.text == f"{written}{scale}个"


@given(values.filter(lambda v: v <= 100000), st.sampled_from(["{}%", "{}％", "百分之{}"]))
def test_percentages_in_all_notations(value: Decimal, notation: str) -> None:
    (found,) = measures(f"增长{notation.format(f'{value:f}')}。")
    assert (found.kind, found.value, found.unit) == ("percent", value, "%")


@given(
    st.text(
        alphabet="一二三四五六七八九十百千万亿两0123456789.,%年月日个第届成倍半近约余多至—至（）〔〕:名元美 统",
        max_size=24,
    )
)
def test_any_text_is_read_without_overlap(text: str) -> None:
    found = measures(text)
    assert all(m.text == text[m.start : m.end] and m.start < m.end for m in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2.7万个", ["count:27000个"]),
        ("3.68万亿元", ["money:3680000000000元"]),
        ("15万余名", ["count:150000名 over"]),
        ("10多万人", ["count:100000人 over"]),
        ("近3000名", ["count:3000名 nearly"]),
        ("约5万吨", ["mass:50000吨 about"]),
        ("超过90%", ["percent:90% over"]),
        ("不足30%", ["percent:30% under"]),
        ("3个以上", ["count:3个 at_least"]),
        ("不得超过一年", ["duration:1年 at_most"]),
        ("控制在3.6%以内", ["percent:3.6% at_most"]),
        ("5%左右", ["percent:5% about"]),
        ("节约27.5%", ["percent:27.5%"]),
        ("附近3个村", ["count:3个"]),
        ("上百人", ["count:100人 over"]),
        ("数十家", ["count:10家 about"]),
        ("十几亿人", ["count:1000000000人 over"]),
        ("两千多户", ["count:2000户 over"]),
        ("五六个", ["count:5-6个"]),
        ("3—5万人", ["count:30000-50000人"]),
        ("3%—5%", ["percent:3-5%"]),
        ("百分之三至五", ["percent:3-5%"]),
        ("千分之三", ["percent:3‰"]),
        ("0.5个百分点", ["points:0.5pp"]),
        ("25个基点", ["points:25bp"]),
        ("三成", ["percent:30%"]),
        ("七成五", ["percent:75%"]),
        ("一半以上", ["ratio:0.5fraction at_least"]),
        ("四分之三", ["ratio:0.75fraction"]),
        ("1:3", ["ratio:1-3:"]),
        ("3比1", ["ratio:3-1:"]),
        ("翻了一番", ["multiple:2倍"]),
        ("翻两番", ["multiple:4倍"]),
        ("增长1.5倍", ["multiple:1.5+倍"]),
        ("增长到3倍", ["multiple:3倍"]),
        ("20亿美元", ["money:2000000000USD"]),
        ("新台币三十亿元", ["money:3000000000TWD"]),
        ("人民币5000元", ["money:5000CNY"]),
        ("500亩", ["area:500亩"]),
        ("120亿千瓦时", ["energy:12000000000kWh"]),
        ("2.5千米", ["length:2.5km"]),
        ("每小时80公里", ["speed:80km/h"]),
        ("760亿斤", ["mass:76000000000斤"]),
        ("零下5℃", ["temperature:-5℃"]),
        ("两年半", ["duration:2.5年"]),
        ("一个半小时", ["duration:1.5时"]),
        ("一个多月", ["duration:1月 over"]),
        ("近50天", ["duration:50天 nearly"]),
        ("近三年来", ["duration:3年"]),
        ("十九届二中、三中全会", ["ordinal:19届", "ordinal:2中", "ordinal:3中"]),
        ("第十四届", ["ordinal:14届"]),
        ("第三至五条", ["ordinal:3条", "ordinal:5条"]),
        ("每升九块六", ["money:9.6元"]),
        ("三块五毛钱", ["money:3.5元"]),
        ("5元3角2分", ["money:5.32元"]),
        ("贵了三毛", ["money:0.3元"]),
        ("五分钱", ["money:0.05元"]),
        ("长三角一体化，五角大楼，一块三角地", []),
        ("一分钱也没有", []),
        ("一米五八", ["length:1.58m"]),
        ("身高1米75", ["length:1.75m"]),
        ("一万两千米", ["length:12000m"]),
        ("四五千米", ["length:4000-5000m"]),
        ("十四五度", ["temperature:14-15度"]),
        ("一百二三十人", ["count:120-130人"]),
        ("五六成", ["percent:50-60%"]),
        ("六成五，两成都是，其余一成五为", ["percent:65%", "percent:20%", "percent:15%"]),
        ("成都两成人口", ["percent:20%"]),
        ("打八五折", ["percent:85折"]),
        ("打8.5折", ["percent:85折"]),
        ("六七折", ["percent:60-70折"]),
        ("一波三折，三折叠手机", []),
        ("一刻钟", ["duration:15分"]),
        ("年近七旬", ["duration:70岁 nearly"]),
        ("五个亿", ["count:500000000"]),
        ("几个亿", ["count:100000000 about"]),
        ("八十有三", ["count:83"]),
        ("每百毫升", ["volume:100mL"]),
        ("每百万人", ["count:1000000人"]),
        ("老百姓", []),
        ("过半数", ["ratio:0.5fraction over"]),
        ("大半天", []),
        ("几万分之一", []),
        ("去年一年", []),
        ("十天半个月", ["duration:10天", "duration:0.5月"]),
        ("升息1码", ["points:25bp"]),
        ("-20℃至+55℃", ["temperature:-20℃", "temperature:55℃"]),
        ("（50±5）%", ["percent:50%", "percent:5%"]),
        ("最高法院以五比四", ["ratio:5-4:"]),
        ("跌破3000点", ["count:3000点 under"]),
        ("3,204亿澳门元", ["money:320400000000MOP"]),
        ("三轮车，五花八门，三番五次", []),
        ("距今已有2500年", ["duration:2500年"]),
    ],
)  # fmt: skip
def test_quantities(text: str, expected: list[str]) -> None:
    assert said(text) == expected


def test_document_symbol() -> None:
    (found,) = measures("国办发〔2019〕4号")
    assert (found.kind, found.value, found.date) == ("document", 4, "2019")


def test_a_range_of_nothing_is_read() -> None:
    assert {m.value for m in measures("0—0万个")} == {0}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2018年10月4日", ["2018-10-04"]),
        ("公元79年8月", ["0079-08"]),
        ("公元前44年3月15日", ["B0044-03-15"]),
        ("下午两点到五点", ["T14:00", "T05:00"]),
        ("自零时起", ["T00:00"]),
        ("再晚一点", []),
        ("10月13日", ["--10-13"]),
        ("二〇二三年", ["2023"]),
        ("一九九六年二月六日", ["1996-02-06"]),
        ("民国108年", ["2019"]),
        ("中华民国一百零四年四月二十四日", ["2015-04-24"]),
        ("一百年七月一日", ["2011-07-01"]),
        ("上半年", ["--H1"]),
        ("2019年上半年", ["2019-H1"]),
        ("第三季度", ["--Q3"]),
        ("21世纪", ["C21"]),
        ("20世纪80年代", ["198X"]),
        ("1980年代", ["198X"]),
        ("1-9月", ["--01", "--09"]),
        ("10月1日至5日", ["--10-01", "---05"]),
        ("2018-10-04", ["2018-10-04"]),
        ("下午3点半", ["T15:30"]),
        ("15:30", ["T15:30"]),
    ],
)
def test_dates_and_times(text: str, expected: list[str]) -> None:
    assert [m.date for m in measures(text)] == expected


def test_a_span_of_years_is_one_range() -> None:
    (found,) = measures("2015—2020年")
    assert (found.date, found.value, found.upper) == ("2015", 2015, 2020)


@pytest.mark.parametrize(
    "text",
    [
        "“三定”规定", "一把手", "统一领导", "一律", "一些地方", "一系列举措", "树牢四个意识", "党的十九大精神", "二十大报告", "三农工作",
        "两会期间", "九龙坡区", "万一发生", "千方百计", "第一时间", "一方面", "进一步", "一体化", "一带一路", "双一流", "一个中心", "一批项目",
        "十四五规划", "唯一一个", "5G网络", "COVID-19", "S-400", "歼-20", "大陆台商", "“五大升级”计划", "80后干部", "百亿级产业",
        "一、加强领导", "（1）加强领导", "1.加强领导", "埃万杰洛斯", "零组件",
    ],
)  # fmt: skip
def test_words_that_hold_numerals_count_nothing(text: str) -> None:
    assert measures(text) == ()


def test_named_values_are_those_of_words() -> None:
    assert {Decimal(19), Decimal(3), Decimal(14)} <= named_values("十九大、三定和十四五")


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("迈上5万亿台阶", [("5000000000000", "")]),
        ("办成了一批多年想办的事", []),
        ("任期不超过两届", [("2", "届")]),
        ("办成了一届盛会", []),
        ("12位于前列的企业", [("12", "")]),
    ],
)
def test_words_that_begin_like_a_unit(text: str, values: list[tuple[str, str]]) -> None:
    assert [(str(m.value), m.unit) for m in measures(text)] == values


def test_a_year_belongs_to_the_months_that_follow() -> None:
    assert [m.date for m in measures("1997年7―9月实施")] == ["1997-07", "--09"]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        pytest.param("二0一八年三月", "date", "2018", id="a nought of the keyboard in a year"),
        pytest.param("五‧五公尺", "length", "5.5", id="middle dot before a unit"),
        pytest.param("一·五倍", "multiple", "1.5", id="other dot"),
    ],
)
def test_slips_of_the_keyboard(text: str, kind: str, value: str) -> None:
    (found,) = measures(text)
    assert (found.kind, found.value, found.text) == (kind, Decimal(value), text)


def test_days_with_a_dot_are_no_decimals() -> None:
    assert not any(m.value == Decimal("9.18") for m in measures("九‧一八事变"))


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        pytest.param("期限为30日", "duration", "30", id="a term of 30 days"),
        pytest.param("处10日拘留", "date", "10", id="undecided without a word before"),
        pytest.param("公示期不少于7日", "duration", "7", id="at least"),
        pytest.param("中共中央27日发布", "date", "27", id="the 27th"),
        pytest.param("零下15摄氏度", "temperature", "-15", id="below zero"),
    ],
)
def test_days_and_degrees(text: str, kind: str, value: str) -> None:
    (found,) = measures(text)
    assert (found.kind, found.value) == (kind, Decimal(value))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("个别政客说三道四", []),
        ("九头牛都拉不回来", []),
        ("养了九头猪", ["count:9头"]),
        ("将于本周六对阵葡萄牙", []),
        ("本周三次开会", ["count:3次"]),
        ("每周六对新人登记", ["count:6对"]),
        ("两个万亿元台阶", ["count:2个"]),
        ("突破万亿元", ["money:1000000000000元 over"]),
        ("绕了半天的弯子", []),
        ("休息了半天", ["duration:0.5天"]),
        ("30亿亿次", ["count:300000000000000000次"]),
        ("四成分属这些公司", ["percent:40%"]),
        ("三块六毛", ["money:3.6元"]),
        ("五块三角形的板", ["count:5块"]),
    ],
)
def test_numerals_inside_words(text: str, expected: list[str]) -> None:
    assert said(text) == expected
