"""PDF with scanned pages: those are rendered and recognised, the others read as they are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pypdfium2 as pdfium

from pipeline.config import ReadConfig
from pipeline.errors import InputError
from pipeline.read.extraction import Extraction, Finding
from pipeline.read.layout import Page, joined_cells, lay_out
from pipeline.read.ocr import DPI, MAX_SIDE, load_engine, recognise, told
from pipeline.read.pdf import findings, listed, open_pdf, read_pages


def extract(data: bytes, path: str, config: ReadConfig) -> Extraction:
    """Like `pdf.extract`, with the text of pages that have none, or none that makes sense."""
    reading, title, date = read_pages(data, path, config)
    wanted = sorted({*reading.scans, *reading.unmapped})
    engine = load_engine()
    scores: list[float] = []
    document = open_pdf(data, path)
    for number in wanted:
        page, known = _recognised(engine, document, number, path, config)
        reading.pages[number - 1] = page
        scores += known
    reading.scans, reading.unmapped = [], []
    message = f"the text of page {listed(wanted)} was recognised (OCR), {told(scores)}"
    found = [Finding("recognised", "info", message), *findings(reading)]
    blank = [number for number in wanted if not reading.pages[number - 1].fragments]
    if blank:
        found.append(
            Finding("nothing_recognised", "warning", f"nothing was recognised on page {listed(blank)}")
        )
    pieces = tuple(lay_out(reading.pages))
    return Extraction(pieces, "pdf", title, date, findings=(*found, *joined_cells(pieces)))


def _recognised(
    engine: Any, document: pdfium.PdfDocument, number: int, path: str, config: ReadConfig
) -> tuple[Page, list[float]]:
    try:
        page = document[number - 1]
        scale = min(DPI / 72, MAX_SIDE / max(page.get_size()))
        pixels = np.asarray(page.render(scale=scale).to_pil().convert("RGB"))
    except (pdfium.PdfiumError, ValueError) as error:
        raise InputError(f"{path} is damaged on page {number}: {error}") from error
    recognised, scores = recognise(engine, pixels, number, scale, config)
    return replace(recognised, number=number), scores
