"""How a model that follows instructions is asked: requests to chat messages, by a TOML file.

The messages before the last are the same for every request of a kind, so that a backend may keep
the state it computed for them.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from importlib import resources
from pathlib import Path
from typing import Literal, NamedTuple, get_args

from models.base import Request, RequestKind
from models.errors import RegistryError
from models.registry import from_table

# Whatever anything may take for the end of a line: a line of a request is one statement.
LINE_END = re.compile("[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")

LineName = Literal["instruction", "terms", "context", "hints", "text"]


class Message(NamedTuple):
    """One turn of a conversation; `role` is system, user or assistant."""

    role: str
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The words around a request. Placeholders: {zh}, {en}, {context}, {hint}, {text}."""

    system: str = ""
    order: tuple[LineName, ...] = ("instruction", "terms", "context", "hints", "text")
    instruction: str = ""
    terms: str = ""
    term: str = "{zh} = {en}"
    context: str = "{context}"
    hint: str = "{hint}"
    text: str = "{text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A request and its answer, shown for the kinds of request it teaches."""

    kinds: tuple[RequestKind, ...]
    zh: str
    en: str
    terms: tuple[tuple[str, ...], ...] = ()
    context: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """Wording and examples for each kind of request."""

    wordings: Mapping[str, Wording]
    examples: tuple[Example, ...] = ()
    sha256: str = field(default="", compare=False)

    def prefix(self, kind: RequestKind) -> tuple[Message, ...]:
        """What every request of the kind begins with: the system prompt and the examples."""
        wording = self.wordings[kind]
        messages = [Message("system", wording.system)] if wording.system else []
        for example in self.examples:
            if kind in example.kinds:
                asked = Request(text=example.zh, terms=_pairs(example.terms), context=example.context)
                messages += [Message("user", body(wording, asked)), Message("assistant", example.en)]
        return tuple(messages)

    def messages(self, request: Request) -> tuple[Message, ...]:
        """The whole conversation, ending with the request."""
        return (*self.prefix(request.kind), Message("user", body(self.wordings[request.kind], request)))


def body(wording: Wording, request: Request) -> str:
    """The words of one request, line by line; a line with nothing to say is left out.

    Line breaks inside the request's strings become spaces: a line is one statement.
    """
    lines: dict[str, list[str]] = {
        "instruction": [wording.instruction] if wording.instruction else [],
        "terms": [wording.terms] * bool(wording.terms and request.terms)
        + [wording.term.format(zh=_line(zh), en=_line(en)) for zh, en in request.terms],
        "context": [wording.context.format(context=_line(request.context))] if request.context else [],
        "hints": [wording.hint.format(hint=_line(hint)) for hint in request.hints],
        "text": [wording.text.format(text=_line(request.text))],
    }
    return "\n".join(line for name in wording.order for line in lines[name])


def load_prompt(name: str) -> Prompt:
    """The shipped prompt of that name (`configs/prompts`), or the file at that path.

    Raises:  RegistryError: no such prompt, not TOML, or an unknown key or placeholder.
    """
    file = Path(name) if name.endswith(".toml") else resources.files("configs") / "prompts" / f"{name}.toml"
    try:
        data = file.read_bytes()
    except OSError as error:
        raise RegistryError(f"no prompt {name!r}: neither shipped nor a readable .toml file") from error
    return parse_prompt(data, str(name))


def parse_prompt(data: bytes, where: str) -> Prompt:
    """A prompt from TOML; see `configs/prompts/qwen.toml`."""
    try:
        tables = tomllib.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RegistryError(f"prompt {where}: {error}") from error
    for key in tables.keys() - {"default", "kinds", "examples"}:
        raise RegistryError(f"prompt {where}: unknown key {key}; known are default, kinds, examples")
    default = from_table(Wording, tables.get("default", {}), f"prompt {where}: default")
    special = tables.get("kinds", {})
    for kind in special.keys() - set(get_args(RequestKind)):
        raise RegistryError(
            f"prompt {where}: unknown kind {kind}; known are {', '.join(get_args(RequestKind))}"
        )
    wordings = {
        kind: _laid_over(default, special.get(kind, {}), f"prompt {where}: kinds.{kind}")
        for kind in get_args(RequestKind)
    }
    examples = tuple(
        from_table(Example, table, f"prompt {where}: examples[{number}]")
        for number, table in enumerate(tables.get("examples", []))
    )
    return Prompt(wordings=wordings, examples=examples, sha256=hashlib.sha256(data).hexdigest())


def _laid_over(default: Wording, table: Mapping[str, object], where: str) -> Wording:
    """The default wording with the keys of a kind, tried once so that a bad placeholder shows now."""
    given = from_table(Wording, table, where)
    wording = replace(default, **{key: getattr(given, key) for key in table})
    probe = Request(text="文", terms=(("文", "text"),), context="文", hints=("文",))
    try:
        body(wording, probe)
    except (KeyError, IndexError, ValueError) as error:
        raise RegistryError(f"{where}: unknown placeholder {error} in {asdict(wording)}") from error
    if "text" not in wording.order:
        raise RegistryError(f"{where}: order must name text; known are {', '.join(get_args(LineName))}")
    return wording


def _pairs(terms: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, str], ...]:
    return tuple((zh, en) for zh, en in terms)


def _line(text: str) -> str:
    return LINE_END.sub(" ", text).strip()
