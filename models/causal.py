"""What backends of causal models have in common before any weights are loaded."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from models.base import Limits
from models.conversation import ConversationEncoder
from models.prompt import load_prompt
from models.registry import Entry

# Sampling draws from the likeliest 40 pieces: the tail beyond is noise, and the ladder wants
# candidates that differ.
SAMPLED_PIECES = 40


class CausalModel:
    """An entry of the registry, its prompt and its tokenizer; what computes is the subclass's.

    The state of each kind's shared prompt is computed once and kept; `reuse` False computes it anew
    for each request, to measure what that is worth.
    """

    def __init__(
        self,
        name: str,
        entry: Entry,
        directory: Path,
        *,
        threads: int = 0,
        batch: int = 0,
        reuse: bool = True,
    ) -> None:
        prompt = load_prompt(entry.prompt)
        self.name = name
        self.entry = entry
        self.limits: Limits = entry.limits
        self.revision = f"{entry.revision()}-{self.kernel(entry)}-{prompt.sha256[:8]}"
        self.directory = directory
        self.on_answers: Callable[[int], None] | None = None
        self.threads = threads or os.cpu_count() or 1
        self.batch = batch or entry.batch
        self.reuse = reuse
        self.encoder = ConversationEncoder(name, directory / "tokenizer.json", prompt, entry.limits)

    @staticmethod
    def kernel(entry: Entry) -> str:
        """Engine and number format: two kernels answer differently, so `revision` names them."""
        raise NotImplementedError

    def count_pieces(self, text: str) -> int:
        """The number of pieces of a text, without prompt."""
        return self.encoder.count_pieces(text)
