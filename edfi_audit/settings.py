"""`edfi-audit.toml`: what is audited, from where, and into which store.

The file's keys are a contract (docs/reference/settings.md). `${NAME}` in a connection is expanded
from the environment, or from a `.env` beside the file, when the connection is used; a run over
records already pulled needs no secret.
"""

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from edfi_audit.errors import SettingsError
from edfi_audit.settings_faults import sentence

__all__ = [
    "FULL_REFRESH_DAYS",
    "AuditSettings",
    "Connection",
    "DatabaseConnection",
    "Settings",
    "SisSettings",
    "StoreSettings",
]

FILE_NAME = "edfi-audit.toml"
FULL_REFRESH_DAYS = 7
"""Days after which everything is pulled again, although only changes would do."""

NAMESPACES = {
    "WI": "uri://dpi.wi.gov",
    "MN": "uri://education.mn.gov",
    "NE": "uri://education.ne.gov",
}
POSITIONS = {
    "WI": (),
    "MN": (),
    "NE": ("01", "02", "03", "04"),
}
TOR_CODES = {
    "WI": ("Teacher of Record", "Instructor of Record"),
    "MN": ("Teacher of Record",),
    "NE": ("01", "Teacher of Record"),
}

SchoolYear = Annotated[int, Field(ge=1990, le=2100)]
Profile = Literal["WI", "MN", "NE"]
Mode = Literal["shared_instance", "year_specific", "instance_year_specific", "tenant"]


_Model = TypeVar("_Model", bound=BaseModel)


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


_TUNED = (
    "resync_rows",
    "student_id_pattern",
    "rostered_grades_except",
    "tor_grace_days",
    "enrollment_grace_days",
    "uncovered_days",
    "coursework_sections",
    "withdrawal_tolerance_days",
    "ungraded_withdrawals_percent",
    "vendor_default_percent",
    "vendor_default_minimum",
    "cte_section_students",
    "sync_days",
    "tor_gap_days",
    "substitute_days",
)
"""Settings that decide where a rule begins to speak."""


class AuditSettings(_Section):
    """What is audited. Empty values mean the profile's or the connection's default."""

    profile: Profile = "WI"
    school_year: SchoolYear | None = None
    audit_date: date | None = None
    choice_schools: tuple[int, ...] = ()
    jail_schools: tuple[int, ...] = ()
    centers_of_excellence: tuple[int, ...] = ()
    tor_codes: tuple[str, ...] = ()
    classroom_positions: tuple[str, ...] = ()
    lea_school_codes: tuple[str, ...] = ()
    descriptor_namespace: str = ""
    student_id_pattern: str = "[0-9]{10}"
    tor_grace_days: int = Field(default=10, ge=0)
    tor_gap_days: int = Field(default=10, ge=0)
    substitute_days: int = Field(default=45, ge=0)
    enrollment_grace_days: int = Field(default=30, ge=0)
    uncovered_days: int = Field(default=15, ge=0)
    coursework_sections: int = Field(default=4, ge=0)
    withdrawal_tolerance_days: int = Field(default=5, ge=0)
    ungraded_withdrawals_percent: float = Field(default=5.0, ge=0, le=100)
    vendor_default_percent: float = Field(default=99.0, gt=0, le=100)
    vendor_default_minimum: int = Field(default=100, ge=1)
    cte_section_students: int = Field(default=10, ge=1)
    sync_days: int = Field(default=7, ge=0)
    speech_programs: tuple[str, ...] = ()
    own_rules: Path | None = None
    rostered_grades_except: tuple[str, ...] = ("PK", "K3", "K4")
    recheck_limit: int = Field(default=1_000, ge=0)
    resync_rows: int = Field(default=500, ge=0)

    def resolved(self, connection_year: int | None, today: date) -> "AuditSettings":
        """These settings with every default filled in; a `SettingsError` without a year."""
        year = self.school_year or connection_year
        if year is None:
            raise SettingsError(
                "The school year is not set.",
                next_step="Set [audit] school_year to the END year: 2026 is 2025-26.",
            )
        return self.model_copy(
            update={
                "school_year": year,
                "audit_date": self.audit_date or today,
                "tor_codes": self.tor_codes or TOR_CODES[self.profile],
                "classroom_positions": self.classroom_positions or POSITIONS[self.profile],
                "descriptor_namespace": self.descriptor_namespace.rstrip("/")
                or NAMESPACES[self.profile],
            }
        )

    @property
    def changed(self) -> dict[str, tuple[Any, Any]]:
        """The thresholds and patterns that are not the default: by name, theirs and the default."""
        plain = type(self)()
        both = {name: (getattr(self, name), getattr(plain, name)) for name in _TUNED}
        return {name: (own, usual) for name, (own, usual) in both.items() if own != usual}

    @property
    def warning(self) -> str | None:
        """Why the audit date is unlikely to be meant, if it is; only for resolved settings."""
        if self.school_year is None or self.audit_date is None:
            return None
        begin = date(self.school_year - 1, 7, 1)
        if self.audit_date >= begin:
            return None
        return (
            f"The audit date {self.audit_date} is before the school year {self.school_year} "
            f"begins ({begin}): everything looks unfinished. Check [audit] school_year and "
            "audit_date."
        )


class Connection(_Section):
    """How one ODS/API is reached: one per agency and school year."""

    base_url: str
    oauth_url: str = ""
    data_management_url: str = ""
    change_queries_url: str = ""
    open_api_metadata_url: str = ""
    mode: Mode = "shared_instance"
    year: SchoolYear | None = None
    instance: str = ""
    tenant: str = ""
    context: str = ""
    client_id: str
    client_secret: SecretStr
    verify_ssl: bool = True
    concurrency: int = Field(default=4, ge=1, le=32)
    page_size: int = Field(default=500, ge=1, le=500)
    timeout: float = Field(default=60.0, gt=0)
    full_refresh_days: int = Field(default=FULL_REFRESH_DAYS, ge=0)
    wait_minutes: float = Field(default=60.0, ge=0)


class DatabaseConnection(_Section):
    """How the database of one ODS is reached, where it is read instead of the API."""

    database_url: SecretStr
    year: SchoolYear | None = None
    timeout: float = Field(default=60.0, gt=0)


class SisSettings(_Section):
    """Where the SIS extract lies and how this district names things."""

    extract: Path | None = None
    section_identifier: str = "{section.sectionID}"
    aliases: dict[str, Any] = Field(default_factory=dict)


class StoreSettings(_Section):
    """Where pulled data and runs are kept."""

    path: Path = Path("data")
    memory_limit: str = "600MB"


class Settings(_Section):
    """The whole file, validated. Paths are relative to the file's folder."""

    audit: AuditSettings = AuditSettings()
    connections: dict[str, dict[str, Any]] = Field(default_factory=dict)
    sis: SisSettings = SisSettings()
    store: StoreSettings = StoreSettings()
    folder: Path = Path()

    @classmethod
    def load(cls, path: Path | str | None = None) -> "Settings":
        """Read `path`, or `edfi-audit.toml` in the working folder."""
        file = Path(path) if path else Path(FILE_NAME)
        if not file.is_file():
            raise SettingsError(
                f"There is no settings file {file}.",
                next_step="Make one with `edfi-audit init`, or name it with -c FILE.",
            )
        try:
            content = tomllib.loads(file.read_text(encoding="utf-8-sig"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError(f"{file} is not valid TOML: {error}.") from error
        return cls.of({**content, "folder": file.resolve().parent}, source=str(file))

    @classmethod
    def of(cls, content: Mapping[str, Any], *, source: str = "the settings") -> "Settings":
        """Settings from a mapping, with an error that names the key."""
        settings = _validated(cls, content, source)
        _refuse_wrong_connections(settings.connections)
        return settings

    def connection_name(self, name: str | None = None) -> str:
        """`name` if it is configured; without one, the only connection there is."""
        known = ", ".join(sorted(self.connections)) or "none"
        if name is None and len(self.connections) == 1:
            return next(iter(self.connections))
        if name is None or name not in self.connections:
            what = "Which connection?" if name is None else f"There is no connection {name!r}."
            raise SettingsError(f"{what} Configured: {known}.", next_step="Use --connection NAME.")
        return name

    def connection(self, name: str | None = None) -> Connection | DatabaseConnection:
        """The connection, with `${NAME}` expanded; to a database where it has a `database_url`.

        Its year may stand in `[audit]` instead; a `SettingsError` when the two name different
        years.
        """
        name = self.connection_name(name)
        where = f"[connections.{name}]"
        environment = {**_dotenv(self.folder / ".env"), **os.environ}
        expanded = {
            key: _expand(value, environment, f"{where} {key}")
            for key, value in self.connections[name].items()
        }
        connection = (
            _validated(DatabaseConnection, expanded, where)
            if "database_url" in expanded
            else _validated(Connection, expanded, where)
        )
        wanted = self.audit.school_year
        if wanted and connection.year and wanted != connection.year:
            raise SettingsError(
                f"[audit] asks for school year {wanted}, but {where} is for {connection.year}.",
                next_step="Correct one of them: both are the END year, 2026 is 2025-26.",
            )
        return connection.model_copy(update={"year": connection.year or wanted})

    @property
    def store_path(self) -> Path:
        """The store's folder, absolute."""
        return self.folder / self.store.path

    @property
    def extract_path(self) -> Path | None:
        """The extract that `edfi-audit load` takes without an argument."""
        return self.folder / self.sis.extract if self.sis.extract else None

    @property
    def own_rules(self) -> Path | None:
        """The district's own folder of suites and tables; a `SettingsError` when it is none."""
        if self.audit.own_rules is None:
            return None
        folder = self.folder / self.audit.own_rules
        if not folder.is_dir():
            raise SettingsError(
                f"[audit] own_rules names {folder}, which is no folder.",
                next_step="Make it and put suites (*.json) into it, or leave own_rules out.",
            )
        return folder


_TABLES: dict[str, type[BaseModel]] = {
    "audit": AuditSettings,
    "sis": SisSettings,
    "store": StoreSettings,
}


def _validated(model: type[_Model], content: Mapping[str, Any], table: str) -> _Model:
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise _fault(
            model, error.errors(include_input=False, include_url=False)[0], table
        ) from None


def _fault(model: type[BaseModel], fault: Mapping[str, Any], table: str) -> SettingsError:
    """The error for a `fault` in `table`, or in the table of the whole file that it is in."""
    if model is Settings and len(fault["loc"]) > 1:
        table = f"[{fault['loc'][0]}]"
        model = _TABLES.get(str(fault["loc"][0]), model)
    known = [name for name in model.model_fields if name != "folder"]
    what, next_step = sentence(fault, known, table)
    return SettingsError(what, next_step=next_step)


def _refuse_wrong_connections(connections: Mapping[str, Mapping[str, Any]]) -> None:
    """Raise for an unknown setting or a wrong value; what comes from the environment may wait."""
    for name, content in connections.items():
        model = DatabaseConnection if "database_url" in content else Connection
        try:
            model.model_validate(content)
        except ValidationError as error:
            for fault in error.errors(include_input=False, include_url=False):
                if fault["type"] != "missing" and not _is_expanded(content, fault["loc"]):
                    raise _fault(model, fault, f"[connections.{name}]") from None


def _is_expanded(content: Mapping[str, Any], place: Sequence[int | str]) -> bool:
    return "${" in str(content.get(str(place[0])))


def _expand(value: object, environment: Mapping[str, str], where: str) -> object:
    if not isinstance(value, str):
        return value

    def lookup(match: re.Match[str]) -> str:
        name = match[1]
        if not environment.get(name):
            raise SettingsError(
                f"{where} needs the environment variable {name}, which is not set.",
                next_step=f"Set it, or write {name}=… into a .env file that only you can read.",
            )
        return environment[name]

    return re.sub(r"\$\{(\w+)\}", lookup, value)


def _dotenv(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise SettingsError(
            f"{path} can be read by others.", next_step=f"Run: chmod 600 {path.name}"
        )
    lines = path.read_text(encoding="utf-8").splitlines()
    pairs = (line.partition("=") for line in lines if line.strip() and line.strip()[0] != "#")
    return {
        key.strip().removeprefix("export "): value.strip().strip("\"'") for key, _, value in pairs
    }
