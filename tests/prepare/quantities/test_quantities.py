"""The step that lists the quantities of a document with their places in the original."""

from __future__ import annotations

from dataclasses import replace

from pipeline.document import Document, Segment, Source
from pipeline.prepare.quantities import find_quantities
from pipeline.traced import Change, TracedText


def document(original: str, text: TracedText, *spans: tuple[int, int]) -> Document:
    """A document with one segment for each span of the working text."""
    segments = []
    for n, (start, end) in enumerate(spans, start=1):
        first, last = text.origin(start, end)
        segments.append(
            Segment(
                id=f"s{n}", section=None, kind="sentence", start=first, end=last,
                source=original[first:last], text=text.text[start:end],
            )
        )  # fmt: skip
    source = Source(path="a.txt", sha256="", encoding="utf-8", characters=len(original))
    return Document(source=source, original=original, text=text, segments=tuple(segments))


def test_places_are_those_of_the_original() -> None:
    original = "統(tǒng)籌39個縣。深入59個鄉(xiāng)鎮(zhèn)和39個開發區。"
    text = TracedText.of(original).replace(
        [Change(1, 7, ""), Change(original.index("(x"), original.index("鎮"), ""), Change(original.index("(zh"), original.index("和"), "")]
    )  # fmt: skip
    text = text.converted("统筹39个县。深入59个乡镇和39个开发区。")
    end = text.text.index("。") + 1
    found = find_quantities(document(original, text, (0, end), (end, len(text))))
    assert [q.id for q in found.quantities] == ["q1", "q2", "q3"]
    assert [q.segment for q in found.quantities] == ["s1", "s2", "s2"]
    assert [original[q.start : q.end] for q in found.quantities] == ["39個", "59個", "39個"]


def test_a_text_of_another_origin_points_to_its_segment() -> None:
    text = TracedText.of("共3个。")
    made = document("共3个。", text, (0, 4))
    other = replace(made, segments=(replace(made.segments[0], text="共有12个。"),))
    (found,) = find_quantities(other).quantities
    assert (found.start, found.end) == (0, 4)


def test_no_segments_no_quantities() -> None:
    assert find_quantities(document("", TracedText.of(""))).quantities == ()
