"""A DOCX of ours that a person edited: which text stands in the place of which translation now.

Two things name a translation, and either is enough: the raised number before it, and the bookmark
around it. Raised text in the colour of our indices is no text; raised text of a person is. What was
deleted with changes tracked is gone, what was inserted is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from pipeline.config import ReadConfig
from pipeline.errors import InputError
from pipeline.read.archive import Archive
from pipeline.read.bilingual import local
from pipeline.read.docx import Package
from pipeline.read.returned import Returned, Returns

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MARK = re.compile(r"(segment|target)_([0-9]{1,7})(?:_([itrf][0-9a-f]{8}))?")
# The colours of our indices: numbers of segments; of figures, letters of terms, references.
NUMBER = "5D6168"
INDICES = frozenset((NUMBER, "1B5A8C", "2C6540", "A3241A", "96301F"))
AUTHOR = "duizhao"
SPACES = {"tab": " ", "br": " ", "cr": " ", "noBreakHyphen": "-"}
UNTRANSLATED = "not translated"


def returns(data: bytes, path: str, config: ReadConfig) -> Returns:
    """The translations with the numbers of their segments, remarks, and the lines of the brief."""
    archive = Archive(data, path, config)
    package = Package(archive, path, config)
    main = package.main()
    if main not in archive or not main.startswith("word/"):
        raise InputError(f"{path} is no DOCX; save it as DOCX, or a spreadsheet as CSV")
    root = package.xml(main)
    remarks = _remarks_in(package.related(main, "comments"))
    units: list[Returned] = []
    brief: list[tuple[str, str]] = []
    said: set[str] = set()
    for place in _places(root):
        row = _Row()
        row.read(place)
        if row.spans:
            units += row.units(remarks)
            said |= {name for span in row.spans.values() for name in span.comments}
        elif len(cells := place.findall(f"{W}tc")) == 2:
            brief.append((_plain(cells[0]), _plain(cells[1])))
    return Returns(units, [text for name, text in remarks.items() if name not in said], brief)


def _places(root: etree._Element) -> Iterator[etree._Element]:
    """Rows of tables, and paragraphs outside of tables that hold a segment: headings have both sides."""
    for element in root.iter(f"{W}tr", f"{W}p"):
        if not any(local(parent) in ("tr", "p") for parent in element.iterancestors()) and (
            local(element) == "tr" or next(_marks(element), None)
        ):
            yield element


def _marks(element: etree._Element) -> Iterator[re.Match[str]]:
    for start in element.iter(f"{W}bookmarkStart"):
        if found := MARK.fullmatch(start.get(f"{W}name", "")):
            yield found


@dataclass(slots=True)
class _Span:
    """A segment while its row is read."""

    source: str = ""
    target: str = ""
    found: bool = False
    label: str = ""
    written: str = ""
    comments: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Row:
    """The segments of a row or heading. `side` says which text of which segment comes now."""

    spans: dict[int, _Span] = field(default_factory=dict)
    side: tuple[str, int] | None = None
    unlabelled: int = 0
    waiting: list[str] = field(default_factory=list)

    def read(self, place: etree._Element) -> None:
        """Go through the row as a reader does."""
        for element in place.iter():
            name = local(element)
            if name == "tc":
                self.side = None
            elif name == "p":
                self._say(" ")
            elif name == "bookmarkStart":
                self._open(element.get(f"{W}name", ""))
            elif name in ("commentRangeStart", "commentReference"):
                self._comment(element.get(f"{W}id", ""))
            elif name == "r" and not _is_deleted(element):
                self._run(element)
        if self.waiting and self.spans:
            next(iter(self.spans.values())).comments += self.waiting

    def units(self, remarks: dict[str, str]) -> Iterator[Returned]:
        """What was found of each segment."""
        complete = all(span.found for span in self.spans.values())
        for number, span in self.spans.items():
            text = span.target.strip()
            yield Returned(
                number=number,
                source=span.source.strip(),
                target=text if text and text != UNTRANSLATED else None,
                written=span.written,
                remarks=[remarks[name] for name in dict.fromkeys(span.comments) if name in remarks],
                found=span.found,
                complete=complete,
            )

    def _open(self, name: str) -> None:
        if not (found := MARK.fullmatch(name)):
            return
        number = int(found[2])
        if found[1] == "segment":
            self.spans.setdefault(number, _Span())
            self.unlabelled = number
            self._turn("source", number)
        elif number in self.spans:
            self.spans[number].written = found[3] or ""
            self._turn("target", number)

    def _turn(self, side: str, number: int) -> None:
        self.side = (side, number)
        span = self.spans[number]
        span.found = span.found or side == "target"
        span.comments += self.waiting
        self.waiting = []

    def _comment(self, name: str) -> None:
        if self.side is None:
            self.waiting.append(name)
        else:
            self.spans[self.side[1]].comments.append(name)

    def _run(self, run: etree._Element) -> None:
        text, colour = _text_of(run), _index_colour(run)
        if colour not in INDICES:
            self._say(text)
        elif colour == NUMBER and self.unlabelled and text.strip():
            self.spans[self.unlabelled].label = text.strip()
            self.unlabelled = 0
        elif colour == NUMBER:
            for number, span in self.spans.items():
                if not span.found and span.label and span.label == text.strip():
                    self._turn("target", number)
                    break

    def _say(self, text: str) -> None:
        if self.side is None:
            return
        span = self.spans[self.side[1]]
        if self.side[0] == "source":
            span.source += text
        else:
            span.target += text


def _index_colour(run: etree._Element) -> str:
    """The colour of a raised run, "" for one that is not raised."""
    raised, colour = run.find(f"{W}rPr/{W}vertAlign"), run.find(f"{W}rPr/{W}color")
    if raised is None or colour is None or raised.get(f"{W}val") != "superscript":
        return ""
    return colour.get(f"{W}val", "").upper()


def _is_deleted(run: etree._Element) -> bool:
    return any(local(parent) in ("del", "moveFrom") for parent in run.iterancestors())


def _text_of(run: etree._Element) -> str:
    return "".join(
        (child.text or "") if local(child) == "t" else SPACES.get(local(child), "") for child in run
    )


def _plain(cell: etree._Element) -> str:
    """The text of a cell without its indices."""
    runs = (run for run in cell.iter(f"{W}r") if not _is_deleted(run) and _index_colour(run) not in INDICES)
    return " ".join("".join(map(_text_of, runs)).split())


def _remarks_in(root: etree._Element | None) -> dict[str, str]:
    """Comments of people by id; ours are open issues, which the document knows."""
    found = {}
    for comment in () if root is None else root.iter(f"{W}comment"):
        who = comment.get(f"{W}author", "").strip()
        if who != AUTHOR:
            lines = ("".join(map(_text_of, line.iter(f"{W}r"))) for line in comment.iter(f"{W}p"))
            text = " ".join(" ".join(lines).split())
            found[comment.get(f"{W}id", "")] = f"{who}: {text}" if who else text
    return found
