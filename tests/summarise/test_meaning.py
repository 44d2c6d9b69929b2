from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from models.base import Encoder
from pipeline.summarise.meaning import Meaning
from tests.documents import split

OWN = "全省取消和下放行政许可事项31项，其中省级17项，公布清单并接受社会监督。"
OTHER = "全省新建改建中小学校120所，新增学位八万个，农村学校全部达到标准。"
SEGMENTS = split(f"{OWN}\n{OTHER}\n").segments


class Scripted:
    """An encoder of which a test says how near each text is to one direction."""

    name, width = "scripted", 2

    def __init__(self, near: dict[str, float]) -> None:
        self.near = near

    def load(self) -> None: ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Shapes: (n, 2) float32, each row of length 1."""
        cosines = [self.near.get(text, 0.5) for text in texts]
        return np.array([(c, np.sqrt(1 - c * c)) for c in cosines], dtype=np.float32)


def test_a_shorter_wording_is_nearest_to_its_own_segment() -> None:
    meaning = Meaning(SEGMENTS)
    assert meaning.by == "character pairs"
    assert not meaning.is_strange("全省取消和下放行政许可事项31项。", SEGMENTS[:1])
    assert meaning.is_strange("全省新增学位八万个。", SEGMENTS[:1])


@pytest.mark.parametrize(
    ("own", "other", "strange"),
    [(0.97, 0.8, False), (0.93, 1.0, True), (0.4, 0.3, True)],
    ids=["nearest", "another_is_nearer", "far_from_all"],
)
def test_an_encoder_judges_where_there_is_one(own: float, other: float, strange: bool) -> None:
    wording = "取消许可31项。"
    encoder: Encoder = Scripted({wording: 1.0, OWN: own, OTHER: other})
    meaning = Meaning(SEGMENTS, encoder)
    assert meaning.by == "scripted"
    assert meaning.is_strange(wording, SEGMENTS[:1]) is strange


def test_only_an_encoder_compares_the_languages() -> None:
    told = Scripted({"甲": 1.0, "far": 0.5, "near": 0.9})
    assert Meaning(SEGMENTS, told).is_mistranslated("甲", "far")
    assert not Meaning(SEGMENTS, told).is_mistranslated("甲", "near")
    assert not Meaning(SEGMENTS).is_mistranslated("甲", "far")
