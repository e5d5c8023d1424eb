"""Makes the faults of the script happen to requests, and notes each request."""

import asyncio

from starlette.datastructures import Headers, QueryParams
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from edfi_audit.sandbox.answers import Answer, altered, canned
from edfi_audit.sandbox.churn import Churner
from edfi_audit.sandbox.connections import Connections
from edfi_audit.sandbox.faults import (
    Churn,
    Delay,
    Do,
    Drop,
    ExpireTokens,
    Fault,
    RevokeToken,
    SlowBody,
    StaleReplica,
    Truncate,
)
from edfi_audit.sandbox.ods import Ods
from edfi_audit.sandbox.paging import page_number
from edfi_audit.sandbox.paths import Paths
from edfi_audit.sandbox.targets import Served, Target, target_of

__all__ = ["Trouble"]


class Trouble:
    """Around the application: waits, breaks off, answers instead of it, or alters its answer.

    `connections` are the server's own.
    """

    def __init__(self, app: ASGIApp, ods: Ods, connections: Connections) -> None:
        self._app = app
        self._ods = ods
        self._connections = connections
        self._churners: dict[Churn, Churner] = {}
        self._paths = Paths(ods.flavour, **ods.options.segments)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if self._ods.options.latency_seconds:
            await asyncio.sleep(self._ods.options.latency_seconds)
        query = {
            name.lower(): value for name, value in QueryParams(scope["query_string"]).multi_items()
        }
        target = target_of(scope["method"], scope["path"], query, self._paths)
        faults = self._ods.script.due(target, lambda: self._page(target))

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._note(scope, target, message["status"])
            await send(message)

        await self._serve(scope, receive, noting, target, faults)

    def _note(self, scope: Scope, target: Target, status: int) -> None:
        """Note a request before its caller can know the answer."""
        self._ods.requests.append(
            Served(
                target.method,
                scope["raw_path"].decode(),
                scope["query_string"].decode(),
                target.endpoint,
                target.resource,
                status,
                "authorization" in Headers(scope=scope),
            )
        )

    def _page(self, target: Target) -> int | None:
        records = self._ods.records
        with records.lock:
            collection = records.collection(target.resource)
            slots = collection.order if collection else ()
            return page_number(target.query, slots, self._ods.options.page_limit)

    async def _serve(
        self, scope: Scope, receive: Receive, send: Send, target: Target, faults: list[Fault]
    ) -> None:
        """Answer one request, or break it off."""
        for fault in faults:
            await self._before(fault, scope, target)
        drop = next((fault for fault in faults if isinstance(fault, Drop)), None)
        if drop is not None:
            self._note(scope, target, 0)
            await self._end(scope, receive, reset=drop.reset)
            return
        if not faults:
            await self._app(scope, receive, send)
            return
        instead = next(filter(None, (canned(fault, scope, self._ods) for fault in faults)), None)
        answer = instead or await self._answer(scope, receive)
        answer = altered(answer, faults, scope, self._ods)
        await send(answer.start())
        await self._deliver(answer, faults, scope, receive, send)

    async def _before(self, fault: Fault, scope: Scope, target: Target) -> None:
        """What happens to the server rather than to the answer."""
        ods = self._ods
        if isinstance(fault, Delay):
            await asyncio.sleep(fault.seconds)
        elif isinstance(fault, Churn):
            churner = self._churners.setdefault(fault, Churner(ods.records, fault))
            churner.write(target.resource)
        elif isinstance(fault, RevokeToken):
            ods.tokens.revoke(Headers(scope=scope).get("authorization", ""))
        elif isinstance(fault, ExpireTokens):
            ods.tokens.revoke()
        elif isinstance(fault, StaleReplica):
            scope["sandbox.replica"] = ods.records.at(ods.records.newest - fault.behind)
        elif isinstance(fault, Do):
            await asyncio.to_thread(fault.action)

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        """The application's own answer, kept back."""
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        await self._app(scope, receive, keep)
        body = b"".join(message.get("body", b"") for message in messages[1:])
        return Answer.of(messages[0]["status"], messages[0]["headers"], body)

    async def _deliver(
        self, answer: Answer, faults: list[Fault], scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Send the body whole, in part, or slowly."""
        for fault in faults:
            if isinstance(fault, Truncate) and not fault.announced:
                part = answer.body[: int(len(answer.body) * fault.keep)]
                await send({"type": "http.response.body", "body": part, "more_body": True})
                await self._end(scope, receive, reset=False)
                return
            if isinstance(fault, SlowBody):
                await _send_slowly(answer.body, fault, send)
                return
        await send({"type": "http.response.body", "body": answer.body})

    async def _end(self, scope: Scope, receive: Receive, *, reset: bool) -> None:
        self._connections.end(tuple(scope["client"]), reset=reset)
        while (await receive())["type"] != "http.disconnect":
            pass


async def _send_slowly(body: bytes, fault: SlowBody, send: Send) -> None:
    size = max(1, -(-len(body) // fault.pieces))
    for start in range(0, len(body), size):
        await asyncio.sleep(fault.seconds / fault.pieces)
        await send(
            {
                "type": "http.response.body",
                "body": body[start : start + size],
                "more_body": True,
            }
        )
    await send({"type": "http.response.body", "body": b""})
