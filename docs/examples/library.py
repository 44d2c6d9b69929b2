"""duizhao from Python: `python docs/examples/library.py REPORT OUT`.

Shows what a report holds before any model is asked, briefs it, and follows one line of the brief back
to the characters of the file as it was received.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from pipeline import brief, inspect, load, prove, save


def main(report: str, out: str) -> None:
    # 1. What needs no model: a second, and often all that one wants to know.
    prepared = inspect(report)
    edits = Counter(edit.rule for edit in prepared.edits)
    print(f"{prepared.source.characters} characters, script {prepared.source.script}, edits {dict(edits)}")
    print(f"{len(prepared.segments)} segments, {len(prepared.quantities)} quantities")

    # 2. The whole recipe. The model is loaded here and kept for the next report.
    document = brief(report)
    assert document.brief is not None
    print(document.brief.headline.en)

    # 3. Each line of the brief names the segments that prove it, and each segment its place.
    segments = {segment.id: segment for segment in document.segments}
    for line in document.brief.points:
        proof = segments[line.segments[0]]
        assert document.original[proof.start : proof.end] == proof.source
        print(f"- {line.en}  [{proof.id}: characters {proof.start} to {proof.end}]")

    # 4. What a person should look at.
    for issue in document.issues:
        if issue.severity == "error" and issue.waived is None:
            print(f"! {issue.segment} {issue.check}: {issue.message}")

    # 5. Files, and back: a document can be proved again from its JSON alone.
    for file in save(document, out, formats=("json", "md", "tmx")):
        print(file)
    again = prove(load(Path(out) / f"{Path(report).stem}.json"))
    assert again.quantities == document.quantities


if __name__ == "__main__":
    main(*sys.argv[1:])
