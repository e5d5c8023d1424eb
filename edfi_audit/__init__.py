"""edfi-audit: find the gaps between an Ed-Fi ODS, the SIS that feeds it, and the specification.

    from edfi_audit import Audit
    audit = Audit.open("edfi-audit.toml")
    audit.pull()
    audit.load("extracts/")
    run = audit.run()
    run.gaps()

`Audit` and `Run` are imported when first used: naming the package costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from edfi_audit.errors import (
    AccessDeniedError,
    AuditError,
    AuthenticationError,
    ContractError,
    ExtractError,
    NotEnabledError,
    NotFoundError,
    SettingsError,
    SourceError,
    StoreError,
    UnreachableError,
)

if TYPE_CHECKING:
    from edfi_audit.audit import Audit
    from edfi_audit.run import Run

__all__ = [
    "AccessDeniedError",
    "Audit",
    "AuditError",
    "AuthenticationError",
    "ContractError",
    "ExtractError",
    "NotEnabledError",
    "NotFoundError",
    "Run",
    "SettingsError",
    "SourceError",
    "StoreError",
    "UnreachableError",
]

_LATER = {"Audit": "edfi_audit.audit", "Run": "edfi_audit.run"}


def __getattr__(name: str) -> Any:  # noqa: ANN401
    if name in _LATER:
        return getattr(import_module(_LATER[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
