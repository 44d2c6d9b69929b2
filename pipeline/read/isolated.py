"""Parsers of rich formats run in a process of their own, with a limit on time and memory.

They are C code over hostile files: they can hang, crash or fill memory, and no deadline inside our
own process would stop them. The child writes nothing to disk and answers in JSON.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import subprocess
import sys
from dataclasses import asdict
from typing import Any

from pipeline import errors
from pipeline.config import ReadConfig
from pipeline.errors import DuizhaoError, InputError, LimitExceeded
from pipeline.read.extraction import Extraction, Finding, Piece, Run

# A child must not find modules in the folder it was started from, so it is isolated (-I) and given
# exactly our own search path.
PROGRAM = "import sys; sys.path[:] = {path!r}; from pipeline.read.isolated import serve; serve()"


def extract_apart(
    module: str, data: bytes, path: str, config: ReadConfig, *, max_seconds: int | None = None
) -> Extraction:
    """`pipeline.read.<module>.extract(data, path, config)`, computed by a child process.

    Raises:  what the reader raises; LimitExceeded: too long or too much memory;
             InputError: the parser crashed.
    """
    return decoded(answer_apart(module, data, path, config, max_seconds=max_seconds))


def answer_apart(
    module: str, data: bytes, path: str, config: ReadConfig, *, max_seconds: int | None = None
) -> dict[str, Any]:
    """The same as plain lists and strings, for modules whose `extract` gives something else.

    Raises:  as `extract_apart`.
    """
    seconds = config.max_seconds if max_seconds is None else max_seconds
    limit = "max_seconds" if max_seconds is None else "max_ocr_seconds"
    header = json.dumps({"module": module, "path": path, "config": asdict(config)}).encode() + b"\n"
    child = subprocess.Popen(
        [sys.executable, "-I", "-c", PROGRAM.format(path=[p or os.getcwd() for p in sys.path])],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    with child:
        try:
            answer, _ = child.communicate(header + data, timeout=seconds)
        except subprocess.TimeoutExpired as error:
            raise LimitExceeded(f"{path} took longer to read than read.{limit}, {seconds} s") from error
        finally:
            if child.poll() is None:
                child.kill()
    return _understood(answer, child.returncode, path, config)


def _understood(answer: bytes, returncode: int, path: str, config: ReadConfig) -> dict[str, Any]:
    try:
        said = json.loads(answer)
    except ValueError as error:
        how = f"signal {-returncode}" if returncode < 0 else f"code {returncode}"
        raise InputError(f"{path} is damaged: its parser crashed ({how})") from error
    if "error" in said:
        name, message = said["error"]
        if name == "MemoryError":
            limit = f"read.max_memory_bytes, {config.max_memory_bytes:,}"
            raise LimitExceeded(f"{path} takes more memory to read than {limit}")
        kind = getattr(errors, name, InputError)
        raise kind(message)
    return dict(said)


def serve() -> None:
    """The child's side: one request from standard input, one answer to standard output."""
    out = os.fdopen(os.dup(1), "wb")
    # Whatever a library prints must not get into the answer.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    header = json.loads(sys.stdin.buffer.readline())
    config = ReadConfig(**header["config"])
    _limit_memory(config.max_memory_bytes)
    out.write(json.dumps(_answer(header["module"], header["path"], config)).encode())
    out.close()
    # Nothing is left to tidy up, and a parser that broke its own memory may crash while trying.
    os._exit(0)


def _answer(module: str, path: str, config: ReadConfig) -> dict[str, Any]:
    try:
        data = sys.stdin.buffer.read()
        found = importlib.import_module(f"pipeline.read.{module}").extract(data, path, config)
        return encoded(found) if isinstance(found, Extraction) else asdict(found)
    except DuizhaoError as error:
        return {"error": [type(error).__name__, str(error)]}
    except MemoryError:
        return {"error": ["MemoryError", ""]}
    except RecursionError:
        return {
            "error": ["LimitExceeded", f"{path} is nested too deep; lower read.max_depth, {config.max_depth}"]
        }
    # A parser's own error on a broken file: the user hears one sentence, not a traceback.
    except Exception as error:
        return {"error": ["InputError", f"{path} is damaged: {type(error).__name__}: {error}"]}


def _limit_memory(n_bytes: int) -> None:
    """Where the system can: address space, and no core files."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (n_bytes, n_bytes))


def encoded(extraction: Extraction) -> dict[str, Any]:
    """The extraction as plain lists and strings."""
    about = {name: getattr(extraction, name) for name in ("encoding", "title", "date", "url")}
    pieces = [
        [p.kind, p.level, p.place, [[r.text, r.rule, r.evidence, r.after, r.doubts] for r in p.runs]]
        for p in extraction.pieces
    ]
    return {**about, "pieces": pieces, "findings": [asdict(found) for found in extraction.findings]}


def decoded(said: dict[str, Any]) -> Extraction:
    """The reverse of `encoded`."""
    pieces = tuple(
        Piece(tuple(_run(*run) for run in runs), kind, level, tuple((name, value) for name, value in place))
        for kind, level, place, runs in said["pieces"]
    )
    about = {name: said[name] for name in ("encoding", "title", "date", "url")}
    return Extraction(pieces, findings=tuple(Finding(**found) for found in said["findings"]), **about)


def _run(text: str, rule: str, evidence: str, after: str, doubts: list[list[Any]]) -> Run:
    return Run(text, rule, evidence, after, tuple((offset, confidence) for offset, confidence in doubts))
