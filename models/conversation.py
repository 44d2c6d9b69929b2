"""Requests as piece ids for a causal model: what is shared, what is each request's own, how long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

from models.base import Decoding, Limits, Request, RequestKind
from models.chat import chat_ids, plain_ids, shared_prefix
from models.errors import ModelError, SourceTooLong
from models.prompt import Prompt


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A request ready to be asked. `ids` follow the prefix of its kind; `n_pieces` is its text's."""

    kind: RequestKind
    ids: tuple[int, ...]
    n_pieces: int


class ConversationEncoder:
    """Turns requests into conversations with a model's tokenizer, prompt and limits."""

    def __init__(self, name: str, tokenizer_file: Path, prompt: Prompt, limits: Limits) -> None:
        self.name = name
        self.tokenizer_file = tokenizer_file
        self.prompt = prompt
        self.limits = limits
        self._tokenizer: Tokenizer | None = None
        self._prefixes: dict[RequestKind, list[int]] = {}

    @property
    def tokenizer(self) -> Tokenizer:
        """Loaded at first use: counting pieces needs no weights."""
        if self._tokenizer is None:
            self._tokenizer = Tokenizer.from_file(str(self.tokenizer_file))
        return self._tokenizer

    def count_pieces(self, text: str) -> int:
        """The number of pieces of a text, without prompt."""
        return len(plain_ids(text, self.tokenizer))

    def prefix(self, kind: RequestKind) -> list[int]:
        """The ids with which every request of the kind begins."""
        if kind not in self._prefixes:
            self._prefixes[kind] = shared_prefix(self.prompt, kind, self.tokenizer)
        return self._prefixes[kind]

    def encode(self, requests: Sequence[Request]) -> list[Conversation]:
        """All requests, in order.

        Raises:  SourceTooLong: a text, or a text with its terms and context, exceeds the limits.
        """
        return [self._encode(request) for request in requests]

    def target_limit(self, n_pieces: int, decoding: Decoding) -> int:
        """Pieces that an answer may take.

        English takes 1.2 to 1.6 times the pieces of its Chinese, a loop takes all that it gets.
        """
        return min(self.limits.max_target_pieces, decoding.max_target_pieces or 48 + 3 * n_pieces)

    def decode(self, ids: Sequence[int]) -> str:
        """The words of an answer, without special tokens."""
        text: str = self.tokenizer.decode(list(ids))
        return text.strip()

    def _encode(self, request: Request) -> Conversation:
        n_pieces, limit = self.count_pieces(request.text), self.limits.max_source_pieces
        ids = chat_ids(self.prompt.messages(request), self.tokenizer)
        prefix = self.prefix(request.kind)
        own = ids[len(prefix) :]
        # Terms and context may take as much again as the text.
        if n_pieces > limit or len(own) > 2 * limit:
            raise SourceTooLong(
                f"{self.name}: a text of {n_pieces} pieces ({len(own)} with terms and context), at most "
                f"{limit} ({2 * limit}) are allowed: {request.text[:30]}…"
            )
        if ids[: len(prefix)] != prefix:
            raise ModelError(f"{self.name}: a request does not begin with the prompt of kind {request.kind}")
        return Conversation(kind=request.kind, ids=tuple(own), n_pieces=n_pieces)
