"""Files of every format, made in the test: small, real, and as broken as a test wants them."""

import io
import zipfile

import pytest

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PARTS = ("styles", "numbering", "footnotes", "endnotes", "comments", "header", "footer")

STYLES = f"""<w:styles {W}>
<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/></w:style>
<w:style w:type="paragraph" w:styleId="2"><w:name w:val="heading 2"/><w:basedOn w:val="1"/></w:style>
<w:style w:type="paragraph" w:styleId="own"><w:name w:val="公文标题"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="toc1"><w:name w:val="toc 1"/></w:style>
<w:style w:type="paragraph" w:styleId="a"><w:name w:val="loop"/><w:basedOn w:val="a"/></w:style>
</w:styles>"""

NUMBERING = f"""<w:numbering {W}>
<w:abstractNum w:abstractNumId="0">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:suff w:val="nothing"/><w:lvlText w:val="%1、"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:suff w:val="nothing"/><w:lvlText w:val="（%2）"/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:isLgl/><w:lvlText w:val="%1.%2.%3"/></w:lvl>
</w:abstractNum>
<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="\uf0b7"/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>
</w:numbering>"""


def zipped(entries: dict[str, bytes | str], *, stored: bool = False) -> bytes:
    """A ZIP file of the entries, in their order."""
    buffer = io.BytesIO()
    method = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(buffer, "w", method) as file:
        for name, content in entries.items():
            file.writestr(name, content)
    return buffer.getvalue()


def paragraph_xml(text: str, style: str = "", listed: tuple[int, int] | None = None) -> str:
    """A paragraph of one run; `listed` is (list, level)."""
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    if listed:
        properties += f'<w:numPr><w:ilvl w:val="{listed[1]}"/><w:numId w:val="{listed[0]}"/></w:numPr>'
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def docx_bytes(body: str, **parts: str) -> bytes:
    """A DOCX with the body and parts (styles, numbering, footnotes, …) as given."""
    parts = {"styles": STYLES, "numbering": NUMBERING, **parts}
    relations = "".join(
        f'<Relationship Id="r{n}" Type="{RELATION}/{name.rstrip("0123456789")}" Target="{name}.xml"/>'
        for n, name in enumerate(parts)
    )
    root = f'<Relationship Id="r" Type="{RELATION}/officeDocument" Target="word/document.xml"/>'
    wrap = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": wrap.format(root),
            "word/document.xml": f"<w:document {W} {R}><w:body>{body}</w:body></w:document>",
            "word/_rels/document.xml.rels": wrap.format(relations),
            **{f"word/{name}.xml": content for name, content in parts.items()},
        }
    )


@pytest.fixture
def make_docx():
    return docx_bytes


@pytest.fixture
def make_zip():
    return zipped


@pytest.fixture
def para():
    return paragraph_xml


def _drawn(text: str, size: float) -> str:
    """The operators that show a text; what stands between ^ is raised and smaller."""
    parts = (part.encode("utf-16-be").hex() for part in text.split("^"))
    return " ".join(
        f"/F {0.7 * size} Tf {0.36 * size} Ts <{part}> Tj /F {size} Tf 0 Ts" if n % 2 else f"<{part}> Tj"
        for n, part in enumerate(parts)
    )


def pdf_bytes(
    pages: list[list[tuple[float, float, float, str]]],
    *,
    rotate: int = 0,
    rules: str = "",
    meaning: dict[str, str] | None = None,
) -> bytes:
    """A PDF of A4 pages with texts (x, y from the top, size, text) in a CJK font that needs no file.

    `meaning` says for signs of the font which characters they stand for.
    """
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H"
        b" /DescendantFonts [4 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /FontDescriptor 5 0 R"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> /W [814 [500] 815 907 500] >>",
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0"
        b" /Ascent 752 /Descent -271 /CapHeight 737 /StemV 58 >>",
    ]
    if meaning:
        pairs = "".join(
            f"<{sign.encode('utf-16-be').hex()}> <{said.encode('utf-16-be').hex()}>\n"
            for sign, said in meaning.items()
        )
        cmap = f"begincmap\n{len(meaning)} beginbfchar\n{pairs}endbfchar\nendcmap".encode()
        objects[2] = objects[2].replace(b" >>", b" /ToUnicode 6 0 R >>")
        objects.append(b"<< /Length %d >>\nstream\n%b\nendstream" % (len(cmap), cmap))
    kids = []
    for texts in pages:
        shown = "".join(
            f"BT /F {size} Tf {x} {842 - y} Td {_drawn(text, size)} ET\n" for x, y, size, text in texts
        )
        stream = (rules + shown).encode()
        objects.append(b"<< /Length %d >>\nstream\n%b\nendstream" % (len(stream), stream))
        kids.append(f"{len(objects) + 1} 0 R")
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Rotate %d /Contents %d 0 R"
            b" /Resources << /Font << /F 3 0 R >> >> >>" % (rotate, len(objects))
        )
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>".encode()
    body, places = b"%PDF-1.5\n", []
    for n, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (n, content)
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    trailer = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    trailer += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    return body + trailer.encode()


def lines_of(text: str, x: float, y: float, width: int, *, size: float = 12, step: float = 20):
    """The text set in lines of `width` characters, the first one indented by two."""
    rows = [text[: width - 2]] + [text[i : i + width] for i in range(width - 2, len(text), width)]
    return [(x + (2 * size if n == 0 else 0), y + n * step, size, row) for n, row in enumerate(rows) if row]


@pytest.fixture
def make_pdf():
    return pdf_bytes


@pytest.fixture
def set_lines():
    return lines_of


TEXT = "近年来，省委、省政府认真贯彻落实决策部署，全省国有企业户数由659户减少到65户，职工安置率达到98.6%。"
PAGE = f"""<!DOCTYPE html><html><head><meta charset="{{}}"><title>报告</title></head><body><nav><a>首页</a><a>新闻</a></nav>
<div id="main"><h1>改革情况报告</h1><p>{TEXT}</p><h2>一、做法</h2><ul><li>条目<ruby>統<rt>tǒng</rt></ruby></li></ul>
<table><tr><th colspan="2">地区</th></tr><tr><td rowspan="2">沈阳</td><td>1</td></tr><tr><td>2</td></tr></table>
<p style="display:none">隐</p><pre>代 码</pre><p>{TEXT * 2}</p></div></body></html>"""
XLIFF = f"""<?xml version="1.0"?><xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.1" srcLang="zh" trgLang="en">
<file id="f"><unit id="s1"><notes><note>注</note></notes><segment state="final"><source>{TEXT}</source><target>In recent
<pc id="1">years</pc><cp hex="0001"/></target></segment></unit></file></xliff>"""


def sample_docx() -> bytes:
    """A DOCX with something of everything."""
    changed = (
        f'<w:p><w:r><w:t>{TEXT}</w:t></w:r><w:del w:author="甲"><w:r><w:delText>旧</w:delText></w:r></w:del><w:ins><w:r>'
        '<w:t>新</w:t></w:r></w:ins><w:r><w:footnoteReference w:id="2"/></w:r><w:commentRangeStart w:id="1"/></w:p>'
    )
    cell = f'<w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>{paragraph_xml("格")}</w:tc>'
    box = f"<w:p><w:r><w:pict><w:txbxContent>{paragraph_xml('框')}</w:txbxContent></w:pict></w:r></w:p>"
    body = paragraph_xml("题", "own") + paragraph_xml("节", "1", (1, 0)) + changed + box
    return docx_bytes(
        body + f"<w:tbl><w:tr>{cell}</w:tr></w:tbl>",
        footnotes=f'<w:footnotes {W}><w:footnote w:id="2">{paragraph_xml("注")}</w:footnote></w:footnotes>',
        comments=f'<w:comments {W}><w:comment w:id="1" w:author="乙">{paragraph_xml("评")}</w:comment></w:comments>',
        header1=f"<w:hdr {W}>{paragraph_xml('眉')}</w:hdr>",
    )


def sample_epub() -> bytes:
    """An EPUB of one chapter."""
    package = (
        '<package><metadata><title>书</title></metadata><manifest><item id="a" href="a.xhtml"/></manifest>'
        '<spine><itemref idref="a"/></spine></package>'
    )
    return zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<container><rootfiles><rootfile full-path="c.opf"/></rootfiles></container>',
            "c.opf": package,
            "a.xhtml": PAGE.format("utf-8"),
        }
    )


def sample_pdf() -> bytes:
    """A PDF of two pages with columns, a table and page numbers."""
    columns = lines_of(TEXT * 2, 60, 120, 18) + lines_of(TEXT * 2, 310, 120, 18)
    cells = [(60 + 150 * c, 600 + 24 * r, 12, f"格{r}{c}") for r in range(3) for c in range(3)]
    return pdf_bytes([[(200, 40, 9, "眉"), *columns, *cells, (290, 810, 9, f"— {n} —")] for n in (1, 2)])


def sample_vertical_pdf() -> bytes:
    """A PDF of vertical lines under a title, and a table that goes on over the page."""
    lines = [(500 - 20 * (n // 16), 100 + 12 * (n % 16), 12, sign) for n, sign in enumerate(TEXT)]
    rows = [
        [(60 + 150 * c, y, 12, f"格{y}{c}") for y in ys for c in range(3)] for ys in ((740, 764), (60, 84))
    ]
    return pdf_bytes([[(200, 40, 9, "眉"), *lines], *rows])


def reviewed_docx() -> bytes:
    """A row of a DOCX of ours, with a comment."""
    raised = (
        '<w:r><w:rPr><w:color w:val="5D6168"/><w:vertAlign w:val="superscript"/></w:rPr><w:t>1 </w:t></w:r>'
    )
    mark = '<w:bookmarkStart w:id="{0}" w:name="{1}"/>{2}<w:bookmarkEnd w:id="{0}"/>'
    zh = f"<w:tc><w:p>{mark.format(2, 'segment_1', raised)}<w:r><w:t>{TEXT}</w:t></w:r></w:p></w:tc>"
    en = mark.format(3, "target_1_t00000000", '<w:r><w:t>x</w:t></w:r><w:commentRangeStart w:id="1"/>')
    return docx_bytes(
        f"<w:tbl><w:tr>{zh}<w:tc><w:p>{raised}{en}</w:p></w:tc></w:tr></w:tbl>",
        comments=f'<w:comments {W}><w:comment w:id="1" w:author="乙">{paragraph_xml("评")}</w:comment></w:comments>',
    )


def sample_files() -> dict[str, list[bytes]]:
    """Small valid files by reader, for the fuzzers."""
    return {
        "html": [PAGE.format("utf-8").encode(), PAGE.format("gb2312").encode("gb18030")],
        "docx": [sample_docx()],
        "pdf": [sample_pdf(), sample_vertical_pdf()],
        "epub": [sample_epub()],
        "markdown": [
            f"---\na: b\n---\n# 题\n\n{TEXT}\n\n- **条**目\n\n| 甲 | 乙 |\n|---|---|\n| 1 | [链](a) |\n\n```\nx\n```\n".encode()
        ],
        "table": [
            f'id,text\n1,"{TEXT}"\n'.encode(),
            f'{{"id": 1, "text": "{TEXT}"}}\n{{"text": "乙"}}\n'.encode(),
        ],
        "units": [XLIFF.encode()],
        "returned": [
            XLIFF.encode(),
            reviewed_docx(),
            f"id,text,target,written\n1,{TEXT},x,t00000000\n".encode(),
        ],
        "text": [TEXT.encode(), TEXT.encode("gb18030"), TEXT.encode("utf-16")],
    }


@pytest.fixture(scope="session")
def samples():
    return sample_files()
