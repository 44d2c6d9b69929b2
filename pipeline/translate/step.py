"""The translation step: rules first, then the memory, then the ladder; one answer for equal texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from models.base import Translator
from pipeline.config import TranslateConfig
from pipeline.document import Bilingual, Document, Issue, Origin, Section, Segment
from pipeline.prepare.terms import Glossary
from pipeline.translate.acceptance import Fault, accepted, faults
from pipeline.translate.alignment import aligned_terms
from pipeline.translate.ladder import Outcome, climb
from pipeline.translate.memory import HUMAN, Memory, Pair, context_of, with_figures_of
from pipeline.translate.register import registers
from pipeline.translate.requests import Passage, Unit, make_unit, unit_of
from pipeline.translate.rules import rule_target, with_marker

RUNGS = (
    "human", "rule", "memory", "figures", "greedy", "remind", "sample", "split", "fallback", "kept",
)  # fmt: skip
RUNG_WORDS = {"kept": "kept with faults"}  # “kept” alone would read as what was there already
MAX_ALTERNATIVES = 3
_SIMILAR = 0.85
_STOPS = "。：:；;.，, "


@dataclass(frozen=True, slots=True)
class Engine:
    """What translates: a model, a second one for the last rung, a memory, and who hears of progress."""

    translator: Translator
    fallback: Translator | None = None
    memory: Memory | None = None
    progress: Callable[[int, int], None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The English of a unit without its marker, and how it came about."""

    text: str
    origin: Origin
    rung: str
    model: str = ""
    score: float | None = None
    faults: tuple[Fault, ...] = ()
    repairs: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    tries: int = 0


def translate(document: Document, *, engine: Engine, glossary: Glossary, config: TranslateConfig) -> Document:
    """The document with a target for every segment and an English title for every section.

    What a person wrote or approved is never overwritten.
    """
    return translate_all([document], engine=engine, glossary=glossary, config=config)[0]


def translate_all(
    documents: Sequence[Document], *, engine: Engine, glossary: Glossary, config: TranslateConfig
) -> list[Document]:
    """Translate many documents as one batch: equal texts once, each rung of the ladder once."""
    plans = [_plan(document, glossary) for document in documents]
    units = {_key(unit): unit for plan in plans for unit in (*plan.units.values(), *plan.titles.values())}
    bodies = dict(zip(units, _bodies(list(units.values()), engine, glossary, config), strict=True))
    return [_filled(plan, bodies, glossary) for plan in plans]


def translate_texts(
    texts: Sequence[str], *, engine: Engine, glossary: Glossary, config: TranslateConfig
) -> list[str]:
    """English for sentences that stand alone, in order; empty where no answer was accepted."""
    units = {
        text: make_unit(text, kind="sentence", glossary=glossary, terms=glossary.hits(text))
        for text in dict.fromkeys(texts)
    }
    bodies = dict(zip(units, _bodies(list(units.values()), engine, glossary, config), strict=True))
    return [bodies[text].text if accepted(bodies[text].faults) else "" for text in texts]


def _key(unit: Unit) -> str:
    """Units with equal keys have equal translations."""
    terms = "\x1e".join(f"{hit.zh}\x1d{hit.en}" for hit in unit.task.terms)
    return "\x1f".join((unit.task.kind, unit.task.text, terms, *unit.request.hints))


def is_settled(segment: Segment) -> bool:
    """True for a target that a person wrote or approved."""
    return segment.target is not None and (
        segment.origin == "human" or segment.state in ("reviewed", "final")
    )


# -- what is to be translated ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be translated of a document: units by segment, and by section for its title.

    `given` holds titles that a person's translation of the heading gives.
    """

    document: Document
    units: dict[str, Unit]
    titles: dict[str, Unit]
    given: dict[str, str]


def _plan(document: Document, glossary: Glossary) -> _Plan:
    region, script = document.source.region, document.source.script
    taiwan = region == "tw" or (region is None and script == "hant")
    doing = registers(document.segments, document.sections)
    units = {
        s.id: unit_of(s, glossary, passage=Passage(taiwan=taiwan, register=doing.get(s.section, "plain")))
        for s in document.segments
    }
    headings = {
        (s.section, units[s.id].task.text.strip().rstrip(_STOPS)): s
        for s in document.segments
        if s.kind == "heading"
    }
    titles, given = {}, {}
    for section in document.sections:
        words = section.title.zh.strip()
        if not words or section.title.en:
            continue
        heading = headings.get((section.id, words.rstrip(_STOPS)))
        if heading is None:
            titles[section.id] = make_unit(
                words, kind="heading", terms=glossary.hits(words), glossary=glossary
            )
        elif is_settled(heading):
            given[section.id] = (heading.target or "").rstrip(_STOPS)
        else:
            titles[section.id] = units[heading.id]
    wanted = {s.id: units[s.id] for s in document.segments if not is_settled(s)}
    return _Plan(document, wanted, titles, given)


# -- rules, memory, ladder ------------------------------------------------------------------------


def _bodies(units: Sequence[Unit], engine: Engine, glossary: Glossary, config: TranslateConfig) -> list[Body]:
    """One body for each unit, from the first of rules, memory and ladder that has one."""
    bodies: list[Body | None] = [_by_human(unit, engine) or _by_rule(unit, glossary) for unit in units]
    if engine.memory is not None:
        bodies = [body or _by_memory(unit, engine) for unit, body in zip(units, bodies, strict=True)]
    left = [i for i, body in enumerate(bodies) if body is None]
    if left:
        engine.translator.load()
    outcomes = climb(
        [units[i] for i in left],
        translator=engine.translator,
        fallback=engine.fallback,
        seed=config.seed,
        retry=config.retry,
        progress=engine.progress,
    )
    for i, outcome in zip(left, outcomes, strict=True):
        bodies[i] = _by_model(outcome, _suggestions(units[i], engine))
    _remember(engine, [(units[i], outcome) for i, outcome in zip(left, outcomes, strict=True)])
    return [body for body in bodies if body is not None]


def _by_human(unit: Unit, engine: Engine) -> Body | None:
    pair = engine.memory.get(unit.task.text, [HUMAN]) if engine.memory is not None else None
    if pair is None:
        return None
    return Body(text=pair.target, origin="memory", rung="memory", model=pair.model, score=pair.score)


def _by_rule(unit: Unit, glossary: Glossary) -> Body | None:
    target = rule_target(
        unit.task.text, kind=unit.task.kind, term=lambda zh: glossary[zh].en if zh in glossary else None
    )
    return None if target is None else Body(text=target, origin="rule", rung="rule")


def _context(unit: Unit, engine: Engine) -> str:
    translator = engine.translator
    return context_of(unit.request, model=translator.name, revision=translator.revision, kind=unit.task.kind)


def _by_memory(unit: Unit, engine: Engine) -> Body | None:
    """An exact answer, or one that differs in figures only; either must pass acceptance today."""
    memory = engine.memory
    if memory is None:
        return None
    text, context = unit.task.text, _context(unit, engine)
    pair = memory.get(text, [context])
    if pair is not None:
        found = faults(unit.task, pair.target)
        if accepted(found):
            return Body(
                text=pair.target,
                origin="memory",
                rung="memory",
                model=pair.model,
                score=pair.score,
                faults=found,
            )
    for near, _ in memory.near(text, [HUMAN, context]):
        target = with_figures_of(near, text)
        if target is not None and accepted(found := faults(unit.task, target)):
            return Body(text=target, origin="memory", rung="figures", model=near.model, faults=found)
    return None


def _suggestions(unit: Unit, engine: Engine) -> tuple[str, ...]:
    """What people made of nearly the same text: for the reviewer, never served as the target."""
    if engine.memory is None:
        return ()
    near = engine.memory.near(unit.task.text, [HUMAN], limit=2)
    return tuple(pair.target for pair, similarity in near if similarity >= _SIMILAR)


def _by_model(outcome: Outcome, suggestions: tuple[str, ...] = ()) -> Body:
    best = outcome.best
    others = (*suggestions, *(other.text for other in outcome.others))
    return Body(
        text=best.text,
        origin="mt",
        rung=outcome.rung,
        model=best.model,
        score=best.score,
        faults=best.faults,
        repairs=best.repairs,
        alternatives=tuple(text for text in dict.fromkeys(others) if text != best.text)[:MAX_ALTERNATIVES],
        tries=outcome.tries,
    )


def _remember(engine: Engine, outcomes: Iterable[tuple[Unit, Outcome]]) -> None:
    """Only accepted answers are kept."""
    if engine.memory is None:
        return
    engine.memory.put(
        Pair(
            text=unit.task.text,
            target=outcome.best.text,
            context=_context(unit, engine),
            model=outcome.best.model,
            score=outcome.best.score,
        )
        for unit, outcome in outcomes
        if outcome.best.accepted
    )


# -- back into the document -----------------------------------------------------------------------


def _filled(plan: _Plan, bodies: dict[str, Body], glossary: Glossary) -> Document:
    """The document with targets, titles, issues and the counts of the run."""
    document, segments, issues = plan.document, list[Segment](), list(plan.document.issues)
    rungs: Counter[str] = Counter()
    for segment in document.segments:
        unit = plan.units.get(segment.id)
        if unit is None:
            rungs["human"] += 1
            segments.append(segment)
            continue
        body = bodies[_key(unit)]
        rungs[body.rung] += 1
        segments.append(_with_target(segment, unit, body, glossary))
        issues += _issues(segment, body)
    run = replace(
        document.run,
        ladder=tuple((rung, rungs[rung]) for rung in RUNGS if rungs[rung]),
        memory_hits=rungs["memory"] + rungs["figures"],
    )
    return replace(
        document,
        segments=tuple(segments),
        sections=_titled(plan, bodies),
        issues=tuple(issues),
        run=run,
    )


def _titled(plan: _Plan, bodies: dict[str, Body]) -> tuple[Section, ...]:
    """The sections with the English of their titles."""
    english = plan.given | {
        name: bodies[_key(unit)].text.rstrip(_STOPS) for name, unit in plan.titles.items()
    }
    return tuple(
        replace(s, title=Bilingual(zh=s.title.zh, en=english[s.id])) if s.id in english else s
        for s in plan.document.sections
    )


def _with_target(segment: Segment, unit: Unit, body: Body, glossary: Glossary) -> Segment:
    def whole(text: str) -> str:
        return with_marker(unit.marker, text, source=unit.task.text, kind=segment.kind)

    target = whole(body.text)
    return replace(
        segment,
        target=target,
        origin=body.origin,
        model=body.model or None,
        state="translated",
        score=body.score,
        rung=body.rung,
        alternatives=tuple(whole(text) for text in body.alternatives),
        terms=aligned_terms(segment.terms, target, glossary),
    )


# Repairs that change what is said; those of form only are not worth a line.
_REPAIRED = {
    "magnitude": "a power of ten was put right by value",
    "unit": "the unit was put right: the figure was the source's, the unit another's",
    "invented-year": "a year before a name was taken out, which the source does not have",
    "approximation": "“more than”, “nearly” or the like was put before the figure that it belongs to",
}


def _issues(segment: Segment, body: Body) -> list[Issue]:
    out = []
    if body.rung == "kept":
        reasons = "; ".join(fault.message for fault in body.faults if fault.hard)
        message = f"no answer of {body.tries} passed every check; the best is kept: {reasons}"
        out.append(Issue(check="translation", severity="warning", segment=segment.id, message=message))
    for name, message in _REPAIRED.items():
        if name in body.repairs:
            out.append(Issue(check="repair", severity="info", segment=segment.id, message=message))
    return out
