"""Compare prompts: first answers of a model on a set, scored, with the share that is accepted.

    python benchmarks/prompts.py SET [--model NAME] [--prompt FILE]… [--limit 30] [--sample 7]

A prompt is a file like configs/prompts/qwen.toml; without --prompt the model's own is measured. Each
line is one request of its own, greedy, without the ladder: what is compared is the asking.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import sacrebleu

from models.base import Decoding
from models.load import load_translator
from models.registry import load_registry
from pipeline.evaluate import EvalSet, load_set, selected
from pipeline.prepare.script import convert
from pipeline.prepare.terms import Glossary
from pipeline.translate.ladder import judged
from pipeline.translate.requests import make_unit


def main() -> None:
    args = _arguments()
    chosen = selected(load_set(args.set), limit=args.limit, sample=args.sample)
    print(f"{chosen.name}: {len(chosen.sources)} lines, {args.model}, greedy")
    print(f"{'prompt':<24}  BLEU   chrF  accepted  pieces/s  faults")
    for prompt in args.prompt or [None]:
        print(_row(chosen, args.model, prompt, Glossary.load(args.glossary)))


def _row(chosen: EvalSet, model: str, prompt: Path | None, glossary: Glossary) -> str:
    registry = dict(load_registry())
    if prompt is not None:
        registry[model] = replace(registry[model], prompt=str(prompt))
    translator = load_translator(model, registry=registry)
    translator.load()
    texts = [convert(line, "t2s") for line in chosen.sources]
    units = [make_unit(t, kind="sentence", glossary=glossary, terms=glossary.hits(t)) for t in texts]
    begin = time.perf_counter()
    answers = translator.translate([unit.request for unit in units], decoding=Decoding())
    seconds = time.perf_counter() - begin
    best = [judged(unit, answer, "greedy")[0] for unit, answer in zip(units, answers, strict=True)]
    lines, references = [candidate.text for candidate in best], [list(chosen.references)]
    faults = Counter(fault.code for candidate in best for fault in candidate.faults if fault.hard)
    pieces = sum(answer.n_target_pieces for answer in answers)
    return (
        f"{prompt.stem if prompt else 'shipped':<24}  {sacrebleu.corpus_bleu(lines, references).score:4.1f}  "
        f"{sacrebleu.corpus_chrf(lines, references).score:5.1f}  {sum(c.accepted for c in best):8d}  "
        f"{pieces / seconds:8.1f}  {dict(faults)}"
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("set", type=Path, help="a folder with a source and a reference")
    parser.add_argument("--model", default="qwen2.5-coder-1.5b")
    parser.add_argument("--prompt", type=Path, action="append")
    parser.add_argument("--glossary", action="append", default=[])
    parser.add_argument("--limit", type=int, default=30)
    parser.add_argument("--sample", type=int, default=7)
    return parser.parse_args()


if __name__ == "__main__":
    main()
