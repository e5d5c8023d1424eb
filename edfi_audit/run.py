"""One finished run, opened from its folder; it answers questions and never changes."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edfi_audit.findings.display import as_html, as_text
from edfi_audit.findings.facts import read_facts
from edfi_audit.findings.frames import frame
from edfi_audit.findings.gaps import gaps
from edfi_audit.findings.rows import Row, count, stream
from edfi_audit.findings.selection import Selection, school_id
from edfi_audit.findings.summary import summarise

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

    from edfi_audit.resync import Preview, RenamePreview
    from edfi_audit.why import Answer

__all__ = ["Run"]


@dataclass(frozen=True)
class Run:
    """The run in `folder` (`<store>/runs/<run id>`). Shows itself in a notebook."""

    folder: Path

    @cached_property
    def facts(self) -> dict[str, Any]:
        """The run's `run.json`."""
        return read_facts(self.folder)

    @cached_property
    def summary(self) -> dict[str, Any]:
        """The run in a few plain numbers; see `edfi_audit.findings.summary`."""
        return summarise(self.facts)

    @property
    def run_id(self) -> str:
        """The run's id; ids sort by time."""
        return self.folder.name

    def gaps(self) -> "pd.DataFrame":
        """Rule × school: evaluated, failed, rate, outcome; schools with nothing judged, too.

        Columns: rule_id, title, flag, severity, school_id, school, lea_id, evaluated, failed, rate
        (0 to 1, missing where nothing was evaluated), outcome, reason.
        """
        return gaps(self.folder / "results.parquet", self.facts)

    def gap_chart(self, flag: str | None = None, rule: str | None = None) -> "go.Figure":
        """Schools ranked by the share that fails: a rule, a headline flag, or all four flags."""
        from edfi_audit import charts

        Selection(rule=rule, flag=flag).where(self.facts)
        return charts.gap_bars(self.gaps(), flag=flag, rule=rule and rule.upper())

    def findings(
        self,
        rule: str | None = None,
        school: int | str | None = None,
        severity: str | None = None,
        flag: str | None = None,
        limit: int | None = None,
    ) -> "pd.DataFrame":
        """The findings that match, by rule and school, with the columns of `findings.parquet`.

        `school` is an id or a name. Raises `NotFoundError` for a rule, school, severity or flag
        the run does not know.
        """
        where, values = Selection(rule, school, severity, flag).where(self.facts)
        rows = "" if limit is None else f" LIMIT {int(limit)}"
        return self._frame(
            f"FROM read_parquet($file) WHERE {where}"
            f" ORDER BY rule_id, school_id, natural_key{rows}",
            file="findings.parquet",
            **values,
        )

    def stream(
        self, selection: Selection, limit: int | None = None
    ) -> AbstractContextManager[Iterator[Row]]:
        """The findings that `selection` takes, one by one: millions in little memory."""
        return stream(self.folder, self.facts, selection, limit)

    def count(self, selection: Selection) -> int:
        """How many findings `selection` takes."""
        return count(self.folder, self.facts, selection)

    def worklist(
        self, school: int | str | None = None, rule: str | None = None, limit: int | None = None
    ) -> "pd.DataFrame":
        """The findings of a school or a rule as a list to work through, errors first.

        Columns: severity, rule, what fails, record, found, expected, cause, fix, where, and doubt
        where there is any.
        """
        from edfi_audit.findings.worklist import worklist

        found = worklist(self.findings(school=school, rule=rule), self.facts)
        return found if limit is None else found.head(limit)

    def resync_preview(
        self, resource: str | None = None, school: int | str | None = None
    ) -> "Preview":
        """What a resync of `resource` (default: all of the ledger) would do; shows itself.

        `school` limits the counts. Raises `NotFoundError` for a resource or school the run does not
        know, `StoreError` for a run that an earlier version made.
        """
        from edfi_audit.resync import preview

        return preview(self.folder, self.facts, resource, school)

    def rename_preview(self, *renames: str, school: int | str | None = None) -> "RenamePreview":
        """What changing natural keys would do: `"course:OLD=NEW"`, `"school:…"`, `"session:…"`.

        All `renames` count at once; `school` limits those of courses and sessions. Raises
        `SettingsError` for one that is not written so, `NotFoundError` for a name nobody has.
        """
        from edfi_audit.resync import rename_preview

        return rename_preview(self.folder, self.facts, renames, school)

    def results(self) -> "pd.DataFrame":
        """The whole of `results.parquet`: rule × school."""
        return self._frame("FROM read_parquet($file)", file="results.parquet")

    def ledger(self) -> "pd.DataFrame":
        """The whole of `identity_ledger.parquet`: every record of the SIS, mapping and ODS."""
        return self._frame("FROM read_parquet($file)", file="identity_ledger.parquet")

    def why(self, key: str, school: int | str | None = None, kind: str | None = None) -> "Answer":
        """Why a section, course, student or staff member is, or is not, in the ODS as it should be.

        `key` is what is at hand: a section identifier, a course number, an Ed-Fi ID, one of
        Campus's own ids, a natural key as JSON, or a finding's fingerprint. Where it may mean
        several things the answer lists them; `school` (an id or a name) and `kind` (section,
        course, student, staff) choose. Raises `NotFoundError` for a key that means nothing.
        """
        from edfi_audit.why import why

        only = None if school is None else school_id(school, self.facts)
        return why(self.folder, self.facts, key, school_id=only, kind=kind)

    def report(self, path: Path | str, school: int | str | None = None) -> Path:
        """Write the HTML report to `path`, a CSV of all findings beside it, and return `path`.

        `school`, an id or a name, limits both to it.
        """
        from edfi_audit.report.write import write

        only = None if school is None else school_id(school, self.facts)
        return write(self.folder, Path(path), school=only)

    def _frame(self, sql: str, *, file: str, **values: Any) -> "pd.DataFrame":  # noqa: ANN401
        return frame(sql, {"file": str(self.folder / file), **values})

    def _repr_html_(self) -> str:
        return as_html(self.summary)

    def __repr__(self) -> str:
        return as_text(self.summary)
