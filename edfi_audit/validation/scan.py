"""Checks as SQL, and the few scans that answer a whole suite at once.

Nothing here knows Great Expectations. A `Check` is what one expectation asks of one audit table.
However many checks a suite holds, the table is read

- once for how many rows each check looked at, per school (`tally`);
- once for every failing row, with one bit per check it fails, written to Parquet (`stage`);
- once per uniqueness check, for keys that occur twice.

A check whose condition is true fails the row, false passes it, null leaves it out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from edfi_audit.validation.templates import literal, quoted

__all__ = ["Check", "Domain", "Scan", "Staged", "reason"]

SCHOOL = ("school_id", "lea_id")
FAILS = "__fails"
_BITS = 62
_GATES = 3


@dataclass(frozen=True)
class Domain:
    """The rows a check looks at: where `gate` holds, `present` are not null and `also` holds.

    All three are SQL; empty means no restriction.
    """

    gate: str = ""
    present: tuple[str, ...] = ()
    also: str = ""

    @property
    def predicate(self) -> str:
        """One SQL condition for all of it."""
        parts = [self.gate, *(f"{column} IS NOT NULL" for column in self.present), self.also]
        return _all(parts)

    @property
    def measure(self) -> str:
        """The SQL aggregate that counts these rows among those where `gate` holds."""
        if len(self.present) == 1 and not self.also:
            return f"count({self.present[0]})"
        within = Domain("", self.present, self.also).predicate
        return "count(*)" if within == "TRUE" else f"count_if({within})"


@dataclass(frozen=True)
class Check:
    """One expectation on one audit table.

    `fails` is a SQL condition over the table's columns. `unique` are columns that together must
    not repeat within the domain (nulls count as equal); `fails` is then empty. `selectable` is
    a query of its own with the table's columns and a boolean `__fails`, for conditions that do
    not stand on the table alone.
    """

    domain: Domain
    fails: str = ""
    unique: tuple[str, ...] = ()
    selectable: str = ""

    @property
    def predicate(self) -> str:
        """Where a row fails, as SQL; only for a check that stands on the table alone."""
        return _all([self.domain.gate, self.domain.also, self.fails])


@dataclass(frozen=True)
class Staged:
    """Where the failing rows of one check are: `path`, those with `bit` set in column `mask`."""

    path: Path
    mask: str
    bit: int

    @property
    def predicate(self) -> str:
        """The SQL condition that picks the check's rows out of the file."""
        return f"({self.mask} & {self.bit}) <> 0"


@dataclass(frozen=True)
class Scan:
    """The scans over one audit table.

    `table` is its SQL name, `columns` its columns with their DuckDB types.

    Failing rows are staged in `folder` with the columns `keep`.
    """

    connection: duckdb.DuckDBPyConnection
    table: str
    columns: Mapping[str, str]
    keep: tuple[str, ...]
    folder: Path

    def tally(self, domains: Sequence[Domain]) -> dict[Domain, pa.Table]:
        """How many rows each domain has at each school: `school_id`, `lea_id`, `counted`.

        Counting under a FILTER costs several times a plain count, so that a few gates become
        groups of the inner query instead; its result is small, and the outer one adds it up.
        """
        gates = list(dict.fromkeys(domain.gate for domain in domains if domain.gate))
        groups = {gate: f"g{number}" for number, gate in enumerate(gates)}
        if len(groups) > _GATES:
            groups = {}
        inner = [f"{gate} AS {name}" for gate, name in groups.items()]
        outer = []
        for number, domain in enumerate(domains):
            counted = domain.measure
            if domain.gate and domain.gate not in groups:
                counted += f" FILTER ({domain.gate})"
            inner.append(f"{counted} AS m{number}")
            where = f" FILTER ({groups[domain.gate]})" if domain.gate in groups else ""
            outer.append(f"coalesce(sum(m{number}){where}, 0)::BIGINT")
        table = self.connection.sql(
            f"SELECT {', '.join([*SCHOOL, *outer])} FROM "
            f"(SELECT {', '.join([*self._school(), *inner])} FROM {self.table} GROUP BY ALL) "
            "GROUP BY ALL"
        ).to_arrow_table()
        return {
            domain: table.select([0, 1, 2 + number]).rename_columns([*SCHOOL, "counted"])
            for number, domain in enumerate(domains)
        }

    def broken(self, checks: Iterable[Check]) -> dict[Check, str]:
        """The checks that cannot be computed, each with its reason."""
        found = {}
        for check in checks:
            try:
                self.tally([check.domain])
                self.connection.execute(self._alone(check)).fetchall()
            except duckdb.Error as error:
                found[check] = reason(error)
        return found

    def stage(self, checks: Sequence[Check]) -> dict[Check, Staged]:
        """Write the failing rows of `checks`; a check without any may be absent."""
        staged: dict[Check, Staged] = {}
        joins, fused = [], {}
        for number, check in enumerate(checks):
            if check.selectable:
                staged[check] = self._stage_alone(check)
            elif not check.unique:
                fused[check] = check.predicate
            elif self._find_repeated_hashes(number, check):
                name = _repeats(number)
                joins.append(f"LEFT JOIN {name} ON {_hash(check)} = {name}.{name}_hash")
                fused[check] = _all([check.domain.predicate, f"{name}.{name}_hash IS NOT NULL"])
        if not fused:
            return staged
        staged |= self._stage_fused(fused, joins)
        for check in fused:
            if check.unique and self._hashes_collide(check, staged[check]):
                staged[check] = self._stage_without_twinless(check, staged[check])
        return staged

    def failed(self, staged: Mapping[Check, Staged]) -> dict[Check, pa.Table]:
        """Per check, how many rows failed at each school: `school_id`, `lea_id`, `failed`."""
        counts = {}
        for path in dict.fromkeys(where.path for where in staged.values()):
            here = {check: where for check, where in staged.items() if where.path == path}
            named = [
                f"count_if({where.predicate})::BIGINT AS a{number}"
                for number, where in enumerate(here.values())
            ]
            table = self.connection.sql(
                f"SELECT {', '.join([*self._school(), *named])} "
                f"FROM read_parquet({literal(str(path))}) GROUP BY ALL"
            ).to_arrow_table()
            for number, check in enumerate(here):
                failed = table.select([0, 1, 2 + number]).rename_columns([*SCHOOL, "failed"])
                counts[check] = failed.filter(pc.field("failed") > 0)
        return counts

    def _stage_fused(self, fused: Mapping[Check, str], joins: Sequence[str]) -> dict[Check, Staged]:
        path = self._new_file()
        staged = {
            check: Staged(path, f"__mask{number // _BITS}", 1 << number % _BITS)
            for number, check in enumerate(fused)
        }
        keep = self._kept(check.unique for check in fused)
        masks = [
            " | ".join(
                f"CASE WHEN {fused[check]} THEN {where.bit}::BIGINT ELSE 0 END"
                for check, where in staged.items()
                if where.mask == mask
            )
            + f" AS {mask}"
            for mask in dict.fromkeys(where.mask for where in staged.values())
        ]
        any_fails = " OR ".join(f"({sql})" for sql in fused.values())
        self._copy(
            f"SELECT {', '.join([*keep, *masks])} "
            f"FROM {self.table} {' '.join(joins)} WHERE {any_fails}",
            path,
        )
        return staged

    def _stage_alone(self, check: Check) -> Staged:
        path = self._new_file()
        kept = ", ".join([*self._kept([]), "1::BIGINT AS __mask0"])
        self._copy(f"SELECT {kept} FROM ({check.selectable}) WHERE {FAILS}", path)
        return Staged(path, "__mask0", 1)

    def _find_repeated_hashes(self, number: int, check: Check) -> bool:
        """Put the hashes that occur twice into a temporary table; False when there are none."""
        name = _repeats(number)
        self.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT {name}_hash FROM "
            f"(SELECT {_hash(check)} AS {name}_hash FROM {self.table} "
            f"WHERE {check.domain.predicate}) GROUP BY ALL HAVING count(*) > 1"
        )
        return bool(self.connection.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchall())

    def _hashes_collide(self, check: Check, where: Staged) -> bool:
        """Whether two different keys had one hash, so that a row was staged without a twin."""
        alone = self.connection.execute(
            f"SELECT 1 FROM {_rows(where)} GROUP BY {', '.join(check.unique)} "
            "HAVING count(*) = 1 LIMIT 1"
        ).fetchall()
        return bool(alone)

    def _stage_without_twinless(self, check: Check, where: Staged) -> Staged:
        """Stage again those of the rows in `where` whose key repeats indeed."""
        path = self._new_file()
        keys = ", ".join(check.unique)
        self._copy(
            f"SELECT * FROM {_rows(where)} QUALIFY count(*) OVER (PARTITION BY {keys}) > 1", path
        )
        return Staged(path, where.mask, where.bit)

    def _alone(self, check: Check) -> str:
        if check.selectable:
            return f"SELECT count(*) FROM ({check.selectable}) WHERE {FAILS}"
        if check.unique:
            return f"SELECT count({_hash(check)}) FROM {self.table}"
        return f"SELECT count(*) FROM {self.table} WHERE {check.predicate}"

    def _copy(self, query: str, path: Path) -> None:
        self.connection.execute(f"COPY ({query}) TO {literal(str(path))} (FORMAT parquet)")

    def _new_file(self) -> Path:
        return self.folder / f"{len(list(self.folder.iterdir()))}.parquet"

    def _school(self) -> list[str]:
        return [
            quoted(name) if name in self.columns else f"NULL::BIGINT AS {name}" for name in SCHOOL
        ]

    def _kept(self, unique: Iterable[Sequence[str]]) -> list[str]:
        """The staged columns: what is wanted of those the table has, and the keys' columns."""
        wanted = [quoted(name) for name in (*SCHOOL, *self.keep) if name in self.columns]
        return list(dict.fromkeys([*wanted, *(column for key in unique for column in key)]))


def reason(error: duckdb.Error) -> str:
    """Why DuckDB refused, without any value of a row.

    What the binder or parser says comes from the suite and the table's columns; what is said
    while rows are read may quote them, so only its kind is told.
    """
    if isinstance(error, duckdb.BinderException | duckdb.ParserException | duckdb.CatalogException):
        return str(error).splitlines()[0]
    kind = type(error).__name__.removesuffix("Exception")
    return f"the condition does not fit the column's values ({kind} error)"


def _all(conditions: Iterable[str]) -> str:
    return " AND ".join(f"({each})" for each in conditions if each) or "TRUE"


def _repeats(number: int) -> str:
    return f"__repeats{number}"


def _hash(check: Check) -> str:
    return f"hash({', '.join(check.unique)})"


def _rows(where: Staged) -> str:
    return f"(SELECT * FROM read_parquet({literal(str(where.path))}) WHERE {where.predicate})"
