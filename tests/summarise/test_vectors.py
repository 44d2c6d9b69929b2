import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.summarise.vectors import vectorise


def test_likeness_follows_shared_words() -> None:
    vectors = vectorise(["机构改革已经完成", "机构改革全部完成", "粮食产量稳定增长"])
    alike = vectors.dot(vectors.row(0))
    assert alike[0] > alike[1] > alike[2] == 0


def test_pairs_do_not_reach_over_punctuation() -> None:
    vectors = vectorise(["改，革", "改革"])
    assert vectors.dot(vectors.row(1))[0] == 0


@given(st.lists(st.text(max_size=30), max_size=8))
def test_rows_have_length_one_or_none(texts: list[str]) -> None:
    vectors = vectorise(texts)
    assert len(vectors) == len(texts)
    lengths = np.array([np.linalg.norm(vectors.row(i)) for i in range(len(texts))])
    assert all(abs(length - 1) < 1e-9 or length == 0 for length in lengths)
    assert np.isfinite(vectors.dot(vectors.centroid())).all()
