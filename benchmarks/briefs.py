"""How much of the brief of each report is proved, and how many of its key figures it tells.

    python benchmarks/briefs.py IN... [--words N] [--sentences N]

IN are texts (of which the Chinese side is measured), finished <stem>.json files, or folders of
either. Support is the share of lines whose every claim is found in the segments they name, in both
languages; recall the share of the key figures of the report that the brief tells, beside the recall
of as many characters from its beginning.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from pipeline.config import BriefConfig, load_config
from pipeline.document import Document
from pipeline.prepare.terms import Glossary
from pipeline.read import expand, read
from pipeline.runner import prepare
from pipeline.summarise import summarise
from pipeline.summarise.figures import is_key
from pipeline.summarise.support import meanings, measure_support
from pipeline.write.as_json import load


def lead_recall(document: Document, n_characters: int) -> float:
    """Key figures among the first characters of the text."""
    text = "".join(segment.text for segment in document.segments)[:n_characters]
    measures = (q.measure.text for q in document.quantities if q.measure and is_key(q))
    key = {meaning for text_ in measures for meaning in meanings(text_)}
    return len(key & set(meanings(text))) / len(key) if key else 1.0


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("inputs", nargs="+")
    parser.add_argument("--words", type=int, default=0)
    parser.add_argument("--sentences", type=int, default=0)
    args = parser.parse_args(argv)
    config = load_config()
    glossary = Glossary.load(config.translate.glossaries)
    options = BriefConfig(words=args.words, sentences=args.sentences)
    print(f"{'':<28}characters lines  support  figures  recall  lead   seconds")
    rates = []
    for path in expand(args.inputs):
        if path.endswith(".json"):
            document = load(Path(path))
        else:
            document = prepare(read(path, config=config.read), config=config, glossary=glossary)
        begin = time.perf_counter()
        briefed = summarise(document, config=options, glossary=glossary)
        seconds = time.perf_counter() - begin
        found = measure_support(briefed, glossary)
        rates.append(found.rate)
        brief = briefed.brief
        told = sum(len(line.zh) for line in (*brief.abstract, *brief.points)) if brief else 0
        print(
            f"{Path(path).stem[:26]:<28}{len(document.original):>10} {found.lines:>5} {found.rate:>7.0%} "
            f"{found.figures:>8} {found.recall:>7.0%} {lead_recall(document, told):>5.0%} {seconds:>9.2f}"
        )
        for text, codes in found.faults:
            print(f"    {', '.join(codes)}: {text[:60]}")
    print(f"mean support {sum(rates) / len(rates):.1%}" if rates else "nothing to measure")
    return 0


if __name__ == "__main__":
    sys.exit(main())
