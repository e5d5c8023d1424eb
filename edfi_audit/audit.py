"""The whole way of the data: pull, load, run."""

import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING, Any

import duckdb

from edfi_audit.database import database
from edfi_audit.errors import SettingsError, StoreError
from edfi_audit.evaluation import Evaluation, attached, suites_of
from edfi_audit.findings.facts import RunFacts, new_run_id
from edfi_audit.privacy import PrivacyWarning, sync_warning
from edfi_audit.run import Run
from edfi_audit.settings import AuditSettings, DatabaseConnection, Settings
from edfi_audit.store import MANIFEST, Store, read_json
from edfi_audit.tables.inputs import origin

if TYPE_CHECKING:
    from edfi_audit.ods.manifest import Manifest
    from edfi_audit.ods.pull import Progress as PullProgress
    from edfi_audit.ods.recheck import Recheck
    from edfi_audit.recheck import Look
    from edfi_audit.sis.loader import Progress as LoadProgress
    from edfi_audit.sis.manifest import ExtractManifest

__all__ = ["Audit"]

Step = Callable[[str], None]
"""Called with a sentence when a step of a run begins."""


def _unwatched(*_: object, **__: object) -> None:
    """The progress nobody watches."""


@dataclass(frozen=True)
class Audit:
    """One settings file and its store. Every step can be repeated alone."""

    settings: Settings
    store: Store

    @classmethod
    def open(cls, path: Path | str | None = None) -> "Audit":
        """The audit that the settings file `path` describes (default: ./edfi-audit.toml).

        Warns (`PrivacyWarning`) when the store seems to be copied to a cloud service.
        """
        settings = Settings.load(path)
        if sentence := sync_warning(settings.store_path):
            warnings.warn(sentence, PrivacyWarning, stacklevel=2)
        return cls(settings, Store(settings.store_path))

    def pull(
        self,
        connection: str | None = None,
        *,
        accept_denied: bool = False,
        full: bool = False,
        progress: "PullProgress | None" = None,
    ) -> "Manifest":
        """Read every resource through `connection` (default: the only one) into the store.

        Only what changed since a verified pull is read, unless `full` is wanted or the
        connection's `full_refresh_days` are over. The manifest says how complete it is. A resource
        the key may not read is recorded and the others are stored. Raises a `SourceError` when the
        ODS cannot be read at all, holds another school year, or no longer shows a resource that the
        store holds (unless `accept_denied`); the store is then as it was.
        """
        name = self.settings.connection_name(connection)
        settings = self.settings.connection(name)
        self.store.require_uncommitted()
        with _writing(self.store, "The pull"):
            if isinstance(settings, DatabaseConnection):
                from edfi_audit.ods.database.pull import pull as pull_database

                return pull_database(settings, name, self.store, progress=progress or _unwatched)
            from edfi_audit.ods.pull import pull

            return pull(
                settings,
                name,
                self.store,
                accept_denied=accept_denied,
                full=full,
                full_refresh_days=settings.full_refresh_days,
                progress=progress or _unwatched,
            )

    def load(
        self, path: Path | str | None = None, *, progress: "LoadProgress | None" = None
    ) -> "ExtractManifest":
        """Read the SIS extract at `path` (default: `[sis] extract`) into the store.

        Raises an `ExtractError` when it cannot be read; the store is then as it was.
        """
        from edfi_audit.sis import load

        source = Path(path) if path is not None else self.settings.extract_path
        if source is None:
            raise SettingsError(
                "There is no extract to load.",
                next_step="Name a folder or a .zip, or set [sis] extract in the settings.",
            )
        aliases = self.settings.sis.aliases
        return load(source, self.store, aliases=aliases, progress=progress or _unwatched)

    def run(
        self, connection: str | None = None, *, recheck: bool = True, step: Step = _unwatched
    ) -> Run:
        """Build the audit tables from what the store holds, evaluate every suite, keep the run.

        `connection` is needed only where several have been pulled. What findings would call missing
        or orphaned is looked up again in the ODS first, unless `recheck` is false; where that is
        not possible, the findings say so in `doubt`. Rules whose inputs are missing are not
        evaluated, and say why. Raises a `StoreError` when nothing was pulled or loaded,
        when what was pulled is of another school year, or when the run cannot be written.
        """
        facts = self._facts(connection)
        suites = suites_of(facts.settings.profile, facts.settings.own_rules)
        facts = replace(facts, suites={suite.name: suite.path for suite in suites})
        target = self.store.root / "runs" / facts.run_id
        with _writing(self.store, "The run"), self.store.replacing(target) as folder:
            spill = folder / ".spill"
            with database(spill, self.settings.store.memory_limit) as con:
                look = self._look(facts.connection, facts.pull, recheck=recheck)
                Evaluation(self.store, facts, suites, look, step).write(con, folder)
            rmtree(spill, ignore_errors=True)
        return Run(self.store.run(facts.run_id))

    def missing_in_extract(self) -> dict[str, list[str]]:
        """What the extract lacks, each with the rules that cannot be evaluated for it.

        Keys are reasons in plain words. Empty when the extract has all that this profile's rules
        need.
        """
        extract, settings = self._loaded(), self._resolved(None, None)
        gaps: dict[str, list[str]] = {}
        with database() as con:
            template = self.settings.sis.section_identifier
            inputs = attached(con, self.store, None, extract, settings, template)
        for suite in suites_of(settings.profile, settings.own_rules):
            for rule in suite.rules:
                needs = [name for name in rule.needs if origin(name) == "sis"]
                if reason := inputs.reason_for(needs, rule.judges):
                    gaps.setdefault(reason, []).append(rule.id)
        return gaps

    def runs(self) -> list[Run]:
        """Every run in the store, oldest first."""
        return [Run(self.store.run(run_id)) for run_id in self.store.runs()]

    def latest(self) -> Run:
        """The newest run; a `NotFoundError` when there is none."""
        return Run(self.store.run("latest"))

    def _look(
        self, connection: str | None, pull: Mapping[str, Any], *, recheck: bool
    ) -> "Look | str":
        """How the ODS of a pull is opened again, or why it is not."""
        if not recheck:
            return "the run was told not to"
        if not self.settings.audit.recheck_limit:
            return "[audit] recheck_limit is 0"

        def look() -> "AbstractContextManager[Recheck]":
            from edfi_audit.ods.manifest import Manifest
            from edfi_audit.ods.recheck import rechecking

            settings = self.settings.connection(connection)
            if isinstance(settings, DatabaseConnection):
                raise SettingsError(f"{connection} is a database now, and was pulled from an API.")
            return rechecking(settings, Manifest.from_json(pull))

        return look

    def _facts(self, connection: str | None) -> RunFacts:
        name, extract = self._pulled(connection), self._loaded()
        if name is None and extract is None:
            raise StoreError(
                f"There is nothing to audit in {self.store.root}.",
                next_step="Run `edfi-audit pull`, `edfi-audit load`, or both.",
            )
        pull = read_json(self.store.ods(name) / MANIFEST) if name else {}
        run_id, created_at = new_run_id()
        return RunFacts(
            run_id=run_id,
            created_at=created_at,
            settings=self._resolved(name, pull.get("school_year")),
            connection=name,
            extract=extract,
            pull=pull,
            sis=read_json(self.store.sis(extract) / MANIFEST) if extract else {},
            section_identifier=self.settings.sis.section_identifier,
        )

    def _resolved(self, connection: str | None, pulled_year: int | None) -> AuditSettings:
        wanted = self.settings.audit.school_year
        if wanted and pulled_year and wanted != pulled_year:
            raise SettingsError(
                f"The settings ask for school year {wanted}, but {connection} was pulled for "
                f"{pulled_year}.",
                next_step="Correct [audit] school_year, or pull that year's connection.",
            )
        configured = self.settings.connections.get(connection or "", {}).get("year")
        if isinstance(configured, int) and (wanted or pulled_year or configured) != configured:
            raise SettingsError(
                f"The connection {connection} is for school year {configured}, but "
                f"{f'[audit] asks for {wanted}' if wanted else f'{pulled_year} was pulled'}.",
                next_step="Correct the year in the settings, or pull again.",
            )
        today = datetime.now(UTC).astimezone().date()
        resolved = self.settings.audit.resolved(pulled_year or self._configured_year(), today)
        return resolved.model_copy(update={"own_rules": self.settings.own_rules})

    def _configured_year(self) -> int | None:
        """The school year of the only connection, for a run over an extract alone."""
        years = {one.get("year") for one in self.settings.connections.values()}
        year = years.pop() if len(years) == 1 else None
        return year if isinstance(year, int) else None

    def _pulled(self, name: str | None) -> str | None:
        """The connection whose records are audited: named, or the only one that was pulled."""
        pulled = self.store.connections()
        if name is None and len(pulled) <= 1:
            return pulled[0] if pulled else None
        name = self.settings.connection_name(name)
        if name not in pulled:
            raise StoreError(
                f"Nothing has been pulled through the connection {name}.",
                next_step=f"Run `edfi-audit pull --connection {name}`.",
            )
        return name

    def _loaded(self) -> str | None:
        """The extract that is compared: the one loaded last."""
        loaded = {
            read_json(self.store.sis(name) / MANIFEST)["loaded_at"]: name
            for name in self.store.extracts()
        }
        return loaded[max(loaded)] if loaded else None


@contextmanager
def _writing(store: Store, what: str) -> Iterator[None]:
    """A `StoreError` where the disk is full or closed; DuckDB's own text may quote a statement."""
    try:
        yield
    except (OSError, duckdb.IOException, duckdb.OutOfMemoryException) as error:
        reason = getattr(error, "strerror", None) or "the disk, or [store] memory_limit, is full"
        raise StoreError(
            f"{what} cannot be written in {store.root}: {reason}.",
            next_step="Check the free space and the folder's permissions.",
        ) from error
