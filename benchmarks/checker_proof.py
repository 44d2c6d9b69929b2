"""Proves the checker: how many injected faults it finds, and how many clean segments it flags.

    python benchmarks/checker_proof.py FOLDER [--seed N] [--show KIND N]

FOLDER holds sets of human translations (law-hant, wmt20, flores-dev, each where it is there), or is
a file with a source, a tab and a translation a line. Every
fault is injected into a reference whose figure was proven before; it counts as found if the checks
say something that they did not say of the reference, and as an error if they say it with severity
error.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pipeline.check import check_segment
from pipeline.check.omission import usual_expansion
from pipeline.document import Issue
from pipeline.prepare.quantities.match import Pairing, compare
from pipeline.prepare.quantities.numerals import ONES
from pipeline.prepare.script import convert

SETS = {
    "law-hant": ("law-hant/moj_dev.zh_hant", "law-hant/moj_dev.en"),
    "wmt20": ("wmt20/src.zh", "wmt20/ref.en"),
    "flores-dev": ("flores-dev/dev.zh_hans", "flores-dev/dev.en"),
}
NUMERIC = ("drop a digit", "shift the magnitude", "swap two numbers", "drop the approximator")
NUMERIC_CODES = {"number", "date", "magnitude", "approximator", "document-symbol", "number-order"}
_FIGURE = re.compile(r"\d[\d,]*(?:\.\d+)?")
_APPROXIMATION = re.compile(
    r"(?:more than|over|nearly|almost|about|around|approximately|some|at least|up to|less than|fewer than|under|"
    r"above|exceeding|no (?:more|less|fewer) than|not (?:more|less) than|within|close to|roughly) (?=\S*\d|\w+)", re.I,
)  # fmt: skip


def load(folder: Path) -> Iterator[tuple[str, str, str]]:
    """(set, Simplified source, reference) of every pair that is there."""
    if folder.is_file():
        for line in folder.read_text("utf-8").splitlines():
            source, _, target = line.partition("\t")
            yield folder.stem, source, target
        return
    for name, (zh, en) in SETS.items():
        if not (folder / zh).exists():
            continue
        sources = (folder / zh).read_text("utf-8").split("\n")
        targets = (folder / en).read_text("utf-8").split("\n")
        for source, target in zip(sources, targets, strict=True):
            if source.strip() and target.strip():
                yield name, convert(source, "t2s") if name == "law-hant" else source, target.strip()


def _proven(source: str, target: str) -> list[Pairing]:
    return [p for p in compare(source, target) if p.verdict == "proven" and p.source and p.target]


def _figures(source: str, target: str) -> list[re.Match[str]]:
    """The digits of proven quantities, where the digits say the whole value."""
    found = []
    for p in _proven(source, target):
        span = re.compile(_FIGURE).search(target, p.target.start, p.target.end)  # type: ignore[union-attr]
        if span:
            found.append(span)
    return found


def drop_digit(source: str, target: str, rng: random.Random) -> str | None:
    figures = [f for f in _figures(source, target) if sum(c.isdigit() for c in f[0]) > 1]
    if not figures:
        return None
    figure = rng.choice(figures)
    at = rng.choice([i for i, c in enumerate(figure[0]) if c.isdigit()])
    digits = (figure[0][:at] + figure[0][at + 1 :]).strip(",")
    changed = target[: figure.start()] + _grouped(digits) + target[figure.end() :]
    return changed if changed != target else None


def _grouped(digits: str) -> str:
    if "," not in digits:
        return digits
    whole, point, rest = digits.replace(",", "").partition(".")
    return f"{int(whole or 0):,}{point}{rest}"


def shift_magnitude(source: str, target: str, rng: random.Random) -> str | None:
    scales = [
        m for p in _proven(source, target)
        for m in re.compile(r"\b(?:million|billion|trillion|thousand)\b").finditer(target, p.target.start, p.target.end)  # type: ignore[union-attr]
    ]  # fmt: skip
    if scales:
        scale = rng.choice(scales)
        other = {"million": "billion", "billion": "million", "trillion": "billion", "thousand": "million"}[
            scale[0]
        ]
        return target[: scale.start()] + other + target[scale.end() :]
    figures = [f for f in _figures(source, target) if "." not in f[0] and len(f[0]) > 1]
    if not figures:
        return None
    figure = rng.choice(figures)
    return target[: figure.start()] + _grouped(figure[0] + "0") + target[figure.end() :]


def swap_numbers(source: str, target: str, rng: random.Random) -> str | None:
    figures = _figures(source, target)
    pairs = [(a, b) for a in figures for b in figures if a.start() < b.start() and a[0] != b[0]]
    if not pairs:
        return None
    a, b = rng.choice(pairs)
    return target[: a.start()] + b[0] + target[a.end() : b.start()] + a[0] + target[b.end() :]


_SPELLED = re.compile(r"[a-z]+(?:-[a-z]+)?")


def _words(source: str, target: str) -> list[re.Match[str]]:
    """The proven counts of the translation as they are written, in digits or in one word, at least two."""
    found = []
    for p in _proven(source, target):
        measure = p.target
        if measure is None or measure.kind not in ("count", "duration") or measure.value < 2:
            continue
        start, end = measure.start, measure.end
        span = _FIGURE.search(target, start, end) or _SPELLED.match(target, start, end)
        if span and (span[0][0].isdigit() or span[0] in ONES):
            found.append(span)
    return found


def swap_words(source: str, target: str, rng: random.Random) -> str | None:
    figures = _words(source, target)
    pairs = [(a, b) for a in figures for b in figures if a.start() < b.start() and a[0] != b[0]]
    pairs = [(a, b) for a, b in pairs if a[0].isalpha() or b[0].isalpha()]
    if not pairs:
        return None
    a, b = rng.choice(pairs)
    return target[: a.start()] + b[0] + target[a.end() : b.start()] + a[0] + target[b.end() :]


def invent_word(source: str, target: str, rng: random.Random) -> str | None:
    counted = [p.target.end for p in _proven(source, target) if p.target and p.target.kind == "count"]
    nouns = [m for at in counted for m in [re.compile(r" [a-z]+s\b(?=[,. ])").match(target, at)] if m]
    words_ = [
        w for w in ("three", "four", "five", "six", "seven", "eight", "nine") if w not in target.lower()
    ]
    if not nouns or not words_:
        return None
    noun = rng.choice(nouns)
    return f"{target[: noun.end()]} and {rng.choice(words_)} centers{target[noun.end() :]}"


def drop_approximator(source: str, target: str, rng: random.Random) -> str | None:
    places = []
    for p in _proven(source, target):
        if p.source.approximator and p.target.approximator:  # type: ignore[union-attr]
            places += list(_APPROXIMATION.finditer(target, p.target.start, p.target.end))[:1]  # type: ignore[union-attr]
    if not places:
        return None
    place = rng.choice(places)
    return target[: place.start()] + target[place.end() :]


def negate(source: str, target: str, rng: random.Random) -> str | None:
    found = re.search(r"\b(is|are|was|were|shall|will|has|have|can|should|must)\b(?! not)", target)
    if re.search(r"\b(?:not|no|never|without)\b|n't", target) or not found:
        return None
    return target[: found.end()] + " not" + target[found.end() :]


def drop_negation(source: str, target: str, rng: random.Random) -> str | None:
    found = list(re.finditer(r"\b(shall|may|must|is|are|was|were|will|do|does|did|should|can) not\b", target))
    if len(found) != 1 or not re.search(r"不得|不|未|没有", source):
        return None
    return target[: found[0].end(1)] + target[found[0].end() :]


def drop_clause(source: str, target: str, rng: random.Random) -> str | None:
    clauses = [m for m in re.finditer(r",[^,.;]{30,}(?=[,.;])", target) if len(m[0]) > 0.25 * len(target)]
    if not clauses:
        return None
    clause = rng.choice(clauses)
    return target[: clause.start()] + target[clause.end() :]


def leave_chinese(source: str, target: str, rng: random.Random) -> str | None:
    words = re.findall(r"[\u4e00-\u9fff]{2}", source)
    spots = list(re.finditer(r"(?<= )[a-z]{4,}(?= )", target))
    if not words or not spots:
        return None
    spot = rng.choice(spots)
    return target[: spot.start()] + rng.choice(words) + target[spot.end() :]


def loop(source: str, target: str, rng: random.Random) -> str | None:
    words = target.split()
    if len(words) < 8:
        return None
    n = rng.randint(2, 6)
    return " ".join([*words, *(words[-n:] * 4)])


def cut_off(source: str, target: str, rng: random.Random) -> str | None:
    words = target.split()
    return " ".join(words[: len(words) // 2]) if len(words) >= 16 and source.endswith("。") else None


FAULTS: dict[str, Callable[[str, str, random.Random], str | None]] = {
    "drop a digit": drop_digit,
    "shift the magnitude": shift_magnitude,
    "swap two numbers": swap_numbers,
    "drop the approximator": drop_approximator,
    "swap with a word": swap_words,
    "invent a small number": invent_word,
    "negate": negate,
    "drop a negation": drop_negation,
    "delete a clause": drop_clause,
    "leave a Chinese word": leave_chinese,
    "loop": loop,
    "cut the text in half": cut_off,
}


def _keys(issues: tuple[Issue, ...], kind: str) -> dict[tuple[str, str], str]:
    """What was said, without the places, of the checks that count for this kind of fault."""
    return {
        (i.check, i.message): i.severity
        for i in issues
        if i.severity != "info" and (kind not in NUMERIC or i.check in NUMERIC_CODES)
    }


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Fault injection into human translations.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--show",
        nargs=2,
        metavar=("KIND", "N"),
        help="print N faults of a kind that were missed, or of `clean`",
    )
    args = parser.parse_args(argv)
    rng = random.Random(args.seed)
    own = {
        kind: random.Random(f"{args.seed} {kind}") for kind in FAULTS
    }  # another kind changes no other's faults
    clean: dict[str, Counter[str]] = defaultdict(Counter)
    by_check: Counter[tuple[str, str]] = Counter()
    tried, found, as_error = Counter[str](), Counter[str](), Counter[str]()
    shown: dict[str, list[str]] = defaultdict(list)
    pairs = list(load(args.folder))
    usual = {n: usual_expansion((s, t) for m, s, t in pairs if m == n) for n in {n for n, _, _ in pairs}}
    for name, source, target in pairs:
        before = check_segment(source, target, expansion=usual[name])
        severities = {issue.severity for issue in before}
        clean[name]["segments"] += 1
        for severity in severities:
            clean[name][severity] += 1
        for key in {(i.check, i.severity) for i in before}:
            by_check[key] += 1
        if "error" in severities:
            shown["clean"].append(_shown(source, target, [i for i in before if i.severity == "error"]))
        for kind, inject in FAULTS.items():
            changed = inject(source, target, own[kind])
            if changed is None:
                continue
            after = check_segment(source, changed, expansion=usual[name])
            known = _keys(before, kind)
            new = {key: severity for key, severity in _keys(after, kind).items() if key not in known}
            tried[kind] += 1
            found[kind] += bool(new)
            as_error[kind] += "error" in new.values()
            if not new:
                shown[kind].append(_shown(source, changed, []))
    _report(clean, by_check, tried, found, as_error)
    if args.show:
        kind, n = args.show
        for text in rng.sample(shown[kind], min(int(n), len(shown[kind]))):
            print(text)
    return 0


def _shown(source: str, target: str, issues: list[Issue]) -> str:
    return "\n".join(["---", source, target, *(f"    {i.check}: {i.message}" for i in issues)])


def _report(clean, by_check, tried, found, as_error) -> None:  # type: ignore[no-untyped-def]
    print("Injected faults            tried   found  as error")
    for kind in FAULTS:
        n = tried[kind] or 1
        print(f"{kind:24} {tried[kind]:7} {found[kind] / n:7.1%} {as_error[kind] / n:8.1%}")
    n = sum(tried[k] for k in NUMERIC) or 1
    print(
        f"{'all numeric faults':24} {n:7} {sum(found[k] for k in NUMERIC) / n:7.1%} {sum(as_error[k] for k in NUMERIC) / n:8.1%}"
    )
    print("\nClean references        segments  with error  with warning")
    total: Counter[str] = Counter()
    for name, counts in clean.items():
        total += counts
        print(
            f"{name:24} {counts['segments']:7} {counts['error'] / counts['segments']:11.2%} {counts['warning'] / counts['segments']:12.2%}"
        )
    print(
        f"{'all':24} {total['segments']:7} {total['error'] / total['segments']:11.2%} {total['warning'] / total['segments']:12.2%}"
    )
    print(
        "\nBy check: "
        + ", ".join(f"{check} {severity} {n}" for (check, severity), n in by_check.most_common())
    )


if __name__ == "__main__":
    sys.exit(main())
