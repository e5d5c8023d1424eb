"""The HTTP layer, and the only module of the package that imports httpx.

One client per connection: kept-alive sockets, TLS checked against the operating system's trust
store, time-outs on everything, retries that honour `Retry-After`, and errors that never show a
URL's query. A redirect is followed on the same host alone, and never from https to http.
"""

import itertools
import logging
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import httpx
import orjson
import truststore

from edfi_audit.errors import AuditError, ContractError, SourceError, UnreachableError
from edfi_audit.ods.faults import TransientError, html_fault, is_html, status_fault
from edfi_audit.ods.gate import Gate
from edfi_audit.ods.patience import Budget, Patience

__all__ = ["Answer", "Auth", "Client", "Read", "Request", "Response", "redacted"]

Auth = httpx.Auth
Request = httpx.Request
Response = httpx.Response

Read = Callable[[bytes], Any]
"""Makes something of a body; an `orjson.JSONDecodeError` says that it is not JSON."""

_HOPS = 5


@dataclass(frozen=True)
class Answer:
    """A welcome answer: what it holds, its headers, and how often it had to be asked again.

    `correlation_id` is what the request was called, by which the host finds it in its own log.
    """

    content: Any
    headers: Mapping[str, str]
    retries: int
    correlation_id: str


class Client:
    """Asks one ODS. Safe to share between threads; use it as a context manager.

    `connections` caps the requests under way, `timeout` is in seconds per read, and `patience`
    says how often and how long a failure that may pass is waited out. `stop` ends all waiting.
    """

    def __init__(
        self,
        *,
        verify: bool = True,
        timeout: float = 60.0,
        connections: int = 4,
        patience: Patience | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        _keep_queries_out_of_logs()
        self.gate = Gate(connections)
        self._places = threading.Semaphore(connections)
        """Who waits for another try keeps its place: a host that fails is asked no more."""
        self._patience = patience or Patience()
        self._budget = Budget(self._patience)
        self._correlation = uuid4().hex[:12]
        self._numbers = itertools.count(1)
        self._http = httpx.Client(
            verify=truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if verify else False,
            timeout=httpx.Timeout(timeout, connect=min(timeout, self._patience.connect)),
            limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
            headers={
                "accept": "application/json",
                "user-agent": f"edfi-audit/{version('edfi-audit')}",
            },
            transport=transport,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.close()

    def stop(self) -> None:
        """Let no further request out; threads that wait for one get a `StoppedError`."""
        self.gate.stopping.set()

    def get(  # noqa: PLR0913 - each says one thing about the request
        self,
        url: str,
        query: Mapping[str, str] | None = None,
        *,
        what: str,
        auth: Auth | None = None,
        attempts: int | None = None,
        headers: Mapping[str, str] | None = None,
        read: Read = orjson.loads,
    ) -> Answer:
        """The JSON at `url`; `what` names it in errors, `auth` signs the request.

        `read` makes of the body what is wanted; another request may be under way meanwhile.
        Raises the `SourceError` that fits when the ODS refuses, or fails `attempts` times.
        """
        question = _Question("GET", url, what, auth, query=query, headers=headers or {}, read=read)
        return self._ask(question, attempts or self._patience.attempts)

    def post(self, url: str, form: Mapping[str, str], *, what: str, auth: Auth) -> Answer:
        """The JSON that `url` answers to a form. Same errors as `get`."""
        return self._ask(_Question("POST", url, what, auth, form=form), self._patience.attempts)

    def _ask(self, question: "_Question", attempts: int) -> Answer:
        tries = 0
        while True:
            with self._places:
                response, entered, tries = self._answered(question, attempts, tries)
            try:
                found = _read(response, question)
            except TransientError as failure:
                self._put_off(failure, entered, attempts, tries)
            else:
                self.gate.eased()
                named = response.request.headers["correlation-id"]
                return Answer(found, response.headers, tries - 1, named)

    def _answered(
        self, question: "_Question", attempts: int, tries: int
    ) -> tuple[Response, float, int]:
        """An answer that is well by all but its content, the moment of asking, and the tries."""
        while True:
            tries += 1
            try:
                with self.gate.passing() as entered:
                    response = self._sent(question)
                _require_welcome(response, question)
            except TransientError as failure:
                self._put_off(failure, entered, attempts, tries)
            else:
                return response, entered, tries

    def _put_off(self, failure: TransientError, entered: float, attempts: int, tries: int) -> None:
        """Wait for another try, or raise where there is to be none."""
        pause = failure.pause
        if pause is not None and pause > self._patience.asked:
            raise failure.lasting from None
        if failure.strain:
            self.gate.strained(entered, pause)
        if tries >= attempts:
            raise failure.lasting from None
        if pause is None:
            pause = self._patience.pause(tries)
        if not self._budget.take(entered, pause):
            raise _worn_out(failure.lasting, self._budget) from None
        self.gate.wait(pause)

    def _sent(self, question: "_Question") -> Response:
        correlation_id = f"{self._correlation}-{next(self._numbers)}"
        request = self._http.build_request(
            question.method,
            question.url,
            params=question.query,
            data=question.form,
            headers={"correlation-id": correlation_id, **question.headers},
        )
        with _transport_faults(request, question.what):
            response = self._http.send(request, auth=question.auth)
            for _ in range(_HOPS):
                if not response.has_redirect_location:
                    return response
                response = self._http.send(_next_hop(response), auth=question.auth)
        raise ContractError(
            f"{redacted(request.url)} redirects in a circle.", next_step="Check base_url."
        )


@dataclass(frozen=True)
class _Question:
    method: str
    url: str
    what: str
    auth: Auth | None
    query: Mapping[str, str] | None = None
    form: Mapping[str, str] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    read: Read = orjson.loads


def redacted(url: httpx.URL | str) -> str:
    """`url` without user, query and fragment: fit to be shown."""
    parsed = httpx.URL(url)
    return str(parsed.copy_with(username=None, password=None, query=None, fragment=None))


def _require_welcome(response: Response, question: _Question) -> None:
    """Raise the fault of an answer that is none; one that breaks off is one, too."""
    if not response.is_success:
        fault = status_fault(
            response.status_code,
            response.headers,
            response.content,
            what=question.what,
            address=redacted(response.request.url),
        )
        if fault is not None:
            raise fault
    if (response.content[:1] + response.content[-1:]) not in {b"[]", b"{}"}:
        _read(response, question)


def _read(response: Response, question: _Question) -> Any:  # noqa: ANN401
    try:
        return question.read(response.content)
    except orjson.JSONDecodeError:
        address = redacted(response.request.url)
        if is_html(response.headers, response.content):
            raise html_fault(address) from None
        raise TransientError(
            ContractError(
                f"{address} answered with something that is not JSON.",
                next_step="Check base_url; if it is right, tell the host of the ODS.",
            )
        ) from None


def _worn_out(failure: AuditError, budget: Budget) -> SourceError:
    """The end of all patience; a further, smaller request is no way out."""
    return SourceError(
        f"{failure.what} Failures have taken {budget.tries:,} further tries and "
        f"{budget.seconds / 60:.0f} minutes in all: that is as much as a pull waits.",
        next_step="Try again later, or set wait_minutes in the connection.",
    )


def _next_hop(response: Response) -> Request:
    target = response.next_request
    came_from = response.request
    if target is None or not _same_place(came_from.url, target.url):
        raise ContractError(
            f"{redacted(came_from.url)} redirects elsewhere; nothing was sent there.",
            next_step="Set base_url to the address the ODS itself answers at.",
        )
    return target


def _same_place(here: httpx.URL, there: httpx.URL) -> bool:
    if here.host != there.host:
        return False
    same = (here.scheme, here.port) == (there.scheme, there.port)
    upgrade = (here.scheme, there.scheme) == ("http", "https") and here.port == there.port
    return same or upgrade


@contextmanager
def _transport_faults(request: Request, what: str) -> Iterator[None]:
    try:
        yield
    except httpx.RequestError as error:
        host = _host(request.url)
        if _is_untrusted(error):
            raise UnreachableError(
                f"This computer does not trust the certificate of {host}.",
                next_step="Ask your IT to install the CA of your network; never switch TLS off.",
            ) from None
        raise TransientError(
            UnreachableError(
                f"{host} {_happening(error)} for {what}.",
                next_step="Check base_url and your network or VPN, then try again.",
            )
        ) from None


def _host(url: httpx.URL) -> str:
    """Host and port: a firewall is asked for both."""
    return f"{url.host}:{url.port or {'http': 80, 'https': 443}.get(url.scheme, '')}"


def _happening(error: httpx.RequestError) -> str:
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return "could not be reached"
    if isinstance(error, httpx.TimeoutException):
        return "did not answer in time"
    return "broke off its answer"


def _is_untrusted(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _without_query(record: logging.LogRecord) -> bool:
    if isinstance(record.args, tuple):
        record.args = tuple(
            redacted(part) if isinstance(part, httpx.URL) else part for part in record.args
        )
    return True


def _without_headers(record: logging.LogRecord) -> bool:
    """An answer's headers are not logged: a redirect's repeats the query."""
    return not str(record.msg).startswith("receive_response_headers.complete")


def _keep_queries_out_of_logs() -> None:
    for name, kept in (("httpx", _without_query), ("httpcore.http11", _without_headers)):
        logger = logging.getLogger(name)
        if kept not in logger.filters:
            logger.addFilter(kept)
