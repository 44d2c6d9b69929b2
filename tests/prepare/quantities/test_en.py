"""What an English text counts, in figures and in words."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.prepare.quantities.en import measures
from pipeline.prepare.quantities.numerals import exact
from pipeline.prepare.quantities.rewrite import english_figure

SCALES = {"": 1, " thousand": 1000, " million": 10**6, " billion": 10**9, " trillion": 10**12}
values = st.decimals("0.001", 10**13, places=3).map(exact)


def said(text: str) -> list[str]:
    lines = []
    for m in measures(text):
        upper = f"-{m.upper}" if m.upper is not None else ""
        approximator = f" {m.approximator}" if m.approximator else ""
        lines.append(f"{m.kind}:{m.date or m.value}{upper}{m.unit}{approximator}")
    return lines


@given(values, st.sampled_from(sorted(SCALES)))
def test_render_then_parse_is_the_identity(value: Decimal, scale: str) -> None:
    mantissa = exact(value / SCALES[scale])
    (found,) = measures(f"They built {mantissa:,f}{scale} houses.")
    assert found.value == mantissa * SCALES[scale]


@given(values.filter(lambda v: v >= 1000))
def test_the_figures_that_models_copy_are_read_back(value: Decimal) -> None:
    (found,) = measures(f"They built {english_figure(value)} houses.")
    assert found.value == value


@given(st.text(alphabet="0123456789.,-–%$ abdefhilmnorstuvwyFM():", max_size=40))
def test_any_text_is_read_without_overlap(text: str) -> None:
    found = measures(text)
    assert all(m.text == text[m.start : m.end] and m.start < m.end for m in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2.7 million people", ["count:2700000"]),
        ("1.35 trillion yuan", ["money:1350000000000CNY"]),
        ("RMB 500 million", ["money:500000000CNY"]),
        ("US$14.7 billion", ["money:14700000000USD"]),
        ("NT$30,000", ["money:30000TWD"]),
        ("two-thirds of them", ["ratio:0.6666666666666666666666666667fraction"]),
        ("a quarter of them", ["ratio:0.25fraction"]),
        ("half of them", ["ratio:0.5fraction"]),
        ("half a million", ["count:500000"]),
        ("half an hour", ["duration:0.5时"]),
        ("two and a half years", ["duration:2.5年"]),
        ("nearly 50 days", ["duration:50天 nearly"]),
        ("more than 150,000", ["count:150000 over"]),
        ("over 90 percent", ["percent:90% over"]),
        ("90 per cent", ["percent:90%"]),
        ("at least 3 years", ["duration:3年 at_least"]),
        ("3 years or more", ["duration:3年 at_least"]),
        ("not exceed 40 percent", ["percent:40% at_most"]),
        ("no fewer than 20", ["count:20 at_least"]),
        ("twenty-three thousand", ["count:23000"]),
        ("the 19th Central Committee", ["ordinal:19"]),
        ("second and third plenary sessions", ["ordinal:2", "ordinal:3"]),
        ("the twenty-first session", ["ordinal:21"]),
        ("doubled", ["multiple:2倍"]),
        ("0.5 percentage points", ["points:0.5pp"]),
        ("3–5 years", ["duration:3-5年"]),
        ("from 3 to 5 percent", ["percent:3-5%"]),
        ("2 to 3 million", ["count:2000000-3000000"]),
        ("between 1.2 and 1.5 million", ["count:1200000-1500000"]),
        ("a ratio of 1:3", ["ratio:1-3:"]),
        ("one in three", ["ratio:0.3333333333333333333333333333fraction"]),
        ("Chapter VI", ["ordinal:6Chapter"]),
        ("Articles 3 and 5", ["ordinal:3Article", "ordinal:5Article"]),
        ("a three-year plan", ["duration:3年"]),
        ("10-member group", ["count:10"]),
        ("dozens of officials", ["count:10 about"]),
        ("hundreds of thousands of people", ["count:100000 about"]),
        ("several hundred people", ["count:100 about"]),
        ("six (6) months", ["duration:6月"]),
        ("33.3 hectares", ["area:33.3公顷"]),
        ("200 km/h", ["speed:200km/h"]),
        ("10, 25 or 35 yuan", ["money:10CNY", "money:25CNY", "money:35CNY"]),
        ("the 70th anniversary", ["duration:70周年"]),
        ("5G networks, S-400 and COVID-19", []),
        ("the dozen or so jin", ["count:12 about"]),
        ("over 50 and less than 3%", ["count:50 over", "percent:3% under"]),
        ("a 2-1 win", ["ratio:2-1:"]),
        ("every hundred people", ["count:100"]),
        ("a day or two", ["duration:1-2天"]),
        ("a percentage point or two", ["points:1-2pp"]),
        ("a tenth as many", ["ratio:0.1fraction"]),
        ("four parts in 10,000", ["ratio:0.0004fraction"]),
        ("its centenary", ["duration:100周年"]),
        ("in triplicate", ["count:3"]),
        ("Granny Tian, 74. Only then", ["count:74"]),
        ("live to be 50 or 60.", ["count:50", "count:60"]),
        ("50 ± 5%", ["percent:50%", "percent:5%"]),
        ("MOP691.8 billion", ["money:691800000000MOP"]),
        ("1. Lead. 2. Plan.", []),
    ],
)  # fmt: skip
def test_quantities(text: str, expected: list[str]) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("October 13, 2018", ["2018-10-13"]),
        ("13 October", ["--10-13"]),
        ("Oct. 13", ["--10-13"]),
        ("2018-10-13", ["2018-10-13"]),
        ("in February 2019", ["2019-02"]),
        ("in 2018", ["2018"]),
        ("the 1980s", ["198X"]),
        ("October 1 to 5, 2019", ["2019-10-01", "2019-10-05"]),
        ("from January to September", ["--01", "--09"]),
        ("Q3", ["--Q3"]),
        ("the mid-18th century", ["C18"]),
        ("the 0th century", ["C0"]),
        ("in August of AD 79", ["0079-08"]),
        ("on March 15, 44 BC", ["B0044-03-15"]),
        ("221-206 BC", ["B0221", "B0206"]),
        ("2 in the morning", ["T02:00"]),
        ("half past three", ["T03:30"]),
        ("the first half of 2019", ["2019-H1"]),
        ("the twenty-first century", ["C21"]),
        ("It may end in May.", ["--05"]),
        ("They march on.", []),
        ("3:30 p.m.", ["T15:30"]),
        ("9 a.m.", ["T09:00"]),
    ],
)
def test_dates_and_times(text: str, expected: list[str]) -> None:
    assert [m.date for m in measures(text)] == expected


@pytest.mark.parametrize("text", ["(2019) No. 4", "No. 4 [2019]"])
def test_document_symbols(text: str) -> None:
    (found,) = measures(text)
    assert (found.kind, found.value, found.date) == ("document", 4, "2019")


@pytest.mark.parametrize(
    "text", ["minus 15 degrees", "15 degrees below zero", "-15 °C", "15 °C below freezing"]
)
def test_degrees_below_zero(text: str) -> None:
    (found,) = measures(text)
    assert (found.kind, found.value, found.text) == ("temperature", Decimal(-15), text)


def test_a_range_has_no_minus() -> None:
    assert all(m.value >= 0 for m in measures("between 10-15 °C"))
