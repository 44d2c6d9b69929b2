"""Quantities of an English text as exact values, spelled out or in figures."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from pipeline.document import Approximator, Measure, MeasureKind
from pipeline.prepare.quantities import en_dates
from pipeline.prepare.quantities.codes import code_at
from pipeline.prepare.quantities.numerals import (
    ENGLISH_TENS,
    LONGEST,
    ONES,
    ORDINALS,
    SCALES,
    english_words,
    exact,
    roman_value,
)
from pipeline.prepare.quantities.units import MONEY_SIGNS, UNITS, longest_first

_ARABIC = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
_FEW = {"dozens": 10, "tens": 10, "scores": 10, "hundreds": 100, "thousands": 1000, "millions": 10**6, "billions": 10**9,
        "trillions": 10**12}  # fmt: skip
_MULTIPLES = {
    "double": 2, "doubled": 2, "doubles": 2, "doubling": 2, "twofold": 2, "triple": 3, "tripled": 3, "tripling": 3,
    "threefold": 3, "quadruple": 4, "quadrupled": 4, "quadrupling": 4, "fourfold": 4, "fivefold": 5, "sixfold": 6,
    "sevenfold": 7, "eightfold": 8, "ninefold": 9, "tenfold": 10, "quintupled": 5,
}  # fmt: skip
_COUNTS = {"both": 2, "twice": 2, "once": 1, "thrice": 3, "dual": 2, "couple": 2, "pair": 2, "single": 1, "trio": 3, "neither": 2, "either": 2,
           "dozen": 12, "quartet": 4}  # fmt: skip
_RHYTHMS = {
    "semiannual": "0.5",
    "semiannually": "0.5",
    "biannual": "0.5",
    "biannually": "0.5",
    "biennial": "2",
    "biennially": "2",
}
_SPANS = {"decade": "十年", "decades": "十年", "century": "世纪", "centuries": "世纪"}
_AGES = {"sexagenarian": 60, "septuagenarian": 70, "octogenarian": 80, "nonagenarian": 90, "centenarian": 100}
_JUBILEES = {
    "centenary": 100, "centennial": 100, "bicentenary": 200, "bicentennial": 200, "tercentenary": 300, "sesquicentennial": 150,
    "millennium": 1000, "millennia": 1000,
}  # fmt: skip
_COPIES = {"duplicate": 2, "triplicate": 3, "quadruplicate": 4}
_PARTS = {"half": 2, "halves": 2, "halfway": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4} | {
    f"{word}s": n for word, n in ORDINALS.items() if n > 3
}
_ONE_PART = {word: n for word, n in ORDINALS.items() if n > 3}  # one-fifth
_PARTS |= {"ten-thousandths": 10_000, "millionths": 10**6}
_ONE_PART |= {"ten-thousandth": 10_000, "millionth": 10**6}
_WORDS = sorted(
    {
        *ONES,
        *ENGLISH_TENS,
        *SCALES,
        *ORDINALS,
        *_FEW,
        *_MULTIPLES,
        *_COUNTS,
        *_SPANS,
        *_RHYTHMS,
        *_AGES,
        *_JUBILEES,
        *_COPIES,
        "majority",
        "halved",
        "halfway",
        "halving",
        "half",
        "quarter",
        "several",
        "few",
    }
    | {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October"}
    | {
        "November",
        "December",
        "Jan",
        "Feb",
        "Mar",
        "Apr",
        "Jun",
        "Jul",
        "Aug",
        "Sept",
        "Sep",
        "Oct",
        "Nov",
        "Dec",
    }
    | {"noon", "midnight"},
    key=len,
    reverse=True,
)
_KEYWORD = (
    r"Articles?|Art\.|Chapters?|Sections?|Paragraphs?|Subparagraphs?|Items?|Parts?|Volumes?|Phases?|Types?|Class(?:es)?|"
    r"Category|Categories|Annex(?:es)?|Appendix|Appendices|Title|Stages?|Acts?|Schedules?|Nos?\.|Number|Rule|Table|Figure|"
    r"[Ww]eek|Level|Grade|Tier|Group|Division|Line|Gate|Terminal|World War|Subsections?|Clauses?|Points?|Attachments?|Row|Round"
)
_START = re.compile(
    rf"\d|[¥￥$€£₩₽₹](?=\s?\d)|\b(?:{'|'.join(_WORDS)})(?![a-z])|\b(?:{'|'.join(w.capitalize() for w in _WORDS if w.islower())})(?![a-z])|"
    rf"\bQ[1-4]\b|\b(?:{_KEYWORD}) ?(?=[IVX]+\b|\d)|\b(?:an?|the) (?=hundred\b|thousand\b|million\b|billion\b|dozen\b|third\b|quarter\b|half\b)|"
    r"(?<=')\d0s\b"
)
_NUMBER = re.compile(_ARABIC)
_SCALE = re.compile(r"(?:[ -]|\s)?(hundred|thousand|million|billion|trillion|mn|bn|tn)s?\b", re.I)
_SHORT_SCALE = re.compile(r"(k|m|b|M|B|K|T)\b")
_SHORT = {"k": 1000, "m": 10**6, "b": 10**9, "t": 10**12, "mn": 10**6, "bn": 10**9, "tn": 10**12}
_ORDINAL_END = re.compile(r"(?:st|nd|rd|th)\b")
_MIXED = re.compile(r"(?: and a|[ -]and[ -]a[ -]|[ -]and[ -]one[ -])[ -]?half\b|[ -]1/2\b| ?½")
_FRACTION = re.compile(rf"[ -](?:of an? )?({'|'.join(sorted([*_PARTS, *_ONE_PART], key=len, reverse=True))})\b", re.I)
_SLASH = re.compile(r"(\d{1,3})/(\d{1,3})(?![/\d])")
_ONE_IN = re.compile(rf"[\s-](?:in|out[ -]of)(?: every|-every)?[ -]((?:an? |one )?(?:{_ARABIC}|[a-z]+)(?: (?:thousand|million|billion))?)\b")
_RATIO = re.compile(rf"\s?(?:[:∶]|-to-| to )\s?(?P<b>{_ARABIC}|[a-z]+)\b(?:[:∶](?P<c>{_ARABIC}))?")
_SCORE = re.compile(r"[-–](\d{1,3})(?![\d.,%]*\d|[-–])")
_PER = re.compile(
    r"(?: (?:parts|cases|people))? (?:in|per|for every) (10,000|100,000|1,000,000|million|hundred thousand|ten thousand)\b"
)
_PER_PARTS = {"million": 10**6, "hundred thousand": 10**5, "ten thousand": 10**4}
_CONNECTOR = re.compile(r"\s?(?:[–—~−]|-(?=\d)|--)\s?|-?\s(?:to|through|and|or)\s")
_ADJECTIVE = (
    r"(?:consecutive |full |calendar |working |business |more |additional |straight |whole |successive |whole |"
    r"other |new |long |short |trading |further )?"
)
_UNIT_PATTERNS = [(unit.en, unit) for unit in UNITS if unit.en]
_UNIT = re.compile(
    rf"(?:[ \u00a0-]|[ -]{_ADJECTIVE})?(?:"
    + "|".join(f"(?P<u{i}>{f})" for i, (f, _) in enumerate(_UNIT_PATTERNS))
    + ")",
    re.I,
)
_UNIT_HINT = re.compile(r"[\s-]*[A-Za-z%°º‰²³㎡μ]")
_CODE_BEFORE = re.compile(r"[A-Za-z](?:[-–/.]?\d+)*[-–/]?$|[A-Za-z]\.$|&#$")
_CODE_AFTER = re.compile(
    r"(?!(?:st|nd|rd|th|s|k|m|b|t|bn|mn|tn|km|cm|mm|kg|g|mg|kW|KW|MW|GW|W|kV|V|kWh|MWh|GWh|TWh|ha|ft|mph|lb|lbs|pm|am|p|a|x|L|mL|ml|nm|M|B|K|T|C|F)\b)-?[A-Za-z]+(?:\d|\b)"
)
_CODE = re.compile(r"\d[\d.,]*-?[A-Za-z]+[\w-]*")
_MARKER = re.compile(r"\(?\d{1,2}(?:\)|\.(?=\s|[A-Z]|$))|\(\d{1,2}\)")
_MARKER_BEFORE = re.compile(r"(?:^|[.;:,：；。]|\band|\bor)\s*\(?$")
_KEYED = re.compile(rf"(?:{_KEYWORD}) ?(?P<n>[IVX]+\b|\d+(?:[.-]\d+)*)")

_APPROXIMATE: tuple[tuple[Approximator, str], ...] = (
    ("at_least", r"at least|no (?:less|fewer|lower|smaller) than|not (?:less|fewer|lower|be less|be fewer) than|a minimum(?: term| period)? of|(?:can)?not (?:be )?(?:less|lower|fewer) than|minimum|starting from"),
    ("at_most", r"no (?:more|greater|later|longer|higher|older|larger) than|(?:in|over|during|for) the (?:past|last|next|coming|previous|(?:most )?recent)|the most recent|not (?:more|greater|later|longer|higher|exceed|exceeding|to exceed)(?: than)?|not be (?:more|greater|longer|higher) than|up to|at most|within|a maximum(?: term| period)? of|as much as|not over|maximum|inside"),
    ("over", r"(?:well |far |just |slightly |a little |much )?(?:more|greater|higher|larger|longer|older|bigger) than|(?:well |just )?(?:over|above|beyond)|exceed(?:ed|ing|s)?|in excess of|upwards? of|surpass(?:ed|ing|es)?|topp(?:ed|ing)|some more than|outnumber(?:ed|ing|s)?|as many as"),
    ("under", r"(?:less|fewer|lower|smaller|younger|shorter) than|not (?:yet )?(?:reached|attained)|(?:just |well )?(?:under|below)|short of|before reaching"),
    ("nearly", r"nearly|almost|close to|approaching|approached|near|nearing|just short of"),
    ("about", r"about|around|approximately|roughly|some|circa|an estimated|approx\.?|in the region of|or so"),
)  # fmt: skip
_BEFORE = re.compile(
    r"\b(?:" + "|".join(f"(?P<{name}>{words})" for name, words in sorted(_APPROXIMATE, key=lambda a: a[0] != "at_most"))
    + r")\s+(?:the |an? |of |age of |ages of |magnitude |total of |by |RMB ?|CNY ?|yuan |NT|US|HK|[$¥€£] ?)*$",
    re.I,
)  # fmt: skip
_AFTER = re.compile(
    r"(?:(?P<at_least>,? or (?:more|above|older|greater|higher|over|longer|better)|,? (?:and|or) (?:above|older|upwards?|higher|over(?=[.,;)]|$| (?:who|are|were|is|in|at|shall|may|can)\b))|at (?:the )?least|at the minimum)|"
    r"(?P<at_most>,? or (?:less|fewer|below|under|younger|lower)|,? and (?:below|under|younger)|at (?:the )?most|at the maximum)|"
    r"(?P<over>-?plus\b|\+(?!\s?[\dA-Z])|-?odd\b)|(?P<about>,? or so|or thereabouts|, give or take))",
    re.I,
)
_ELSEWHERE = re.compile(
    r"(?:over|above|under|below|beyond|near|around|about|within|topped) the (?!ages? of)", re.I
)
_NOT_UNITS = frozenset({"m", "g", "t", "L", "W", "V", "x", "ha", "li", "mu"})


def measures(text: str) -> tuple[Measure, ...]:
    """Every quantity of an English text, in order, none overlapping; small number words too, articles not."""
    found: list[Measure] = []
    at = 0
    while start := _START.search(text, at):
        here = start.start()
        past = _skipped(text, here) if text[here].isdigit() else None
        if past is not None:
            at = past
            continue
        read = _read(text, here)
        if not read:
            at = max(start.end(), here + 1)
            if text[here].isdigit():
                at = _NUMBER.match(text, here).end()  # type: ignore[union-attr]
            continue
        read = [_with_context(text, m, found[-1].end if found else 0) for m in read]
        found += read
        at = max(read[-1].end, here + 1)
    return tuple(_finished(m, text) for m in _below_zero(text, _shared_units(text, found)))


_MINUS = re.compile(r"(?:\b(?:minus|negative)\s|(?<![\w)])[-−–])$", re.IGNORECASE)
_BELOW = re.compile(r"\s?(?:°\s?[CF]|[Cc]elsius|[Ff]ahrenheit)?\s?below (?:zero|freezing)", re.IGNORECASE)


def _below_zero(text: str, found: Sequence[Measure]) -> Iterator[Measure]:
    """Minus 15 degrees, 15 degrees below zero: the sign is part of the figure; a range has none in either language."""
    done = 0
    found = _ranges_below(text, found)
    for m in found:
        if m.start < done:
            continue  # the zero of “below zero”
        if m.upper is not None:
            done = m.end
        elif m.kind == "temperature":
            minus, below = _MINUS.search(text, max(0, m.start - 10), m.start), _BELOW.match(text, m.end)
            done = below.end() if below else m.end
            if minus or below:
                start = minus.start() if minus else m.start
                yield replace(m, start=start, end=done, value=-m.value)
                continue
        yield m


def _ranges_below(text: str, found: Sequence[Measure]) -> list[Measure]:
    """40 or 50 degrees below zero is one range."""
    joined: list[Measure] = []
    for m in found:
        low = joined[-1] if joined else None
        if (
            low and low.kind == m.kind == "temperature" and low.upper is m.upper is None and low.unit == m.unit
            and low.value < m.value and text[low.end : m.start] in (" or ", " to ") and (below := _BELOW.match(text, m.end))
        ):  # fmt: skip
            joined[-1] = replace(m, start=low.start, end=below.end(), value=low.value, upper=m.value)
        else:
            joined.append(m)
    return joined


# 25 or 35 yuan; a comma only stands before a figure that is itself listed: 10, 25 or 35 yuan.
_LISTED = re.compile(r"\s(?:and|or|to|but|versus|vs\.?)\s(?:\w+\s)?|\s?[–—-]\s?|\s?/\s?|\s?±\s?")
_COMMA = re.compile(r",\s(?:and\s)?")


def _shared_units(text: str, found: list[Measure]) -> list[Measure]:
    """10, 25 or 35 yuan: what is listed before a unit has it too."""
    for i, (m, after) in enumerate(pairwise(found)):
        if _is_keyed(m) and _is_bare(after) and _listed(text, m, after, 6):
            found[i + 1] = replace(after, kind="ordinal", unit=m.unit)  # Articles 3 and 5
    for i, m in enumerate(found):
        bracket = _BRACKETED.match(text, m.end) if _is_bare(m) else None
        if bracket and "±" in text[max(0, m.start - 8) : m.start + 8]:
            inner = _UNIT.match(text, bracket.end())
            if inner and inner.lastgroup:
                of = _UNIT_PATTERNS[int(inner.lastgroup[1:])][1]
                found[i] = replace(m, kind=of.kind, unit=of.id)  # (50±5)%
    shared = set[int]()
    for i in range(len(found) - 2, -1, -1):
        m, after = found[i], found[i + 1]
        shares = after.unit and after.kind not in ("date", "ordinal", "ratio", "time")
        if m.approximator and after.approximator and text[m.end : after.start].strip() == "and":
            continue  # over 50 and less than 3%
        comma = i + 1 in shared and _COMMA.fullmatch(text, m.end, after.start) is not None
        if shares and _is_bare(m) and (comma or _listed(text, m, after, 16)):
            found[i] = replace(m, kind=after.kind, unit=after.unit)
            shared.add(i)
    return found


_BRACKETED = re.compile(r"(?:\s?±\s?[\d.]+)?\)\s?")


def _is_keyed(measure: Measure) -> bool:
    return measure.kind == "ordinal" and measure.unit != ""


def _is_bare(measure: Measure) -> bool:
    return measure.kind == "count" and measure.unit == ""


def _listed(text: str, a: Measure, b: Measure, most: int) -> bool:
    return b.start - a.end <= most and _LISTED.fullmatch(text, a.end, b.start) is not None


def _finished(measure: Measure, text: str) -> Measure:
    upper = None if measure.upper is None else exact(measure.upper)
    return replace(measure, text=text[measure.start : measure.end], value=exact(measure.value), upper=upper)


def _skipped(text: str, here: int) -> int | None:
    """Where a list marker or a code (5G, S-400, COVID-19) that holds this figure ends."""
    begin = here - 1 if here and text[here - 1] == "(" else here
    marker = _MARKER.match(text, begin)
    listed = marker and marker.end() > here and _MARKER_BEFORE.search(text, max(0, begin - 6), begin)
    if marker and listed and not _ends_sentence(text, begin, marker):
        return marker.end()
    if (code := code_at(text, here)) is not None:
        return code
    prefixed = _PREFIXED.search(text, max(0, here - 8), here) is not None
    if _LETTERED.match(text, here) and _CITED.search(text, max(0, here - 12), here):
        return None
    if _CODE_BEFORE.search(text, max(0, here - 12), here) and not prefixed and not _is_currency(text, here):
        return _NUMBER.match(text, here).end()  # type: ignore[union-attr]
    number = _NUMBER.match(text, here)
    if number and _CODE_AFTER.match(text, number.end()) and text[number.end()] != "-":
        return _CODE.match(text, here).end()  # type: ignore[union-attr]
    return None


# Section 26A of a law is its 26th, whatever stands after the figure.
_LETTERED = re.compile(r"\d{1,3}[A-Z]{1,2}\b")
_CITED = re.compile(r"\b(?:section|article|chapter|paragraph|rule)s? $", re.I)


def _ends_sentence(text: str, begin: int, marker: re.Match[str]) -> bool:
    """Whether "Tian, 74." and "50 or 60." end what is said: an item of a running text has the item before it in front of it."""
    if text[marker.end() - 1] != "." or not re.search(r"(?:,| and| or) $", text[max(0, begin - 5) : begin]):
        return False
    before = int(marker[0].rstrip(".")) - 1
    return not re.search(rf"(?<!\d){before}\.", text[:begin])


_PREFIXED = re.compile(r"\b(?:mid|late|early|pre|post|sub|figure|non)[-–]$", re.I)  # the mid-18th century


def _is_currency(text: str, here: int) -> bool:
    return _CURRENCY.search(text, max(0, here - 5), here) is not None


def _read(text: str, here: int) -> list[Measure]:
    readers: tuple[Callable[[str, int], list[Measure]], ...] = (_document, en_dates.dates, _keyed, _number)
    for reader in readers:
        if found := reader(text, here):
            return found
    return []


_CURRENCY = re.compile(
    rf"(?:{'|'.join(sorted({s for s in MONEY_SIGNS if s.isascii() and s.isalpha()} | {'Rs'}))})\.?-?$"
)
_DOCUMENT = re.compile(
    r"(?P<year>\d{4})[\])〕] ?No\. ?(?P<n>\d+)|(?P<n3>\d{1,4})/(?P<year3>(?:19|20)\d{2})(?!\d)|(?P<n2>\d+) ?[\[(〔](?P<year2>\d{4})[\])〕]"
)


def _document(text: str, here: int) -> list[Measure]:
    """(2019) No. 4, No. 4 [2019], No. 4/2019."""
    found = _DOCUMENT.match(text, here) if text[here].isdigit() else None
    if not found:
        return []
    value = Decimal(found["n"] or found["n2"] or found["n3"])
    year = found["year"] or found["year2"] or found["year3"]
    if not found["n"] and not re.search(r"No\. ?$", text[max(0, here - 5) : here]):
        return []
    return [Measure(start=here, end=found.end(), text="", kind="document", value=value, unit="号", date=year)]


def _keyed(text: str, here: int) -> list[Measure]:
    """Article 33, Chapter VI, Paragraph 15.2, No. 4."""
    found = _KEYED.match(text, here)
    if not found:
        return []
    begin, name = found.start("n"), found["n"]
    if text[here : here + 2] == "No" and (document := _document(text, begin)):
        return document
    if "." in name and text[here] in "FT":  # Figure 1.1, Table 2.3
        plain = name.count(".") == 1
        return (
            [Measure(start=begin, end=found.end(), text="", kind="count", value=Decimal(name))]
            if plain
            else []
        )
    role = _role(text, here)
    if not name[0].isdigit():
        value = roman_value(name)
        return [] if value is None else [_ordinal_at(begin, found.end(), Decimal(value), role)]
    parts = list(re.finditer(r"\d+", name))
    roles = (
        _DOTTED if "." in name and role in ("Article", "Paragraph") else ("" if "." in name else role, "", "")
    )
    return [
        _ordinal_at(begin + part.start(), begin + part.end(), Decimal(part[0]), part_role)
        for part, part_role in zip(parts, roles, strict=False)
    ]


# Article 33.1.2, or Paragraph 33.1, is paragraph 1 (subparagraph 2) of article 33.
_DOTTED = ("Article", "Paragraph", "Subparagraph")


def _ordinal_at(start: int, end: int, value: Decimal, role: str = "") -> Measure:
    return Measure(start=start, end=end, text="", kind="ordinal", value=value, unit=role)


_ROLE = re.compile(r"[A-Za-z]+")


def _role(text: str, here: int) -> str:
    """Article for Articles and Art."""
    word = _ROLE.match(text, here)
    name = word[0] if word else ""
    if name in ("Categories", "Classes"):
        return {"Categories": "Category", "Classes": "Class"}[name]
    name = name.rstrip("s")
    return {"Art": "Article", "Number": "No", "Clas": "Class"}.get(name, name)


def _number(text: str, here: int) -> list[Measure]:
    """A number with its unit, or a range of two."""
    low = _single(text, here)
    if low is None:
        return []
    if low.kind == "ratio" and low.unit.startswith(":"):
        return [low]
    return _ranged(text, low) or [low]


def _ranged(text: str, low: Measure) -> list[Measure]:
    """3–5 years, from 3 to 5 percent, between 1.2 and 1.5 million."""
    middle = _CONNECTOR.match(text, low.end)
    if not middle or low.kind == "ordinal":
        return []
    if middle[0].strip() == "and" and not re.search(
        r"between\s(?:US|NT|HK|RMB)?[$¥]?$", text[max(0, low.start - 14) : low.start], re.I
    ):
        return []
    if middle[0].strip() == "or" and low.value >= 20:
        return []
    high = _single(text, middle.end()) if middle.end() < len(text) else None
    if high is None or high.upper is not None or high.kind in ("ordinal", "date", "ratio"):
        return []
    bare = low.kind == "count" and low.unit == ""
    if not bare and (low.kind, low.unit) != (high.kind, high.unit):
        return []
    value = low.value * _left_out_scale(text, low, high) if bare else low.value
    if value >= high.value:
        return []
    return [replace(high, start=low.start, value=value, upper=high.value)]


def _left_out_scale(text: str, low: Measure, high: Measure) -> Decimal:
    """The million that 2 to 3 million says once."""
    if _SCALE.search(text, low.start, low.end):
        return Decimal(1)
    scale = _SCALE.search(text, high.start, high.end)
    factor = (
        Decimal(SCALES.get(scale[1].lower(), 0) or _SHORT.get(scale[1].lower(), 1)) if scale else Decimal(1)
    )
    return factor if low.value <= high.value / factor else Decimal(1)


def _single(text: str, here: int) -> Measure | None:
    """One number: its value, then what follows it."""
    sign = re.compile(r"[¥￥$€£₩₽₹]\s?").match(text, here)
    at = sign.end() if sign else here
    if sign:
        here = at
    word = re.compile(r"(?:the (?=dozen|third|quarter|half))?(?P<word>[A-Za-z]+)").match(text, at)
    if word and (special := _special_word(text, word.start("word"), word["word"].lower())):
        return special
    if word and word["word"].lower() in SCALES and _EVERY.search(text, max(0, at - 8), at):
        return _with_unit(text, at, word.end(), Decimal(SCALES[word["word"].lower()]))
    if word and word["word"].lower() == "two" and (vague := _or_two(text, at, word.end())):
        return vague
    read = _figure(text, at) if text[at : at + 1].isdigit() else english_words(text, at)
    if read is None:
        return None
    value, end = read
    if dozen := re.compile(r"[ -]dozen\b", re.I).match(text, end):
        value, end = value * 12, dozen.end()
    value, end = _mixed(text, value, end, spelled=not text[at].isdigit())
    ordinal = _ORDINAL_END.match(text, end) if text[end - 1].isdigit() else None
    if ordinal:
        return _anniversary(text, Measure(start=at, end=ordinal.end(), text="", kind="ordinal", value=value))
    share = _share(text, at, end, value)
    if share:
        return share
    if not text[at].isdigit():
        spelled_ordinal = _spelled_ordinal(text, at, end, value)
        if spelled_ordinal:
            return _anniversary(text, spelled_ordinal)
        end = _repeated(text, end, value)
    return _with_unit(text, at, end, value)


_OR_TWO = re.compile(r"(?:[a-z]+ )?[a-z]+ or $", re.I)


def _or_two(text: str, here: int, end: int) -> Measure | None:
    """A day or two, a percentage point or two."""
    before = _OR_TWO.search(text, max(0, here - 24), here)
    if before is None:
        return None
    starts = [
        before.start(),
        *(m.end() for m in re.finditer(" ", text[: here - 4]) if m.end() > before.start()),
    ]
    for start in starts:
        unit = _UNIT.match(text, start - 1) if start else None
        if unit and unit.end() == here - 4 and unit.lastgroup:
            found = _UNIT_PATTERNS[int(unit.lastgroup[1:])][1]
            return Measure(
                start=start,
                end=end,
                text="",
                kind=found.kind,
                value=Decimal(1),
                upper=Decimal(2),
                unit=found.id,
            )
    return None


def _special_word(text: str, here: int, word: str) -> Measure | None:
    """Words that are numbers by themselves: half, dozens, doubled, both, third."""
    end = here + len(word)
    if word in _MULTIPLES:
        return Measure(
            start=here, end=end, text="", kind="multiple", value=Decimal(_MULTIPLES[word]), unit="倍"
        )
    if word in ("a", "an") and (
        few := re.compile(r"an? (half|quarter|third|dozen)\b", re.I).match(text, here)
    ):
        inner = _special_word(text, few.start(1), few[1].lower())
        return replace(inner, start=here) if inner else None
    if word in ("several", "few") and (
        few := re.compile(r"\w+ (dozen|hundred|thousand|million|billion|decade)", re.I).match(text, here)
    ):
        if few[1].lower() == "decade":
            return None
        value = Decimal(12 if few[1].lower() == "dozen" else SCALES[few[1].lower()])
        return _approximate(_with_unit(text, here, few.end(), value))
    if word in _FEW:
        tail = re.compile(r"\w+ of (hundreds|thousands|millions|billions)\b", re.I).match(text, here)
        value = Decimal(_FEW[word]) * (_FEW[tail[1].lower()] if tail else 1)
        return _approximate(_with_unit(text, here, tail.end() if tail else end, value, joint=r"(?: of)?"))
    if (
        word in ("half", "halfway", "quarter")
        or (word == "third" and re.search(r"\b(?:an?|one)[ -]$", text[max(0, here - 4) : here], re.I))
        or (
            word == "third"
            and text[here : here + 1].islower()
            and re.match(r"a third\b", text[max(0, here - 2) :], re.I)
        )
    ):
        return _portion(text, here, end, Decimal(1) / _PARTS[word])
    if word in _RHYTHMS:
        return Measure(
            start=here, end=end, text="", kind="duration", value=Decimal(_RHYTHMS[word]), unit="年"
        )
    if word in _AGES or word in _JUBILEES:
        years, unit = (_AGES[word], "岁") if word in _AGES else (_JUBILEES[word], "周年")
        return Measure(start=here, end=end, text="", kind="duration", value=Decimal(years), unit=unit)
    if word in _COPIES and text[max(0, here - 3) : here] == "in ":
        return Measure(start=here, end=end, text="", kind="count", value=Decimal(_COPIES[word]))
    if word == "majority":
        return Measure(
            start=here,
            end=end,
            text="",
            kind="ratio",
            value=Decimal("0.5"),
            unit="fraction",
            approximator="over",
        )
    if word in _SPANS:
        vague: Approximator | None = "about" if word.endswith("s") else None
        return Measure(
            start=here,
            end=end,
            text="",
            kind="duration",
            value=Decimal(1),
            unit=_SPANS[word],
            approximator=vague,
        )
    if word in _COUNTS:
        return _with_unit(text, here, end, Decimal(_COUNTS[word]), joint=r"(?: of)?")
    if word in ("halved", "halving"):
        return Measure(start=here, end=end, text="", kind="ratio", value=Decimal("0.5"), unit="fraction")
    if (
        word in ORDINALS
        and ORDINALS[word] > 2
        and _A_PART.search(text, max(0, here - 4), here)
        and _OF_WHOLE.match(text, end)
    ):
        return Measure(
            start=here, end=end, text="", kind="ratio", value=Decimal(1) / ORDINALS[word], unit="fraction"
        )
    if word in ORDINALS and not (word == "second" and re.match(r"[ -]hand", text[end:])):
        ordinal = Measure(start=here, end=end, text="", kind="ordinal", value=Decimal(ORDINALS[word]))
        return _anniversary(text, ordinal)
    return None


_OF_WHOLE = re.compile(r" (?:of|as|that|those|the)\b|[,.;:)]|$")  # a tenth of, a tenth as many
_EVERY = re.compile(r"\b(?:every|per|each|the|last|final|first|past|next) $", re.I)  # one for every hundred people
_A_PART = re.compile(r"\b(?:an?|one)[ -]$", re.I)
_AND_A_HALF = re.compile(
    r"\b(?:an?|one) (year|hour|month|day|week|century|decade|mile|kilomet(?:er|re)) and (?:a|one)[ -]$", re.I
)


def _anniversary(text: str, measure: Measure) -> Measure:
    """The 70th anniversary counts years."""
    if not text.startswith((" anniversary", " Anniversary"), measure.end):
        return measure
    return replace(measure, kind="duration", unit="周年")


def _approximate(measure: Measure) -> Measure:
    return replace(measure, approximator=measure.approximator or "about")


def _portion(text: str, here: int, end: int, share: Decimal) -> Measure | None:
    """half an hour, half a million, a quarter of a century; else a share of something."""
    whole = _AND_A_HALF.search(text, max(0, here - 24), here) if share == Decimal("0.5") else None
    if whole:
        unit = _UNIT.match(text, whole.start(1) - 1)
        base = _UNIT_PATTERNS[int((unit.lastgroup or "u0")[1:])][1] if unit else None
        if base:
            return Measure(
                start=whole.start(), end=end, text="", kind=base.kind, value=Decimal("1.5"), unit=base.id
            )
    of = re.compile(
        r"(?: of)?[ -](?:an? )?(hour|year|month|day|century|decade|million|billion|trillion|dozen|kilometer|mile|minute)s?\b"
    ).match(text, end)
    if of is None:
        return Measure(start=here, end=end, text="", kind="ratio", value=share, unit="fraction")
    if of[1] in SCALES or of[1] == "dozen":
        return _with_unit(text, here, of.end(), share * (SCALES.get(of[1]) or 12))
    return _with_unit(text, here, of.start(1) - 1, share)


def _figure(text: str, here: int) -> tuple[Decimal, int] | None:
    number = _NUMBER.match(text, here)
    if not number or len(number[0]) > LONGEST:
        return None
    value, end = Decimal(number[0].replace(",", "")), number.end()
    short = _SHORT_SCALE.match(text, end)
    if short and re.search(r"[$¥€£]\s?$|RMB ?$", text[max(0, here - 4) : here]):
        return value * _SHORT[short[1].lower()], short.end()
    while scale := _SCALE.match(text, end):
        name = scale[1].lower()
        value, end = value * (SCALES.get(name) or _SHORT[name]), scale.end()
    return value, end


def _mixed(text: str, value: Decimal, end: int, *, spelled: bool) -> tuple[Decimal, int]:
    """Add "and a half", also before a scale: two and a half million."""
    half = _MIXED.match(text, end)
    if not half:
        return value, end
    value, end = value + Decimal("0.5"), half.end()
    scale = _SCALE.match(text, end)
    return (
        (value * SCALES[scale[1].lower()], scale.end())
        if scale and scale[1].lower() in SCALES
        else (value, end)
    )


def _share(text: str, here: int, end: int, value: Decimal) -> Measure | None:
    """two-thirds, 3/4, one in three, 1:3."""
    slash = _SLASH.match(text, here)
    if slash and 0 < int(slash[1]) < int(slash[2]):
        share = Decimal(slash[1]) / Decimal(slash[2])
        return Measure(start=here, end=slash.end(), text="", kind="ratio", value=share, unit="fraction")
    per = _PER.match(text, end)
    if per:
        base = _PER_PARTS.get(per[1]) or int(per[1].replace(",", ""))
        return Measure(start=here, end=per.end(), text="", kind="ratio", value=value / base, unit="fraction")
    part = _FRACTION.match(text, end)
    if part and value < 100 and (value > 1 or not part[1].lower().endswith("s")):
        n = _PARTS.get(part[1].lower()) or (_ONE_PART[part[1].lower()] if value == 1 else 0)
        if (
            value < n
            and not (
                part[1].lower() in _ONE_PART and part[0][0] == " " and not _OF_WHOLE.match(text, part.end())
            )
            and not (n == 4 and value > 1 and part[0][0] == " " and not re.match(r"[ -]of\b", text[part.end() : part.end() + 4]))
        ):
            return Measure(
                start=here, end=part.end(), text="", kind="ratio", value=value / n, unit="fraction"
            )
    chance = _ONE_IN.match(text, end)
    if (
        chance
        and value < 100
        and (parts := _plain_value(chance[1]))
        and value < parts
        and "year" not in chance[1]
    ):
        is_year = 1000 <= parts <= 2100 and "," not in chance[1]
        if (not is_year and not re.match(r"[\s-](?:in)[\s-]", chance[0])) or (not is_year and value == 1):
            return Measure(
                start=here, end=chance.end(), text="", kind="ratio", value=value / parts, unit="fraction"
            )
    ratio = _RATIO.match(text, end) if re.match(r"[:∶](?=\S)| [:∶] |-to-", text[end : end + 4]) else None
    other = _plain_value(ratio["b"]) if ratio else None
    if ratio and other is not None:
        # A ratio of three has its middle in the unit.
        last, unit = (Decimal(ratio["c"]), f":{other}:") if ratio["c"] else (other, ":")
        return Measure(start=here, end=ratio.end(), text="", kind="ratio", value=value, upper=last, unit=unit)
    score = _SCORE.match(text, end) if text[here].isdigit() else None
    counted = _UNIT.match(text, score.end()) if score else None
    if score and int(score[1]) <= value < 200 and not counted:
        return Measure(
            start=here, end=score.end(), text="", kind="ratio", value=value, upper=Decimal(score[1]), unit=":"
        )
    return None


def _repeated(text: str, end: int, value: Decimal) -> int:
    """six (6): the figure in brackets says the same once more."""
    again = re.compile(rf"\s\(({_ARABIC})\)").match(text, end)
    return again.end() if again and Decimal(again[1].replace(",", "")) == value else end


def _plain_value(text: str) -> Decimal | None:
    if text[0].isdigit():
        return Decimal(text.replace(",", ""))
    words = english_words(text, 0)
    return words[0] if words else None


def _spelled_ordinal(text: str, here: int, end: int, value: Decimal) -> Measure | None:
    """twenty-first: tens, then an ordinal."""
    last = re.compile(r"[ -]([a-z]+)\b").match(text, end)
    if last and last[1] in ORDINALS and value in (20, 30, 40, 50, 60, 70, 80, 90) and ORDINALS[last[1]] < 10:
        return Measure(start=here, end=last.end(), text="", kind="ordinal", value=value + ORDINALS[last[1]])
    return None


def _with_unit(text: str, here: int, end: int, value: Decimal, *, joint: str = "") -> Measure:
    """The number with the unit that follows, if one does."""
    of = re.compile(joint).match(text, end) if joint else None
    after = of.end() if of else end
    unit = None
    if _UNIT_HINT.match(text, after) and (found := _UNIT.match(text, after)):
        form, unit = _UNIT_PATTERNS[int((found.lastgroup or "u0")[1:])]
        spoken = found[0].strip(" -")
        if (spoken in _NOT_UNITS and not text[end - 1].isdigit()) or (
            len(spoken) == 1 and spoken not in form
        ):
            unit = None  # "a g", and 5 M is no metre
    if unit is None:
        return Measure(start=here, end=end, text="", kind="count", value=value)
    kind: MeasureKind = unit.kind
    return Measure(start=here, end=found.end(), text="", kind=kind, value=value, unit=unit.id)  # type: ignore[union-attr]


_SIGN_BEFORE = re.compile(rf"(?:(?:{longest_first(sorted(MONEY_SIGNS))})\s?)$")


def _with_context(text: str, measure: Measure, floor: int) -> Measure:
    """The measure with its currency sign and the approximator around it."""
    if measure.kind in ("date", "time", "document"):
        return measure
    sign = _SIGN_BEFORE.search(text, max(floor, measure.start - 5), measure.start)
    if (
        sign
        and measure.kind in ("count", "money")
        and not text[max(0, sign.start() - 1) : sign.start()].isalpha()
    ):
        unit = measure.unit if measure.kind == "money" else MONEY_SIGNS[sign[0].strip()]
        measure = replace(measure, kind="money", unit=unit, start=sign.start())
    if measure.kind == "ordinal":
        return measure
    after = _AFTER.match(text, measure.end)
    if after and after.lastgroup:
        end = after.end() if after.end() - measure.end < 12 else measure.end
        return replace(measure, end=end, approximator=after.lastgroup)  # type: ignore[arg-type]
    before = _BEFORE.search(text, max(floor, measure.start - 32), measure.start)
    if before and before.lastgroup and not _ELSEWHERE.match(before[0]):
        name: Approximator = before.lastgroup  # type: ignore[assignment]
        return replace(measure, start=before.start(), approximator=name)
    return measure
