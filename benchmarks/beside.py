"""`make benchmarks`: ours beside what one would use instead, in one run and on the same texts.

    python benchmarks/beside.py [PART…] [--peers FOLDER] [--gguf FILE] [--limit N]

PART is conversion, summaries, alignment or translation (default: all; translation loads the default model four
times, in three engines, and takes a quarter of an hour). The texts are those of tests/quality, which we wrote
ourselves. Upstream's OpenCC has the module name of the package that we use, so it gets an environment of its own
in FOLDER, where the published file of the default model is downloaded, too, from which transformers and bare
CTranslate2 compute the same weights; --gguf names it where you have it. What cannot be had is left out and named.
Writes docs/benchmarks.md and docs/pictures/benchmarks.svg from benchmarks/beside.json, in which parts that are not
run anew keep their last figures.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import opencc
from sacrebleu import CHRF

from benchmarks import alignment as alignment_benchmark
from benchmarks import gate
from models.base import Request
from models.encoder import load_encoder
from models.errors import FetchError
from models.fetch import convert_files, fetch_published
from models.load import load_translator
from models.registry import find_entry, load_registry
from pipeline import bilingual, inspect
from pipeline.check import check
from pipeline.config import load_config
from pipeline.document import Document
from pipeline.prepare.opencc_tables import converter
from pipeline.prepare.terms import Glossary
from pipeline.summarise.list import tell_list

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PLAIN = "Translate the following text from Chinese to English. Answer with the translation only."


@dataclass(frozen=True, slots=True)
class Row:
    """One contender and its figures; the first column is what the plot shows."""

    name: str
    figures: dict[str, float]


@dataclass(frozen=True, slots=True)
class Part:
    """A table: what is compared, on what, and what was left out."""

    title: str
    about: str
    rows: tuple[Row, ...]
    left_out: tuple[str, ...] = ()


# -- conversion ------------------------------------------------------------------------------------


UPSTREAM = """
import json, sys, time, opencc
cases, text = json.load(sys.stdin)
right = sum(opencc.OpenCC(config).convert(source) == wanted for config, source, wanted in cases)
convert = opencc.OpenCC("t2s").convert
taken = []
for _ in range(5):
    begin = time.process_time(); convert(text); taken.append(time.process_time() - begin)
print(json.dumps([right, min(taken)]))
"""


def conversion(options: argparse.Namespace) -> Part:
    """Texts converted as they should be, and millions of characters in a processor second."""
    cases = gate.rows("conversion.tsv")
    text = "\n".join(source for _, source, _ in cases) * 50

    def row(name: str, right: int, seconds: float) -> Row:
        return Row(
            name, {"right, %": 100 * right / len(cases), "Mio. characters/s": len(text) / seconds / 1e6}
        )

    def judged(name: str, make: Callable[[str], Callable[[str], str]]) -> Row:
        right = sum(make(config)(source) == wanted for config, source, wanted in cases)
        return row(name, right, gate.seconds(lambda: make("t2s")(text)))

    rows = [
        judged("duizhao", lambda config: converter(config).convert),
        judged("opencc-python-reimplemented", lambda config: opencc.OpenCC(config).convert),
    ]
    python, left = upstream_python(options.peers), ()
    if python is None:
        left = ("OpenCC (upstream): could not be installed",)
    else:
        given = json.dumps([cases, text])
        done = subprocess.run(
            [python, "-c", UPSTREAM], input=given, capture_output=True, text=True, check=True
        )
        rows.append(row("OpenCC (upstream, C++)", *json.loads(done.stdout)))
    return Part("Script conversion", f"{len(cases)} texts, t2s, tw2s and hk2s", tuple(rows), left)


def upstream_python(folder: Path) -> Path | None:
    """The interpreter of an environment with upstream's package, made where missing."""
    python = folder / "opencc" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder / "opencc"], check=True)
    command = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "opencc>=1.4,<2"]
    done = subprocess.run(command, capture_output=True, check=False)
    return python if done.returncode == 0 else None


# -- summaries -------------------------------------------------------------------------------------


def summaries(options: argparse.Namespace) -> Part:
    """Of as many sentences as a person chose, how many are the same?"""
    from sumy.summarizers.lex_rank import LexRankSummarizer
    from sumy.summarizers.lsa import LsaSummarizer
    from sumy.summarizers.text_rank import TextRankSummarizer

    tables = [gate.rows(f"briefs/{file.name}")[1:] for file in sorted((gate.SET / "briefs").glob("*.tsv"))]
    pickers: dict[str, Picker] = {"duizhao": ours_told, "first sentences": first}
    for maker in (TextRankSummarizer, LexRankSummarizer, LsaSummarizer):
        pickers[f"sumy {maker.__name__.removesuffix('Summarizer')}"] = by_sumy(maker())
    rows = [Row(name, {"chosen ones found, %": found(pick, tables)}) for name, pick in pickers.items()]
    n_prose = sum(len(prose(table)) for table in tables)
    about = (
        f"{len(tables)} reports, {sum(map(wanted, tables))} of {n_prose} sentences, as a person chose them"
    )
    return Part("Choice of sentences", about, tuple(rows))


Picker = Callable[[list[list[str]], int], set[str]]


def wanted(table: list[list[str]]) -> int:
    return sum(bool(mark) for mark, _, _ in table)


def prose(table: list[list[str]]) -> list[str]:
    return [zh for _, zh, _ in table if zh.endswith("。")]


def found(pick: Picker, tables: list[list[list[str]]]) -> float:
    """How many of a hundred sentences that a person chose are picked."""
    right = sum(len(pick(t, wanted(t)) & {zh for mark, zh, _ in t if mark}) for t in tables)
    return 100 * right / sum(map(wanted, tables))


def ours_told(table: list[list[str]], count: int) -> set[str]:
    """The sentences that our list tells."""
    document = inspect(text="\n".join(zh for _, zh, _ in table) + "\n")
    texts = {segment.id: segment.text for segment in document.segments}
    return {texts[name] for line in tell_list(document, count=count) for name in line.segments}


def first(table: list[list[str]], count: int) -> set[str]:
    return set(prose(table)[:count])


def by_sumy(summarizer: Any) -> Picker:
    from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence

    from benchmarks.summaries import Words

    def pick(table: list[list[str]], count: int) -> set[str]:
        model = ObjectDocumentModel([Paragraph([Sentence(zh, Words()) for zh in prose(table)])])
        return {str(sentence) for sentence in summarizer(model, count)}

    return pick


# -- alignment -------------------------------------------------------------------------------------


def alignment(options: argparse.Namespace) -> Part:
    """F1 of links, the same encoder for all."""
    encoder = load_encoder(threads=2)
    if encoder is None:
        return Part("Alignment", "", (), ("all: pip install 'duizhao[encoder]'",))
    folder = gate.SET / "alignment"
    gold = alignment_benchmark.gold_links(folder / "reports.gold")
    zh, en = ((folder / f"reports.{side}").read_text("utf-8").splitlines() for side in ("zh", "en"))

    def ours() -> set[Any]:
        return {(link.source, link.target) for link in alignment_benchmark.align(zh, en, encoder)}

    def one_by_one() -> set[Any]:
        return {((i,), (i,)) for i in range(min(len(zh), len(en)))}

    def vecalign() -> set[Any]:
        from sentalign import sentalign

        found = sentalign(zh, en, encoder.encode).alignments
        return {(tuple(one.src_indices), tuple(one.tgt_indices)) for one in found}

    rows, left = [], ["bertalign: not on the package index, and reads its encoder (LaBSE) from a hub"]
    for name, align in (("duizhao", ours), ("vecalign (sentalign)", vecalign), ("line by line", one_by_one)):
        try:
            rows.append(Row(name, link_scores(gold, align())))
        except ImportError as error:
            left.append(f"{name}: {error.name} is not installed")
    about = f"{len(zh)} Chinese and {len(en)} English sentences, {len(gold)} links, some of them joined, cut or missing"
    return Part("Alignment", about, tuple(rows), tuple(left))


def link_scores(gold: set[Any], test: set[Any]) -> dict[str, float]:
    judged, linked = alignment_benchmark.judged, alignment_benchmark.linked
    p, r = judged(gold, test), judged(linked(test), linked(gold))
    out = {}
    for kind, at in (("strict", 0), ("lax", 2)):
        a, b = p[at] / max(p[at + 1], 1), r[at] / max(r[at + 1], 1)
        out[f"{kind} F1, %"] = 200 * a * b / max(a + b, 1e-9)
    return out


# -- translation -----------------------------------------------------------------------------------


def translation(options: argparse.Namespace) -> Part:
    """The same weights asked by us, barely, and by other engines."""
    cases = gate.rows("translation.tsv")[: options.limit]
    sources = [source for source, _ in cases]
    model = load_config().translate.model
    gguf, left = published(model, options)
    rows, left = [], [ARGOS, *left]
    for name, translate in contenders(model, gguf):
        begin = time.process_time()
        try:
            targets = translate(sources)
        except ImportError as error:
            left.append(f"{name}: {error}")
            continue
        rows.append(Row(name, translated(cases, targets) | {"processor s": time.process_time() - begin}))
    return Part(
        f"Translation, {model}", f"{len(cases)} sentences, loading included", tuple(rows), tuple(left)
    )


Translate = Callable[[list[str]], list[str]]

# Read and tried: argostranslate.fewshot.parse_inference("Hello\n" + "=" * 10) is "=".
ARGOS = (
    "argostranslate 1.11: its pipeline is made for encoder-decoder models and sentence splitters of its own site, "
    "none of them on the package index; its way to ask a language model keeps one character of an answer that "
    "ends as its prompt teaches"
)


def published(model: str, options: argparse.Namespace) -> tuple[Path | None, list[str]]:
    """The model's file as it was published, downloaded where it was not given; what is left out without it."""
    if options.gguf is not None:
        return options.gguf, []
    entry, folder = find_entry(model, load_registry()), options.peers / "published"
    try:
        fetch_published(model, folder)
    except FetchError as error:
        return None, [f"transformers, CTranslate2: {error}"]
    return folder / entry.file, []


def contenders(model: str, gguf: Path | None) -> Iterator[tuple[str, Translate]]:
    def ours(sources: list[str]) -> list[str]:
        return aligned(bilingual(text="\n".join(sources) + "\n"), sources)

    yield "duizhao", ours
    with tempfile.TemporaryDirectory() as scratch:
        prompt = Path(scratch) / "plain.toml"
        prompt.write_text(f'[default]\nsystem = "{PLAIN}"\n', "utf-8")
        entry = replace(find_entry(model, load_registry()), prompt=str(prompt))
        yield "OpenVINO, bare prompt", bare(load_translator(model, registry={model: entry}))
        if gguf is None:
            return
        for engine in ("ctranslate2", "transformers"):
            folder = Path(scratch) / engine
            yield f"{engine}, bare prompt", converted(replace(entry, engine=engine), model, gguf, folder)


def converted(entry: Any, model: str, gguf: Path, folder: Path) -> Translate:
    """The same weights in another engine; what converting takes is not counted as translating."""

    def translate(sources: list[str]) -> list[str]:
        files = folder.with_suffix(".files")
        files.mkdir()
        (files / gguf.name).symlink_to(gguf.resolve())
        convert_files(entry, files, folder, lambda *_: None)
        if entry.engine == "ctranslate2":
            from models.ctranslate2_causal import CausalTranslator

            return bare(CausalTranslator(model, entry, folder))(sources)
        from models.transformers_backend import TransformersTranslator

        return bare(TransformersTranslator(model, entry, folder))(sources)

    return translate


def bare(translator: Any) -> Translate:
    """One plain request a sentence: no terms, no rewritten numbers, no second try."""
    return lambda sources: [a.text for a in translator.translate([Request(text=s) for s in sources])]


def aligned(document: Document, sources: list[str]) -> list[str]:
    """Our translations, one for each source line."""
    lines: dict[int, list[str]] = {}
    for segment in document.segments:
        line = document.original.count("\n", 0, segment.start)
        lines.setdefault(line, []).append(segment.target or "")
    return [" ".join(lines.get(number, [""])) for number in range(len(sources))]


def translated(cases: list[list[str]], targets: list[str]) -> dict[str, float]:
    """chrF, figures that the ledger proves, and answers in which Chinese is left."""
    document = bilingual(text="\n".join(source for source, _ in cases) + "\n", translator=gate.Echo())
    given = dict(zip((source for source, _ in cases), targets, strict=True))
    segments = tuple(replace(s, target=given.get(s.text, s.target)) for s in document.segments)
    config = load_config()
    proved = check(
        replace(document, segments=segments), config=config.check, glossary=Glossary.load(("gov-zh-en",))
    )
    ledger = [q.verdict == "proven" for q in proved.quantities if q.measure is not None]
    return {
        "chrF": CHRF().corpus_score(targets, [[reference for _, reference in cases]]).score,
        "figures proven, %": gate.share(ledger),
        "Chinese left, %": gate.share([bool(re.search("[\u3400-\u9fff]", t)) for t in targets]),
    }


# -- table and plot --------------------------------------------------------------------------------


PARTS: dict[str, Callable[[argparse.Namespace], Part]] = {
    "conversion": conversion,
    "summaries": summaries,
    "alignment": alignment,
    "translation": translation,
}


def merged(parts: Mapping[str, Part], file: Path) -> dict[str, Part]:
    """These parts, and of the others what was measured last; kept in the file."""
    known = json.loads(file.read_text("utf-8")) if file.exists() else {}
    known |= {name: asdict(part) for name, part in parts.items()}
    known = {name: known[name] for name in PARTS if name in known}
    file.write_text(json.dumps(known, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return {name: as_part(table) for name, table in known.items()}


def as_part(table: Mapping[str, Any]) -> Part:
    """A part as the file holds it."""
    rows = tuple(Row(**row) for row in table["rows"])
    return Part(table["title"], table["about"], rows, tuple(table["left_out"]))


def as_markdown(parts: Sequence[Part]) -> Iterator[str]:
    yield "# Beside others\n"
    yield (
        "Ours beside what one would use instead, each table in one run and on the same texts, which we wrote "
        "ourselves (tests/quality). Regenerated by `make benchmarks`; times are processor time, and only their "
        "ratios mean anything.\n"
    )
    yield "![Each table's first column](pictures/benchmarks.svg)\n"
    for part in parts:
        yield f"## {part.title}\n\n{part.about}.\n"
        if part.rows:
            columns = list(part.rows[0].figures)
            yield f"| | {' | '.join(columns)} |\n|---|{'---|' * len(columns)}"
            for row in part.rows:
                yield f"| {row.name} | {' | '.join(f'{row.figures[c]:.1f}' for c in columns)} |"
            yield ""
        yield from (f"- Left out: {reason}." for reason in part.left_out)
        yield ""


def plot(parts: Sequence[Part], file: Path) -> None:
    """Bars of each table's first column."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "duizhao"  # the same figures give the same file
    from matplotlib import pyplot

    shown = [part for part in parts if part.rows]
    figure, axes = pyplot.subplots(1, len(shown), figsize=(4 * len(shown), 2.6), squeeze=False)
    for axis, part in zip(axes[0], shown, strict=True):
        column = next(iter(part.rows[0].figures))
        names = [row.name for row in reversed(part.rows)]
        values = [row.figures[column] for row in reversed(part.rows)]
        bars = axis.barh(names, values, color=["#9aa5b1"] * (len(names) - 1) + ["#b3261e"])
        axis.bar_label(bars, fmt="%.0f", padding=2)
        axis.set_title(f"{part.title}\n{column}", fontsize=9, loc="left")
        axis.spines[["top", "right", "bottom"]].set_visible(False)
        axis.set_xticks([])
        axis.set_xlim(0, 115)
        axis.tick_params(labelsize=8)
    figure.tight_layout()
    figure.savefig(file, metadata={"Date": None})


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--peers", type=Path, default=ROOT / "out" / "peers", metavar="FOLDER")
    parser.add_argument("--gguf", type=Path, metavar="FILE")
    parser.add_argument("--limit", type=int, default=16, metavar="N", help="sentences of the translation")
    parser.add_argument("--figures", type=Path, default=Path(__file__).with_suffix(".json"), metavar="FILE")
    parser.add_argument("--out", type=Path, default=DOCS, metavar="FOLDER")
    options = parser.parse_args(argv)
    names = options.parts or list(PARTS)
    if unknown := set(names) - set(PARTS):
        parser.error(f"no part {', '.join(unknown)}: there are {', '.join(PARTS)}")
    parts: list[Part] = []
    for name in names:
        part = PARTS[name](options)
        print("\n".join(as_markdown([part])).split("svg)\n", 1)[1], flush=True)
        parts = list(merged({name: part}, options.figures).values())
    (options.out / "pictures").mkdir(parents=True, exist_ok=True)
    (options.out / "benchmarks.md").write_text("\n".join(as_markdown(parts)).rstrip() + "\n", "utf-8")
    plot(parts, options.out / "pictures" / "benchmarks.svg")
    return 0


if __name__ == "__main__":
    sys.exit(main())
