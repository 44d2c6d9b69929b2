"""How the work grows with its input: a ratio of processor seconds, which busy neighbours do not change."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable


def growth(work: Callable[[int], object], size: int, factor: int = 4) -> float:
    """How many times longer `factor` times the size takes; the best of two, without the first call."""
    work(size)
    return _seconds(work, factor * size) / _seconds(work, size)


def _seconds(work: Callable[[int], object], size: int) -> float:
    found = []
    for _ in range(2):
        gc.collect()
        started = time.process_time()
        work(size)
        found.append(time.process_time() - started)
    return max(min(found), 1e-3)
