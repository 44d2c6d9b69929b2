"""The application: the API, the pages, and the walls around both."""

from __future__ import annotations

import getpass
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import resources
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from pipeline.errors import DuizhaoError, InputError, OutputError, UsageError
from pipeline.review.api import Conflict, make_api, segment_of
from pipeline.review.folder import Folder
from pipeline.review.pages import make_pages
from pipeline.review.security import Gate, Guard
from pipeline.review.workspace import NotFound, Refused, Workspace
from pipeline.store.segments import StaleWrite
from pipeline.version import tool_version

STATUS: tuple[tuple[type[DuizhaoError], int], ...] = (
    (NotFound, 404),
    (Refused, 409),
    (UsageError, 400),
    (InputError, 400),
    (OutputError, 500),
)


def create_app(
    space: Workspace, *, gate: Gate | None = None, folder: Folder | None = None, author: str = ""
) -> FastAPI:
    """The application over a workspace.

    Args:  gate: who may come in; by default this machine only, without a login.
           folder: where documents are written back to as they change.
           author: the name for the record until a person gives one; by default the system's.
    """
    gate = gate or Gate()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        if folder is not None:
            folder.start()
        yield
        space.checking.stop()
        if folder is not None:
            folder.stop()

    # The shipped pages for reading an OpenAPI document load scripts from elsewhere.
    app = FastAPI(
        title="duizhao review", version=tool_version(), docs_url=None, redoc_url=None,
        openapi_url="/api/openapi.json", lifespan=lifespan,
    )  # fmt: skip
    app.include_router(make_api(space, gate, author or _system_name()))
    app.include_router(make_pages(space, gate, author or _system_name()), include_in_schema=False)
    app.router.routes.append(Mount("/static", _Static(), name="static"))
    app.add_exception_handler(DuizhaoError, _refused)
    app.add_middleware(Guard, gate=gate)
    return app


def _refused(_: Request, error: Exception) -> JSONResponse:
    if isinstance(error, StaleWrite):
        current = None if error.current is None else segment_of(error.current)
        answer = Conflict(detail=str(error), current=current, merged=error.merged)
        return JSONResponse(answer.model_dump(), status_code=409)
    status = next((code for kind, code in STATUS if isinstance(error, kind)), 400)
    return JSONResponse({"detail": str(error)}, status_code=status)


class _Static:
    """The shipped files: ours and the style sheet and the lighting that the written page uses as well."""

    def __init__(self) -> None:
        own = Path(str(resources.files("pipeline.review") / "static"))
        shared = Path(str(resources.files("pipeline.write") / "templates"))
        self._own = StaticFiles(directory=own)
        self._shared = {name: shared / name for name in ("style.css", "light.js")}

    async def __call__(self, scope: Scope, receive, send) -> None:  # type: ignore[no-untyped-def]
        name = scope["path"].removeprefix(scope.get("root_path", "")).lstrip("/")
        if name in self._shared:
            kind = "text/css" if name.endswith(".css") else "text/javascript"
            response = Response(self._shared[name].read_bytes(), media_type=kind)
            return await response(scope, receive, send)
        return await self._own(scope, receive, send)


def _system_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "reviewer"
