"""TMX 1.4: the segments as translation units, for the memory of any other tool.

A segment without a translation is a unit with one language: nothing is left out in silence.
A control character, which XML cannot hold, stands as a <ph> that names it.

Source:  TMX 1.4b Specification, LISA OSCAR, 26 April 2005.
"""

from __future__ import annotations

from pipeline.document import Document, Issue, Segment
from pipeline.stamp import stamp
from pipeline.write import view
from pipeline.write.xml import element, escaped, picture


def render(document: Document) -> bytes:
    """The file."""
    found = view.issues_by_segment(document)
    header = element(
        "header",
        creationtool="duizhao",
        creationtoolversion=document.run.version or "0",
        segtype="sentence",
        adminlang="en",
        srclang="zh-Hans",
        datatype="plaintext",
        **{"o-tmf": "duizhao"},
    )
    units = [_unit(document, segment, found.get(segment.id, [])) for segment in document.segments]
    root = element("tmx", ["\n", header, "\n", element("body", [*units, "\n"]), "\n"], version="1.4")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE tmx SYSTEM "tmx14.dtd">\n{root}\n'.encode()


def _unit(document: Document, segment: Segment, issues: list[tuple[str, Issue]]) -> str:
    notes = [element("note", escaped(f"{issue.severity}: {issue.message}", picture)) for _, issue in issues]
    properties = {
        "x-document": document.source.path,
        "x-section": segment.section,
        "x-kind": segment.kind,
        "x-state": segment.state,
        "x-origin": segment.origin,
        "x-model": segment.model,
        "x-written": stamp(segment.target, segment.state),
    }
    described = [
        element("prop", escaped(value, picture), type=name) for name, value in properties.items() if value
    ]
    sides = [_side("zh-Hans", segment.text)]
    if segment.target is not None:
        sides.append(_side("en", segment.target))
    return "\n" + element("tu", [*notes, *described, *sides], tuid=segment.id)


def _side(language: str, text: str) -> str:
    return element("tuv", element("seg", escaped(text, _placeholder)), **{"xml:lang": language})


def _placeholder(code: int) -> str:
    return element("ph", picture(code), type=f"x-u{code:04x}")
