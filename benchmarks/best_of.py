"""Is it worth asking for several answers and taking the one that the checks like best?

    python benchmarks/best_of.py SET [--model NAME] [--candidates 4] [--temperature 0.5] [--limit 30]

Each line of the set (a folder or a TSV file) is one request. `greedy` is the first answer alone, `best of
N` the best of it and N samples by the checks (faults, then the model's score), `oracle` the best by chrF
against the reference: what choosing could gain at most.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

import sacrebleu

from models.base import Answer, Decoding, Translator
from models.load import load_translator
from pipeline.config import load_config
from pipeline.evaluate import load_set, selected
from pipeline.prepare.script import convert
from pipeline.prepare.terms import Glossary
from pipeline.translate.ladder import Candidate, judged
from pipeline.translate.requests import Unit, make_unit


def main() -> None:
    args = _arguments()
    chosen = selected(load_set(args.set), limit=args.limit, sample=args.sample)
    glossary = Glossary.load(load_config().translate.glossaries)
    texts = [convert(line, "t2s") for line in chosen.sources]
    units = [make_unit(t, kind="sentence", glossary=glossary, terms=glossary.hits(t)) for t in texts]
    translator = load_translator(args.model)
    translator.load()
    greedy, seconds = asked(translator, units, Decoding())
    sampling = Decoding(candidates=args.candidates, temperature=args.temperature, seed=1)
    sampled, more = asked(translator, units, sampling)
    pool = [[*first, *others] for first, others in zip(greedy, sampled, strict=True)]
    print(f"{chosen.name}: {len(units)} lines, {args.model}, temperature {args.temperature}")
    print(f"{'answer':<12}   BLEU   chrF  accepted  seconds")
    references = list(chosen.references)
    print(row("greedy", [first[0] for first in greedy], references, seconds))
    by_checks = [min(candidates, key=lambda c: (not c.accepted, *c.rank)) for candidates in pool]
    print(row(f"best of {args.candidates + 1}", by_checks, references, seconds + more))
    oracle = [
        max(candidates, key=lambda c: sacrebleu.sentence_chrf(c.text, [reference]).score)
        for candidates, reference in zip(pool, references, strict=True)
    ]
    print(row("oracle", oracle, references, seconds + more))


def asked(
    translator: Translator, units: Sequence[Unit], decoding: Decoding
) -> tuple[list[list[Candidate]], float]:
    """The candidates of every unit, repaired and checked, and what they cost."""
    begin = time.perf_counter()
    answers: list[Answer] = translator.translate([unit.request for unit in units], decoding=decoding)
    seconds = time.perf_counter() - begin
    rung = "sample" if decoding.temperature else "greedy"
    return [judged(unit, answer, rung) for unit, answer in zip(units, answers, strict=True)], seconds


def row(name: str, best: Sequence[Candidate], references: list[str], seconds: float) -> str:
    """One line of the table."""
    lines = [candidate.text for candidate in best]
    bleu, chrf = sacrebleu.corpus_bleu(lines, [references]), sacrebleu.corpus_chrf(lines, [references])
    accepted = sum(candidate.accepted for candidate in best)
    return f"{name:<12}  {bleu.score:5.1f}  {chrf.score:5.1f}  {accepted:8d}  {seconds:7.1f}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("set", type=Path, help="a folder with a source and a reference, or a TSV file")
    parser.add_argument("--model", default="qwen2.5-coder-1.5b")
    parser.add_argument("--candidates", type=int, default=4)
    parser.add_argument("--temperature", type=float, default=0.5)
    parser.add_argument("--limit", type=int, default=30)
    parser.add_argument("--sample", type=int, default=7)
    return parser.parse_args()


if __name__ == "__main__":
    main()
