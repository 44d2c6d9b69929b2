"""A GGUF file of the Qwen2 family as two OpenVINO graphs over the same weights."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from gguf import GGUFReader

from models.adapter import Adapter, rewrite_gguf
from models.chinese import chinese_ids
from models.errors import ModelError
from models.gguf_tokenizer import build_tokenizer
from models.openvino_branches import FOUR_BITS, add_branches
from models.openvino_runtime import import_openvino

Progress = Callable[[str, int, int], None]

# The graph as published, and the one whose pieces that write Chinese never win.
PLAIN, ENGLISH = "plain", "english"
# Far below any logit (they stay within ±50), far from overflow in half precision.
NEVER = -1e4
# Number formats that OpenVINO's GGUF reader knows; tensors in others are stored again as Q8_0.
READABLE = frozenset({"F32", "F16", "BF16", "Q4_0", "Q4_1", "Q8_0", "Q4_K", "Q6_K"})


def convert(gguf: Path, directory: Path, *, progress: Progress, adapter: Adapter | None = None) -> None:
    """Write `plain/` and `english/` (graph and weights) and `tokenizer.json` to `directory`.

    Args:    adapter: changes to merge, or to add beside 4-bit matrices.
    Raises:  ModelError: OpenVINO is missing, or cannot read the file, or the adapter does not fit.
    """
    openvino, genai = import_openvino()
    reader = GGUFReader(gguf)
    scratch = directory / "scratch"
    scratch.mkdir(parents=True)
    readable = _readable(reader, gguf, scratch / "model.gguf", adapter)
    progress("convert", 1, 4)
    try:
        # OpenVINO has no call that only reads: the pipeline writes its graph beside the file.
        genai.LLMPipeline(str(readable), "CPU", enable_save_ov_model=True)
    except RuntimeError as error:
        raise ModelError(f"OpenVINO cannot read {gguf}: {error}") from error
    progress("convert", 2, 4)
    tokenizer = build_tokenizer(reader)
    core = openvino.Core()
    core.set_property({"ENABLE_MMAP": False})  # a file that is mapped takes its room until the end
    graph = core.read_model(scratch / "openvino_model.xml")
    shutil.rmtree(scratch)
    add_branches(graph, reader, adapter)
    _save(graph, directory / PLAIN)
    progress("convert", 3, 4)
    _forbid(graph, chinese_ids(tokenizer.get_vocab(), byte_level=True))
    _save(graph, directory / ENGLISH)
    _share_weights(directory / PLAIN / "openvino_model.bin", directory / ENGLISH / "openvino_model.bin")
    tokenizer.save(str(directory / "tokenizer.json"))
    progress("convert", 4, 4)


def _readable(reader: GGUFReader, gguf: Path, target: Path, adapter: Adapter | None) -> Path:
    """The file linked to where OpenVINO may write beside it; other number formats, and matrices that
    an adapter is merged into, as Q8_0.
    """

    def again(tensor: Any) -> str | None:
        kind = tensor.tensor_type.name
        merged = adapter is not None and tensor.name in adapter and kind not in FOUR_BITS
        return "Q8_0" if merged or kind not in READABLE else None

    if adapter is None and not any(again(tensor) for tensor in reader.tensors):
        target.symlink_to(gguf.resolve())
    else:
        rewrite_gguf(reader, target, again, adapter=adapter)
    return target


def _forbid(graph: Any, pieces: list[int]) -> None:
    """Add to the logits a constant under which these pieces never win."""
    from openvino import opset13

    result = graph.get_results()[0]
    names = graph.outputs[0].get_names()
    size = graph.outputs[0].get_partial_shape()[2].get_length()
    bias = np.zeros((1, 1, size), np.float32)
    bias[..., pieces] = NEVER
    biased = opset13.add(result.input_value(0), opset13.constant(bias))
    result.input(0).replace_source_output(biased.output(0))
    result.input_value(0).get_tensor().set_names(names)
    graph.validate_nodes_and_infer_types()


def _save(graph: Any, folder: Path) -> None:
    from openvino import save_model

    folder.mkdir(parents=True)
    save_model(graph, folder / "openvino_model.xml", compress_to_fp16=False)


def _share_weights(plain: Path, english: Path) -> None:
    """One file of weights for both graphs, where the longer one begins with the shorter."""
    if not _begins_with(english, plain):
        return
    plain.unlink()
    try:
        os.link(english, plain)
    except OSError:
        shutil.copyfile(english, plain)


def _begins_with(longer: Path, shorter: Path) -> bool:
    with longer.open("rb") as a, shorter.open("rb") as b:
        while block := b.read(1 << 22):
            if a.read(len(block)) != block:
                return False
    return True
