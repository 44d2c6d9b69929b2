"""Where a book begins in its archive; asked before any parser is loaded."""

from __future__ import annotations

import re
from collections.abc import Iterable

CONTAINER = "META-INF/container.xml"


def leading_folder(names: Iterable[str]) -> str | None:
    """The folder, "book/", under which a whole book was packed; "" if none was, None if this is no book."""
    found = [name for name in names if re.fullmatch(rf"(?:[^/]+/)?{re.escape(CONTAINER)}", name)]
    if CONTAINER in found:
        return ""
    return found[0].removesuffix(CONTAINER) if len(found) == 1 else None
