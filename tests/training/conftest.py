"""The tiny network of tests/models, with a vocabulary that can spell anything."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

_SPEC = importlib.util.spec_from_file_location(
    "tiny_models", Path(__file__).parents[1] / "models" / "conftest.py"
)


@pytest.fixture(scope="session")
def make_gguf():
    """Writes a GGUF file of random weights; see tests/models/conftest.py."""
    module = importlib.util.module_from_spec(_SPEC)
    _SPEC.loader.exec_module(module)
    return module.write_gguf
