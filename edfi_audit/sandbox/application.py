"""The ASGI application: routes of one release and mode over one folder of records."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from edfi_audit.sandbox.authorization import issue_token, token_info
from edfi_audit.sandbox.changes import (
    available_change_versions,
    deletes,
    key_changes,
    list_snapshots,
)
from edfi_audit.sandbox.connections import Connections
from edfi_audit.sandbox.discovery import discover
from edfi_audit.sandbox.metadata import (
    dependencies,
    list_documents,
    openapi_document,
    profile_document,
)
from edfi_audit.sandbox.ods import Ods, correlation_id, ods_of
from edfi_audit.sandbox.paths import Paths
from edfi_audit.sandbox.problems import NOT_FOUND, RefusedError, method_not_allowed, respond
from edfi_audit.sandbox.reading import read_collection, read_item
from edfi_audit.sandbox.trouble import Trouble
from edfi_audit.sandbox.writing import write_collection, write_item

__all__ = ["create_app"]

_Endpoint = Callable[[Request], Awaitable[Response]]
_WRITES = ("POST", "PUT", "DELETE")


def create_app(ods: Ods, connections: Connections) -> ASGIApp:
    """The stand-in ODS as an application; `connections` are those of the server it runs in."""
    app = Starlette(
        routes=_routes(ods),
        exception_handlers={RefusedError: _refused, HTTPException: _unrouted},
    )
    app.state.ods = ods
    return _AnyCase(Trouble(app, ods, connections))


def _routes(ods: Ods) -> list[Route]:
    paths = Paths(ods.flavour, **ods.options.segments)
    segments = paths.root.split("/")[1:]
    roots = {f"/{'/'.join(segments[:count])}" for count in range(len(segments) + 1)}
    records = f"{paths.data}/ed-fi/{{resource}}"
    return [
        *[_route(root, discover) for root in sorted(roots)],
        _route(f"{paths.oauth}/token", issue_token, "POST"),
        _route(f"{paths.oauth}/token_info", token_info, "POST"),
        *[_route(path, list_documents) for path in sorted({paths.metadata, paths.own_metadata})],
        _route(f"{paths.data_metadata}/dependencies", dependencies),
        _route(f"{paths.data_metadata}/{{section}}/swagger.json", openapi_document),
        _route(f"{paths.data_metadata}/profiles/{{profile}}/swagger.json", profile_document),
        _route(f"{paths.change_queries}/availableChangeVersions", available_change_versions),
        _route(f"{paths.change_queries}/snapshots", list_snapshots),
        _route(f"{records}/deletes", deletes),
        _route(f"{records}/keyChanges", key_changes),
        _route(records, read_collection),
        _route(records, write_collection, *_WRITES),
        _route(f"{records}/{{id}}", read_item),
        _route(f"{records}/{{id}}", write_item, *_WRITES),
    ]


def _route(path: str, endpoint: _Endpoint, *methods: str) -> Route:
    route = Route(path.lower(), endpoint, methods=methods or ["GET"])
    (route.methods or set()).discard("HEAD")  # an ODS answers HEAD with 405
    return route


def _refused(request: Request, error: Exception) -> Response:
    problem = error.problem if isinstance(error, RefusedError) else NOT_FOUND
    return respond(problem, ods_of(request).flavour, correlation_id(request))


def _unrouted(request: Request, error: Exception) -> Response:
    """No such path, or not with this method."""
    problem = NOT_FOUND
    if isinstance(error, HTTPException) and error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        problem = method_not_allowed(allow=(error.headers or {}).get("Allow", "GET"))
    return respond(problem, ods_of(request).flavour, correlation_id(request))


class _AnyCase:
    """Paths are the same in any case, and with or without a slash at the end."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"].lower().rstrip("/") or "/"
        await self._app({**scope, "path": path}, receive, send)
