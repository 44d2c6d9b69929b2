"""Requests in batches of like length: padding and ragged prompts cost time, order costs nothing."""

from __future__ import annotations

from collections.abc import Sequence


def length_sorted_batches(lengths: Sequence[int], *, max_items: int, max_pieces: int = 0) -> list[list[int]]:
    """Positions of `lengths`, shortest first, cut into batches.

    Args:    max_pieces: bound on items times longest item of a batch (its padded size), 0 for none;
             a longer single item is a batch of its own.
    """
    batches: list[list[int]] = []
    for position in sorted(range(len(lengths)), key=lengths.__getitem__):
        batch = batches[-1] if batches else []
        full = len(batch) >= max_items or 0 < max_pieces < (len(batch) + 1) * lengths[position]
        if not batch or full:
            batches.append([position])
        else:
            batch.append(position)
    return batches
