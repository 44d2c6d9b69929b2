"""HTML pages: the main text, with title, date and link; what surrounds it is recorded as left out.

trafilatura says where the main text is. It also drops things that matter to us (attachments, the
date under a report, short headings), so it only chooses the container; what stands inside is kept.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml import etree

from pipeline.config import ReadConfig
from pipeline.errors import InputError, LimitExceeded
from pipeline.read.archive import require_depth
from pipeline.read.encoding import BOMS
from pipeline.read.extraction import Extraction, Finding, Piece, dropped
from pipeline.read.markup import Flow, Seen, pieces_of, tag_of
from pipeline.read.notes import LEVEL
from pipeline.read.text import decode

META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.I)
# What browsers read under these names (WHATWG Encoding Standard, "gbk" and "big5").
WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030",
         "big5": "big5hkscs", "big5-hkscs": "big5hkscs", "utf8": "utf-8"}  # fmt: skip
SURROUNDINGS = frozenset(("nav", "footer", "aside", "menu", "form", "select", "button"))
NAMED = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|breadcrumbs?|crumbs?|footer|foot|copyright|sidebar|share|sharing"
    r"|related|recommend|pager|pagination|toolbar|topbar|login|search|qrcode|ad|ads|advert)(?:$|[\s_-])",
    re.I,
)
SITE = re.compile(r"\s*[_|｜]+\s*|\s+[-–—]+\s+|--+")
# Shorter texts occur by chance in any page.
MIN_ANCHOR_CHARACTERS = 12
# How far ahead a piece is looked for in the main text: a search through all of it takes minutes.
WINDOW = 20_000
# A container that holds nearly all of the main text; one stray sentence must not widen it to the page.
CONTAINER_SHARE = 0.9
# Below this share of the plain text of the page, trafilatura has missed the point.
MIN_MAIN_SHARE = 0.3
LINK_DENSITY = 0.6
# The parser stops at its own limits and says so only in its log.
CUT = ("Excessive depth", "Resource limit", "huge text node", "out of memory")


def extract(data: bytes, path: str, config: ReadConfig) -> Extraction:
    """The page as pieces.

    Raises:  InputError: no HTML in it; LimitExceeded: nested too deep.
    """
    text, encoding, findings = decode_page(data, path, config)
    root = parse_html(text, path, config)
    flow = pieces_of(root)
    about = _metadata(text)
    pieces, found = _judged(flow, about)
    return Extraction(
        pieces=tuple(pieces),
        encoding=encoding,
        title=_without_site(about.title or _title(root), pieces),
        date=about.date,
        url=about.url,
        findings=(*findings, *found, *pictures(flow.pictures)),
    )


def decode_page(data: bytes, path: str, config: ReadConfig) -> tuple[str, str, tuple[Finding, ...]]:
    """The text of a page: its byte order mark, what it says of itself, or what its bytes say.

    A declared encoding that the bytes contradict is reported, and not believed.
    """
    declared = META.search(data[:4096])
    if config.encoding == "auto" and declared and not any(data.startswith(mark) for mark, _ in BOMS):
        name = declared[1].decode("ascii").lower()
        try:
            codec = codecs.lookup(WIDER.get(name, name)).name
            return data.decode(codec), codec, ()
        except (LookupError, UnicodeDecodeError):
            decoded = decode(data, path, config)
            message = f"the page calls itself {name}, its bytes are read as {decoded.encoding}"
            return (
                decoded.text,
                decoded.encoding,
                (Finding("encoding_declared_wrong", "warning", message), *damage_of(decoded.damaged)),
            )
    decoded = decode(data, path, config)
    return decoded.text.removeprefix("\ufeff"), decoded.encoding, damage_of(decoded.damaged)


def damage_of(damaged: tuple[tuple[int, int], ...]) -> tuple[Finding, ...]:
    """A finding for bytes that fit no encoding."""
    if not damaged:
        return ()
    message = (
        f"{len(damaged)} bytes could not be decoded and became U+FFFD, the first at byte {damaged[0][0]}"
    )
    return (Finding("undecodable_bytes", "error", message),)


def pictures(n: int) -> tuple[Finding, ...]:
    """A finding for pictures, whose text nobody has read."""
    return (Finding("pictures", "info", f"{n} pictures, not read for text"),) if n else ()


def parse_html(text: str, path: str, config: ReadConfig) -> etree._Element:
    """The tree, within the limits; the parser's own limits are errors here, it would cut silently."""
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    body = re.sub(r"^\s*<\?xml[^>]*\?>", "", text.replace("\x00", "\ufffd"), count=1)
    try:
        root = etree.fromstring(body.encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError) as error:
        raise InputError(f"{path} is not HTML that can be read: {error}") from error
    if root is None:
        raise InputError(f"{path} holds no HTML element")
    for entry in parser.error_log:
        if "Excessive depth" in entry.message:
            raise LimitExceeded(f"{path} is nested deeper than read.max_depth, {config.max_depth}")
        if any(sign in entry.message for sign in CUT):
            raise LimitExceeded(f"{path} holds a text longer than the HTML parser's 10 MB: {entry.message}")
    require_depth(root, path, config)
    return root


@dataclass(frozen=True, slots=True)
class About:
    """What trafilatura found; `body` is the main text without white space, `lines` its lines."""

    title: str = ""
    date: str = ""
    url: str = ""
    body: str = ""
    lines: frozenset[str] = frozenset()


def _metadata(text: str) -> About:
    from trafilatura import bare_extraction

    try:
        found = bare_extraction(
            text,
            favor_recall=True,
            include_tables=True,
            include_comments=False,
            with_metadata=True,
            # Its extensive search invents the first of January from any year on the page.
            date_extraction_params={"extensive_search": False, "original_date": True},
        )
    # It runs other people's heuristics over hostile pages; without its advice the whole page is kept.
    except Exception:
        return About()
    if found is None:
        return About()
    about = found if isinstance(found, dict) else found.as_dict()
    title, date, url, body = (about.get(key) or "" for key in ("title", "date", "url", "text"))
    body = body.translate(LEVEL)
    return About(title, date, url, _squeezed(body), frozenset(map(_squeezed, body.split("\n"))))


def _title(root: etree._Element) -> str:
    return next(("".join(map(str, title.itertext())) for title in root.iter("title")), "")


def _without_site(title: str, pieces: Iterable[Piece]) -> str:
    """The title without the names of the section and the site, where the text begins with the rest."""
    first = SITE.split(title.strip())[0]
    text = _squeezed("".join(piece.kept for piece in pieces))
    return first if first and _squeezed(first) in text else title


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _judged(flow: Flow, about: About) -> tuple[list[Piece], list[Finding]]:
    """The pieces, with those outside the main text left out; all are kept where that is in doubt."""
    seen = flow.seen
    anchors = list(_anchors(seen, about))
    plain = sum(len(s.piece.kept) for s in seen if not _surrounds(s))
    main = sum(len(s.piece.kept) for s in anchors)
    if not anchors or main < MIN_MAIN_SHARE * plain:
        message = "the main text was not found; everything that the page shows is kept"
        return [s.piece for s in seen], [Finding("main_text_not_found", "warning", message)]
    container = _container(anchors)
    sure = {id(s) for s in anchors}
    judged = [
        s.piece
        if id(s) in sure or _belongs(s, container)
        else dropped(s.piece, "navigation", "outside the main text")
        for s in seen
    ]
    return _with_title(seen, judged), []


def _shown(piece: Piece) -> str:
    """The text of a piece as others read it: marks of notes in it, superscripts as figures."""
    shown = (run.text for run in piece.runs if run.rule in ("", "note_mark"))
    return "".join(shown).translate(LEVEL)


def _anchors(seen: Iterable[Seen], about: About) -> Iterator[Seen]:
    """The pieces that trafilatura has in its main text too, which keeps their order."""
    at = 0
    for s in seen:
        text = _squeezed(_shown(s.piece))
        if len(text) < MIN_ANCHOR_CHARACTERS:
            continue
        found = about.body.find(text, at, at + WINDOW + len(text))
        if found >= 0:
            at = found + len(text)
        if found >= 0 or text in about.lines:
            yield s


def _container(anchors: list[Seen]) -> etree._Element:
    """The smallest element that holds nearly all of the main text."""
    total = sum(len(s.piece.kept) for s in anchors)
    weight: Counter[etree._Element] = Counter()
    for s in anchors:
        for element in (s.element, *s.element.iterancestors()):
            weight[element] += len(s.piece.kept)
    fit = [element for element, n in weight.items() if n >= CONTAINER_SHARE * total]
    return max(fit, key=lambda element: sum(1 for _ in element.iterancestors()))


def _belongs(s: Seen, container: etree._Element) -> bool:
    inside = s.element is container or any(parent is container for parent in s.element.iterancestors())
    return inside and not _surrounds(s, container)


def _surrounds(s: Seen, within: etree._Element | None = None) -> bool:
    """Whether a piece is navigation by its element, its class or its links, looking up to `within`."""
    for element in (s.element, *s.element.iterancestors()):
        if element is within:
            break
        if tag_of(element) in SURROUNDINGS or (
            tag_of(element) not in ("html", "body")
            and NAMED.search(f"{element.get('class')} {element.get('id')}")
        ):
            return True
    # A line of one or two links inside the text is an attachment; only rows of several are menus.
    return s.n_links > 2 and s.n_link > LINK_DENSITY * len(s.piece.kept.strip())


def _with_title(seen: list[Seen], judged: list[Piece]) -> list[Piece]:
    """The heading of the page belongs to the text, though it often stands outside the container."""
    first = next(n for n, piece in enumerate(judged) if piece.kept.strip())
    for n in range(first - 1, -1, -1):
        if seen[n].piece.kind == "heading" and not _surrounds(seen[n]):
            judged[n] = seen[n].piece
            break
    return judged
