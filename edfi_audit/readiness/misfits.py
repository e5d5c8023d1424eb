"""What does not belong together: a key, an extract and settings of other agencies or years."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from edfi_audit.errors import AuditError
from edfi_audit.ods.check import number_of
from edfi_audit.ods.manifest import Manifest
from edfi_audit.store import MANIFEST, Store, read_json
from edfi_audit.tables.typed import literal

if TYPE_CHECKING:
    from edfi_audit.ods.check import Check
    from edfi_audit.ods.database.check import Check as DatabaseCheck

__all__ = ["Extract", "misfits"]

_SHOWN = 3
_SCHOOL = """coalesce(
    try_cast(nullif(trim(edfiNumber), '') AS BIGINT), try_cast(trim(number) AS BIGINT)
)"""
"""The Ed-Fi id of a school of the SIS, as the table schools has it."""


@dataclass(frozen=True)
class Extract:
    """The schools that an extract reports, and the school years of its calendars."""

    schools: frozenset[int]
    years: frozenset[int]

    @classmethod
    def newest(cls, store: Store) -> "Extract | None":
        """That of the extract loaded last; None where there is none."""
        loaded = {
            read_json(store.sis(name) / MANIFEST)["loaded_at"]: store.sis(name)
            for name in store.extracts()
        }
        if not loaded:
            return None
        folder = loaded[max(loaded)]
        return cls(
            _values(folder / "school.parquet", _SCHOOL, "NOT coalesce(exclude, false)"),
            _values(folder / "calendar.parquet", "endYear"),
        )


def misfits(
    name: str,
    seen: "Check | DatabaseCheck",
    store: Store,
    extract: Extract | None,
    named: Iterable[int] = (),
) -> tuple[list[str], list[str]]:
    """What does not belong to the ODS that is `seen` through `name`: faults, and warnings.

    Compared are the extract, the last pull, and the schools `named` in the settings.
    """
    schools, year = seen.own_schools, seen.school_year
    faults, warnings = [], []
    if extract and schools and extract.schools and not schools & extract.schools:
        faults.append(
            f"None of the extract's schools ({_some(extract.schools)}) is one of the key's "
            f"({_some(schools)}): they are of different agencies."
        )
    if extract and year and extract.years and year not in extract.years:
        faults.append(
            f"The extract's calendars are of {', '.join(map(_spoken, sorted(extract.years)))}, the "
            f"connection is for {_spoken(year)}."
        )
    if schools and (unknown := set(named) - schools):
        warnings.append(f"[audit] names schools that are not the key's: {_some(unknown)}.")
    warnings += _since_the_last_pull(name, seen, store)
    return faults, warnings


def _since_the_last_pull(name: str, seen: "Check | DatabaseCheck", store: Store) -> Iterator[str]:
    try:
        last = Manifest.read(store.ods(name))
    except AuditError:
        return
    if last.school_year and seen.school_year and last.school_year != seen.school_year:
        yield (
            f"The last pull through {name} was for {_spoken(last.school_year)}, the connection is "
            f"for {_spoken(seen.school_year)}."
        )
    scope = getattr(seen, "scope", None)
    before = _numbers(last.scope.education_organizations)
    now = _numbers(scope.education_organizations if scope else ())
    if before and now and not before & now:
        yield (
            f"The last pull through {name} was with a key of {_some(before)}, this one is of "
            f"{_some(now)}: it may be another agency's."
        )


def _values(file: Path, expression: str, where: str = "true") -> frozenset[int]:
    if not file.is_file():
        return frozenset()
    sql = f"SELECT DISTINCT {expression} FROM read_parquet({literal(str(file))}) WHERE {where}"
    with duckdb.connect() as con:
        found = con.execute(sql).fetchall()
    return frozenset(int(value) for (value,) in found if value is not None)


def _numbers(organizations: Iterable[object]) -> set[int]:
    return {number for one in organizations if (number := number_of(one)) is not None}


def _spoken(year: int) -> str:
    return f"{year - 1}-{year % 100:02}"


def _some(numbers: Iterable[int]) -> str:
    """The first few of these numbers."""
    known = sorted(numbers)
    more = ", …" if len(known) > _SHOWN else ""
    return ", ".join(map(str, known[:_SHOWN])) + more
