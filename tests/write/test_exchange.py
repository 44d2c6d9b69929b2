"""TMX, XLIFF, CSV and Parquet: what other tools read is what the document says."""

import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from translate.storage import tmx, xliff2

from pipeline.document import Issue
from pipeline.write import as_csv, as_tmx, as_xliff
from pipeline.write.xml import FORBIDDEN, element, escaped, picture, token

XLF = "{urn:oasis:names:tc:xliff:document:2.0}"


def pairs(document):
    return [(segment.text, segment.target) for segment in document.segments]


def test_toolkit_reads_the_same_segments_from_tmx(document):
    store = tmx.tmxfile.parsestring(as_tmx.render(document))
    assert store.getsourcelanguage() == "zh-Hans"
    assert [(unit.source, unit.target) for unit in store.units] == pairs(document)
    assert [unit.getid() for unit in store.units] == [segment.id for segment in document.segments]
    assert "115 of the source" in store.units[6].getnotes()


def test_tmx_carries_states_and_origins(document):
    root = ElementTree.fromstring(as_tmx.render(document))
    unit = root.findall("body/tu")[4]
    properties = {prop.get("type"): prop.text for prop in unit.findall("prop")}
    assert properties["x-state"] == "translated"
    assert properties["x-origin"] == "mt"
    assert properties["x-section"] == "s2"
    assert root.find("header").get("o-tmf") == "duizhao"


# TMX 1.4b, 3.1 and 3.2: required attributes, and which elements stand in which order. Its DTD names no licence.
HEADER = {"creationtool", "creationtoolversion", "segtype", "o-tmf", "adminlang", "srclang", "datatype"}
ORDER = {
    "tmx": "header,body,",
    "tu": "(?:(?:note|prop),)*(?:tuv,)+",
    "tuv": "(?:(?:note|prop),)*seg,",
    "seg": "(?:ph,)*",
}


def assert_tmx(content: bytes) -> None:
    root = ElementTree.fromstring(content)
    assert root.get("version") == "1.4"
    assert set(root.find("header").keys()) >= HEADER
    assert root.find("header").get("segtype") in ("block", "paragraph", "sentence", "phrase")
    for node in root.iter():
        assert re.fullmatch(ORDER.get(node.tag, "(?:tu,)*"), "".join(f"{child.tag}," for child in node))
        assert node.tag != "prop" or node.get("type")
        assert node.tag != "tuv" or node.get("{http://www.w3.org/XML/1998/namespace}lang")
    assert {node.tag for node in root.iter()} <= {*ORDER, "header", "body", "note", "prop", "ph"}


def test_tmx_keeps_to_the_elements_and_their_order(document):
    assert_tmx(as_tmx.render(document))


@given(source=st.text(min_size=1), target=st.none() | st.text(), note=st.text())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_tmx_of_anything_keeps_to_them(document, source, target, note):
    first, *rest = document.segments
    changed = (replace(first, text=source, target=target), *rest)
    issue = Issue(check="term", severity="info", message=note, segment=first.id)
    assert_tmx(as_tmx.render(replace(document, segments=changed, issues=(issue,))))


def test_toolkit_reads_the_same_segments_from_xliff(document):
    store = xliff2.Xliff2File.parsestring(as_xliff.render(document))
    assert [(unit.source, unit.target or None) for unit in store.units] == pairs(document)
    assert [unit.getid() for unit in store.units] == [segment.id for segment in document.segments]
    assert [unit.istranslated() for unit in store.units] == [s.target is not None for s in document.segments]


def test_xliff_carries_states_notes_and_outline(document):
    reviewed = replace(document.segments[4], state="final", origin="human")
    segments = (*document.segments[:4], reviewed, *document.segments[5:])
    root = ElementTree.fromstring(as_xliff.render(replace(document, segments=segments)))
    assert root.get("version") == "2.1"
    units = {unit.get("id"): unit for unit in root.iter(f"{XLF}unit")}
    assert units["s5"].find(f"{XLF}segment").get("state") == "final"
    assert units["s5"].find(f"{XLF}segment").get("subState") == "duizhao:human"
    assert units["s12"].find(f"{XLF}segment").get("state") == "initial"
    notes = units["s7"].findall(f"{XLF}notes/{XLF}note")
    assert [(note.get("category"), note.get("priority")) for note in notes] == [("numbers.missing", "1")]
    inner = root.find(f"{XLF}file/{XLF}group[@id='section-s3']/{XLF}group[@id='section-s4']")
    assert [unit.get("id") for unit in inner.iter(f"{XLF}unit")] == ["s8", "s9", "s10", "s11", "s12"]


@pytest.fixture(scope="module")
def core_schema():
    """The published core schema; lxml has the only validator among our dependencies."""
    etree = pytest.importorskip("lxml.etree")
    return etree.XMLSchema(etree.parse(Path(__file__).parent / "schemas" / "xliff_core_2.0.xsd"))


def valid(schema, content: bytes) -> bool:
    from lxml import etree

    schema.assertValid(etree.fromstring(content))
    return True


@pytest.mark.parametrize("which", ["document", "hostile"])
def test_xliff_obeys_the_published_schema(which, request, core_schema):
    document = request.getfixturevalue(which)
    assert valid(core_schema, as_xliff.render(document))
    for kind in ("group", "unit"):
        root = ElementTree.fromstring(as_xliff.render(document))
        ids = [one.get("id") for one in root.iter(f"{XLF}{kind}")]
        assert len(ids) == len(set(ids))


def test_xliff_of_an_empty_document_obeys_the_schema(document, core_schema):
    empty = replace(document, segments=(), sections=(), quantities=(), issues=(), brief=None)
    assert valid(core_schema, as_xliff.render(empty))


@given(name=st.text(min_size=1), source=st.text(min_size=1), target=st.none() | st.text(), note=st.text())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
def test_xliff_of_anything_obeys_the_schema(document, core_schema, name, source, target, note):
    one = replace(
        document.segments[0], id=name, text=source, target=target, section=None, terms=(), lead=None
    )
    issue = Issue(check="x", severity="error", message=note, segment=name)
    made = replace(document, segments=(one,), sections=(), quantities=(), issues=(issue,), brief=None)
    assert valid(core_schema, as_xliff.render(made))


def inner(xml: str) -> str:
    """The text of an element, code points of <cp> included."""
    root = ElementTree.fromstring(f"<r>{xml}</r>")
    parts = [root.text or ""]
    for child in root:
        parts += (chr(int(child.get("hex"), 16)), child.tail or "")
    return "".join(parts)


@given(st.text())
def test_any_text_survives_xml(text):
    assert inner(escaped(text, lambda code: element("cp", hex=f"{code:04X}"))) == text


@given(st.text())
def test_any_attribute_can_be_written(text):
    root = ElementTree.fromstring(element("a", b=text))
    assert root.get("b") == FORBIDDEN.sub(lambda match: picture(ord(match.group())), text)


@given(st.text(), st.text())
def test_names_stay_apart_as_tokens(one, other):
    assert one == other or token(one) != token(other) or one.startswith("_x") or other.startswith("_x")


def test_csv_is_what_the_document_says(document):
    content = as_csv.render(document)
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert [row["id"] for row in rows] == [segment.id for segment in document.segments]
    for row, segment in zip(rows, document.segments, strict=True):
        assert as_csv.unguarded(row["source"]) == segment.source
        assert as_csv.unguarded(row["target"]) == (segment.target or "")
    assert "115名 → — (missing)" in rows[6]["numbers"]


@given(st.text())
def test_guard_is_reversible(text):
    assert as_csv.unguarded(as_csv.guarded(text)) == text


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "＝1", "'=1"])
def test_no_cell_begins_a_formula(text):
    assert as_csv.guarded(text)[0] == "'"


def test_parquet_is_what_the_document_says(document):
    parquet = pytest.importorskip("pyarrow.parquet")
    from pipeline.write import as_parquet

    table = parquet.read_table(io.BytesIO(as_parquet.render(document)))
    rows = table.to_pylist()
    assert [(row["text"], row["target"]) for row in rows] == pairs(document)
    assert json.loads(rows[9]["quantities"])[0]["value"] == "27000"
    assert json.loads(table.schema.metadata[b"duizhao.run"])["model"] == document.run.model
