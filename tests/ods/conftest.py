"""A small ODS of these tests' own, served on 127.0.0.1, which can be told to misbehave."""

import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from edfi_audit.settings import Connection

KEY, SECRET = "synthetic-key", "synthetic-secret"


@contextmanager
def running(app, host="127.0.0.1"):
    """The base URL of `app`, served by a real server for as long as the block lasts."""
    with socket.socket(proto=socket.IPPROTO_TCP) as listener:  # else asyncio leaves Nagle on
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.005)
        try:
            yield f"http://{host}:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@dataclass
class SmallOds:
    """Rows by resource, and what to do instead of answering: `fault(request, n)`, n from 1.

    It knows no change versions, only rows; `newest` is the version it claims, None for none. `n`
    counts the requests for that method and path. `asked` holds every request in order.
    """

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    version: str = "7.3"
    root: dict[str, Any] = field(default_factory=dict)
    scope: dict[str, Any] | None = None
    token_seconds: int = 1800
    newest: int | None = None
    fault: Callable[[Request, int], Response | None] = lambda _request, _n: None
    asked: list[Request] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    live: set[str] = field(default_factory=set)
    seen: Counter[tuple[str, str]] = field(default_factory=Counter)

    def app(self):
        """The ASGI application."""
        routes = {
            "/": self._discover,
            "/oauth/token": self._grant,
            "/oauth/token_info": self._introspect,
            "/changeQueries/v1/availableChangeVersions": self._changes,
            "/data/v3/ed-fi/{resource}": self._collection,
            "/data/v3/ed-fi/{resource}/partitions": self._partitions,
        }
        return Starlette(
            routes=[
                Route(path, self._guarded(answer), methods=["GET", "POST"])
                for path, answer in routes.items()
            ]
        )

    def paths(self, method="GET"):
        """The paths asked for with `method`, in order."""
        return [request.url.path for request in self.asked if request.method == method]

    def _guarded(self, answer):
        def endpoint(request: Request) -> Response:
            self.asked.append(request)
            place = (request.method, request.url.path)
            self.seen[place] += 1
            if (fault := self.fault(request, self.seen[place])) is not None:
                return fault
            bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
            if not request.url.path.startswith(("/data", "/change")) or bearer in self.live:
                return answer(request)
            return JSONResponse({"detail": "The caller could not be authenticated."}, 401)

        return endpoint

    def _discover(self, request):
        base = str(request.base_url).rstrip("/")
        return JSONResponse(
            {
                "version": self.version,
                "dataModels": [{"name": "Ed-Fi", "version": "5.2.0"}],
                "urls": {
                    "oauth": f"{base}/oauth/token",
                    "dataManagementApi": f"{base}/data/v3/",
                    "changeQueries": f"{base}/changeQueries/v1/",
                },
            }
            | self.root
        )

    def _grant(self, _request):
        self.tokens.append(f"synthetic-token-{len(self.tokens)}")
        self.live.add(self.tokens[-1])
        return JSONResponse({"access_token": self.tokens[-1], "expires_in": self.token_seconds})

    def _introspect(self, _request):
        return JSONResponse(self.scope) if self.scope else Response(status_code=404)

    def _changes(self, _request):
        if self.newest is None:
            return Response(status_code=404)
        return JSONResponse({"oldestChangeVersion": 0, "newestChangeVersion": self.newest})

    def _collection(self, request):
        rows = self.rows.get(request.path_params["resource"])
        if rows is None:
            return JSONResponse({"type": "urn:ed-fi:api:not-found"}, 404)
        query = request.query_params
        headers = {}
        if "schoolYear" in query:
            rows = [r for r in rows if str(_year(r)) == query["schoolYear"]]
        if query.get("totalCount") == "true":
            headers["Total-Count"] = str(len(rows))
        if "pageToken" in query:
            first, last = map(int, query["pageToken"].split("-"))
            page = rows[first : min(last, first + int(query["pageSize"]))]
            if page:
                headers["Next-Page-Token"] = f"{first + len(page)}-{last}"
        else:
            first = int(query["offset"])
            page = rows[first : first + int(query["limit"])]
        return Response(json.dumps(page), headers=headers, media_type="application/json")

    def _partitions(self, request):
        rows = self.rows.get(request.path_params["resource"])
        if rows is None:
            return JSONResponse({"type": "urn:ed-fi:api:not-found"}, 404)
        size = max(1, -(-len(rows) // int(request.query_params["number"])))
        tokens = [f"{at}-{at + size}" for at in range(0, len(rows), size)]
        return JSONResponse({"pageTokens": tokens})


def _year(row):
    return row.get("schoolYearTypeReference", {}).get("schoolYear")


def connection_to(base_url, **settings):
    """A connection to a `SmallOds` at `base_url`, with small pages."""
    given = {"client_id": KEY, "client_secret": SECRET, "page_size": 3, "timeout": 5}
    return Connection(base_url=base_url, **(given | settings))


@pytest.fixture(autouse=True)
def token_folder(tmp_path, monkeypatch):
    """A folder of its own for the tokens of each test."""
    folder = tmp_path / "tokens"
    monkeypatch.setenv("EDFI_AUDIT_TOKEN_DIR", str(folder))
    return folder


@pytest.fixture
def serve():
    """Serves an ASGI app until the test ends; gives its base URL."""
    with ExitStack() as stack:
        yield lambda app, host="127.0.0.1": stack.enter_context(running(app, host))


@pytest.fixture
def small_ods(serve):
    """Makes and serves a `SmallOds`; gives it and a connection to it."""

    def make(*, connection=None, **content):
        ods = SmallOds(**content)
        return ods, connection_to(serve(ods.app()), **(connection or {}))

    return make
