"""The report of the checks: issues and the ledger as text, JSON, HTML or SARIF."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any
from unicodedata import east_asian_width
from urllib.parse import quote

from pipeline.check.derived import Claim, document_claims
from pipeline.check.registry import ALL_CHECKS
from pipeline.document import Document, Issue, Measure, Quantity, Severity
from pipeline.errors import UsageError

FORMATS = ("text", "json", "html", "sarif")
_SARIF_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_VERDICTS = {None: "not translated", "approximator": "approximation"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the ledger, ready to print: source, value, translation, verdict, where."""

    source: str
    value: str
    translation: str
    verdict: str
    where: str


def render(documents: Sequence[Document], format_: str = "text") -> str:
    """The report of checked documents in one of `FORMATS`.

    Raises:  UsageError: no such format.
    """
    writers: dict[str, Callable[[Sequence[Document]], str]] = {
        "text": _text,
        "json": _json,
        "html": _html,
        "sarif": _sarif,
    }
    if format_ not in writers:
        raise UsageError(f"no report format {format_!r}: there are {', '.join(FORMATS)}")
    return writers[format_](documents)


def ledger(document: Document) -> tuple[Line, ...]:
    """Every quantity of a document as a line, in the order of the text."""
    return tuple(_line(quantity) for quantity in document.quantities)


def _line(quantity: Quantity) -> Line:
    shown = quantity.measure or quantity.target
    return Line(
        source=quantity.measure.text if quantity.measure else "",
        value=value_text(shown) if shown else "",
        translation=quantity.target.text if quantity.target else "",
        verdict=_VERDICTS.get(quantity.verdict, quantity.verdict or ""),
        where=f"{quantity.segment} [{quantity.start}:{quantity.end}]",
    )


def value_text(measure: Measure) -> str:
    """A value as a person writes it: ≈ 3,000 名, 3–5 年, 2018-10-04."""
    if measure.date and measure.kind != "document":
        upper = f"/{measure.upper:f}" if measure.upper is not None else ""
        return f"{measure.date}{upper}"
    if measure.kind == "ordinal":
        return _ordinal(measure)
    sign = {"about": "≈ ", "nearly": "≲ ", "over": "> ", "under": "< ", "at_least": "≥ ", "at_most": "≤ "}
    before = sign.get(measure.approximator or "", "")
    joint = measure.unit if measure.unit.startswith(":") else "–"
    number = f"{measure.value:,f}" if len(f"{measure.value:f}") < 16 else f"{measure.value:.6g}"
    if measure.upper is not None:
        number += f"{joint}{measure.upper:,f}"
    unit = (
        "" if measure.unit.startswith(":") or measure.unit == "fraction" else measure.unit.removeprefix("+")
    )
    return f"{before}{number}{'' if unit in ('%', '‰') or not unit else ' '}{unit}"


def _ordinal(measure: Measure) -> str:
    """19th, Article 3."""
    n = int(measure.value)
    ending = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n:,}{ending}"


# Text ---------------------------------------------------------------------------------------------


def _text(documents: Sequence[Document]) -> str:
    return "\n\n".join(_text_of(document) for document in documents)


def _text_of(document: Document) -> str:
    parts = [f"{document.source.path}: {_summary(document)}"]
    open_issues = sorted((issue for issue in document.issues if not issue.waived), key=_gravity)
    parts += [_issue_text(issue) for issue in open_issues]
    waived = [issue for issue in document.issues if issue.waived]
    if waived:
        parts += ["", "Waived"] + [f"{_issue_text(issue)}  [{issue.waived}]" for issue in waived]
    lines = ledger(document)
    if lines:
        parts += ["", "Ledger", *_table(lines)]
    claims = document_claims(document)
    if claims:
        parts += ["", "Derived claims", *(_claim_text(segment, claim) for segment, claim in claims)]
    return "\n".join(parts)


def _summary(document: Document) -> str:
    counts = Counter(issue.severity for issue in document.issues if not issue.waived)
    verdicts = Counter(_VERDICTS.get(q.verdict, q.verdict) for q in document.quantities)
    quantities = ", ".join(f"{n} {verdict}" for verdict, n in verdicts.most_common())
    severities = ", ".join(_plural(counts[severity], name) for severity, name in _SEVERITY_NAMES)
    return f"{severities}; {_plural(len(document.quantities), 'quantity')}{f' ({quantities})' if quantities else ''}"


_SEVERITY_NAMES: tuple[tuple[Severity, str], ...] = (
    ("error", "error"),
    ("warning", "warning"),
    ("info", "note"),
)


def _plural(n: int, noun: str) -> str:
    if n == 1:
        return f"1 {noun}"
    return f"{n} {noun[:-1]}ies" if noun.endswith("y") else f"{n} {noun}s"


def _issue_text(issue: Issue) -> str:
    where = issue.segment or (f"{issue.start}:{issue.end}" if issue.start is not None else "-")
    return f"{issue.severity:7}  {where:>6}  {issue.check}: {issue.message}"


def _claim_text(segment: str, claim: Claim) -> str:
    verdict = "holds" if claim.holds else "DOES NOT HOLD"
    return f"{segment:>6}  {verdict}: {claim.text} (computed: {claim.computed:.4g})"


def _table(lines: Sequence[Line]) -> list[str]:
    rows = [("source", "value", "translation", "verdict", "where")]
    rows += [(x.source, x.value, x.translation, x.verdict, x.where) for x in lines]
    widths = [min(36, max(_width(row[i]) for row in rows)) for i in range(5)]
    return [
        "  ".join(_padded(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _width(text: str) -> int:
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


# JSON ---------------------------------------------------------------------------------------------


def _json(documents: Sequence[Document]) -> str:
    return json.dumps([_json_of(document) for document in documents], ensure_ascii=False, indent=2)


def _json_of(document: Document) -> dict[str, Any]:
    return {
        "path": document.source.path,
        "issues": [
            {
                "check": i.check,
                "severity": i.severity,
                "segment": i.segment,
                "message": i.message,
                "span": i.span,
                "waived": i.waived,
            }
            for i in document.issues
        ],
        "ledger": [
            {
                "source": x.source,
                "value": str(shown.value) if shown else None,
                "shown": x.value,
                "unit": shown.unit if shown else "",
                "kind": shown.kind if shown else None,
                "translation": x.translation,
                "verdict": q.verdict,
                "segment": q.segment,
                "start": q.start,
                "end": q.end,
            }
            for q, x in zip(document.quantities, ledger(document), strict=True)
            for shown in [q.measure or q.target]
        ],
        "claims": [
            {"segment": s, "text": c.text, "computed": f"{c.computed:.6g}", "holds": c.holds}
            for s, c in document_claims(document)
        ],
    }


# HTML ---------------------------------------------------------------------------------------------

_STYLE = """body{font:15px/1.5 "Source Serif 4",Georgia,"Noto Serif CJK SC","Songti SC",serif;max-width:70em;margin:2em auto;padding:0 1em;color:#222}
table{border-collapse:collapse;width:100%;margin:.5em 0 2em}th,td{text-align:left;padding:.25em .6em;border-bottom:1px solid #ddd;vertical-align:top}
th{font-weight:600;border-bottom:2px solid #999}.error{color:#a40000;font-weight:600}.warning{color:#8a5a00}.info{color:#555}
.proven{color:#1a6b2f}.missing,.extra,.magnitude{color:#a40000;font-weight:600}.approximation{color:#8a5a00}.waived{opacity:.6}
mark{background:#fff3bf;color:inherit;padding:0 .15em}.ledger td:nth-child(2){white-space:nowrap;text-align:right}.ledger td:last-child{white-space:nowrap;color:#555}
@media(prefers-color-scheme:dark){body{background:#161616;color:#ddd}th,td{border-color:#444}a{color:#8ab4f8}mark{background:#54491a}
.error,.missing,.extra,.magnitude{color:#ff8a80}.warning,.approximation{color:#e6b450}.info,.ledger td:last-child{color:#aaa}.proven{color:#7ccf8f}}"""


def _html(documents: Sequence[Document]) -> str:
    body = "\n".join(_html_of(document) for document in documents)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Report of the checks</title>'
        f"<style>{_STYLE}</style></head><body>\n<h1>Report of the checks</h1>\n{body}\n</body></html>\n"
    )


def _html_of(document: Document) -> str:
    """Issues, the gravest first, then the ledger and the claims, with links to each at the top."""
    issues = [
        (i.severity, i.segment or "", i.check, i.message + (f" — waived: {i.waived}" if i.waived else ""))
        for i in sorted(document.issues, key=_gravity)
    ]
    claims = [
        (s, c.text, f"{c.computed:.4g}", "holds" if c.holds else "does not hold")
        for s, c in document_claims(document)
    ]
    tables = {
        "Issues": _html_table(("severity", "segment", "check", "message"), issues, css=0) if issues else "",
        "Ledger": _html_ledger(document) if document.quantities else "",
        "Derived claims": _html_table(("segment", "claim", "computed", "verdict"), claims, css=3) if claims else "",
    }  # fmt: skip
    anchor = hashlib.sha256(document.source.path.encode()).hexdigest()[:8]
    links = " · ".join(
        f'<a href="#{anchor}-{n}">{name}</a>' for n, (name, t) in enumerate(tables.items()) if t
    )
    parts = [f"<h2>{escape(document.source.path)}</h2><p>{escape(_summary(document))}</p><p>{links}</p>"]
    parts += [f'<h3 id="{anchor}-{n}">{name}</h3>{t}' for n, (name, t) in enumerate(tables.items()) if t]
    return "\n".join(parts)


def _gravity(issue: Issue) -> tuple[bool, int]:
    return bool(issue.waived), [severity for severity, _ in _SEVERITY_NAMES].index(issue.severity)


def _html_ledger(document: Document) -> str:
    """The ledger with the words around each figure, so that nobody needs to look them up."""
    segments = {segment.id: segment for segment in document.segments}
    rows = []
    for quantity, line in zip(document.quantities, ledger(document), strict=True):
        segment = segments.get(quantity.segment)
        cells = (
            _around(segment.text if segment else "", quantity.measure, _AROUND_ZH),
            escape(line.value),
            _around((segment.target or "") if segment else "", quantity.target, _AROUND_EN),
            f'<span class="{escape(line.verdict)}">{escape(line.verdict)}</span>',
            escape(line.where),
        )
        rows.append(f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>")
    head = "".join(f"<th>{name}</th>" for name in ("source", "value", "translation", "verdict", "where"))
    return "\n".join([f'<table class="ledger"><tr>{head}</tr>', *rows, "</table>"])


_AROUND_ZH, _AROUND_EN = 8, 24


def _around(text: str, measure: Measure | None, most: int) -> str:
    """A figure, marked, between the words beside it; the figure alone where the text is not that of its place."""
    if measure is None:
        return "—"
    at = measure.start, measure.end
    if " … " not in measure.text and text[slice(*at)] != measure.text:
        return f"<mark>{escape(measure.text)}</mark>"
    before, after = text[max(0, at[0] - most) : at[0]], text[at[1] : at[1] + most]
    if at[0] > most:
        before = "…" + (before.partition(" ")[2] if " " in before else before)
    if at[1] + most < len(text):
        after = (after.rpartition(" ")[0] if " " in after else after) + "…"
    return f"{escape(before)}<mark>{escape(text[slice(*at)])}</mark>{escape(after)}"


def _html_table(head: Sequence[str], rows: Sequence[Sequence[str]], *, css: int) -> str:
    """A table; cell number `css` of a row names the class of that cell."""
    lines = ["<table><tr>" + "".join(f"<th>{escape(name)}</th>" for name in head) + "</tr>"]
    for row in rows:
        cells = [
            f'<td class="{escape(cell)}">{escape(cell)}</td>' if i == css else f"<td>{escape(cell)}</td>"
            for i, cell in enumerate(row)
        ]
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return "\n".join([*lines, "</table>"])


# SARIF --------------------------------------------------------------------------------------------


def _sarif(documents: Sequence[Document]) -> str:
    """SARIF 2.1.0 (OASIS, 27 March 2020): one run, a rule for each check, regions as characters of the source."""
    rules: list[dict[str, Any]] = [
        {
            "id": check.code,
            "shortDescription": {"text": check.description},
            "help": {"text": f"Example: {check.example[0]} | {check.example[1]}"},
            "defaultConfiguration": {"level": _SARIF_LEVELS[check.severity]},
        }
        for check in ALL_CHECKS
    ]
    known = {rule["id"] for rule in rules}
    others = sorted({i.check for d in documents for i in d.issues} - known)
    rules += [
        {"id": code, "shortDescription": {"text": f"Found before translation: {code}."}} for code in others
    ]
    index = {rule["id"]: n for n, rule in enumerate(rules)}
    run = {
        "tool": {
            "driver": {
                "name": "duizhao",
                "version": documents[0].run.version or "0" if documents else "0",
                "rules": rules,
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(d, i, index[i.check]) for d in documents for i in d.issues],
    }
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }
    return json.dumps(log, ensure_ascii=False, indent=2)


def _sarif_result(document: Document, issue: Issue, rule: int) -> dict[str, Any]:
    segments = {segment.id: segment for segment in document.segments}
    segment = segments.get(issue.segment or "")
    start = segment.start if segment else issue.start
    end = segment.end if segment else issue.end
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(document.source.path)}}
    if start is not None and end is not None:
        physical["region"] = {"charOffset": start, "charLength": max(0, end - start)}
    location: dict[str, Any] = {"physicalLocation": physical}
    if segment:
        location["logicalLocations"] = [{"name": segment.id, "kind": "segment"}]
    result: dict[str, Any] = {
        "ruleId": issue.check,
        "ruleIndex": rule,
        "level": _SARIF_LEVELS[issue.severity],
        "message": {"text": issue.message},
        "locations": [location],
    }
    if issue.waived:
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": issue.waived}]
    return result


def _uri(path: str) -> str:
    return quote(path.replace("\\", "/"))
