"""What rules can translate exactly, so that no model has to: markers, document numbers, dates, names.

A rule gives its English only where it is certain; everything else is left to the model. Numbers in
rule-made text are Arabic wherever the number can be read, so that they can be proved.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from pypinyin import lazy_pinyin

from pipeline.document import SegmentKind, TermHit
from pipeline.prepare.quantities import zh
from pipeline.prepare.quantities.match import pair
from pipeline.prepare.quantities.rewrite import english_figure
from pipeline.prepare.quantities.words import has_words, in_words, ordinal_figure

HAN = re.compile(r"[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_N = "[〇零一二两三四五六七八九十百千0-9]"
_DIGITS: Mapping[str, int] = MappingProxyType(
    {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
)
_WEIGHTS: Mapping[str, int] = MappingProxyType({"十": 10, "百": 100, "千": 1000})


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_ORDINALS = _words(
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
)
_MONTHS = _words("January February March April May June July August September October November December")
_DIVISIONS = {
    "编": "Part", "篇": "Part", "章": "Chapter", "节": "Section", "条": "Article", "款": "Paragraph",
    "项": "Item", "部分": "Part", "讲": "Lecture", "课": "Lesson",
}  # fmt: skip
_SEQUENCE = {
    "首先": "First,", "其次": "Second,", "再次": "Third,", "再者": "Moreover,", "最后": "Finally,",
    "此外": "In addition,", "另外": "In addition,",
    "一方面": "On the one hand,", "另一方面": "On the other hand,",
}  # fmt: skip
_ANNEX = {
    "附件": "Annex",
    "附录": "Appendix",
    "附表": "Schedule",
    "附图": "Figure",
    "附": "Annex",
    "表": "Table",
    "图": "Figure",
}
_PUNCTUATION = str.maketrans(
    {
        "，": ", ", "。": ". ", "；": "; ", "：": ": ", "！": "! ", "？": "? ", "、": ", ", "（": " (",
        "）": ") ", "〔": " [", "〕": "] ", "【": " [", "】": "] ", "《": " “", "》": "” ",
        "〈": " “", "〉": "” ", "「": " “", "」": "” ", "『": " “", "』": "” ", "％": "%", "～": "–",
        "　": " ", "．": ".", "＋": "+", "－": "-",
    }
)  # fmt: skip


def has_chinese(text: str) -> bool:
    """True if the text holds a Chinese character (punctuation does not count)."""
    return HAN.search(text) is not None


def numeral(text: str) -> int | None:
    """The value of a whole number below 10,000 in Chinese or Arabic digits, None for anything else."""
    if re.fullmatch(r"[0-9]+", text):
        return int(text)
    if not text or not re.fullmatch(_N.replace("0-9", "") + "+", text):
        return None
    if not any(c in _WEIGHTS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    total, digit = 0, None
    for c in text:
        if c in _WEIGHTS:
            total += (1 if digit is None else digit) * _WEIGHTS[c]
            digit = None
        elif _DIGITS[c]:
            digit = _DIGITS[c]
    return total + (digit or 0)


def roman(n: int) -> str:
    """The Roman numeral of a positive number below 4,000."""
    pairs = zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        _words("M CM D CD C XC L XL X IX V IV I"),
        strict=True,
    )
    out = ""
    for weight, letters in pairs:
        out += letters * (n // weight)
        n %= weight
    return out


def ordinal_word(n: int) -> str:
    """first … twentieth, then figures: 21st."""
    return _ORDINALS[n] if 0 < n < len(_ORDINALS) else ordinal_figure(n)


# -- markers ------------------------------------------------------------------------------------


def marker_target(marker: str) -> str | None:
    """The English of a leading marker, None where no rule knows it.

    House style: 一、→ I.   (一) → (1)   1. → 1.   第一章 → Chapter 1   一是 → First,
    """
    bare = re.sub(r"[\s　]", "", marker)
    for rule in (_list_marker, _decimal_marker, _division_marker, _enumerator, _annex_marker):
        target = rule(bare)
        if target is not None:
            return target
    return None


_SECTION = r"[0-9０-９]{1,3}(?:[.．][0-9０-９]{1,3})+"


def _list_marker(bare: str) -> str | None:
    if bare in ("●", "○", "■", "□", "◆", "◇", "▲", "★", "•", "·", "-", "–", "—", "——", "*"):
        return "—" if bare == "——" else "•"
    if len(bare) == 1 and "①" <= bare <= "⑳":
        return f"({ord(bare) - ord('①') + 1})"
    match = re.fullmatch(rf"[(（〔\[]({_N}+)[)）〕\]][、.．]?", bare)
    if match and (n := numeral(match[1])) is not None:
        return f"({n})"
    match = re.fullmatch(rf"({_N}+)([、.．,，:：)）]?)", bare)
    if match is None or (n := numeral(match[1])) is None:
        return None
    if match[2] in (")", "）"):
        return f"({n})"
    return f"{n}." if match[1].isdecimal() or not 0 < n < 4000 else f"{roman(n)}."


def _decimal_marker(bare: str) -> str | None:
    """3．1．4 → 3.1.4, 第3.1.4条 → Article 3.1.4."""
    match = re.fullmatch(rf"({_SECTION})|第({_SECTION})([条款节])", bare)
    if match is None:
        return None
    number = unicodedata.normalize("NFKC", match[1] or match[2])
    return f"{_DIVISIONS[match[3]]} {number}" if match[3] else number


def _division_marker(bare: str) -> str | None:
    match = re.fullmatch(rf"第({_N}+)({'|'.join(_DIVISIONS)})(?:之({_N}+))?[、：:.]?", bare)
    if match is None or (n := numeral(match[1])) is None:
        return None
    sub = f"-{numeral(match[3])}" if match[3] else ""
    return f"{_DIVISIONS[match[2]]} {n}{sub}"


def _enumerator(bare: str) -> str | None:
    word = bare.rstrip("，,、：:")
    if word in _SEQUENCE:
        return _SEQUENCE[word]
    match = re.fullmatch(rf"(?:第({_N}+)|其({_N}+)|({_N}+)[是要靠抓看则来])", word)
    if match is None or not (n := numeral(next(g for g in match.groups() if g))):
        return None
    return f"{ordinal_word(n).capitalize()},"


def _annex_marker(bare: str) -> str | None:
    match = re.fullmatch(rf"({'|'.join(_ANNEX)})({_N}*)([：:.、]?)", bare)
    if match is None:
        return None
    n = numeral(match[2]) if match[2] else None
    return _ANNEX[match[1]] + (f" {n}" if n is not None else "") + (":" if match[3] in ("：", ":") else "")


def with_marker(marker: str, body: str, *, source: str = "", kind: SegmentKind = "heading") -> str:
    """The marker's English before the body's; after “First,” the body goes on in lower case.

    一、 before a heading is I., before an item of a list 1., as in translations of laws.

    Args:  source: the Chinese of the body; tells names, which keep their capital, from words.
    """
    target = marker_target(marker) if marker else None
    if target is not None and kind == "item" and re.fullmatch("[IVXLC]+[.]", target) and HAN.match(marker):
        target = f"{numeral(marker.rstrip('、.．,，:： 　'))}."
    if target is None:
        return f"{marker} {body}".strip() if marker and not has_chinese(marker) else body
    if not body:
        return target.rstrip(",")
    return f"{target} {uncapitalised(body, source) if target.endswith(',') else capitalised(body)}"


def capitalised(text: str) -> str:
    """The text with its first letter in upper case."""
    match = re.match(r"[\s\"'“‘(\[]*([a-z])(?=[a-z]*\b)", text)
    return text if match is None else text[: match.start(1)] + match[1].upper() + text[match.end(1) :]


def uncapitalised(text: str, source: str = "") -> str:
    """The text with its first letter in lower case unless its first word is a name.

    A name is an acronym, a word followed by another capitalised one, a word that is the pinyin of
    characters in `source`, or one of a closed list.
    """
    match = re.match(r"([A-Z])([a-z]*)(?=[\s,;:.-]|$|['’]s\b)(?:['’]s)?(\s+[A-Z])?", text)
    if match is None:
        return text
    word = match[1] + match[2]
    if word.lower() in _FUNCTION:
        return text[0].lower() + text[1:]
    if match[3] or word in _PROPER or _is_pinyin(word.lower(), source):
        return text
    return text[0].lower() + text[1:]


# “On November 24” begins with no name, though a capital follows.
_FUNCTION = frozenset(
    _words(
        "a an the this that these those all both each every on in at by to from with for of after before "
        "during since under through as when where while it we they its their our no not more"
    )
)
_PROPER = frozenset(
    _words(
        "I China Chinese Party Communist Marxism Taiwan Tibet Tibetan Macao Mongolian Asia Asian Europe "
        "European America American Africa African Russia Russian Japan Japanese Korea Korean Britain "
        "British France French Germany German India Indian English Internet "
        "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
    )
    + _MONTHS
)


def _is_pinyin(word: str, source: str) -> bool:
    """True if some run of two or more characters of the source is read like the word."""
    syllables = lazy_pinyin(HAN.sub(lambda m: m[0], source))
    for start in range(len(syllables)):
        run = syllables[start]
        for syllable in syllables[start + 1 : start + 4]:
            run += syllable
            if run == word:
                return True
    return False


# -- whole segments -----------------------------------------------------------------------------


def rule_target(text: str, *, kind: SegmentKind, term: Callable[[str], str | None]) -> str | None:
    """The English of a whole body that needs no model, None where a model must translate it.

    Args:  term: the required rendering of a Chinese term, None for what the glossary lacks.
    """
    bare = text.strip().strip("　")
    if not has_chinese(bare):
        return ascii_punctuation(bare)
    stem, end = re.fullmatch(r"(.*?)([。：:；;，,]?)", bare, re.S).groups()  # type: ignore[union-attr]
    if (name := term(stem)) is not None:
        out = titled(name) if kind in ("heading", "table") or not end else capitalised(name)
        return out + {"。": ".", "：": ":", ":": ":", "；": ";", ";": ";", "，": ",", ",": ","}.get(end, "")
    for rule in (document_number, full_date, *((figure_target,) if kind == "table" else ())):
        target = rule(bare.strip("()（）"))
        if target is not None:
            return f"({target})" if bare[0] in "(（" and bare[-1] in ")）" else target
    return None


_FIGURES = frozenset(
    ("count", "money", "percent", "points", "area", "length", "mass", "volume", "energy", "duration")
)


def figure_target(text: str) -> str | None:
    """51个 → 51, 3.2亿元 → 320 million yuan, 近3000人 → nearly 3,000 people; None if the text is more than a figure."""
    measures = zh.measures(text)
    if (
        len(measures) != 1
        or measures[0].text != text
        or measures[0].kind not in _FIGURES
        or not has_words(measures[0])
    ):
        return None
    target = in_words(measures[0], figure=english_figure)
    return target if all(p.verdict == "proven" for p in pair(text, measures, target)) else None


def document_number(text: str) -> str | None:
    """国办发〔2019〕4号 → Guo Ban Fa [2019] No. 4; None if the text is anything more or less."""
    match = re.fullmatch(_DOCUMENT, text)
    return None if match is None else _document(match)


# What stands before an organ's code is no part of it: 政府要按照国办发〔1993〕71号 cites 国办发.
_BEFORE_CODES = (
    "按照 根据 依照 依据 遵照 参照 对照 比照 关于 印发 下发 颁发 转发 批转 发布 公布 执行 施行 实施 贯彻 落实 废止 修订 违反 "
    "符合 详见 参见 以及 经过 通过 文件 我省 我市 我国 国务院 办公厅 办公室 政府 党委 省委 市委 委员会 部门 将 按 见 和 及 与 的 "
    "以 由 对 在 从 把 被 向 为 是 要 并 或 等"
).split()
_NO_CODE = "(?!" + "|".join(_BEFORE_CODES) + ")"
# Nor does a code begin in the middle of such a word; 发 begins those of 发改委 alone.
_NOT_WITHIN = "".join(f"(?!(?<={word[:n]}){word[n:]})" for word in _BEFORE_CODES for n in range(1, len(word)))
# An organ's code ends in the kind of paper (发 issue, 函 letter, 令 order …).
_DOCUMENT = (
    rf"((?![据照依原])(?!发(?!改)){_NOT_WITHIN}"
    rf"(?:{_NO_CODE}[\u4e00-\u9fff]){{1,7}}[发函字令电规复办文批通议任报告公])"
    r"[〔\[（(【]\s*((?:19|20)\d\d)\s*[〕\]）)】]\s*(?:第\s*)?(\d{1,5})\s*号"
)


def _document(match: re.Match[str]) -> str:
    organ = " ".join(part.capitalize() for part in lazy_pinyin(match[1]))
    return f"{organ} [{match[2]}] No. {match[3]}"


def full_date(text: str) -> str | None:
    """2018年10月4日 → October 4, 2018; 二〇一八年十月 → October 2018."""
    match = re.fullmatch(
        rf"([〇零一二三四五六七八九\d]{{4}})\s*年\s*(?:({_N}{{1,3}})\s*月\s*(?:({_N}{{1,3}})\s*日)?)?", text
    )
    if match is None:
        return None
    year, month, day = (numeral(group) if group else None for group in match.groups())
    if month is None:
        return str(year) if year else None
    if not 1 <= month <= 12 or not 1 <= (day or 1) <= 31:
        return None
    return f"{_MONTHS[month - 1]} {day}, {year}" if day else f"{_MONTHS[month - 1]} {year}"


def ascii_punctuation(text: str) -> str:
    """Chinese punctuation in English text as English punctuation; nothing else changes."""
    out = text.translate(_PUNCTUATION)
    if out == text:
        return text
    out = re.sub(r"\s+([,.;:!?)\]”])", r"\1", re.sub(r"([(\[“])\s+", r"\1", out))
    return re.sub(r" {2,}", " ", out).strip()


_SMALL = frozenset(_words("a an the and but or nor for of on in at by to from with as into over via per"))


def titled(text: str) -> str:
    """Title case for a heading: every word but the small ones begins with a capital."""
    words = text.split(" ")
    last = len(words) - 1

    def case(i: int, word: str) -> str:
        if word in _SMALL and 0 < i < last:
            return word
        return re.sub(r"^([\"“(‘]*)([a-z])", lambda m: m[1] + m[2].upper(), word)

    return " ".join(case(i, word) for i, word in enumerate(words))


# -- terms that a rule makes --------------------------------------------------------------------


# What `TermHit.glossary` says of terms that a rule made.
RULE_MADE = ("rule", "reference", "name")


def exact_terms(text: str, *, taiwan: bool = False) -> tuple[TermHit, ...]:
    """Renderings that follow from a pattern: congresses, plenary sessions, plans, documents, articles.

    They are required of the model like entries of a glossary; those of articles (`reference`) are
    advice, since the ledger proves their numbers however the parts are ordered.

    Args:  taiwan: 项 is a paragraph and 款 a subparagraph, as in the laws of Taiwan.
    """
    hits = list(_references(text, taiwan=taiwan))
    for pattern, render in _PATTERNS:
        for match in re.finditer(pattern, text):
            if any(h.start < match.end() and match.start() < h.end for h in hits):
                continue
            rendering = render(match)
            if rendering is not None:
                hits.append(
                    TermHit(zh=match[0], en=rendering, start=match.start(), end=match.end(), glossary="rule")
                )
    return tuple(sorted(hits, key=lambda h: h.start))


_SECTION_REFERENCE = re.compile(rf"第({_SECTION})([条款章节])")
_REFERENCE = re.compile(rf"第({_N}+)条(?:之({_N}+))?((?:第{_N}+[款项目](?:之{_N}+)?)+)")


def _references(text: str, *, taiwan: bool) -> Iterator[TermHit]:
    """第四条第一款第二项 → Article 4, Paragraph 1, Item 2; 第3.1.4条 → Article 3.1.4."""
    for match in _SECTION_REFERENCE.finditer(text):
        number = unicodedata.normalize("NFKC", match[1])
        rendering = f"{_DIVISIONS[match[2]]} {number}"
        yield TermHit(zh=match[0], en=rendering, start=match.start(), end=match.end(), glossary="reference")
    for match in _REFERENCE.finditer(text):
        parts = re.findall(rf"第({_N}+)([款项目])", match[3])
        kinds = "".join(kind for _, kind in parts)
        names = {"款": "Paragraph", "项": "Item", "目": "Sub-item"}
        if taiwan or kinds.startswith("项款"):
            names = {"项": "Paragraph", "款": "Subparagraph", "目": "Item"}
        sub = f"-{numeral(match[2])}" if match[2] else ""
        rendering = f"Article {numeral(match[1])}{sub}" + "".join(
            f", {names[kind]} {numeral(number)}" for number, kind in parts
        )
        yield TermHit(zh=match[0], en=rendering, start=match.start(), end=match.end(), glossary="reference")


def _plenum(match: re.Match[str]) -> str | None:
    congress = numeral(match[1])
    sessions = [numeral(part) for part in re.findall(rf"({_N}+)中", match[2])]
    if not congress or not sessions or not all(sessions):
        return None
    words = [ordinal_word(n) for n in sessions if n]
    listed = words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
    plural = "session" if len(words) == 1 else "sessions"
    return f"{listed} plenary {plural} of the {ordinal_figure(congress)} CPC Central Committee"


def _all_plenums(match: re.Match[str]) -> str | None:
    n = numeral(match[1])
    return f"plenary sessions of the {ordinal_figure(n)} CPC Central Committee" if n else None


def _party_congress(match: re.Match[str]) -> str | None:
    n = numeral(match[1])
    return f"{ordinal_figure(n)} CPC National Congress" if n and 12 <= n <= 40 else None


def _five_year(match: re.Match[str]) -> str | None:
    n = numeral(match[1])
    if not n or not 6 <= n <= 40:
        return None
    return f"{ordinal_figure(n)} Five-Year Plan" + (" period" if match[2] else "")


def _session(match: re.Match[str]) -> str | None:
    term, session = numeral(match[1]), numeral(match[3])
    body = {"人民代表大会": "People's Congress", "人大": "People's Congress", "政协": "CPPCC Committee"}[
        match[2]
    ]
    return (
        f"{ordinal_word(session)} session of the {ordinal_figure(term)} {body}" if term and session else None
    )


def _event_month(match: re.Match[str]) -> str | None:
    """“23·7”洪水 → July 2023; None for “5·12”, which names a day and not a month."""
    year, month = int(match[1]), int(match[2])
    return f"{_MONTHS[month - 1]} {2000 + year}" if 1 <= month <= 12 < year else None


_CN = "[一二三四五六七八九十]"
_BARE_CONGRESS = (
    "(?<![第一二三四五六七八九十])([一二]?十[一二三四五六七八九]?)大"
    f"(?=以来|精神|报告|和{_CN}{{2,3}}届|召开|提出|作出|确定|、{_CN}{{2,3}}届)"
)
_PATTERNS = (
    (_DOCUMENT, _document),
    (rf"({_CN}{{2,3}})届((?:{_CN}{{1,2}}中[、和及]?)+)全会", _plenum),
    (rf"({_CN}{{2,3}})届(?:历次|各次)全会", _all_plenums),
    (rf"(?:中国共产党第({_CN}{{2,3}})次全国代表大会)", _party_congress),
    (rf"党的({_CN}{{2,3}})大(?![类个批])", _party_congress),
    (_BARE_CONGRESS, _party_congress),
    (rf"“({_CN}{{1,3}})五”(?:规划)?(时期|期间)?", _five_year),
    (rf"第({_CN}{{1,3}})届(人民代表大会|人大|政协)第({_CN}{{1,3}})次会议", _session),
    (r"[“\"「](\d{2})[·•‧・](\d{1,2})[”\"」]", _event_month),
    (r"(?<=[\d万亿千百])亩", lambda _: "mu"),  # 15 mu are a hectare: told as hectares, the figure is another
)  # fmt: skip
