"""The numbers behind a chart of an Office file: a table of categories and series, from the cached points.

A point belongs to its category by its index, so the table needs no guess. Charts of points in a plane,
categories in several levels and dates as numbers are left to the reader's eyes.
"""

from __future__ import annotations

import re
from decimal import Decimal

from lxml import etree

CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
PERCENT = re.compile(r"[#,0]*(?:\.0+)?%(?:;.*)?", re.S)
PLAIN = re.compile(r"(?:General|[#,0]*(?:\.[0#]+)?[_ )]*(?:;.*)?|@)?", re.S)
MAX_POINTS = 5_000

Points = dict[int, str]


def table_of(part: etree._Element) -> list[list[str]]:
    """Rows of names and numbers, the first with the names of the series; empty where that cannot be said for sure."""
    series = list(part.iter(f"{CHART}ser"))
    named = [_name(one) for one in series]
    categories = [_points(one, "cat") for one in series]
    values = [_points(one, "val") for one in series]
    if not series or not all(values) or any(c is None or c != categories[0] for c in categories):
        return []
    known = categories[0] or {}
    places = sorted(set(known) | {n for points in values for n in points or ()})
    if len(places) * len(series) > MAX_POINTS or not all(n in known for n in places):
        return []
    rows = [[known[n], *((points or {}).get(n, "") for points in values)] for n in places]
    return [["", *named], *rows]


def _name(series: etree._Element) -> str:
    return "".join(v.text or "" for v in series.iterfind(f"{CHART}tx//{CHART}v")).strip()


def _points(series: etree._Element, role: str) -> Points | None:
    """The cached points of a series by their index; None where there are none, or not of a plain kind."""
    for cache in series.iterfind(f"{CHART}{role}/*/*"):
        if cache.tag not in (f"{CHART}strCache", f"{CHART}numCache"):
            continue
        numbers = cache.tag == f"{CHART}numCache"
        usual = cache.findtext(f"{CHART}formatCode") or ""
        points: Points = {}
        for pt in cache.iterfind(f"{CHART}pt"):
            index, text = pt.get("idx", ""), (pt.findtext(f"{CHART}v") or "").strip()
            said = _number(text, pt.get("formatCode") or usual) if numbers else text
            if not re.fullmatch("[0-9]{1,6}", index) or said is None:
                return None
            points[int(index)] = said
        return points
    return None


def _number(text: str, form: str) -> str | None:
    """A number as the chart means it, unrounded; None where its form is another than a plain one or a share."""
    if not re.fullmatch(r"-?[0-9.]{1,40}(?:[eE][-+]?[0-9]{1,2})?", text):
        return None
    try:
        value = Decimal(repr(float(text)))
    except ValueError:
        return None
    if PERCENT.fullmatch(form):
        return f"{_plain(value * 100)}%"
    return _plain(value) if PLAIN.fullmatch(form) else None


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
