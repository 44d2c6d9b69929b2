"""Checks that run beside the work: those across segments after each write, all of them on demand.

What a check says is no person's work: versions stay, no revision is left, and a segment that somebody
writes to meanwhile is left to that write. A page asks for the names of the rows that look different now.
"""

from __future__ import annotations

import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.exc import SQLAlchemyError

from pipeline.check import check_across
from pipeline.check.registry import DOCUMENT_CHECKS
from pipeline.config import CheckConfig
from pipeline.document import Document, Issue
from pipeline.errors import DuizhaoError
from pipeline.store import Store, documents, revisions, segments
from pipeline.store.segments import Entry

ACROSS = frozenset(check.code for check in DOCUMENT_CHECKS)
MOVING = ("merge", "split", "shift", "import", "undo")  # actions after which the order may be another
PAUSE_S = 0.15  # several writes in a row, as of a term, are looked at once
KEPT = 5000  # how many rows a page that slept may still ask for; further back it loads anew
PORTION = 200  # segments proved between two looks at the progress

Prove = Callable[[Document, Sequence[Entry]], list[Entry]]


@dataclass(frozen=True, slots=True)
class Progress:
    """A check of all segments: how far it is, and how many segments it found to be different."""

    running: bool = False
    done: int = 0
    total: int = 0
    changed: int = 0
    failed: str = ""


@dataclass(slots=True)
class _Known:
    """What is held in memory of one document: its entries in order, up to which revision, which are proved."""

    frame: str = ""
    last: int = -1
    entries: dict[str, Entry] = field(default_factory=dict)
    proved: dict[str, int] = field(default_factory=dict)


class Checking:
    """Keeps the findings of a store's documents up to date. Safe to share between threads."""

    def __init__(self, store: Store, prove: Prove, config: CheckConfig) -> None:
        self._store = store
        self._prove = prove
        self._config = config
        self._known: dict[int, _Known] = {}
        self._progress: dict[int, Progress] = {}
        self._news: deque[tuple[int, int, str]] = deque(maxlen=KEPT)
        self._count = 0
        self._wanted: set[int] = set()
        self._whole: set[int] = set()
        self._busy = threading.RLock()
        self._wake = threading.Condition()
        self._thread: threading.Thread | None = None
        self._idle = True
        self._stopped = False

    # -- what others ask for ----------------------------------------------------------------------

    def soon(self, document: int) -> None:
        """Look across a document's segments after a write."""
        self._ask(self._wanted, document)

    def begin(self, document: int, total: int) -> Progress:
        """Run all checks over a document in the background; one that runs already goes on."""
        with self._wake:
            if not self._progress.get(document, Progress()).running:
                self._progress[document] = Progress(running=True, total=total)
        self._ask(self._whole, document)
        return self.progress(document)

    def progress(self, document: int) -> Progress:
        """How far the last check of all segments is."""
        return self._progress.get(document, Progress())

    def news(self, document: int, after: int) -> tuple[list[str], int]:
        """Rows whose findings changed after a count, and the count now; all that is known if it is too old."""
        with self._wake:
            names = [name for at, one, name in self._news if one == document and at > after]
            return list(dict.fromkeys(names)), self._count

    def settle(self, timeout_s: float = 30.0) -> bool:
        """Wait until nothing is left to look at; False if it takes longer."""
        with self._wake:
            return self._wake.wait_for(lambda: self._idle and not self._wanted | self._whole, timeout_s)

    def stop(self) -> None:
        """End after the portion at hand."""
        with self._wake:
            self._stopped = True
            self._wake.notify_all()
        if self._thread is not None:
            self._thread.join(timeout=30)

    # -- the work ---------------------------------------------------------------------------------

    def whole(self, document: int) -> int:
        """Prove every segment that has not been since it changed, then look across; how many changed."""
        with self._busy:
            known = self._brought_up(document)
            wanted = [e for e in known.entries.values() if known.proved.get(e.name) != e.version]
            done, changed = len(known.entries) - len(wanted), 0
            self._tell(document, Progress(True, done, len(known.entries)))
            for at in range(0, len(wanted), PORTION):
                if self._stopped:
                    break
                portion = wanted[at : at + PORTION]
                changed += self._prove_portion(document, known, portion)
                self._tell(document, Progress(True, done + at + len(portion), len(known.entries), changed))
            changed += self.across(document)
            self._tell(document, Progress(False, len(known.entries), len(known.entries), changed))
            return changed

    def across(self, document: int) -> int:
        """Run the checks across segments and keep what they find; returns how many segments changed."""
        with self._busy:
            known = self._brought_up(document)
            with self._store.reading() as connection:
                frame = documents.get_frame(connection, known.frame)
            entries = list(known.entries.values())
            found: dict[str, list[Issue]] = {}
            for issue in check_across([_laid(frame, entries)], self._config)[0]:
                found.setdefault(issue.segment or "", []).append(issue)
            fresh = [replace(e, issues=_with(e.issues, found.get(e.name, ()))) for e in entries]
            return self._keep(document, known, fresh)

    def _prove_portion(self, document: int, known: _Known, portion: Sequence[Entry]) -> int:
        with self._store.reading() as connection:
            frame = documents.get_frame(connection, known.frame)
        fresh = self._prove(frame, portion)
        # What only a look across segments can say stays until there was one.
        fresh = [
            replace(f, issues=_with(f.issues, _across_of(e))) for e, f in zip(portion, fresh, strict=True)
        ]
        known.proved |= {entry.name: entry.version for entry in portion}
        return self._keep(document, known, fresh)

    def _keep(self, document: int, known: _Known, fresh: Iterable[Entry]) -> int:
        changed = [entry for entry in fresh if entry != known.entries.get(entry.name)]
        if not changed:
            return 0
        with self._store.writing() as connection:
            segments.refresh(connection, document, changed)
            documents.touch(connection, document)
        known.entries |= {entry.name: entry for entry in changed}
        with self._wake:
            self._count += 1
            self._news.extend((self._count, document, entry.name) for entry in changed)
        return len(changed)

    def _brought_up(self, document: int) -> _Known:
        """What is known of a document, with all that was written since; read anew where the order may differ."""
        known = self._known.setdefault(document, _Known())
        with self._store.reading() as connection:
            row = documents.find(connection, document)
            if row is None:
                return _Known()
            # The number first: what is written while we read is seen again the next time.
            last = revisions.last_id(connection, document)
            news = revisions.feed(connection, document, known.last) if known.last >= 0 else []
            moved = any(one["action"] in MOVING for one in news)
            if known.last < 0 or row.frame != known.frame or moved or (news and news[-1]["id"] < last):
                known.entries = {e.name: e for e in segments.get_all(connection, document)}
            elif news:
                names = list(dict.fromkeys(one["segment"] for one in news))
                known.entries |= {e.name: e for e in segments.get_many(connection, document, names)}
            known.last, known.frame = last, row.frame
        return known

    # -- the thread -------------------------------------------------------------------------------

    def _ask(self, kind: set[int], document: int) -> None:
        with self._wake:
            if self._stopped:
                return
            kind.add(document)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="checking", daemon=True)
                self._thread.start()
            self._wake.notify_all()

    def _run(self) -> None:
        while True:
            with self._wake:
                self._idle = True
                self._wake.notify_all()
                self._wake.wait_for(lambda: self._stopped or self._wanted or self._whole)
                if self._stopped:
                    return
                self._idle = False
                if not self._whole:
                    self._wake.wait_for(lambda: self._stopped or bool(self._whole), PAUSE_S)
                whole, wanted = sorted(self._whole), sorted(self._wanted - self._whole)
                self._whole.clear()
                self._wanted.clear()
            for document in whole:
                self._attempt(self.whole, document)
            for document in wanted:
                self._attempt(self.across, document)

    def _attempt(self, work: Callable[[int], int], document: int) -> None:
        """A fault of one document must not end the thread for the others."""
        try:
            work(document)
        except (DuizhaoError, SQLAlchemyError, OSError, ValueError, RuntimeError) as error:
            print(f"duizhao: checking document {document}: {error}", file=sys.stderr)
            self._tell(document, replace(self.progress(document), running=False, failed=str(error)))

    def _tell(self, document: int, progress: Progress) -> None:
        with self._wake:
            self._progress[document] = progress


def _laid(frame: Document, entries: Sequence[Entry]) -> Document:
    return replace(
        frame,
        segments=tuple(entry.segment for entry in entries),
        quantities=tuple(q for entry in entries for q in entry.quantities),
        issues=(),
        brief=None,
    )


def _across_of(entry: Entry) -> list[Issue]:
    return [issue for issue in entry.issues if issue.check in ACROSS]


def _with(issues: Sequence[Issue], found: Sequence[Issue]) -> tuple[Issue, ...]:
    """The issues with others of the checks across segments; what was accepted stays so."""
    waived = {(i.check, i.message): i.waived for i in issues if i.waived}
    kept = [issue for issue in issues if issue.check not in ACROSS]
    return (*kept, *(replace(i, waived=i.waived or waived.get((i.check, i.message))) for i in found))
