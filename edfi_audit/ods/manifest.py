"""What a pull saw, and how complete it is: the manifest beside the records."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from edfi_audit.errors import StoreError
from edfi_audit.ods.discovery import DataModel
from edfi_audit.store import MANIFEST, read_json, write_json

__all__ = [
    "ChangeVersions",
    "Departed",
    "Manifest",
    "Reading",
    "ResourceManifest",
    "Scope",
    "TotalCount",
    "Verdict",
    "judged",
]

Verdict = Literal["verified", "count_mismatch", "unverified", "denied", "not_enabled"]
Method = Literal["cursor", "reverse offset", "offset", "changes"]


@dataclass(frozen=True)
class ChangeVersions:
    """The change versions available when the pull began."""

    oldest: int
    newest: int


@dataclass(frozen=True)
class Scope:
    """What the key may see, as the ODS tells it; neither token nor client id is kept."""

    namespace_prefixes: tuple[str, ...] = ()
    education_organizations: tuple[Mapping[str, Any], ...] = ()
    assigned_profiles: tuple[str, ...] = ()
    claim_set: str | None = None
    resources: tuple[Mapping[str, Any], ...] = ()

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> "Scope":
        """The scope in a token_info answer."""
        claim_set = answer.get("claim_set")
        return cls(
            namespace_prefixes=tuple(answer.get("namespace_prefixes") or ()),
            education_organizations=tuple(answer.get("education_organizations") or ()),
            assigned_profiles=tuple(answer.get("assigned_profiles") or ()),
            claim_set=claim_set.get("name") if isinstance(claim_set, dict) else claim_set,
            resources=tuple(answer.get("resources") or ()),
        )


@dataclass(frozen=True)
class TotalCount:
    """The ODS's own count before and after the walk; None where it gave none."""

    before: int | None = None
    after: int | None = None


@dataclass(frozen=True)
class ResourceManifest:
    """One resource: what was stored of it, and whether that is all of it.

    `method` is how it was walked last, `changes` where only changes since an earlier pull were
    read. `walks` counts the walks, `change_version` is the one its rows are as of, and
    `newest_modified` when the last of them was changed (ISO 8601, UTC). `changed` rows came, went
    or were replaced after the walk; `poison` rows make the ODS fail and are not there;
    `drift` is the ODS's count less the rows that an incremental pull arrived at, where they
    differed and all was walked again.
    """

    verdict: Verdict
    reason: str | None = None
    rows: int = 0
    distinct_ids: int = 0
    duplicates: int = 0
    total_count: TotalCount = TotalCount()
    pages: int = 0
    retries: int = 0
    seconds: float = 0.0
    unreadable: Mapping[str, int] = field(default_factory=dict)
    method: Method | None = None
    walks: int = 0
    change_version: int | None = None
    newest_modified: str | None = None
    changed: int = 0
    poison: int = 0
    drift: int | None = None

    @property
    def stored(self) -> bool:
        """Whether the store holds this resource at all."""
        return self.verdict not in {"denied", "not_enabled"}

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> "ResourceManifest":
        """A resource's part of a manifest file."""
        return cls(**{**content, "total_count": TotalCount(**content["total_count"])})


@dataclass(frozen=True)
class Reading:
    """How a pull was made: in full or only what changed, and since when in full.

    `rounds` of changes were read after the walks, up to change version `newest`; `highest` is the
    highest that this and earlier pulls of the ODS have seen. `resumed` pulls had been cut off
    before. `snapshot` tells whether a frozen copy was read.
    """

    kind: Literal["full", "incremental"] = "full"
    pull_id: str = ""
    full_at: datetime | None = None
    newest: int | None = None
    highest: int | None = None
    rounds: int = 0
    resumed: bool = False
    snapshot: bool = False

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> "Reading":
        """That part of a manifest file."""
        full_at = content.get("full_at")
        return cls(**{**content, "full_at": datetime.fromisoformat(full_at) if full_at else None})


@dataclass(frozen=True)
class Departed:
    """How many deletes and changes of key of the compared resources are stored beside the records.

    `rows` is None where none could be read; `reason` says why all or some could not.
    """

    rows: int | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Manifest:
    """One pull through one connection."""

    connection: str
    base_url: str
    api_version: str | None
    data_models: tuple[DataModel, ...]
    mode: str
    school_year: int | None
    started_at: datetime
    finished_at: datetime
    paging: Literal["cursor", "offset", "snapshot"]
    change_version: ChangeVersions | None
    scope: Scope
    resources: Mapping[str, ResourceManifest]
    reading: Reading = Reading()
    departures: Departed = Departed()
    tool_version: str = version("edfi-audit")

    @property
    def complete(self) -> bool:
        """Whether every resource is verified: all the key may see was there and was read."""
        return all(part.verdict == "verified" for part in self.resources.values())

    @property
    def as_of(self) -> str | None:
        """What the records are as of, in a sentence without a full stop; None where unknown."""
        known = [part for part in self.resources.values() if part.stored]
        versions = sorted({part.change_version or 0 for part in known})
        changed = max((part.newest_modified or "" for part in known), default="")
        last = f"the last change of a record: {changed[:16].replace('T', ' ')} UTC"
        if self.reading.newest is None or not versions:
            return last.capitalize().replace("utc", "UTC") if changed else None
        span = " to ".join(f"{one:,}" for one in dict.fromkeys((versions[0], versions[-1])))
        named = "version" if len(versions) == 1 else "versions"
        said = f"The records are as of change {named} {span}"
        return f"{said} ({last})" if changed else said

    @property
    def denied(self) -> tuple[str, ...]:
        """The resources this key may not read."""
        return self._with("denied")

    @property
    def doubtful(self) -> tuple[str, ...]:
        """The resources that were stored, but not proven to be complete."""
        return self._with("count_mismatch", "unverified")

    @property
    def rows(self) -> int:
        """The number of records stored."""
        return sum(part.rows for part in self.resources.values())

    def _with(self, *verdicts: Verdict) -> tuple[str, ...]:
        return tuple(name for name, part in self.resources.items() if part.verdict in verdicts)

    def to_json(self) -> dict[str, Any]:
        """The manifest as JSON values."""
        times = {
            "started_at": self.started_at.isoformat(timespec="seconds"),
            "finished_at": self.finished_at.isoformat(timespec="seconds"),
        }
        content = asdict(self) | times
        if self.reading.full_at:
            content["reading"]["full_at"] = self.reading.full_at.isoformat(timespec="seconds")
        return {"tool_version": content.pop("tool_version"), **content}

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "Manifest":
        """The manifest in `content`; a `StoreError` when it is not one."""
        try:
            return cls(**_typed(content))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise StoreError(
                "The manifest of a pull is damaged.", next_step="Pull again."
            ) from error

    def write(self, folder: Path) -> None:
        """Write `manifest.json` into `folder`."""
        write_json(folder / MANIFEST, self.to_json())

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """The manifest in `folder`; a `StoreError` when it is absent or damaged."""
        return cls.from_json(read_json(folder / MANIFEST))


def _typed(content: Mapping[str, Any]) -> dict[str, Any]:
    change = content["change_version"]
    return {
        **content,
        "data_models": tuple(DataModel(**model) for model in content["data_models"]),
        "started_at": datetime.fromisoformat(content["started_at"]),
        "finished_at": datetime.fromisoformat(content["finished_at"]),
        "change_version": ChangeVersions(**change) if change else None,
        "scope": Scope.of(content["scope"]),
        "reading": Reading.of(content.get("reading", {})),
        "departures": Departed(**content.get("departures", {})),
        "resources": {
            name: ResourceManifest.of(part) for name, part in content["resources"].items()
        },
    }


def judged(distinct: int, unidentified: int, total: TotalCount) -> tuple[Verdict, str | None]:
    """The verdict over a reading of `distinct` ids and `unidentified` rows without one."""
    before, after = total.before, total.after
    if before is None or after is None:
        return "unverified", "the ODS gives no total count"
    if unidentified:
        return "unverified", f"{unidentified} rows came without a readable id"
    if distinct == before == after:
        return "verified", None
    counted = str(after) if before == after else f"{before} before and {after} after"
    if before != after and min(before, after) <= distinct <= max(before, after):
        return "unverified", f"the ODS changed while it was read: it counted {counted}"
    return "count_mismatch", f"{distinct} records came, the ODS counted {counted}"
