"""What a worker does: read, prepare, translate together, check, brief, render. No file is written here."""

from __future__ import annotations

import hashlib
import sys
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from models.base import Encoder
from models.encoder import load_encoder
from models.load import load_summariser, load_translator
from pipeline.batch.answers import Recorded, StoredAnswers, Tally, recorded
from pipeline.batch.engine import Done, Failed, Piece, Result, Task
from pipeline.batch.reviewed import ReviewedMemory, laid_over
from pipeline.batch.settings import Settings
from pipeline.document import Document, RunRecord
from pipeline.engine import registry_of
from pipeline.errors import DuizhaoError, InputError, OutputError
from pipeline.prepare.terms import Glossary
from pipeline.read import read
from pipeline.read.formats import read_bytes
from pipeline.recipe import briefing, translation
from pipeline.runner import fold, prepare
from pipeline.store import Store, jobs
from pipeline.store.connect import is_url
from pipeline.summarise import Wording
from pipeline.translate import Engine, translate_all
from pipeline.version import tool_version
from pipeline.write import FORMATS

# How often Ray may begin a document: once with its batch, then alone.
MAX_BEGUN = 3


@dataclass(frozen=True, slots=True)
class _Ready:
    """A document that waits to be translated. `unplaced` counts reviewed segments without a place."""

    piece: Piece
    document: Document
    unplaced: int


class Worker:
    """One process's share: a model loaded once, a connection to the store, and what it has asked."""

    def __init__(self, settings: Settings, *, heard: Callable[[Tally], None] | None = None) -> None:
        options = settings.config.translate
        store = _opened(settings.store)
        answers = StoredAnswers(store)
        self._tally = Tally()
        self._recorded: list[Recorded] = []

        registry, threads = registry_of(options), settings.threads or options.threads

        def loaded(name: str) -> Recorded:
            model = load_translator(name, threads=threads, batch=options.batch, registry=registry)
            self._recorded.append(recorded(model, answers, self._tally, heard))
            return self._recorded[-1]

        self._settings = settings
        self._store = store
        self._glossary = Glossary.load(options.glossaries)
        self._encoder: Encoder | None = (
            load_encoder(threads=settings.threads)
            if settings.brief and settings.config.brief.encoder
            else None
        )
        self._engine = Engine(
            translator=loaded(options.model),
            fallback=loaded(options.fallback) if options.fallback else None,
            memory=ReviewedMemory.of(store, options.memory),
        )
        self._wording = self._wording_of(loaded) if settings.brief else None

    def _wording_of(self, loaded: Callable[[str], Recorded]) -> Wording | None:
        """What shortens the lines of briefs: its answers are kept like those of the translation."""
        config = self._settings.config
        if config.brief.wording != "model":
            return None
        name = config.brief.summariser
        translator = loaded(name) if name else self._engine.translator
        summariser = load_summariser(
            name or config.translate.model,
            beside=translator,
            registry=registry_of(config.translate),
        )
        return Wording(
            engine=self._engine,
            glossary=self._glossary,
            summariser=summariser,
            encoder=self._encoder or load_encoder(threads=self._settings.threads),
            seed=config.translate.seed,
        )

    def process_restarted(self, task: Task) -> Result:
        """The same for an engine that starts a dead process again and gives it the same task.

        The second time each document is processed alone, so that only the one that kills is given up.
        """
        units = [piece.unit for piece in task.pieces]

        def begin() -> bool:
            with self._store.writing() as connection:
                return jobs.begun(connection, units) == 0 and bool(jobs.begin_work(connection, units))

        if jobs.insist(begin):
            return self.process(task)
        return self._measured(task, lambda: [self._alone(piece) for piece in task.pieces])

    def _alone(self, piece: Piece) -> Done | Failed:
        """One document, unless it was begun too often without an end."""

        def begin() -> int:
            with self._store.writing() as connection:
                return jobs.begin_work(connection, [piece.unit]).get(piece.unit, 0)

        def end() -> None:
            with self._store.writing() as connection:
                jobs.end_work(connection, piece.unit)

        if jobs.insist(begin) > MAX_BEGUN:
            reason = f"{piece.name}: the worker process died {MAX_BEGUN} times"
            return Failed(stem=piece.stem, reason=reason)
        (outcome,) = self._outcomes((piece,))
        jobs.insist(end)
        return outcome

    def process(self, task: Task) -> Result:
        """Everything for the documents of a task; one that fails leaves the others alone."""
        return self._measured(task, lambda: self._outcomes(task.pieces))

    def _measured(self, task: Task, work: Callable[[], list[Done | Failed]]) -> Result:
        begin, before = time.perf_counter(), replace(self._tally)
        outcomes = work()
        return Result(
            number=task.number,
            outcomes=tuple(outcomes),
            seconds=time.perf_counter() - begin,
            asked=self._tally.asked - before.asked,
            computed=self._tally.computed - before.computed,
            source_pieces=self._tally.source_pieces - before.source_pieces,
            target_pieces=self._tally.target_pieces - before.target_pieces,
            peak_bytes=peak_bytes(),
        )

    def _outcomes(self, pieces: Sequence[Piece]) -> list[Done | Failed]:
        ready, outcomes = list[_Ready](), list[Done | Failed]()
        for piece in pieces:
            one = _guarded(piece, lambda piece=piece: self._prepared(piece))  # type: ignore[misc]
            if isinstance(one, _Ready):
                ready.append(one)
            elif one is not None:
                outcomes.append(one)
        return outcomes + self._translated(ready)

    def _prepared(self, piece: Piece) -> _Ready:
        document = prepare(self._read(piece), config=self._settings.config, glossary=self._glossary)
        document, unplaced = laid_over(document, piece.reviewed)
        return _Ready(piece, document, unplaced)

    def _read(self, piece: Piece) -> Document:
        if piece.last is None:
            return read(piece.path, config=self._settings.config.read)
        try:
            with open(piece.path, "rb") as file:
                file.seek(piece.first)
                data = file.read(piece.last - piece.first)
        except OSError as error:
            raise InputError(f"cannot read {piece.path}: {error.strerror}") from error
        document = read_bytes(data, piece.path, self._settings.config.read)
        return replace(document, source=replace(document.source, path=piece.name))

    def _translated(self, ready: Sequence[_Ready]) -> list[Done | Failed]:
        """All together; if that fails, one by one, so that only the culprit does."""
        if not ready:
            return []
        try:
            documents = self._translate([one.document for one in ready])
        except Exception:
            if len(ready) > 1:
                return [outcome for one in ready for outcome in self._translated([one])]
            return [_failure(ready[0].piece)]
        return [
            _guarded(one.piece, lambda one=one, document=document: self._finished(one, document))  # type: ignore[misc]
            for one, document in zip(ready, documents, strict=True)
        ]

    def _translate(self, documents: Sequence[Document]) -> list[Document]:
        """All together; once more, from the answers that count, if another process was first with one."""
        config = self._settings.config.translate
        while True:
            for one in self._recorded:
                one.overtaken = False
            done = translate_all(documents, engine=self._engine, glossary=self._glossary, config=config)
            if not any(one.overtaken for one in self._recorded):
                return done

    def _finished(self, one: _Ready, document: Document) -> Done:
        config, glossary = self._settings.config, self._glossary
        steps = [step for step in translation(config, glossary, self._engine) if step.name != "translate"]
        if self._settings.brief:
            steps += briefing(config, glossary, self._encoder, self._wording)
        document = fold(document, steps)
        document = replace(document, run=self._record(document))
        files = tuple((name, FORMATS[name](document)) for name in self._settings.formats)
        return Done(
            stem=one.piece.stem,
            sha256=document.source.sha256,
            files=files,
            counts=counts_of(document),
            unplaced=one.unplaced,
        )

    def _record(self, document: Document) -> RunRecord:
        """The run without its times: a batch has no time of one document, and equal work has equal bytes."""
        config, translator = self._settings.config, self._engine.translator
        bare = replace(config, translate=replace(config.translate, threads=0, batch=0))
        return replace(
            document.run,
            version=tool_version(),
            model=translator.name,
            model_sha256=translator.revision,
            config_sha256=bare.sha256(),
            glossary_sha256=self._glossary.sha256,
            seed=config.translate.seed,
        )


def counts_of(document: Document) -> dict[str, Any]:
    """The figures of a document that lists and reports want."""
    issues: dict[str, Counter[str]] = defaultdict(Counter)
    for issue in document.issues:
        if issue.waived is None:
            issues[issue.severity][issue.check] += 1
    measured = [q for q in document.quantities if q.measure is not None]
    return {
        "characters": document.source.characters,
        "segments": len(document.segments),
        "figures": len(measured),
        "proven": sum(q.verdict == "proven" for q in measured),
        "memory_hits": document.run.memory_hits,
        "rungs": dict(document.run.ladder),
        "issues": {severity: dict(sorted(found.items())) for severity, found in sorted(issues.items())},
    }


def _opened(where: str) -> Store:
    """The store; a worker may be started in the very minute in which a server is."""
    deadline = time.monotonic() + jobs.PATIENCE_S
    while True:
        try:
            return Store.open(where)
        except OutputError:
            if not is_url(where) or time.monotonic() > deadline:
                raise
            time.sleep(1.0)


def _guarded(piece: Piece, work: Callable[[], Any]) -> Any:
    """The result of the work, or its failure."""
    try:
        return work()
    except Exception:
        return _failure(piece)


def _failure(piece: Piece) -> Failed:
    """The exception that is being handled, as the end of a document."""
    error = sys.exception()
    if isinstance(error, DuizhaoError):
        return Failed(stem=piece.stem, reason=str(error))
    if isinstance(error, MemoryError):
        return Failed(stem=piece.stem, reason=f"{piece.name}: the worker ran out of memory")
    reason = f"{piece.name}: {type(error).__name__}: {' '.join(str(error).split())}"
    return Failed(stem=piece.stem, reason=reason, trace=traceback.format_exc())


def sha256_of(content: bytes) -> str:
    """The checksum that names a content."""
    return hashlib.sha256(content).hexdigest()


def peak_bytes() -> int:
    """The most memory that this process ever held, 0 where the system does not say."""
    try:
        import resource
    except ImportError:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(peak if sys.platform == "darwin" else peak * 1024)
