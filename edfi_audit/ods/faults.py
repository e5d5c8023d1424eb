"""What an unwelcome answer means: one clear sentence, the next step, and whether to try again.

Status and error type are read, never the prose of a body: it may hold values of rows.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import orjson

from edfi_audit.errors import (
    AccessDeniedError,
    AuditError,
    AuthenticationError,
    ContractError,
    NotEnabledError,
    SourceError,
    UnreachableError,
)

__all__ = [
    "LONGEST_PAUSE",
    "FailingError",
    "TransientError",
    "html_fault",
    "is_html",
    "problem_type",
    "status_fault",
]

LONGEST_PAUSE = 900.0
"""Seconds. A host that asks for a longer pause is left alone, and the pull ends."""

_ASK_AGAIN = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS}
_STRAINED = {HTTPStatus.TOO_MANY_REQUESTS, 503, 504}


class TransientError(Exception):
    """A failure that may pass; `lasting` is the error to raise when it does not.

    `pause` is the number of seconds the host asked for, if it did; `strain` says that it has too
    much to do.
    """

    def __init__(
        self, lasting: AuditError, pause: float | None = None, *, strain: bool = False
    ) -> None:
        super().__init__(lasting.what)
        self.lasting = lasting
        self.pause = pause
        self.strain = strain


class FailingError(SourceError):
    """The ODS itself failed over a request; another one, for fewer rows, may go well."""


def status_fault(
    status: int, headers: Mapping[str, str], body: bytes, *, what: str, address: str
) -> AuditError | TransientError | None:
    """What an answer's status says about reading `what`; None when it says that all is well.

    `address` is a URL without its query; `what` is a noun for the reader ("grades").
    """
    if status < HTTPStatus.MULTIPLE_CHOICES:
        return None
    if status in _ASK_AGAIN or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _passing(status, headers, what=what, address=address)
    if status != HTTPStatus.NOT_FOUND and is_html(headers, body):
        return html_fault(address)
    return _lasting(status, what, address)


def _lasting(status: int, what: str, address: str) -> AuditError:
    if status == HTTPStatus.UNAUTHORIZED:
        return AuthenticationError(
            f"The ODS refused a fresh token for {what} (401).",
            next_step="Check that the key belongs to this ODS and this school year.",
        )
    if status == HTTPStatus.FORBIDDEN:
        return AccessDeniedError(
            f"The key may not read {what} (403).",
            next_step="Ask the host of the ODS for a claim set that reads it.",
        )
    if status == HTTPStatus.NOT_FOUND:
        return NotEnabledError(
            f"The ODS does not offer {what} (404).",
            next_step="Check base_url, mode and year of the connection.",
        )
    return ContractError(
        f"The ODS refused the request for {what} ({status} at {address}).",
        next_step="If it allows fewer rows per page, set page_size in the connection.",
    )


def _passing(
    status: int, headers: Mapping[str, str], *, what: str, address: str
) -> AuditError | TransientError:
    pause = _retry_after(headers.get("retry-after", ""))
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        lasting = SourceError(
            f"The ODS asks for fewer requests ({status} at {address}).",
            next_step="Try again later, or lower concurrency in the connection.",
        )
    elif status in {502, 503, 504}:
        lasting = UnreachableError(
            f"The ODS did not answer for {what} ({status} from a server before it).",
            next_step="Try again later; if it stays, tell the host of the ODS.",
        )
    else:
        kind = FailingError if status == HTTPStatus.INTERNAL_SERVER_ERROR else SourceError
        lasting = kind(
            f"The ODS failed while reading {what} ({status} at {address}).",
            next_step="Try again later; if it stays, tell the host of the ODS.",
        )
    if pause is not None and pause > LONGEST_PAUSE:
        return lasting
    return TransientError(lasting, pause, strain=status in _STRAINED)


def is_html(headers: Mapping[str, str], body: bytes) -> bool:
    """Whether an answer is a page for people, whatever its label says."""
    labelled = "html" in headers.get("content-type", "").lower()
    return body.lstrip()[:1] == b"<" or (labelled and body.lstrip()[:1] not in {b"{", b"["})


def html_fault(address: str) -> ContractError:
    """The error for a page where JSON was due."""
    return ContractError(
        f"{address} answered with an HTML page instead of JSON.",
        next_step="Check base_url: it may be a portal, or a log-in page or proxy before the ODS.",
    )


def problem_type(body: bytes) -> str:
    """The `type` of an Ed-Fi problem document, or an empty text."""
    try:
        problem = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    found = problem.get("type", "") if isinstance(problem, dict) else ""
    return found if isinstance(found, str) else ""


def _retry_after(text: str) -> float | None:
    """Seconds to wait, from either form of the header; None when it is absent or unreadable."""
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
