"""The acceptance ladder: each rung asks again only for what the rung before left unaccepted.

greedy → remind (what was missing, in words) → sample (candidates, ranked by the checks) → split
(clause by clause) → fallback (another model) → kept (the best so far, with its faults named).

Units climb on their own: a model that takes questions while it answers (`Conversing`) is asked again as soon
as an answer is refused, any other is asked for each rung of all units in one call.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise

from models.base import Answer, Ask, Conversing, Decoding, Reporting, Request, Translator
from models.errors import SourceTooLong
from pipeline.translate.acceptance import Fault, accepted, cost, faults, improvable
from pipeline.translate.repairs import repair
from pipeline.translate.requests import Unit, clause_units
from pipeline.translate.rules import capitalised, uncapitalised

Progress = Callable[[int, int], None]
Wanted = list[tuple[Request, Decoding]]
# A unit on its way: what it asks together, then the answers, until it asks no more.
Way = Generator[Wanted, list[Answer], None]

# Temperature and number of candidates of the sampling rung: docs/decisions/060.
CANDIDATES = 4
TEMPERATURE = 0.5
# Requests, or units with all that is asked for them, handed over at once. The last answers of a call are
# computed nearly alone: the report of the seeds (78 requests) takes 73 processor seconds in calls of 64,
# 63 to 69 in one.
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
    told = _Told(climbs, progress)
    ways = [_way(climb, translator, seed=seed, retry=retry) for climb in climbs]
    _go(ways, translator, told)
    left = [c for c in climbs if not c.done and retry and fallback and fits(fallback, c.unit.request)]
    if fallback is not None and left:
        fallback.load()
        _go([_asked(climb, "fallback", fallback, Decoding()) for climb in left], fallback, told)
    told.settled()
    return [climb.outcome() for climb in climbs]


@dataclass(slots=True)
class _Told:
    """Tells progress, which never goes back: often enough for a percentage, not at each answer of thousands."""

    climbs: Sequence[_Climb]
    progress: Progress | None
    most: int = 0
    calls: int = 0

    def __call__(self, more: int = 0) -> None:
        self.calls += 1
        due = more > 0 or self.calls % max(1, len(self.climbs) // 100) == 0
        if self.progress is not None and due:
            self._tell(sum(climb.done for climb in self.climbs) + more)

    def settled(self) -> None:
        self._tell(len(self.climbs))

    def _tell(self, done: int) -> None:
        if self.progress is not None and self.climbs:
            self.most = max(self.most, min(done, len(self.climbs)))
            self.progress(self.most, len(self.climbs))


# -- the rungs of one unit ----------------------------------------------------------------------


def _way(climb: _Climb, translator: Translator, *, seed: int, retry: bool) -> Way:
    """Rung by rung, until an answer is accepted or nothing is left to try."""
    if fits(translator, climb.unit.request):
        yield from _asked(climb, "greedy", translator, Decoding())
        if retry and (not climb.done or climb.improvable):
            yield from _reminded(climb, "remind", translator, Decoding())
        if retry and not climb.done:
            sampling = Decoding(candidates=CANDIDATES, temperature=TEMPERATURE, seed=seed + 1)
            yield from _reminded(climb, "sample", translator, sampling)
    if not climb.candidates or (retry and not climb.done):
        yield from _split(climb, translator)


def _asked(
    climb: _Climb, rung: str, translator: Translator, decoding: Decoding, request: Request | None = None
) -> Way:
    """One question, its answer among the candidates."""
    request = request or climb.unit.request
    (answer,) = yield [(request, decoding)]
    climb.candidates += judged(climb.unit, answer, rung, translator.name, hints=request.hints)


def _reminded(climb: _Climb, rung: str, translator: Translator, decoding: Decoding) -> Way:
    """Asked with a reminder, if the request is within the limits with it, too."""
    request = reminded(climb)
    if fits(translator, request):
        yield from _asked(climb, rung, translator, decoding, request)


def fits(translator: Translator, request: Request) -> bool:
    """True if the request is within the limits of the model, its terms and hints counted."""
    lines = [request.text, request.context, *request.hints, *(f"{zh} = {en}" for zh, en in request.terms)]
    return translator.count_pieces("\n".join(filter(None, lines))) <= translator.limits.max_source_pieces


# -- many units at once -------------------------------------------------------------------------


def _go(ways: Sequence[Way], translator: Translator, told: Callable[[int], None]) -> None:
    """All units to the end of their ways."""
    if isinstance(translator, Conversing):
        for start in range(0, len(ways), CHUNK):
            asks = [ask for way in ways[start : start + CHUNK] for ask in _asks(way, None, told)]
            translator.converse(asks)
    else:
        _in_waves(ways, translator, told)


def _asks(way: Way, answers: list[Answer] | None, told: Callable[[int], None]) -> list[Ask]:
    """What a unit asks next; the last of its answers leads on."""
    wanted = _next(way, answers)
    told(0)
    found: dict[int, Answer] = {}

    def then(number: int, answer: Answer) -> list[Ask]:
        found[number] = answer
        return _asks(way, [found[n] for n in range(len(wanted))], told) if len(found) == len(wanted) else []

    return [Ask(*one, partial(then, number)) for number, one in enumerate(wanted)]


def _next(way: Way, answers: list[Answer] | None) -> Wanted:
    try:
        return next(way) if answers is None else way.send(answers)
    except StopIteration:
        return []


def _in_waves(ways: Iterable[Way], translator: Translator, told: Callable[[int], None]) -> None:
    """One call for each way of decoding over all units, then the next rung of those that climb on."""
    first, wave = True, [(way, wanted) for way in ways if (wanted := _next(way, None))]
    while wave:
        asked = [one for _, wanted in wave for one in wanted]
        found: dict[int, Answer] = {}
        for decoding in dict.fromkeys(decoding for _, decoding in asked):
            numbers = [n for n, (_, d) in enumerate(asked) if d == decoding]
            for start in range(0, len(numbers), CHUNK):
                part = numbers[start : start + CHUNK]
                with _heard(translator, partial(_more, told, start) if first else None):
                    answers = translator.translate([asked[n][0] for n in part], decoding=decoding)
                found |= dict(zip(part, answers, strict=True))
        at, onward = 0, []
        for way, wanted in wave:
            answers = [found[n] for n in range(at, at + len(wanted))]
            at += len(wanted)
            onward.append((way, _next(way, answers)))
        told(0)
        first, wave = False, [(way, wanted) for way, wanted in onward if wanted]


def _more(told: Callable[[int], None], before: int, answered: int) -> None:
    told(before + answered)


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


def _split(climb: _Climb, translator: Translator) -> Way:
    """Translate clause by clause, all clauses together, and join them."""
    units = _fitting(clause_units(climb.unit), translator)
    if len(units) < 2:
        _check_placed(climb, translator)
        return
    pieces = [_Climb(unit) for unit in units]
    yield from _together([_asked(piece, "split", translator, Decoding()) for piece in pieces])
    refused = [piece for piece in pieces if not piece.done]
    again = [_asked(piece, "split", translator, Decoding(), reminded(piece)) for piece in refused]
    yield from _together(again)
    bests = [piece.outcome().best for piece in pieces]
    joined = join_clauses([(unit.task.text, best.text) for unit, best in zip(units, bests, strict=True)])
    finished = not any(fault.code in ("unfinished", "empty") for best in bests for fault in best.faults)
    scores = [best.score for best in bests if best.score is not None]
    answer = Answer(text=joined, finished=finished, score=sum(scores) / len(scores) if scores else None)
    climb.candidates += judged(climb.unit, answer, "split", translator.name)


def _together(ways: Sequence[Way]) -> Way:
    """Ways of one question each as one way that asks all of them at once."""
    wanted = [one for way in ways for one in next(way)]
    answers = (yield wanted) if wanted else []
    for way, answer in zip(ways, answers, strict=True):
        _next(way, [answer])


def _check_placed(climb: _Climb, translator: Translator) -> None:
    """Refuse a text that has no answer and no clauses."""
    if not climb.candidates:
        pieces = translator.count_pieces(climb.unit.task.text)
        raise SourceTooLong(
            f"a text of {pieces} pieces has no place to split; the model takes at most "
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
