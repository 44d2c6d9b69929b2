"""JSON that says all of a document, and errors that say what is wrong with any other JSON."""

import copy
import json
from dataclasses import replace
from decimal import Decimal

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.document import Bilingual, Document, Edit, Issue, Measure, Quantity, Section, Segment, Source
from pipeline.errors import InputError
from pipeline.traced import Change, TracedText
from pipeline.write.as_json import dumps, from_dict, load, render, to_dict
from pipeline.write.schema import json_schema

VALIDATOR = jsonschema.Draft202012Validator(json_schema())


@pytest.fixture
def data(document):
    return json.loads(render(document))


def test_document_survives_the_round_trip(document):
    assert from_dict(json.loads(render(document))) == document


def test_rendering_is_stable(document):
    assert render(from_dict(json.loads(render(document)))) == render(document)


def test_output_fits_the_published_schema(document, hostile):
    jsonschema.Draft202012Validator.check_schema(json_schema())
    for one in (document, hostile):
        VALIDATOR.validate(json.loads(render(one)))


def test_document_without_brief_or_text_fits_too():
    empty = Document(
        source=Source(path="-", sha256="0" * 64, encoding="utf-8", characters=0),
        original="",
        text=TracedText.of(""),
    )
    VALIDATOR.validate(to_dict(empty))
    assert from_dict(to_dict(empty)) == empty


def test_schema_is_closed(data):
    for place in (data, data["source"], data["segments"][0], data["quantities"][0], data["run"]):
        place["surplus"] = 1
        assert not VALIDATOR.is_valid(data)
        del place["surplus"]
    assert VALIDATOR.is_valid(data)


def test_contract_of_the_design(data):
    assert (data["schema"], data["version"]) == ("duizhao/document", 1)
    segment = data["segments"][6]
    assert segment["quantities"] == ["q3", "q4", "q5", "q6", "q7"]
    assert segment["issues"] == ["i1"]
    assert data["source"]["text"][segment["start"] : segment["end"]] == segment["source"]
    by_id = {quantity["id"]: quantity for quantity in data["quantities"]}
    assert by_id["q8"]["zh"] == "2.7万个"
    assert by_id["q8"]["value"] == "27000"
    assert by_id["q8"]["target"]["text"] == "27,000"
    assert data["source"]["text"][by_id["q8"]["start"] : by_id["q8"]["end"]] == "2.7萬個"
    assert by_id["q7"]["zh"] is None
    assert by_id["q7"]["verdict"] == "extra"
    assert set(data["coverage"]) == {
        "characters", "translated", "pending", "removed", "whitespace", "unaccounted",
    }  # fmt: skip


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=60),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=30,
    )
)
def test_layout_is_plain_json(value):
    assert json.loads(dumps(value)) == value


TEXT = st.text("一二万千縣鎮。，(tǒng)\n ab1\x01", max_size=40)


@st.composite
def documents(draw):
    original = draw(st.text("一二万千縣鎮。，(tǒng)\n ab1\x01𠮷", min_size=1, max_size=40))
    n = len(original)
    cuts = sorted(
        draw(st.lists(st.integers(0, n), min_size=2, max_size=8).map(lambda x: x[: len(x) // 2 * 2]))
    )
    changes = [
        Change(a, b, draw(st.text("甲乙", max_size=3))) for a, b in zip(cuts[::2], cuts[1::2], strict=True)
    ]
    span = st.tuples(st.integers(0, n), st.integers(0, n)).map(sorted)
    start, end = draw(span)
    target = draw(st.none() | TEXT)
    segment = Segment(
        id="s1", section=draw(st.sampled_from([None, "x"])), kind="sentence", start=start, end=end,
        source=original[start:end], text=draw(TEXT), target=target, paragraph=draw(st.integers(0, 9)),
        score=draw(st.none() | st.floats(allow_nan=False, allow_infinity=False)),
        alternatives=tuple(draw(st.lists(TEXT, max_size=2))),
    )  # fmt: skip
    value = draw(st.decimals(allow_nan=False, allow_infinity=False, places=3))
    measure = Measure(
        start=0, end=len(segment.text), text="1", kind="count", value=value, approximator="over"
    )
    mirrored = replace(measure, end=len(target or ""), upper=Decimal("2E+3"), kind="date", date="--10-13")
    quantity = Quantity(
        id="q1", segment="s1", start=start, end=end, verdict="proven",
        measure=draw(st.sampled_from([None, measure])), target=draw(st.sampled_from([None, mirrored])),
    )  # fmt: skip
    return Document(
        source=Source(path=draw(TEXT), sha256="0" * 64, encoding="utf-8", characters=n),
        original=original,
        text=TracedText.of(original).replace(changes),
        edits=tuple(
            Edit(rule="r", start=c.start, end=c.end, before="b", after=c.after, evidence=draw(TEXT))
            for c in changes
        ),
        sections=(Section(id="x", level=1, marker="", title=Bilingual(zh=draw(TEXT)), start=0, end=n),),
        segments=(segment,),
        quantities=(quantity,),
        issues=(
            Issue(check="c", severity="info", message=draw(TEXT), span=draw(st.none() | st.just((0, 1)))),
        ),
    )


@given(documents())
def test_any_document_survives_the_round_trip(document):
    assert from_dict(json.loads(render(document))) == document
    VALIDATOR.validate(json.loads(render(document)))


def test_a_key_with_a_default_may_be_absent(data, document):
    del data["segments"][0]["alternatives"], data["run"]["memory_hits"]
    assert from_dict(data) == document


def spoiled(data, path, value):
    *keys, last = path
    place = data = copy.deepcopy(data)
    for key in keys:
        place = place[key]
    place[last] = value
    return data


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        pytest.param(["schema"], "other", "schema", id="foreign"),
        pytest.param(["version"], 2, "newer", id="newer"),
        pytest.param(["version"], "1", "version", id="version_text"),
        pytest.param(["surplus"], 1, "surplus", id="unknown_key"),
        pytest.param(["segments", 3, "start"], "x", "segments[3].start", id="type"),
        pytest.param(["segments", 3, "start"], True, "segments[3].start", id="bool_is_no_integer"),
        pytest.param(["segments", 3, "end"], 10**9, "segments[3]", id="outside"),
        pytest.param(["segments", 3, "section"], "nowhere", "nowhere", id="section"),
        pytest.param(["segments", 3, "id"], "s1", "twice", id="twice"),
        pytest.param(["segments", 3, "kind"], "poem", "poem", id="literal"),
        pytest.param(["quantities", 0, "value"], "1e3", "value", id="decimal"),
        pytest.param(["quantities", 0, "target", "end"], 10**6, "q1", id="target_span"),
        pytest.param(["brief", "figures"], ["q99"], "q99", id="figure"),
        pytest.param(["working", "spans"], [[1, 0]], "working", id="working_short"),
        pytest.param(["working", "spans"], [[10**9, 0]], "working", id="working_bomb"),
        pytest.param(["source", "text"], None, "source.text", id="no_original"),
        pytest.param(["segments"], {}, "segments", id="no_list"),
        pytest.param(["run", "seconds"], float("inf"), "run.seconds", id="infinite"),
        pytest.param(["run", "seconds"], 10**400, "run.seconds", id="no_float"),
    ],
)
def test_wrong_data_is_named(data, path, value, named):
    with pytest.raises(InputError, match=named.replace("[", r"\[")):
        from_dict(spoiled(data, path, value))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"[]", id="list"),
        pytest.param(b"\xff\xfe", id="not_utf8"),
        pytest.param(b'{"schema": NaN}', id="nan"),
        pytest.param(b"[" * 100_000, id="deep"),
        pytest.param(b'{"version": ' + b"9" * 5000 + b"}", id="endless_number"),
    ],
)
def test_other_files_are_refused_by_name(tmp_path, content):
    file = tmp_path / "other.json"
    file.write_bytes(content)
    with pytest.raises(InputError, match=r"other\.json"):
        load(file)


def test_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"none\.json"):
        load(tmp_path / "none.json")
