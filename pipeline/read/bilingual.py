"""XLIFF (1.2, 2.x) and TMX with both languages: a document whose segments have targets already.

Source:  XLIFF 2.1 (OASIS, 13 February 2018), XLIFF 1.2 (1 February 2008), TMX 1.4b (26 April 2005).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from pipeline.config import ReadConfig
from pipeline.document import Block, Document, Issue, Segment, SegmentKind, Source, State
from pipeline.errors import EmptyInput, InputError
from pipeline.read.archive import parse_xml
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
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
# Elements within a text whose own text belongs to it; all others hold codes of another format.
TRANSPARENT = frozenset(("pc", "mrk", "g", "hi"))


@dataclass(frozen=True, slots=True)
class Pair:
    """One unit of a bilingual file."""

    id: str
    source: str
    target: str | None
    state: State
    notes: tuple[str, ...] = ()
    kind: str = ""
    n_codes: int = 0


def read_bilingual(path: str | Path, *, config: ReadConfig | None = None) -> Document:
    """The document of an XLIFF or TMX file: segments with targets, states and notes, origin human.

    Raises:  InputError: neither format, damaged, or without Chinese; EmptyInput: no unit in it;
             LimitExceeded: a limit of `config` is passed.
    """
    config = config if config is not None else ReadConfig()
    data = load(Path(path), config)
    return _document(list(pairs(data, str(path), config)), data, str(path))


def load(path: Path, config: ReadConfig) -> bytes:
    """The bytes of a regular file within the limit."""
    from pipeline.read import read_limited

    return read_limited(str(path), config)


def pairs(data: bytes, path: str, config: ReadConfig) -> Iterator[Pair]:
    """The units of a file in their order."""
    root = parse_xml(data, path, config)
    name = local(root)
    if name == "tmx":
        yield from _tmx(root, path)
    elif name == "xliff" and root.get("version", "").startswith("1"):
        yield from _xliff_1(root, path)
    elif name == "xliff":
        yield from _xliff_2(root, path)
    else:
        raise InputError(f"{path} is neither XLIFF nor TMX: its root is <{name}>")


def local(element: etree._Element) -> str:
    """The name without its namespace; "" for comments."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def plain(element: etree._Element | None) -> tuple[str, int]:
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


def _character(element: etree._Element, name: str) -> str:
    """A character that XML cannot hold: <cp hex="0001"/> in XLIFF, <ph type="x-u0001"> in our TMX."""
    code = element.get("hex", "") if name == "cp" else ""
    if name == "ph" and element.get("type", "").startswith("x-u"):
        code = element.get("type", "").removeprefix("x-u")
    try:
        return chr(int(code, 16)) if code else ""
    except (ValueError, OverflowError):
        return ""


def _children(element: etree._Element, name: str) -> list[etree._Element]:
    return [child for child in element if local(child) == name]


def _first(element: etree._Element, name: str) -> etree._Element | None:
    return next(iter(_children(element, name)), None)


def _under(root: etree._Element, name: str) -> Iterator[etree._Element]:
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


def _xliff_2(root: etree._Element, path: str) -> Iterator[Pair]:
    swap = _sides(root.get("srcLang"), root.get("trgLang"), path)
    for unit in _under(root, "unit"):
        holder = _first(unit, "notes")
        notes = tuple(plain(note)[0] for note in _children(holder, "note")) if holder is not None else ()
        segments = _children(unit, "segment")
        for n, segment in enumerate(segments, 1):
            name = (
                unit.get("id", "") if len(segments) == 1 else f"{unit.get('id', '')}-{segment.get('id') or n}"
            )
            state = STATES.get(segment.get("state", "initial"), "initial")
            source, target = _first(segment, "source"), _first(segment, "target")
            yield _pair(name, source, target, state, notes, unit.get("type", ""), swap=swap)


def _xliff_1(root: etree._Element, path: str) -> Iterator[Pair]:
    for file in _under(root, "file"):
        swap = _sides(file.get("source-language"), file.get("target-language"), path)
        for unit in _under(file, "trans-unit"):
            target = _first(unit, "target")
            said = target.get("state", "translated") if target is not None else "initial"
            state = "final" if unit.get("approved") == "yes" else STATES.get(said, "translated")
            notes = tuple(plain(note)[0] for note in _children(unit, "note"))
            source = _first(unit, "source")
            yield _pair(unit.get("id", ""), source, target, state, notes, unit.get("restype", ""), swap=swap)


def _tmx(root: etree._Element, path: str) -> Iterator[Pair]:
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
        notes = tuple(plain(note)[0] for note in _children(unit, "note"))
        yield _pair(unit.get("tuid", ""), chinese, english, state, notes, said.get("x-kind", ""), swap=False)
    if not n_chinese:
        raise InputError(f"{path} holds no unit in Chinese (zh)")


def _pair(
    name: str,
    source: etree._Element | None,
    target: etree._Element | None,
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


def _document(found: Sequence[Pair], data: bytes, path: str) -> Document:
    kept = [pair for pair in found if pair.source.strip()]
    if not kept:
        raise EmptyInput(f"{path} holds no unit with a source")
    original = "\n".join(pair.source for pair in kept)
    segments: list[Segment] = []
    blocks: list[Block] = []
    at = 0
    for n, (pair, name) in enumerate(zip(kept, _names(kept), strict=True)):
        end = at + len(pair.source)
        segments.append(_segment(pair, name, at, end, n))
        blocks.append(Block(kind="paragraph", start=at, end=end, place=(("unit", pair.id),)))
        at = end + 1
    source = Source(
        path=path, sha256=hashlib.sha256(data).hexdigest(), encoding="utf-8", characters=len(original)
    )
    return Document(
        source=source,
        original=original,
        text=TracedText.of(original),
        blocks=tuple(blocks),
        segments=tuple(segments),
        issues=tuple(_issues(found, kept, segments)),
    )


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


def _issues(found: Sequence[Pair], kept: Sequence[Pair], segments: Sequence[Segment]) -> Iterator[Issue]:
    for pair, segment in zip(kept, segments, strict=True):
        for note in pair.notes:
            if note.strip():
                yield Issue(check="read.note", severity="info", message=note.strip(), segment=segment.id)
        if pair.n_codes:
            message = f"{pair.n_codes} inline codes of the file left out"
            yield Issue(check="read.inline_codes", severity="warning", message=message, segment=segment.id)
    empty = len(found) - len(kept)
    if empty:
        message = f"{empty} units without a source left out"
        yield Issue(check="read.empty_units", severity="info", message=message)
