"""Whether a string is the reading of the characters before it: tǒng of 統, Hàn yǔ of 漢語."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from pypinyin import Style, pinyin

# Letters that stand for others in scraped pinyin: the phonetic alphabet's a and g, a breve for the
# caron (ŏ for ǒ), and ü as v, u: or u with any dots.
_LOOKALIKES = str.maketrans("ɑɡ", "ag")
_TONES = {"\u0304": "1", "\u0301": "2", "\u030c": "3", "\u0306": "3", "\u0300": "4"}
# "音", "读音：" and the like before the reading itself.
_LABEL = re.compile(r"^\s*(?:(?:读|讀|拼|注|发|發)?音|拼音|读|讀|念|唸)\s*(?:为|為|作|同)?\s*[:：]?\s*")
_BREAKS = re.compile(r"[\s\-·•.'’`,，、/]+")
_BOPOMOFO = re.compile(r"[\u3105-\u312fˉˊˇˋ˙\s]+")
MAX_CHARACTERS = 12  # the longest run that one bracket glosses: a name with its title


@lru_cache(maxsize=1)
def _syllables() -> frozenset[str]:
    """Every toneless syllable that pypinyin knows."""
    from pypinyin.constants import PINYIN_DICT

    readings = ",".join(PINYIN_DICT.values()).split(",")
    known = (_syllable(_spelling(reading)) for reading in set(readings))
    return frozenset(syllable[0] for syllable in known if syllable)


@lru_cache(maxsize=50_000)
def readings(character: str) -> frozenset[tuple[str, str]]:
    """The readings of a character, heteronyms included; a neutral tone is "5"."""
    found = pinyin(character, style=Style.TONE, heteronym=True, errors="ignore")
    known = (_syllable(_spelling(each)) for each in (found[0] if found else ()))
    return frozenset((syllable[0], syllable[1] or "5") for syllable in known if syllable)


@lru_cache(maxsize=10_000)
def _bopomofo(character: str) -> frozenset[str]:
    found = pinyin(character, style=Style.BOPOMOFO, heteronym=True, errors="ignore")
    return frozenset(_bare_bopomofo(each) for each in found[0]) if found else frozenset()


def _bare_bopomofo(text: str) -> str:
    return re.sub(r"[\sˉ]", "", text).replace("˙", "")


def glossed(before: str, content: str) -> int:
    """How many characters at the end of `before` the bracket's content is a reading of; 0 if none.

    A reading need not have tones, but one letter without a tone proves nothing: 总额(E).
    """
    content = _LABEL.sub("", unicodedata.normalize("NFC", content)).strip()
    tail = before[-MAX_CHARACTERS:]
    if not content or not tail:
        return 0
    if _BOPOMOFO.fullmatch(content):
        return _match_bopomofo(tail, _bare_bopomofo(content))
    if len(content) == 1 and content.isascii():
        return 0
    whole = _match(tail, _spelling(content))
    if whole:
        return whole
    # Alternatives for one character: 行(xíng/háng), 和(hé、hè).
    options = [option for option in re.split(r"[,，、/;；]", content) if option.strip()]
    if len(options) > 1 and all(len(o.strip()) > 1 and _match(tail, _spelling(o)) == 1 for o in options):
        return 1
    return 0


def looks_like_reading(content: str) -> bool:
    """Whether a bracket could be meant as a gloss: pinyin with tones, or lower-case syllables."""
    text = _LABEL.sub("", unicodedata.normalize("NFC", content)).strip()
    if not text or len(text) > 60 or (len(text) == 1 and text.isascii()):
        return False
    if _BOPOMOFO.fullmatch(text):
        return True
    toned = bool(set(unicodedata.normalize("NFD", text)) & set(_TONES))
    if not toned and text != text.lower():
        return False
    return _parses(_spelling(text))


def _spelling(content: str) -> tuple[tuple[str, str], ...]:
    """Pieces of a written reading, each (letters, tone) of one letter and the tone on it.

    A tone mark stays on its vowel, so that syllables written together can be taken apart.
    """
    marks: list[tuple[str, str]] = []
    text = _BREAKS.sub("", content.lower().translate(_LOOKALIKES)).replace("u:", "v")
    for mark in unicodedata.normalize("NFD", text):
        letter, tone = marks[-1] if marks else ("", "")
        if mark in _TONES and marks:
            marks[-1] = (letter, _TONES[mark])
        elif mark == "\u0308" and letter == "u":
            marks[-1] = ("v", tone)
        elif mark == "\u0302" and letter == "e":
            marks[-1] = ("ê", tone)
        else:
            marks.append((mark, ""))
    return tuple(marks)


def _syllable(marks: tuple[tuple[str, str], ...]) -> tuple[str, str] | None:
    """Letters and tone of a piece; None if it has two tones or a digit inside."""
    tones = [tone for _, tone in marks if tone]
    letters = "".join(letter for letter, _ in marks)
    if letters and letters[-1].isdigit():
        number = letters[-1].replace("0", "5")
        tones, letters = [*tones, number], letters[:-1]
    if len(tones) > 1 or not letters or not letters.isalpha():
        return None
    return letters, tones[0] if tones else ""


def _match(tail: str, marks: tuple[tuple[str, str], ...]) -> int:
    """Match syllables from the end of the text backwards; the number of characters they cover."""
    if not marks:
        return 0
    stack = [(len(marks), len(tail))]
    seen = set(stack)
    while stack:
        end, at = stack.pop()
        if end == 0:
            return len(tail) - at
        for size in range(1, 8):
            if at == 0 or size > end:
                break
            syllable = _syllable(marks[end - size : end])
            if syllable is None:
                continue
            for step in _taken(tail, at, syllable):
                state = (end - size, at - step)
                if state not in seen:
                    seen.add(state)
                    stack.append(state)
    return 0


def _taken(tail: str, at: int, syllable: tuple[str, str]) -> list[int]:
    """How many characters before `at` one syllable can stand for: 1, or 2 with 儿 (huār)."""
    steps = [1] if _reads(tail[at - 1], syllable) else []
    letters, tone = syllable
    if (
        at >= 2
        and tail[at - 1] in "儿兒"
        and letters.endswith("r")
        and _reads(tail[at - 2], (letters[:-1], tone))
    ):
        steps.append(2)
    if at >= 1 and tail[at - 1] in "儿兒" and letters == "r":
        steps.append(1)
    return steps


def _reads(character: str, syllable: tuple[str, str]) -> bool:
    letters, tone = syllable
    return any(
        (letters in (known, known.replace("v", "u"))) and (not tone or tone == known_tone)
        for known, known_tone in readings(character)
    )


def _match_bopomofo(tail: str, content: str) -> int:
    """The same for 注音: no syllable is a prefix that matters, so greedy from the end is enough."""
    left, covered = content, 0
    for character in reversed(tail):
        known = [each for each in _bopomofo(character) if each and left.endswith(each)]
        if not known:
            return 0
        left, covered = left[: -len(max(known, key=len))], covered + 1
        if not left:
            return covered
    return 0


def _parses(marks: tuple[tuple[str, str], ...]) -> bool:
    """Whether a spelling consists of possible syllables only."""
    reachable = {0}
    for end in range(1, len(marks) + 1):
        for size in range(1, min(8, end + 1)):
            syllable = _syllable(marks[end - size : end]) if end - size in reachable else None
            if syllable and syllable[0] in _syllables():
                reachable.add(end)
    return bool(marks) and len(marks) in reachable
