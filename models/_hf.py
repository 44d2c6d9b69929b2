"""Every name of Hugging Face transformers, and its quirks, in one place."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.base import Decoding
from models.errors import ModelError
from models.marks import MARK

INSTALL = "python -m pip install 'duizhao[transformers]'"


@dataclass(frozen=True, slots=True)
class Generated:
    """Ids of one candidate without prompt and padding, its mean log probability, and its end."""

    ids: tuple[int, ...]
    score: float | None
    finished: bool


def load_model(directory: Path, kind: str, *, device: str) -> tuple[Any, Any]:
    """Weights and tokenizer of a folder: a repository's files, or one GGUF file.

    Weights are held in bfloat16, which oneDNN multiplies ten times as fast as float32 on CPUs that
    have the instructions, and which halves the memory on all of them.

    Raises:  ModelError: transformers or torch is missing, or the files are of no known kind.
    """
    try:
        import torch
        import transformers
    except ImportError as error:
        raise ModelError(
            f"this model runs on transformers, {error.name} is missing; run: {INSTALL}"
        ) from error
    auto = transformers.AutoModelForCausalLM if kind == "causal" else transformers.AutoModelForSeq2SeqLM
    gguf = next(iter(sorted(directory.glob("*.gguf"))), None)
    options: dict[str, Any] = {} if gguf is None else {"gguf_file": gguf.name}
    try:
        tokenizer = transformers.AutoTokenizer.from_pretrained(str(directory), **options)
        model: Any = auto.from_pretrained(
            str(directory), dtype=torch.bfloat16, **options, **_dequantised(gguf)
        )
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise ModelError(f"transformers cannot load {directory}: {error}") from error
    return model.to(device).eval(), tokenizer


def _dequantised(gguf: Path | None) -> dict[str, Any]:
    """transformers 5 keeps GGUF weights packed unless it is told otherwise."""
    import transformers

    config = getattr(transformers, "GgufConfig", None)
    return {} if gguf is None or config is None else {"quantization_config": config(dequantize=True)}


def load_tokenizer(directory: Path) -> Any:
    """The tokenizer alone: counting pieces needs no weights."""
    try:
        import transformers
    except ImportError as error:
        raise ModelError(
            f"this model runs on transformers, {error.name} is missing; run: {INSTALL}"
        ) from error
    gguf = next(iter(sorted(directory.glob("*.gguf"))), None)
    options = {} if gguf is None else {"gguf_file": gguf.name}
    return transformers.AutoTokenizer.from_pretrained(str(directory), **options)


def chat_ids(tokenizer: Any, messages: Sequence[tuple[str, str]]) -> list[int]:
    """A conversation in the form that the model's own template gives it, ready for its answer.

    Special tokens inside a message are taken apart first, so that a source that happens to hold
    one cannot end its own turn.
    """
    turns = [{"role": role, "content": _disarmed(tokenizer, content)} for role, content in messages]
    if tokenizer.chat_template is None:
        raise ModelError("the model's tokenizer has no chat template: it does not follow instructions")
    ids: list[int] = tokenizer.apply_chat_template(
        turns, add_generation_prompt=True, tokenize=True, return_dict=False
    )
    return ids


def _disarmed(tokenizer: Any, text: str) -> str:
    """The text with a zero-width space inside each special token that stands in it."""
    for token in tokenizer.all_special_tokens:
        if token in text:
            text = text.replace(token, token[:1] + "\u200b" + token[1:])
    return text


def translation_ids(tokenizer: Any, text: str, languages: Sequence[str]) -> list[int]:
    """Ids of a source for an encoder–decoder model, with its language mark where it has one."""
    if languages:
        tokenizer.src_lang = _language(tokenizer, languages[0])
    ids: list[int] = tokenizer(_disarmed(tokenizer, text))["input_ids"]
    return ids


def _language(tokenizer: Any, token: str) -> str:
    """M2M-100's tokenizer wants zh where its vocabulary has __zh__; NLLB's wants zho_Hans for both."""
    return token.strip("_") if token.startswith("__") else token


def generate(
    model: Any, tokenizer: Any, batch: Sequence[Sequence[int]], *, causal: bool, options: dict[str, Any]
) -> list[list[Generated]]:
    """Candidates for each source, best first.

    Shapes:  ids (batch, length) int64, causal ones padded on the left, others on the right.
    """
    import torch

    pad = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else model.config.eos_token_id
    width = max(map(len, batch))
    ids = torch.full((len(batch), width), pad, dtype=torch.int64)
    mask = torch.zeros((len(batch), width), dtype=torch.int64)
    for row, source in enumerate(batch):
        place = slice(width - len(source), width) if causal else slice(0, len(source))
        ids[row, place] = torch.tensor(source)
        mask[row, place] = 1
    device = model.device
    with torch.inference_mode():
        output = model.generate(
            input_ids=ids.to(device),
            attention_mask=mask.to(device),
            pad_token_id=pad,
            return_dict_in_generate=True,
            output_scores=True,
            **options,
        )
        scores = model.compute_transition_scores(
            output.sequences, output.scores, getattr(output, "beam_indices", None), normalize_logits=True
        )
    first = width if causal else 1
    ends = end_ids(model, tokenizer)
    rows = [
        _generated(ids[first:], row_scores, ends)
        for ids, row_scores in zip(output.sequences.tolist(), scores.tolist(), strict=True)
    ]
    each = len(rows) // len(batch)
    return [
        sorted(rows[i * each : (i + 1) * each], key=lambda one: -(one.score or 0.0))
        for i in range(len(batch))
    ]


def _generated(ids: Sequence[int], scores: Sequence[float], ends: frozenset[int]) -> Generated:
    """One candidate up to its end."""
    length = next((i + 1 for i, number in enumerate(ids) if number in ends), len(ids))
    kept = [score for score in scores[:length] if score > float("-inf")]
    mean = sum(kept) / len(kept) if kept else None
    return Generated(tuple(ids[:length]), mean, length > 0 and ids[length - 1] in ends)


def mark_ids(tokenizer: Any) -> list[int]:
    """Ids of pieces that are no text."""
    vocabulary = {**tokenizer.get_vocab(), **getattr(tokenizer, "lang_token_to_id", {})}
    return sorted(number for piece, number in vocabulary.items() if MARK.fullmatch(piece))


def decode(tokenizer: Any, ids: Sequence[int], languages: Sequence[str]) -> str:
    """The words of an answer. transformers 5 takes M2M-100's language marks for words."""
    marks = {tokenizer.convert_tokens_to_ids(language) for language in languages}
    text: str = tokenizer.decode([i for i in ids if i not in marks], skip_special_tokens=True)
    return text.strip()


def end_ids(model: Any, tokenizer: Any) -> frozenset[int]:
    """The ids at which an answer ends; the configuration holds one, several or none."""
    found = model.generation_config.eos_token_id
    listed = found if isinstance(found, list) else [found]
    return frozenset(number for number in [*listed, tokenizer.eos_token_id] if number is not None)


def search_options(
    decoding: Decoding, *, limit: int, forbidden: Sequence[int], tokenizer: Any, languages: Sequence[str]
) -> dict[str, Any]:
    """`generate`'s options for a search: greedy, beam or sampled."""
    options: dict[str, Any] = {"max_new_tokens": limit, "do_sample": decoding.temperature > 0}
    options |= {"num_return_sequences": decoding.candidates, "repetition_penalty": 1.0}
    if decoding.temperature > 0:
        options |= {"temperature": decoding.temperature, "top_k": 40, "top_p": 1.0, "num_beams": 1}
    else:
        # The model card's sampling settings would be reported as ignored in every call.
        options |= {"num_beams": max(decoding.beam, decoding.candidates)}
        options |= {"temperature": None, "top_k": None, "top_p": None}
    if len(languages) > 1:
        options["forced_bos_token_id"] = tokenizer.convert_tokens_to_ids(languages[1])
    suppressed = [number for number in forbidden if number != options.get("forced_bos_token_id")]
    if suppressed:
        options["suppress_tokens"] = suppressed
    return options


def seed_everything(seed: int) -> None:
    """Make sampling repeatable."""
    import torch

    torch.manual_seed(seed)


def set_threads(threads: int) -> None:
    """Threads of one operation, for the whole process."""
    import torch

    torch.set_num_threads(threads)


def is_byte_level(tokenizer: Any) -> bool:
    """Whether pieces are written in GPT-2's alphabet of bytes."""
    backend = getattr(tokenizer, "backend_tokenizer", None)
    return backend is not None and "ByteLevel" in json.dumps(json.loads(backend.to_str())["decoder"])
