"""The report of a job: one HTML file with inline SVG plots, which asks nothing of any network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from pipeline.store.jobs import Event, Job, Work
from pipeline.translate.step import RUNG_WORDS

WIDTH, HEIGHT, PAD = 720, 200, 44
MAX_BARS = 20
MAX_FAILURES = 200
STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; color: #1b1f24;
  background: #fff; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .25rem .6rem .25rem 0;
  border-bottom: 1px solid #d8dee4; vertical-align: top; overflow-wrap: anywhere; } td.n { text-align: right;
  font-variant-numeric: tabular-nums; }
svg { width: 100%; height: auto; } svg text { font: 12px system-ui, sans-serif; fill: currentColor; }
.axis { stroke: #8c959f; } .line { fill: none; stroke: #0b62c4; stroke-width: 2; } .bar { fill: #0b62c4; }
.bar.error { fill: #b42318; } .bar.warning { fill: #9a6700; }
@media (prefers-color-scheme: dark) { body { background: #15181c; color: #e6edf3; } th, td { border-color: #3a4149; }
  .line { stroke: #6cb0ff; } .bar { fill: #6cb0ff; } .bar.error { fill: #ff8f85; } .bar.warning { fill: #e0b341; } }
"""


@dataclass(frozen=True, slots=True)
class Sums:
    """What all finished documents of a job come to."""

    documents: Counter[str]
    counts: Counter[str]
    rungs: Counter[str]
    issues: Counter[tuple[str, str]]


def sums(rows: Sequence[Work]) -> Sums:
    """Add up the figures of documents."""
    counts, rungs, issues = Counter[str](), Counter[str](), Counter[tuple[str, str]]()
    for row in rows:
        for name in ("characters", "segments", "figures", "proven", "memory_hits"):
            counts[name] += row.counts.get(name, 0)
        rungs.update(row.counts.get("rungs", {}))
        for severity, found in row.counts.get("issues", {}).items():
            issues.update({(severity, check): n for check, n in found.items()})
    return Sums(Counter(row.state for row in rows), counts, rungs, issues)


def report(job: Job, rows: Sequence[Work], events: Sequence[Event]) -> str:
    """The whole page."""
    total = sums(rows)
    failed = [row for row in rows if row.state == "failed"]
    body = [
        f"<h1>Job {escape(job.name)}: {escape(job.state)}</h1>",
        _summary(job, total, events),
        "<h2>Throughput</h2>",
        throughput_plot(events),
        "<h2>Issues by check</h2>",
        bars([(check, n, severity) for (severity, check), n in total.issues.most_common(MAX_BARS)], "issues"),
        "<h2>Segments by rung of the ladder</h2>",
        bars([(RUNG_WORDS.get(rung, rung), n, "") for rung, n in total.rungs.most_common()], "segments"),
        f"<h2>Failed documents ({len(failed)})</h2>",
        _failures(failed),
        "<h2>Runs</h2>",
        _runs(events),
    ]
    head = f'<meta charset="utf-8"><title>Job {escape(job.name)}</title><style>{STYLE}</style>'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{"".join(body)}</body></html>\n'


def _summary(job: Job, total: Sums, events: Sequence[Event]) -> str:
    batches = [event.body for event in events if event.kind == "batch"]
    computed, asked = (sum(body.get(name, 0) for body in batches) for name in ("computed", "asked"))
    ends = [event.body for event in events if event.kind in ("job_finished", "job_stopped", "job_cancelled")]
    seconds = sum(body.get("seconds", 0.0) for body in ends)
    counts = total.counts
    lines = [
        ("Folder", job.output),
        ("Model", ", ".join(job.settings.get("models", []))),
        ("Documents", ", ".join(f"{n:,} {state}" for state, n in sorted(total.documents.items()))),
        ("Segments", f"{counts['segments']:,} ({counts['characters']:,} characters)"),
        ("Figures proven", f"{counts['proven']:,} of {counts['figures']:,}"),
        ("Answers", f"{computed:,} computed, {asked - computed:,} had before"),
        ("Tokens", f"{sum(b.get('source_pieces', 0) + b.get('target_pieces', 0) for b in batches):,}"),
        ("From the memory", f"{counts['memory_hits']:,} segments"),
        ("Time at work", f"{seconds:,.0f} s in {job.runs} run{'s' if job.runs > 1 else ''}"),
        (
            "Most memory of a worker",
            f"{max((b.get('peak_bytes', 0) for b in batches), default=0) / 1e6:,.0f} MB",
        ),
    ]
    return _table([], [[escape(name), escape(text)] for name, text in lines])


def throughput_plot(events: Sequence[Event]) -> str:
    """Answers computed a second over time, a point a batch; pauses between runs are left out."""
    points, clock, last = list[tuple[float, float]](), 0.0, None
    for event in events:
        now = datetime.fromisoformat(event.at)
        if event.kind == "job_started":
            last = now
        elif event.kind == "batch" and last is not None:
            passed = (now - last).total_seconds()
            clock, last = clock + passed, now
            if passed > 0:
                points.append((clock, event.body.get("computed", 0) / passed))
    if not points:
        return "<p>No batch has finished yet.</p>"
    points.insert(0, (0.0, points[0][1]))
    top = max(rate for _, rate in points) or 1.0
    inner_width, inner_height = WIDTH - 2 * PAD, HEIGHT - 2 * PAD
    places = " ".join(
        f"{PAD + inner_width * at / clock:.1f},{HEIGHT - PAD - inner_height * rate / top:.1f}"
        for at, rate in points
    )
    base = HEIGHT - PAD
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="Answers a second over {clock:.0f} seconds">'
        f'<line class="axis" x1="{PAD}" y1="{base}" x2="{WIDTH - PAD}" y2="{base}"/>'
        f'<line class="axis" x1="{PAD}" y1="{PAD}" x2="{PAD}" y2="{base}"/>'
        f'<polyline class="line" points="{places}"/>'
        f'<text x="{PAD}" y="{PAD - 10}">{top:.1f} answers/s</text>'
        f'<text x="{PAD}" y="{base + 18}">0</text>'
        f'<text x="{WIDTH - PAD}" y="{base + 18}" text-anchor="end">{clock:.0f} s at work</text></svg>'
    )


def bars(values: Sequence[tuple[str, int, str]], unit: str) -> str:
    """Horizontal bars with their names and numbers; the third of a value is its class."""
    if not values:
        return "<p>None.</p>"
    top, row, left = max(n for _, n, _ in values), 22, 190
    lines = []
    for at, (name, n, kind) in enumerate(values):
        width = (WIDTH - left - 80) * n / top
        label = f"{name} ({kind})" if kind else name
        y = at * row
        lines.append(
            f'<text x="{left - 8}" y="{y + 15}" text-anchor="end">{escape(label)}</text>'
            f'<rect class="bar {escape(kind)}" x="{left}" y="{y + 4}" width="{width:.1f}" height="{row - 8}"/>'
            f'<text x="{left + width + 6:.1f}" y="{y + 15}">{n:,}</text>'
        )
    height = row * len(values)
    return f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{unit}">{"".join(lines)}</svg>'


def _failures(rows: Sequence[Work]) -> str:
    if not rows:
        return "<p>None.</p>"
    shown = [[escape(row.path), escape(row.reason)] for row in rows[:MAX_FAILURES]]
    more = f"<p>and {len(rows) - MAX_FAILURES:,} more</p>" if len(rows) > MAX_FAILURES else ""
    return _table(["File", "Reason"], shown) + more


def _runs(events: Sequence[Event]) -> str:
    kept = [e for e in events if e.kind.startswith("job_") or e.kind == "worker_died"]
    rows = [[escape(e.at), escape(e.kind), escape(_words(e))] for e in kept]
    return _table(["At (UTC)", "Event", ""], rows)


def _words(event: Event) -> str:
    names = ("engine", "workers", "documents", "waiting", "done", "failed", "seconds", "why")
    return ", ".join(f"{name} {event.body[name]}" for name in names if name in event.body)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    top = f"<tr>{''.join(f'<th>{name}</th>' for name in head)}</tr>" if head else ""
    return f"<table>{top}{''.join('<tr>' + ''.join(f'<td>{c}</td>' for c in row) + '</tr>' for row in rows)}</table>"
