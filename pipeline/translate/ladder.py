"""The acceptance ladder: each rung asks again only for what the rung before left unaccepted.

greedy → remind (what was missing, in words) → sample (candidates, ranked by the checks) → split
(clause by clause) → fallback (another model) → kept (the best so far, with its faults named).
Every rung is one batch over all units.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import pairwise

from models.base import Answer, Decoding, Reporting, Request, Translator
from models.errors import SourceTooLong
from pipeline.translate.acceptance import Fault, accepted, cost, faults, improvable
from pipeline.translate.repairs import repair
from pipeline.translate.requests import Unit, clause_units
from pipeline.translate.rules import capitalised, uncapitalised

Progress = Callable[[int, int], None]

# Temperature and number of candidates of the sampling rung: docs/decisions/060.
CANDIDATES = 4
TEMPERATURE = 0.5
# Requests handed over at once. The last answers of a call are computed nearly alone: the report of the
# seeds (78 requests) takes 73 processor seconds in calls of 64, 63 to 69 in one.
CHUNK = 256
MAX_REMINDERS = 3
# What a translation by clauses must be better by; about one missing term.
_SEAMS = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One answer after repairs, with what is wrong with it."""

    text: str
    rung: str
    faults: tuple[Fault, ...]
    repairs: tuple[str, ...] = ()
    score: float | None = None
    model: str = ""

    @property
    def accepted(self) -> bool:
        return accepted(self.faults)

    @property
    def rank(self) -> tuple[float, float]:
        """Fewer faults first, then the model's own score. Clauses joined read worse than a sentence."""
        seams = _SEAMS if self.rung == "split" else 0.0
        return cost(self.faults) + seams, -(self.score if self.score is not None else -9.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The best candidate of a unit and the others, best first; `tries` counts the answers."""

    best: Candidate
    others: tuple[Candidate, ...] = ()
    tries: int = 0

    @property
    def rung(self) -> str:
        """The rung that gave the target; “kept” if no answer was accepted."""
        return self.best.rung if self.best.accepted else "kept"


@dataclass(slots=True)
class _Climb:
    """The state of one unit on the ladder."""

    unit: Unit
    candidates: list[Candidate] = field(default_factory=list)

    @property
    def done(self) -> bool:
        return any(candidate.accepted for candidate in self.candidates)

    @property
    def improvable(self) -> bool:
        """Accepted, but with a term put otherwise than the glossary advises."""
        return self.done and improvable(min(self.candidates, key=lambda c: c.rank).faults)

    def outcome(self) -> Outcome:
        ranked = sorted(self.candidates, key=lambda c: (not c.accepted, *c.rank))
        others = {c.text: c for c in reversed(ranked[1:]) if c.text and c.text != ranked[0].text}
        return Outcome(best=ranked[0], others=tuple(reversed(others.values())), tries=len(self.candidates))


def climb(
    units: Sequence[Unit],
    *,
    translator: Translator,
    fallback: Translator | None = None,
    seed: int = 0,
    retry: bool = True,
    progress: Progress | None = None,
) -> list[Outcome]:
    """Translate the units in order, one outcome each; the same seed gives the same outcomes.

    Args:  retry: False asks once; only texts that are too long for the model are still split.
           progress: hears how many units are settled and how many there are.
    """
    climbs = [_Climb(unit) for unit in units]
    whole = [c for c in climbs if fits(translator, c.unit.request)]

    def report(more: int = 0) -> None:
        if progress is not None:
            progress(min(sum(c.done for c in climbs) + more, len(climbs)), len(climbs))

    _ask(whole, "greedy", translator, Decoding(), report=report)
    if retry:
        unsettled = _within(translator, [c for c in whole if not c.done or c.improvable])
        _ask(unsettled, "remind", translator, Decoding(), requests=reminded, report=report)
        sampling = Decoding(candidates=CANDIDATES, temperature=TEMPERATURE, seed=seed + 1)
        _ask(
            _within(translator, _open(whole)),
            "sample",
            translator,
            sampling,
            requests=reminded,
            report=report,
        )
    _split(_open(climbs) if retry else [c for c in climbs if not c.candidates], translator)
    report()
    left = [c for c in _open(climbs) if retry and fallback is not None and fits(fallback, c.unit.request)]
    if fallback is not None and left:
        fallback.load()
        _ask(left, "fallback", fallback, Decoding(), report=report)
    if progress is not None and climbs:
        progress(len(climbs), len(climbs))
    return [climb.outcome() for climb in climbs]


def _within(translator: Translator, climbs: Iterable[_Climb]) -> list[_Climb]:
    """Those whose request is within the limits with its reminders, too."""
    return [climb for climb in climbs if fits(translator, reminded(climb))]


def fits(translator: Translator, request: Request) -> bool:
    """True if the request is within the limits of the model, its terms and hints counted."""
    lines = [request.text, request.context, *request.hints, *(f"{zh} = {en}" for zh, en in request.terms)]
    return translator.count_pieces("\n".join(filter(None, lines))) <= translator.limits.max_source_pieces


def _open(climbs: Iterable[_Climb]) -> list[_Climb]:
    return [climb for climb in climbs if not climb.done]


def _ask(
    climbs: Sequence[_Climb],
    rung: str,
    translator: Translator,
    decoding: Decoding,
    *,
    requests: Callable[[_Climb], Request] | None = None,
    report: Callable[[int], None] = lambda _: None,
) -> None:
    """One batch: ask for each climb and add the answers to its candidates."""
    for start in range(0, len(climbs), CHUNK):
        part = climbs[start : start + CHUNK]
        asked = [requests(climb) if requests else climb.unit.request for climb in part]
        with _heard(translator, report if rung == "greedy" else None):
            answers = translator.translate(asked, decoding=decoding)
        for climb, request, answer in zip(part, asked, answers, strict=True):
            climb.candidates += judged(climb.unit, answer, rung, translator.name, hints=request.hints)
        report(0)


@contextmanager
def _heard(translator: Translator, report: Callable[[int], None] | None) -> Iterator[None]:
    """Hear of each answer to first questions, where the translator says so; later ones settle few more."""
    if not isinstance(translator, Reporting) or report is None:
        yield
        return
    translator.on_answers = report
    try:
        yield
    finally:
        translator.on_answers = None


def judged(
    unit: Unit, answer: Answer, rung: str, model: str = "", *, hints: Sequence[str] = ()
) -> list[Candidate]:
    """The candidates of an answer, repaired and checked; further ones are complete by contract."""
    texts = [(answer.text, answer.finished, answer.score), *((text, True, None) for text in answer.others)]
    out = []
    for text, finished, score in texts:
        mended, repairs = repair(unit.task, text)
        found = (*faults(unit.task, mended, finished=finished), *_leaked(hints, mended))
        out.append(Candidate(text=mended, rung=rung, faults=found, repairs=repairs, score=score, model=model))
    return out


def _leaked(hints: Sequence[str], answer: str) -> tuple[Fault, ...]:
    """A reminder that the model translated along with the sentence."""
    for hint in hints:
        words = hint.rstrip(".").lower()
        if len(words) > 12 and words in answer.lower():
            return (Fault(code="chatter", message=f"a reminder stands in the answer: {hint}", cost=6.0),)
    return ()


def reminded(climb: _Climb) -> Request:
    """The request with a reminder of what the best answer lacked, worst first."""
    best = min(climb.candidates, key=lambda c: c.rank)
    worst = sorted((fault for fault in best.faults if fault.reminder), key=lambda fault: -fault.cost)
    hints = tuple(dict.fromkeys(fault.reminder for fault in worst))[:MAX_REMINDERS]
    return replace(climb.unit.request, hints=(*climb.unit.request.hints, *hints))


# -- clauses ------------------------------------------------------------------------------------


def _split(climbs: Sequence[_Climb], translator: Translator) -> None:
    """Translate clause by clause, all clauses of all units in one batch, and join them."""
    parts = [(climb, _fitting(clause_units(climb.unit), translator)) for climb in climbs]
    parts = [(climb, units) for climb, units in parts if len(units) > 1]
    pieces = [_Climb(unit) for _, units in parts for unit in units]
    _ask(pieces, "split", translator, Decoding())
    _ask(_open(pieces), "split", translator, Decoding(), requests=reminded)
    at = 0
    for climb, units in parts:
        bests = [piece.outcome().best for piece in pieces[at : at + len(units)]]
        at += len(units)
        joined = join_clauses([(unit.task.text, best.text) for unit, best in zip(units, bests, strict=True)])
        finished = not any(fault.code in ("unfinished", "empty") for best in bests for fault in best.faults)
        scores = [best.score for best in bests if best.score is not None]
        answer = Answer(text=joined, finished=finished, score=sum(scores) / len(scores) if scores else None)
        climb.candidates += judged(climb.unit, answer, "split", translator.name)
    for climb in climbs:
        if not climb.candidates:
            pieces_now = translator.count_pieces(climb.unit.task.text)
            raise SourceTooLong(
                f"a text of {pieces_now} pieces has no place to split; the model takes at most "
                f"{translator.limits.max_source_pieces}: {climb.unit.task.text[:40]}…"
            )


def _fitting(units: tuple[Unit, ...], translator: Translator) -> tuple[Unit, ...]:
    """Clauses that are too long for the model still, split further."""
    out: list[Unit] = []
    for unit in units:
        smaller = () if fits(translator, unit.request) else clause_units(unit)
        out += _fitting(smaller, translator) if len(smaller) > 1 else (unit,)
    return tuple(out)


def join_clauses(pairs: Sequence[tuple[str, str]]) -> str:
    """Clauses to a sentence: a full stop inside gives way to the mark of the source."""
    if not pairs:
        return ""
    out = pairs[0][1].strip()
    for (before, _), (source, target) in pairwise(pairs):
        mark = {"；": ";", ";": ";", "：": ":", ":": ":", "。": "."}.get(before.rstrip("”）)")[-1:], ",")
        out = out.rstrip(" .,;:") + mark
        target = target.strip()
        out += " " + (capitalised(target) if mark == "." else uncapitalised(target, source))
    return out
