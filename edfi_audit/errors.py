"""Every error this package raises on purpose.

    AuditError                     base; `exit_status` is what the command line leaves with
    ├── SettingsError              2   the settings file, an option or an unset variable
    ├── NotFoundError              2   a run, rule, school or table that does not exist
    ├── StoreError                 2   the local store cannot be read or written
    └── SourceError                3   a source could not be read completely
        ├── UnreachableError           no answer from the host
        ├── AuthenticationError        key or secret refused
        ├── AccessDeniedError          the key may not read this resource
        ├── NotEnabledError            the ODS does not offer this
        ├── ContractError              an answer that is not what an Ed-Fi ODS gives
        └── ExtractError               a SIS extract that cannot be read

A message says what happened, where, and the next step. It never holds a row's value, a person's
name, a token, a secret or a URL's query.
"""

from typing import ClassVar

__all__ = [
    "AccessDeniedError",
    "AuditError",
    "AuthenticationError",
    "ContractError",
    "ExtractError",
    "NotEnabledError",
    "NotFoundError",
    "SettingsError",
    "SourceError",
    "StoreError",
    "UnreachableError",
]


class AuditError(Exception):
    """What happened and where; `next_step` is what the reader can do about it."""

    exit_status: ClassVar[int] = 2

    def __init__(self, what: str, *, next_step: str = "") -> None:
        super().__init__(f"{what} {next_step}".strip())
        self.what = what
        self.next_step = next_step


class SettingsError(AuditError):
    """The settings, an option or an environment variable is missing or wrong."""


class NotFoundError(AuditError):
    """Something named by the caller (a run, a rule, a school) does not exist."""


class StoreError(AuditError):
    """The local store cannot be read or written."""


class SourceError(AuditError):
    """A source could not be read completely; the store is as it was."""

    exit_status = 3


class UnreachableError(SourceError):
    """The host did not answer."""


class AuthenticationError(SourceError):
    """The key or secret was refused."""


class AccessDeniedError(SourceError):
    """The key may not read this resource."""


class NotEnabledError(SourceError):
    """The ODS does not offer this resource or feature."""


class ContractError(SourceError):
    """The answer is not what an Ed-Fi ODS/API gives."""


class ExtractError(SourceError):
    """A SIS extract, or a file in it, cannot be read."""
