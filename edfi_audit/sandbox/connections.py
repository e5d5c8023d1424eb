"""Open connections by the address of their caller, so that one can be broken off on purpose."""

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

__all__ = ["Connections"]


class Connections:
    """The connections of one server; `protocol` is the class that keeps count of them."""

    def __init__(self) -> None:
        transports: dict[tuple[str, int], asyncio.Transport] = {}

        class Protocol(H11Protocol):
            def connection_made(  # type: ignore[override]
                self, transport: asyncio.Transport
            ) -> None:
                super().connection_made(transport)
                if self.client is not None:
                    transports[self.client] = transport

            def connection_lost(self, exc: Exception | None) -> None:
                if self.client is not None:
                    transports.pop(self.client, None)
                super().connection_lost(exc)

        self._transports = transports
        self.protocol = Protocol

    def end(self, client: tuple[str, int], *, reset: bool) -> None:
        """End the connection of this caller: after what was written, or at once (`reset`)."""
        transport = self._transports.get(client)
        if transport is not None and reset:
            transport.abort()
        elif transport is not None:
            transport.close()
