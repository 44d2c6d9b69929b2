"""What a model costs: every request is counted, and the line says what was measured."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models import bench, gguf_convert
from models.base import Answer, Limits, Request
from models.cache import model_directory, write_manifest


class Counted:
    """A model that answers at once, every second time without an end."""

    name, revision, limits = "counted", "1", Limits(max_source_pieces=9, max_target_pieces=9)
    loaded = False

    def load(self):
        self.loaded = True

    def count_pieces(self, text):
        return len(text)

    def translate(self, requests, *, decoding=None):
        assert self.loaded, "loading would be counted as translating"
        return [
            Answer(text="a", score=0.0, finished=bool(n % 2), n_source_pieces=3, n_target_pieces=2)
            for n, _ in enumerate(requests)
        ]


def test_pieces_and_unfinished_answers_are_added_up():
    found = bench.measure(Counted(), [Request(text="改革")] * 5)
    assert (found.segments, found.source_pieces, found.target_pieces, found.unfinished) == (5, 15, 10, 3)
    assert found.peak_memory_mb > 1


@pytest.mark.parametrize(("seconds", "rate"), [(4.0, "2.50 segments/s"), (0.0, "segments/s")])
def test_the_line_names_model_rates_and_memory(seconds, rate):
    figures = bench.Figures(
        name="counted", revision="1", segments=10, load_seconds=1.0, seconds=seconds, cpu_seconds=8.0,
        source_pieces=100, target_pieces=50, unfinished=0, peak_memory_mb=3000,
    )  # fmt: skip
    line = figures.line()
    assert line.startswith("counted (1): ")
    assert rate in line
    assert "3000 MB" in line


def test_shipped_requests_are_sentences_and_items_with_terms_that_occur():
    requests = bench.shipped_requests()
    assert [request.kind for request in requests].count("item") == len(requests) / 2
    assert [zh for request in requests for zh, _ in request.terms if zh not in request.text] == []


def test_a_model_of_the_registry_is_loaded_and_timed(tiny_gguf, causal_entry, tmp_path):
    entry = replace(causal_entry, sha256="0" * 64)
    folder = model_directory("tiny", entry, tmp_path)
    gguf_convert.convert(tiny_gguf, folder, compute_type="float32", progress=lambda *_: None)
    write_manifest(folder, "tiny", entry)
    found = bench.bench("tiny", [Request(text="改革")], home=tmp_path, registry={"tiny": entry})
    assert found.segments == 1
    assert found.source_pieces > 0
