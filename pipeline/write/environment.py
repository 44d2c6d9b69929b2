"""The one way in which pages are made from templates: escaped, strict, with the same words and signs."""

from __future__ import annotations

from collections.abc import Callable
from importlib import resources
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined

from pipeline.prepare.quantities.words import in_words
from pipeline.write import view
from pipeline.write.view import visible

SIGNS = {"error": "✕", "warning": "▲", "info": "●"}
TONES = {"proven": "good", "missing": "bad", "extra": "bad", "magnitude": "bad", "approximator": "doubt"}


def make_environment(package: str, *, trim: bool, **words: Any) -> Environment:
    """Templates of `package`/templates; `words` are names that all of them may use.

    Args:  trim: drop the line break after a tag and the blanks before it.
    """
    environment = Environment(
        loader=FunctionLoader(shipped_by(package)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=trim,
        lstrip_blocks=trim,
        finalize=printable,
    )
    environment.globals |= {
        "number": number,
        "in_words": in_words,
        "verdicts": view.VERDICTS,
        "signs": SIGNS,
        "tone": lambda verdict: TONES.get(verdict, "none"),
        **words,
    }
    return environment


def shipped_by(package: str) -> Callable[[str], str]:
    """Reads files of the package's folder of templates."""
    folder = resources.files(package) / "templates"
    return lambda name: (folder / name).read_text("utf-8")


def printable(value: Any) -> Any:
    """A value as a template prints it: control characters of a text as their pictures."""
    return visible(value) if type(value) is str else value


def number(name: str) -> str:
    """The label of a segment: the number of `s12`, otherwise its id."""
    return name[1:] if name[:1] == "s" and name[1:].isdigit() else name
