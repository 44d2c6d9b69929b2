"""The recipe: every step that a report goes through, in order."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.document import Document

Step = Callable[[Document], Document]
