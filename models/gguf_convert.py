"""A GGUF file of the Qwen2 family as a CTranslate2 model, tensor by tensor and without torch.

Only one tensor is ever dequantised at a time, so that converting a model of 1.5 billion weights
peaks near the size of its result, not at four bytes a weight.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from ctranslate2.specs import common_spec, transformer_spec
from gguf import GGUFReader
from numpy.typing import NDArray

from models.adapter import Adapter
from models.errors import ModelError
from models.gguf_tensor import dense
from models.gguf_tokenizer import build_tokenizer

Progress = Callable[[str, int, int], None]

END_OF_TURN = "<|im_end|>"
END_OF_TEXT = "<|endoftext|>"
# Rows of one quantisation step: bounds the temporary of the embedding (151,936 rows) to 50 MB.
ROWS = 8192


def convert(
    gguf: Path,
    directory: Path,
    *,
    compute_type: str = "int8",
    progress: Progress,
    adapter: Adapter | None = None,
) -> None:
    """Write `model.bin`, `config.json`, `vocabulary.json` and `tokenizer.json` to `directory`.

    Args:    compute_type: "int8…" stores int8 weights with a scale for each row, else float16.
             adapter: changes to merge, in float32 and before anything is rounded.
    Raises:  ModelError: not a GGUF file, or of another family than Qwen2.
    Source:  ctranslate2.converters.transformers.Qwen2Loader (4.8), which reads the same weights
             through torch.
    """
    weights = Weights(gguf, quantise=compute_type.startswith("int8"), adapter=adapter)
    spec = _filled_spec(weights, progress)
    spec.register_vocabulary(weights.fact("tokenizer.ggml.tokens"))
    spec.config.bos_token = spec.config.unk_token = END_OF_TEXT
    spec.config.eos_token = END_OF_TURN
    spec.config.layer_norm_epsilon = float(weights.fact("qwen2.attention.layer_norm_rms_epsilon"))
    spec.validate()
    spec.optimize()  # input and output embeddings are one matrix: the second becomes an alias
    directory.mkdir(parents=True, exist_ok=True)
    spec.save(str(directory))
    build_tokenizer(weights.reader).save(str(directory / "tokenizer.json"))


class Weights:
    """The tensors and facts of a GGUF file."""

    def __init__(self, gguf: Path, *, quantise: bool, adapter: Adapter | None = None) -> None:
        try:
            self.reader = GGUFReader(gguf)
        except (OSError, ValueError) as error:
            raise ModelError(f"{gguf} is not a readable GGUF file: {error}") from error
        self.tensors = {tensor.name: tensor for tensor in self.reader.tensors}
        self.quantise, self.adapter = quantise, adapter
        family = self.fact("general.architecture")
        if family != "qwen2":
            raise ModelError(f"{gguf}: a GGUF of family {family!r}; only qwen2 can be converted")
        if adapter is not None:
            adapter.check_names(self.tensors)

    def fact(self, key: str) -> Any:
        """A value of the header."""
        return self.reader.fields[key].contents()

    def read(self, name: str) -> NDArray[np.float32]:
        """Shapes: as in the network that was trained, (out, in) for a matrix."""
        weights = dense(self.tensors[name])
        return weights if self.adapter is None else self.adapter.merged(name, weights)

    def vocabulary_matrices(self) -> tuple[str, str]:
        """Names of the input and output embeddings.

        Small models were trained with one matrix for both, which GGUF stores twice: Q4_K going in,
        Q6_K coming out (their first rows have a cosine of 0.997; of independent matrices 0.0).
        The finer copy then serves both, which saves 233 MB of the 1.5 billion weights' memory.
        """
        if "output.weight" not in self.tensors:
            return "token_embd.weight", "token_embd.weight"
        rows = [dense(self.tensors[name], rows=1000) for name in ("token_embd.weight", "output.weight")]
        cosine = np.vdot(*rows) / (np.linalg.norm(rows[0]) * np.linalg.norm(rows[1]))
        return ("output.weight" if cosine > 0.98 else "token_embd.weight"), "output.weight"

    def put(self, spec: Any, names: Sequence[str], biases: Sequence[str] = ()) -> None:
        """Fill a linear or embedding spec with matrices stacked row on row."""
        stored = np.float32 if self.quantise else np.float16
        if self.quantise:
            parts = [quantised(self.read(name)) for name in names]
            spec.weight = _stacked([weight for weight, _ in parts])
            spec.weight_scale = _stacked([scale for _, scale in parts])
        else:
            spec.weight = _stacked([self.read(name).astype(stored) for name in names])
        if biases:
            spec.bias = _stacked([self.read(name).astype(stored) for name in biases])

    def put_norm(self, spec: Any, name: str) -> None:
        """Fill a layer norm."""
        spec.gamma = self.read(name).astype(np.float32 if self.quantise else np.float16)


def quantised(weight: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Symmetric int8 with a scale for each row, as CTranslate2 quantises.

    Shapes:  weight (rows, columns); returns (rows, columns) int8 and scales (rows,).
    """
    peak = np.abs(weight).max(axis=1)
    peak[peak == 0] = 127.0
    scale = (127.0 / peak).astype(np.float32)
    rounded = np.empty(weight.shape, np.int8)
    for first in range(0, len(weight), ROWS):
        rows = slice(first, first + ROWS)
        rounded[rows] = np.rint(weight[rows] * scale[rows, None])
    return rounded, scale


def _filled_spec(weights: Weights, progress: Progress) -> transformer_spec.TransformerDecoderModelSpec:
    """The network's description with every weight set."""
    n_layers = weights.fact("qwen2.block_count")
    spec = transformer_spec.TransformerDecoderModelSpec.from_config(
        n_layers,
        weights.fact("qwen2.attention.head_count"),
        activation=common_spec.Activation.SWISH,
        pre_norm=True,
        ffn_glu=True,
        rms_norm=True,
        rotary_dim=0,
        rotary_interleave=False,
        rotary_base=weights.fact("qwen2.rope.freq_base"),
        num_heads_kv=weights.fact("qwen2.attention.head_count_kv"),
    )
    decoder = spec.decoder
    decoder.scale_embeddings = False
    embedding, output = weights.vocabulary_matrices()
    weights.put(decoder.embeddings, [embedding])
    weights.put(decoder.projection, [output])
    weights.put_norm(decoder.layer_norm, "output_norm.weight")
    for number, layer in enumerate(decoder.layer):
        _fill_layer(layer, f"blk.{number}.", weights)
        progress("convert", number + 1, n_layers)
    return spec


def _fill_layer(layer: Any, prefix: str, weights: Weights) -> None:
    """One block: attention with a fused query, key and value matrix, then the gated network."""
    attention, network = layer.self_attention, layer.ffn
    weights.put_norm(attention.layer_norm, prefix + "attn_norm.weight")
    weights.put_norm(network.layer_norm, prefix + "ffn_norm.weight")
    fused = [f"{prefix}attn_{name}" for name in "qkv"]
    weights.put(attention.linear[0], [f"{n}.weight" for n in fused], [f"{n}.bias" for n in fused])
    weights.put(attention.linear[1], [prefix + "attn_output.weight"])
    weights.put(network.linear_0, [prefix + "ffn_gate.weight"])
    weights.put(network.linear_0_noact, [prefix + "ffn_up.weight"])
    weights.put(network.linear_1, [prefix + "ffn_down.weight"])


def _stacked(parts: list[NDArray[Any]]) -> NDArray[Any]:
    return parts[0] if len(parts) == 1 else np.concatenate(parts)
