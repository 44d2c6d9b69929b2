"""Files from a model hub, resumable and checked, over plain HTTPS."""

from __future__ import annotations

import hashlib
import os
import urllib.error
import urllib.request
from collections.abc import Callable
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from models.cache import sha256_of
from models.errors import FetchError

if TYPE_CHECKING:
    from models.registry import HubSource

Progress = Callable[[str, int, int], None]

# A hub that is silent for so long is taken as unreachable; large files only need to keep flowing.
TIMEOUT_S = 20.0
TRIES = 4
BLOCK = 1 << 20


def fetch_hub(source: HubSource, folder: Path, *, progress: Progress) -> None:
    """Download the files of a repository; those already there and whole are not fetched again.

    Raises:  FetchError: the hub cannot be reached or lacks a file, or a checksum is wrong.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for number, name in enumerate(source.files):
        wanted = source.sha256[number] if source.sha256 else ""
        target = folder / name
        if target.exists() and (not wanted or sha256_of(target) == wanted):
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        _fetch_file(file_url(source, name), target, wanted, progress)


def file_url(source: HubSource, name: str) -> str:
    """Where a file of a repository is, on the hub that `HF_ENDPOINT` names or the public one."""
    from huggingface_hub import hf_hub_url  # a third of a second to import

    return hf_hub_url(
        source.repo, name, revision=source.revision, endpoint=os.environ.get("HF_ENDPOINT") or None
    )


def _fetch_file(url: str, target: Path, wanted: str, progress: Progress) -> None:
    """One file, continued where an earlier try broke off; whole or not at all."""
    partial = target.with_name(target.name + ".partial")
    for last in range(TRIES):
        try:
            checksum = _continue_file(url, partial, progress)
            break
        except urllib.error.HTTPError as error:
            raise FetchError(f"the hub answers {error.code} {error.reason} for {url}") from error
        except (OSError, HTTPException) as error:
            reason = getattr(error, "reason", error)
            if last == TRIES - 1 or isinstance(reason, ConnectionRefusedError):
                raise FetchError(f"the model hub cannot be reached for {target.name}: {reason}") from error
    if not _agrees(partial, wanted or checksum):
        partial.unlink()
        raise FetchError(f"{url}: wrong checksum; nothing was kept")
    partial.replace(target)


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects and keeps the checksum that the hub states in the first of them."""

    checksum = ""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        self.checksum = self.checksum or headers.get("X-Linked-ETag", "")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _continue_file(url: str, partial: Path, progress: Progress) -> str:
    """Append what is missing to `partial`; returns the checksum that the hub states."""
    redirects = _Redirects()
    opener = urllib.request.build_opener(redirects)
    done = partial.stat().st_size if partial.exists() else 0
    headers = {"User-Agent": "duizhao", **({"Range": f"bytes={done}-"} if done else {})}
    with _opened(opener, urllib.request.Request(url, headers=headers)) as response:
        done = done if response.status == 206 else 0
        total = done + int(response.headers.get("Content-Length") or 0)
        with partial.open("ab" if done else "wb") as out:
            while block := response.read(BLOCK):
                out.write(block)
                done += len(block)
                progress("download", done, total)
        if done < total:
            raise OSError(f"the connection broke after {done} of {total} bytes")
        stated = (
            redirects.checksum or response.headers.get("X-Linked-ETag") or response.headers.get("ETag", "")
        )
    return str(stated).removeprefix("W/").strip('"')


def _opened(opener: urllib.request.OpenerDirector, request: urllib.request.Request) -> Any:
    """The response; a range beyond the end means that the file is already whole: ask for it anew."""
    try:
        return opener.open(request, timeout=TIMEOUT_S)
    except urllib.error.HTTPError as error:
        if error.code != 416:
            raise
        request.remove_header("Range")
        return opener.open(request, timeout=TIMEOUT_S)


def _agrees(file: Path, checksum: str) -> bool:
    """The hub names large files by sha256 and small ones by git's sha1; anything else says nothing."""
    if len(checksum) == 64:
        return sha256_of(file) == checksum
    if len(checksum) == 40:
        blob = file.read_bytes()
        return hashlib.sha1(b"blob %d\0" % len(blob) + blob).hexdigest() == checksum
    return True
