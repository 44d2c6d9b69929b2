"""XLIFF (1.2, 2.x), TMX and tables with both languages: a document whose segments have targets already.

Source:  XLIFF 2.1 (OASIS, 13 February 2018), XLIFF 1.2 (1 February 2008), TMX 1.4b (26 April 2005).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipeline.document import Block, Document, Issue, Segment, SegmentKind, Source, State
from pipeline.errors import EmptyInput, InputError
from pipeline.read.extraction import Finding
from pipeline.traced import TracedText

STATES: dict[str, State] = {
    "initial": "initial", "translated": "translated", "reviewed": "reviewed", "final": "final",
    # XLIFF 1.2
    "new": "initial", "needs-translation": "initial", "needs-adaptation": "translated",
    "needs-l10n": "translated", "needs-review-adaptation": "translated", "needs-review-l10n": "translated",
    "needs-review-translation": "translated", "signed-off": "reviewed",
}  # fmt: skip
KINDS: dict[str, SegmentKind] = {
    "heading": "heading",
    "item": "item",
    "table": "table",
    "x-header": "heading",
}
SURROGATE = re.compile("[\ud800-\udfff]")
# What a block of a bilingual file has as its place.
UNIT = "unit"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
# Elements within a text whose own text belongs to it; all others hold codes of another format.
TRANSPARENT = frozenset(("pc", "mrk", "g", "hi"))


# What begins a note of our own checks, which are made anew.
OURS = ("error: ", "warning: ", "info: ")
Element = Any  # of lxml, which is loaded only where XML is read


@dataclass(frozen=True, slots=True)
class Pair:
    """One unit of a bilingual file. `written` is our stamp; `notes` are those of people."""

    id: str
    source: str
    target: str | None
    state: State
    notes: tuple[str, ...] = ()
    kind: str = ""
    n_codes: int = 0
    written: str = ""


@dataclass(frozen=True, slots=True)
class Bitext:
    """All units of a file in their order."""

    pairs: tuple[Pair, ...]
    encoding: str = "utf-8"
    findings: tuple[Finding, ...] = ()


def restored(said: dict[str, Any]) -> Bitext:
    """The reverse of `dataclasses.asdict`, for what a process of its own has read."""
    pairs = tuple(Pair(**{**pair, "notes": tuple(pair["notes"])}) for pair in said["pairs"])
    return Bitext(pairs, said["encoding"], tuple(Finding(**found) for found in said["findings"]))


def pairs_in(root: Element, path: str, *, whole: bool = False) -> Iterator[Pair]:
    """The units of a file in their order; `whole` joins the segments that a tool cut a unit into.

    Raises:  InputError: neither XLIFF nor TMX, or without Chinese.
    """
    name = local(root)
    if name == "tmx":
        yield from _tmx(root, path)
    elif name == "xliff" and root.get("version", "").startswith("1"):
        yield from _xliff_1(root, path)
    elif name == "xliff":
        yield from _xliff_2(root, path, whole=whole)
    else:
        raise InputError(f"{path} is neither XLIFF nor TMX: its root is <{name}>")


def local(element: Element) -> str:
    """The name without its namespace; "" for comments."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def plain(element: Element | None) -> tuple[str, int]:
    """The text of a source or target, and how many inline codes were left out of it."""
    if element is None:
        return "", 0
    parts = [element.text or ""]
    n_codes = 0
    for child in element:
        name = local(child)
        if name in TRANSPARENT:
            inner, n = plain(child)
            parts.append(inner)
            n_codes += n
        elif character := _character(child, name):
            parts.append(character)
        elif name:
            n_codes += 1
        parts.append(child.tail or "")
    return "".join(parts), n_codes


def _character(element: Element, name: str) -> str:
    """A character that XML cannot hold: <cp hex="0001"/> in XLIFF, <ph type="x-u0001"> in our TMX."""
    code = element.get("hex", "") if name == "cp" else ""
    if name == "ph" and element.get("type", "").startswith("x-u"):
        code = element.get("type", "").removeprefix("x-u")
    try:
        return chr(int(code, 16)) if code else ""
    except (ValueError, OverflowError):
        return ""


def _children(element: Element, name: str) -> list[Element]:
    return [child for child in element if local(child) == name]


def _first(element: Element, name: str) -> Element | None:
    return next(iter(_children(element, name)), None)


def _under(root: Element, name: str) -> Iterator[Element]:
    return (element for element in root.iter() if local(element) == name)


def _is(language: str | None, wanted: str) -> bool:
    return (language or "").lower().replace("_", "-").split("-")[0] == wanted


def _sides(source: str | None, target: str | None, path: str) -> bool:
    """Whether the file goes from English to Chinese, so that its sides change places.

    Raises:  InputError: neither side is Chinese.
    """
    if _is(source, "zh"):
        return False
    if _is(target, "zh"):
        return True
    raise InputError(f"{path} holds {source or 'no language'} and {target or 'none'}, but no Chinese (zh)")


def _xliff_2(root: Element, path: str, *, whole: bool) -> Iterator[Pair]:
    swap = _sides(root.get("srcLang"), root.get("trgLang"), path)
    for unit in _under(root, "unit"):
        name, kind, written = unit.get("id", ""), unit.get("type", ""), _stamp_of(unit)
        notes = _notes(_first(unit, "notes"))
        segments = _children(unit, "segment")
        if whole and len(segments) > 1:
            parts = [child for child in unit if local(child) in ("segment", "ignorable")]
            pair = _joined([_of_segment(part, name, (), kind, swap=swap) for part in parts])
            yield replace(pair, notes=notes, written=written)
            continue
        for n, segment in enumerate(segments, 1):
            own = name if len(segments) == 1 else f"{name}-{segment.get('id') or n}"
            yield replace(_of_segment(segment, own, notes, kind, swap=swap), written=written)


def _of_segment(segment: Element, name: str, notes: tuple[str, ...], kind: str, *, swap: bool) -> Pair:
    state = STATES.get(segment.get("state", "initial"), "initial")
    source, target = _first(segment, "source"), _first(segment, "target")
    return _pair(name, source, target, state, notes, kind, swap=swap)


def _joined(parts: Sequence[Pair]) -> Pair:
    """The parts as one; it is as far as the part that is furthest behind."""
    targets = [part.target or "" for part in parts]
    order: tuple[State, ...] = ("initial", "translated", "reviewed", "final")
    states = [part.state for part in parts if part.source.strip()] or ["initial"]
    return replace(
        parts[0],
        source="".join(part.source for part in parts),
        target="".join(targets) if any(target.strip() for target in targets) else None,
        state=min(states, key=order.index),
        n_codes=sum(part.n_codes for part in parts),
    )


def _stamp_of(unit: Element) -> str:
    return next((v for k, v in unit.attrib.items() if k.startswith("{urn:duizhao") and "written" in k), "")


def _notes(holder: Element | None) -> tuple[str, ...]:
    """The notes of people; ours have a category and begin with a severity."""
    said = [] if holder is None else [(n.get("category"), plain(n)[0]) for n in _children(holder, "note")]
    return tuple(text for category, text in said if not (category and text.startswith(OURS)))


def _xliff_1(root: Element, path: str) -> Iterator[Pair]:
    for file in _under(root, "file"):
        swap = _sides(file.get("source-language"), file.get("target-language"), path)
        for unit in _under(file, "trans-unit"):
            target = _first(unit, "target")
            said = target.get("state", "translated") if target is not None else "initial"
            state = "final" if unit.get("approved") == "yes" else STATES.get(said, "translated")
            notes = tuple(plain(note)[0] for note in _children(unit, "note"))
            source = _first(unit, "source")
            yield _pair(unit.get("id", ""), source, target, state, notes, unit.get("restype", ""), swap=swap)


def _tmx(root: Element, path: str) -> Iterator[Pair]:
    n_chinese = 0
    for unit in _under(root, "tu"):
        sides = [(v.get(LANGUAGE) or v.get("lang"), _first(v, "seg")) for v in _children(unit, "tuv")]
        chinese = next((seg for language, seg in sides if _is(language, "zh")), None)
        english = next((seg for language, seg in sides if _is(language, "en")), None)
        if chinese is None:
            continue
        n_chinese += 1
        said = {prop.get("type", ""): plain(prop)[0] for prop in _children(unit, "prop")}
        state = STATES.get(said.get("x-state", "translated"), "translated")
        found = (plain(note)[0] for note in _children(unit, "note"))
        notes = tuple(text for text in found if not text.startswith(OURS))
        pair = _pair(unit.get("tuid", ""), chinese, english, state, notes, said.get("x-kind", ""), swap=False)
        yield replace(pair, written=said.get("x-written", ""))
    if not n_chinese:
        raise InputError(f"{path} holds no unit in Chinese (zh)")


def _pair(
    name: str,
    source: Element | None,
    target: Element | None,
    state: State,
    notes: tuple[str, ...],
    kind: str,
    *,
    swap: bool,
) -> Pair:
    if swap:
        source, target = target, source
    zh, n_source = plain(source)
    en, n_target = plain(target)
    filled = target is not None and bool(en.strip())
    state = "translated" if filled and state == "initial" else state if filled else "initial"
    return Pair(name, zh, en if filled else None, state, notes, kind.rpartition(":")[2], n_source + n_target)


def document_of(found: Bitext, data: bytes, path: str) -> Document:
    """Segments with targets, states and notes, origin human; a block a unit, which names it.

    Raises:  EmptyInput: no unit has a source.
    """
    kept = [pair for pair in map(_printable, found.pairs) if pair.source.strip()]
    if not kept:
        raise EmptyInput(f"{path} holds no unit with a source")
    original = "\n".join(pair.source for pair in kept)
    segments: list[Segment] = []
    blocks: list[Block] = []
    at = 0
    for n, (pair, name) in enumerate(zip(kept, _names(kept), strict=True)):
        end = at + len(pair.source)
        segments.append(_segment(pair, name, at, end, n))
        blocks.append(Block(kind="paragraph", start=at, end=end, place=((UNIT, pair.id or name),)))
        at = end + 1
    source = Source(
        path=path,
        sha256=hashlib.sha256(data).hexdigest(),
        encoding=found.encoding,
        characters=len(original),
    )
    return Document(
        source=source,
        original=original,
        text=TracedText.of(original),
        blocks=tuple(blocks),
        segments=tuple(segments),
        issues=tuple(_issues(found, kept, segments)),
    )


def _printable(pair: Pair) -> Pair:
    """Lone surrogates, which no file can hold, become U+FFFD."""
    return replace(pair, source=SURROGATE.sub("\ufffd", pair.source))


def _names(kept: Sequence[Pair]) -> list[str]:
    """Ids as the file has them where they tell the units apart, else new ones."""
    names = [pair.id for pair in kept]
    return (
        names if all(names) and len(set(names)) == len(names) else [f"s{n}" for n in range(1, len(kept) + 1)]
    )


def _segment(pair: Pair, name: str, start: int, end: int, paragraph: int) -> Segment:
    return Segment(
        id=name,
        section=None,
        kind=KINDS.get(pair.kind, "sentence"),
        start=start,
        end=end,
        source=pair.source,
        text=pair.source.strip(),
        paragraph=paragraph,
        target=pair.target,
        origin="human" if pair.target is not None else None,
        state=pair.state,
    )


def _issues(found: Bitext, kept: Sequence[Pair], segments: Sequence[Segment]) -> Iterator[Issue]:
    for finding in found.findings:
        yield Issue(check=f"read.{finding.check}", severity=finding.severity, message=finding.message)
    for pair, segment in zip(kept, segments, strict=True):
        for note in pair.notes:
            if note.strip():
                yield Issue(check="read.note", severity="info", message=note.strip(), segment=segment.id)
        if pair.n_codes:
            message = f"{pair.n_codes} inline codes of the file left out"
            yield Issue(check="read.inline_codes", severity="warning", message=message, segment=segment.id)
        if "\ufffd" in pair.source:
            message = "the source holds broken characters (U+FFFD)"
            yield Issue(
                check="read.broken_characters", severity="warning", message=message, segment=segment.id
            )
    if empty := len(found.pairs) - len(kept):
        message = f"{empty} units without a source left out"
        yield Issue(check="read.empty_units", severity="info", message=message)
    filled = sum(pair.target is not None for pair in kept)
    if filled:
        message = f"{filled} of {len(kept)} units came with a translation, which is kept and checked"
        yield Issue(check="read.targets", severity="info", message=message)
