"""What stands beside 4-bit matrices of an OpenVINO graph: their exact offsets, and an adapter's changes.

A Q4_K matrix is a step times a number of 4 bits, less an offset, for each 32 weights. OpenVINO's reader
rounds the offset to whole steps, which moves every weight by 8 % on the average. What it took away is one
number for 32 weights, so it is given back by a product with the sums of 32 inputs.

An adapter's change is small beside a step: merged and rounded again it would mostly vanish, and 8 bits
take twice the time to read. So the matrix stays as it is, and its change is two thin products more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from gguf import GGUFReader
from numpy.typing import NDArray

from models.adapter import Adapter
from models.errors import ModelError
from models.gguf_tensor import dense

# Number formats of 4 bits with a step (and an offset) for each 32 weights.
FOUR_BITS = frozenset({"Q4_0", "Q4_1", "Q4_K"})
GROUP = 32
# An offset is rounded by half a step at most, some 10 % of a row's length; rows of different matrices
# are as far from each other as they are long.
NEAR = 0.3

Matrix = NDArray[np.float32]


def add_branches(graph: Any, reader: GGUFReader, adapter: Adapter | None = None) -> None:
    """Make the products with 4-bit matrices exact, and add what an adapter changes in them.

    OpenVINO forgets the names of matrices when it reads a GGUF file: they are known again by the
    numbers of their first row.

    Raises:  ModelError: a matrix is not found, or the adapter is of another shape.
    """
    tensors = {t.name: t for t in reader.tensors if t.tensor_type.name in FOUR_BITS and _in_layer(t.name)}
    sums: dict[str, Any] = {}
    for name, product in _products(graph, tensors).items():
        source = product.input_value(0)
        matrix = _constant(product.input_value(1).get_node())
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


def _products(graph: Any, tensors: Mapping[str, Any]) -> dict[str, Any]:
    """The product of each matrix."""
    rows = {name: dense(tensor, rows=1).reshape(-1) for name, tensor in tensors.items()}
    found: dict[str, Any] = {}
    for product in [op for op in graph.get_ordered_ops() if op.get_type_name() == "MatMul"]:
        row = _constant(product.input_value(1).get_node(), rows=1)
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


def _constant(node: Any, *, rows: int | None = None) -> Matrix | None:
    """The first rows of a matrix that a graph computes from constants; None for what depends on input."""
    kind, inputs = node.get_type_name(), [value.get_node() for value in node.input_values()]
    if kind == "Constant":
        return _numbers(node, rows)
    if kind == "Convert":
        return _constant(inputs[0], rows=rows)
    if kind == "Reshape":
        found = _constant(inputs[0], rows=rows)
        return None if found is None else found.reshape(len(found), -1)
    if kind in ("Subtract", "Multiply"):
        left, right = (_constant(part, rows=rows) for part in inputs)
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
