"""Writers: one module a format, each a function from a document to the bytes of a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path

from pipeline.document import Document
from pipeline.errors import UsageError
from pipeline.write.whole import write_whole

Writer = Callable[[Document], bytes]


def _writer(module: str, *, extra: str | None = None) -> Writer:
    """The `render` of a module, which is imported when it is first needed."""

    def render(document: Document) -> bytes:
        try:
            loaded = import_module(f"pipeline.write.{module}")
        except ImportError as error:
            if extra is None or (error.name or "").startswith("pipeline"):
                raise
            name = module.removeprefix("as_")
            message = f"format {name} needs {error.name}: pip install 'duizhao[{extra}]'"
            raise UsageError(message) from error
        return bytes(loaded.render(document))

    return render


FORMATS: Mapping[str, Writer] = {
    "md": _writer("as_markdown"),
    "html": _writer("as_html"),
    "json": _writer("as_json"),
}


def write(document: Document, folder: Path, formats: Sequence[str], *, stem: str) -> list[Path]:
    """Write `<stem>.<format>` for each format; all are rendered before the first is written.

    Raises:  UsageError: a format is not known, or needs a package that is not installed.
             OutputError: the folder or a file cannot be written; nothing half-written is left.
    """
    if unknown := [name for name in formats if name not in FORMATS]:
        raise UsageError(f"no format {unknown[0]!r}: known are {', '.join(FORMATS)}")
    names = list(dict.fromkeys(formats))
    contents = [FORMATS[name](document) for name in names]
    paths = [folder / f"{stem}.{name}" for name in names]
    for path, content in zip(paths, contents, strict=True):
        write_whole(path, content)
    return paths
