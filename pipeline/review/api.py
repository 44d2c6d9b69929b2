"""The JSON interface under /api; every write names the version that it was based on."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from pipeline.errors import InputError
from pipeline.review import brief, links
from pipeline.review.checking import Progress
from pipeline.review.concordance import concordance
from pipeline.review.export import exported, media_type
from pipeline.review.presence import Presence, Visitor
from pipeline.review.security import Gate, name_of, set_author, set_session
from pipeline.review.suggest import suggestions
from pipeline.review.terms import apply_term, find_uses
from pipeline.review.workspace import Filter, Overview, Workspace
from pipeline.store.revisions import Revision
from pipeline.store.segments import Entry, StaleWrite, body_of, risk
from pipeline.write import FORMATS
from pipeline.write.as_json import from_dict

STEM = re.compile(r"[^/\\\0.][^/\\\0]{0,199}")
MAX_TARGET = 100_000

Text = Annotated[str, StringConstraints(max_length=MAX_TARGET)]
# Some sign that is no white space; U+0085 is one to Python and Rust and none to the standard of JSON Schema.
WORD = r"[^\s\x85]"
LineWords = Annotated[str, StringConstraints(min_length=1, max_length=MAX_TARGET, pattern=WORD)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=WORD)]
Number = Annotated[int, Path(ge=1, lt=2**31)]
Name = Annotated[str, Path(min_length=1, max_length=64)]
Group = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]
Version = Annotated[int, Field(ge=0, lt=2**31)]


class Given(BaseModel):
    """What a client sends: nothing unknown in it."""

    model_config = ConfigDict(extra="forbid")


class Who(Given):
    author: Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=WORD)]


class Based(Given):
    version: Version


class Edit(Based):
    target: Text
    approve: bool = False


class Rejection(Based):
    reason: Annotated[str, StringConstraints(max_length=2000)] = ""


class Waiver(Based):
    check: Words
    reason: Words
    message: Annotated[str, StringConstraints(max_length=4000)] = ""


class LineEdit(Based):
    zh: LineWords
    en: LineWords


class Choice(Based):
    figures: Annotated[
        list[Annotated[str, StringConstraints(min_length=1, max_length=80)]], Field(max_length=200)
    ]


class Here(Given):
    tab: Annotated[str, StringConstraints(pattern=r"^[0-9a-zA-Z-]{8,64}$")]
    segment: Annotated[str, StringConstraints(max_length=64)] = ""
    editing: bool = False
    leaving: bool = False


class Target(Given):
    target: Text


class Said(Given):
    body: Words


class Approval(Given):
    rest: bool = False


class TermChange(Given):
    zh: Annotated[str, StringConstraints(max_length=200)] = ""
    old: Annotated[str, StringConstraints(min_length=1, max_length=400, pattern=WORD)]
    new: Annotated[str, StringConstraints(max_length=400)]


class Chosen(Based):
    document: Annotated[int, Field(ge=1, lt=2**31)]
    name: Annotated[str, StringConstraints(min_length=1, max_length=64)]


class TermApplication(TermChange):
    segments: Annotated[list[Chosen], Field(min_length=1, max_length=5000)]


class Merge(Based):
    next_version: Version


class Split(Based):
    source_at: Annotated[int, Field(ge=0, le=10_000_000)]
    target_at: Annotated[int, Field(ge=0, le=10_000_000)]


class Shift(Based):
    other_version: Version
    side: Literal["source", "target"]
    to: Literal["next", "previous"]


class Segment(BaseModel):
    """A segment with its quantities and issues as in the file, its version and its risk."""

    name: str
    version: int
    position: int
    risk: float
    segment: dict[str, Any]
    quantities: list[dict[str, Any]]
    issues: list[dict[str, Any]]


class Line(BaseModel):
    """A line of the brief; `segments` prove it, `quotes` is the one that it repeats word for word."""

    name: str
    version: int
    zh: str
    en: str
    segments: list[str]
    quotes: str | None
    quantities: list[dict[str, Any]]
    issues: list[dict[str, Any]]


class Figures(BaseModel):
    version: int
    figures: list[str]


class Refusal(BaseModel):
    """Why something was not done."""

    detail: str


class Conflict(Refusal):
    """Somebody else wrote first: what stands there now, and both changes in one text where that is possible."""

    current: Segment | None = None
    merged: str | None = None


class Document(BaseModel):
    id: int
    stem: str
    title_zh: str
    title_en: str
    state: str
    version: int
    segments: int
    reviewed: int
    rejected: int
    errors: int


class Checked(BaseModel):
    """How far a check of all segments is, and how many it found to be different."""

    running: bool
    done: int
    total: int
    changed: int
    failed: str


class Page(BaseModel):
    total: int
    segments: list[Segment]


Answers = dict[int | str, dict[str, Any]]
MISSING: Answers = {
    404: {"model": Refusal},
    400: {"model": Refusal},
    401: {"model": Refusal},
    403: {"model": Refusal},
}
STALE: Answers = {**MISSING, 409: {"model": Conflict}, 413: {"model": Refusal}}


def segment_of(entry: Entry) -> Segment:
    """An entry as JSON."""
    return Segment(
        name=entry.name,
        version=entry.version,
        position=entry.position,
        risk=round(risk(entry), 3),
        **body_of(entry),
    )


def make_api(space: Workspace, gate: Gate, default_author: str) -> APIRouter:
    """All routes under /api."""
    api = APIRouter(prefix="/api")

    def who(request: Request) -> str:
        return name_of(gate, request.headers, default_author)

    _session_routes(api, gate, who)
    _presence_routes(api, space, who)
    _reading_routes(api, space)
    _writing_routes(api, space, who)
    _link_routes(api, space, who)
    _brief_routes(api, space, who)
    _term_routes(api, space, who)
    return api


def _session_routes(api: APIRouter, gate: Gate, who: Callable[[Request], str]) -> None:
    @api.get("/session", responses=MISSING)
    def session(request: Request, response: Response) -> dict[str, str]:
        """The person's name, and what a write proves itself with (header X-CSRF-Token)."""
        value = gate.session_of(request.headers)
        if value is None:
            value = gate.new_session()
            set_session(response, value)
        return {"author": who(request), "csrf": gate.csrf(value)}

    @api.put("/session", responses=STALE)
    def rename(name: Who, response: Response) -> dict[str, str]:
        """Say who you are; the name stands beside all that you do."""
        set_author(response, name.author)
        return {"author": " ".join(name.author.split())}


def _presence_routes(api: APIRouter, space: Workspace, who: Callable[[Request], str]) -> None:
    presence = Presence()

    @api.put("/documents/{document}/presence", responses=STALE)
    def here(document: Number, given: Here, request: Request) -> list[dict[str, Any]]:
        """Say where a page is (again within ten seconds) and learn who else has the document open."""
        space.overview(document)
        if given.leaving:
            presence.gone(document, given.tab)
            return []
        me = Visitor(tab=given.tab, author=who(request), segment=given.segment, editing=given.editing)
        return [
            {"author": one.author, "segment": one.segment, "editing": one.editing}
            for one in presence.here(document, me)
        ]


def _reading_routes(api: APIRouter, space: Workspace) -> None:
    @api.get("/documents", responses=MISSING)
    def list_documents() -> list[Document]:
        return [document_of(one) for one in space.overviews()]

    @api.get("/documents/{document}", responses=MISSING)
    def get_document(document: Number) -> Document:
        return document_of(space.overview(document))

    @api.get("/documents/{document}/segments", responses=MISSING)
    def list_segments(
        document: Number,
        order: Literal["text", "risk"] = "text",
        state: Literal["", "open", "initial", "translated", "reviewed", "final", "rejected"] = "",
        check: Annotated[str, Query(max_length=64)] = "",
        section: Annotated[str, Query(max_length=64)] = "",
        text: Annotated[str, Query(max_length=200)] = "",
        offset: Annotated[int, Query(ge=0, lt=2**31)] = 0,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> Page:
        """Segments in the order of the text or the riskiest first, narrowed by state, check, section, text."""
        wanted = Filter(state=state, check=check, section=section, text=text)
        names = space.names(document, wanted, by_risk=order == "risk")
        found = space.entries(document, names[offset : offset + limit])
        return Page(total=len(names), segments=[segment_of(entry) for entry in found])

    @api.get("/documents/{document}/segments/{name}", responses=MISSING)
    def get_segment(document: Number, name: Name) -> Segment:
        return segment_of(space.entry(document, name))

    @api.get("/documents/{document}/segments/{name}/history", responses=MISSING)
    def get_history(document: Number, name: Name) -> list[dict[str, Any]]:
        """Who did what when, newest first."""
        return [revision_of(one) for one in space.history(document, name)]

    @api.get("/documents/{document}/segments/{name}/comments", responses=MISSING)
    def get_comments(document: Number, name: Name) -> list[dict[str, Any]]:
        space.entry(document, name)
        found = space.comments(document, name)
        return [{"author": one.author, "at": one.at, "body": one.body} for one in found]

    @api.get("/documents/{document}/segments/{name}/suggestions", responses=MISSING)
    def get_suggestions(document: Number, name: Name) -> list[dict[str, Any]]:
        """Other translations: of the memory, of the model, of the same text elsewhere."""
        found = suggestions(space, document, name)
        return [{"target": s.target, "origin": s.origin, "similarity": s.similarity} for s in found]

    @api.get("/documents/{document}/check", responses=MISSING)
    def check_progress(document: Number) -> Checked:
        """How far the check of all segments is that was begun last."""
        return checked_of(space.check_progress(document))

    @api.get("/documents/{document}/changes", responses=MISSING)
    def get_changes(
        document: Number,
        after: Annotated[int, Query(ge=0, lt=2**62)] = 0,
        checks: Annotated[int, Query(ge=0, lt=2**62)] = 0,
    ) -> dict[str, Any]:
        """What happened after a revision: ask again with `last`, and with `checks` for `rechecked`.

        `rechecked` names segments whose issues changed though nobody wrote to them.
        """
        found, last = space.feed(document, after)
        names, count = space.checking.news(document, checks)
        return {"last": last, "changes": found, "checks": count, "rechecked": names}

    @api.get(
        "/documents/{document}/export",
        responses={**MISSING, 409: {"model": Refusal}},
        response_class=Response,
    )
    def export(
        document: Number, format: Annotated[str, Query(json_schema_extra={"enum": list(FORMATS)})] = "json"
    ) -> Response:
        """The document in its current state, in any format of the command line."""
        stem, content = exported(space, document, format)
        name = f"{stem}.{format}".encode("ascii", "replace").decode().replace('"', "_").replace("?", "_")
        headers = {"content-disposition": f'attachment; filename="{name}"'}
        return Response(content, media_type=media_type(format), headers=headers)

    @api.get("/concordance", responses=MISSING)
    def find(
        q: Annotated[str, Query(min_length=1, max_length=200, pattern=WORD)],
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> list[dict[str, Any]]:
        """Where a word stands, in either language, in all documents."""
        return [
            {"document": u.document, "stem": u.stem, "name": u.name, "text": u.text, "target": u.target}
            for u in concordance(space, q, limit=limit)
        ]


def _writing_routes(api: APIRouter, space: Workspace, who: Callable[[Request], str]) -> None:
    at = "/documents/{document}/segments/{name}"

    @api.post("/documents", status_code=201, responses={**STALE, 409: {"model": Refusal}})
    def add(
        stem: Annotated[str, Query(min_length=1, max_length=200)], content: Annotated[dict[str, Any], Body()]
    ) -> Document:
        """Take in a document, as in `<stem>.json`."""
        if not STEM.fullmatch(stem):
            raise InputError(f"not a name for a document: {stem!r}")
        return document_of(space.overview(space.add(stem, from_dict(content))))

    @api.put(at, responses=STALE)
    def edit(document: Number, name: Name, given: Edit, request: Request) -> Segment:
        """Write a translation; it is checked at once. With `approve` it is approved too, unless an error is
        open: then it is written and stays to be reviewed, as `state` says."""
        author = who(request)
        try:
            entry = space.edit(
                document, name, given.version, given.target, author=author, approve=given.approve
            )
        except StaleWrite as stale:
            stale.merged = space.merge_with(document, name, given.version, given.target)
            raise
        return segment_of(entry)

    @api.post(f"{at}/check", responses=STALE)
    def try_out(document: Number, name: Name, given: Target) -> Segment:
        """What the checks would say of a translation; nothing is written."""
        return segment_of(space.tried(document, name, given.target))

    @api.post(f"{at}/approve", responses=STALE)
    def approve(document: Number, name: Name, given: Based, request: Request) -> Segment:
        return segment_of(space.approve(document, name, given.version, author=who(request)))

    @api.post(f"{at}/reject", responses=STALE)
    def reject(document: Number, name: Name, given: Rejection, request: Request) -> Segment:
        author = who(request)
        return segment_of(space.reject(document, name, given.version, author=author, reason=given.reason))

    @api.post(f"{at}/reopen", responses=STALE)
    def reopen(document: Number, name: Name, given: Based, request: Request) -> Segment:
        return segment_of(space.reopen(document, name, given.version, author=who(request)))

    @api.post(f"{at}/waive", responses=STALE)
    def waive(document: Number, name: Name, given: Waiver, request: Request) -> Segment:
        """Accept an issue for a reason; without `message`, all of that check."""
        return segment_of(
            space.waive(
                document, name, given.version, check=given.check, reason=given.reason,
                message=given.message, author=who(request),
            )
        )  # fmt: skip

    @api.post(f"{at}/undo", responses=STALE)
    def undo(document: Number, name: Name, given: Based, request: Request) -> list[Segment]:
        """Take the last change back; what one action did to several segments goes back together."""
        return [segment_of(e) for e in space.undo(document, name, given.version, author=who(request))]

    @api.post(f"{at}/comments", status_code=201, responses=STALE)
    def comment(document: Number, name: Name, given: Said, request: Request) -> dict[str, str]:
        space.comment(document, name, given.body, author=who(request))
        return {"author": who(request), "body": given.body}

    @api.post("/documents/{document}/approve", responses=STALE)
    def approve_all(document: Number, given: Approval, request: Request) -> Document:
        """Close the document; with `rest`, what nobody looked at is approved too. Open errors hold it back."""
        return document_of(brief.approve_document(space, document, author=who(request), rest=given.rest))

    @api.post("/documents/{document}/check", status_code=202, responses=STALE)
    def recheck(document: Number) -> Checked:
        """Begin to run all checks again, those across segments too; GET tells how far it is."""
        return checked_of(space.begin_check(document))


def _link_routes(api: APIRouter, space: Workspace, who: Callable[[Request], str]) -> None:
    at = "/documents/{document}/segments/{name}"

    @api.post(f"{at}/merge", responses=STALE)
    def merge(document: Number, name: Name, given: Merge, request: Request) -> list[Segment]:
        """Join a segment with the next one."""
        versions = (given.version, given.next_version)
        return [segment_of(e) for e in links.merge(space, document, name, versions, author=who(request))]

    @api.post(f"{at}/split", responses=STALE)
    def split(document: Number, name: Name, given: Split, request: Request) -> list[Segment]:
        """Cut a segment in two, at a place in its text and one in its translation."""
        found = links.split(
            space, document, name, given.version, source_at=given.source_at,
            target_at=given.target_at, author=who(request),
        )  # fmt: skip
        return [segment_of(entry) for entry in found]

    @api.post(f"{at}/shift", responses=STALE)
    def shift(document: Number, name: Name, given: Shift, request: Request) -> list[Segment]:
        """Move the last sentence of one side to the next segment, or the first to the one before."""
        found = links.shift(
            space, document, name, (given.version, given.other_version), side=given.side,
            to=given.to, author=who(request),
        )  # fmt: skip
        return [segment_of(entry) for entry in found]


def _brief_routes(api: APIRouter, space: Workspace, who: Callable[[Request], str]) -> None:
    at = "/documents/{document}/brief"

    @api.get(at, responses=MISSING)
    def get_brief(document: Number) -> list[Line]:
        """The lines of the brief, each checked against its own figures, terms and the segments it names."""
        return [line_of(one) for one in brief.view_lines(space, document)]

    @api.get(f"{at}/figures", responses=MISSING)
    def get_figures(document: Number) -> Figures:
        """The key figures: ids of quantities, in their order."""
        return figures_of(brief.view_figures(space, document))

    @api.put(f"{at}/figures", responses=STALE)
    def put_figures(document: Number, given: Choice, request: Request) -> Figures:
        """Choose the key figures; those of the text that are not named are not in the table."""
        return figures_of(
            brief.set_figures(space, document, given.version, given.figures, author=who(request))
        )

    @api.put(f"{at}/lines/{{name}}", responses=STALE)
    def edit_line(document: Number, name: Name, given: LineEdit, request: Request) -> Line:
        """Write a line in both languages; it is checked at once."""
        return line_of(
            brief.edit_line(space, document, name, given.version, given.zh, given.en, author=who(request))
        )

    @api.post(f"{at}/lines/{{name}}/waive", responses=STALE)
    def waive_line(document: Number, name: Name, given: Waiver, request: Request) -> Line:
        """Accept an issue of a line for a reason; without `message`, all of that check."""
        return line_of(
            brief.waive_line(
                space, document, name, given.version, check=given.check, reason=given.reason,
                message=given.message, author=who(request),
            )
        )  # fmt: skip

    @api.post(f"{at}/lines/{{name}}/undo", responses=STALE)
    def undo_line(document: Number, name: Name, given: Based, request: Request) -> Line:
        return line_of(brief.undo_line(space, document, name, given.version, author=who(request)))


def _term_routes(api: APIRouter, space: Workspace, who: Callable[[Request], str]) -> None:
    @api.post("/terms/preview", responses=STALE)
    def preview(given: TermChange) -> list[dict[str, Any]]:
        """Where a rendering stands that is to be changed, in all documents; nothing is written."""
        return [
            {"document": use.document, "stem": use.stem, "name": use.name, "version": use.version,
             "before": use.before, "after": use.after}
            for use in find_uses(space, given.zh, given.old, given.new)
        ]  # fmt: skip

    @api.post("/terms/apply", responses=STALE)
    def apply(given: TermApplication, request: Request) -> dict[str, Any]:
        """Change it in the segments that were chosen; those that have moved on are named and left."""
        chosen = [(one.document, one.name, one.version) for one in given.segments]
        done = apply_term(space, given.zh, given.old, given.new, chosen, author=who(request))
        return {
            "changed": len(done.changed),
            "documents": len({document for document, _ in done.changed}),
            "stale": [{"document": d, "name": n} for d, n in done.stale],
            "group": done.group,
        }

    @api.post("/actions/{group}/undo", responses=STALE)
    def undo_group(group: Group, request: Request) -> dict[str, Any]:
        """Take one action on many segments back, in all documents; what was changed since is named and left."""
        done, left = space.undo_group(group, author=who(request))
        return {"undone": done, "left": [{"document": d, "name": n} for d, n in left]}


def document_of(one: Overview) -> Document:
    """An overview as JSON."""
    row = one.row
    return Document(
        id=row.id, stem=row.stem, title_zh=row.title_zh, title_en=row.title_en, state=row.state,
        version=row.version, segments=one.total, reviewed=one.done, rejected=one.rejected, errors=one.errors,
    )  # fmt: skip


def line_of(one: brief.LineView) -> Line:
    """A line of the brief as JSON."""
    body = body_of(one.entry)
    return Line(
        name=one.name, version=one.version, zh=one.line.zh, en=one.line.en,
        segments=list(one.line.segments), quotes=one.quotes,
        quantities=body["quantities"], issues=body["issues"],
    )  # fmt: skip


def figures_of(found: brief.FiguresView) -> Figures:
    """The chosen figures as JSON."""
    return Figures(version=found.version, figures=[q.id for q in found.figures])


def checked_of(one: Progress) -> Checked:
    """The progress of a check as JSON."""
    return Checked(
        running=one.running, done=one.done, total=one.total, changed=one.changed, failed=one.failed
    )


def revision_of(one: Revision) -> dict[str, Any]:
    """A revision as JSON, with the words before and after."""
    return {
        "id": one.id, "version": one.version, "action": one.action, "author": one.author, "at": one.at,
        "note": one.note, "before": one.target_before, "after": one.target_after, "undoes": one.undoes,
    }  # fmt: skip
