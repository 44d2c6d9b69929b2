"""Compare selections with news headlines and bulletins by ROUGE over characters.

    python benchmarks/summaries.py FOLDER [--encoder]

FOLDER holds items.jsonl (title, doc) and bulletins.jsonl (brief, items). An item is summed up by
one line and compared with its headline. A bulletin is summed up by a list and compared with the
official list of its items: by the rows above the rule its items are known, below it the bulletin
is one text and the list has as many lines as the bulletin has items. Printed are F1 of ROUGE-1
and ROUGE-L (rouge-chinese, one character a token), times 100.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import jieba
from rouge_chinese import Rouge
from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence
from sumy.summarizers.text_rank import TextRankSummarizer

from models.base import Encoder
from models.encoder import load_encoder
from pipeline.config import BriefConfig, ReadConfig
from pipeline.document import Document
from pipeline.prepare.clean import clean
from pipeline.prepare.script import convert_script
from pipeline.prepare.sections import find_sections
from pipeline.prepare.sentences import split_sentences
from pipeline.read import text as plain
from pipeline.summarise import summarise
from pipeline.summarise.list import tell_list

_UNSAID = re.compile(r"\W+")  # headlines use spaces where sentences use commas: compare neither
Summary = Callable[[str, int], str]


def prepared(doc: str) -> Document:
    """The document as the pipeline sees it, up to its sentences."""
    document = plain.read(doc.encode(), "item.txt", ReadConfig())
    return split_sentences(find_sections(convert_script(clean(document))))


def sentences(doc: str) -> list[str]:
    return [segment.text for segment in prepared(doc).segments]


def lead(doc: str, count: int) -> str:
    return "".join(sentences(doc)[:count])


class Words:
    """What sumy asks of a tokenizer, by jieba, so that nothing has to be downloaded."""

    def to_words(self, text: str) -> tuple[str, ...]:
        return tuple(word for word in jieba.cut(text) if word.strip())


def textrank(doc: str, count: int) -> str:
    model = ObjectDocumentModel([Paragraph([Sentence(s, Words()) for s in sentences(doc)])])
    return "".join(str(sentence) for sentence in TextRankSummarizer()(model, count))


def ours(encoder: Encoder | None, *, whole: bool = False) -> Summary:
    """Our headline for one line, our list for more; `whole` keeps the sentence uncut."""

    def tell(doc: str, count: int) -> str:
        document = prepared(doc)
        if count > 1:
            return "".join(line.zh for line in tell_list(document, count=count, encoder=encoder))
        brief = summarise(document, config=BriefConfig(), encoder=encoder).brief
        if brief is None:
            return ""
        by_id = {segment.id: segment.text for segment in document.segments}
        return "".join(by_id[name] for name in brief.headline.segments) if whole else brief.headline.zh

    return tell


def each(summary: Summary) -> Callable[[Sequence[str]], str]:
    """One line for each item of a bulletin."""
    return lambda docs: "".join(summary(doc, 1) for doc in docs)


def joined(summary: Summary) -> Callable[[Sequence[str]], str]:
    """A list for the bulletin as one text."""
    return lambda docs: summary("\n\n".join(docs), len(docs))


def f_scores(pairs: Iterable[tuple[str, str]]) -> tuple[float, float]:
    """Mean F1 of ROUGE-1 and ROUGE-L in percent."""
    rouge = Rouge(metrics=["rouge-1", "rouge-l"])
    spaced = [(" ".join(_UNSAID.sub("", a)) or "。", " ".join(_UNSAID.sub("", b))) for a, b in pairs]
    scores = rouge.get_scores([a for a, _ in spaced], [b for _, b in spaced], avg=True)
    return 100 * scores["rouge-1"]["f"], 100 * scores["rouge-l"]["f"]


def report(name: str, pairs: Callable[[], list[tuple[str, str]]]) -> None:
    begin = time.perf_counter()
    one, longest = f_scores(pairs())
    print(f"  {name:<38} {one:5.1f} {longest:5.1f}   {time.perf_counter() - begin:6.1f} s")


def load(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--encoder", action="store_true", help="also with the sentence encoder")
    args = parser.parse_args(argv)
    jieba.setLogLevel(60)
    items = load(args.folder / "items.jsonl")
    bulletins = load(args.folder / "bulletins.jsonl")
    mine = {"ours": ours(None), "ours, whole sentence": ours(None, whole=True)}
    if args.encoder:
        encoder = load_encoder()
        if encoder is None:
            print("the encoder is not installed: pip install 'duizhao[encoder]'", file=sys.stderr)
            return 2
        mine["ours, with encoder"] = ours(encoder)
    rows: dict[str, Summary] = {"lead-1": lead, "TextRank": textrank, **mine}
    print(f"{'':<40}   R-1   R-L\nitems → headline ({len(items)})")
    for name, row in rows.items():
        report(name, lambda row=row: [(row(item["doc"], 1), item["title"]) for item in items])
    lists = ["".join(bulletin["brief"]) for bulletin in bulletins]
    docs = [[item["doc"] for item in bulletin["items"] if item["doc"].strip()] for bulletin in bulletins]
    print(f"bulletins → list ({len(bulletins)}), items known")
    known = {"first sentence of each": each(lead), **{name: each(row) for name, row in mine.items()}}
    for name, told in known.items():
        report(name, lambda told=told: [(told(d), b) for d, b in zip(docs, lists, strict=True)])
    print("bulletins → list, one text")
    whole = {"lead (as many sentences)": joined(lead), "lead-1": each_first, "TextRank": joined(textrank)}
    whole |= {name: joined(row) for name, row in mine.items() if "whole" not in name}
    for name, told in whole.items():
        report(name, lambda told=told: [(told(d), b) for d, b in zip(docs, lists, strict=True)])
    return 0


def each_first(docs: Sequence[str]) -> str:
    return lead("\n\n".join(docs), 1)


if __name__ == "__main__":
    sys.exit(main())
