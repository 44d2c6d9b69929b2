"""DOCX that Word and LibreOffice open: brief, figures, two columns, comments."""

import io
import shutil
import subprocess
from dataclasses import replace

import docx
import pytest
from docx.oxml.ns import qn

from pipeline.write.as_docx import render


@pytest.fixture(scope="module")
def book(document):
    return docx.Document(io.BytesIO(render(document)))


def everything(book) -> str:
    return "\n".join(
        "".join(t.text or "" for t in p.iter(qn("w:t"))) for p in book.element.body.iter(qn("w:p"))
    )


def test_every_segment_stands_in_both_languages(book, document):
    runs = "".join(
        "".join(t.text or "" for t in run.iter(qn("w:t")))
        for run in book.element.body.iter(qn("w:r"))
        if run.find(f"{qn('w:rPr')}/{qn('w:vertAlign')}") is None
    )
    for segment in document.segments:
        assert segment.text in runs
        assert segment.target is None or segment.target in runs


def test_headings_make_an_outline(book):
    styles = [(p.style.name, p.text) for p in book.paragraphs if p.style.name.startswith("Heading")]
    names = [text for name, text in styles if name == "Heading 1"]
    assert names[:3] == ["Brief", "Figures", "Text"]
    assert any("implied by the numbering" in text for _, text in styles)


def test_open_issues_are_comments_and_waived_ones_are_not(book, document):
    texts = [comment.text for comment in book.comments]
    open_ones = [i for i in document.issues if i.segment and i.waived is None]
    assert len(texts) == len(open_ones) == 3
    assert any("115 of the source" in text for text in texts)
    ranges = [e.get(qn("w:id")) for e in book.element.body.iter(qn("w:commentRangeStart"))]
    assert sorted(ranges) == sorted(str(comment.comment_id) for comment in book.comments)


def test_references_lead_to_bookmarks(book):
    marks = {e.get(qn("w:name")) for e in book.element.body.iter(qn("w:bookmarkStart"))}
    links = {e.get(qn("w:anchor")) for e in book.element.body.iter(qn("w:hyperlink"))}
    assert links
    assert links <= marks


def test_bookmarked_targets_are_the_translations(book, document):
    paragraphs = {}
    for start in book.element.body.iter(qn("w:bookmarkStart")):
        words, place = "", start.getnext()
        while place.tag != qn("w:bookmarkEnd"):
            if place.tag == qn("w:r") and place.find(f"{qn('w:rPr')}/{qn('w:vertAlign')}") is None:
                words += "".join(t.text or "" for t in place.iter(qn("w:t")))
            place = place.getnext()
        assert place.get(qn("w:id")) == start.get(qn("w:id"))
        name, _, _stamp = start.get(qn("w:name")).rpartition("_")
        paragraphs[name if name.startswith("target") else start.get(qn("w:name"))] = words
    for n, segment in enumerate(document.segments, 1):
        assert paragraphs[f"target_{n}"] == (segment.target or "not translated")


def test_control_characters_are_shown(hostile):
    assert "␁" in everything(docx.Document(io.BytesIO(render(hostile))))


def test_document_without_brief_and_text_opens(document):
    empty = replace(document, segments=(), sections=(), quantities=(), issues=(), brief=None)
    docx.Document(io.BytesIO(render(empty)))


@pytest.mark.skipif(shutil.which("soffice") is None, reason="no LibreOffice on this machine")
def test_libreoffice_opens_it(document, tmp_path):
    file = tmp_path / "report.docx"
    file.write_bytes(render(document))
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    command = [
        "soffice",
        home,
        "--headless",
        "--convert-to",
        "txt:Text",
        "--outdir",
        str(tmp_path),
        str(file),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=600)
    assert "more than 150,000" in (tmp_path / "report.txt").read_text("utf-8-sig")
