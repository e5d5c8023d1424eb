"""What can go wrong with a request, as data: one dataclass per fault, and the rule it goes by."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from edfi_audit.sandbox.targets import Endpoint

__all__ = [
    "Churn",
    "ContentType",
    "CountOff",
    "CutPage",
    "Delay",
    "Do",
    "Drop",
    "Duplicate",
    "ExpireTokens",
    "Fault",
    "HtmlPage",
    "NoPageToken",
    "Poison",
    "Redirect",
    "RevokeToken",
    "Rule",
    "SlowBody",
    "StaleReplica",
    "Status",
    "Truncate",
]

_STRICT = ConfigDict(extra="forbid")

_Seconds = Annotated[float, Field(ge=0)]
_Share = Annotated[float, Field(ge=0, le=1)]
_Number = Annotated[int, Field(ge=0)]
_Ordinal = Annotated[int, Field(ge=1)]
_Answer = Annotated[int, Field(ge=200, le=599)]
_Redirection = Annotated[int, Field(ge=300, le=399)]


@dataclass(frozen=True)
class Status:
    """The server's own error, with `Retry-After` (seconds or a date) where it is given."""

    __pydantic_config__ = _STRICT
    status: _Answer
    retry_after: int | str | None = None
    kind: Literal["status"] = "status"


@dataclass(frozen=True)
class HtmlPage:
    """A page of HTML from a proxy in between."""

    __pydantic_config__ = _STRICT
    status: _Answer = 502
    kind: Literal["html"] = "html"


@dataclass(frozen=True)
class Drop:
    """The connection ends without an answer; `reset` instead of closing it in order."""

    __pydantic_config__ = _STRICT
    reset: bool = False
    kind: Literal["drop"] = "drop"


@dataclass(frozen=True)
class Truncate:
    """Only the part `keep` (0 to 1) of the body arrives.

    The connection ends in the middle of it; with `announced` the length that is sent along is that
    of the part, and only the JSON is broken.
    """

    __pydantic_config__ = _STRICT
    keep: _Share = 0.5
    announced: bool = False
    kind: Literal["truncate"] = "truncate"


@dataclass(frozen=True)
class Delay:
    """Nothing comes for `seconds`, then everything."""

    __pydantic_config__ = _STRICT
    seconds: _Seconds
    kind: Literal["delay"] = "delay"


@dataclass(frozen=True)
class SlowBody:
    """The body comes in `pieces` over `seconds`."""

    __pydantic_config__ = _STRICT
    seconds: _Seconds
    pieces: _Ordinal = 10
    kind: Literal["slow_body"] = "slow_body"


@dataclass(frozen=True)
class ContentType:
    """The answer is right, but called something else."""

    __pydantic_config__ = _STRICT
    value: str = "text/html; charset=utf-8"
    kind: Literal["content_type"] = "content_type"


@dataclass(frozen=True)
class RevokeToken:
    """The caller's token ends before the request is looked at; another one may be had."""

    __pydantic_config__ = _STRICT
    kind: Literal["revoke_token"] = "revoke_token"


@dataclass(frozen=True)
class ExpireTokens:
    """Every token issued so far has expired."""

    __pydantic_config__ = _STRICT
    kind: Literal["expire_tokens"] = "expire_tokens"


@dataclass(frozen=True)
class Poison:
    """An error 500 whenever a record with these values, by dotted path, is in the answer."""

    __pydantic_config__ = _STRICT
    where: Mapping[str, Any] = field(hash=False)
    kind: Literal["poison"] = "poison"


@dataclass(frozen=True)
class Churn:
    """Others write just before the request is served: that many records, chosen by `seed`.

    In the collection that is asked for, or in `resource`. `key_changes` change natural keys.
    `late_inserts` are given change version and aggregate id now, and are committed next time.
    """

    __pydantic_config__ = _STRICT
    inserts: _Number = 0
    updates: _Number = 0
    deletes: _Number = 0
    key_changes: _Number = 0
    late_inserts: _Number = 0
    resource: str | None = None
    seed: int = 0
    kind: Literal["churn"] = "churn"


@dataclass(frozen=True)
class CountOff:
    """`Total-Count`, where it was asked for, is wrong by so much."""

    __pydantic_config__ = _STRICT
    by: int = 1
    kind: Literal["count_off"] = "count_off"


@dataclass(frozen=True)
class Duplicate:
    """The first `rows` of a page come again at its end; `displacing` the rows that stood there."""

    __pydantic_config__ = _STRICT
    rows: _Ordinal = 1
    displacing: bool = False
    kind: Literal["duplicate"] = "duplicate"


@dataclass(frozen=True)
class CutPage:
    """Only the first `rows` of a page are in it, none by default; its headers stay."""

    __pydantic_config__ = _STRICT
    rows: _Number = 0
    kind: Literal["cut_page"] = "cut_page"


@dataclass(frozen=True)
class NoPageToken:
    """`Next-Page-Token` is left out, although there are more rows."""

    __pydantic_config__ = _STRICT
    kind: Literal["no_page_token"] = "no_page_token"


@dataclass(frozen=True)
class Redirect:
    """The same path and query at another place: `to` is a scheme and host."""

    __pydantic_config__ = _STRICT
    to: str
    status: _Redirection = 302
    kind: Literal["redirect"] = "redirect"


@dataclass(frozen=True)
class StaleReplica:
    """A replica answers that has not seen the latest `behind` changes."""

    __pydantic_config__ = _STRICT
    behind: _Number
    kind: Literal["stale_replica"] = "stale_replica"


@dataclass(frozen=True)
class Do:
    """`action` is called before the request is served; it cannot stand in a file."""

    action: Callable[[], object]
    kind: Literal["do"] = "do"


Fault = Annotated[
    Status
    | HtmlPage
    | Drop
    | Truncate
    | Delay
    | SlowBody
    | ContentType
    | RevokeToken
    | ExpireTokens
    | Poison
    | Churn
    | CountOff
    | Duplicate
    | CutPage
    | NoPageToken
    | Redirect
    | StaleReplica
    | Do,
    Field(discriminator="kind"),
]


@dataclass(frozen=True)
class Rule:
    """One fault, and the requests it befalls: all that fit, unless `request` or `times` is given.

    A request fits by its `endpoint` (`any` for all), its `resource` in any case, and its `page`:
    the number, from 1, of the page of a whole collection. Of the requests that fit, the fault
    befalls the `request`-th and those after it, `times` in all: once where only `request` is
    given, without end where `times` is 0.
    """

    __pydantic_config__ = _STRICT
    fault: Fault
    resource: str | None = None
    endpoint: Literal[Endpoint, "any"] = "collection"
    page: _Ordinal | None = None
    request: _Ordinal | None = None
    times: _Number | None = None
