"""LoRA adapters: small changes to the matrices of a network, added while a model is converted.

An adapter is a folder as peft writes it: `adapter_config.json` and `adapter_model.safetensors`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from gguf import GGMLQuantizationType, GGUFReader, GGUFWriter, quantize
from numpy.typing import NDArray
from safetensors import deserialize

from models.errors import ModelError
from models.gguf_tensor import dense

CONFIG, WEIGHTS = "adapter_config.json", "adapter_model.safetensors"
# peft's names of a layer's matrices, and GGUF's.
MATRICES = {
    "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}  # fmt: skip
_NAME = re.compile(
    r"(?:base_model\.model\.)?model\.layers\.(\d+)\.(\w+\.\w+)\.lora_([AB])(?:\.default)?\.weight"
)
# Settings of peft under which a change is not scale times B times A.
_PLAIN: Mapping[str, tuple[Any, ...]] = {
    "peft_type": ("LORA",), "use_dora": (False, None), "use_rslora": (False, None), "bias": ("none", None),
    "rank_pattern": ({}, None), "alpha_pattern": ({}, None), "modules_to_save": (None, []),
    "fan_in_fan_out": (False, None),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Adapter:
    """Changes by the GGUF name of the matrix they belong to.

    Shapes:  of each, down (rank, in) and up (out, rank), float32.
    """

    directory: Path
    scale: float
    changes: Mapping[str, tuple[NDArray[np.float32], NDArray[np.float32]]]

    def __contains__(self, name: str) -> bool:
        return name in self.changes

    def merged(self, name: str, matrix: NDArray[np.float32]) -> NDArray[np.float32]:
        """The matrix with its change added, in float32; itself where there is none.

        Raises:  ModelError: the change has another shape.
        """
        if name not in self.changes:
            return matrix
        down, up = self.factors(name, matrix.shape)
        total: NDArray[np.float32] = matrix + up @ down
        return total

    def factors(self, name: str, of: tuple[int, ...]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Both factors of a change, the scale in the second.

        Shapes:  down (rank, in), up (out, rank).
        Args:    of: shape of the matrix, (out, in).
        Raises:  ModelError: the change has another shape.
        """
        down, up = self.changes[name]
        shape = (up.shape[0], down.shape[1])
        if shape != of:
            raise ModelError(
                f"{self.directory}: its change of {name} is {shape[0]} by {shape[1]}, the model's matrix "
                f"{' by '.join(map(str, of))}: it was trained on another model"
            )
        return down, np.float32(self.scale) * up

    def check_names(self, names: Iterable[str]) -> None:
        """Refuse a model that lacks a matrix which is to be changed.

        Raises:  ModelError: the adapter was trained on another model.
        """
        lost = set(self.changes) - set(names)
        if lost:
            raise ModelError(
                f"{self.directory} changes {min(lost)}, which the model does not have: it was trained on another"
            )


def adapter_directory(name: str) -> Path:
    """The folder that a registry entry names: an absolute path, or one from where the models package
    is installed (the shipped ones are models/adapters/NAME), or from here.
    """
    shipped = Path(__file__).parents[1] / name
    return shipped if shipped.is_dir() else Path(name)


def adapter_revision(name: str) -> str:
    """Names the adapter's contents; "missing" where there are none."""
    files = [adapter_directory(name) / part for part in (CONFIG, WEIGHTS)]
    try:
        return _hashed(tuple((str(file), file.stat().st_size, file.stat().st_mtime_ns) for file in files))
    except OSError:
        return "missing"


@lru_cache(maxsize=16)
def _hashed(files: tuple[tuple[str, int, int], ...]) -> str:
    digest = hashlib.sha256()
    for name, _, _ in files:
        digest.update(hashlib.sha256(Path(name).read_bytes()).digest())
    return digest.hexdigest()[:8]


def load_adapter(name: str, *, base: str = "") -> Adapter:
    """The adapter of that name or path.

    Args:    base: checksum of the weights that it is to be added to; compared with the revision
             that the adapter says it was trained on, where it says so.
    Raises:  ModelError: a file is missing or unreadable, the adapter is of a kind that cannot be
             merged, or belongs to another model.
    """
    directory = adapter_directory(name)
    config = _config(directory)
    for key, allowed in _PLAIN.items():
        if key in config and config[key] not in allowed:
            raise ModelError(
                f"{directory / CONFIG}: {key} {config[key]!r} cannot be merged; only plain LoRA can"
            )
    trained_on = config.get("revision") or ""
    if base and re.fullmatch(r"[0-9a-f]{12}", trained_on) and not base.startswith(trained_on):
        raise ModelError(
            f"{directory} was trained on weights {trained_on} ({config.get('base_model_name_or_path')}), "
            f"not on {base[:12]}"
        )
    try:
        scale = float(config["lora_alpha"]) / float(config["r"])
    except (KeyError, TypeError, ValueError, ZeroDivisionError) as error:
        raise ModelError(f"{directory / CONFIG}: r and lora_alpha must be numbers above 0") from error
    return Adapter(directory, scale, _changes(directory / WEIGHTS))


def _config(directory: Path) -> dict[str, Any]:
    for part in (CONFIG, WEIGHTS):
        if not (directory / part).is_file():
            raise ModelError(f"the adapter {directory} has no {part}")
    try:
        config = json.loads((directory / CONFIG).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{directory / CONFIG}: {error}") from error
    if not isinstance(config, dict):
        raise ModelError(f"{directory / CONFIG} must hold an object")
    return config


def _changes(file: Path) -> dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """Both factors of every change, none without the other."""
    factors: dict[str, dict[str, NDArray[np.float32]]] = {}
    for name, tensor in _tensors(file).items():
        found = _NAME.fullmatch(name)
        if found is None or found[2] not in MATRICES:
            raise ModelError(f"{file}: {name} changes no matrix of a layer and cannot be merged")
        factors.setdefault(f"blk.{found[1]}.{MATRICES[found[2]]}.weight", {})[found[3]] = tensor
    for name, pair in factors.items():
        if set(pair) != {"A", "B"} or pair["B"].shape[1:] != pair["A"].shape[:1]:
            raise ModelError(f"{file}: the change of {name} is not a pair of factors of one rank")
    if not factors:
        raise ModelError(f"{file} holds no changes")
    return {name: (pair["A"], pair["B"]) for name, pair in factors.items()}


def _tensors(file: Path) -> dict[str, NDArray[np.float32]]:
    """All tensors of a safetensors file in float32; numpy has no bfloat16, so its halves are put up by hand."""
    try:
        stored = deserialize(file.read_bytes())  # type: ignore[no-untyped-call]
    except Exception as error:  # safetensors' own error has no base but Exception
        raise ModelError(f"{file} is not a readable safetensors file: {error}") from error
    return {name: _floats(file, name, tensor) for name, tensor in stored}


def _floats(file: Path, name: str, tensor: Mapping[str, Any]) -> NDArray[np.float32]:
    kinds = {"F32": np.float32, "F16": np.float16, "BF16": np.uint16}
    if tensor["dtype"] not in kinds:
        raise ModelError(f"{file}: {name} is stored as {tensor['dtype']}; F32, F16 or BF16 can be read")
    values = np.frombuffer(bytes(tensor["data"]), kinds[tensor["dtype"]]).reshape(tensor["shape"])
    if tensor["dtype"] == "BF16":
        return (values.astype(np.uint32) << 16).view(np.float32)
    return values.astype(np.float32)


def merge_gguf(reader: GGUFReader, adapter: Adapter, target: Path, *, stored: str) -> None:
    """Write a GGUF file with the adapter's changes added; what it does not touch stays bit for bit.

    Args:  stored: number format of the matrices that change, such as F16.
    """
    rewrite_gguf(reader, target, lambda tensor: stored if tensor.name in adapter else None, adapter=adapter)


def rewrite_gguf(
    reader: GGUFReader, target: Path, choose: Callable[[Any], str | None], *, adapter: Adapter | None = None
) -> None:
    """Write a GGUF file anew.

    Args:    choose: names the number format in which a tensor is stored again, None to keep it.
             adapter: changes that are added on the way.
    Raises:  ModelError: the adapter changes matrices that the file does not have.
    """
    if adapter is not None:
        adapter.check_names(tensor.name for tensor in reader.tensors)
    writer = GGUFWriter(target, reader.fields["general.architecture"].contents())
    for name, field in reader.fields.items():
        if not name.startswith("GGUF.") and name != "general.architecture":
            sub_type = field.types[1] if len(field.types) > 1 else None
            writer.add_key_value(name, field.contents(), field.types[0], sub_type)
    for tensor in reader.tensors:
        kind, data = tensor.tensor_type, tensor.data
        again = choose(tensor)
        if again is not None:
            weights = dense(tensor)
            kind = GGMLQuantizationType[again]
            data = quantize(adapter.merged(tensor.name, weights) if adapter else weights, kind)
        writer.add_tensor(tensor.name, data, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
