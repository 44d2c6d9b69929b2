"""OpenVINO, imported without its telemetry.

`import openvino` reports each import to its maker by way of `openvino_telemetry`; where that
package cannot be imported it falls back on a stub that sends nothing. Reports are their owners'
business, so the stub is what duizhao uses.
"""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from models.errors import ModelError


def import_openvino() -> tuple[Any, Any]:
    """The modules openvino and openvino_genai.

    Raises:  ModelError: they are not installed (there are no wheels for this platform).
    """
    sys.modules.setdefault("openvino_telemetry", cast("ModuleType", None))
    try:
        import openvino
        import openvino_genai
    except ImportError as error:
        raise ModelError(
            f"this model runs on openvino-genai, which cannot be imported ({error}); "
            'set engine = "ctranslate2" in a registry entry of your own'
        ) from error
    return openvino, openvino_genai


MADV_DONTNEED = 4  # of Linux's <sys/mman.h>


def release_pages(folder: Path) -> None:
    """Give back the memory of the model's mapped files, which the engine has copied into its own layout.

    The mappings are read-only, so nothing is lost: what is still needed is read from the file again.
    Without it both copies stay in memory: 1.1 GB more for the 1.5B model. Does nothing but on Linux.
    """
    try:
        maps = Path("/proc/self/maps").read_text(encoding="utf-8").splitlines()
        madvise = ctypes.CDLL(None).madvise
    except (OSError, AttributeError):
        return
    madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    for line in maps:
        span, permissions, *_ = line.split(maxsplit=2)
        if permissions.startswith("r--") and str(folder.resolve()) in line:
            start, end = (int(part, 16) for part in span.split("-"))
            madvise(start, end - start, MADV_DONTNEED)
