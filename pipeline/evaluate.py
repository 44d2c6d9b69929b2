"""`duizhao eval SET`: our translations beside recorded systems, scored on the same lines.

Every line of a set goes through the whole preparation and translation that a report goes through;
no line is cut or dropped.
"""

from __future__ import annotations

import hashlib
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from models.base import Answer, Decoding, Limits, Reporting, Request, Translator
from pipeline.config import Config
from pipeline.document import Document, Source, TermHit
from pipeline.errors import UsageError
from pipeline.prepare.quantities.match import compare
from pipeline.prepare.terms import Glossary
from pipeline.runner import prepare
from pipeline.traced import TracedText
from pipeline.translate import Engine, translate_all
from pipeline.translate.rules import has_chinese

_SOURCES = (".zh", ".zh_hans", ".zh_hant", ".zh-hans", ".zh-hant", ".zh_cn", ".zh_tw")


@dataclass(frozen=True, slots=True, kw_only=True)
class EvalSet:
    """Lines with their reference and, by name, what other systems made of them."""

    name: str
    sources: tuple[str, ...]
    references: tuple[str, ...]
    systems: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """One system on one set. Shares are of 1; None where the set has nothing to count."""

    system: str
    bleu: float
    chrf: float
    residue: int
    numbers_kept: float | None
    terms_obeyed: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """All scores on a set, what the ladder did, and the lines that reproduce it.

    `first` scores the first answers, before any rung asked again: what the ladder gains is the difference.
    """

    set: str
    lines: int
    selection: str
    scores: tuple[Scores, ...]
    first: Scores
    segments: int
    accepted_first: float
    accepted: float
    unfinished: int
    rungs: Mapping[str, int]
    reasons: Mapping[str, int]
    pieces: int
    requests: int
    seconds: float
    pieces_per_second: float
    signatures: Mapping[str, str]
    model: str
    revision: str
    hypotheses: tuple[str, ...]


# -- sets -----------------------------------------------------------------------------------------


def load_set(folder: Path) -> EvalSet:
    """A folder with one source file (NAME.zh, .zh_hans, .zh_hant), one reference (NAME.en) and
    any number of recorded systems (….sys.NAME.en or sys.NAME.en), line by line; or a TSV file of
    Chinese and English.

    Raises:  UsageError: a file is missing, or has another number of lines or cells.
    """
    if folder.suffix == ".tsv" and folder.is_file():
        return _load_tsv(folder)
    if not folder.is_dir():
        raise UsageError(
            f"no evaluation set {folder}: name a folder that holds a source and a reference, or a .tsv file"
        )
    files = sorted(path for path in folder.iterdir() if path.is_file())
    sources = [path for path in files if path.name.endswith(_SOURCES)]
    english = [path for path in files if path.name.endswith(".en")]
    recorded = [path for path in english if path.name.startswith("sys.") or ".sys." in path.name]
    references = [path for path in english if path not in recorded]
    if len(sources) != 1 or len(references) != 1:
        raise UsageError(
            f"{folder}: an evaluation set has one source ({', '.join(_SOURCES)}) and one reference (.en); "
            f"found {len(sources)} and {len(references)}"
        )
    lines = _lines(sources[0])
    out = EvalSet(
        name=folder.name,
        sources=lines,
        references=_lines(references[0]),
        systems={_system_name(path): _lines(path) for path in recorded},
    )
    for name, other in (("reference", out.references), *out.systems.items()):
        if len(other) != len(lines):
            raise UsageError(f"{folder}: the source has {len(lines)} lines, {name} has {len(other)}")
    return out


def _load_tsv(file: Path) -> EvalSet:
    """A set from lines of Chinese, tab, English."""
    rows = [line.split("\t") for line in _lines(file)]
    for number, cells in enumerate(rows, 1):
        if len(cells) != 2 or not all(cell.strip() for cell in cells):
            raise UsageError(
                f"{file}, line {number}: two cells are wanted, Chinese and English, not {len(cells)}"
            )
    if not rows:
        raise UsageError(f"{file} holds no lines")
    sources, references = zip(*rows, strict=True)
    return EvalSet(name=file.stem, sources=sources, references=references)


def _lines(path: Path) -> tuple[str, ...]:
    text = path.read_text("utf-8-sig")
    return tuple(text.removesuffix("\n").split("\n")) if text else ()


def _system_name(path: Path) -> str:
    return path.name.removesuffix(".en").split("sys.", 1)[1]


def selected(eval_set: EvalSet, *, limit: int | None = None, sample: int | None = None) -> EvalSet:
    """The first `limit` lines, or `limit` lines drawn with the seed `sample`, in their order."""
    n = len(eval_set.sources)
    if limit is None or limit >= n:
        return eval_set
    if limit < 1:
        raise UsageError(f"--limit {limit}: at least 1")
    rows = list(range(limit)) if sample is None else sorted(random.Random(sample).sample(range(n), limit))
    return replace(
        eval_set,
        sources=tuple(eval_set.sources[i] for i in rows),
        references=tuple(eval_set.references[i] for i in rows),
        systems={name: tuple(lines[i] for i in rows) for name, lines in eval_set.systems.items()},
    )


# -- evaluation -----------------------------------------------------------------------------------


def evaluate(
    eval_set: EvalSet,
    *,
    engine: Engine,
    glossary: Glossary,
    config: Config,
    limit: int | None = None,
    sample: int | None = None,
) -> Evaluation:
    """Translate the lines of a set and score them beside the recorded systems."""
    chosen = selected(eval_set, limit=limit, sample=sample)
    counter = CountingTranslator(engine.translator)
    prepared = [
        prepare(_document(line, i), config=config, glossary=glossary) for i, line in enumerate(chosen.sources)
    ]
    documents = translate_all(
        prepared, engine=replace(engine, translator=counter), glossary=glossary, config=config.translate
    )
    first = translate_all(
        prepared,
        engine=Engine(FirstAnswers(counter)),
        glossary=glossary,
        config=replace(config.translate, retry=False),
    )
    hypotheses = tuple(_joined(document) for document in documents)
    terms = [_terms(document) for document in documents]
    at_first = _scores(counter.name, [_joined(document) for document in first], chosen, terms, glossary)
    systems = {counter.name: hypotheses, **chosen.systems}
    scores = tuple(_scores(name, lines, chosen, terms, glossary) for name, lines in systems.items())
    rungs, rungs_at_first = _rungs(documents), _rungs(first)
    total = rungs.total()
    kept = [issue for d in documents for issue in d.issues if issue.check == "translation"]
    return Evaluation(
        set=chosen.name,
        lines=len(chosen.sources),
        selection="all"
        if len(chosen.sources) == len(eval_set.sources)
        else f"limit {limit}, sample {sample}",
        scores=scores,
        first=at_first,
        segments=total,
        accepted_first=1 - rungs_at_first["kept"] / (total or 1),
        accepted=1 - rungs["kept"] / (total or 1),
        unfinished=sum("cut off by the length limit" in issue.message for issue in kept),
        rungs=dict(rungs),
        reasons=dict(Counter(_reason(issue.message) for issue in kept)),
        pieces=counter.pieces,
        requests=counter.requests,
        seconds=round(counter.seconds, 2),
        pieces_per_second=round(counter.pieces / counter.seconds, 2) if counter.seconds else 0.0,
        signatures=_signatures(),
        model=counter.name,
        revision=counter.revision,
        hypotheses=hypotheses,
    )


def _rungs(documents: Sequence[Document]) -> Counter[str]:
    return sum((Counter(dict(document.run.ladder)) for document in documents), Counter[str]())


def _reason(message: str) -> str:
    return message.partition(": ")[2]


def _document(line: str, number: int) -> Document:
    sha256 = hashlib.sha256(line.encode()).hexdigest()
    source = Source(path=f"line {number + 1}", sha256=sha256, encoding="utf-8", characters=len(line))
    return Document(source=source, original=line, text=TracedText.of(line))


def _joined(document: Document) -> str:
    return " ".join(segment.target for segment in document.segments if segment.target)


def _terms(document: Document) -> list[TermHit]:
    return [hit for segment in document.segments for hit in segment.terms]


def _scores(
    name: str,
    lines: Sequence[str],
    chosen: EvalSet,
    terms: Sequence[Sequence[TermHit]],
    glossary: Glossary,
) -> Scores:
    sacrebleu = _sacrebleu()
    references = [list(chosen.references)]
    verdicts = [
        pairing.verdict
        for source, line in zip(chosen.sources, lines, strict=True)
        for pairing in compare(source, line)
        if pairing.source is not None
    ]
    obeyed = [
        glossary.rendering_span(line, hit) is not None
        for line, hits in zip(lines, terms, strict=True)
        for hit in hits
    ]
    return Scores(
        system=name,
        bleu=round(sacrebleu.corpus_bleu(list(lines), references).score, 2),
        chrf=round(sacrebleu.corpus_chrf(list(lines), references).score, 2),
        residue=sum(has_chinese(line) for line in lines),
        numbers_kept=_share(sum(v in ("proven", "approximator") for v in verdicts), len(verdicts)),
        terms_obeyed=_share(sum(obeyed), len(obeyed)),
    )


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _sacrebleu() -> Any:
    try:
        import sacrebleu
    except ImportError as error:
        raise UsageError("scores need sacrebleu: install duizhao[eval]") from error
    return sacrebleu


def _signatures() -> dict[str, str]:
    metrics = _sacrebleu().metrics
    out = {}
    for metric in (metrics.BLEU(), metrics.CHRF()):
        metric.corpus_score(["a"], [["a"]])
        out[type(metric).__name__] = str(metric.get_signature())
    return out


class CountingTranslator:
    """A translator that counts what it answers and how long it takes."""

    def __init__(self, translator: Translator) -> None:
        self._translator = translator
        self.name = translator.name
        self.revision = translator.revision
        self.limits: Limits = translator.limits
        self.pieces = 0
        self.requests = 0
        self.seconds = 0.0
        self.first: dict[Request, Answer] = {}

    @property
    def on_answers(self) -> Callable[[int], None] | None:
        return self._translator.on_answers if isinstance(self._translator, Reporting) else None

    @on_answers.setter
    def on_answers(self, heard: Callable[[int], None] | None) -> None:
        if isinstance(self._translator, Reporting):
            self._translator.on_answers = heard

    def load(self) -> None:
        self._translator.load()

    def count_pieces(self, text: str) -> int:
        return self._translator.count_pieces(text)

    def uncounted(self, requests: Sequence[Request], decoding: Decoding) -> list[Answer]:
        return self._translator.translate(requests, decoding=decoding)

    def translate(self, requests: Sequence[Request], *, decoding: Decoding = Decoding()) -> list[Answer]:  # noqa: B008
        begin = time.perf_counter()
        answers = self._translator.translate(requests, decoding=decoding)
        self.seconds += time.perf_counter() - begin
        self.requests += len(requests)
        self.pieces += sum(answer.n_target_pieces for answer in answers)
        if decoding == Decoding():
            for request, answer in zip(requests, answers, strict=True):
                self.first.setdefault(request, answer)
        return answers


class FirstAnswers:
    """A translator that says again what another answered first; what that was never asked it asks now.

    So the translation without the ladder is known from a run with it: only texts that a memory knew
    are computed.
    """

    def __init__(self, counter: CountingTranslator) -> None:
        self._counter = counter
        self.name = counter.name
        self.revision = counter.revision
        self.limits: Limits = counter.limits

    def load(self) -> None:
        self._counter.load()

    def count_pieces(self, text: str) -> int:
        return self._counter.count_pieces(text)

    def translate(self, requests: Sequence[Request], *, decoding: Decoding = Decoding()) -> list[Answer]:  # noqa: B008
        known = self._counter.first
        new = [request for request in dict.fromkeys(requests) if request not in known]
        if new:
            asked = self._counter.uncounted(new, decoding)
            known.update(zip(new, asked, strict=True))
        return [known[request] for request in requests]


# -- output ---------------------------------------------------------------------------------------


def as_json(evaluation: Evaluation, *others: Evaluation) -> str:
    """Everything, the hypotheses included; of several models a list."""
    found = [asdict(one) for one in (evaluation, *others)]
    return json.dumps(found if others else found[0], ensure_ascii=False, indent=2)


def as_table(evaluations: Sequence[Evaluation]) -> str:
    """Several models on one set, a row each; then what is recorded of other systems."""
    first = evaluations[0]
    rows = [(e.scores[0], e) for e in evaluations]
    recorded = [(score, None) for score in first.scores[1:]]
    width = max(len(score.system) for score, _ in (*rows, *recorded))
    lines = [
        f"{first.set}: {first.lines} lines ({first.selection})",
        f"{'system':<{width}}   BLEU   chrF  residue  numbers   terms  at first  accepted  pieces  seconds  pieces/s",
    ]
    for s, e in (*rows, *recorded):
        line = f"{s.system:<{width}}  {s.bleu:5.1f}  {s.chrf:5.1f}  {s.residue:7d}"
        line += f"  {_percent(s.numbers_kept):>7}  {_percent(s.terms_obeyed):>6}"
        if e is not None:
            line += f"  {_percent(e.accepted_first):>8}  {_percent(e.accepted):>8}"
            line += f"  {e.pieces:6d}  {e.seconds:7.1f}  {e.pieces_per_second:8.1f}"
        lines.append(line)
    lines += [f"{e.model}, first answers: {_gain(e)}" for e in evaluations]
    lines += [f"model {e.model} ({e.revision})" for e in evaluations]
    return "\n".join([*lines, *(f"{name} {signature}" for name, signature in first.signatures.items())])


def as_text(evaluation: Evaluation) -> str:
    """One table of systems, then what the ladder did."""
    e = evaluation
    width = max(len("system"), *(len(score.system) for score in e.scores))
    rows = [f"{'system':<{width}}   BLEU   chrF  residue  numbers  terms"]
    for s in e.scores:
        rows.append(
            f"{s.system:<{width}}  {s.bleu:5.1f}  {s.chrf:5.1f}  {s.residue:7d}"
            f"  {_percent(s.numbers_kept):>7}  {_percent(s.terms_obeyed):>6}"
        )
    ladder = ", ".join(f"{name} {count}" for name, count in e.rungs.items())
    return "\n".join(
        [
            f"{e.set}: {e.lines} lines ({e.selection}), {e.segments} segments",
            *rows,
            f"accepted at first {_percent(e.accepted_first)}, in the end {_percent(e.accepted)}; "
            f"unfinished {e.unfinished}",
            f"first answers: {_gain(e)}",
            f"ladder: {ladder}",
            f"{e.requests} requests, {e.pieces} pieces, {e.seconds:.1f} s, {e.pieces_per_second:.1f}/s",
            f"model {e.model} ({e.revision[:12]})",
            *(f"{name} {signature}" for name, signature in e.signatures.items()),
        ]
    )


def _gain(evaluation: Evaluation) -> str:
    """The first answers beside the final ones: what the ladder is worth."""
    first, last = evaluation.first, evaluation.scores[0]
    return (
        f"BLEU {first.bleu:.1f} → {last.bleu:.1f} ({last.bleu - first.bleu:+.2f}), "
        f"chrF {first.chrf:.1f} → {last.chrf:.1f} ({last.chrf - first.chrf:+.2f}), "
        f"residue {first.residue} → {last.residue}, "
        f"numbers {_percent(first.numbers_kept)} → {_percent(last.numbers_kept)}, "
        f"terms {_percent(first.terms_obeyed)} → {_percent(last.terms_obeyed)}"
    )


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f}%"
