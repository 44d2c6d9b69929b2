"""What a model promises: strings in, strings or vectors out, and limits that it declares."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

RequestKind = Literal["heading", "item", "sentence", "figures", "table", "compress"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One text to translate (or compress).

    Args:  text: Simplified Chinese, NFC, numbers already rewritten.
           terms: required renderings (zh, en), in the order of the text.
           context: what stands before, for reading only (a section title, the previous target).
           hints: whole sentences of instruction, such as a reminder of what an answer lacked.
           kind: chooses the examples of the prompt.
    """

    text: str
    terms: tuple[tuple[str, str], ...] = ()
    context: str = ""
    hints: tuple[str, ...] = ()
    kind: RequestKind = "sentence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoding:
    """How to search for an answer; the default is greedy and deterministic.

    `max_target_pieces` None lets the backend choose from the length of the source.
    """

    beam: int = 1
    candidates: int = 1
    temperature: float = 0.0
    seed: int = 0
    forbid_chinese: bool = True
    max_target_pieces: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer. `finished` is False when the model ran into its limit before it ended.

    `score` is the mean log probability of a piece, None where the backend has none. `alignment`
    pairs code-point offsets (source, target) where the model gives them. `others` holds the
    further candidates that `Decoding.candidates` asked for, finished ones only, best first.
    """

    text: str
    score: float | None = None
    finished: bool = True
    alignment: tuple[tuple[int, int], ...] | None = None
    others: tuple[str, ...] = ()
    n_source_pieces: int = 0
    n_target_pieces: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a backend accepts; a request beyond it raises SourceTooLong, nothing is cut."""

    max_source_pieces: int
    max_target_pieces: int


@runtime_checkable
class Translator(Protocol):
    """`__init__` is cheap, `load` loads weights; `name` and `revision` identify the answers."""

    name: str
    revision: str
    limits: Limits

    def load(self) -> None:
        """Load the weights; a second call does nothing."""
        ...

    def count_pieces(self, text: str) -> int:
        """The number of source pieces that `text` takes, without prompt."""
        ...

    def translate(self, requests: Sequence[Request], *, decoding: Decoding = ...) -> list[Answer]:
        """Translate in order, one answer per request; empty input gives empty output.

        Raises:  SourceTooLong: a request exceeds the limits.
        """
        ...


@runtime_checkable
class Reporting(Protocol):
    """A Translator that says, while it works on a call, how many of its requests are answered."""

    on_answers: Callable[[int], None] | None


@dataclass(frozen=True, slots=True)
class Ask:
    """A question, and what its answer leads to: `then` hears it and gives what is to be asked next."""

    request: Request
    decoding: Decoding
    then: Callable[[Answer], Iterable[Ask]]


@runtime_checkable
class Conversing(Protocol):
    """A Translator that takes further questions while it answers: nobody waits for the slowest answer."""

    def converse(self, asks: Iterable[Ask]) -> None:
        """Answer all, and whatever they lead to; the same questions are answered the same way.

        Raises:  SourceTooLong: a request exceeds the limits.
        """
        ...


@runtime_checkable
class Summariser(Protocol):
    """Shortens Chinese text in Chinese."""

    name: str
    revision: str
    limits: Limits

    def load(self) -> None: ...

    def summarise(self, texts: Sequence[str], *, max_target_pieces: int) -> list[Answer]: ...


@runtime_checkable
class Encoder(Protocol):
    """Texts of any language to unit vectors of one shared space."""

    name: str
    width: int

    def load(self) -> None: ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Shapes: (n, width) float32, each row of length 1."""
        ...
