"""Small models, made in a second with random weights: real formats, real engines, no download."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

import pytest

from models.base import Limits
from models.registry import Entry
from tests.tiny_model import TEXT, write_gguf


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory, monkeypatch, request):
    """No test but those marked `model` looks at the user's models."""
    if request.node.get_closest_marker("model") is None:
        monkeypatch.setenv("DUIZHAO_HOME", str(tmp_path_factory.mktemp("home")))
        monkeypatch.delenv("DUIZHAO_MODELS", raising=False)


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
            vocab_size=len(tokenizer) + 108, pad_token_id=1, bos_token_id=0, eos_token_id=2,
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
