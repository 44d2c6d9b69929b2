"""Who may do what: loopback without a login, anywhere else with a token; no other site may write for us.

Four walls, each in its own function: the name of the host (a page elsewhere that resolves its name to
127.0.0.1 is refused), the session, the proof that a write comes from our own page, and the size of what
is sent. Headers forbid everything that the pages do not need.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import ipaddress
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from urllib.parse import quote, unquote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SESSION = "duizhao"
AUTHOR = "duizhao_author"
SAFE = ("GET", "HEAD", "OPTIONS")
LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")
OPEN_PATHS = ("/login", "/static/")
MAX_BODY = 1_000_000  # of a write; a segment is far shorter
MAX_UPLOAD = 100_000_000  # of a document: the longest report measured, 10,000 segments, has 12 MB
HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


def is_loopback(host: str) -> bool:
    """Whether an address is this machine's own."""
    name = host.strip("[]")
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Gate:
    """The rules of one running application; `token` empty means loopback only, without a login."""

    token: str = ""
    hosts: tuple[str, ...] = LOCAL_NAMES
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def new_session(self) -> str:
        """The value of a session's cookie."""
        name = secrets.token_urlsafe(24)
        return f"{name}.{self._sign('session', name)}"

    def session_of(self, headers: Headers) -> str | None:
        """The session that a request carries, None where it carries none of ours."""
        value = cookie(headers, SESSION)
        name, _, signature = value.partition(".")
        good = hmac.compare_digest(signature.encode(), self._sign("session", name).encode())
        return value if name and good else None

    def csrf(self, session: str) -> str:
        """What a write of this session proves itself with."""
        return self._sign("write", session)

    def allows_token(self, given: str) -> bool:
        """Whether this is the token."""
        return bool(self.token) and hmac.compare_digest(given.encode(), self.token.encode())

    def _sign(self, purpose: str, value: str) -> str:
        return hmac.new(self.secret, f"{purpose}:{value}".encode(), hashlib.sha256).hexdigest()


def cookie(headers: Mapping[str, str], name: str) -> str:
    """A cookie's value, empty where there is none."""
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(name)
    except CookieError:
        return ""
    return found.value if found else ""


def author_of(headers: Headers) -> str:
    """The name that the person gave, as it stands in the record."""
    return " ".join(unquote(cookie(headers, AUTHOR)).split())[:120]


def name_of(gate: Gate, headers: Headers, default: str) -> str:
    """Who acts: the name that was given, else on a shared review one for the session, else the default.

    Two people who have not said who they are stay two people in the record.
    """
    given = author_of(headers)
    session = gate.session_of(headers) if gate.token and not given else None
    return given or (f"guest {hashlib.sha256(session.encode()).hexdigest()[:4]}" if session else default)


def set_session(response: Response, session: str) -> None:
    """Give the browser its session; no script can read it and no other site can send it."""
    response.set_cookie(SESSION, session, httponly=True, samesite="strict", path="/")


def set_author(response: Response, name: str) -> None:
    """Remember the person's name for a year."""
    value = quote(" ".join(name.split())[:120])
    response.set_cookie(AUTHOR, value, httponly=True, samesite="strict", path="/", max_age=31_536_000)


class Guard:
    """The walls around an application."""

    def __init__(self, app: ASGIApp, gate: Gate) -> None:
        self._app = app
        self._gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        headers = Headers(scope=scope)
        with_headers = _with_headers(send, secure=scope.get("scheme") == "https")
        refusal = self._refusal(scope, headers)
        if refusal is not None:
            return await refusal(scope, receive, with_headers)
        limit = MAX_UPLOAD if scope["path"] == "/api/documents" else MAX_BODY
        return await _limited(self._app, limit, headers)(scope, receive, with_headers)

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        if not self._knows_host(headers):
            return _refuse(400, "this host name is not ours; use the address that was printed at the start")
        session = self._gate.session_of(headers)
        bearer = headers.get("authorization", "").removeprefix("Bearer ")
        by_token = self._gate.allows_token(bearer)
        if self._gate.token and not session and not by_token and not _is_open(scope["path"]):
            return _log_in(scope, headers)
        if scope["method"] in SAFE or by_token or scope["path"] == "/login":
            return (
                None
                if _same_site(headers) or scope["path"] == "/login"
                else _refuse(403, "not from another site")
            )
        return self._writes_refusal(headers, session)

    def _writes_refusal(self, headers: Headers, session: str | None) -> Response | None:
        """A write comes from a page of ours: same origin, and with the proof that only it could read."""
        if not _same_site(headers) or not _same_origin(headers):
            return _refuse(403, "a write from another site")
        given = headers.get("x-csrf-token", "")
        expected = self._gate.csrf(session) if session else ""
        if not expected or not hmac.compare_digest(given.encode(), expected.encode()):
            return _refuse(403, "a write needs the session's X-CSRF-Token; GET /api/session gives one")
        return None

    def _knows_host(self, headers: Headers) -> bool:
        if "*" in self._gate.hosts:
            return True
        name = urlsplit(f"//{headers.get('host', '')}").hostname
        return name in self._gate.hosts


def _is_open(path: str) -> bool:
    return path == "/login" or path.startswith("/static/")


def _same_site(headers: Headers) -> bool:
    """Browsers say where a request comes from; a link typed or followed counts as none for reading."""
    if headers.get("sec-fetch-mode") == "navigate":
        return True
    return headers.get("sec-fetch-site", "none") in ("same-origin", "none")


def _same_origin(headers: Headers) -> bool:
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")


def _log_in(scope: Scope, headers: Headers) -> Response:
    if scope["method"] == "GET" and "text/html" in headers.get("accept", ""):
        return RedirectResponse("/login", status_code=303)
    return _refuse(401, "log in with the token that was printed at the start")


def _refuse(status: int, detail: str) -> Response:
    return JSONResponse({"detail": detail}, status_code=status)


def _with_headers(send: Send, *, secure: bool) -> Send:
    """With the headers of every answer; behind a proxy that speaks TLS cookies stay within it."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            if secure:
                cookies = [f"{value}; Secure" for value in headers.getlist("set-cookie")]
                del headers["set-cookie"]
                for value in cookies:
                    headers.append("set-cookie", value)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("cache-control", "no-store")
        await send(message)

    return sending


class _TooLong(Exception):
    pass


def _limited(app: ASGIApp, limit: int, headers: Headers) -> ASGIApp:
    """The application, to which no more than `limit` bytes are passed on."""

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        refusal = _refuse(413, f"longer than {limit:,} bytes")
        announced = headers.get("content-length", "0")
        if not announced.isdigit() or int(announced) > limit:
            await refusal(scope, receive, send)
            return
        taken, started = 0, False

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > limit:
                raise _TooLong
            return message

        async def watched(message: Message) -> None:
            nonlocal started
            # The application may turn our exception into an answer of its own; ours says what is wrong.
            if taken <= limit:
                started = True
                await send(message)

        with contextlib.suppress(_TooLong):
            await app(scope, counted, watched)
        if taken > limit and not started:
            await refusal(scope, receive, send)

    return call
