"""What a reviewer changed in our XLIFF and DOCX comes back, and nothing else changes."""

import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import asdict, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.document import (
    Bilingual,
    Brief,
    BriefLine,
    Document,
    Issue,
    Measure,
    Quantity,
    Section,
    Segment,
    Source,
    TermHit,
)  # fmt: skip
from pipeline.errors import InputError
from pipeline.read import returned
from pipeline.read.reviewed import merge_reviewed
from pipeline.traced import TracedText
from pipeline.write import as_csv, as_docx, as_tmx, as_xliff


def segment(name: str, text: str, start: int, target: str | None, **more) -> Segment:
    return Segment(
        id=name, section=None, kind="sentence", start=start, end=start + len(text), source=text, text=text,
        target=target, origin="mt" if target else None, state="translated" if target else "initial", **more,
    )  # fmt: skip


@pytest.fixture
def document():
    from decimal import Decimal

    original = "全省65户企业。\n第二句。\n第三句。"
    measure = Measure(start=2, end=5, text="65户", kind="count", value=Decimal(65))
    found = Measure(start=0, end=2, text="65", kind="count", value=Decimal(65))
    term = TermHit(zh="企业", en="enterprise", start=5, end=7, target=(3, 14), obeyed=True)
    return Document(
        source=Source(path="a.txt", sha256="0", encoding="utf-8", characters=len(original)),
        original=original,
        text=TracedText.of(original),
        segments=(
            segment("s1", "全省65户企业。", 0, "65 enterprises.", terms=(term,), paragraph=0),
            segment("s2", "第二句。", 9, "Second\x01 sentence.", paragraph=0),
            segment("s3", "第三句。", 14, None, paragraph=1),
        ),
        quantities=(
            Quantity(id="q1", segment="s1", measure=measure, start=2, end=5, target=found, verdict="proven"),
        ),
        issues=(Issue(check="repetition", severity="warning", message="again", segment="s2"),),
    )


@pytest.fixture
def saved(tmp_path):
    def save(data: bytes, name: str):
        (tmp_path / name).write_bytes(data)
        return tmp_path / name

    return save


def edited(data: bytes, part: str, old: str, new: str) -> bytes:
    """A DOCX with a replacement in one of its parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as file, zipfile.ZipFile(buffer, "w") as out:
        for name in file.namelist():
            content = file.read(name)
            if name == part:
                assert old.encode() in content
                content = content.replace(old.encode(), new.encode())
            out.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize("writer", [as_xliff, as_docx])
def test_an_untouched_file_changes_nothing(document, saved, writer):
    name = "a.xlf" if writer is as_xliff else "a.docx"
    assert merge_reviewed(document, saved(writer.render(document), name)).document == document


def test_a_changed_xliff_target_is_a_persons(document, saved):
    text = as_xliff.render(document).decode().replace("65 enterprises.", "Sixty-five firms.")
    merged = merge_reviewed(document, saved(text.encode(), "a.xlf")).document
    first = merged.segments[0]
    assert (first.target, first.origin, first.state) == ("Sixty-five firms.", "human", "reviewed")
    assert first.terms[0].target is None
    assert merged.quantities[0].verdict is None
    assert merged.segments[1:] == document.segments[1:]


def test_states_and_notes_of_xliff_come_back(document, saved):
    text = as_xliff.render(document).decode()
    text = re.sub(r'(id="s2".*?)state="translated"', r'\1state="final"', text, count=1, flags=re.S)
    text = re.sub(r'(<unit id="s1"[^>]*>)', r'\1<notes><note id="x">为什么</note></notes>', text)
    merged = merge_reviewed(document, saved(text.encode(), "a.xlf")).document
    assert merged.segments[1].state == "final"
    assert Issue(check="review.remark", severity="info", message="为什么", segment="s1") in merged.issues


def test_a_changed_docx_target_is_a_persons(document, saved):
    data = edited(as_docx.render(document), "word/document.xml", " sentence.", " phrase.")
    merged = merge_reviewed(document, saved(data, "a.docx")).document
    assert merged.segments[1].target.endswith(" phrase.")
    assert merged.segments[1].origin == "human"
    assert merged.segments[0] == document.segments[0]


def test_a_translation_that_was_missing_is_filled_in(document, saved):
    data = edited(as_docx.render(document), "word/document.xml", "not translated", "Third sentence.")
    third = merge_reviewed(document, saved(data, "a.docx")).document.segments[2]
    assert (third.target, third.origin, third.state) == ("Third sentence.", "human", "reviewed")


def test_comments_of_people_come_back_once(document, saved):
    data = edited(as_docx.render(document), "word/comments.xml", 'w:author="duizhao"', 'w:author="Ann"')
    merged = merge_reviewed(document, saved(data, "a.docx")).document
    remarks = [i for i in merged.issues if i.check == "review.remark"]
    assert [(i.segment, i.message.split(":")[0]) for i in remarks] == [("s2", "Ann")]
    assert merge_reviewed(merged, saved(data, "b.docx")).document.issues == merged.issues


def test_a_changed_source_is_not_taken_over(document, saved):
    text = as_xliff.render(document).decode().replace("第二句。", "别的句子。").replace("sentence.", "x")
    merged = merge_reviewed(document, saved(text.encode(), "a.xlf")).document
    assert merged.segments == document.segments
    assert "review.source_changed" in {issue.check for issue in merged.issues}


def test_a_file_of_another_document_is_refused(document, saved):
    text = as_xliff.render(document).decode().replace('id="s', 'id="t').replace("。", "？")
    with pytest.raises(InputError, match="not made from this document"):
        merge_reviewed(document, saved(text.encode(), "a.xlf"))


def retargeted(document: Document, name: str, target: str | None, **more) -> Document:
    """The document after somebody else changed one translation."""
    segments = tuple(replace(s, target=target, **more) if s.id == name else s for s in document.segments)
    return replace(document, segments=segments)


def review(writer, document: Document, old: str, new: str) -> bytes:
    """A file of the document, edited by hand."""
    data = writer.render(document)
    if writer is as_docx:
        return edited(data, "word/document.xml", old, new)
    assert old in data.decode()
    return data.decode().replace(old, new).encode()


WRITERS = pytest.mark.parametrize("writer", [as_xliff, as_tmx, as_csv, as_docx])


@WRITERS
def test_every_format_brings_a_changed_target_back(document, saved, writer):
    merged = merge_reviewed(document, saved(review(writer, document, " sentence.", " phrase."), "a.bin"))
    second = merged.document.segments[1]
    assert (second.target.removeprefix("Second"), second.origin) == ("\x01 phrase.", "human") or (
        writer is as_docx and second.target == "Second␁ phrase."
    )
    assert second.alternatives == (document.segments[1].target,)
    assert [(c.before.id, c.after.state) for c in merged.changes] == [("s2", "reviewed")]
    assert merged.found == ()


@WRITERS
def test_a_second_import_of_the_same_file_changes_nothing(document, saved, writer):
    path = saved(review(writer, document, " sentence.", " phrase."), "a.bin")
    once = merge_reviewed(document, path).document
    again = merge_reviewed(once, path)
    assert (again.document, again.changes, again.older) == (once, (), 0)


@WRITERS
def test_an_old_file_puts_nothing_back(document, saved, writer):
    path = saved(writer.render(document), "a.bin")
    newer = retargeted(document, "s2", "A second one.", origin="human", state="final")
    merged = merge_reviewed(newer, path)
    assert (merged.document, merged.older) == (newer, 1)


@WRITERS
@pytest.mark.parametrize("prefer", ["document", "file"])
def test_where_both_changed_neither_is_lost(document, saved, writer, prefer):
    path = saved(review(writer, document, " sentence.", " phrase."), "a.bin")
    newer = retargeted(document, "s2", "A second one.", origin="human", state="reviewed")
    merged = merge_reviewed(newer, path, prefer=prefer)
    second = merged.document.segments[1]
    assert {"A second one."} < {second.target, *second.alternatives}
    assert (second.target == "A second one.") is (prefer == "document")
    assert [i.check for i in merged.found] == ["review.conflict"]
    assert "phrase." in merged.found[0].message
    assert "A second one." in merged.found[0].message


def test_without_stamps_a_persons_words_stay(document, saved):
    text = review(as_xliff, document, " sentence.", " phrase.").decode()
    text = re.sub(r' duizhao:written="[^"]*"', "", text)
    path = saved(text.encode(), "a.xlf")
    assert merge_reviewed(document, path).document.segments[1].target.endswith("phrase.")
    newer = retargeted(document, "s2", "A second one.", origin="human")
    assert merge_reviewed(newer, path).document.segments[1].target == "A second one."


@pytest.mark.parametrize("state", ["reviewed", "final"])
def test_reading_all_of_a_file_is_a_state_of_its_translations(document, saved, state):
    merged = merge_reviewed(document, saved(as_docx.render(document), "a.docx"), state=state).document
    assert [s.state for s in merged.segments] == [state, state, "initial"]
    assert [s.origin for s in merged.segments] == ["mt", "mt", None]


def test_a_reviewer_takes_a_state_back(document, saved):
    final = retargeted(document, "s1", document.segments[0].target, state="final")
    text = as_csv.render(final).decode("utf-8-sig").replace(",final,", ",translated,")
    merged = merge_reviewed(final, saved(text.encode(), "a.csv")).document
    assert merged.segments[0].state == "translated"


def test_unknown_ids_are_told_with_their_text(document, saved):
    text = as_csv.render(document).decode("utf-8-sig") + "s99,,,,,,没有的句子。,Not there.,,,,,,\r\n"
    merged = merge_reviewed(document, saved(text.encode(), "a.csv"))
    assert merged.document.segments == document.segments
    assert [i.check for i in merged.found] == ["review.unknown_segment"]
    assert "Not there." in merged.found[0].message


def test_ids_that_moved_are_found_by_their_source(document, saved):
    moved = replace(document, segments=tuple(replace(s, id=f"x{s.id}") for s in document.segments))
    moved = replace(moved, quantities=(), issues=())
    merged = merge_reviewed(moved, saved(review(as_tmx, document, "65 enter", "Sixty-five enter"), "a.tmx"))
    assert merged.document.segments[0].target == "Sixty-five enterprises."


def test_a_row_that_lost_a_number_is_not_guessed_at(document, saved):
    """Two sentences typed into one: the words of the second may stand in the first."""
    data = as_docx.render(document)
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        text = file.read("word/document.xml").decode()
    at = text.index('w:name="target_2_')
    start = text.rindex("<w:r>", 0, text.rindex("<w:bookmarkStart", 0, at))
    end = text.index("/>", text.index("<w:bookmarkEnd", at)) + 2
    made = edited(data, "word/document.xml", text[start:end], "")
    made = edited(made, "word/document.xml", ">enterprises<", ">enterprises and a second sentence<")
    merged = merge_reviewed(document, saved(made, "a.docx"))
    assert [s.target for s in merged.document.segments] == [s.target for s in document.segments]
    assert {i.check for i in merged.found} == {"review.unclear", "review.missing_segments"}
    assert "a second sentence" in str(merged.found)


def test_what_a_person_raises_is_text(document, saved):
    raised = 'enterprises</w:t></w:r><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>2</w:t></w:r><w:r><w:t>'
    data = edited(
        as_docx.render(document), "word/document.xml", "enterprises</w:t></w:r>", raised + "</w:t></w:r>"
    )
    assert merge_reviewed(document, saved(data, "a.docx")).document.segments[0].target == "65 enterprises2."


def test_a_changed_source_in_docx_is_told(document, saved):
    data = edited(as_docx.render(document), "word/document.xml", "第二句", "第二个句子")
    merged = merge_reviewed(document, saved(data, "a.docx"))
    assert "review.source_changed" in {i.check for i in merged.found}


def test_a_changed_line_of_the_brief_is_told(document, saved):
    line = BriefLine(zh="第二句。", en="Second.", segments=("s2",))
    brief = Brief(headline=line, abstract=(line,), points=(), figures=(), sections=())
    briefed = replace(document, brief=brief)
    data = edited(as_docx.render(briefed), "word/document.xml", ">Second.<", ">Another line.<")
    found = merge_reviewed(briefed, saved(data, "a.docx")).found
    assert [(i.check, i.segment) for i in found] == [("review.brief", "s2")]
    assert "Another line." in found[0].message


def test_units_that_a_tool_cut_are_joined_again(document, saved):
    text = as_xliff.render(document).decode()
    text = re.sub(
        r'<segment[^>]*><source xml:lang="zh-Hans">第二句。</source><target xml:lang="en">[^§]*?</target></segment>',
        '<segment state="reviewed"><source>第二</source><target>A second</target></segment>'
        '<segment state="final"><source>句。</source><target> one.</target></segment>',
        text,
    )
    second = merge_reviewed(document, saved(text.encode(), "a.xlf")).document.segments[1]
    assert (second.target, second.state) == ("A second one.", "reviewed")


def test_columns_of_a_persons_own_are_remarks(document, saved):
    lines = as_csv.render(document).decode("utf-8-sig").split("\r\n")
    text = "\r\n".join([lines[0] + ",意见", lines[1] + ",好", *lines[2:]])
    merged = merge_reviewed(document, saved(text.encode("gb18030"), "a.csv"))
    assert [(i.segment, i.message) for i in merged.found] == [("s1", "意见: 好")]


def test_a_new_title_of_a_heading_is_the_sections(document, saved):
    heading = replace(
        document.segments[0], kind="heading", section="h1", text="一、总则", target="I. General"
    )
    section = Section(
        id="h1", level=1, marker="一、", title=Bilingual(zh="总则", en="General"), start=0, end=9
    )
    titled = replace(document, segments=(heading, *document.segments[1:]), sections=(section,), quantities=())
    path = saved(review(as_xliff, titled, "I. General", "I. Principles"), "a.xlf")
    assert merge_reviewed(titled, path).document.sections[0].title.en == "Principles"


@given(choices=st.lists(st.sampled_from(["keep", "mine", "theirs", "both", "same"]), min_size=3, max_size=3))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_persons_words_are_lost(document, saved, choices, monkeypatch):
    """Whoever changes what, every text that a person wrote is the target, an alternative or in a message."""
    monkeypatch.setattr("pipeline.read.reviewed.answer_apart", lambda m, *a: asdict(returned.extract(*a)))
    pairs = list(zip(document.segments, choices, strict=True))
    mine = {
        s.id: "same" if c == "same" else f"mine {s.id}" for s, c in pairs if c in ("mine", "both", "same")
    }
    theirs = {
        s.id: "same" if c == "same" else f"theirs {s.id}" for s, c in pairs if c in ("theirs", "both", "same")
    }
    file, current = document, document
    for name, text in theirs.items():
        file = retargeted(file, name, text)
    for name, text in mine.items():
        current = retargeted(current, name, text, origin="human", state="reviewed")
    rows = as_csv.render(file).decode("utf-8-sig").split("\r\n")
    stamps = [
        row[row.rindex(",") :] for row in as_csv.render(document).decode("utf-8-sig").split("\r\n")[:-1]
    ]
    rows = [row[: row.rindex(",")] + old for row, old in zip(rows, stamps, strict=False)]
    merged = merge_reviewed(current, saved("\r\n".join(rows).encode(), "a.csv"))
    for segment in merged.document.segments:
        held = {segment.target, *segment.alternatives}
        assert {mine.get(segment.id), theirs.get(segment.id)} - {None} <= held
        if segment.id in mine:
            assert segment.target == mine[segment.id]
        elif segment.id in theirs:
            assert (segment.target, segment.origin) == (theirs[segment.id], "human")


def test_tracked_changes_are_taken_as_made(document, saved):
    run = "<w:r><w:t>{}</w:t></w:r>"
    made = (
        '<w:del w:id="900" w:author="Ann"><w:r><w:delText>enterprises</w:delText></w:r></w:del>'
        f'<w:ins w:id="901" w:author="Ann">{run.format("firms")}</w:ins>'
    )
    with zipfile.ZipFile(io.BytesIO(as_docx.render(document))) as file:
        text = file.read("word/document.xml").decode()
    at = text.index(">enterprises</w:t>")
    old = text[text.rindex("<w:r>", 0, at) : text.index("</w:r>", at) + 6]
    data = edited(as_docx.render(document), "word/document.xml", old, made)
    assert merge_reviewed(document, saved(data, "a.docx")).document.segments[0].target == "65 firms."


def test_a_strict_docx_comes_back_as_well(document, saved):
    """Word's “Strict Open XML” writes other names for the same things."""
    data = edited(as_docx.render(document), "word/document.xml", " sentence.", " phrase.")
    usual = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    data = edited(data, "word/document.xml", usual, "http://purl.oclc.org/ooxml/wordprocessingml/main")
    merged = merge_reviewed(document, saved(data, "a.docx"))
    assert [c.before.id for c in merged.changes] == ["s2"]


def libreoffice(path, kind: str):
    """The file as LibreOffice saves it."""
    call = ["soffice", "--headless", "--convert-to", kind, "--outdir", path.parent / "out", path]
    subprocess.run(call, check=True, capture_output=True, timeout=120)
    return path.parent / "out" / f"{path.stem}.{kind.split(':')[0]}"


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("change", ["", "firms"])
def test_a_file_that_libreoffice_saved_brings_the_edits_alone(document, saved, tmp_path, change):
    """Opened as a document of its own kind, edited, and saved as DOCX again."""
    made = libreoffice(saved(as_docx.render(document), "a.docx"), "odt")
    if change:
        made.write_bytes(edited(made.read_bytes(), "content.xml", ">enterprises<", f">{change}<"))
    merged = merge_reviewed(document, libreoffice(made, "docx:MS Word 2007 XML"))
    assert [s.target for s in merged.document.segments] == [
        f"65 {change or 'enterprises'}.",
        *(s.target for s in document.segments[1:]),
    ]
    assert [c.before.id for c in merged.changes] == (["s1"] if change else [])
    assert merged.found == ()
