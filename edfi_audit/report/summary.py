"""What a report says, read from a run directory."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb

from edfi_audit.errors import NotFoundError
from edfi_audit.findings.flags import FLAGS, Flag
from edfi_audit.findings.gaps import NO_SCHOOL, school_name
from edfi_audit.findings.summary import known_school
from edfi_audit.findings.tally import tally
from edfi_audit.report.content import (
    Bar,
    Cell,
    FlagGap,
    HeatRow,
    HeatTable,
    RuleCount,
    School,
    Staffing,
    Summary,
)
from edfi_audit.report.findings import rule_findings
from edfi_audit.store import read_json

__all__ = ["summarise"]

PER_RULE = 8
"""Findings shown on the page per school and rule; the CSV beside the report has them all."""

PER_RULE_ALONE = 200
"""The same in the report of one school: it is that school's list."""

HEAT_SCHOOLS = 20
"""Columns of the heat table; a state has more schools, and their pages say the same."""

_SEVERITIES = ("error", "warning", "info")


def summarise(folder: Path, *, school: int | None = None) -> Summary:
    """Read the run in `folder`; with `school`, only that school's part of it.

    Raises `NotFoundError` for a school the run does not know.
    """
    run = read_json(folder / "run.json")
    names = {row["school_id"]: school_name(row) for row in run["schools"]}
    known = frozenset(school_name(row) for row in run["schools"] if known_school(row))
    if school is not None and school not in names:
        raise NotFoundError(
            f"The run has no school {school}.",
            next_step="`edfi-audit findings --json` lists the school ids.",
        )
    per_rule = PER_RULE if school is None else PER_RULE_ALONE
    with duckdb.connect() as con:
        _attach(con, folder, school)
        counts = _counts(con, run)
        by_school = _by_school(con, names)
        return Summary(
            run=run,
            subject=names[school] if school is not None else _subject(run),
            school_year=_year(run["school_year"]),
            findings=_severities(con),
            flags=tuple(_flag(con, headline, counts, by_school, run, known) for headline in FLAGS),
            rules=tuple(counts),
            heat=_heat(counts, by_school),
            per_rule=per_rule,
            schools=tuple(_schools(con, names, run, per_rule)),
            staffing=tuple(_staffing(con, folder, names, school)),
            ledger=tuple(_ledger(con, folder, school)),
            absences=tuple(_absences(con, folder, school)),
        )


_Tally = dict[tuple[str, int | None], Cell]


def _attach(con: duckdb.DuckDBPyConnection, folder: Path, school: int | None) -> None:
    only = f"WHERE school_id = {int(school)}" if school is not None else ""
    for name in ("results", "findings"):
        path = str(folder / f"{name}.parquet").replace("'", "''")
        con.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{path}') {only}")


def _counts(con: duckdb.DuckDBPyConnection, run: dict[str, Any]) -> list[RuleCount]:
    """Every rule of the run, worst first, with its totals over the schools in view."""
    totals = {
        rule_id: (evaluated, failed, reason)
        for rule_id, evaluated, failed, reason in con.execute(
            "SELECT rule_id, sum(evaluated)::BIGINT, sum(failed)::BIGINT, min(reason)"
            " FROM results GROUP BY ALL"
        ).fetchall()
    }
    counts = []
    for rule_id, rule in run["rules"].items():
        evaluated, failed, reason = totals.get(rule_id, (0, 0, ""))
        outcome = "failed" if failed else "passed" if evaluated else "not_evaluated"
        counts.append(
            RuleCount(
                rule_id,
                rule["title"],
                rule["severity"],
                failed,
                evaluated,
                outcome,
                rule.get("reason") or reason or "",
                rule.get("doubt") or "",
            )
        )
    return sorted(counts, key=lambda one: (_SEVERITIES.index(one.severity), one.rule_id))


def _by_school(con: duckdb.DuckDBPyConnection, names: dict[int, str]) -> dict[str, _Tally]:
    """Per school label, the cell of each rule; those without a school under `NO_SCHOOL`."""
    tallies: dict[str, _Tally] = {}
    rows = con.execute(
        "SELECT school_id, rule_id, sum(failed)::BIGINT, sum(evaluated)::BIGINT"
        " FROM results GROUP BY ALL"
    ).fetchall()
    for school_id, rule_id, failed, evaluated in rows:
        if school_id is None and not evaluated:
            continue
        label = _name(names, school_id)
        tallies.setdefault(label, {})[rule_id, school_id] = Cell(failed, evaluated)
    return dict(sorted(tallies.items()))


def _flag(  # noqa: PLR0913, PLR0917 - what a flag's part of the page is made from
    con: duckdb.DuckDBPyConnection,
    headline: Flag,
    counts: Iterable[RuleCount],
    by_school: dict[str, _Tally],
    run: dict[str, Any],
    known: frozenset[str],
) -> FlagGap:
    bars, tallied = [], tally(con, headline.lead)
    for label, cells in by_school.items():
        school_id = next(school_id for _, school_id in cells)
        evaluated, failed = tallied.get(school_id, (0, 0))
        bars.append(Bar(label, _anchor(school_id), failed, evaluated))
    bars.sort(key=lambda bar: (-1 if bar.rate is None else bar.rate, bar.failed), reverse=True)
    flagged = {name for name, rule in run["rules"].items() if rule.get("flag") == headline.key}
    rules = tuple(one for one in counts if one.rule_id in flagged or one.rule_id in headline.lead)
    return FlagGap(
        headline,
        sum(bar.failed for bar in bars),
        sum(bar.evaluated for bar in bars),
        tuple(bars),
        rules,
        next((rule.reason for rule in rules if rule.rule_id in headline.lead and rule.reason), ""),
        known,
    )


def _heat(counts: list[RuleCount], by_school: dict[str, _Tally]) -> HeatTable:
    """Every rule at the schools with most failing records, in the order of their names."""

    def failed(label: str) -> int:
        return sum(cell.failed for cell in by_school[label].values())

    shown = sorted(sorted(by_school, key=failed, reverse=True)[:HEAT_SCHOOLS])
    ids = [next(school_id for _, school_id in by_school[label]) for label in shown]
    return HeatTable(
        tuple((label, _anchor(one)) for label, one in zip(shown, ids, strict=True)),
        len(by_school) - len(shown),
        tuple(
            HeatRow(
                rule,
                tuple(
                    by_school[label].get((rule.rule_id, one), Cell(0, 0))
                    for label, one in zip(shown, ids, strict=True)
                ),
            )
            for rule in counts
        ),
    )


def _schools(
    con: duckdb.DuckDBPyConnection, names: dict[int, str], run: dict[str, Any], per_rule: int
) -> Iterable[School]:
    """A page per school; those with most errors first, those with nothing evaluated last."""
    rows = con.execute(
        "SELECT school_id, sum(evaluated)::BIGINT FROM results GROUP BY ALL"
    ).fetchall()
    severities = dict.fromkeys((school_id for school_id, _ in rows), (0, 0, 0))
    for school_id, errors, warnings, infos in con.execute(
        "SELECT school_id, count(*) FILTER (severity = 'error'),"
        " count(*) FILTER (severity = 'warning'), count(*) FILTER (severity = 'info')"
        " FROM findings GROUP BY ALL"
    ).fetchall():
        severities[school_id] = (errors, warnings, infos)
    evaluated = dict(rows)
    details = rule_findings(con, run["rules"], per_rule=per_rule)
    pages = [
        School(
            school_id,
            _name(names, school_id),
            _anchor(school_id),
            *counts,
            tuple(details.get(school_id, ())),
            evaluated.get(school_id, 0),
        )
        for school_id, counts in severities.items()
        if school_id is not None or any(counts)
    ]
    return sorted(
        pages,
        key=lambda page: (page.errors, page.warnings, page.infos, page.evaluated),
        reverse=True,
    )


def _staffing(
    con: duckdb.DuckDBPyConnection, folder: Path, names: dict[int, str], school: int | None
) -> Iterable[Staffing]:
    path = folder / "tables" / "sections.parquet"
    if not path.is_file():
        return
    rows = con.execute(
        "SELECT school_id, count(*), count(*) FILTER (staff_count = 0),"
        " count(*) FILTER (staff_count = 0 AND association_count > 0),"
        " count(*) FILTER (teachers_of_record_overlap)"
        " FROM read_parquet(?) WHERE ? IS NULL OR school_id = ? GROUP BY ALL ORDER BY 3 DESC, 1",
        [str(path), school, school],
    ).fetchall()
    for school_id, *counts in rows:
        yield Staffing(_name(names, school_id), _anchor(school_id), *counts)


def _ledger(
    con: duckdb.DuckDBPyConnection, folder: Path, school: int | None
) -> Iterable[tuple[str, dict[str, int]]]:
    path = folder / "identity_ledger.parquet"
    if not path.is_file():
        return
    rows = con.execute(
        "SELECT resource, coalesce(state, 'not evaluated'), count(*) FROM read_parquet(?)"
        " WHERE ? IS NULL OR school_id = ? GROUP BY ALL ORDER BY ALL",
        [str(path), school, school],
    ).fetchall()
    states: dict[str, dict[str, int]] = {}
    for resource, state, count in rows:
        states.setdefault(resource, {})[state] = count
    yield from states.items()


def _absences(
    con: duckdb.DuckDBPyConnection, folder: Path, school: int | None
) -> Iterable[tuple[str, dict[str, int]]]:
    path = folder / "tables" / "identity_ledger.parquet"
    if not path.is_file():
        return
    rows = con.execute(
        "SELECT cause, resource, count(*) FROM read_parquet(?)"
        " WHERE NOT in_ods AND state IS NOT NULL AND cause IS NOT NULL"
        " AND (? IS NULL OR school_id = ?) GROUP BY cause, resource"
        " ORDER BY sum(count(*)) OVER (PARTITION BY cause) DESC, cause, resource",
        [str(path), school, school],
    ).fetchall()
    causes: dict[str, dict[str, int]] = {}
    for cause, resource, count in rows:
        causes.setdefault(cause, {})[resource] = count
    yield from causes.items()


def _severities(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    rows = con.execute("SELECT severity, count(*) FROM findings GROUP BY ALL").fetchall()
    return {**dict.fromkeys(_SEVERITIES, 0), **dict(rows)}


def _name(names: dict[int, str], school_id: int | None) -> str:
    if school_id is None:
        return NO_SCHOOL
    return names.get(school_id, f"School {school_id}")


def _anchor(school_id: int | None) -> str:
    return f"school-{school_id}" if school_id is not None else "no-school"


def _subject(run: dict[str, Any]) -> str:
    agencies = (run.get("scope") or {}).get("education_organizations") or []
    named = [one.get("name_of_institution") for one in agencies if one.get("name_of_institution")]
    return ", ".join(named[:3]) or str(run.get("connection") or "this district")


def _year(end_year: int) -> str:
    return f"{end_year - 1}-{end_year % 100:02d}"
