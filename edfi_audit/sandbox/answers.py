"""An answer as a fault has it: made up instead of the application's, or altered."""

from dataclasses import dataclass, replace
from http import HTTPStatus

import orjson
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import Message, Scope

from edfi_audit.sandbox.faults import (
    ContentType,
    CountOff,
    CutPage,
    Duplicate,
    Fault,
    HtmlPage,
    NoPageToken,
    Poison,
    Redirect,
    Status,
    Truncate,
)
from edfi_audit.sandbox.identity import at
from edfi_audit.sandbox.ods import Ods
from edfi_audit.sandbox.problems import respond, server_failed

__all__ = ["Answer", "altered", "canned"]

_HTML = "<html><head><title>{reason}</title></head><body><h1>{status} {reason}</h1></body></html>"


@dataclass(frozen=True)
class Answer:
    """Status, headers and whole body of one response."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    @classmethod
    def of(cls, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> "Answer":
        """The answer with these raw headers."""
        return cls(status, tuple(headers), body)

    def start(self) -> Message:
        """The message that opens it."""
        return {
            "type": "http.response.start",
            "status": self.status,
            "headers": list(self.headers),
        }

    def header(self, name: str) -> str | None:
        """One header, null when it is not there."""
        return Headers(raw=list(self.headers)).get(name)

    def with_header(self, name: str, value: str | None) -> "Answer":
        """The same with one header set, or left out where `value` is null."""
        headers = MutableHeaders(raw=list(self.headers))
        del headers[name]
        if value is not None:
            headers[name] = value
        return replace(self, headers=tuple(headers.raw))

    def with_body(self, body: bytes) -> "Answer":
        """The same with another body, and its length."""
        return replace(self, body=body).with_header("content-length", str(len(body)))


def canned(fault: Fault, scope: Scope, ods: Ods) -> Answer | None:
    """What is answered instead of the application; null when the fault leaves it to answer."""
    if isinstance(fault, Status):
        answer = _failure(fault.status, scope, ods)
        wait = fault.retry_after
        return answer if wait is None else answer.with_header("retry-after", str(wait))
    if isinstance(fault, HtmlPage):
        reason = HTTPStatus(fault.status).phrase
        page = _HTML.format(status=fault.status, reason=reason)
        return _answer(Response(page, fault.status, media_type="text/html"))
    if isinstance(fault, Redirect):
        query = scope["query_string"].decode()
        place = fault.to.rstrip("/") + scope["raw_path"].decode() + (f"?{query}" if query else "")
        return _answer(Response(status_code=fault.status, headers={"Location": place}))
    return None


def altered(answer: Answer, faults: list[Fault], scope: Scope, ods: Ods) -> Answer:
    """The answer after every fault has had its way with it, in order."""
    for fault in faults:
        if isinstance(fault, ContentType):
            answer = answer.with_header("content-type", fault.value)
        elif isinstance(fault, Truncate) and fault.announced:
            answer = answer.with_body(answer.body[: int(len(answer.body) * fault.keep)])
        elif isinstance(fault, Poison) and _holds(answer, fault):
            answer = _failure(500, scope, ods)
        elif answer.status == HTTPStatus.OK:
            answer = _misread(answer, fault)
    return answer


def _misread(answer: Answer, fault: Fault) -> Answer:
    """A page or count that is not what it should be."""
    count = answer.header("total-count")
    if isinstance(fault, CountOff) and count is not None:
        return answer.with_header("total-count", str(int(count) + fault.by))
    if isinstance(fault, NoPageToken):
        return answer.with_header("next-page-token", None)
    if isinstance(fault, CutPage | Duplicate):
        rows = orjson.loads(answer.body)
        return answer.with_body(orjson.dumps(_changed_page(rows, fault)))
    return answer


def _changed_page(rows: list[object], fault: CutPage | Duplicate) -> list[object]:
    if isinstance(fault, CutPage):
        return rows[: fault.rows]
    again = rows[: fault.rows]
    kept = rows[: max(len(rows) - len(again), 0)] if fault.displacing else rows
    return kept + again


def _holds(answer: Answer, fault: Poison) -> bool:
    if answer.status != HTTPStatus.OK or not all(
        orjson.dumps(value) in answer.body for value in fault.where.values()
    ):
        return False
    content = orjson.loads(answer.body)
    records = content if isinstance(content, list) else [content]
    return any(
        all(at(record, path) == value for path, value in fault.where.items()) for record in records
    )


def _failure(status: int, scope: Scope, ods: Ods) -> Answer:
    given = Headers(scope=scope).get("correlation-id", "")
    return _answer(respond(server_failed(status), ods.flavour, given))


def _answer(response: Response) -> Answer:
    return Answer.of(response.status_code, response.raw_headers, bytes(response.body))
