"""The one data model: what a report is, from its bytes to its brief.

All offsets are half-open code points. `start` and `end` point into the original text as it was
received; `Measure` and `TermHit` point into the text they were found in. Nothing here changes in
place: steps return `dataclasses.replace` copies.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from pipeline.traced import TracedText

Script = Literal["hant", "hans", "mixed", "none"]
SegmentKind = Literal["heading", "sentence", "item", "table"]
Origin = Literal["mt", "memory", "human", "rule"]
State = Literal["initial", "translated", "reviewed", "final"]
Severity = Literal["error", "warning", "info"]
BlockKind = Literal["line", "paragraph", "heading", "item", "cell", "note"]
MeasureKind = Literal[
    "count", "money", "percent", "points", "date", "ordinal", "duration", "ratio", "multiple",
    "area", "length", "mass", "volume", "energy", "speed", "temperature", "time", "document",
]  # fmt: skip
Approximator = Literal["about", "nearly", "over", "under", "at_least", "at_most"]
Verdict = Literal["proven", "missing", "extra", "magnitude", "approximator"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a text came from and what is known of it."""

    path: str
    sha256: str
    encoding: str
    characters: int
    script: Script = "none"
    region: str | None = None
    region_reason: str = ""
    title: str = ""
    date: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A span that the reader saw as one unit, with what the format says of it.

    `place` is what a person needs to find it again: {"page": 3}, {"row": 2, "column": 1}.
    """

    kind: BlockKind
    start: int
    end: int
    level: int | None = None
    place: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One change to the text on its way to clean Simplified Chinese.

    `before` and `after` are the text at this place before and after the rule ran; `start` and
    `end` its span in the original. Edits stand in the order in which they were applied.
    """

    rule: str
    start: int
    end: int
    before: str
    after: str
    evidence: str
    verified: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Bilingual:
    """The same words in both languages; `en` is empty until they are translated."""

    zh: str
    en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A node of the outline. An inferred one is implied by numbering but absent from the text."""

    id: str
    level: int
    marker: str
    title: Bilingual
    start: int
    end: int
    parent: str | None = None
    inferred: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A quantity as it stands in a text, in either language.

    `value` is exact, in the unit itself (2.7万 is 27000); for a range it is the lower end and
    `upper` the higher. A date is an ISO prefix in `date` ("2018-10-13", "2018", "--10-13").
    """

    start: int
    end: int
    text: str
    kind: MeasureKind
    value: Decimal
    upper: Decimal | None = None
    unit: str = ""
    approximator: Approximator | None = None
    date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A quantity of the ledger: the source's measure, its match in the target, and the verdict.

    `measure` is None for one that only the target has (verdict `extra`).
    """

    id: str
    segment: str
    measure: Measure | None
    start: int
    end: int
    target: Measure | None = None
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TermHit:
    """A glossary entry found in a segment: span in its text, required rendering, and obedience.

    `target` is the span of the rendering in the target text, None where there is none.
    """

    zh: str
    en: str
    start: int
    end: int
    target: tuple[int, int] | None = None
    obeyed: bool | None = None
    glossary: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """The unit of alignment: a heading, sentence, item or cell.

    `source` is the slice of the original; `text` its clean Simplified form, marker included.
    `marker` is the leading numbering ("(一)", "一是"), `lead` the id of the item's lead sentence
    (for a sentence under an item: of that item), `paragraph` the unit of text that it stands in.
    `rung` names the step of the acceptance ladder that gave the target.
    """

    id: str
    section: str | None
    kind: SegmentKind
    start: int
    end: int
    source: str
    text: str
    paragraph: int = 0
    marker: str = ""
    lead: str | None = None
    target: str | None = None
    origin: Origin | None = None
    model: str | None = None
    state: State = "initial"
    terms: tuple[TermHit, ...] = ()
    score: float | None = None
    rung: str | None = None
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """What a check found. `check` is its reason code; `span` a place in the segment's target.

    `start` and `end` point into the original where there is no segment to name.
    """

    check: str
    severity: Severity
    message: str
    segment: str | None = None
    span: tuple[int, int] | None = None
    start: int | None = None
    end: int | None = None
    waived: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefLine:
    """One statement of the brief in both languages and the segments that prove it.

    `method` tells a quotation from one that was cut (`compress`: the words that are left stand in
    the segments in this order). `date` is the ISO prefix that a timeline sorts the line by.
    """

    zh: str
    en: str
    segments: tuple[str, ...]
    section: str | None = None
    method: Literal["extract", "compress"] = "extract"
    date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """One page: headline, abstract, points in the order of sections, ids of key quantities.

    `focus` is what the reader asked for, "" where the document alone decided.
    """

    headline: BriefLine
    abstract: tuple[BriefLine, ...]
    points: tuple[BriefLine, ...]
    figures: tuple[str, ...]
    sections: tuple[str, ...]
    focus: str = ""
    template: Literal["memo", "table", "timeline"] = "memo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Every character of the original, counted once.

    characters = translated + pending + removed + whitespace + unaccounted. `pending` stands in a
    segment that has no target (all of them before translation); `unaccounted` must be 0.
    """

    characters: int
    translated: int
    pending: int
    removed: int
    whitespace: int
    unaccounted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """The lines that reproduce a result, and what the run cost.

    `brief` counts how the lines of the brief were worded, and why a shorter wording was refused.
    """

    version: str = ""
    model: str = ""
    model_sha256: str = ""
    config_sha256: str = ""
    glossary_sha256: str = ""
    seed: int = 0
    started: str = ""
    seconds: float = 0.0
    segments_per_second: float = 0.0
    memory_hits: int = 0
    ladder: tuple[tuple[str, int], ...] = ()
    brief: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A report on its way through the recipe. `text` is the current, traced working text."""

    source: Source
    original: str
    text: TracedText
    blocks: tuple[Block, ...] = ()
    edits: tuple[Edit, ...] = ()
    sections: tuple[Section, ...] = ()
    segments: tuple[Segment, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    issues: tuple[Issue, ...] = ()
    brief: Brief | None = None
    run: RunRecord = field(default_factory=RunRecord)
