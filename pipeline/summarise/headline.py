"""A headline for a text that has none: the clauses of its lead that the rest of it is about."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MAX_HEADLINE = 40
# Measured on 200 news items against their headlines, where any value from half to twice these is
# within one point of ROUGE-1: the price of a character, of a sentence and of a clause passed over.
_PER_CHARACTER, _PER_SENTENCE, _PER_CLAUSE = 0.05, 4.0, 1.0
_SETTING, _QUESTION, _CITATION = 4.0, 16.0, 8.0
_SENTENCES = 3
_SHORT = 20  # nothing is cut from what is short enough
_MIN_SAID = 4
_DATE = re.compile(r"[\d年月日季度上下半，。、；：\s]")
_CAP = 1.1  # three mentions of a pair tell as much as ten

_CLAUSE = re.compile("[^，；：,;:。！？!?]+[，；：,;:。！？!?]*[”’」』）)]*")
_WHEN = re.compile(
    r"(?:今天|昨天|明天)?（\d{1,2}月\d{1,2}日）|(?:\d{4}年)?(?:\d{1,2}月)?\d{1,2}日(?:上午|下午|晚|凌晨|早晨)?"
    r"(?:至(?:\d{1,2}月)?\d{1,2}日)?|近日|今天|日前|连日来|(?<=[\u4e00-\u9fff])(?:上午|下午)(?=在|举行)"
)
_WHERE = re.compile("在(?:京|北京|人民大会堂|北京人民大会堂|中南海|钓鱼台国宾馆)(?=[\u4e00-\u9fff])")
_OFFICE = re.compile(
    "^[\u4e00-\u9fff、]{0,40}(?:总书记|主席|总理|委员长|常委|书记处书记|国务委员|部长|发言人|特别代表)"
    r"(?=[\u4e00-\u9fff]{2,3}(?:[\d在同向对应致]|会见|出席|主持|表示|强调|指出|签署|会谈|考察|调研|宣布))"
)
_ASIDE = re.compile("（[^）]{1,20}）")
_SPEAKS = re.compile("(?:称|说|表示|认为|指出|强调|提出|宣布|透露|通报|爆料|报道|显示)$")
_CITES = re.compile("^(?:党的.{0,12}报告|习近平总书记|习近平主席|总书记).{0,25}(?:指出|提出|强调)")
_SETS = re.compile(
    "^.{2,14}(?:之际|期间|临近|来临|以来|时节|将至|将近|到来|在即|之后|当天|当晚|伊始)$"
    "|^(?:随着|面对|围绕|为|作为|针对|在|据|根据).{2,30}$|^(?:对于|关于|至于).{2,60}$"
)
_REPORTED = re.compile(r"^据.{1,15}(?:报道|消息|介绍|统计)$|^记者.{0,12}(?:获悉|了解到)$")


@dataclass(frozen=True, slots=True)
class Headline:
    """Words side by side in sentence `index`, less dates, offices and asides."""

    index: int
    words: str


class Headliner:
    """Knows how often the text speaks of what: its headline is about what it comes back to."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self._counts: Counter[str] = Counter()
        for text in texts:
            for clause in _CLAUSE.findall(text):
                self._counts.update(_pairs(clause))

    def best(self, rows: Sequence[int]) -> Headline | None:
        """The best headline in the first few of these sentences."""
        found = [
            (value - _PER_SENTENCE * rank, -rank, Headline(i, words))
            for rank, i in enumerate(rows[:_SENTENCES])
            for value, words in [self._best_span(self._texts[i])]
            if words
        ]
        return max(found, key=lambda entry: entry[:2])[2] if found else None

    def shorten(self, text: str) -> str:
        """One sentence cut to its most telling clauses; never to nothing."""
        return self._best_span(text)[1] or text

    def _best_span(self, text: str) -> tuple[float, str]:
        whole = _CITATION * bool(_CITES.match(text)) + _QUESTION * text.endswith(("？", "?"))
        spans = [(self._value(span) - cost - whole, span) for cost, span in _spans(text)]
        if len(text) <= _SHORT:
            return self._value(text) - whole, text.rstrip("。")
        value, words = max(spans, default=(-math.inf, ""), key=lambda pair: pair[0])
        return value, words.rstrip("，；：,;:。 ")

    def _value(self, span: str) -> float:
        repeated = (self._counts[pair] for clause in _CLAUSE.findall(span) for pair in _pairs(clause))
        return sum(min(math.log(n), _CAP) for n in repeated if n > 1) - _PER_CHARACTER * len(span)


def _spans(text: str) -> Iterator[tuple[float, str]]:
    """Runs of clauses that can stand alone, each with the price of where it begins.

    Words that someone said keep their speaker: a claim must not turn into a fact.
    """
    clauses = [(clause, _trimmed(clause)) for clause in _CLAUSE.findall(text)]
    clauses = [pair for pair in clauses if any(c.isalnum() for c in pair[1])]
    for first in range(len(clauses)):
        opening = clauses[first][0].rstrip("，,：:")
        earlier = [clause.rstrip("，,：:") for clause, _ in clauses[:first]]
        if _REPORTED.match(opening) and first + 1 < len(clauses):
            continue
        if any(_SPEAKS.search(clause) and not _REPORTED.match(clause) for clause in earlier):
            break
        cost = _PER_CLAUSE * first + _SETTING * bool(_SETS.match(opening))
        span = ""
        for n, (whole, clause) in enumerate(clauses[first:], first):
            if span and len(span) + len(clause) > MAX_HEADLINE:
                break
            span += clause
            if len(_DATE.sub("", span)) < _MIN_SAID:
                continue  # when it was says nothing either
            if n + 1 == len(clauses) or not _SPEAKS.search(whole.rstrip("，,：:")):
                yield cost, span  # who speaks, and not what, says nothing


def _trimmed(clause: str) -> str:
    for pattern in (_OFFICE, _WHEN, _WHERE, _ASIDE):
        clause = pattern.sub("", clause)
    return clause


def _pairs(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1) if text[i].isalnum() and text[i + 1].isalnum()}
