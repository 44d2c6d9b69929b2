"""Pictures of pages (PNG, JPEG, TIFF with many, …), recognised."""

from __future__ import annotations

import io
import warnings

import numpy as np
from PIL import Image, ImageOps, ImageSequence

from pipeline.config import ReadConfig
from pipeline.errors import InputError, LimitExceeded
from pipeline.read.extraction import Extraction, Finding
from pipeline.read.layout import Page, lay_out
from pipeline.read.ocr import DPI, MAX_SIDE, load_engine, recognise, told

FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "WEBP", "GIF")
# A5 at 4800 dpi; more is a decompression bomb. Four bytes a pixel.
MAX_PIXELS = 400_000_000


def extract(data: bytes, path: str, config: ReadConfig) -> Extraction:
    """The text of each frame as a page.

    Raises:  InputError: damaged; LimitExceeded: too many frames or pixels.
    """
    engine = load_engine()
    pages: list[Page] = []
    scores: list[float] = []
    Image.MAX_IMAGE_PIXELS = None  # our own limit, with its own sentence
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            warnings.simplefilter("ignore")
            for number, frame in enumerate(ImageSequence.Iterator(picture), 1):
                if number > config.max_pages:
                    raise LimitExceeded(f"{path} has more pages than read.max_pages, {config.max_pages:,}")
                page, known = recognise(engine, _pixels(frame, path), number, DPI / 72, config)
                pages.append(page)
                scores += known
                if picture.format == "GIF":
                    break  # the frames of a GIF are an animation
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise InputError(f"{path} is a damaged picture: {error}") from error
    message = f"the text was recognised (OCR), {told(scores)}"
    return Extraction(tuple(lay_out(pages)), "image", findings=(Finding("recognised", "info", message),))


def _pixels(frame: Image.Image, path: str) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """The frame upright and in RGB on white, no larger than the recogniser can use."""
    if frame.width * frame.height > MAX_PIXELS:
        raise LimitExceeded(f"{path} has {frame.width:,} × {frame.height:,} pixels, more than {MAX_PIXELS:,}")
    upright = ImageOps.exif_transpose(frame)
    upright.thumbnail((MAX_SIDE, MAX_SIDE))
    if upright.mode in ("RGBA", "LA", "PA", "P"):
        clear = upright.convert("RGBA")
        upright = Image.alpha_composite(Image.new("RGBA", clear.size, "white"), clear)
    elif upright.mode.startswith("I"):
        # 16-bit scans: Pillow's own conversion clips them to white.
        values = np.asarray(upright, dtype=np.float64)
        upright = Image.fromarray((values / max(values.max(), 1.0) * 255).astype(np.uint8))
    return np.asarray(upright.convert("RGB"))
