"""From a checkpoint to a model that translates: exported, merged while converting, asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

pytest.importorskip("peft")
pytest.importorskip("jieba")

import torch

from models.adapter import load_adapter
from models.base import Limits, Request
from models.cache import sha256_of
from models.fetch import convert_files
from models.registry import Entry
from training import checkpoint, export, held_out, train
from training.pairs import AUTHORED, divided, read_pairs


@pytest.fixture(scope="module")
def base(tmp_path_factory, make_gguf):
    folder = tmp_path_factory.mktemp("base")
    make_gguf(folder / "tiny.gguf")
    return folder


@pytest.fixture(scope="module")
def run(base, tmp_path_factory):
    """Ten steps on a few pairs, fast enough to change every answer."""
    out = tmp_path_factory.mktemp("run")
    authored = out / "authored.tsv"
    authored.write_text("\n".join(AUTHORED.read_text("utf-8").splitlines()[:120]), "utf-8")
    options = ["--base", str(base), "--authored", str(authored), "--out", str(out), "--templates", "6"]
    options += ["--threads", "1", "--rate", "2e-2", "--warmup", "1", "--rank", "4", "--steps", "10"]
    train.train(train.parser().parse_args(options))
    return out


def test_exported_adapter_is_the_checkpoint_in_half_precision(run, tmp_path):
    (last,) = checkpoint.checkpoints(run)
    export.export(last, tmp_path / "own")
    exact, half = load_adapter(str(last / checkpoint.ADAPTER)), load_adapter(str(tmp_path / "own"))
    assert exact.scale == half.scale
    assert exact.changes.keys() == half.changes.keys()
    for name, pair in half.changes.items():
        for ours, theirs in zip(pair, exact.changes[name], strict=True):
            assert abs(ours - theirs).max() <= 2e-2 * abs(theirs).max() + 1e-6
    card = (tmp_path / "own" / "README.md").read_text("utf-8")
    assert "10, 0," in card
    assert "{" + "base" + "}" not in card


def test_a_card_that_a_person_wrote_stays(run, tmp_path):
    (tmp_path / "README.md").write_text("Ours.", "utf-8")
    export.export(checkpoint.checkpoints(run)[-1], tmp_path)
    assert (tmp_path / "README.md").read_text("utf-8") == "Ours."


def test_peft_reads_what_was_exported(run, base, tmp_path):
    import transformers
    from peft import PeftModel

    export.export(checkpoint.checkpoints(run)[-1], tmp_path)
    network = transformers.AutoModelForCausalLM.from_pretrained(
        str(base), gguf_file="tiny.gguf", quantization_config=transformers.GgufConfig(dequantize=True)
    )
    tuned = PeftModel.from_pretrained(network, str(tmp_path))
    ours = load_adapter(str(tmp_path))
    down = tuned.base_model.model.model.layers[1].mlp.up_proj.lora_A["default"].weight
    assert torch.equal(down.float(), torch.tensor(ours.changes["blk.1.ffn_up.weight"][0]))


def test_too_large_an_adapter_is_refused(run, tmp_path, monkeypatch):
    monkeypatch.setattr(export, "MOST_BYTES", 1000)
    with pytest.raises(ValueError, match="lower the rank"):
        export.export(checkpoint.checkpoints(run)[-1], tmp_path / "own")


def test_tuned_model_learns_its_requests_in_the_engine_that_users_have(run, base, tmp_path):
    """The engine gives the tuned model's English letters; the base, of random weights, gives anything."""
    from models.ctranslate2_causal import CausalTranslator

    export.export(checkpoint.checkpoints(run)[-1], tmp_path / "own")
    entry = Entry(
        kind="causal", engine="ctranslate2", file="tiny.gguf", sha256=sha256_of(base / "tiny.gguf"),
        prompt="qwen-tuned", compute_type="float32",
        limits=Limits(max_source_pieces=300, max_target_pieces=24),
    )  # fmt: skip
    requests = [Request(text="改革方案由省委审定。"), Request(text="全省共撤销事业单位。")]
    scores = {}
    for name, one in {"plain": entry, "tuned": replace(entry, adapter=str(tmp_path / "own"))}.items():
        convert_files(one, base, tmp_path / name, lambda *_: None)
        answers = CausalTranslator(name, one, tmp_path / name, threads=1).translate(requests)
        scores[name] = sum(c.isascii() and (c.isalpha() or c == " ") for a in answers for c in a.text)
    assert scores["tuned"] > scores["plain"]


def test_held_out_pairs_are_printed_as_a_set(tmp_path, capsys, monkeypatch):
    from pipeline.evaluate import load_set

    monkeypatch.setattr("sys.argv", ["held_out", str(AUTHORED)])
    assert held_out.main() == 0
    file = tmp_path / "held.tsv"
    file.write_text(capsys.readouterr().out, "utf-8")
    kept = divided(read_pairs(AUTHORED))[1]
    assert load_set(file).sources == tuple(pair.zh for pair in kept)
