"""PDF with every word in it, fonts embedded; without a Chinese font a sentence and no file."""

import pypdfium2
import pytest

from pipeline.errors import OutputError


@pytest.fixture(scope="module")
def as_pdf():
    """The writer, where the libraries that WeasyPrint needs of the system are there."""
    return pytest.importorskip("pipeline.write.as_pdf", exc_type=OSError)


def needs_font(as_pdf):
    if not as_pdf.chinese_font():
        pytest.skip("no font for Chinese on this machine")


def words(text: str) -> str:
    """Letters and digits only: lines end and words are hyphenated where the page wants."""
    return "".join(c for c in text if c.isalnum())


def test_page_holds_both_languages(as_pdf, document):
    needs_font(as_pdf)
    pages = pypdfium2.PdfDocument(as_pdf.render(document))
    text = words("".join(page.get_textpage().get_text_range() for page in pages))
    assert words("辽宁省委编办全面落实") in text
    assert words("vacant posts were recovered") in text
    assert words("implied by the numbering") in text
    width, height = pages[0].get_size()
    assert (round(width), round(height)) == (595, 842)


def test_missing_font_is_named(as_pdf, document, monkeypatch):
    monkeypatch.setattr(as_pdf, "_installed", lambda family: False)
    with pytest.raises(OutputError, match="fonts-noto-cjk"):
        as_pdf.render(document)


def test_nothing_is_fetched(as_pdf, hostile):
    needs_font(as_pdf)
    assert as_pdf.render(hostile).startswith(b"%PDF")
    with pytest.raises(ValueError, match="nothing is fetched"):
        as_pdf._refuse("http://a.example/")
