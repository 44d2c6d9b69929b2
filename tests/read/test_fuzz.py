"""A few seconds of fuzzing for every reader: it reads a damaged file or refuses it, and never lies.

`tests/fuzz/fuzz_readers.py` does the same for as long as one likes.
"""

import importlib.util
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SCRIPT = Path(__file__).parents[1] / "fuzz" / "fuzz_readers.py"
READERS = ("html", "docx", "pdf", "epub", "markdown", "table", "units", "returned", "text")


@pytest.fixture(scope="module")
def fuzzer():
    spec = importlib.util.spec_from_file_location("fuzz_readers", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("reader", READERS)
def test_valid_samples_are_read(reader, samples, fuzzer):
    for data in samples[reader]:
        fuzzer.read_with(reader, data)


@pytest.mark.parametrize("reader", READERS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(choice=st.randoms(use_true_random=False))
def test_damaged_files_are_read_or_refused(reader, samples, fuzzer, choice):
    file = choice.choice(samples[reader])
    make = fuzzer.repacked if file.startswith(b"PK") and choice.random() < 0.7 else fuzzer.damaged
    data = make(file, choice)
    outcome = fuzzer.outcome_of(lambda: fuzzer.read_with(reader, data))
    assert not outcome.startswith("FAILED"), outcome


@pytest.mark.parametrize("reader", READERS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(reader, fuzzer, data):
    outcome = fuzzer.outcome_of(lambda: fuzzer.read_with(reader, data))
    assert not outcome.startswith("FAILED"), outcome
