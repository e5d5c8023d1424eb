"""Snapshots: frozen copies of the records, and which copy a request reads."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.requests import Request

from edfi_audit.sandbox.flavours import Flavour
from edfi_audit.sandbox.problems import (
    RefusedError,
    method_not_allowed,
    snapshot_gone,
    snapshot_not_found,
)
from edfi_audit.sandbox.records import Records

__all__ = ["Snapshot", "Snapshots"]


@dataclass(frozen=True)
class Snapshot:
    """A copy by the name `identifier`, made at `taken` seconds since 1970."""

    identifier: str
    taken: float
    records: Records

    def entry(self) -> dict[str, str]:
        """What the list of snapshots says of it."""
        return {
            "id": uuid.uuid5(uuid.NAMESPACE_OID, self.identifier).hex,
            "snapshotIdentifier": self.identifier,
            "snapshotDateTime": datetime.fromtimestamp(self.taken, UTC).isoformat(),
        }


class Snapshots:
    """Those that exist now, oldest first; a release without names reads the newest."""

    def __init__(self, flavour: Flavour) -> None:
        self._flavour = flavour
        self.kept: dict[str, Snapshot] = {}
        self._taken = 0

    def take(self, records: Records, seconds: float) -> str:
        """Freeze the records as they are; returns the snapshot's name."""
        self._taken += 1
        identifier = f"snapshot{self._taken}"
        self.kept[identifier] = Snapshot(identifier, seconds, records.at(records.newest))
        return identifier

    def drop(self, identifier: str) -> None:
        """Delete one; `KeyError` when there is none of this name."""
        del self.kept[identifier]

    def asked_for(self, request: Request) -> Records | None:
        """The copy a request wants to read; null for the live records.

        `RefusedError`: 404 or 410 when there is none, 405 when the request would write.
        """
        header = self._flavour.snapshot_header
        wanted = request.headers.get(header, "") if header else ""
        if not wanted or (not self._flavour.named_snapshots and wanted.lower() != "true"):
            return None
        if request.method != "GET":
            raise RefusedError(method_not_allowed("Snapshots are read-only."))
        if self._flavour.named_snapshots:
            if wanted not in self.kept:
                raise RefusedError(snapshot_gone())
            return self.kept[wanted].records
        if not self.kept:
            raise RefusedError(snapshot_not_found())
        return list(self.kept.values())[-1].records
