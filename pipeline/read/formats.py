"""Which format a file is in, by its bytes first and its name second, and which reader takes it."""

from __future__ import annotations

import importlib
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from pipeline.config import ReadConfig
from pipeline.document import Document
from pipeline.errors import ConfigError, InputError, UsageError
from pipeline.read import bilingual, text
from pipeline.read.bilingual import Bitext
from pipeline.read.extraction import Extraction, Finding, assemble
from pipeline.read.isolated import answer_apart, extract_apart
from pipeline.read.packed import leading_folder


@dataclass(frozen=True, slots=True)
class Format:
    """A format, the module that reads it, and what that needs. `apart`: in a process of its own."""

    name: str
    module: str
    suffixes: tuple[str, ...]
    needs: tuple[str, ...] = ()
    extra: str = ""
    apart: bool = True


TEXT = Format("text", "text", ("", ".txt", ".text"), apart=False)
HTML = Format("HTML", "html", (".html", ".htm", ".xhtml", ".shtml"), ("lxml", "trafilatura"), "docs")
DOCX = Format("DOCX", "docx", (".docx", ".docm"), ("lxml",), "docs")
PDF = Format("PDF", "pdf", (".pdf",), ("pypdfium2",), "docs")
EPUB = Format("EPUB", "epub", (".epub",), ("lxml",), "docs")
MARKDOWN = Format("Markdown", "markdown", (".md", ".markdown"), ("lxml",), "docs", apart=False)
TABLE = Format("a table", "table", (".csv", ".tsv", ".jsonl", ".ndjson", ".json"), apart=False)
UNITS = Format("XLIFF or TMX", "units", (".xlf", ".xliff", ".tmx"), ("lxml",), "docs")
IMAGE = Format(
    "a picture",
    "image",
    (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp", ".gif"),
    ("rapidocr", "onnxruntime", "PIL"),
    "ocr",
)
FORMATS = (TEXT, HTML, DOCX, PDF, EPUB, MARKDOWN, TABLE, UNITS, IMAGE)
BY_SUFFIX = {suffix: format for format in FORMATS for suffix in format.suffixes}

PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"BM", b"GIF8", b"RIFF")
# What a PDF reader finds that OCR can mend.
NEED_OCR = frozenset(("page_without_text", "unmapped_characters"))

# Files that cannot be read here, and what to do with them.
REFUSED = (
    (b"{\\rtf", "an RTF file; save it as DOCX"),
    (b"\xd0\xcf\x11\xe0", "an encrypted or old Office file (.doc, .xls); save it as DOCX without a password"),
    (b"\x1f\x8b", "a gzip file; unpack it first"),
    (b"Rar!", "a RAR archive; unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive; unpack it first"),
    (b"BZh", "a bzip2 file; unpack it first"),
    (b"%!PS", "a PostScript file; save it as PDF"),
)
OTHER_OFFICE = (
    ("xl/workbook.xml", "a spreadsheet; save it as CSV"),
    ("ppt/presentation.xml", "slides; save them as PDF"),
)
HEAD = re.compile(r"(?:\s|\ufeff|<!--.*?-->|<\?.*?\?>)*<(?:!doctype\s+html|html)\b", re.I | re.S)


def suffixes() -> list[str]:
    """Every suffix that has a reader."""
    return sorted(suffix for suffix in BY_SUFFIX if suffix)


def searched() -> list[str]:
    """The suffixes that a folder is searched for.

    Pictures beside pages are mostly decoration, and .json may be our own results: name those files.
    """
    return [suffix for suffix in suffixes() if suffix not in (*IMAGE.suffixes, ".json")]


def read_bytes(data: bytes, path: str, config: ReadConfig) -> Document:
    """The document in `data`; `path` names it in messages and, by its suffix, hints at the format.

    Raises:  InputError, and its kinds; UsageError: the extra that reads this format is not installed.
    """
    _require_known(config)
    named = BY_SUFFIX.get(Path(path).suffix.lower())
    format = sniff(data, path, named)
    if format is TEXT:
        return text.read(data, path, config)
    if not data.strip():
        # Every format says the same of an empty file.
        return text.read(data, path, config)
    _require(format, path)
    extraction = _extract(format, data, path, config)
    if named is not None and format is not named:
        message = f"named {Path(path).suffix}, but it is {format.name}, and was read as that"
        extraction = replace(extraction, findings=(*extraction.findings, Finding("suffix", "info", message)))
    if isinstance(extraction, Bitext):
        return bilingual.document_of(_sides(extraction, config), data, path)
    return assemble(extraction, data, path)


def _require_known(config: ReadConfig) -> None:
    """Options that take one of a few words.

    Raises:  ConfigError: another word.
    """
    if config.ocr not in ("auto", "never"):
        raise ConfigError(f'read.ocr is "auto" or "never", not {config.ocr!r}')
    if config.targets not in ("keep", "ignore"):
        raise ConfigError(f'read.targets is "keep" or "ignore", not {config.targets!r}')


def _sides(found: Bitext, config: ReadConfig) -> Bitext:
    """Both sides, or the Chinese one alone where the configuration says so."""
    filled = sum(pair.target is not None for pair in found.pairs)
    if config.targets == "keep" or not filled:
        return found
    message = f'{filled} units have a translation already, which was not read: read.targets is "ignore"'
    pairs = tuple(replace(pair, target=None, state="initial") for pair in found.pairs)
    return replace(
        found, pairs=pairs, findings=(*found.findings, Finding("targets_ignored", "warning", message))
    )


def _extract(format: Format, data: bytes, path: str, config: ReadConfig) -> Extraction | Bitext:
    if format is IMAGE:
        if config.ocr == "never":
            raise InputError(f'{path} is a picture, and read.ocr is "never"')
        return extract_apart(format.module, data, path, config, max_seconds=config.max_ocr_seconds)
    if format is UNITS:
        return bilingual.restored(answer_apart(format.module, data, path, config))
    if format.apart:
        extraction = extract_apart(format.module, data, path, config)
        return _recognised(extraction, data, path, config) if format is PDF else extraction
    reader = importlib.import_module(f"pipeline.read.{format.module}")
    read: Extraction | Bitext = reader.extract(data, path, config)
    return read


def _recognised(extraction: Extraction, data: bytes, path: str, config: ReadConfig) -> Extraction:
    """A PDF with its scanned pages recognised, where that is possible and wanted.

    Raises:  UsageError: there is no text but in pictures, and the extra that reads them is missing.
    """
    if config.ocr == "never" or not NEED_OCR & {found.check for found in extraction.findings}:
        return extraction
    if all(find_spec(name) for name in IMAGE.needs):
        return extract_apart("pdf_ocr", data, path, config, max_seconds=config.max_ocr_seconds)
    hint = "pip install 'duizhao[ocr]'"
    if not any(piece.kept.strip() for piece in extraction.pieces):
        raise UsageError(f"{path} is a scanned PDF without text; to recognise it, {hint}")
    findings = (
        replace(found, message=f"{found.message}; {hint}") if found.check in NEED_OCR else found
        for found in extraction.findings
    )
    return replace(extraction, findings=tuple(findings))


def _require(format: Format, path: str) -> None:
    missing = [name for name in format.needs if find_spec(name) is None]
    if missing:
        raise UsageError(
            f"{path} is {format.name}, which needs {', '.join(missing)}: pip install 'duizhao[{format.extra}]'"
        )


def sniff(data: bytes, path: str, named: Format | None) -> Format:
    """The format by signature; where there is none, by suffix, else text.

    Raises:  InputError: a known format that is not read here, or an unknown suffix.
    """
    for signature, what in REFUSED:
        if data.startswith(signature):
            raise InputError(f"{path} is {what}")
    if b"%PDF-" in data[:1024]:
        return PDF
    if data.startswith(b"PK\x03\x04"):
        return _in_zip(data, path)
    if _is_picture(data):
        return IMAGE
    if named in (None, TEXT, HTML, PDF, DOCX, EPUB) and HEAD.match(_head(data)):
        return HTML
    if named is None:
        known = ", ".join(suffixes())
        raise InputError(f"{path}: no reader for {Path(path).suffix}; there are readers for {known}")
    if named in (PDF, DOCX, EPUB, IMAGE):
        return _misnamed(data, path, named)
    return named


def _misnamed(data: bytes, path: str, named: Format) -> Format:
    """A file that calls itself PDF or DOCX and is neither: plain text at best."""
    if data.strip() and (b"\x00" in data[:4096] or _controls(data)):
        raise InputError(f"{path} is damaged or no {named.name}: its first bytes are {data[:4]!r}")
    return TEXT


def _controls(data: bytes) -> bool:
    return re.search(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]", data[:4096]) is not None


def _is_picture(data: bytes) -> bool:
    """A picture by its signature; the two-letter ones need more than letters to be believed."""
    if data.startswith(b"RIFF"):
        return data[8:12] == b"WEBP"
    if data.startswith(b"BM"):
        return b"\x00" in data[2:14] and int.from_bytes(data[2:6], "little") == len(data)
    return data.startswith(PICTURES)


def _head(data: bytes) -> str:
    """The first characters, in whatever encoding: markup is ASCII in all of them."""
    head = data[:2048]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "ignore")
    return head.removeprefix(b"\xef\xbb\xbf").decode("latin-1")


def _in_zip(data: bytes, path: str) -> Format:
    """What a ZIP container holds.

    Raises:  InputError: damaged, or of a kind that is not read here.
    """
    names = set(_names(data, path))
    if "word/document.xml" in names or any(re.fullmatch(r"word/document\d*\.xml", name) for name in names):
        return DOCX
    if leading_folder(names) is not None:
        return EPUB
    for part, what in OTHER_OFFICE:
        if part in names:
            raise InputError(f"{path} holds {what}")
    if "mimetype" in names and "content.xml" in names:
        raise InputError(f"{path} is an OpenDocument file; save it as DOCX")
    raise InputError(f"{path} is a ZIP archive, not a DOCX or EPUB; unpack it first")


def _names(data: bytes, path: str) -> Iterator[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            yield from file.namelist()
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError, UnicodeError, OSError) as error:
        raise InputError(f"{path} is a damaged ZIP container: {error}") from error
