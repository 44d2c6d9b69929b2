"""The clause that gives a text's key figure, short enough for a headline."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.document import Document, Segment
from pipeline.summarise.figures import is_key
from pipeline.summarise.lines import english_clauses, target_body
from pipeline.summarise.salience import DIRECTIVE, RESULT, WHOLE, Ranking, is_dependent
from pipeline.summarise.statements import Statement, words
from pipeline.summarise.support import chinese_faults, english_faults

_SHORTEST, _LONGEST = 8, 40  # characters
_TRIED = 12  # of the best statements
_SETTING = re.compile(
    r"^(?:(?:19|20)\d\d年|[一二三四五六七八九十这]{1,2}年来?|过去[一二三五]年|截至.{2,12}|.{2,10}期间)$"
)
_YEARS = re.compile("[两三四五六七八九十]年|“?十[三四五]五")
# A sum that says of what: 共收回空编15万余名.
_SUM = re.compile("(?:累计|总共|一共|共)(?:[收清精撤取压核减新建调][^，]{3,})")
# A clause that takes its subject from one before.
_SUBJECTLESS = re.compile(
    "^(?:再|也|还|又|共|累计|分别|同比|比|较|增长|下降|占|居|新增|净增|达|从严|进一步|并|从而|使|约)"
)


@dataclass(frozen=True, slots=True)
class KeyClause:
    """A clause in both languages (English empty as long as there is none) and the segment that has it."""

    zh: str
    en: str
    segment: Segment


def key_clauses(
    document: Document, ranking: Ranking, rows: Sequence[int], aims: frozenset[str]
) -> Iterator[KeyClause]:
    """Clauses that tell a result by a key figure and can stand alone, of the best statements first.

    Segments with `aims` are left out: short as a headline is, they would be read as reached.
    """
    figures: dict[str, list[str]] = {}
    for quantity in document.quantities:
        if quantity.measure is not None and is_key(quantity):
            figures.setdefault(quantity.segment, []).append(quantity.measure.text)
    ranked = sorted(rows, key=lambda i: (-float(ranking.scores[i]), i))[:_TRIED]
    found = []
    for rank, statement in enumerate(ranking.statements[i] for i in ranked):
        segment, lead = statement.segments[0], statement.lead
        if segment.id in aims or DIRECTIVE.search(segment.text):
            continue
        if lead is not None and _YEARS.search(lead.text):
            continue  # what grew in five years would be read as one year's growth
        zh = _clause(statement, segment, figures.get(segment.id, []))
        if zh and not chinese_faults(zh, [words(segment)]):
            found.append((not WHOLE.search(zh), rank, zh, segment))
    for _, _, zh, segment in sorted(found, key=lambda entry: entry[:2]):
        yield from _translated(zh, segment)


def _clause(statement: Statement, segment: Segment, figures: Sequence[str]) -> str:
    """The first clause that says something, or one with a sum, if it tells a result by a figure."""
    if is_dependent(statement.text):
        return ""
    clauses = [c for c in re.split("[，；。：]", words(segment)) if not _SETTING.match(c)]
    for clause in [*clauses[:1], *(c for c in clauses[1:] if _SUM.match(c))]:
        told = any(figure in clause for figure in figures) and RESULT.search(clause)
        fits = _SHORTEST <= len(clause) <= _LONGEST and not _SUBJECTLESS.match(clause)
        fits = fits or (_SUM.match(clause) is not None and _SHORTEST <= len(clause) <= _LONGEST)
        if told and fits:
            return clause
    return ""


def _translated(zh: str, segment: Segment) -> Iterator[KeyClause]:
    """The clause with the part of its finished translation that says the same, if there is one."""
    target = target_body(segment)
    if target is None:
        yield KeyClause(zh, "", segment)
        return
    opening = words(segment).startswith(zh)
    for english in english_clauses(target, from_start=opening):
        if not english_faults(zh, english, (segment,)):
            yield KeyClause(zh, english, segment)
            return
