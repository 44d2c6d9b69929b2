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
_RANKS = frozenset({"deputy", "vice", "assistant", "associate", "former", "non"})
_ABBREVIATION = re.compile(r"^[A-Z][A-Za-z]?[A-Z0-9]+s?$")
_BRACKETED = re.compile(r"\s*\(([^()]*)\)")
_VOWEL = re.compile(r"[aeiouy]")
_NOMINAL = ("ations", "ation", "itions", "ition", "ions", "ion", "ments", "ment", "ances", "ance")
_IRREGULAR = {
    "made": "make", "held": "hold", "led": "lead", "built": "build", "took": "take", "taken": "take", "gave": "give",
    "given": "give", "began": "begin", "begun": "begin", "set": "set", "met": "meet", "kept": "keep", "sent": "send",
    "brought": "bring", "sought": "seek", "grew": "grow", "grown": "grow", "rose": "rise", "risen": "rise",
    "abolition": "abolish", "children": "child", "men": "man", "women": "woman", "bodies": "body", "is": "be", "are": "be",
    "was": "be", "were": "be", "has": "have", "had": "have", "upheld": "uphold", "withdrew": "withdraw", "&": "and",
    "first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th", "fifth": "5th", "sixth": "6th", "seventh": "7th",
    "eighth": "8th", "ninth": "9th", "tenth": "10th", "nineteenth": "19th", "eighteenth": "18th", "twentieth": "20th",
    "programme": "program", "programmes": "program", "centre": "center", "centres": "center", "defence": "defense",
    "labour": "labor", "people": "people", "news": "news", "series": "series", "goods": "goods",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """A word of English with its place; `joined` if only a hyphen parts it from the one before."""

    stem: str
    raw: str
    start: int
    end: int
    joined: bool


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """A light stem: plural, past, -ing and British spelling are gone, nothing else."""
    word = word.lower().replace("’", "'").removesuffix("'").removesuffix("'s")
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    word = _without_ending(word)
    word = re.sub(r"is(e?)$", r"iz\1", word) if len(word) > 5 else word
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


def _without_ending(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "xes", "ches", "shes", "zes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    if len(word) > 5 and word.endswith("ied"):
        return word[:-3] + "y"
    for ending in ("ing", "ed"):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= 3 and _VOWEL.search(rest) and not rest.endswith("e"):
            return rest[:-1] if rest[-1] == rest[-2] and rest[-1] not in "lsz" else rest
    return word


@lru_cache(maxsize=50_000)
def nominal_stem(word: str) -> str:
    """The stem of the verb inside a noun: implementation → implement, adjustment → adjust."""
    lower = word.lower()
    for ending in _NOMINAL:
        if lower.endswith(ending) and len(lower) - len(ending) >= 4:
            return stem(lower.removesuffix(ending))
    return ""


def tokens(text: str) -> list[Token]:
    """The words of a text; articles are left out, so they are optional everywhere."""
    found: list[Token] = []
    last = -1
    for match in _WORD.finditer(text):
        joined = match.start() - last == 1 and text[last : match.start()] in "-‐‑–/"
        if match[0].lower() not in _ARTICLES:
            found.append(Token(stem(match[0]), match[0], match.start(), match.end(), joined))
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
    """Ways to write one rendering, the fullest first: with and without its brackets, either side of a slash."""
    ways = [rendering, *_without_brackets(rendering)]
    ways += [way for each in list(ways) for way in _slashes(each)]
    ways += [way for each in list(ways) for way in _turned(each)]
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
    """General Office of the State Council: State Council General Office."""
    parts = re.split(r"\s+of\s+(?:the\s+)?", rendering)
    if len(parts) == 2 and parts[0][:1].isupper() and parts[1][:1].isupper():
        yield f"{parts[1]} {parts[0]}"


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
        elif at + 1 < len(words) and words[at + 1].joined and _closed(words[at], words[at + 1]) == wanted[i].stem:
            at, i = at + 2, i + 1
        elif i + 1 < len(wanted) and wanted[i + 1].joined and _closed(wanted[i], wanted[i + 1]) == words[at].stem:
            at, i = at + 1, i + 2
        elif wanted[i].stem == "and" and i and _listed(words[at], wanted, i):
            i += 1
        else:
            return None
    return at


def _listed(word: Token, wanted: Sequence[Token], i: int) -> bool:
    """Whether the word is what follows an "and" that the target writes as a comma."""
    return i + 1 < len(wanted) and len(wanted) > 3 and _same(word, wanted[i + 1])


def _closed(first: Token, second: Token) -> str:
    return stem(first.raw + second.raw)


def _same(word: Token, wanted: Token) -> bool:
    if word.stem == wanted.stem:
        return True
    # A noun may render a verb (划转 transfer, implement → implementation), but no verb a noun:
    # "governing" is no government.
    return not nominal_stem(wanted.raw) and len(wanted.stem) > 3 and _verb_of(word.raw, wanted.stem)


def _verb_of(noun: str, verb: str) -> bool:
    inside = nominal_stem(noun)
    return bool(inside) and inside in (verb, verb.removesuffix("at"), verb + "at")


def _other_rank(words: Sequence[Token], at: int, wanted: Sequence[Token]) -> bool:
    """Whether a "deputy" or "vice" before the match makes it somebody else."""
    return at > 0 and words[at - 1].raw.lower() in _RANKS and wanted[0].raw.lower() not in _RANKS
