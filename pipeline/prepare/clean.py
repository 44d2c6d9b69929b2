"""Cleaning: what a scrape left in the text is taken out or mended, each time with the evidence.

RULES is the whole story: each rule is a pure function from a text to proposals. All are run in
order, again and again until none has anything to propose, so cleaning twice is cleaning once. What
looks like residue but cannot be verified is flagged and stays.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Literal

from pipeline.document import Document, Issue
from pipeline.prepare.chrome import furniture, suspected_furniture
from pipeline.prepare.edits import Proposal, apply
from pipeline.prepare.punctuation import full_width
from pipeline.prepare.readings import glossed, looks_like_reading

Rule = Callable[[str], Iterator[Proposal]]

# Ideographs, the zero 〇 and the extension planes; what counts as "Chinese" for spaces and punctuation.
HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_GLOSS = re.compile(
    rf"(?<=[{HAN}])([”’」』》]?)([ \t\u00a0\u3000]*)"
    r"(?:[(（]([^()（）\r\n]{1,60})[)）]|[\[［【〔]([^\[\]［］【】〔〕\r\n]{1,60})[\]］】〕])([ "
    r"\t\u00a0\u3000]*)"
)
_LATIN_GLOSS = re.compile(r"[a-zA-Zɑɡêếềü\u00c0-\u024f\u1e00-\u1eff\u3105-\u312f]")
_TONED = "āáǎàăēéěèĕīíǐìĭōóǒòŏūúǔùŭǖǘǚǜńňǹḿ"
_INLINE = re.compile(
    rf"(?<=[{HAN}])[a-zɑɡü{_TONED}]*[{_TONED}][a-zɑɡü{_TONED}]*(?=[{HAN}，。、；：,;)）]|$)", re.M | re.I
)
_ENTITY = re.compile(r"&(?:amp;)*(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_BLOCK_TAGS = (
    "p|br|div|tr|table|tbody|thead|li|ul|ol|h[1-6]|hr|dl|dt|dd|section|article|blockquote|header|footer|title"
)
_UNSEEN = re.compile(r"<!--|<(script|style)\b[^<>]*>", re.I)
_UNSEEN_ENDS = {"": "-->", "script": "</script>", "style": "</style>"}
_TAG = re.compile(
    r"<!doctype[^<>]*>|"
    rf"</?(?:({_BLOCK_TAGS})|a|abbr|b|big|body|center|em|font|form|head|html|i|iframe|img|input|ins|label|link|meta|"
    r"nobr|o:p|pre|rb|rp|rt|ruby|s|small|span|st1:[a-z]+|strike|strong|sub|sup|td|th|u|ucapcontent|ucaptitle)"
    r"(?:\s[^<>]*)?/?>",
    re.I,
)
_ESCAPED_BREAK = re.compile(
    r"\\?x0[dD]\\?x0[aA]|_x000[dD]_\n?|_x000[aA]_|(?<![0-9A-Za-z])\\?x0[aAdD](?![0-9A-Za-z])"
    r"|\\r\\n|(?<![0-9A-Za-z:\\])\\[rn](?![0-9A-Za-z])|\r\n|[\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]"
)
# Controls, zero-width and direction marks, byte order marks, soft hyphens, variation selectors that
# follow an ideograph, and code points that no text may contain.
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f"
    r"\u202a-\u202e\u2060-\u2064\u2066-\u206f\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    r"\ud800-\udfff\U000e0000-\U000e0fff]"
    rf"|(?<=[{HAN}\s，。、；：！？（）“”])[\u200c\u200d\ufe00-\ufe0f]|[\u200c\u200d](?=[{HAN}\s，。、；：！？（）“”])"
)
# Radicals that stand for whole characters in PDF files although NFKC keeps them apart.
_RADICALS = dict(
    zip(
        "⺠⻁⻄⻅⻆⻈⻉⻋⻐⻑⻓⻔⻘⻙⻚⻛⻜⻝⻠⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⺩⺮⺰",
        "民虎西见角讠贝车钅長长门青韦页风飞食饣马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙王竹纟",
        strict=True,
    )
)
_NARROW = re.compile(
    r"[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff05]+|(?<=[0-9\uff10-\uff19])\uff0e(?=[0-9\uff10-\uff19])"
)
_RADICAL = re.compile(r"[\u2e80-\u2fdf]")
_DECOMPOSED = re.compile(r"[^\x00-\x7f\u3000-\u303f\u3400-\u9fff\uff00-\uffef]+")
_GAP = re.compile(rf"(?<=[{HAN}])[ \t\u00a0\u2000-\u200a\u202f\u205f\u3000]+(?=[{HAN}])")
_OTHER_SPACE = re.compile(r"[\u00a0\u2000-\u200a\u202f\u205f]")
_LOST = re.compile(rf"(?<=[、，；：。《〈“‘（])[?？]+(?=[{HAN}])")
_PRIVATE = re.compile(r"[\ue000-\uf8ff\U000f0000-\U0010fffd]+")
MAX_ROUNDS = 50  # each round shortens or folds something; real texts need two or three


def line_breaks(text: str) -> Iterator[Proposal]:
    """x0dx0a, _x000D_, a literal \\r\\n and every other line end become one newline."""
    for match in _ESCAPED_BREAK.finditer(text):
        shown = ascii(match[0])[1:-1]
        yield Proposal(match.start(), match.end(), "\n", f"{shown} is a line break")


def entities(text: str) -> Iterator[Proposal]:
    """&nbsp; &#8220; &amp;lt; are written out, also if they were escaped several times."""
    for match in _ENTITY.finditer(text):
        entity = f"&{match[1]};"
        meant = html.unescape(entity)
        if meant != entity and "\ufffd" not in meant and not _surrogate(meant):
            names = " ".join(f"U+{ord(character):04X}" for character in meant)
            yield Proposal(match.start(), match.end(), meant, f"{match[0]} is the HTML entity for {names}")


def _surrogate(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


def tags(text: str) -> Iterator[Proposal]:
    """HTML tags; one that starts or ends a block leaves a newline."""
    last, broken = -1, False  # a row of tags leaves one newline
    for match in _TAG.finditer(text):
        beside = (text[max(0, match.start() - 1) : match.start()], text[match.end() : match.end() + 1])
        broken = broken and match.start() == last
        after = "\n" if match[1] and not broken and not {"", "\n"} & set(beside) else ""
        last, broken = match.end(), broken or bool(after)
        name = re.sub(r"[\s/].*", "", match[0][:40].lstrip("</"), flags=re.S).rstrip(">")
        yield Proposal(match.start(), match.end(), after, f"<{name}> is HTML markup")


def unseen(text: str) -> Iterator[Proposal]:
    """Comments, scripts and style sheets, with all that they hold."""
    if "<" not in text:
        return
    lower, done = text.translate(_ASCII_LOWER), 0
    missing: set[str] = set()
    for match in _UNSEEN.finditer(text):
        end_mark = _UNSEEN_ENDS[(match[1] or "").lower()]
        if match.start() < done or end_mark in missing:
            continue
        end = lower.find(end_mark, match.end())
        if end < 0:
            missing.add(end_mark)  # nor is there one for any later beginning
            continue
        done = end + len(end_mark)
        yield Proposal(match.start(), done, "", f"{match[0][:40]} … {end_mark} is HTML that no reader sees")


# str.lower() would change the length of some letters.
_ASCII_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


def invisible(text: str) -> Iterator[Proposal]:
    """Characters that show nothing and mean nothing in Chinese."""
    for match in _INVISIBLE.finditer(text):
        name = unicodedata.name(match[0], "a control character or noncharacter")
        yield Proposal(match.start(), match.end(), "", f"U+{ord(match[0]):04X} is invisible ({name.lower()})")


def composed(text: str) -> Iterator[Proposal]:
    """NFC; compatibility ideographs (U+F900 …) become the characters that they stand for."""
    if unicodedata.is_normalized("NFC", text):
        return
    for start, end in _clusters(text):
        cluster = text[start:end]
        normal = unicodedata.normalize("NFC", cluster)
        if normal != cluster:
            yield Proposal(start, end, normal, f"{cluster} is {normal} in Unicode's composed form (NFC)")


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Base characters with what combines with them; only where composition could change something."""
    for match in _DECOMPOSED.finditer(text):
        start = max(0, match.start() - 1)
        for at in range(start + 1, match.end()):
            if not _combines(text[at]):
                yield start, at
                start = at
        yield start, match.end()


def _combines(character: str) -> bool:
    return (
        unicodedata.combining(character) != 0
        or unicodedata.category(character) == "Mc"
        or ("\u1161" <= character <= "\u11ff")
    )


def ideographs(text: str) -> Iterator[Proposal]:
    """Radicals (⼀ U+2F00), which PDF files give for whole characters, become those characters."""
    for match in _RADICAL.finditer(text):
        meant = _RADICALS.get(match[0]) or unicodedata.normalize("NFKC", match[0])
        if meant != match[0]:
            yield Proposal(match.start(), match.end(), meant, f"{match[0]} is the radical form of {meant}")


def narrow(text: str) -> Iterator[Proposal]:
    """Full-width digits and Latin letters become ordinary ones."""
    for match in _NARROW.finditer(text):
        meant = unicodedata.normalize("NFKC", match[0])
        yield Proposal(match.start(), match.end(), meant, f"{match[0]} is {meant} in full width")


def glosses(text: str) -> Iterator[Proposal]:
    """Readings in brackets, 統(tǒng)籌, and bare ones with tone marks, 統tǒng籌."""
    for match in _GLOSS.finditer(text):
        content = match[3] or match[4]
        n = (
            glossed(text[max(0, match.start() - 20) : match.start()], content)
            if _LATIN_GLOSS.search(content)
            else 0
        )
        if n:
            start = match.start(2) if match[5] or not match[2] else match.end(2)
            yield Proposal(
                start,
                match.end(5) if match[2] else match.start(5),
                "",
                _reading(text, match.start(), n, content),
            )
    for match in _INLINE.finditer(text):
        n = glossed(text[max(0, match.start() - 20) : match.start()], match[0])
        if n:
            yield Proposal(match.start(), match.end(), "", _reading(text, match.start(), n, match[0]))


def _reading(text: str, end: int, n: int, content: str) -> str:
    return f"{content} is a reading of {text[end - n : end]}"


def spacing(text: str) -> Iterator[Proposal]:
    """Spaces between Chinese characters: letter-spacing (目　录) closes up, a wide gap becomes one.

    A single ordinary space stays: it may divide a title from a name.
    """
    for match in _OTHER_SPACE.finditer(text):
        if not _GAP.match(text, match.start()) and not text[match.start() - 1 : match.start()].isspace():
            yield Proposal(match.start(), match.end(), " ", f"U+{ord(match[0]):04X} is a space")
    for match in _GAP.finditer(text):
        if match[0] == " ":
            if _spaced_out(text, match):
                yield Proposal(match.start(), match.end(), "", "every character here stands apart")
        elif _alone(text, match.start() - 1) and _alone(text, match.end()):
            yield Proposal(
                match.start(), match.end(), "", "a gap between single characters is letter-spacing"
            )
        else:
            yield Proposal(match.start(), match.end(), " ", "a wide gap between Chinese characters")


def _alone(text: str, at: int) -> bool:
    """Whether the character at `at` has space (or an end of line) on both sides."""
    return (at == 0 or text[at - 1].isspace()) and (at + 1 >= len(text) or text[at + 1].isspace())


_APART = re.compile(rf"(?:(?<=\s)|^)[{HAN}](?: [{HAN}]){{3,}}(?=\s|$)", re.M)


def _spaced_out(text: str, gap: re.Match[str]) -> bool:
    """Whether a single space stands in a row of four or more single characters: 各 位 代 表."""
    if not (_alone(text, gap.start() - 1) and _alone(text, gap.end())):
        return False
    start = text.rfind("\n", 0, gap.start()) + 1
    rows = _APART.finditer(text, max(start, gap.start() - 40), gap.end() + 40)
    return any(row.start() < gap.start() < row.end() for row in rows)


RULES: tuple[tuple[str, Rule], ...] = (
    ("clean.line_break", line_breaks),
    ("clean.entity", entities),
    ("clean.unseen", unseen),
    ("clean.tag", tags),
    ("clean.invisible", invisible),
    ("clean.composed", composed),
    ("clean.ideograph", ideographs),
    ("clean.narrow", narrow),
    ("clean.gloss", glosses),
    ("clean.furniture", furniture),
    ("clean.spacing", spacing),
    ("clean.full_width", full_width),
)


def clean(document: Document) -> Document:
    """Run all rules until none proposes anything; record every edit, flag what is only suspected."""
    text, edits = document.text, list(document.edits)
    for _ in range(MAX_ROUNDS):
        before = len(edits)
        for rule, propose in RULES:
            text, made = apply(text, rule, sorted(propose(text.text), key=lambda proposal: proposal.start))
            edits += made
        if len(edits) == before:
            break
    cleaned = replace(document, text=text, edits=tuple(edits))
    return replace(cleaned, issues=(*document.issues, *_flags(cleaned)))


def _flags(document: Document) -> Iterator[Issue]:
    """What looks like residue and stays, because nothing proves it."""
    text = document.text.text
    for match in _GLOSS.finditer(text):
        content = match[3] or match[4]
        if _LATIN_GLOSS.search(content) and looks_like_reading(content):
            before = text[match.start() - 1]
            message = f"({content}) looks like a reading but is none of {before}; it was left"
            yield _flag(document, "unverified_gloss", "warning", message, match.start(), match.end())
    for start, end, line in suspected_furniture(text):
        message = f"the line “{line}” looks like page furniture; it was left"
        yield _flag(document, "suspected_furniture", "info", message, start, end)
    for match in _LOST.finditer(text):
        message = "a ? that ends no sentence: a scrape may have lost a character here"
        yield _flag(document, "lost_character", "warning", message, match.start(), match.end())
    for match in _PRIVATE.finditer(text):
        message = f"U+{ord(match[0][0]):04X} is a private-use character that only one font can show"
        yield _flag(document, "private_use_character", "warning", message, match.start(), match.end())


def _flag(
    document: Document, check: str, severity: Literal["warning", "info"], message: str, start: int, end: int
) -> Issue:
    first, last = document.text.origin(start, end)
    return Issue(check=check, severity=severity, message=message, start=first, end=last)
