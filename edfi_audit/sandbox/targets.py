"""What a request is aimed at, told from its path alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from edfi_audit.sandbox.paths import Paths

__all__ = ["Endpoint", "Served", "Target", "target_of"]

Endpoint = Literal[
    "collection",
    "item",
    "partitions",
    "deletes",
    "keyChanges",
    "write",
    "availableChangeVersions",
    "snapshots",
    "token",
    "token_info",
    "other",
]
"""A kind of request; `collection` to `keyChanges` are read, `write` is any change of data, `other`
is discovery and metadata."""

_BELOW_A_RESOURCE: Mapping[str, Endpoint] = {
    "partitions": "partitions",
    "deletes": "deletes",
    "keychanges": "keyChanges",
}


@dataclass(frozen=True)
class Target:
    """One request: `resource` in lower case, empty where it names none; `query` likewise."""

    method: str
    endpoint: Endpoint
    resource: str
    query: Mapping[str, str]


@dataclass(frozen=True)
class Served:
    """One request and the status it was answered with, 0 where no answer came.

    `path` is as the caller wrote it; `authorized` tells whether it carried a token.
    """

    method: str
    path: str
    query: str
    endpoint: Endpoint
    resource: str
    status: int
    authorized: bool


def target_of(method: str, path: str, query: Mapping[str, str], paths: Paths) -> Target:
    """What a request with this path (lower case, no slash at its end) is aimed at."""
    endpoint: Endpoint = "other"
    resource = ""
    records = f"{paths.data}/ed-fi/".lower()
    if path.startswith(records):
        resource, _, below = path.removeprefix(records).partition("/")
        endpoint = _BELOW_A_RESOURCE.get(below, "item") if below else "collection"
        if method not in {"GET", "HEAD"}:
            endpoint = "write"
    elif path == f"{paths.oauth}/token".lower():
        endpoint = "token"
    elif path == f"{paths.oauth}/token_info".lower():
        endpoint = "token_info"
    elif path == f"{paths.change_queries}/availableChangeVersions".lower():
        endpoint = "availableChangeVersions"
    elif path == f"{paths.change_queries}/snapshots".lower():
        endpoint = "snapshots"
    return Target(method, endpoint, resource, query)
