from hypothesis import given
from hypothesis import strategies as st

from models.batching import length_sorted_batches

LENGTHS = st.lists(st.integers(1, 500), max_size=60)


@given(LENGTHS, st.integers(1, 8), st.integers(0, 800))
def test_every_item_is_in_one_batch(lengths, items, pieces):
    batches = length_sorted_batches(lengths, max_items=items, max_pieces=pieces)
    assert sorted(i for batch in batches for i in batch) == list(range(len(lengths)))
    assert all(batch for batch in batches)


@given(LENGTHS, st.integers(1, 8), st.integers(1, 800))
def test_limits_hold(lengths, items, pieces):
    for batch in length_sorted_batches(lengths, max_items=items, max_pieces=pieces):
        assert len(batch) <= items
        assert len(batch) == 1 or len(batch) * max(lengths[i] for i in batch) <= pieces


@given(LENGTHS)
def test_like_lengths_stand_together(lengths):
    flat = [lengths[i] for batch in length_sorted_batches(lengths, max_items=4) for i in batch]
    assert flat == sorted(flat)
