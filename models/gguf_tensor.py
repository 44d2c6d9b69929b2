"""A tensor of a GGUF file as plain numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from gguf import dequantize
from numpy.typing import NDArray


def dense(tensor: Any, *, rows: int | None = None) -> NDArray[np.float32]:
    """The tensor, or its first rows, as in the network that was trained: (out, in) for a matrix."""
    shape = tuple(int(size) for size in tensor.shape[::-1])
    data = dequantize(tensor.data[:rows], tensor.tensor_type).astype(np.float32, copy=False)
    whole: NDArray[np.float32] = data.reshape(-1, *shape[1:])
    return whole
