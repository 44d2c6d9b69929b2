"""Lines of a brief: statements in both languages, with the words left out that carry no claim."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.document import BriefLine, Document, Segment
from pipeline.summarise.cuts import parallel_cuts, shorten
from pipeline.summarise.listing import LEFT_OUT, english_joined, joined
from pipeline.summarise.statements import Statement, binds, words
from pipeline.summarise.support import english_faults

MAX_LEAD = 40
_MAX_BINDING = 100
_MIN_SENTENCE = 14
# English words for a Chinese character, on translated reports; counted where there is no English yet.
_WORDS_A_CHARACTER = 0.7
_MIDDLE = ("；", "，", "、", "：", ";", ",", ":")
_ENGLISH_ENUMERATOR = re.compile(
    r"^(?:(?:First|Second|Third|Fourth|Fifth|Sixth|Seventh|Eighth|Ninth|\w+th|Next|Then|Last|Final)(?:ly)?,"
    r"|Moreover,|(?:Article|Chapter|Section|Part) \d+(?:-\d+)?[.:,]?|\(\w{1,4}\)|\d{1,2}\.|[IVX]+\.|[•●—])\s+"
)


@dataclass(frozen=True, slots=True)
class _Piece:
    """What a line takes of a segment."""

    zh: str
    en: str | None
    cut: bool


class Liner:
    """Makes the lines of one document; what is asked for twice is made once."""

    def __init__(self, document: Document) -> None:
        self.headings = first_headings(document.segments)
        self.parents = {section.id: section.parent for section in document.sections}
        self._pieces: dict[tuple[str, bool, bool], _Piece] = {}

    def lead(self, statement: Statement, section: str | None) -> Segment | None:
        """What a point of a section hangs on: the heading below the section, or its item's first clause."""
        below, heading = statement.section, None
        while below is not None and below != section:
            heading, below = self.headings.get(below, heading), self.parents[below]
        topic = statement.lead is not None and statement.lead.kind == "sentence"
        for lead in (statement.lead, heading) if topic else (heading, statement.lead):
            if lead is not None and lead not in statement.segments and _can_lead(lead):
                return lead
        return None

    def line(
        self, statement: Statement, section: str | None = None, *, lead: Segment | None = None
    ) -> BriefLine:
        """One line; of a list under a heading that is a sentence, the heading alone."""
        if statement.joints:
            return self._listing(statement, section)
        told = statement.segments
        if lead is not None and statement.is_item and _says_it_all(lead):
            told = ()
        last = len(told) - 1
        pieces = [self._piece(segment, n == 0, n == last) for n, segment in enumerate(told)]
        zh = _ended("".join(piece.zh for piece in pieces))
        targets = [piece.en for piece in pieces]
        if lead is not None:
            opening = words(lead)
            zh = opening + ("" if opening[-1] in "。！？：" or not zh else "：") + zh
            targets.insert(0, _introduced(lead) if told else target_body(lead))
        segments = ((lead,) if lead is not None else ()) + told
        return BriefLine(
            zh=zh,
            en=_joined(targets),
            segments=tuple(segment.id for segment in segments),
            section=section,
            method="compress" if any(piece.cut for piece in pieces) else "extract",
        )

    def _listing(self, statement: Statement, section: str | None) -> BriefLine:
        """A list with its opening; without that where it is the title above the line."""
        told, joints = statement.segments, statement.joints
        if told[0].kind == "heading" and section is not None and section == told[0].section:
            told, joints = told[1:], joints[1:]
        pieces = [self._piece(segment, n == 0, False) for n, segment in enumerate(told)]
        targets = [piece.en for piece in pieces if piece.en is not None]
        return BriefLine(
            zh=joined([piece.zh for piece in pieces], joints),
            en=english_joined(targets, joints) if len(targets) == len(pieces) else "",
            segments=tuple(segment.id for segment in told),
            section=section,
            method="compress"
            if any(piece.cut for piece in pieces) or LEFT_OUT in "".join(joints)
            else "extract",
        )

    def _piece(self, segment: Segment, first: bool, last: bool) -> _Piece:
        key = (segment.id, first, last)
        if key not in self._pieces:
            self._pieces[key] = _piece(segment, first, last)
        return self._pieces[key]


def _can_lead(lead: Segment) -> bool:
    """Short enough to be quoted once more; what says whose aims follow must be."""
    text = words(lead)
    return 4 <= len(text) <= (_MAX_BINDING if binds(text) else MAX_LEAD)


def _says_it_all(lead: Segment) -> bool:
    """Whether a heading is a sentence, not the name of a list."""
    text = words(lead)
    return lead.kind == "heading" and text.endswith("。") and len(text) >= _MIN_SENTENCE


def _piece(segment: Segment, first: bool, last: bool) -> _Piece:
    """Both languages cut alike, or neither."""
    whole, target = words(segment), target_body(segment)
    left = shorten(whole, front=first, back=last) if segment.kind != "heading" else whole
    if left == whole or target is None:
        return _Piece(left, target, left != whole)
    for english in parallel_cuts(target, whole, left):
        if not english_faults(left, english, (segment,)):
            return _Piece(left, english, True)
    return _Piece(whole, target, False)


def of_headings(segments: Sequence[Segment], *, titled: bool = False) -> BriefLine:
    """Headings side by side; with `titled` the first is above the others."""
    texts = [words(segment).rstrip("。") for segment in segments]
    targets = [(target_body(s) or "").rstrip(".") for s in segments]
    known = all(segment.target is not None for segment in segments)
    return BriefLine(
        zh=_titled(texts, "：" if titled else "；", "；"),
        en=_titled(targets, ": " if titled else "; ", "; ") if known else "",
        segments=tuple(segment.id for segment in segments),
    )


def n_words(line: BriefLine) -> int:
    """English words of a line, or how many they will be."""
    return count_words(line.zh, line.en)


def count_words(zh: str, en: str) -> int:
    """The words of a text in English, or how many its Chinese will take."""
    return len(en.split()) if en else math.ceil(_WORDS_A_CHARACTER * len(zh))


def first_headings(segments: Iterable[Segment]) -> dict[str, Segment]:
    """The first heading of each section that has one of more than a marker."""
    headings: dict[str, Segment] = {}
    for segment in segments:
        if segment.kind == "heading" and segment.section is not None and segment.text != segment.marker:
            headings.setdefault(segment.section, segment)
    return headings


def _titled(texts: Sequence[str], colon: str, semicolon: str) -> str:
    """A title, then what follows it: A: B; C."""
    return texts[0] + (colon + semicolon.join(texts[1:]) if len(texts) > 1 else "")


def _ended(text: str) -> str:
    """A clause that ended in the middle of a sentence ends one here."""
    return text[:-1] + "。" if text.endswith(_MIDDLE) else text


def _joined(targets: Sequence[str | None]) -> str:
    """The targets as one text; empty as long as one is missing."""
    known = [target for target in targets if target is not None]
    if len(known) < len(targets):
        return ""
    text = " ".join(target for target in known if target)
    return text[:-1] + "." if text.endswith(_MIDDLE) else text


def _introduced(lead: Segment) -> str | None:
    """A heading introduces what follows it by a colon, an item ends with a full stop."""
    target = target_body(lead)
    if target is None or lead.kind != "heading":
        return target
    return target.rstrip(".:;, ") + ":"


def english_clauses(target: str, *, from_start: bool = False) -> list[str]:
    """Runs of clauses of a translation, the shortest first."""
    clauses = re.split(r"(?<=[,;:.])\s+", target)
    runs = {
        " ".join(clauses[i:j]).rstrip(",;:. ")
        for i in range(1 if from_start else len(clauses))
        for j in range(i + 1, min(i + 4, len(clauses)) + 1)
    }
    return [run[:1].upper() + run[1:] for run in sorted(runs, key=lambda run: (len(run), run)) if run]


def with_clause(line: BriefLine, zh: str, en: str, segment: str, *, titled: bool) -> BriefLine:
    """A headline that goes on with a clause: after a title alone behind a colon."""
    colon = "：" if titled else "；"
    return BriefLine(
        zh=line.zh + colon + zh,
        en=line.en + (": " if titled else "; ") + en if line.en and en else "",
        segments=(*line.segments, segment),
        method="compress",
    )


def target_body(segment: Segment) -> str | None:
    """The target without the enumerator that stands for the segment's marker."""
    if segment.target is None:
        return None
    target = segment.target.strip()
    if not segment.marker:
        return target
    stripped = _ENGLISH_ENUMERATOR.sub("", target)
    return stripped[:1].upper() + stripped[1:]
