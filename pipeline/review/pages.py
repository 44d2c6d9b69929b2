"""The pages: a list of documents, one to work in, and the pieces that it loads."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any
from urllib.parse import parse_qs, quote, urlencode

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from jinja2 import Environment
from markupsafe import Markup
from starlette.responses import HTMLResponse, RedirectResponse, Response

from pipeline.document import Document, Section
from pipeline.prepare.script import convert
from pipeline.review import brief, links
from pipeline.review.concordance import concordance
from pipeline.review.diff import difference
from pipeline.review.rows import RowView, row_views
from pipeline.review.security import Gate, author_of, name_of, set_session
from pipeline.review.suggest import suggestions
from pipeline.review.terms import find_uses
from pipeline.review.workspace import Filter, Workspace
from pipeline.write import FORMATS
from pipeline.write.environment import make_environment

WINDOW = 40  # rows loaded at once: two or three screens
STATES = {
    "open": "to review",
    "": "all",
    "rejected": "rejected",
    "reviewed": "reviewed",
    "final": "final",
}
ACTIONS = {
    "edit": "wrote", "approve": "approved", "reject": "rejected", "reopen": "reopened", "undo": "took back",
    "waive": "accepted an issue", "comment": "commented", "term": "changed a term", "merge": "joined",
    "split": "cut", "shift": "moved a sentence", "import": "took in a new run", "final": "closed",
}  # fmt: skip


LABELS = {
    "md": "Markdown", "html": "Web page (html)", "docx": "Word (docx)", "pdf": "PDF", "json": "JSON (complete)",
    "tmx": "TMX (memory)", "xliff": "XLIFF", "csv": "Table (csv)", "parquet": "Parquet",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Span:
    """A window of the list: the names in it and the name before it, from which headings follow."""

    names: tuple[str, ...]
    before: str


def make_pages(space: Workspace, gate: Gate, default_author: str) -> APIRouter:
    """All pages and fragments of pages."""
    pages = APIRouter(default_response_class=HTMLResponse)

    def who(request: Request) -> str:
        return name_of(gate, request.headers, default_author)

    def page(template: str, request: Request, **values: Any) -> Response:
        session = gate.session_of(request.headers)
        fresh = session is None
        session = session or gate.new_session()
        nameless = bool(gate.token) and not author_of(request.headers)
        text = _render(template, csrf=gate.csrf(session), author=who(request), nameless=nameless, **values)
        response = HTMLResponse(text)
        if fresh:
            set_session(response, session)
        return response

    _login_pages(pages, gate)
    _document_pages(pages, space, page)
    _row_fragments(pages, space)
    _brief_fragments(pages, space)
    _panels(pages, space)
    return pages


def _login_pages(pages: APIRouter, gate: Gate) -> None:
    def enter(token: str) -> Response:
        if not gate.allows_token(token):
            return HTMLResponse(_render("login.html.j2", wrong=True, csrf="", author=""), status_code=401)
        response = RedirectResponse("/", status_code=303)
        set_session(response, gate.new_session())
        return response

    @pages.get("/login")
    def login(token: str = "") -> Response:
        if not gate.token:
            return RedirectResponse("/", status_code=303)
        return (
            enter(token) if token else HTMLResponse(_render("login.html.j2", wrong=False, csrf="", author=""))
        )

    @pages.post("/login")
    async def submit(request: Request) -> Response:
        return enter((await _form(request)).get("token", ""))


def _document_pages(pages: APIRouter, space: Workspace, page: Callable[..., Response]) -> None:
    @pages.get("/")
    def index(request: Request) -> Response:
        return page("documents.html.j2", request, documents=space.overviews())

    @pages.get("/documents/{document}")
    def review(
        document: int, request: Request, order: str = "text", state: str = "", check: str = "",
        section: str = "", text: str = "",
    ) -> Response:  # fmt: skip
        wanted = Filter(state=state if state in STATES else "", check=check, section=section, text=text[:200])
        names = space.names(document, wanted, by_risk=order == "risk")
        frame = space.frame(document)
        _, last = space.feed(document, 2**62)
        _, checked = space.checking.news(document, 2**62)
        return page(
            "review.html.j2",
            request,
            one=space.overview(document),
            frame=frame,
            brief=brief.view_lines(space, document) if frame.brief else [],
            document=document,
            checks=space.checks(document),
            sections=frame.sections,
            depth=_depths(frame.sections),
            wanted=wanted,
            order="risk" if order == "risk" else "text",
            states=STATES,
            formats=list(FORMATS),
            labels=LABELS,
            spans=_spans(names),
            found=len(names),
            first=_views(space, document, names[:WINDOW], "", risk=order == "risk"),
            last=last,
            checked=checked,
            narrowed=wanted != Filter(),
        )

    @pages.get("/documents/{document}/open")
    def still_open(document: int) -> str:
        """The names of the segments that are to be reviewed."""
        names = space.names(document, Filter(state="open"), by_risk=False)
        return " ".join(quote(name, safe="") for name in names)

    @pages.get("/documents/{document}/status")
    def status(document: int) -> str:
        return _render("status.html.j2", one=space.overview(document))


def _row_fragments(pages: APIRouter, space: Workspace) -> None:
    @pages.get("/documents/{document}/rows")
    def rows(
        document: int, n: Annotated[list[str], Query(max_length=200)], before: str = "", order: str = "text"
    ) -> str:
        return _render("rows.html.j2", views=_views(space, document, n, before, risk=order == "risk"))

    @pages.post("/documents/{document}/rows/{name}/try")
    async def try_out(document: int, name: str, request: Request) -> str:
        target = (await _form(request)).get("target", "")

        def check() -> str:
            entry = space.tried(document, name, target)
            (shown,) = row_views(space.frame(document), [entry], cited={}, comments={})
            return _render("live.html.j2", checked=shown)

        return await run_in_threadpool(check)


def _brief_fragments(pages: APIRouter, space: Workspace) -> None:
    at = "/documents/{document}/brief"

    @pages.get(f"{at}/figures")
    def figures(document: int) -> str:
        return _render("figures.html.j2", found=brief.view_figures(space, document))

    @pages.get(f"{at}/lines/{{name}}")
    def line(document: int, name: str) -> str:
        return _render("line.html.j2", one=brief.view_line(space, document, name))

    @pages.post(f"{at}/lines/{{name}}/try")
    async def try_line(document: int, name: str, request: Request) -> str:
        form = await _form(request)

        def check() -> str:
            shown = brief.tried(space, document, name, form.get("zh", ""), form.get("en", ""))
            return _render("live.html.j2", checked=shown)

        return await run_in_threadpool(check)


def _panels(pages: APIRouter, space: Workspace) -> None:
    at = "/documents/{document}/panel"

    @pages.get(f"{at}/history/{{name}}")
    def history(document: int, name: str) -> str:
        found = space.history(document, name)
        return _render("history.html.j2", name=name, revisions=found, actions=ACTIONS)

    @pages.get(f"{at}/comments/{{name}}")
    def comments(document: int, name: str) -> str:
        return _render("comments.html.j2", name=name, comments=space.comments(document, name))

    @pages.get(f"{at}/suggestions/{{name}}")
    def suggest(document: int, name: str) -> str:
        target = space.entry(document, name).segment.target or ""
        return _render(
            "suggestions.html.j2", name=name, target=target, found=suggestions(space, document, name)
        )

    @pages.get(f"{at}/links/{{name}}")
    def link(document: int, name: str) -> str:
        entry = space.entry(document, name)
        segment = entry.segment
        before, after = links.neighbours(space, document, entry)
        return _render(
            "links.html.j2",
            name=name,
            segment=segment,
            before=before,
            after=after,
            source_parts=_parts(segment.text, links.source_places(segment.text)),
            target_parts=_parts(segment.target or "", links.target_places(segment.target or "")),
        )

    @pages.get(f"{at}/issues/{{name}}")
    def issues(document: int, name: str) -> str:
        line = brief.view_line(space, document, name) if name.startswith("b-") else None
        entry = line.entry if line else space.entry(document, name)
        return _render("issues.html.j2", name=name, entry=entry)

    @pages.get(f"{at}/terms")
    def terms(document: int, zh: str = "", old: str = "", new: str = "") -> str:
        uses = find_uses(space, zh[:200], old[:400], new[:400]) if old.strip() and new.strip() else None
        return _render("terms.html.j2", document=document, zh=zh, old=old, new=new, uses=uses)

    @pages.get(f"{at}/concordance")
    def words(document: int, q: str = "") -> str:
        found = concordance(space, q[:200]) if q.strip() else None
        return _render("concordance.html.j2", document=document, q=q, found=found)


def _views(
    space: Workspace, document: int, names: Sequence[str], before: str, *, risk: bool = False
) -> list[RowView]:
    frame = space.frame(document)
    cited = _cited(frame)
    wanted = [before, *names] if before else list(names)
    found = space.entries(document, wanted)
    earlier = found.pop(0) if before and found and found[0].name == before else None
    return row_views(
        frame, found, cited=cited, comments=space.commented(document), before=earlier, by_section=not risk
    )


def _cited(frame: Document) -> dict[str, str]:
    """The first line of the brief that rests on a segment, points before the abstract."""
    lines = brief.lines_of(frame.brief) if frame.brief else {}
    found: dict[str, str] = {}
    for name, line in sorted(lines.items(), key=lambda item: not item[0].startswith("b-points")):
        for segment in line.segments:
            found.setdefault(segment, name)
    return found


def _line_label(name: str) -> str:
    kind, _, n = name.removeprefix("b-").partition("-")
    words = {"headline": "Headline of the brief", "abstract": "Abstract", "points": "Point"}[kind]
    return f"{words} {int(n) + 1}" if n else words


def _spans(names: Sequence[str]) -> list[Span]:
    return [
        Span(tuple(names[at : at + WINDOW]), names[at - 1] if at else "")
        for at in range(0, len(names), WINDOW)
    ]


def _depths(sections: Sequence[Section]) -> dict[str, int]:
    depth: dict[str, int] = {}
    for section in sections:
        depth[section.id] = depth.get(section.parent or "", -1) + 1
    return depth


def _parts(text: str, places: Sequence[int]) -> list[tuple[int, str]]:
    """The text cut at places, each part with the place where it begins."""
    ends = [*places, len(text)]
    return [(a, text[a:b]) for a, b in zip([0, *places], ends, strict=True) if text[a:b]]


def _lit(text: str, words: str) -> list[tuple[str, bool]]:
    """The text in parts, each with whether it is one of the places of the words, in either script."""
    wanted = {words.strip(), convert(words.strip(), "t2s"), convert(words.strip(), "s2t")} - {""}
    if not wanted:
        return [(text, False)]
    pattern = re.compile(
        f"({'|'.join(map(re.escape, sorted(wanted, key=len, reverse=True)))})", re.IGNORECASE
    )
    return [(part, n % 2 == 1) for n, part in enumerate(pattern.split(text)) if part]


async def _form(request: Request) -> dict[str, str]:
    body = (await request.body()).decode("utf-8", "replace")
    return {key: values[-1] for key, values in parse_qs(body, keep_blank_values=True).items()}


def _render(template: str, **values: Any) -> str:
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> Environment:
    return make_environment(
        "pipeline.review",
        trim=True,
        difference=difference,
        line_label=_line_label,
        lit=_lit,
        quote=lambda text: quote(text, safe=""),
        query=lambda **values: Markup("?") + urlencode({k: v for k, v in values.items() if v}),
        window=WINDOW,
    )
