"""An adapter beside 4-bit matrices of an OpenVINO graph, instead of merged into them.

A change is small beside the steps of a 4-bit matrix: merged and rounded again it would mostly vanish,
and 8 bits take twice the time to read at every step. So the matrix stays as it is, and its change is
two thin products more.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from gguf import GGUFReader, dequantize
from numpy.typing import NDArray

from models.adapter import Adapter
from models.errors import ModelError

# Rows are compared after a rounding to half precision.
TOLERANCE = 1e-2


def add_branches(graph: Any, reader: GGUFReader, adapter: Adapter, names: frozenset[str]) -> None:
    """Add to the products with these matrices (their GGUF names) what the adapter changes in them.

    OpenVINO forgets the names of matrices when it reads a GGUF file: they are known again by the
    numbers of their first row.

    Raises:  ModelError: a matrix is not found, or the adapter is of another shape.
    """
    rows = {t.name: _first_row(t) for t in reader.tensors if t.name in names}
    found: dict[str, Any] = {}
    for product in [op for op in graph.get_ordered_ops() if op.get_type_name() == "MatMul"]:
        row = _row_of(product.input_value(1).get_node())
        shape = product.input_value(1).get_partial_shape()
        if row is None or not shape.is_static:
            continue
        near = [name for name, known in rows.items() if _is_near(row, known)]
        if len(near) == 1 and near[0] not in found:
            found[near[0]] = product
            _branch(product, *adapter.factors(near[0], tuple(shape.to_shape())))
    if lost := names - found.keys():
        raise ModelError(f"{min(lost)} is not found in OpenVINO's graph, so the adapter cannot be added")
    graph.validate_nodes_and_infer_types()


def _branch(product: Any, down: NDArray[np.float32], up: NDArray[np.float32]) -> None:
    """Add `up @ down @ x` to a product; everything that used the product uses the sum.

    Shapes:  down (rank, in), up (out, rank) with the scale in it.
    """
    from openvino import opset13

    users = list(product.output(0).get_target_inputs())
    thin = opset13.matmul(product.input_value(0), _half(down), False, True)
    change = opset13.matmul(thin, _half(up), False, True)
    total = opset13.add(product.output(0), change)
    for user in users:
        user.replace_source_output(total.output(0))


def _half(matrix: NDArray[np.float32]) -> Any:
    """Stored in half precision, as the adapter is; computed in single."""
    from openvino import opset13

    return opset13.convert(opset13.constant(matrix.astype(np.float16)), "f32")


def _first_row(tensor: Any) -> NDArray[np.float32]:
    row: NDArray[np.float32] = dequantize(tensor.data[:1], tensor.tensor_type).reshape(-1).astype(np.float32)
    return row


def _row_of(node: Any) -> NDArray[np.float32] | None:
    """The first row of a matrix that a graph computes from constants; None for what depends on input."""
    kind, inputs = node.get_type_name(), [value.get_node() for value in node.input_values()]
    if kind == "Constant":
        return _first_of(node)
    if kind in ("Convert", "Reshape") and inputs:
        row = _row_of(inputs[0])
        return row if row is None or kind == "Convert" else row.reshape(1, -1)
    if kind in ("Subtract", "Multiply") and len(inputs) == 2:
        left, right = _row_of(inputs[0]), _row_of(inputs[1])
        if left is None or right is None:
            return None
        return left - right if kind == "Subtract" else left * right
    return None


def _first_of(constant: Any) -> NDArray[np.float32] | None:
    """The first row of a constant; two numbers of 4 bits lie in a byte, the lower half first."""
    shape = tuple(constant.output(0).get_shape())
    if not shape:
        return np.asarray(constant.data, np.float32)
    size = int(np.prod(shape[1:]))
    if constant.output(0).get_element_type().get_type_name() != "u4":
        return np.asarray(constant.data[:1], np.float32)
    packed = constant.data.reshape(-1)[: -(-size // 2)]
    numbers = np.stack([packed & 15, packed >> 4], axis=-1).reshape(-1)[:size]
    return numbers.astype(np.float32).reshape(1, *shape[1:])


def _is_near(row: NDArray[np.float32], known: NDArray[np.float32]) -> bool:
    flat = row.reshape(-1)
    if flat.shape != known.shape:
        return False
    return bool(np.linalg.norm(flat - known) <= TOLERANCE * max(1e-9, float(np.linalg.norm(known))))
