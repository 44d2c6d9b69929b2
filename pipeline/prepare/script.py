"""Which script and region a text is in, and its conversion to Simplified, character for character."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from pipeline.document import Document, Edit, Issue, Script, Severity
from pipeline.errors import ConfigError
from pipeline.prepare.opencc_tables import CONFIGS, converter, table
from pipeline.traced import TracedText

MODES = ("auto", "t2s", "tw2s", "hk2s", "none")
# A quotation or a name in the other script does not make a text mixed; one telling character in
# twenty, and at least three, do.
MIXED_SHARE = 0.05
MIXED_COUNT = 3

# What tells regions apart: characters that only one standard writes, and words of its public life.
_REGION_CHARACTERS = {
    "tw": "臺裡為偽溈媯麵眾啟峰床線群衛說汙祕癥痺鉤豔",
    "hk": "台裏為衞綫説着羣峯鈎温户税脱閲悦鋭污",
}
_REGION_WORDS = {
    "tw": (
        "行政院", "立法院", "司法院", "考試院", "監察院", "總統府", "中華民國", "民國", "縣市政府",
        "直轄市政府", "新臺幣", "臺灣",
        "臺北", "高雄", "內政部", "經濟部", "國科會", "主管機關", "資訊", "網路", "品質", "計畫", "軟體",
        "公務人員", "透過", "大陸委員會",
        "第一項", "法務部", "衛生福利部", "新台幣", "鄉鎮市公所", "程式",
    ),
    "hk": (
        "特區政府", "特別行政區", "行政長官", "立法會", "區議會", "港元", "港幣", "政務司", "財政司",
        "律政司", "保安局", "屋宇署",
        "房屋署", "警務處", "廉政公署", "公務員事務局", "香港", "九龍", "新界", "條例草案", "布政司",
        "強積金",
    ),
    "cn": (
        "國務院", "省委", "市委", "縣委", "黨委", "黨中央", "中共", "習近平", "人大常委會", "政協",
        "全面深化改革", "機構編制", "編辦",
        "發改委", "人民政府", "事業單位", "社會主義", "十九大", "二十大", "自治區", "精準扶貧", "脫貧",
        "小康", "街道辦事處", "信息", "質量",
        "項目", "黨組", "幹部", "軟件", "網絡",
    ),
}  # fmt: skip
_REGION_NAMES = {"tw": "Taiwan", "hk": "Hong Kong", "cn": "mainland China, in Traditional characters"}
_REGION_CONFIG = {"tw": "tw2s", "hk": "hk2s", "cn": "t2s"}


@dataclass(frozen=True, slots=True)
class Finding:
    """The script of a text, and for a Traditional one where it seems to come from and why."""

    script: Script
    region: str | None = None
    reason: str = ""
    n_hant: int = 0
    n_hans: int = 0


def convert(text: str, config: str) -> str:
    """Convert with an OpenCC configuration (t2s, tw2s, hk2s, s2t); the length never changes."""
    if config not in CONFIGS:
        raise ConfigError(f"no conversion {config!r}: there are {', '.join(CONFIGS)}")
    return converter(config).convert(text)


@lru_cache(maxsize=1)
def traditional_only() -> frozenset[str]:
    """Characters that Simplified text does not use: no table keeps them as they are."""
    kept = {value for values in table("TSCharacters.txt").values() for value in values[:1]}
    return frozenset(key for key, values in table("TSCharacters.txt").items() if key not in values) - kept


@lru_cache(maxsize=1)
def simplified_only() -> frozenset[str]:
    """Characters that Traditional text does not use: Big5, which has 群 and 秘 too, lacks them."""
    kept = set(table("TSCharacters.txt")) | {v for vs in table("STCharacters.txt").values() for v in vs[:1]}
    candidates = {key for key, values in table("STCharacters.txt").items() if key not in values} - kept
    return frozenset(character for character in candidates if not character.encode("big5", errors="ignore"))


def detect(text: str) -> Finding:
    """Count the characters that only one script has; guess the region of a Traditional text."""
    counts = Counter(text)
    hant = sum(n for character, n in counts.items() if character in traditional_only())
    hans = sum(n for character, n in counts.items() if character in simplified_only())
    if not hant and not hans:
        # 中文 is written alike in both; without a Chinese character there is no script at all.
        script: Script = "hans" if _HAN.search(text) else "none"
        return Finding(script)
    fewer = min(hant, hans)
    if fewer >= MIXED_COUNT and fewer >= MIXED_SHARE * (hant + hans):
        script = "mixed"
    else:
        script = "hant" if hant > hans else "hans"
    if script == "hans":
        return Finding(script, None, "", hant, hans)
    region, reason = guess_region(text, counts)
    return Finding(script, region, reason, hant, hans)


def guess_region(text: str, counts: Counter[str] | None = None) -> tuple[str | None, str]:
    """The region with the most evidence, and that evidence: "省委 ×12, 黨委 ×3"."""
    counts = Counter(text) if counts is None else counts
    scores: dict[str, dict[str, int]] = {}
    for region, words in _REGION_WORDS.items():
        seen = {word: text.count(word) for word in words}
        shared = "".join(c for other, c in _REGION_CHARACTERS.items() if other != region)
        own = [c for c in _REGION_CHARACTERS.get(region, "") if c not in shared]
        seen |= {character: counts[character] for character in own}
        scores[region] = {what: n for what, n in seen.items() if n}
    weights = {region: sum(min(n, 5) for n in seen.values()) for region, seen in scores.items()}
    best, second = sorted(weights, key=lambda region: -weights[region])[:2]
    if weights[best] < 2 or weights[best] < 1.5 * weights[second]:
        return None, "no clear sign of a region"
    signs = sorted(scores[best].items(), key=lambda item: -item[1])[:5]
    return best, f"{_REGION_NAMES[best]}: " + ", ".join(f"{what} ×{n}" for what, n in signs)


def convert_script(document: Document, *, mode: str = "auto") -> Document:
    """The document with its text in Simplified characters, its script and region, and findings.

    `auto` converts a Traditional or mixed text with the tables of its region, and in a Simplified
    text only those characters that Simplified never uses. `none` leaves everything as it is.
    """
    if mode not in MODES:
        raise ConfigError(f"prepare.script {mode!r} is unknown: {', '.join(MODES)}")
    before = document.text.text
    found = detect(before)
    config = _REGION_CONFIG.get(found.region or "", "t2s") if mode == "auto" else mode
    after = before if mode == "none" else convert(before, config)
    if mode == "auto" and found.script == "hans":
        after = _strays_only(before, after)
    source = replace(document.source, script=found.script, region=found.region, region_reason=found.reason)
    edits = tuple(_edits(document.text, after, config)) if after != before else ()
    issues = (*_mixture(document.text, found), *_leftovers(document.text, after))
    return replace(
        document,
        source=source,
        text=document.text.converted(after),
        edits=(*document.edits, *edits),
        issues=(*document.issues, *issues),
    )


def _strays_only(before: str, after: str) -> str:
    """乾 and 著 are right in a Simplified text, 國 is not."""
    never = traditional_only()
    return "".join(new if old in never else old for old, new in zip(before, after, strict=True))


def _edits(text: TracedText, after: str, config: str) -> Iterator[Edit]:
    """One edit for each unbroken run of changed characters; a run ends where cleaning cut something."""
    names = {"t2s": "Traditional", "tw2s": "Taiwan", "hk2s": "Hong Kong"}
    evidence = f"OpenCC {config}: {names[config]} to Simplified characters"
    for start, end in _changed_runs(text, after):
        first, last = text.origin(start, end)
        yield Edit(rule=f"script.{config}", start=first, end=last, before=text.text[start:end],
                   after=after[start:end], evidence=evidence)  # fmt: skip


def _changed_runs(text: TracedText, after: str) -> Iterator[tuple[int, int]]:
    start: int | None = None
    for at, (old, new) in enumerate(zip(text.text, after, strict=True)):
        joined = start is not None and text.starts[at] == text.ends[at - 1]
        if start is not None and (old == new or not joined):
            yield start, at
            start = None
        if old != new and start is None:
            start = at
    if start is not None:
        yield start, len(after)


def _mixture(text: TracedText, found: Finding) -> Iterator[Issue]:
    """Simplified forms inside a Traditional text, one finding for each character."""
    if found.script == "hans" and found.n_hant:
        yield from _each(text, _places(text.text, traditional_only()), "mixed_script", "info",
                         "Traditional {} in a Simplified text")  # fmt: skip
    if found.script not in ("hant", "mixed"):
        return
    yield from _each(text, _places(text.text, simplified_only()), "mixed_script", "warning",
                     "Simplified {} in a Traditional text")  # fmt: skip
    yield from _each(text, _shared(text.text), "mixed_script", "info",
                     "{} where Traditional text has {}: the Simplified form")  # fmt: skip


def _any_of(characters: frozenset[str], text: str) -> re.Pattern[str] | None:
    """A pattern for those of the characters that the text has: a small class is searched fast."""
    present = characters & set(text)
    return re.compile(f"[{''.join(map(re.escape, sorted(present)))}]") if present else None


def _places(text: str, characters: frozenset[str]) -> dict[tuple[str, str], list[int]]:
    places: dict[tuple[str, str], list[int]] = {}
    pattern = _any_of(characters, text)
    for match in pattern.finditer(text) if pattern else ():
        places.setdefault((match[0], ""), []).append(match.start())
    return places


def _shared(text: str) -> dict[tuple[str, str], list[int]]:
    """Characters of both scripts, such as 后, where the words around call for the other one (後).

    Found by a round trip: to Simplified and back with the phrase tables. Only what both writings
    of a character allow counts, so 皇后 stays and regional forms (裡, 裏) are no finding.
    """
    options = table("STCharacters.txt")
    places: dict[tuple[str, str], list[int]] = {}
    pattern = _any_of(_SIGNS_OF_SIMPLIFIED, text)
    for match in pattern.finditer(text) if pattern else ():
        at, character = match.start(), match[0]
        start = max(0, at - _PHRASE_REACH)
        around = convert(convert(text[start : at + _PHRASE_REACH], "t2s"), "s2t")
        expected = around[at - start]
        if character != expected and expected in options.get(character, ()):
            places.setdefault((character, expected), []).append(at)
    return places


_PHRASE_REACH = 12  # characters on either side that can decide which character a phrase calls for
# Simplified forms that merged with an older character, so that the character alone proves nothing.
# Left out are those whose two writings good Traditional texts mix: 台/臺, 才/纔, 布/佈, 占/佔, 群/羣,
# 游/遊, 吃/喫, 回/迴, 系/係, 制/製.
_SIGNS_OF_SIMPLIFIED = frozenset("后于余里干面只几谷范松云丑斗郁征并")


def _each(
    text: TracedText,
    places: dict[tuple[str, str], list[int]],
    check: str,
    severity: Severity,
    message: str,
) -> Iterator[Issue]:
    """One finding for each character, at its first place, with all the places in the message."""
    for (character, expected), found in places.items():
        spans = [text.origin(at, at + 1) for at in found]
        shown = ", ".join(str(start) for start, _ in spans[:30]) + (" …" if len(spans) > 30 else "")
        told = message.format(character, expected)
        yield Issue(check=check, severity=severity, message=f"{told}, {len(spans)} times, at {shown}",
                    start=spans[0][0], end=spans[0][1])  # fmt: skip


def _leftovers(text: TracedText, after: str) -> Iterator[Issue]:
    """Traditional characters that no table converted; a phrase may have kept them on purpose."""
    yield from _each(text, _places(after, traditional_only()), "leftover_traditional", "warning",
                     "Traditional {} is left after conversion")  # fmt: skip


_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
