"""Text of pictures by RapidOCR: PP-OCRv6 models that lie in the wheel, nothing is fetched.

Each character has a confidence; those below `read.min_ocr_confidence` are flagged one by one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.config import ReadConfig
from pipeline.read.layout import CJK, Fragment, Page

DPI = 200  # of a rendered page: 12 pt characters are then 33 pixels high, and the models want 20 to 48
MAX_SIDE = 4_000
# The height of a line of Chinese, as the detector draws it, to the width of a character.
EM_OF_HEIGHT = 0.9
SIZE_ERROR = 0.15


def load_engine() -> Any:
    """The recogniser, for as many threads as there are processors."""
    from rapidocr import RapidOCR

    return RapidOCR(
        params={
            "EngineConfig.onnxruntime.intra_op_num_threads": _n_processors(),
            "Global.log_level": "critical",
            "Global.text_score": 0.0,
        }
    )


def _n_processors() -> int:
    """Those that this process may use, where the system says."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def recognise(
    engine: Any, pixels: NDArray[np.uint8], number: int, scale: float, config: ReadConfig
) -> tuple[Page, list[float]]:
    """The fragments of a picture, in units of `scale` pixels, and the confidence of each character.

    Shapes:  `pixels` (height, width, 3), RGB.
    """
    found = engine(pixels[:, :, ::-1], return_word_box=True)
    height, width = pixels.shape[:2]
    fragments: list[Fragment] = []
    scores: list[float] = []
    if found.boxes is not None:
        for box, text, words in zip(found.boxes, found.txts, found.word_results, strict=True):
            if not text.strip():
                continue
            known = list(_confidences(text, words))
            scores += [confidence for _, confidence in known]
            doubts = tuple((at, round(c, 3)) for at, c in known if c < config.min_ocr_confidence)
            fragments.append(_fragment(text, np.asarray(box, dtype=float) / scale, doubts))
    return Page(number, width / scale, height / scale, tuple(_one_size(fragments))), scores


def _one_size(fragments: Sequence[Fragment]) -> Iterator[Fragment]:
    """Sizes that differ from the usual one only as much as the detector errs become the usual one."""
    sizes = [fragment.em for fragment in fragments for _ in fragment.text]
    usual = median(sizes) if sizes else 0.0
    for fragment in fragments:
        near = abs(fragment.em - usual) < SIZE_ERROR * usual
        yield replace(fragment, em=usual) if near else fragment


def _confidences(text: str, words: Sequence[Any]) -> Iterator[tuple[int, float]]:
    """The confidence of each character; a Latin word has one for all of its letters."""
    done = 0
    for word, confidence, *_ in words:
        at = text.find(word, done) if word else -1
        if at < 0:
            continue
        yield from ((at + n, float(confidence)) for n in range(len(word)))
        done = at + len(word)


def _fragment(text: str, box: NDArray[np.float64], doubts: tuple[tuple[int, float], ...]) -> Fragment:
    x0, y0 = box.min(axis=0)
    x1, y1 = box.max(axis=0)
    # The box of a short line says more by its height, that of a long one by its width.
    units = sum(1.0 if CJK.match(character) else 0.5 for character in text)
    em = (x1 - x0) / units if units >= 4 else EM_OF_HEIGHT * (y1 - y0)
    return Fragment(text, float(x0), float(y0), float(x1), float(y1), float(em), doubts)


def told(scores: Sequence[float]) -> str:
    """How sure the recognition was, for a person."""
    return f"mean confidence {sum(scores) / len(scores):.1%}" if scores else "nothing was found"
