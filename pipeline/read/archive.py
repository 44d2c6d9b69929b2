"""ZIP containers (DOCX, EPUB) and XML, opened so that a hostile one costs nothing.

Nothing is ever unpacked to disk. Sizes are counted while unpacking, since a header can lie.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator

from lxml import etree

from pipeline.config import ReadConfig
from pipeline.errors import InputError, LimitExceeded

# A small entry of spaces packs 1000:1 and harms nobody; the ratio counts from here.
RATIO_FROM_BYTES = 1_000_000
CHUNK = 1 << 20


class Archive:
    """The entries of a ZIP file, each read within the limits.

    Raises:  InputError: damaged, encrypted, or with a name that leaves the archive.
             LimitExceeded: too many entries, too large, or packed suspiciously tight.
    """

    def __init__(self, data: bytes, path: str, config: ReadConfig) -> None:
        self._path, self._config, self._unpacked = path, config, 0
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            entries = self._zip.infolist()
        except (
            zipfile.BadZipFile,
            ValueError,
            EOFError,
            NotImplementedError,
            UnicodeError,
            OSError,
        ) as error:
            raise InputError(f"{path} is a damaged ZIP container: {error}") from error
        if len(entries) > config.max_entries:
            raise LimitExceeded(
                f"{path} has {len(entries):,} entries, more than read.max_entries, {config.max_entries:,}"
            )
        self._entries = {entry.filename: entry for entry in entries}
        for entry in entries:
            self._inspect(entry)

    def names(self) -> list[str]:
        """The names of all entries, in their order."""
        return list(self._entries)

    def enter(self, folder: str) -> None:
        """Name the entries of a folder from there on; those outside it keep their names unless they clash."""
        inside = {
            name.removeprefix(folder): entry
            for name, entry in self._entries.items()
            if name.startswith(folder)
        }
        self._entries = self._entries | inside

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def read(self, name: str) -> bytes:
        """The content of one entry."""
        if name not in self._entries:
            raise InputError(f"{self._path} lacks the part {name}")
        entry, parts, size = self._entries[name], [], 0
        try:
            with self._zip.open(entry) as stream:
                while chunk := stream.read(CHUNK):
                    parts.append(chunk)
                    size += len(chunk)
                    self._unpacked += len(chunk)
                    self._weigh(name, size, entry.compress_size)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            NotImplementedError,
            RuntimeError,
            ValueError,
            OSError,
        ) as error:
            raise InputError(f"{self._path} is damaged in its part {name}: {error}") from error
        return b"".join(parts)

    def _weigh(self, name: str, size: int, packed: int) -> None:
        config = self._config
        if self._unpacked > config.max_unpacked_bytes:
            limit = f"read.max_unpacked_bytes, {config.max_unpacked_bytes:,}"
            raise LimitExceeded(f"{self._path} unpacks to more than {limit}, at {name}")
        if size > RATIO_FROM_BYTES and size > config.max_ratio * max(packed, 1):
            limit = f"read.max_ratio, {config.max_ratio}"
            raise LimitExceeded(f"{self._path} packs {name} tighter than {limit} to 1, as a ZIP bomb does")

    def _inspect(self, entry: zipfile.ZipInfo) -> None:
        name = entry.filename
        parts = name.replace("\\", "/").split("/")
        if ".." in parts or name.startswith(("/", "\\")) or (parts and parts[0].endswith(":")):
            raise InputError(f"{self._path} holds the unsafe name {name!r}, which leaves the archive")
        if entry.flag_bits & 1:
            raise InputError(f"{self._path} is encrypted; save it without a password")


def parse_xml(data: bytes, path: str, config: ReadConfig, part: str = "") -> etree._Element:
    """The root element; entities are never expanded and nothing is fetched.

    Raises:  InputError: not well-formed, or with a document type that declares entities.
             LimitExceeded: nested deeper than `max_depth`.
    """
    where = f"{path}, {part}" if part else path
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.LxmlError, ValueError, UnicodeError) as error:
        if "Excessive depth" in str(error):
            raise LimitExceeded(
                f"{where} is nested deeper than read.max_depth, {config.max_depth}"
            ) from error
        raise InputError(f"{where} is not well-formed XML: {error}") from error
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and any(True for _ in declared.iterentities()):
        raise InputError(f"{where} declares XML entities, which are never expanded; remove them")
    require_depth(root, where, config)
    return root


def require_depth(root: etree._Element, where: str, config: ReadConfig) -> None:
    """Refuse a tree that is nested deeper than allowed."""
    for depth, _ in walk(root):
        if depth > config.max_depth:
            raise LimitExceeded(f"{where} is nested deeper than read.max_depth, {config.max_depth}")


def walk(root: etree._Element) -> Iterator[tuple[int, etree._Element]]:
    """Every element with its depth, in document order, without recursion."""
    depth = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            depth += 1
            yield depth, element
        else:
            depth -= 1
