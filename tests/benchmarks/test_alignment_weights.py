"""The weights of alignment: the slope is that of the cost, and fitting makes the truth more probable."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.alignment_weights import Lesson, decoded, fit, lesson, surprise
from pipeline.align.evidence import FEATURES

SOURCE = ["他来了。", "她走了，他笑了。", "书在这里。", "没有人。"]
TARGET = ["He came.", "She left.", "He laughed.", "Nobody there."]
GOLD = {((0,), (0,)), ((1,), (1, 2)), ((2,), ()), ((3,), (3,))}


class Order:
    """An encoder that knows the places of these sentences only."""

    name, width = "order", 8

    def load(self) -> None: ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.array([[1 + (len(text) * k) % 7 for k in range(1, 9)] for text in texts], dtype=np.float32)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))


@pytest.fixture
def one() -> Lesson:
    return lesson(SOURCE, TARGET, GOLD, Order())


def test_the_slope_is_that_of_the_cost(one: Lesson) -> None:
    at = np.linspace(-0.5, 0.5, len(FEATURES))
    _, slope = surprise(one, at)
    for k, unit in enumerate(np.eye(len(FEATURES)) * 1e-5):
        measured = (surprise(one, at + unit)[0] - surprise(one, at - unit)[0]) / 2e-5
        assert slope[k] == pytest.approx(measured, abs=1e-4)


def test_fitted_weights_make_the_truth_more_probable(one: Lesson) -> None:
    weights = fit([one] * 20)
    assert surprise(one, weights)[0] < surprise(one, np.zeros(len(FEATURES)))[0]
    assert {(link.source, link.target) for link in decoded(one, weights)} == GOLD
