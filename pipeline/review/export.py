"""A reviewed document in any format of the command line."""

from __future__ import annotations

from pipeline.errors import UsageError
from pipeline.review.workspace import Workspace
from pipeline.write import FORMATS

MEDIA_TYPES = {
    "json": "application/json",
    "md": "text/markdown; charset=utf-8",
    # Never `text/html`: a browser is to save the page, not to open it in our origin.
    "html": "application/octet-stream",
    "csv": "text/csv; charset=utf-8",
    "tmx": "application/xml",
    "xliff": "application/xml",
    "pdf": "application/pdf",
}


def exported(space: Workspace, document: int, name: str) -> tuple[str, bytes]:
    """The stem and the file's content, all checks run anew.

    Raises:  UsageError: no such format, or a package that it needs is not installed.
    """
    if name not in FORMATS:
        raise UsageError(f"no format {name!r}: known are {', '.join(FORMATS)}")
    space.recheck(document)
    stem = space.overview(document).row.stem
    return stem, FORMATS[name](space.whole(document))


def media_type(name: str) -> str:
    """What a browser is told of a format."""
    return MEDIA_TYPES.get(name, "application/octet-stream")
