"""What a sandbox server can be asked to do differently."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from edfi_audit.sandbox.faults import Rule
from edfi_audit.sandbox.keys import READ_ACTIONS, Key, Profile

__all__ = ["Options"]


@dataclass(frozen=True, kw_only=True)
class Options:
    """How the stand-in behaves; the default is one open 7.3 with every resource readable.

    `flavour` is an ODS/API version. The members from `key` to `profiles` are those of the
    sandbox's own key, as `Key` explains them; `other_keys` may ask as well. A token lives
    `token_seconds` by `clock`, which returns seconds and may be replaced to make time pass.
    `token_limit` replaces the flavour's limit of live tokens per key (0: no limit). `links` puts
    `link` into references. `year` makes the server year specific, `tenant` puts an instance
    (5, 6) or tenant (7, 8) into its paths, `context` (7, 8) something else, such as a district.
    `untidy` discovery doubles the slashes of its URLs. `change_queries` switches that feature, with
    all its endpoints; `unversioned` rows are older than it and have change version 0. Every request
    takes `latency_seconds` more. `script` is what goes wrong.
    """

    flavour: str = "7.3"
    key: str = "sandbox"
    secret: str = "sandbox-secret"  # noqa: S105 - public: it guards synthetic data on 127.0.0.1
    claim_set: str = "Sandbox"
    denied: frozenset[str] = frozenset()
    actions: frozenset[str] = READ_ACTIONS
    education_organizations: frozenset[int] | None = None
    profiles: tuple[Profile, ...] = ()
    other_keys: tuple[Key, ...] = ()
    token_seconds: int = 1800
    token_limit: int | None = None
    page_limit: int = 500
    links: bool = True
    year: int | None = None
    tenant: str | None = None
    context: str | None = None
    untidy: bool = False
    clock: Callable[[], float] = time.time
    change_queries: bool = True
    unversioned: bool = False
    latency_seconds: float = 0.0
    script: tuple[Rule, ...] = ()

    @property
    def segments(self) -> dict[str, str]:
        """What stands in the paths for tenant, context and year, as `Paths` takes it."""
        return {
            "tenant": self.tenant or "",
            "context": self.context or "",
            "year": str(self.year or ""),
        }

    def every_key(self) -> tuple[Key, ...]:
        """Every key that may ask, the sandbox's own first."""
        own = Key(
            key=self.key,
            secret=self.secret,
            claim_set=self.claim_set,
            denied=self.denied,
            actions=self.actions,
            education_organizations=self.education_organizations,
            profiles=self.profiles,
        )
        return (own, *self.other_keys)
