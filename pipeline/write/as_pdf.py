"""PDF, A4: the page of `as_html` as WeasyPrint sets it, fonts embedded.

Without a font for Chinese the pages would be full of boxes, so none are made: the error names the
font to install. WeasyPrint fetches nothing, whatever a document says.
"""

from __future__ import annotations

import logging
from typing import Any, NoReturn

from weasyprint import HTML
from weasyprint.text.ffi import ffi, fontconfig
from weasyprint.text.fonts import FontConfiguration

from pipeline.document import Document
from pipeline.errors import OutputError
from pipeline.write.as_html import page, shipped

FAMILIES = (
    "Source Han Serif SC", "Noto Serif CJK SC", "Noto Serif SC", "Source Han Sans SC", "Noto Sans CJK SC",
    "Noto Sans SC", "Songti SC", "PingFang SC", "SimSun", "Microsoft YaHei", "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei", "Droid Sans Fallback", "AR PL UMing CN",
)  # fmt: skip
NO_FONT = (
    "cannot write PDF: no font for Chinese is installed; install Noto CJK "
    "(apt-get install fonts-noto-cjk, brew install --cask font-noto-serif-cjk-sc)"
)


def render(document: Document) -> bytes:
    """The file.

    Raises:  OutputError: no font for Chinese is installed.
    """
    if chinese_font() is None:
        raise OutputError(NO_FONT)
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    style = shipped("style.css") + shipped("pdf.css")
    html = HTML(string=page(document, style=style, behaviour=""), url_fetcher=_refuse)
    return bytes(html.write_pdf(font_config=FontConfiguration()) or b"")


def chinese_font() -> str | None:
    """The first of the known families that is installed."""
    return next(filter(_installed, FAMILIES), None)


def _installed(family: str) -> bool:
    """Whether fontconfig, asked for the family, finds that very one."""
    pattern = fontconfig.FcPatternCreate()
    fontconfig.FcPatternAddString(pattern, b"family", family.encode())
    fontconfig.FcConfigSubstitute(ffi.NULL, pattern, fontconfig.FcMatchPattern)
    fontconfig.FcDefaultSubstitute(pattern)
    result, name = ffi.new("FcResult *"), ffi.new("FcChar8 **")
    match = fontconfig.FcFontMatch(ffi.NULL, pattern, result)
    try:
        found = match != ffi.NULL and not fontconfig.FcPatternGetString(match, b"family", 0, name)
        return bool(found) and ffi.string(name[0]).decode("utf-8", "replace") == family
    finally:
        fontconfig.FcPatternDestroy(pattern)
        if match != ffi.NULL:
            fontconfig.FcPatternDestroy(match)


def _refuse(url: str, *args: Any, **options: Any) -> NoReturn:
    raise ValueError(f"nothing is fetched, not even {url}")
