"""A model of random weights in the published format, made in a second: real engines, no download."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from models.chinese import byte_alphabet

TEXT = [
    "全省共撤销事业单位，优化机构职能。",
    "The province abolished public institutions and optimized their functions.",
    "改革方案由省委审定，各县组织实施。",
    "Reform plans were approved by the committee and carried out by counties.",
] * 20
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]


def byte_merges(texts: Iterable[str]) -> list[str]:
    """Merges that make one piece of each Chinese character, in the alphabet of bytes."""
    letters = {byte: letter for letter, byte in byte_alphabet().items()}
    merges: dict[str, None] = {}
    for character in sorted({c for text in texts for c in text if c > "\u2e80"}):
        first, *rest = (letters[byte] for byte in character.encode())
        for letter in rest:
            merges[f"{first} {letter}"] = None
            first += letter
    return list(merges)


def write_gguf(
    file: Path, *, layers: int = 2, width: int = 64, family: str = "qwen2", stored: str = ""
) -> None:
    """A Qwen2 network of random weights, in the number formats that real files mix, or with all
    matrices of its layers in one.
    """
    import gguf

    letters = list(byte_alphabet())
    merges = byte_merges(TEXT)
    tokens = letters + [merge.replace(" ", "") for merge in merges] + SPECIAL
    kinds = [1] * (len(tokens) - len(SPECIAL)) + [3] * len(SPECIAL)
    writer = gguf.GGUFWriter(file, family)
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
    writer.add_token_types(kinds)
    writer.add_token_merges(merges)
    writer.add_bos_token_id(tokens.index("<|endoftext|>"))
    writer.add_eos_token_id(tokens.index("<|im_end|>"))
    writer.add_pad_token_id(tokens.index("<|endoftext|>"))
    writer.add_chat_template(
        "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
        "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
    )
    draw = np.random.default_rng(0)

    def add(name: str, *shape: int, kind: str = "F16") -> None:
        values = draw.standard_normal(shape).astype(np.float32) * 0.4
        chosen = gguf.GGMLQuantizationType[(stored if name.startswith("blk") else "") or kind]
        writer.add_tensor(name, gguf.quantize(values, chosen), raw_dtype=chosen)

    def add_norm(name: str) -> None:
        writer.add_tensor(name, np.ones(width, np.float32))

    add("token_embd.weight", len(tokens), width, kind="Q8_0")
    add_norm("output_norm.weight")
    for number in range(layers):
        block = f"blk.{number}"
        add_norm(f"{block}.attn_norm.weight")
        add_norm(f"{block}.ffn_norm.weight")
        for name, out in (("q", width), ("k", width // 2), ("v", width // 2)):
            add(f"{block}.attn_{name}.weight", out, width, kind="Q8_0")
            bias = draw.standard_normal(out).astype(np.float32) * 0.1
            writer.add_tensor(f"{block}.attn_{name}.bias", bias)
        add(f"{block}.attn_output.weight", width, width, kind="Q8_0")
        add(f"{block}.ffn_gate.weight", 2 * width, width, kind="Q5_0")
        add(f"{block}.ffn_up.weight", 2 * width, width, kind="Q4_0")
        add(f"{block}.ffn_down.weight", width, 2 * width, kind="Q8_0")
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
