"""EPUB: chapters in the order of the spine."""

import pytest

from pipeline.config import ReadConfig
from pipeline.errors import InputError, LimitExceeded
from pipeline.read.epub import extract
from pipeline.read.extraction import assemble
from pipeline.read.formats import read_bytes
from pipeline.read.packed import leading_folder

CONTAINER = '<container><rootfiles><rootfile full-path="OEBPS/c.opf"/></rootfiles></container>'
PACKAGE = """<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>
<dc:title>年鉴</dc:title><dc:date>2019-05-01T00:00:00Z</dc:date></metadata><manifest>
<item id="b" href="b%20x.xhtml"/><item id="a" href="text/a.xhtml"/><item id="n" href="n.xhtml" properties="nav"/></manifest>
<spine><itemref idref="n"/><itemref idref="a"/><itemref idref="b"/></spine></package>"""
PAGE = (
    '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><body>{}</body></html>'
)


@pytest.fixture
def entries():
    return {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "OEBPS/c.opf": PACKAGE,
        "OEBPS/text/a.xhtml": PAGE.format("<h1>第一章</h1><p><ruby>統<rt>tǒng</rt></ruby>计</p>"),
        "OEBPS/b x.xhtml": PAGE.format("<p>第二章</p><img src='a.png'/>"),
        "OEBPS/n.xhtml": PAGE.format("<nav><ol><li><a>第一章</a></li></ol></nav>"),
    }


@pytest.fixture
def read_epub(make_zip):
    def read(entries, **limits):
        data = make_zip(entries)
        return assemble(extract(data, "a.epub", ReadConfig(**limits)), data, "a.epub")

    return read


def test_chapters_stand_in_the_order_of_the_spine(entries, read_epub):
    document = read_epub(entries)
    assert document.text.text == "第一章\n統计\n第二章"
    assert document.original.startswith("第一章\n第一章")
    assert [dict(b.place)["part"] for b in document.blocks] == ["a.xhtml", "a.xhtml", "b x.xhtml"]
    assert (document.source.title, document.source.date) == ("年鉴", "2019-05-01")


def test_protected_books_are_refused(entries, read_epub):
    hidden = "<encryption><CipherReference URI='OEBPS/text/a.xhtml'/></encryption>"
    with pytest.raises(InputError, match="DRM"):
        read_epub({**entries, "META-INF/encryption.xml": hidden})


def test_obfuscated_fonts_do_not_matter(entries, read_epub):
    fonts = "<encryption><CipherReference URI='OEBPS/a.ttf'/></encryption>"
    assert read_epub({**entries, "META-INF/encryption.xml": fonts}).original


def test_a_missing_chapter_is_named(entries, read_epub):
    del entries["OEBPS/text/a.xhtml"]
    with pytest.raises(InputError, match=r"text/a\.xhtml"):
        read_epub(entries)


def test_chapters_that_unpack_too_far_name_the_limit(entries, read_epub):
    entries["OEBPS/text/a.xhtml"] = PAGE.format("<p>" + "长" * 50_000 + "</p>")
    with pytest.raises(LimitExceeded, match="max_unpacked_bytes"):
        read_epub(entries, max_unpacked_bytes=60_000)


def test_a_book_packed_under_one_folder_reads_as_without_it(entries, make_zip):
    packed = make_zip({f"book/{name}": content for name, content in entries.items()})
    plain = read_bytes(make_zip(entries), "a.epub", ReadConfig())
    document = read_bytes(packed, "a.epub", ReadConfig())
    assert document.text.text == plain.text.text == "第一章\n\u7d71计\n第二章"
    assert document.blocks == plain.blocks


@pytest.mark.parametrize(
    ("names", "folder"),
    [
        (["META-INF/container.xml", "a/META-INF/container.xml"], ""),
        (["a/META-INF/container.xml", "__MACOSX/x"], "a/"),
        (["a/META-INF/container.xml", "b/META-INF/container.xml"], None),
        (["a/b/META-INF/container.xml"], None),
        (["a.txt"], None),
    ],
)
def test_where_a_book_begins_in_its_archive(names, folder):
    assert leading_folder(names) == folder


def test_protection_is_seen_under_a_folder_too(entries, read_epub):
    hidden = '<encryption><CipherReference URI="OEBPS/text/a.xhtml"/></encryption>'
    with pytest.raises(InputError, match="DRM"):
        read_epub(
            {f"b/{name}": content for name, content in entries.items()}
            | {"b/META-INF/encryption.xml": hidden}
        )
