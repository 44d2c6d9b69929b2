"""Writers: one module a format, each a function from a document to the bytes of a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path

from pipeline.document import Document
from pipeline.errors import UsageError
from pipeline.write.whole import prepare_folder, write_whole

Writer = Callable[[Document], bytes]

# The module that writes each format, and the extra of the package that it needs.
MODULES = {
    "md": ("as_markdown", None),
    "html": ("as_html", None),
    "json": ("as_json", None),
    "csv": ("as_csv", None),
    "tmx": ("as_tmx", None),
    "xliff": ("as_xliff", None),
    "docx": ("as_docx", "docs"),
    "pdf": ("as_pdf", "docs"),
    "parquet": ("as_parquet", "tables"),
}


def _writer(name: str) -> Writer:
    """The `render` of a format's module, which is imported when it is first needed."""

    def render(document: Document) -> bytes:
        require_format(name)
        return bytes(import_module(f"pipeline.write.{MODULES[name][0]}").render(document))

    return render


FORMATS: Mapping[str, Writer] = {name: _writer(name) for name in MODULES}


def require_format(name: str) -> None:
    """See to it that a format can be written, before any work is done for it.

    Raises:  UsageError: it is not known, or needs a package that is not installed.
    """
    if name not in MODULES:
        raise UsageError(f"no format {name!r}: known are {', '.join(MODULES)}")
    module, extra = MODULES[name]
    try:
        import_module(f"pipeline.write.{module}")
    except (ImportError, OSError) as error:
        if extra is None:
            raise
        missing = getattr(error, "name", None) or str(error).splitlines()[0]
        raise UsageError(f"format {name} needs {missing}: pip install 'duizhao[{extra}]'") from error


def write(document: Document, folder: Path, formats: Sequence[str], *, stem: str) -> list[Path]:
    """Write `<stem>.<format>` for each format; all are rendered before the first is written.

    Raises:  UsageError: a format is not known, or needs a package that is not installed.
             OutputError: the folder or a file cannot be written; nothing half-written is left.
    """
    names = list(dict.fromkeys(formats))
    for name in names:
        require_format(name)
    contents = [FORMATS[name](document) for name in names]
    paths = [folder / f"{stem}.{name}" for name in names]
    for path, content in zip(paths, contents, strict=True):
        write_whole(path, content)
    return paths


__all__ = ["FORMATS", "Writer", "prepare_folder", "require_format", "write", "write_whole"]
