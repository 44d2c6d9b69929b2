"""A repository in Hugging Face form as a CTranslate2 model; needs the extra [transformers]."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from models.errors import ModelError

# What the tokenizer of a converted model reads; the rest of the repository is not needed any more.
TOKENIZER_FILES = ("source.spm", "target.spm", "sentencepiece.bpe.model", "spiece.model", "tokenizer.json")


def convert_repository(files: Path, directory: Path, *, compute_type: str) -> None:
    """Convert weights and copy the tokenizer's files.

    Raises:  ModelError: torch or transformers is missing, or the network is of no known kind.
    """
    try:
        from ctranslate2.converters import TransformersConverter
        from transformers import AutoConfig  # noqa: F401  # the converter imports it late
    except ImportError as error:
        raise ModelError(
            f"converting {files.name} needs {error.name}; run: python -m pip install 'duizhao[transformers]'"
        ) from error

    class Converter(TransformersConverter):  # type: ignore[misc]
        def load_tokenizer(self, tokenizer_class: Any, path: str, **options: Any) -> Any:
            return with_language_marks(super().load_tokenizer(tokenizer_class, path, **options))

    copied = [name for name in TOKENIZER_FILES if (files / name).exists()]
    try:
        converter = Converter(str(files), copy_files=copied, low_cpu_mem_usage=True)
        converter.convert(str(directory), quantization=_stored(compute_type))
    except (ValueError, NotImplementedError, KeyError) as error:
        shutil.rmtree(directory, ignore_errors=True)
        raise ModelError(f"CTranslate2 cannot convert {files}: {error}") from error


def with_language_marks(tokenizer: Any) -> Any:
    """The tokenizer with its language marks where CTranslate2 looks for them.

    transformers 5 no longer lists those of M2M-100 among the special tokens; CTranslate2 4.8 then
    makes a vocabulary that lacks them and refuses it.
    """
    marks = getattr(tokenizer, "lang_token_to_id", {})
    if not marks or "additional_special_tokens" in tokenizer.special_tokens_map:
        return tokenizer
    listed = {
        **tokenizer.special_tokens_map,
        "additional_special_tokens": sorted(marks, key=marks.__getitem__),
    }
    kind = type(tokenizer)
    tokenizer.__class__ = type(kind.__name__, (kind,), {"special_tokens_map": property(lambda _: listed)})
    return tokenizer


def _stored(compute_type: str) -> str | None:
    """How weights are stored for a number format of computing; None keeps them as they are."""
    return None if compute_type in ("default", "auto") else compute_type
