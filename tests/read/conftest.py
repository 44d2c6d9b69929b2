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
