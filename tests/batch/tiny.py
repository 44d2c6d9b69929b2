"""A model of random weights in the default engine's own format, installed as the registry does it.

Its answers are nonsense in English letters, so that every rung of the ladder is climbed: a hard case
for resuming, and a fast one.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from models.cache import model_directory, write_manifest
from models.chinese import byte_alphabet
from models.openvino_convert import convert
from models.registry import load_registry

NAME = "tiny"
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
REGISTRY = """
[models.tiny]
title = "Random weights"
kind = "causal"
engine = "openvino"
prompt = "{prompt}"
batch = 1
limits = {{ max_source_pieces = 400, max_target_pieces = 5 }}
"""


def install(home: Path) -> dict[str, str]:
    """Make the model and its registry under `home`; the environment that finds them."""
    home.mkdir(parents=True, exist_ok=True)
    prompt = home / "prompt.toml"
    prompt.write_text('[default]\nsystem = "Translate from Chinese."\n', "utf-8")
    registry = home / "models.toml"
    registry.write_text(REGISTRY.format(prompt=prompt), "utf-8")
    entry = load_registry([registry])[NAME]
    folder = model_directory(NAME, entry, home)
    gguf = home / "tiny.gguf"
    write_gguf(gguf)
    convert(gguf, folder, progress=lambda stage, done, total: None)
    write_manifest(folder, NAME, entry)
    return {"DUIZHAO_HOME": str(home), "DUIZHAO_MODELS": str(registry)}


def byte_merges(text: str) -> list[str]:
    """Merges that make one piece of each of these characters, in the alphabet of bytes."""
    letters = {byte: letter for letter, byte in byte_alphabet().items()}
    merges: dict[str, None] = {}
    for character in sorted(set(text)):
        first, *rest = (letters[byte] for byte in character.encode())
        for letter in rest:
            merges[f"{first} {letter}"] = None
            first += letter
    return list(merges)


def write_gguf(file: Path, *, layers: int = 1, width: int = 64) -> None:
    """A Qwen2 network of random weights that reads most characters byte by byte."""
    import gguf

    merges = byte_merges("全省共撤销事业单位优化机构职能改革方案由委审定各县组织实施，。")
    tokens = [*byte_alphabet(), *(merge.replace(" ", "") for merge in merges), *SPECIAL]
    writer = gguf.GGUFWriter(file, "qwen2")
    writer.add_context_length(4096)
    writer.add_embedding_length(width)
    writer.add_block_count(layers)
    writer.add_feed_forward_length(2 * width)
    writer.add_head_count(4)
    writer.add_head_count_kv(2)
    writer.add_rope_freq_base(10000.0)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_file_type(15)
    writer.add_quantization_version(2)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(tokens)
    writer.add_token_types([1] * (len(tokens) - len(SPECIAL)) + [3] * len(SPECIAL))
    writer.add_token_merges(merges)
    writer.add_bos_token_id(tokens.index("<|endoftext|>"))
    writer.add_eos_token_id(tokens.index("<|im_end|>"))
    writer.add_pad_token_id(tokens.index("<|endoftext|>"))
    writer.add_chat_template("{% for m in messages %}{{ m.content }}{% endfor %}")
    draw = np.random.default_rng(0)

    def add(name: str, *shape: int) -> None:
        values = draw.standard_normal(shape).astype(np.float32) * 0.4
        kind = gguf.GGMLQuantizationType.Q8_0
        writer.add_tensor(name, gguf.quantize(values, kind), raw_dtype=kind)

    def plain(name: str, values: np.ndarray) -> None:
        writer.add_tensor(name, values.astype(np.float32))

    add("token_embd.weight", len(tokens), width)
    plain("output_norm.weight", np.ones(width))
    for number in range(layers):
        block = f"blk.{number}"
        plain(f"{block}.attn_norm.weight", np.ones(width))
        plain(f"{block}.ffn_norm.weight", np.ones(width))
        for name, out in (("q", width), ("k", width // 2), ("v", width // 2)):
            add(f"{block}.attn_{name}.weight", out, width)
            plain(f"{block}.attn_{name}.bias", draw.standard_normal(out) * 0.1)
        add(f"{block}.attn_output.weight", width, width)
        for name, rows, columns in (
            ("gate", 2 * width, width),
            ("up", 2 * width, width),
            ("down", width, 2 * width),
        ):
            add(f"{block}.ffn_{name}.weight", rows, columns)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
