"""`duizhao review`: the page where people read, correct and approve."""

from __future__ import annotations

import argparse
import ipaddress
import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.commands.settings import configured, glossary_of
from pipeline.errors import InputError, UsageError

if TYPE_CHECKING:
    from pipeline.review.folder import Folder
    from pipeline.review.security import Gate
    from pipeline.review.workspace import Workspace

HINT = "pip install 'duizhao[review]'"


def main(args: argparse.Namespace) -> int:
    """Serve until interrupted; prints the address."""
    try:
        import uvicorn

        from pipeline.review.app import create_app
    except ImportError as error:
        if (error.name or "").startswith(("pipeline", "models")):
            raise
        raise UsageError(f"`duizhao review` needs {error.name}: {HINT}") from error
    space, folder = _opened(args)
    gate = gate_for(args.host, args.port, args.token)
    app = create_app(space, gate=gate, folder=folder)
    print(_address(args.host, args.port, gate.token), flush=True)
    # One worker: the session secret lives in this process; threads serve many readers.
    # Open pages must not keep it from ending: they ask again by themselves when it is back.
    uvicorn.run(
        app, host=args.host, port=args.port, log_level="warning", server_header=False,
        timeout_graceful_shutdown=3,
    )  # fmt: skip
    space.store.close()
    return 0


def gate_for(host: str, port: int, token: str | None) -> Gate:
    """Loopback needs no login unless a token is given; any other address gets one.

    With a token the name in a request may be any: a proxy on this machine serves under its own.

    Raises:  UsageError: a token that could be guessed.
    """
    from pipeline.review.security import LOCAL_NAMES, Gate, is_loopback

    if token is not None and len(token) < 16:
        raise UsageError("--token needs at least 16 characters")
    if is_loopback(host) and not token:
        return Gate(hosts=LOCAL_NAMES)
    return Gate(token=token or secrets.token_urlsafe(24), hosts=("*",))


def _opened(args: argparse.Namespace) -> tuple[Workspace, Folder | None]:
    from pipeline.review.folder import PLACE, Folder
    from pipeline.review.workspace import Workspace
    from pipeline.store import Store
    from pipeline.store.connect import is_url

    config = configured(args)
    glossary = glossary_of(config)
    if is_url(args.where):
        return Workspace(Store.open(args.where), config=config, glossary=glossary), None
    path = Path(args.where)
    if not path.is_dir():
        raise InputError(
            f"no such folder: {path}; `duizhao review` takes a folder of results or a database URL"
        )
    space = Workspace(Store.open(args.store or path / PLACE), config=config, glossary=glossary)
    folder = Folder(space, path)
    for file, what in folder.take_in():
        print(f"{file}: {what}", file=sys.stderr)
    return space, folder


def _address(host: str, port: int, token: str) -> str:
    try:
        shown = f"[{host}]" if ipaddress.ip_address(host).version == 6 else host
    except ValueError:
        shown = host
    shown = "127.0.0.1" if shown in ("0.0.0.0", "[::]") else shown
    return f"http://{shown}:{port}/" + (f"login?token={token}" if token else "")
