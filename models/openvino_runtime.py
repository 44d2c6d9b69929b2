"""OpenVINO, imported without its telemetry.

`import openvino` reports each import to its maker by way of `openvino_telemetry`; where that
package cannot be imported it falls back on a stub that sends nothing. Reports are their owners'
business, so the stub is what duizhao uses.
"""

from __future__ import annotations

import sys
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
