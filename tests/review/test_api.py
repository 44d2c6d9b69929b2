"""The JSON interface keeps to its own description, and every write to its version."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import positive_data_acceptance
from starlette.testclient import TestClient

from pipeline.config import Config
from pipeline.document import Document
from pipeline.prepare.terms import Glossary
from pipeline.review.app import create_app
from pipeline.review.pages import _lit
from pipeline.review.security import Gate
from pipeline.review.workspace import Workspace
from pipeline.store import Store
from pipeline.write import FORMATS
from pipeline.write.as_json import from_dict, to_dict

# What these take is described further than OpenAPI can: any object is not a document, any two words no change.
REFUSED = {label: [positive_data_acceptance] for label in ("POST /api/documents", "POST /api/terms/apply")}
EXAMPLES = 12  # of each operation: seconds in all, and every kind of value comes up over some runs


@pytest.fixture
def client(workspace: Workspace) -> Iterator[TestClient]:
    with TestClient(create_app(workspace, author="Mei"), base_url="http://localhost") as opened:
        opened.headers["X-CSRF-Token"] = opened.get("/api/session").json()["csrf"]
        yield opened


# -- as described -----------------------------------------------------------------------------------


def test_every_operation_answers_as_described(tmp_path: Path, report: Document) -> None:
    store = Store.open(tmp_path / "review.db")
    workspace = Workspace(store, config=Config(), glossary=Glossary.load(("gov-zh-en",)))
    workspace.add("report", report)
    app = create_app(workspace, gate=Gate(hosts=("*",)), author="Mei")
    client = TestClient(app, base_url="http://localhost")
    token = client.get("/api/session").json()["csrf"]
    cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", app)
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) > 20
    for operation in operations:

        @settings(
            max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck)
        )
        @given(case=operation.as_strategy())
        def answers_as_described(case: schemathesis.Case) -> None:
            headers = {"X-CSRF-Token": token, "Cookie": cookies}
            case.call_and_validate(headers=headers, excluded_checks=REFUSED.get(case.operation.label, ()))

        answers_as_described()


# -- by hand ----------------------------------------------------------------------------------------


def test_a_review_from_reading_to_export(client: TestClient) -> None:
    found = client.get("/api/documents/1/segments", params={"order": "risk", "limit": 3}).json()
    assert found["total"] == 11
    first = found["segments"][0]
    given = {"version": first["version"], "target": "Corrected.", "approve": True}
    written = client.put(f"/api/documents/1/segments/{first['name']}", json=given)
    assert written.status_code == 200
    assert written.json()["segment"]["state"] == "reviewed"
    again = client.put(f"/api/documents/1/segments/{first['name']}", json=given)
    assert again.status_code == 409
    assert again.json()["current"]["segment"]["target"] == "Corrected."
    exported = from_dict(client.get("/api/documents/1/export").json())
    assert next(s for s in exported.segments if s.id == first["name"]).target == "Corrected."
    (change,) = client.get("/api/documents/1/changes").json()["changes"]
    assert (change["author"], change["action"]) == ("Mei", "edit")


def test_the_name_that_a_person_gives_stands_in_the_history(client: TestClient) -> None:
    client.put("/api/session", json={"author": "  李 梅  "})
    client.post("/api/documents/1/segments/s1/approve", json={"version": 1})
    assert client.get("/api/documents/1/segments/s1/history").json()[0]["author"] == "李 梅"


def test_a_document_is_taken_in_once(client: TestClient, report: Document) -> None:
    added = client.post("/api/documents", params={"stem": "second"}, json=to_dict(report))
    assert (added.status_code, added.json()["segments"]) == (201, 11)
    assert client.post("/api/documents", params={"stem": "second"}, json=to_dict(report)).status_code == 409


@pytest.mark.parametrize("stem", ["../x", "a/b", ".hidden", "a\\b", "nul\0"])
def test_a_name_that_is_a_path_is_refused(client: TestClient, report: Document, stem: str) -> None:
    assert client.post("/api/documents", params={"stem": stem}, json=to_dict(report)).status_code == 400


@pytest.mark.parametrize("content", [{}, {"schema": "duizhao/document"}, {"schema": "other", "version": 1}])
def test_what_is_no_document_is_refused(client: TestClient, content: dict[str, str]) -> None:
    answer = client.post("/api/documents", params={"stem": "x"}, json=content)
    assert answer.status_code == 400
    assert isinstance(answer.json()["detail"], str)


@pytest.mark.parametrize("name", list(FORMATS))
def test_export_is_a_file(client: TestClient, name: str) -> None:
    answer = client.get("/api/documents/1/export", params={"format": name})
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == f'attachment; filename="report.{name}"'
    assert answer.content


def test_unknown_format(client: TestClient) -> None:
    assert client.get("/api/documents/1/export", params={"format": "odt"}).status_code == 400


@pytest.mark.parametrize(
    "page",
    ["/", "/documents/1", "/documents/1?order=risk&state=open", "/documents/1?text=%3Cb%3E", "/documents/1/panel/history/s1",
     "/documents/1/panel/links/s4", "/documents/1/panel/terms?old=county&new=x", "/documents/1/rows?n=s11",
     "/documents/0/panel/concordance?q=%3Cb%3E", "/documents/1/brief/figures", "/documents/1/brief/lines/b-points-0"],
)  # fmt: skip
def test_markup_in_a_document_is_never_markup_of_a_page(client: TestClient, page: str) -> None:
    answer = client.get(page)
    assert answer.status_code == 200
    assert "<b>put" not in answer.text


def test_markup_in_the_brief_is_never_markup_of_a_page(client: TestClient) -> None:
    given = {"version": 1, "zh": "<b>put</b>", "en": "<b>put</b> it"}
    assert client.put("/api/documents/1/brief/lines/b-points-0", json=given).status_code == 200
    for page in (
        "/documents/1",
        "/documents/1/brief/lines/b-points-0",
        "/documents/1/panel/history/b-points-0",
    ):
        assert "<b>put" not in client.get(page).text


def test_all_checks_run_in_the_background_with_progress(client: TestClient, workspace: Workspace) -> None:
    begun = client.post("/api/documents/1/check")
    assert (begun.status_code, begun.json()["total"]) == (202, 11)
    assert workspace.checking.settle()
    done = client.get("/api/documents/1/check").json()
    assert (done["running"], done["done"], done["failed"]) == (False, 11, "")
    assert done["changed"] > 0
    found = client.get("/api/documents/1/changes").json()
    assert len(found["rechecked"]) == done["changed"]
    again = client.get("/api/documents/1/changes", params={"checks": found["checks"]}).json()
    assert again["rechecked"] == []


def test_others_on_a_document_are_named(client: TestClient) -> None:
    here = {"tab": "a" * 24, "segment": "s3", "editing": True}
    assert client.put("/api/documents/1/presence", json=here).json() == []
    other = client.put("/api/documents/1/presence", json={"tab": "b" * 24}).json()
    assert other == [{"author": "Mei", "segment": "s3", "editing": True}]
    client.put("/api/documents/1/presence", json={"tab": "a" * 24, "leaving": True})
    assert client.put("/api/documents/1/presence", json={"tab": "b" * 24}).json() == []


@given(text=st.text(), words=st.text(min_size=1, max_size=3))
def test_found_words_are_shown_in_their_text(text: str, words: str) -> None:
    parts = _lit(text, words)
    assert "".join(part for part, _ in parts) == text
    if words.strip() and words.strip() in text:
        assert any(here for _, here in parts)


def test_found_words_light_up_in_either_script() -> None:
    assert _lit("改革開放", "开放") == [("改革", False), ("開放", True)]


def test_the_page_asks_what_is_still_to_review(client: TestClient) -> None:
    names = client.get("/documents/1/open").text.split()
    assert len(names) == 11
    client.post("/api/documents/1/segments/s2/approve", json={"version": 1})
    assert set(names) - set(client.get("/documents/1/open").text.split()) == {"s2"}
