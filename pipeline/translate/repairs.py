"""Repairs of an answer that are exact and safe; each that was applied is named."""

from __future__ import annotations

import re
from collections.abc import Callable

from pipeline.prepare.quantities.match import pair
from pipeline.prepare.quantities.rewrite import english_figure
from pipeline.translate.acceptance import APPROXIMATELY, Task
from pipeline.translate.rules import ascii_punctuation, capitalised, has_chinese, titled

Repair = Callable[[Task, str], str]


def repair(task: Task, answer: str) -> tuple[str, tuple[str, ...]]:
    """The answer after all repairs, and the names of those that changed it."""
    applied = []
    for name, rule in _REPAIRS:
        mended = rule(task, answer).strip()
        if mended != answer:
            applied.append(name)
            answer = mended
    return answer, tuple(applied)


def _spaces(task: Task, answer: str) -> str:
    """One space between words, none around the text or before a comma."""
    out = re.sub(r"[ \t\u00a0\u3000]+", " ", answer).strip()
    return re.sub(r" +([,.;:!?](?:\s|$))", r"\1", out)


def _unwrap(task: Task, answer: str) -> str:
    """Quotation marks around the whole answer that the source does not have; a lone label before it."""
    out = re.sub(r"^(?:english|translation|sentence|answer)\s*:\s*", "", answer, flags=re.IGNORECASE)
    quoted = re.fullmatch(r"[\"“]([^\"“”]+)[\"”]([.]?)", out)
    if quoted and not re.match(r"[“\"「『《]", task.text):
        out = quoted[1] if quoted[1].endswith(".") else quoted[1] + quoted[2]
    return out


def _punctuation(task: Task, answer: str) -> str:
    return answer if has_chinese(answer) else ascii_punctuation(answer)


def _per_cent(task: Task, answer: str) -> str:
    """House style: 6.2 percent, never “6.2 %” or “6.2 per cent”."""
    out = re.sub(r"(?<=\d)\s+%", "%", answer)
    return re.sub(r"\bper cent\b", "percent", out)


def _grouping(task: Task, answer: str) -> str:
    """3187 enterprises → 3,187: counts of four digits and more are grouped; years and codes are not."""
    counts = {str(m.value) for m in task.measures if m.kind in ("count", "money") and m.value >= 1000}

    def group(found: re.Match[str]) -> str:
        return f"{int(found[0]):,}" if found[0] in counts else found[0]

    return re.sub(
        r"(?<![\d.,\[/-])[1-9]\d{3,}(?![\d.,\]/-]|,\d|\.\d)|(?<![\d.,\[/-])[1-9]\d{3,}(?=[.,](?:\s|$))",
        group,
        answer,
    )


def _magnitude(task: Task, answer: str) -> str:
    """2.7 million for 2.7万: the same number with the wrong power of ten, put right by value.

    Only where one quantity of the answer stands for one of the source and nothing else is wrong.
    """
    pairings = pair(task.text, task.measures, answer)
    wrong = [(p.source, p.target) for p in pairings if p.verdict == "magnitude" and p.source and p.target]
    if len(wrong) != 1:
        return answer
    source, target = wrong[0]
    figure = re.search(
        r"\d[\d,]*(?:\.\d+)?(?:\s+(?:hundred|thousand|million|billion|trillion)\b)?", target.text
    )
    if figure is None or source.upper is not None or source.kind not in ("count", "money"):
        return answer
    mended = (
        answer[: target.start + figure.start()]
        + english_figure(source.value)
        + answer[target.start + figure.end() :]
    )
    return mended if _proven(task, mended) > _proven(task, answer) else answer


def _proven(task: Task, answer: str) -> int:
    return sum(pairing.verdict == "proven" for pairing in pair(task.text, task.measures, answer))


# The unit that a model knows better in the place of one that it does not.
_LOCAL_UNITS = {
    "斤": ("jin", re.compile(r"(?:kilograms?|kgs?|pounds?|tons?)\b", re.IGNORECASE)),
    "亩": ("mu", re.compile(r"(?:hectares?|ha|acres?)\b", re.IGNORECASE)),
}


def _unit(task: Task, answer: str) -> str:
    """760亿斤 as 76 billion kilograms: the right number with another unit gets its own again."""
    if not any(measure.unit in _LOCAL_UNITS for measure in task.measures):
        return answer
    pairings = pair(task.text, task.measures, answer)
    lost = [
        p.source for p in pairings if p.verdict == "missing" and p.source and p.source.unit in _LOCAL_UNITS
    ]
    new = [p.target for p in pairings if p.verdict == "extra" and p.target]
    for source in lost:
        name, others = _LOCAL_UNITS[source.unit]
        same = [m for m in new if m.value == source.value and others.search(m.text)]
        if len(same) != 1:
            continue
        found = others.search(answer, same[0].start)
        if found is not None:
            mended = answer[: found.start()] + name + answer[found.end() :]
            return mended if _proven(task, mended) > _proven(task, answer) else answer
    return answer


_YEAR_BEFORE_NAME = re.compile(r"\b([Tt]he) ((?:19|20)\d\d) (?=[A-Z])")


def _invented_year(task: Task, answer: str) -> str:
    """“The 2017 Games” where the source has no year: what a model knows, or believes, of other games."""
    for found in _YEAR_BEFORE_NAME.finditer(answer):
        if found[2] in task.text or any(
            p.verdict == "missing" for p in pair(task.text, task.measures, answer)
        ):
            continue
        mended = f"{answer[: found.start()]}{found[1]} {answer[found.end() :]}"
        if _invented(task, mended) < _invented(task, answer):
            return mended
    return answer


def _invented(task: Task, answer: str) -> int:
    return sum(pairing.verdict == "extra" for pairing in pair(task.text, task.measures, answer))


def _approximation(task: Task, answer: str) -> str:
    """2000多个 as 2,000: the figure is right, “more than” is put before it.

    Only where the answer says the figure with no approximation of its own; from the right, so
    that the places of the others hold.
    """
    lost = [
        (pairing.source, pairing.target)
        for pairing in pair(task.text, task.measures, answer)
        if pairing.verdict == "approximator" and pairing.source and pairing.target
    ]
    for source, target in sorted(lost, key=lambda places: -places[1].start):
        before = answer[: target.start]
        if source.approximator is None or target.approximator is not None or before.endswith(("-", "–")):
            continue
        words = APPROXIMATELY[source.approximator]
        figure = answer[target.start :]
        if figure[:1].isalpha() and not before.strip():
            figure = figure[0].lower() + figure[1:]
        mended = f"{before}{words} {figure}"
        if _proven(task, mended) > _proven(task, answer):
            answer = mended
    return answer


def _capital(task: Task, answer: str) -> str:
    return titled(answer) if task.kind == "heading" else capitalised(answer)


_FULL_STOP = re.compile(r"[。！？；]$")


def _end(task: Task, answer: str) -> str:
    """A sentence ends with its mark; a heading has none."""
    if task.kind == "heading" and task.text[-1:] not in "：:！？":
        return re.sub(r"(?<!\b[A-Z])(?<!\betc)(?<!\bNo)[.,;]$", "", answer)
    if not answer or task.text[-1:] in "：:":
        return re.sub(r"[.,;]$", "", answer) + (":" if answer and answer[-1] not in ":：" else "")
    if _FULL_STOP.search(task.text):
        mark = {"。": ".", "！": "!", "？": "?", "；": ";"}[task.text[-1]]
        if re.search(r"[.!?;][\"”’)\]]*$", answer):
            return re.sub(r"\.$", ";", answer) if mark == ";" else answer
        return re.sub(r"[,:]$", "", answer) + mark
    if task.text[-1:] in "，,、":
        return re.sub(r"\.$", ",", answer)
    if re.search(r"[\u3400-\u9fff”》）0-9]$", task.text) and not re.search(r"[。；！？]", task.text):
        return re.sub(r"(?<!\b[A-Z])(?<!\betc)(?<!\bNo)\.$", "", answer)
    return answer


_WE = re.compile(r"^We (?:will|shall|must|should|need to) (?!not\b)(?=[a-z])")


def _no_subject(task: Task, answer: str) -> str:
    """A heading that names nobody is a title: “Deepen reform” for “We will deepen reform”."""
    if task.kind != "heading" or re.search("我[们国省市县]", task.text):
        return answer
    return _WE.sub("", answer)


_REPAIRS: tuple[tuple[str, Repair], ...] = (
    ("spaces", _spaces),
    ("unwrapped", _unwrap),
    ("punctuation", _punctuation),
    ("percent", _per_cent),
    ("grouping", _grouping),
    ("magnitude", _magnitude),
    ("unit", _unit),
    ("invented-year", _invented_year),
    ("approximation", _approximation),
    ("no-subject", _no_subject),
    ("end", _end),
    ("capital", _capital),
)
