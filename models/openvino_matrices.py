"""Matrices in a graph that OpenVINO read from a GGUF file, found again and read as numbers.

OpenVINO forgets their names: they are known by the numbers of their first row.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.errors import ModelError
from models.gguf_tensor import dense

Matrix = NDArray[np.float32]

# An offset is rounded by half a step at most, some 10 % of a row's length; rows of different matrices
# are as far from each other as they are long.
NEAR = 0.3


def find_products(graph: Any, tensors: Mapping[str, Any]) -> dict[str, Any]:
    """The product of each matrix, by the matrix's name.

    Raises:  ModelError: a matrix is not found, or two begin alike.
    """
    rows = {name: dense(tensor, rows=1).reshape(-1) for name, tensor in tensors.items()}
    found: dict[str, Any] = {}
    for product in [op for op in graph.get_ordered_ops() if op.get_type_name() == "MatMul"]:
        row = read_constant(product.input_value(1).get_node(), rows=1)
        if row is None:
            continue
        near = [
            name for name, known in rows.items() if name not in found and _is_near(row.reshape(-1), known)
        ]
        if len(near) > 1:
            raise ModelError(f"{near[0]} and {near[1]} begin alike: OpenVINO's graph cannot be told apart")
        found.update(dict.fromkeys(near, product))
    if lost := tensors.keys() - found.keys():
        raise ModelError(f"{min(lost)} is not found in OpenVINO's graph")
    return found


def _is_near(row: Matrix, known: Matrix) -> bool:
    if row.shape != known.shape:
        return False
    return bool(np.linalg.norm(row - known) <= NEAR * float(np.linalg.norm(known)))


def read_constant(node: Any, *, rows: int | None = None) -> Matrix | None:
    """The first rows of a matrix that a graph computes from constants; None for what depends on input."""
    kind, inputs = node.get_type_name(), [value.get_node() for value in node.input_values()]
    if kind == "Constant":
        return _numbers(node, rows)
    if kind == "Convert":
        return read_constant(inputs[0], rows=rows)
    if kind == "Reshape":
        found = read_constant(inputs[0], rows=rows)
        return None if found is None else found.reshape(len(found), -1)
    if kind in ("Subtract", "Multiply"):
        left, right = (read_constant(part, rows=rows) for part in inputs)
        if left is None or right is None:
            return None
        return left - right if kind == "Subtract" else left * right
    return None


def _numbers(constant: Any, rows: int | None) -> Matrix:
    """The first rows of a constant; two numbers of 4 bits lie in a byte, the lower half first."""
    shape = tuple(constant.output(0).get_shape())
    if not shape or constant.output(0).get_element_type().get_type_name() != "u4":
        return np.asarray(constant.data[:rows] if shape else constant.data, np.float32)
    kept = (shape[0] if rows is None else rows, *shape[1:])
    size = int(np.prod(kept))
    packed = constant.data.reshape(-1)[: -(-size // 2)]
    numbers = np.stack([packed & 15, packed >> 4], axis=-1).reshape(-1)[:size]
    return numbers.astype(np.float32).reshape(kept)
