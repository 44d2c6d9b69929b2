"""Matrices of 4 bits in OpenVINO's graph: exact, and with an adapter beside them."""

from __future__ import annotations

import numpy as np
import pytest
from gguf import GGUFReader

from models import openvino_convert
from models.adapter import load_adapter
from models.errors import ModelError
from models.openvino_branches import add_branches
from models.openvino_runtime import import_openvino
from tests.tiny_model import write_gguf

torch = pytest.importorskip("torch")
peft = pytest.importorskip("peft")
transformers = pytest.importorskip("transformers")

IDS = np.array([[5, 17, 40, 41, 42, 99, 3, 120]])


def quiet(stage, done, total):
    pass


@pytest.fixture(scope="module")
def four_bits(tmp_path_factory):
    """A network whose layers are in Q4_1: with offsets that are no whole steps, like Q4_K's."""
    file = tmp_path_factory.mktemp("q4") / "tiny.gguf"
    write_gguf(file, stored="Q4_1")
    return file


def network(file):
    """The same numbers in torch."""
    return transformers.AutoModelForCausalLM.from_pretrained(
        str(file.parent),
        gguf_file=file.name,
        dtype=torch.float32,
        quantization_config=transformers.GgufConfig(dequantize=True),
    ).eval()


def logits(folder):
    openvino, _ = import_openvino()
    exact = {"INFERENCE_PRECISION_HINT": "f32", "DYNAMIC_QUANTIZATION_GROUP_SIZE": "0"}
    model = openvino.Core().compile_model(folder / "plain" / "openvino_model.xml", "CPU", exact)
    found = model(
        {
            "input_ids": IDS,
            "attention_mask": np.ones_like(IDS),
            "position_ids": np.arange(IDS.shape[1])[None],
            "beam_idx": np.zeros(1, np.int32),
        }
    )
    return next(iter(found.values()))


def off(ours, theirs):
    """The mean distance of logits, in spreads of them."""
    with torch.no_grad():
        wanted = theirs(torch.tensor(IDS)).logits.numpy()
    return np.abs(ours - wanted).mean() / wanted.std()


def test_four_bits_are_those_of_the_file(four_bits, tmp_path, monkeypatch):
    openvino_convert.convert(four_bits, tmp_path / "exact", progress=quiet)
    monkeypatch.setattr(openvino_convert, "add_branches", lambda *_: None)
    openvino_convert.convert(four_bits, tmp_path / "rounded", progress=quiet)
    exact, rounded = (off(logits(tmp_path / name), network(four_bits)) for name in ("exact", "rounded"))
    assert exact < 0.01
    assert rounded > 5 * exact, "OpenVINO reads offsets exactly now: add_branches need not mend them"


def test_adapter_beside_four_bits_is_the_one_that_was_trained(four_bits, tmp_path):
    torch.manual_seed(1)
    targets = ["q_proj", "v_proj", "o_proj", "gate_proj", "down_proj"]
    model = peft.get_peft_model(
        network(four_bits),
        peft.LoraConfig(r=4, lora_alpha=6, init_lora_weights=False, target_modules=targets),
    )
    model.save_pretrained(str(tmp_path / "adapter"))
    adapter = load_adapter(str(tmp_path / "adapter"))
    openvino_convert.convert(four_bits, tmp_path / "tuned", progress=quiet, adapter=adapter)
    tuned = logits(tmp_path / "tuned")
    assert off(tuned, model.eval()) < 0.01
    assert off(tuned, network(four_bits)) > 0.1
    graph = (tmp_path / "tuned" / "plain" / "openvino_model.xml").read_text("utf-8")
    assert graph.count('element_type="u4"') >= 14, "the matrices keep their 4 bits"


def test_graph_of_another_file_is_refused(four_bits, tmp_path):
    openvino, _ = import_openvino()
    openvino_convert.convert(four_bits, tmp_path / "other", progress=quiet)
    graph = openvino.Core().read_model(tmp_path / "other" / "plain" / "openvino_model.xml")
    write_gguf(tmp_path / "deeper.gguf", layers=3, stored="Q4_1")
    with pytest.raises(ModelError, match=r"blk\.2\.\w+\.weight is not found in OpenVINO's graph"):
        add_branches(graph, GGUFReader(tmp_path / "deeper.gguf"))
