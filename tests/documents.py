"""Documents built from a text as a reader of plain files would, for tests of later steps."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import opencc

from pipeline.document import Block, BlockKind, Document, Edit, Source
from pipeline.prepare.sections import find_sections
from pipeline.prepare.sentences import split_sentences
from pipeline.traced import Change, TracedText

SEED = Path(__file__).parent.parent / "seeds" / "liaoning-report.txt"


def make_document(text: str, *, blocks: Iterable[tuple[BlockKind, int, int]] | None = None) -> Document:
    """A document whose working text is its original; one block a line unless others are given."""
    spans = blocks if blocks is not None else [("line", *m.span()) for m in re.finditer(r"[^\n]+", text)]
    return Document(
        source=Source(path="test.txt", sha256="", encoding="utf-8", characters=len(text)),
        original=text,
        text=TracedText.of(text),
        blocks=tuple(Block(kind=kind, start=start, end=end) for kind, start, end in spans),
    )


def split(text: str, *, max_characters: int = 400) -> Document:
    """A text with its sections and sentences."""
    return split_sentences(find_sections(make_document(text)), max_characters=max_characters)


def seed_document() -> Document:
    """The seed report, cleaned well enough to find its structure: glosses out, Simplified."""
    document = make_document(SEED.read_text(encoding="utf-8"))
    glosses = list(re.finditer(r"\([a-zü\u0300-\u036f\u00e0-\u01dc]+\)", document.original))
    edits = [
        Edit(rule="gloss", start=m.start(), end=m.end(), before=m[0], after="", evidence="") for m in glosses
    ]
    text = document.text.replace([Change(m.start(), m.end(), "") for m in glosses])
    text = text.converted(opencc.OpenCC("t2s").convert(text.text))
    text = text.converted(text.text.translate(str.maketrans(",;:?!()", "，；：？！（）")))
    return Document(
        source=document.source, original=document.original, text=text, blocks=document.blocks,
        edits=tuple(edits),
    )  # fmt: skip
