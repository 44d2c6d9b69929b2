"""Fuzz every reader for as long as you like: `python tests/fuzz/fuzz_readers.py --seconds 3600`.

Each round damages a valid small file (bytes flipped, cut out, doubled, swapped with another format)
and reads it in this process. A reader may read it or raise an error of `pipeline/errors.py`; any other
exception, or a document whose offsets lie, is a failure: it is kept in a folder and printed. With
`--atheris` the text path runs under coverage guidance instead (needs `pip install atheris`).
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from pipeline.config import ReadConfig
from pipeline.errors import DuizhaoError
from pipeline.prepare.edits import undo
from pipeline.read import text
from pipeline.read.bilingual import Bitext, document_of
from pipeline.read.extraction import assemble
from pipeline.read.returned import Returns

MODULES = ("html", "docx", "pdf", "epub", "markdown", "table", "units", "returned")
CONFIG = ReadConfig(max_pages=50, max_unpacked_bytes=20_000_000)


def read_with(module: str, data: bytes) -> None:
    """Read, and check what every document promises.

    Raises:  DuizhaoError: the file is refused; AssertionError: the document is wrong.
    """
    if module == "text":
        document = text.read(data, "fuzz", CONFIG)
    else:
        reader = importlib.import_module(f"pipeline.read.{module}")
        found = reader.extract(data, "fuzz", CONFIG)
        if isinstance(found, Returns):
            return
        make = document_of if isinstance(found, Bitext) else assemble
        document = make(found, data, "fuzz")
    document.original.encode("utf-8")
    if undo(document.text, document.edits) != document.original:
        raise AssertionError("the edits do not lead back to the original")
    for block in document.blocks:
        if not 0 <= block.start <= block.end <= len(document.original):
            raise AssertionError(f"{block} lies outside the original")


def damaged(data: bytes, chance: random.Random) -> bytes:
    """The bytes with a few faults of the kinds that files have."""
    made = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        if not made:
            break
        at = chance.randrange(len(made))
        kind = chance.randrange(6)
        if kind == 0:
            made[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            made[at] = chance.choice((0, 0x7F, 0x80, 0xFF, 0x3C, 0x26, 0x2D))
        elif kind == 2:
            del made[at : at + chance.randrange(1, 64)]
        elif kind == 3:
            made[at:at] = made[at : at + chance.randrange(1, 64)] * chance.randrange(1, 8)
        elif kind == 4:
            made[at:at] = chance.randbytes(chance.randrange(1, 16))
        else:
            del made[at:]
    return bytes(made)


def repacked(data: bytes, chance: random.Random) -> bytes:
    """A ZIP container with one entry damaged inside, so that its checksum still holds."""
    import io
    import zipfile

    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as file, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as out:
        chosen = chance.choice(file.namelist())
        for name in file.namelist():
            content = file.read(name)
            out.writestr(name, damaged(content, chance) if name == chosen else content)
    return buffer.getvalue()


def samples() -> dict[str, list[bytes]]:
    """Small valid files of each format, made as the tests make them."""
    path = Path(__file__).parents[1] / "read" / "conftest.py"
    spec = importlib.util.spec_from_file_location("made_files", path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"cannot load {path}")
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    found: dict[str, list[bytes]] = made.sample_files()
    return found


def fuzz(
    module: str, files: list[bytes], *, seconds: float, rounds: int, seed: int
) -> tuple[Counter[str], list[bytes]]:
    """Damage and read until the time or the rounds are over; the outcomes, and the files that failed."""
    chance, counts, failures = random.Random(seed), Counter[str](), []
    end = time.monotonic() + seconds
    while time.monotonic() < end and sum(counts.values()) < rounds:
        file = chance.choice(files)
        zipped = file.startswith(b"PK") and chance.random() < 0.7
        data = (repacked if zipped else damaged)(file, chance)
        outcome = outcome_of(lambda data=data: read_with(module, data))
        counts[outcome] += 1
        if outcome.startswith("FAILED"):
            failures.append(data)
    return counts, failures


def outcome_of(call: Callable[[], None]) -> str:
    """`read`, the name of the refusal, or what went wrong."""
    try:
        call()
    except DuizhaoError as error:
        return type(error).__name__
    except Exception as error:
        return f"FAILED {type(error).__name__}: {str(error)[:100]}"
    return "read"


def run_atheris(argv: list[str]) -> None:
    """Coverage-guided fuzzing of decoding, cleaning and splitting; never returns."""
    import atheris

    with atheris.instrument_imports():
        from pipeline.prepare.clean import clean
        from pipeline.prepare.sections import find_sections

    def one(data: bytes) -> None:
        try:
            document = find_sections(clean(text.read(data, "fuzz", CONFIG)))
        except DuizhaoError:
            return
        if undo(document.text, document.edits) != document.original:
            raise AssertionError("the edits do not lead back to the original")

    atheris.Setup([sys.argv[0], *argv], one)
    atheris.Fuzz()


def main(argv: list[str]) -> int:
    """Print the counts of each reader; 1 if anything failed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seconds", type=float, default=60, help="for all readers together")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--reader", action="append", choices=(*MODULES, "text"), help="may be repeated")
    parser.add_argument("--keep", type=Path, default=Path("fuzz-failures"), help="where failing files go")
    parser.add_argument("--atheris", action="store_true", help="the text path, guided by coverage")
    args, rest = parser.parse_known_args(argv)
    if args.atheris:
        run_atheris(rest)
    files = samples()
    chosen = args.reader or [*MODULES, "text"]
    failed = 0
    for module in chosen:
        counts, failures = fuzz(
            module, files[module], seconds=args.seconds / len(chosen), rounds=10**9, seed=args.seed
        )
        print(
            f"{module}: {sum(counts.values())} files; "
            + ", ".join(f"{n} {name}" for name, n in counts.most_common())
        )
        for n, data in enumerate(failures[:20]):
            args.keep.mkdir(exist_ok=True)
            (args.keep / f"{module}-{n}").write_bytes(data)
        failed += len(failures)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
