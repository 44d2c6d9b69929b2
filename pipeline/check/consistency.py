"""What must agree across a document or a batch: sources and targets, terms, figures."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.check.base import DocumentCheck
from pipeline.document import Document, Issue, Segment

_BLANK = re.compile(r"\s+")
_PLAIN = re.compile(r"[\W_]+")
_NAMED = 3


@dataclass(frozen=True, slots=True)
class _Place:
    """A segment and the position of its document in the batch."""

    document: int
    segment: Segment


def _translated(documents: Sequence[Document]) -> Iterator[_Place]:
    for at, document in enumerate(documents):
        for segment in document.segments:
            if segment.target:
                yield _Place(at, segment)


def _same_source(documents: Sequence[Document]) -> list[list[Issue]]:
    """The same source with different targets; the most frequent target is taken for the right one."""
    by_source: dict[str, list[_Place]] = defaultdict(list)
    for place in _translated(documents):
        by_source[_BLANK.sub("", place.segment.text)].append(place)
    issues: list[list[Issue]] = [[] for _ in documents]
    for places in by_source.values():
        targets = Counter(_key(place.segment.target or "") for place in places)
        if len(targets) < 2:
            continue
        usual = targets.most_common(1)[0][0]
        first = next(place for place in places if _key(place.segment.target or "") == usual)
        for place in places:
            if _key(place.segment.target or "") != usual:
                where = _named(first, place, documents)
                message = f"the same source is translated otherwise in {where}: “{first.segment.target}”"
                _add(issues, place, "same-source", "warning", message)
    return issues


def _same_target(documents: Sequence[Document]) -> list[list[Issue]]:
    """Different sources with one target: one of them may have been lost."""
    by_target: dict[str, list[_Place]] = defaultdict(list)
    for place in _translated(documents):
        target = _key(place.segment.target or "")
        if len(target) >= 30:  # short headings may well coincide
            by_target[target].append(place)
    issues: list[list[Issue]] = [[] for _ in documents]
    for places in by_target.values():
        first = places[0]
        for place in places[1:]:
            if _PLAIN.sub("", place.segment.text) != _PLAIN.sub("", first.segment.text):
                message = f"{_named(first, place, documents)} has the same translation but another source"
                _add(issues, place, "same-target", "warning", message)
    return issues


def _key(text: str) -> str:
    return _PLAIN.sub(" ", text).strip().lower()


def _terms(documents: Sequence[Document]) -> list[list[Issue]]:
    """A term that is rendered as the glossary wants in some places and not in others."""
    issues: list[list[Issue]] = [[] for _ in documents]
    kept: dict[str, list[_Place]] = defaultdict(list)
    lost: dict[str, list[_Place]] = defaultdict(list)
    for place in _translated(documents):
        obeyed = {hit.zh: hit.obeyed for hit in place.segment.terms}
        for zh, is_kept in obeyed.items():
            if is_kept is not None:
                (kept if is_kept else lost)[zh].append(place)
    for zh, places in lost.items():
        for place in places if kept[zh] else ():
            _add(
                issues,
                place,
                "term-varies",
                "info",
                f"{zh} is rendered otherwise in {_some(kept[zh], place, documents)}",
            )
    return issues


def _some(places: list[_Place], here: _Place, documents: Sequence[Document]) -> str:
    """The first places by name, and how many there are besides."""
    named = ", ".join(_named(place, here, documents) for place in places[:_NAMED])
    more = len(places) - _NAMED
    return f"{named} and {more} other {'place' if more == 1 else 'places'}" if more > 0 else named


def _named(place: _Place, here: _Place, documents: Sequence[Document]) -> str:
    """A segment by its id, with its document where that is another one."""
    if place.document == here.document:
        return place.segment.id
    return f"{documents[place.document].source.path} {place.segment.id}"


def _figures(documents: Sequence[Document]) -> list[list[Issue]]:
    """The same words around two different figures."""
    issues: list[list[Issue]] = [[] for _ in documents]
    seen: dict[tuple[str, str], tuple[str, str, _Place]] = {}
    for at, document in enumerate(documents):
        texts = {segment.id: segment for segment in document.segments}
        for quantity in document.quantities:
            measure, segment = quantity.measure, texts.get(quantity.segment)
            if measure is None or segment is None or measure.kind in ("date", "ordinal", "time"):
                continue
            before, after = segment.text[: measure.start][-10:], segment.text[measure.end :][:6]
            if len(before) < 8 or (len(after) < 3 and not after.startswith("。")):
                continue
            value = f"{measure.value:f}{measure.unit}"
            here = _Place(at, segment)
            other = seen.setdefault((before, after), (value, measure.text, here))
            if other[0] != value:
                where = _named(other[2], here, documents)
                message = f"“…{before}{measure.text}{after}…” reads {other[1]} in {where}"
                _add(issues, here, "figure-varies", "warning", message)
    return issues


def _add(issues: list[list[Issue]], place: _Place, check: str, severity: str, message: str) -> None:
    issues[place.document].append(
        Issue(check=check, severity=severity, message=message, segment=place.segment.id)  # type: ignore[arg-type]
    )


def check_batch(documents: Iterable[Document]) -> list[list[Issue]]:
    """Issues of consistency for each document of a batch, in order."""
    batch = list(documents)
    issues: list[list[Issue]] = [[] for _ in batch]
    for check in CHECKS:
        for mine, found in zip(issues, check.find(batch), strict=True):
            mine += found
    return issues


CHECKS = (
    DocumentCheck(
        code="same-source",
        severity="warning",
        description="The same source has different translations.",
        example=("加强领导。 | 加强领导。", "Strengthen leadership. | Leadership was reinforced."),
        find=_same_source,
    ),
    DocumentCheck(
        code="same-target",
        severity="warning",
        description="Different sources have one translation.",
        example=(
            "一是建立健全领导体系。 | 二是切实加强改革部署。",
            "Establish and improve the leadership system. | Establish and improve the leadership system.",
        ),
        find=_same_target,
    ),
    DocumentCheck(
        code="term-varies",
        severity="info",
        description="A term is rendered as required in some places and otherwise in others.",
        example=(
            "省委印发。 | 省委研究。",
            "The CPC Provincial Committee issued it. | The Central Committee studied it.",
        ),
        find=_terms,
    ),
    DocumentCheck(
        code="figure-varies",
        severity="warning",
        description="The same words stand around different figures in two places.",
        example=("全省事业单位共有659个，其中。 | 全省事业单位共有695个，其中。", "659 | 695"),
        find=_figures,
    ),
)
