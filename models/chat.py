"""A conversation as pieces, in the ChatML form of the Qwen family.

The words of a message are encoded with special tokens switched off: a source that happens to hold
`<|im_end|>` is translated as text and can never close its own turn.
"""

from __future__ import annotations

from collections.abc import Sequence

from tokenizers import Tokenizer

from models.base import Request
from models.errors import ModelError
from models.prompt import Message, Prompt

START, END = "<|im_start|>", "<|im_end|>"
END_OF_TEXT = "<|endoftext|>"


def chat_ids(messages: Sequence[Message], tokenizer: Tokenizer) -> list[int]:
    """Ids of a conversation, up to the place where the assistant speaks next."""
    start, end = _special_id(START, tokenizer), _special_id(END, tokenizer)
    line_break = plain_ids("\n", tokenizer)
    ids: list[int] = []
    for role, content in messages:
        ids += [start, *plain_ids(f"{role}\n{content}", tokenizer), end, *line_break]
    return [*ids, start, *plain_ids("assistant\n", tokenizer)]


def plain_ids(text: str, tokenizer: Tokenizer) -> list[int]:
    """Ids of a text in which nothing is a special token."""
    tokenizer.encode_special_tokens = True
    ids: list[int] = tokenizer.encode(text, add_special_tokens=False).ids
    return ids


def shared_prefix(prompt: Prompt, kind: str, tokenizer: Tokenizer) -> list[int]:
    """The longest run of ids with which every request of a kind begins.

    Found by comparing two requests that have nothing in common but their kind: it reaches into the
    last message as far as its fixed words go.
    """
    bare = Request(text="甲", kind=kind)  # type: ignore[arg-type]
    full = Request(text="2", terms=(("乙", "b"),), context="丙", hints=("丁",), kind=kind)  # type: ignore[arg-type]
    first, second = (chat_ids(prompt.messages(request), tokenizer) for request in (bare, full))
    length = next(i for i, pair in enumerate(zip(first, second, strict=False)) if pair[0] != pair[1])
    return first[:length]


def _special_id(token: str, tokenizer: Tokenizer) -> int:
    number = tokenizer.token_to_id(token)
    if number is None:
        raise ModelError(f"the model's tokenizer has no {token}: it was not made for ChatML prompts")
    return number
