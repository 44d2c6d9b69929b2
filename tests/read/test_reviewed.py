"""What a reviewer changed in our XLIFF and DOCX comes back, and nothing else changes."""

import io
import re
import shutil
import subprocess
import zipfile

import pytest

from pipeline.document import Document, Issue, Measure, Quantity, Segment, Source, TermHit
from pipeline.errors import InputError
from pipeline.read.reviewed import merge_reviewed
from pipeline.traced import TracedText
from pipeline.write import as_docx, as_xliff


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
    assert merge_reviewed(document, saved(writer.render(document), name)) == document


def test_a_changed_xliff_target_is_a_persons(document, saved):
    text = as_xliff.render(document).decode().replace("65 enterprises.", "Sixty-five firms.")
    merged = merge_reviewed(document, saved(text.encode(), "a.xlf"))
    first = merged.segments[0]
    assert (first.target, first.origin, first.state) == ("Sixty-five firms.", "human", "reviewed")
    assert first.terms[0].target is None
    assert merged.quantities[0].verdict is None
    assert merged.segments[1:] == document.segments[1:]


def test_states_and_notes_of_xliff_come_back(document, saved):
    text = as_xliff.render(document).decode()
    text = re.sub(r'(id="s2".*?)state="translated"', r'\1state="final"', text, count=1, flags=re.S)
    text = text.replace(
        '<unit id="s1" type="duizhao:sentence">', '<unit id="s1"><notes><note id="x">为什么</note></notes>'
    )
    merged = merge_reviewed(document, saved(text.encode(), "a.xlf"))
    assert merged.segments[1].state == "final"
    assert Issue(check="review.remark", severity="info", message="为什么", segment="s1") in merged.issues


def test_a_changed_docx_target_is_a_persons(document, saved):
    data = edited(as_docx.render(document), "word/document.xml", " sentence.", " phrase.")
    merged = merge_reviewed(document, saved(data, "a.docx"))
    assert merged.segments[1].target.endswith(" phrase.")
    assert merged.segments[1].origin == "human"
    assert merged.segments[0] == document.segments[0]


def test_a_translation_that_was_missing_is_filled_in(document, saved):
    data = edited(as_docx.render(document), "word/document.xml", "not translated", "Third sentence.")
    third = merge_reviewed(document, saved(data, "a.docx")).segments[2]
    assert (third.target, third.origin, third.state) == ("Third sentence.", "human", "reviewed")


def test_comments_of_people_come_back_once(document, saved):
    data = edited(as_docx.render(document), "word/comments.xml", 'w:author="duizhao"', 'w:author="Ann"')
    merged = merge_reviewed(document, saved(data, "a.docx"))
    remarks = [i for i in merged.issues if i.check == "review.remark"]
    assert [(i.segment, i.message.split(":")[0]) for i in remarks] == [("s2", "Ann")]
    assert merge_reviewed(merged, saved(data, "b.docx")).issues == merged.issues


def test_a_changed_source_is_not_taken_over(document, saved):
    text = as_xliff.render(document).decode().replace("第二句。", "别的句子。").replace("sentence.", "x")
    merged = merge_reviewed(document, saved(text.encode(), "a.xlf"))
    assert merged.segments == document.segments
    assert "review.source_changed" in {issue.check for issue in merged.issues}


def test_a_file_of_another_document_is_refused(document, saved):
    text = as_xliff.render(document).decode().replace('id="s', 'id="t')
    with pytest.raises(InputError, match="not made from this document"):
        merge_reviewed(document, saved(text.encode(), "a.xlf"))


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_file_that_libreoffice_saved_changes_nothing(document, saved, tmp_path):
    path = saved(as_docx.render(document), "a.docx")
    out = tmp_path / "out"
    call = ["soffice", "--headless", "--convert-to", "docx:MS Word 2007 XML", "--outdir", out, path]
    subprocess.run(call, check=True, capture_output=True, timeout=120)
    merged = merge_reviewed(document, out / "a.docx")
    assert [s.target for s in merged.segments] == [s.target for s in document.segments]
