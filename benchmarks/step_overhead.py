"""What our backends add to, and save from, the engines below them; ratios within one run.

    python benchmarks/step_overhead.py [MODEL]

Prints processor seconds (wall time depends on the neighbours) of four ways to the same answers:
the backend as it is, the bare engine called with the same pieces, the backend without the shared
prompt's state, and one request at a time instead of all at once.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np

from models.base import Answer, Decoding
from models.bench import shipped_requests
from models.fetch import installed
from models.openvino_causal import BLOCK, OpenVinoTranslator
from models.openvino_runtime import import_openvino
from models.registry import find_entry, load_registry


def timed(work: Callable[[], list[Answer] | list[str]]) -> tuple[float, list[str]]:
    started = time.process_time()
    found = work()
    texts = [answer.text if isinstance(answer, Answer) else answer for answer in found]
    return time.process_time() - started, texts


def bare(translator: OpenVinoTranslator) -> list[str]:
    """The engine's own batch call, given pieces that were made before."""
    openvino, _ = import_openvino()
    requests = shipped_requests()
    conversations = translator.encoder.encode(requests)
    pipeline, encoder = translator._pipeline, translator.encoder
    for kind in {one.kind for one in conversations}:
        prefix = encoder.prefix(kind)
        if len(prefix) >= BLOCK:  # the prompt of a tuned model may be shorter than what the engine can share
            warm = openvino.Tensor(np.array([prefix[: len(prefix) // BLOCK * BLOCK]], np.int64))
            pipeline.generate([warm], [translator._config(1, Decoding())])
    inputs = [np.array([[*encoder.prefix(one.kind), *one.ids]], np.int64) for one in conversations]
    limits = [encoder.target_limit(one.n_pieces, Decoding()) for one in conversations]
    results = pipeline.generate(
        [openvino.Tensor(ids) for ids in inputs],
        [translator._config(limit, Decoding()) for limit in limits],
    )
    return [encoder.decode(result.m_generation_ids[0]) for result in results]


def main() -> int:
    name = sys.argv[1] if len(sys.argv) > 1 else "qwen2.5-coder-1.5b"
    entry, directory, requests = find_entry(name, load_registry()), installed(name), shipped_requests()
    if directory is None:
        print(f"run: duizhao models fetch {name}", file=sys.stderr)
        return 2
    ways: dict[str, tuple[float, list[str]]] = {}
    for label, options in (("backend", {}), ("engine", {}), ("no shared prompt", {"reuse": False})):
        translator = OpenVinoTranslator(name, entry, directory, **options)
        translator.load()
        if label == "engine":
            ways[label] = timed(lambda t=translator: bare(t))
        else:
            ways[label] = timed(lambda t=translator: t.translate(requests))
    one = OpenVinoTranslator(name, entry, directory, batch=1)
    one.load()
    ways["one at a time"] = timed(lambda: one.translate(requests))
    base, texts = ways["backend"]
    for label, (seconds, found) in ways.items():
        same = sum(a == b for a, b in zip(found, texts, strict=True))
        print(f"{label:18} {seconds:7.1f} s  {seconds / base:5.2f} of the backend  {same}/{len(texts)} same")
    return 0


if __name__ == "__main__":
    sys.exit(main())
