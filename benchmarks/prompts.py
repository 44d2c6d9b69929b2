"""Compare prompts: first answers of a model on a set, scored, with the share that is accepted.

    python benchmarks/prompts.py SET… [--model NAME] [--prompt FILE]… [--limit 30] [--sample 7]
                                      [--without examples] [--without glossary] [--with context]

A prompt is a file like configs/prompts/qwen.toml; without --prompt the model's own is measured. Each
line is one request of its own, greedy, without the ladder: what is compared is the asking. Beside the
prompts as they are, `--without` and `--with` measure each with one thing less or more; context is the
human translation of the line before, the best that there can be (take lines in a row: --sample -1).
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import sacrebleu

from models.base import Decoding, Translator
from models.load import load_translator
from models.registry import Entry, load_registry
from pipeline.evaluate import EvalSet, load_set, selected
from pipeline.prepare.script import convert
from pipeline.prepare.terms import Glossary
from pipeline.translate.ladder import judged
from pipeline.translate.requests import make_unit

GLOSSARIES = ["places-zh-en", "gov-zh-en"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way of asking."""

    prompt: str
    examples: bool = True
    glossary: bool = True
    context: bool = False

    @property
    def name(self) -> str:
        less = [f"-{word}" for word in ("examples", "glossary") if not getattr(self, word)]
        return " ".join([Path(self.prompt).stem, *less, *["+context"] * self.context])


def main() -> None:
    args = _arguments()
    registry = dict(load_registry())
    ways = [way for prompt in args.prompt or [registry[args.model].prompt] for way in _ways(prompt, args)]
    sets = [
        selected(load_set(one), limit=args.limit, sample=None if args.sample < 0 else args.sample)
        for one in args.sets
    ]
    print(f"{args.model}, greedy, {args.limit} lines of each set")
    print(f"{'set':<12} {'asked':<24}  BLEU   chrF  accepted  pieces/s  faults")
    for way in ways:
        translator = _translator(args.model, way, registry)
        for chosen in sets:
            print(_row(chosen, translator, way, args.glossary or GLOSSARIES), flush=True)


def _ways(prompt: str, args: argparse.Namespace) -> list[Way]:
    base = Way(prompt=prompt)
    less = [replace(base, **{word: False}) for word in args.without]
    return [base, *less, *(replace(base, **{word: True}) for word in args.with_)]


def _translator(model: str, way: Way, registry: dict[str, Entry]) -> Translator:
    registry[model] = replace(registry[model], prompt=way.prompt)
    translator = load_translator(model, registry=registry)
    if not way.examples:
        encoder = translator.encoder  # type: ignore[attr-defined]
        encoder.prompt = replace(encoder.prompt, examples=())
    translator.load()
    return translator


def _row(chosen: EvalSet, translator: Translator, way: Way, names: list[str]) -> str:
    glossary = Glossary.load(names if way.glossary else ())
    texts = [convert(line, "t2s") for line in chosen.sources]
    units = [make_unit(t, kind="sentence", glossary=glossary, terms=glossary.hits(t)) for t in texts]
    before = ["", *chosen.references] if way.context else [""] * len(units)
    requests = [replace(unit.request, context=context) for unit, context in zip(units, before, strict=False)]
    begin = time.perf_counter()
    answers = translator.translate(requests, decoding=Decoding())
    seconds = time.perf_counter() - begin
    best = [judged(unit, answer, "greedy")[0] for unit, answer in zip(units, answers, strict=True)]
    lines, references = [candidate.text for candidate in best], [list(chosen.references)]
    faults = Counter(fault.code for candidate in best for fault in candidate.faults if fault.hard)
    pieces = sum(answer.n_target_pieces for answer in answers)
    return (
        f"{chosen.name:<12} {way.name:<24}  {sacrebleu.corpus_bleu(lines, references).score:4.1f}  "
        f"{sacrebleu.corpus_chrf(lines, references).score:5.1f}  {sum(c.accepted for c in best):8d}  "
        f"{pieces / seconds:8.1f}  {dict(faults)}"
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sets", type=Path, nargs="+", help="folders with a source and a reference")
    parser.add_argument("--model", default="qwen2.5-coder-1.5b")
    parser.add_argument("--prompt", action="append")
    parser.add_argument("--glossary", action="append", help="default: the shipped ones")
    parser.add_argument("--without", action="append", default=[], choices=["examples", "glossary"])
    parser.add_argument("--with", action="append", default=[], choices=["context"], dest="with_")
    parser.add_argument("--limit", type=int, default=30)
    parser.add_argument("--sample", type=int, default=7, help="seed of the selection; -1: the first lines")
    return parser.parse_args()


if __name__ == "__main__":
    main()
