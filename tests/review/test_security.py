"""Nobody writes from elsewhere, nobody reads without a token where one is needed."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from pipeline.commands.review import gate_for
from pipeline.errors import UsageError
from pipeline.review import security
from pipeline.review.app import create_app
from pipeline.review.security import Gate
from pipeline.review.workspace import Workspace

TOKEN = "a-token-that-is-long-enough"


@pytest.fixture
def local(workspace: Workspace) -> TestClient:
    return TestClient(
        create_app(workspace, author="Mei"), base_url="http://localhost", follow_redirects=False
    )


@pytest.fixture
def remote(workspace: Workspace) -> TestClient:
    gate = Gate(token=TOKEN, hosts=("*",))
    return TestClient(
        create_app(workspace, gate=gate), base_url="http://review.example", follow_redirects=False
    )


def write(client: TestClient, **headers: str) -> int:
    return client.post(
        "/api/documents/1/segments/s1/approve", json={"version": 1}, headers=headers
    ).status_code


def proof(client: TestClient) -> str:
    return str(client.get("/api/session").json()["csrf"])


def test_a_write_needs_the_proof(local: TestClient) -> None:
    assert write(local) == 403
    token = proof(local)
    assert write(local, **{"X-CSRF-Token": "x" + token}) == 403
    assert write(local, **{"X-CSRF-Token": token}) == 200


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "null"}],
)  # fmt: skip
def test_another_site_may_not_write_even_with_the_proof(local: TestClient, headers: dict[str, str]) -> None:
    assert write(local, **{"X-CSRF-Token": proof(local)}, **headers) == 403


def test_another_session_has_another_proof(workspace: Workspace) -> None:
    app = create_app(workspace)
    mine, yours = (TestClient(app, base_url="http://localhost") for _ in range(2))
    token = proof(mine)
    proof(yours)
    assert write(yours, **{"X-CSRF-Token": token}) == 403


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", ""])
def test_a_name_that_only_resolves_here_is_refused(local: TestClient, host: str) -> None:
    assert local.get("/api/documents", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize(
    "path", ["/", "/documents/1", "/api/documents", "/api/openapi.json", "/api/documents/1/export"]
)
def test_elsewhere_nothing_is_read_without_the_token(remote: TestClient, path: str) -> None:
    assert remote.get(path).status_code == 401
    assert remote.get(path, headers={"Accept": "text/html"}).headers["location"] == "/login"


def test_login_by_address_gives_a_strict_cookie(remote: TestClient) -> None:
    answer = remote.get("/login", params={"token": TOKEN})
    assert answer.status_code == 303
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert remote.get("/").status_code == 200
    assert write(remote, **{"X-CSRF-Token": proof(remote)}) == 200


def test_wrong_token_is_refused(remote: TestClient) -> None:
    assert remote.get("/login", params={"token": TOKEN[:-1]}).status_code == 401
    assert remote.post("/login", content="token=wrong").status_code == 401
    assert remote.get("/").status_code == 401


def test_a_program_may_use_the_token_itself(remote: TestClient) -> None:
    assert write(remote, Authorization="Bearer wrong") == 401
    assert write(remote, Authorization=f"Bearer {TOKEN}") == 200


def test_a_forged_session_is_none(remote: TestClient) -> None:
    forged = Gate(token=TOKEN).new_session()
    assert remote.get("/api/documents", headers={"Cookie": f"{security.SESSION}={forged}"}).status_code == 401


@pytest.mark.parametrize("path", ["/", "/documents/1", "/static/review.js", "/api/documents", "/nowhere"])
def test_every_answer_forbids_what_the_pages_do_not_need(local: TestClient, path: str) -> None:
    headers = local.get(path).headers
    assert "unsafe" not in headers["content-security-policy"]
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    ["/static/../app.py", "/static/..%2fapp.py", "/static/%2e%2e/%2e%2e/__init__.py", "/static//etc/passwd"],
)
def test_static_files_stay_in_their_folder(local: TestClient, path: str) -> None:
    assert local.get(path).status_code == 404


def test_too_much_is_refused(local: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(security, "MAX_BODY", 100)
    headers = {"X-CSRF-Token": proof(local)}
    url = "/api/documents/1/segments/s1"
    answer = local.put(url, json={"version": 1, "target": "x" * 200}, headers=headers)
    assert answer.status_code == 413

    def drops():  # type: ignore[no-untyped-def]
        for _ in range(50):
            yield b"x" * 10

    assert local.put(url, content=drops(), headers=headers).status_code == 413


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.8.8.8"])
def test_loopback_needs_no_token(host: str) -> None:
    assert gate_for(host, 8765, None).token == ""


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.4", "::", "review.example"])
def test_any_other_address_gets_one(host: str) -> None:
    gates = [gate_for(host, 8765, None) for _ in range(2)]
    assert len(gates[0].token) >= 24
    assert gates[0].token != gates[1].token


def test_a_token_that_could_be_guessed_is_refused() -> None:
    with pytest.raises(UsageError):
        gate_for("0.0.0.0", 8765, "1234")


WRITES = ("post", "put", "patch", "delete")


def writes(client: TestClient) -> list[tuple[str, str]]:
    """Every operation of the interface that changes something, with its parameters filled in."""
    paths = client.get("/api/openapi.json").json()["paths"]
    values = {"document": "1", "name": "s1", "group": "0123456789abcdef"}
    return [
        (method, path.format(**values)) for path, item in paths.items() for method in item if method in WRITES
    ]


def test_no_write_at_all_goes_without_the_proof(local: TestClient) -> None:
    found = writes(local)
    assert len(found) >= 20
    assert {local.request(method, path, json={}).status_code for method, path in found} == {403}


def test_no_write_at_all_goes_without_the_token(remote: TestClient) -> None:
    headers = {"authorization": "Bearer " + TOKEN}
    paths = remote.get("/api/openapi.json", headers=headers).json()["paths"]
    assert paths
    answers = {
        remote.request(method, path.replace("{document}", "1").replace("{name}", "s1"), json={}).status_code
        for path, item in paths.items()
        for method in item
    }
    assert answers == {401}


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere(local: TestClient) -> None:
    policy = local.get("/documents/1").headers["content-security-policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert {value for name, value in rules.items() if name.endswith("-src")} == {"'none'", "'self'"}
    assert (rules["base-uri"], rules["frame-ancestors"], rules["form-action"]) == (
        "'none'",
        "'none'",
        "'self'",
    )


@pytest.mark.parametrize("path", ["/", "/documents/1", "/documents/1?order=risk", "/documents/1/rows?n=s1"])
def test_a_page_has_no_script_and_no_style_of_its_own(local: TestClient, path: str) -> None:
    page = local.get(path).text
    assert not re.search(r"<script(?![^>]*\ssrc=\"/static/)|<style|\sstyle=|\son[a-z]+=|javascript:", page)


def test_two_people_without_a_name_are_two_in_the_record(workspace: Workspace) -> None:
    app = create_app(workspace, gate=Gate(token=TOKEN, hosts=("*",)))
    names = set()
    for _ in range(2):
        client = TestClient(app, base_url="http://review.example")
        client.get("/login", params={"token": TOKEN})
        names.add(client.get("/api/session").json()["author"])
        assert "Who are you?" in client.get("/").text
        client.put("/api/session", json={"author": "Mei"}, headers={"X-CSRF-Token": proof(client)})
        assert client.get("/api/session").json()["author"] == "Mei"
        assert "Who are you?" not in client.get("/").text
    assert len(names) == 2
    assert all(name.startswith("guest ") for name in names)


def test_cookies_stay_within_tls_where_a_proxy_speaks_it(workspace: Workspace) -> None:
    gate = Gate(token=TOKEN, hosts=("*",))
    client = TestClient(create_app(workspace, gate=gate), base_url="https://x", follow_redirects=False)
    cookie = client.get("/login", params={"token": TOKEN}).headers["set-cookie"]
    assert cookie.endswith("; Secure")
    named = client.put("/api/session", json={"author": "Mei"}, headers={"X-CSRF-Token": proof(client)})
    assert named.headers["set-cookie"].endswith("; Secure")


def test_a_token_on_loopback_is_asked_for_under_any_name() -> None:
    gate = gate_for("127.0.0.1", 8765, "x" * 24)
    assert (gate.token, gate.hosts) == ("x" * 24, ("*",))


def test_a_document_that_is_too_long_is_refused(local: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(security, "MAX_UPLOAD", 1000)
    headers = {"X-CSRF-Token": proof(local)}
    answer = local.post("/api/documents?stem=long", json={"x": "y" * 2000}, headers=headers)
    assert (answer.status_code, "1,000" in answer.json()["detail"]) == (413, True)
