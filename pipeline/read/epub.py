"""EPUB: the chapters in the order of the spine; the table of contents is left out with a record."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from urllib.parse import unquote

from lxml import etree

from pipeline.config import ReadConfig
from pipeline.errors import InputError
from pipeline.read.archive import Archive, parse_xml
from pipeline.read.extraction import Extraction, Piece, dropped, located
from pipeline.read.html import decode_page, parse_html, pictures
from pipeline.read.markup import pieces_of
from pipeline.read.packed import CONTAINER, leading_folder

FONTS = re.compile(r"\.(?:otf|ttf|woff2?|ttc)$", re.I)


def extract(data: bytes, path: str, config: ReadConfig) -> Extraction:
    """All chapters as pieces, each with its part.

    Raises:  InputError: damaged, or protected against reading; LimitExceeded: a limit is passed.
    """
    archive = Archive(data, path, config)
    if folder := leading_folder(archive.names()):
        archive.enter(folder)
    _require_open(archive, path, config)
    name = _package_name(archive, path, config)
    package = parse_xml(archive.read(name), path, config, name)
    pieces: list[Piece] = []
    n_pictures = 0
    for part, contents in _spine(package, posixpath.dirname(name)):
        if part not in archive:
            raise InputError(f"{path} lacks the part {part}")
        text, _, _ = decode_page(archive.read(part), f"{path}, {part}", config)
        flow = pieces_of(parse_html(text, f"{path}, {part}", config), located(part=posixpath.basename(part)))
        n_pictures += flow.pictures
        chapter = [seen.piece for seen in flow.seen]
        pieces += [dropped(p, "contents", "the table of contents") for p in chapter] if contents else chapter
    return Extraction(
        tuple(pieces),
        "epub",
        _about(package, "title"),
        _about(package, "date")[:10],
        findings=pictures(n_pictures),
    )


def _local(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _all(root: etree._Element, name: str) -> Iterator[etree._Element]:
    return (element for element in root.iter() if _local(element) == name)


def _require_open(archive: Archive, path: str, config: ReadConfig) -> None:
    """Refuse a book whose chapters are encrypted; obfuscated fonts do not matter."""
    name = "META-INF/encryption.xml"
    if name not in archive:
        return
    root = parse_xml(archive.read(name), path, config, name)
    hidden = [e.get("URI", "") for e in _all(root, "CipherReference")]
    if any(not FONTS.search(uri) for uri in hidden):
        raise InputError(f"{path} is protected (DRM); its text is encrypted")


def _package_name(archive: Archive, path: str, config: ReadConfig) -> str:
    root = parse_xml(archive.read(CONTAINER), path, config, CONTAINER)
    name = next((e.get("full-path", "") for e in _all(root, "rootfile")), "")
    if not name:
        raise InputError(f"{path}: its container names no package")
    return name


def _spine(package: etree._Element, folder: str) -> Iterator[tuple[str, bool]]:
    """The parts in reading order, and whether each is the table of contents."""
    items = {item.get("id", ""): item for item in _all(package, "item")}
    for reference in _all(package, "itemref"):
        item = items.get(reference.get("idref", ""))
        if item is None or "svg" in item.get("media-type", ""):
            continue
        target = unquote(item.get("href", "").split("#")[0])
        contents = "nav" in item.get("properties", "").split()
        yield posixpath.normpath(posixpath.join(folder, target)), contents


def _about(package: etree._Element, name: str) -> str:
    return next(("".join(map(str, element.itertext())).strip() for element in _all(package, name)), "")
