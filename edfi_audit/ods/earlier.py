"""What the store holds of a connection's last pull, and what the next one may make of it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from edfi_audit.errors import StoreError
from edfi_audit.ods.http import redacted
from edfi_audit.ods.manifest import Manifest, Scope
from edfi_audit.settings import Connection
from edfi_audit.store import Store

__all__ = ["Earlier"]


@dataclass(frozen=True)
class Earlier:
    """The last pull through `connection`; `manifest` is None where none is stored, or readable."""

    connection: Connection
    manifest: Manifest | None

    @classmethod
    def of(cls, connection: Connection, name: str, store: Store) -> "Earlier":
        """What `store` holds as `name`."""
        try:
            return cls(connection, Manifest.read(store.ods(name)))
        except StoreError:
            return cls(connection, None)

    @property
    def pull_id(self) -> str | None:
        """The id of that pull."""
        return self.manifest.reading.pull_id if self.manifest else None

    @property
    def held(self) -> frozenset[str]:
        """The resources it has stored."""
        parts = self.manifest.resources if self.manifest else {}
        return frozenset(resource for resource, part in parts.items() if part.stored)

    @property
    def highest(self) -> int | None:
        """The highest change version that earlier pulls have seen of this ODS."""
        if self.manifest is None or not self._same:
            return None
        return self.manifest.reading.highest or self.manifest.reading.newest

    def to_update(self, scope: Scope, days: int) -> Manifest | None:
        """The stored pull, if what it holds can be brought up to date by changes."""
        last = self.manifest
        if last is None or not self._same or last.scope != scope or last.reading.snapshot:
            return None
        full_at = last.reading.full_at
        fresh = full_at is not None and datetime.now(UTC) - full_at < timedelta(days=days)
        return last if fresh else None

    @property
    def _same(self) -> bool:
        """Whether it was read from the same ODS and school year."""
        last = self.manifest
        return last is not None and (last.base_url, last.school_year) == (
            redacted(self.connection.base_url), self.connection.year,
        )  # fmt: skip
