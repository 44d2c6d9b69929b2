"""Whether an English text renders a term as the glossary asks: by words and their inflections.

A rendering is compared word by word: case, articles, hyphens, plural and tense do not count, a
bracketed abbreviation may stand alone, "X of Y" may be "Y X". What would change the meaning does
count: "deputy director" is no rendering of 主任 director.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.document import TermHit

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?['’]?|\d+(?:[.,]\d+)*(?:st|nd|rd|th)?|&")
_ARTICLES = frozenset({"the", "a", "an"})
_RANKS = frozenset({"deputy", "vice", "assistant", "associate", "non"})
_ABBREVIATION = re.compile(r"^[A-Z][A-Za-z]?[A-Z0-9]+s?$")
_BRACKETED = re.compile(r"\s*\(([^()]*)\)")
_VOWEL = re.compile(r"[aeiouy]")
_NOMINAL = ("ations", "ation", "itions", "ition", "ions", "ion", "ments", "ment", "ances", "ance")
_IRREGULAR = {
    "made": "make", "held": "hold", "led": "lead", "built": "build", "took": "take", "taken": "take",
    "gave": "give",
    "given": "give", "began": "begin", "begun": "begin", "set": "set", "met": "meet", "kept": "keep",
    "sent": "send",
    "brought": "bring", "sought": "seek", "grew": "grow", "grown": "grow", "rose": "rise", "risen": "rise",
    "abolition": "abolish", "provincial": "province", "municipal": "municipality", "tying": "tie",
    "lying": "lie", "children": "child", "men": "man", "women": "woman", "bodies": "body", "is": "be",
    "are": "be",
    "was": "be", "were": "be", "has": "have", "had": "have", "upheld": "uphold", "withdrew": "withdraw",
    "&": "and",
    "first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th", "fifth": "5th", "sixth": "6th",
    "seventh": "7th",
    "eighth": "8th", "ninth": "9th", "tenth": "10th", "nineteenth": "19th", "eighteenth": "18th",
    "twentieth": "20th",
    "programme": "program", "programmes": "program", "centre": "center", "centres": "center",
    "defence": "defense",
    "labour": "labor", "people": "people", "news": "news", "series": "series", "goods": "goods",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """A word of English with its place; `joined` if only a hyphen or slash parts it from the last."""

    stems: frozenset[str]
    raw: str
    start: int
    end: int
    joined: bool


@lru_cache(maxsize=50_000)
def stems(word: str) -> frozenset[str]:
    """What a word may be an inflection of: planned → plan, planne; studies → study."""
    word = word.lower().replace("’", "'").removesuffix("'").removesuffix("'s")
    if word in _IRREGULAR:
        return frozenset({_IRREGULAR[word]})
    word = re.sub(r"is(e|es|ed|ing|ation|ations)$", r"iz\1", word) if len(word) > 6 else word
    return frozenset(_without_ending(word))


def _without_ending(word: str) -> Iterator[str]:
    """The bases that plural, past and -ing could be taken from; the word itself if it has none."""
    if len(word) > 4 and word.endswith(("ies", "ied")):
        yield word[:-3] + "y"
    elif len(word) > 4 and word.endswith(("sses", "xes", "ches", "shes", "zes")):
        yield from (word[:-2], word[:-1])
    elif len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        yield word[:-1]
    else:
        yield word
        rest = word.removesuffix("ing") if word.endswith("ing") else word.removesuffix("ed")
        if rest != word and len(rest) >= 2 and _VOWEL.search(rest):
            yield from (rest, rest + "e")
            if rest[-1] == rest[-2]:
                yield rest[:-1]


@lru_cache(maxsize=50_000)
def verbs_of(noun: str) -> frozenset[str]:
    """The verbs that a noun may be made of: implementation → implement, coordination → coordinate."""
    lower = noun.lower()
    found: set[str] = set()
    for ending in _NOMINAL:
        root = lower.removesuffix(ending)
        if root != lower and len(root) >= 4:
            found |= {root, root + "e", root + "ate"}
    return frozenset(found)


def tokens(text: str) -> list[Token]:
    """The words of a text; articles are left out, so they are optional everywhere."""
    found: list[Token] = []
    last = -1
    for match in _WORD.finditer(text):
        joined = match.start() - last == 1 and text[last : match.start()] in "-‐‑–/"
        if match[0].lower() not in _ARTICLES:
            found.append(Token(stems(match[0]), match[0], match.start(), match.end(), joined))
        last = match.end()
    return found


def rendering_span(target: str, hit: TermHit, alternatives: Sequence[str] = ()) -> tuple[int, int] | None:
    """Where the target renders the term as required or in an allowed alternative way; None if nowhere."""
    words = tokens(target)
    for rendering in (hit.en, *alternatives):
        for variant in variants(rendering):
            span = _find(words, variant)
            if span is not None:
                return span
    return None


@lru_cache(maxsize=20_000)
def variants(rendering: str) -> tuple[str, ...]:
    """Ways to write one rendering, the fullest first: without brackets, either side of a slash."""
    ways = [rendering, *_without_brackets(rendering)]
    ways += [way for each in list(ways) for way in _slashes(each)]
    ways += [way for each in list(ways) for way in (*_turned(each), *_bare_place(each))]
    return tuple(dict.fromkeys(way for way in ways if way.strip()))


def _without_brackets(rendering: str) -> Iterator[str]:
    inside = _BRACKETED.findall(rendering)
    if inside:
        yield _BRACKETED.sub("", rendering)
        yield from (part for part in inside if _ABBREVIATION.match(part))


def _slashes(rendering: str) -> Iterator[str]:
    """department/bureau level: both, or either of them."""
    match = re.search(r"(\w+)\s*/\s*(\w+)", rendering)
    if match:
        for side in (match[1], match[2]):
            yield rendering[: match.start()] + side + rendering[match.end() :]


def _turned(rendering: str) -> Iterator[str]:
    """Office of the State Council: State Council Office; advance steadily: steadily advance."""
    parts = re.split(r"\s+of\s+(?:the\s+)?", rendering)
    if len(parts) == 2 and parts[0][:1].isupper() and parts[1][:1].isupper():
        yield f"{parts[1]} {parts[0]}"
    words = rendering.split()
    if len(words) == 2 and words[1].endswith("ly"):
        yield f"{words[1]} {words[0]}"


def _bare_place(rendering: str) -> Iterator[str]:
    """Fujian Province: Fujian alone names it too."""
    match = re.fullmatch(r"([A-Z]\w[\w'’ ]*?) (?:Province|City|Municipality|County)", rendering)
    if match:
        yield match[1]


def _find(words: Sequence[Token], rendering: str) -> tuple[int, int] | None:
    wanted = _wanted(rendering)
    if not wanted:
        return None
    for at in range(len(words)):
        end = _match_from(words, at, wanted)
        if end is not None and not _other_rank(words, at, wanted):
            return words[at].start, words[end - 1].end
    return None


@lru_cache(maxsize=20_000)
def _wanted(rendering: str) -> tuple[Token, ...]:
    return tuple(tokens(rendering))


def _match_from(words: Sequence[Token], at: int, wanted: Sequence[Token]) -> int | None:
    """The end of the match that begins at word `at`; compounds may be hyphenated or closed."""
    i = 0
    while i < len(wanted):
        if at >= len(words):
            return None
        if _same(words[at], wanted[i]):
            at, i = at + 1, i + 1
        elif (
            at + 1 < len(words)
            and words[at + 1].joined
            and _closed(words[at], words[at + 1]) & wanted[i].stems
        ):
            at, i = at + 2, i + 1
        elif (
            i + 1 < len(wanted)
            and wanted[i + 1].joined
            and _closed(wanted[i], wanted[i + 1]) & words[at].stems
        ):
            at, i = at + 1, i + 2
        elif "and" in wanted[i].stems and i and _listed(words[at], wanted, i):
            i += 1
        else:
            return None
    return at


def _listed(word: Token, wanted: Sequence[Token], i: int) -> bool:
    """Whether the word is what follows an "and" that the target writes as a comma."""
    return i + 1 < len(wanted) and len(wanted) > 3 and _same(word, wanted[i + 1])


def _closed(first: Token, second: Token) -> frozenset[str]:
    return stems(first.raw + second.raw)


def _same(word: Token, wanted: Token) -> bool:
    """Whether a word is an inflection of the wanted one, or the noun of a wanted verb.

    Not the other way round: "governing" is no government.
    """
    if word.stems & wanted.stems:
        return True
    return not verbs_of(wanted.raw) and bool(verbs_of(word.raw) & wanted.stems)


def _other_rank(words: Sequence[Token], at: int, wanted: Sequence[Token]) -> bool:
    """Whether a "deputy" or "vice" before the match, or before what it is joined to, changes the meaning."""
    while at > 0 and words[at].joined and words[at - 1].raw.lower() not in _RANKS:
        at -= 1
    return at > 0 and words[at - 1].raw.lower() in _RANKS and wanted[0].raw.lower() not in _RANKS
