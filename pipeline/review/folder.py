"""A folder of results under review: new documents are taken in, reviewed ones written back."""

from __future__ import annotations

import hashlib
import json
import sys
import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from pipeline.document import Document
from pipeline.errors import DuizhaoError, InputError
from pipeline.review.brief import carried
from pipeline.review.workspace import Workspace
from pipeline.store import documents, segments
from pipeline.store.documents import Listed
from pipeline.store.segments import DONE, Change, Entry
from pipeline.write.as_json import SCHEMA, load, render
from pipeline.write.whole import write_whole

PLACE = Path(".duizhao") / "review.db"
PAUSE_S = 2.0  # a person who approves at reading speed should not cause a write each time


class Folder:
    """Keeps `<stem>.json` in step with the store while it is open."""

    def __init__(self, space: Workspace, path: Path) -> None:
        self._space = space
        self._path = path
        self._written: dict[int, int] = {}
        self._stop = threading.Event()
        self._busy = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="write-back", daemon=True)

    def take_in(self) -> Iterator[tuple[Path, str]]:
        """Take in what is new or was made anew since; yields each file with what happened to it.

        What people wrote or approved in an earlier state is kept where the Chinese is the same.
        """
        for path in sorted(self._path.glob("*.json")):
            if not _is_document(path):
                continue
            try:
                yield path, self._take(path)
            except InputError as error:
                yield path, str(error)

    def start(self) -> None:
        """Begin to write back what changes."""
        for one in self._space.overviews():
            self._written.setdefault(one.row.id, one.row.version)
        self._thread.start()

    def stop(self) -> None:
        """Write what is left and end."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=30)
        self.flush()

    def flush(self) -> list[Path]:
        """Write back every document that has changed; returns the files."""
        with self._busy:
            changed = [
                one.row for one in self._space.overviews() if self._written.get(one.row.id) != one.row.version
            ]
            return [self._write(row) for row in changed]

    def _run(self) -> None:
        while not self._stop.wait(PAUSE_S):
            try:
                self.flush()
            except DuizhaoError as error:
                print(f"duizhao: {error}", file=sys.stderr)

    def _take(self, path: Path) -> str:
        content = path.read_bytes()
        sha256 = hashlib.sha256(content).hexdigest()
        with self._space.store.reading() as connection:
            row = documents.by_stem(connection, path.stem)
        if row is not None and row.synced == sha256:
            return "known"
        document = load(path)
        if row is None:
            self._space.add(path.stem, document, synced=sha256)
            return "new"
        self._renew(row, document, sha256)
        return "made anew; reviewed sentences kept"

    def _renew(self, row: Listed, document: Document, sha256: str) -> None:
        """Put a newer run in the place of an older one, with a revision for each segment that changes."""
        space = self._space
        with space.store.writing() as connection:
            old = segments.get_all(connection, row.id)
            fresh = _with_reviews(documents.entries_of(document), old)
            versions = {entry.name: entry.version for entry in old}
            changes = [
                Change(name=e.name, base=versions.get(e.name, 0), after=e, action="import") for e in fresh
            ]
            gone = versions.keys() - {entry.name for entry in fresh}
            changes += [Change(name=n, base=versions[n], after=None, action="import") for n in sorted(gone)]
            document = replace(document, brief=carried(connection, row.id, document.brief))
            documents.set_frame(connection, row.id, document)
            segments.change(connection, row.id, changes, author="duizhao", at=space.now())
            segments.renumber(connection, row.id, [entry.name for entry in fresh])
            documents.set_synced(connection, row.id, sha256)

    def _write(self, row: Listed) -> Path:
        path = self._path / f"{row.stem}.json"
        content = render(self._space.whole(row.id))
        write_whole(path, content)
        with self._space.store.writing() as connection:
            documents.set_synced(connection, row.id, hashlib.sha256(content).hexdigest())
        self._written[row.id] = row.version
        return path


def _with_reviews(fresh: Sequence[Entry], old: Sequence[Entry]) -> list[Entry]:
    """The new entries, with what people wrote or approved for the same Chinese, in its order."""
    kept: dict[str, list[Entry]] = defaultdict(list)
    for entry in old:
        segment = entry.segment
        if segment.state in DONE or (segment.origin == "human" and segment.target):
            kept[segment.text].append(entry)
    out = []
    for entry in fresh:
        if not kept.get(entry.segment.text) or entry.segment.state in DONE:
            out.append(entry)
            continue
        reviewed = kept[entry.segment.text].pop(0).segment
        segment = replace(
            entry.segment, target=reviewed.target, origin=reviewed.origin, state=reviewed.state,
            model=reviewed.model, score=reviewed.score, alternatives=reviewed.alternatives,
        )  # fmt: skip
        out.append(replace(entry, segment=segment))
    return out


def _is_document(path: Path) -> bool:
    """Whether a file says that it is one of ours; other JSON in the folder is left alone."""
    try:
        with path.open("rb") as file:
            head = file.read(4096)
        return SCHEMA.encode() in head or json.loads(path.read_bytes()).get("schema") == SCHEMA
    except (OSError, ValueError, AttributeError):
        return False
