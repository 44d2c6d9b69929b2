"""What stands beside 4-bit matrices of an OpenVINO graph: their exact offsets, and an adapter's changes.

A Q4_K matrix is a step times a number of 4 bits, less an offset, for each 32 weights. OpenVINO's reader
rounds the offset to whole steps, which moves every weight by 8 % on the average. What it took away is one
number for 32 weights, so it is given back by a product with the sums of 32 inputs.

An adapter's change is small beside a step: merged and rounded again it would mostly vanish, and 8 bits
take twice the time to read. So the matrix stays as it is, and its change is two thin products more.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from gguf import GGUFReader

from models.adapter import Adapter
from models.errors import ModelError
from models.gguf_tensor import dense
from models.openvino_matrices import Matrix, find_products, read_constant

# Number formats of 4 bits with a step (and an offset) for each 32 weights.
FOUR_BITS = frozenset({"Q4_0", "Q4_1", "Q4_K"})
GROUP = 32


def add_branches(graph: Any, reader: GGUFReader, adapter: Adapter | None = None) -> None:
    """Make the products with 4-bit matrices exact, and add what an adapter changes in them.

    Raises:  ModelError: a matrix is not found, or the adapter is of another shape.
    """
    tensors = {t.name: t for t in reader.tensors if t.tensor_type.name in FOUR_BITS and _in_layer(t.name)}
    sums: dict[str, Any] = {}
    for name, product in find_products(graph, tensors).items():
        source = product.input_value(0)
        matrix = read_constant(product.input_value(1).get_node())
        if matrix is None:
            raise ModelError(f"{name} is not a matrix of constants in OpenVINO's graph")
        exact = dense(tensors[name])
        changes = [
            opset().matmul(
                _sums(source, exact.shape[1] // GROUP, sums), _stored(_lost(exact, matrix)), False, True
            )
        ]
        if adapter is not None and name in adapter:
            down, up = adapter.factors(name, exact.shape)
            thin = opset().matmul(source, _stored(down), False, True)
            changes.append(opset().matmul(thin, _stored(up), False, True))
        _add(product, changes)
    graph.validate_nodes_and_infer_types()


def opset() -> Any:
    """OpenVINO's operations; the package is imported only where a model is converted."""
    from openvino import opset13

    return opset13


def _in_layer(name: str) -> bool:
    return name.startswith("blk.") and name.endswith(".weight")


def _lost(exact: Matrix, rounded: Matrix) -> Matrix:
    """What each group of a matrix lacks.

    Shapes:  exact, rounded (out, in); result (out, in / GROUP).
    """
    mean: Matrix = (exact - rounded).reshape(len(exact), -1, GROUP).mean(axis=-1)
    return mean


def _sums(source: Any, groups: int, known: dict[str, Any]) -> Any:
    """The sums of each GROUP of the inputs of a product, once for products with the same inputs."""
    name = source.get_node().get_friendly_name()
    if name not in known:
        split = opset().reshape(source, opset().constant(np.array([0, 0, groups, GROUP])), True)
        known[name] = opset().reduce_sum(split, opset().constant(np.array([-1])), False)
    return known[name]


def _add(product: Any, changes: list[Any]) -> None:
    """Everything that used a product uses its sum with the changes."""
    users = list(product.output(0).get_target_inputs())
    total = product.output(0)
    for change in changes:
        total = opset().add(total, change).output(0)
    for user in users:
        user.replace_source_output(total)


def _stored(matrix: Matrix) -> Any:
    """A matrix in 8 bits with a step for each row: a two hundredth of what is itself a tenth."""
    step = np.maximum(np.abs(matrix).max(axis=1, keepdims=True) / 127, np.float32(1e-12))
    bytes_ = opset().constant((np.rint(matrix / step) + 128).astype(np.uint8))
    middle = opset().constant(np.full((len(matrix), 1), 128, np.uint8))
    signed = opset().subtract(opset().convert(bytes_, "f32"), opset().convert(middle, "f32"))
    return opset().multiply(signed, opset().constant(step.astype(np.float32)))
