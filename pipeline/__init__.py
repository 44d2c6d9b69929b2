"""Documents in, aligned bilingual documents and briefs out.

The functions for use from Python are those of `pipeline.library`, imported when first asked for:

    from pipeline import brief, save

    report = brief("report.txt")
    print(report.brief.headline.en)
    save(report, "out", formats=("md", "docx"))
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.library import bilingual, brief, inspect, load, prove, save

__all__ = ["bilingual", "brief", "inspect", "load", "prove", "save"]


def __getattr__(name: str) -> Any:
    """Import the library at first use: `import pipeline` itself costs nothing."""
    if name in __all__:
        from pipeline import library

        return getattr(library, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
