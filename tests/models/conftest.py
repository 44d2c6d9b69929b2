"""Small models, made in a second with random weights: real formats, real engines, no download."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from models.base import Limits
from models.chinese import byte_alphabet
from models.registry import Entry

TEXT = [
    "全省共撤销事业单位，优化机构职能。",
    "The province abolished public institutions and optimized their functions.",
    "改革方案由省委审定，各县组织实施。",
    "Reform plans were approved by the committee and carried out by counties.",
] * 20
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory, monkeypatch, request):
    """No test but those marked `model` looks at the user's models."""
    if request.node.get_closest_marker("model") is None:
        monkeypatch.setenv("DUIZHAO_HOME", str(tmp_path_factory.mktemp("home")))
        monkeypatch.delenv("DUIZHAO_MODELS", raising=False)


def byte_merges(texts: list[str]) -> list[str]:
    """Merges that make one piece of each Chinese character, in the alphabet of bytes."""
    letters = {byte: letter for letter, byte in byte_alphabet().items()}
    merges: dict[str, None] = {}
    for character in sorted({c for text in texts for c in text if c > "\u2e80"}):
        first, *rest = (letters[byte] for byte in character.encode())
        for letter in rest:
            merges[f"{first} {letter}"] = None
            first += letter
    return list(merges)


def write_gguf(file: Path, *, layers: int = 2, width: int = 64, family: str = "qwen2") -> None:
    """A Qwen2 network of random weights, in the number formats that real files mix."""
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
        stored = gguf.GGMLQuantizationType[kind]
        writer.add_tensor(name, gguf.quantize(values, stored), raw_dtype=stored)

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


@pytest.fixture
def write_wheel():
    return _write_wheel


def _write_wheel(folder: Path, number: int, content: bytes) -> str:
    """A wheel tiny-partN with one member; returns the member's sha256."""
    name = f"tiny_part{number}"
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{name}/data.bin", content)
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: tiny-part{number}\nVersion: 1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def make_gguf():
    return write_gguf


@pytest.fixture(scope="session")
def tiny_gguf(tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("gguf") / "tiny.gguf"
    write_gguf(file)
    return file


@pytest.fixture(scope="session")
def causal_entry(tmp_path_factory) -> Entry:
    """An entry whose prompt is short: the tiny model reads a piece a byte."""
    prompt = tmp_path_factory.mktemp("prompt") / "short.toml"
    prompt.write_text(
        '[default]\nsystem = "Translate."\n[[examples]]\nkinds = ["sentence"]\nzh = "改革"\nen = "Reform"\n',
        "utf-8",
    )
    limits = Limits(max_source_pieces=200, max_target_pieces=40)
    return Entry(
        kind="causal",
        engine="ctranslate2",
        prompt=str(prompt),
        limits=limits,
        compute_type="float32",
        batch=4,
    )


@pytest.fixture(scope="session")
def marian_files(tmp_path_factory) -> Path:
    """A Marian repository of random weights with a real SentencePiece model."""
    return write_seq2seq(tmp_path_factory.mktemp("marian"), "marian")


@pytest.fixture(scope="session")
def m2m_files(tmp_path_factory) -> Path:
    """An M2M-100 repository, whose source and target begin with language marks."""
    return write_seq2seq(tmp_path_factory.mktemp("m2m"), "m2m")


def write_seq2seq(folder: Path, family: str) -> Path:
    import sentencepiece
    import torch
    import transformers as hf

    torch.manual_seed(0)
    prefix = folder / "sentencepiece"
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(TEXT), model_prefix=str(prefix), vocab_size=120, hard_vocab_limit=False,
        character_coverage=1.0, minloglevel=2,
    )  # fmt: skip
    trained = prefix.with_suffix(".model")
    processor = sentencepiece.SentencePieceProcessor(model_file=str(trained))
    words = [processor.id_to_piece(i) for i in range(3, processor.get_piece_size())]
    shape = {"d_model": 32, "encoder_layers": 2, "decoder_layers": 2, "encoder_attention_heads": 2}
    shape |= {"decoder_attention_heads": 2, "encoder_ffn_dim": 64, "decoder_ffn_dim": 64}
    if family == "marian":
        pieces = ["</s>", "<unk>", *words, "<pad>"]
        for side in ("source", "target"):
            (folder / f"{side}.spm").write_bytes(trained.read_bytes())
        _dump(folder / "vocab.json", {piece: i for i, piece in enumerate(pieces)})
        tokenizer = hf.MarianTokenizer(
            vocab=str(folder / "vocab.json"), source_spm=str(folder / "source.spm"),
            target_spm=str(folder / "target.spm"), source_lang="zh", target_lang="en",
        )  # fmt: skip
        config = hf.MarianConfig(
            vocab_size=len(pieces), pad_token_id=len(pieces) - 1, eos_token_id=0, forced_eos_token_id=None,
            decoder_start_token_id=len(pieces) - 1, max_position_embeddings=512, **shape,
        )  # fmt: skip
        model = hf.MarianMTModel(config)
    else:
        pieces = ["<s>", "<pad>", "</s>", "<unk>", *words]
        (folder / "sentencepiece.bpe.model").write_bytes(trained.read_bytes())
        _dump(folder / "vocab.json", {piece: i for i, piece in enumerate(pieces)})
        tokenizer = hf.M2M100Tokenizer(
            vocab_file=str(folder / "vocab.json"), spm_file=str(folder / "sentencepiece.bpe.model"),
            src_lang="zh", tgt_lang="en",
        )  # fmt: skip
        config = hf.M2M100Config(
            vocab_size=len(tokenizer) + 8, pad_token_id=1, bos_token_id=0, eos_token_id=2,
            decoder_start_token_id=2, max_position_embeddings=512, **shape,
        )  # fmt: skip
        model = hf.M2M100ForConditionalGeneration(config)
    with torch.no_grad():
        for weight in model.parameters():
            weight.mul_(4.0)  # far from uniform, so that two engines choose the same piece
    tokenizer.save_pretrained(folder)
    model.save_pretrained(folder)
    return folder


def _dump(file: Path, value: object) -> None:
    file.write_text(json.dumps(value, ensure_ascii=False), "utf-8")
