"""What a sandbox server can be asked to do differently."""

import time
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Options"]


@dataclass(frozen=True, kw_only=True)
class Options:
    """How the stand-in behaves; the default is one open 7.3 with every resource readable.

    `flavour` is an ODS/API version. `denied` names resources the key's claim set does not cover
    (403). A token lives `token_seconds` by `clock`, which returns seconds and may be replaced to
    make time pass. `token_limit` replaces the flavour's limit of live tokens (0: no limit).
    `links` puts `link` into references. `year` makes the server year specific, `tenant` puts an
    instance (5, 6) or tenant (7, 8) into its paths.
    """

    flavour: str = "7.3"
    key: str = "sandbox"
    secret: str = "sandbox-secret"  # noqa: S105 - public: it guards synthetic data on 127.0.0.1
    claim_set: str = "Sandbox"
    denied: frozenset[str] = frozenset()
    token_seconds: int = 1800
    token_limit: int | None = None
    page_limit: int = 500
    links: bool = True
    year: int | None = None
    tenant: str | None = None
    clock: Callable[[], float] = time.time
