"""The recipe: every step that a report goes through, in order.

Cleaning comes before script conversion and conversion before splitting, so that markers,
sentence ends, numbers and terms are looked for in one kind of text only. Each step takes a
Document and returns a new one; `pipeline.runner` folds them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from models.base import Encoder
from pipeline.check import check
from pipeline.config import Config
from pipeline.document import Document
from pipeline.prepare.clean import clean
from pipeline.prepare.given import outlined, separated
from pipeline.prepare.quantities import find_quantities
from pipeline.prepare.script import convert_script
from pipeline.prepare.terms import Glossary, find_terms
from pipeline.summarise import Wording, summarise
from pipeline.translate import Engine, translate

Transform = Callable[[Document], Document]


@dataclass(frozen=True, slots=True)
class Step:
    """One named transformation of a document."""

    name: str
    run: Transform


def preparation(config: Config, glossary: Glossary) -> tuple[Step, ...]:
    """Everything that needs no model; `duizhao inspect` stops here."""
    return (
        Step("clean", clean),
        Step("script", partial(convert_script, mode=config.prepare.script)),
        Step("sections", outlined),
        Step("sentences", partial(separated, max_characters=config.prepare.max_sentence_characters)),
        Step("quantities", find_quantities),
        Step("terms", partial(find_terms, glossary=glossary)),
    )


def translation(config: Config, glossary: Glossary, engine: Engine) -> tuple[Step, ...]:
    """From prepared segments to a checked, aligned text."""
    return (
        Step("translate", partial(translate, engine=engine, glossary=glossary, config=config.translate)),
        Step("check", partial(check, config=config.check, glossary=glossary)),
    )


def briefing(
    config: Config, glossary: Glossary, encoder: Encoder | None, wording: Wording | None = None
) -> tuple[Step, ...]:
    """From an aligned text to a brief; checked again, since the brief is text too."""
    told = partial(summarise, config=config.brief, encoder=encoder, glossary=glossary, wording=wording)
    return (
        Step("summarise", told),
        Step("check", partial(check, config=config.check, glossary=glossary)),
    )
