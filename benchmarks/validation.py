"""The suites over a state's rosters: this engine, plain SQL, and two peers, side by side.

    python benchmarks/validation.py                      1 M and 5 M student section associations
    python benchmarks/validation.py --rows 200000 --ways sql engine

Made-up audit tables (900 schools, 150,000 sections, a program for every twentieth association,
about three rows in a hundred failing) are written as Parquet; then each way runs as a process of
its own:

- `sql`: DuckDB SQL written by hand for these rules; writes failing keys and counts per school
- `sql_findings`: the same SQL, which also writes the words and keys of a finding
- `engine`: `edfi_audit.validation.validate`, with every column of a finding
- `pandas`: Great Expectations' own pandas engine, COMPLETE, with the whole unexpected index
- `pointblank`: Pointblank on polars, with extracts of all failing rows

Seconds are from Parquet to answers without imports, on the clock and of the processor (the better
measure when the machine has other work); MB is the peak of the process's memory. All ways must
fail the same keys of the same rules, or the benchmark fails. Nothing is left behind.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import duckdb
from made_up import PROGRAMS, ROSTER, SECTIONS, TABLES, make

from edfi_audit.bundled import expectations
from edfi_audit.tables.catalogue import BY_ROW, catalogue
from edfi_audit.validation.templates import as_sql, literal

WAYS = ("sql", "sql_findings", "engine", "pandas", "pointblank")
NOT_CHOICE = "NOT is_choice"
HAND_WRITTEN = {  # rule: (looked at, fails), as an analyst would write them
    ROSTER: {
        "SSA-001": ("is_choice IS NOT NULL", "is_choice"),
        "SSA-002": (NOT_CHOICE, "begin_date IS NULL"),
        "SSA-003": (f"{NOT_CHOICE} AND course_code_check IS NOT NULL", "course_code_check <> 'ok'"),
        "SSA-004": (f"{NOT_CHOICE} AND school_check IS NOT NULL", "school_check <> 'ok'"),
        "SSA-005": (f"{NOT_CHOICE} AND is_audited_year IS NOT NULL", "NOT is_audited_year"),
        "SSA-006": (f"{NOT_CHOICE} AND section_check IS NOT NULL", "section_check <> 'ok'"),
        "SSA-007": (f"{NOT_CHOICE} AND session_check IS NOT NULL", "session_check <> 'ok'"),
        "SSA-008": (f"{NOT_CHOICE} AND student_check IS NOT NULL", "student_check <> 'ok'"),
        "SSA-009": (NOT_CHOICE, "end_date IS NULL"),
        "SSA-011": (
            f"{NOT_CHOICE} AND end_date IS NOT NULL AND begin_date IS NOT NULL",
            "end_date < begin_date",
        ),
        "SSA-012": (f"{NOT_CHOICE} AND is_within_year IS NOT NULL", "NOT is_within_year"),
        "SSA-014": (f"{NOT_CHOICE} AND overlap IS NOT NULL", "overlap <> 'none'"),
        "ATT-001": (NOT_CHOICE, "attempt_status_descriptor IS NULL"),
        "ATT-002": (
            f"{NOT_CHOICE} AND attempt_status_is_known IS NOT NULL",
            "NOT attempt_status_is_known",
        ),
        "CTE-009": (f"{NOT_CHOICE} AND has_all_programs IS NOT NULL", "NOT has_all_programs"),
    },
    SECTIONS: {
        "TOR-001": ("association_count > 0", "staff_count < 1"),
        "TOR-002": ("association_count > 0 AND staff_count > 0", "teacher_of_record_count < 1"),
        "TOR-003": ("teachers_of_record_overlap IS NOT NULL", "teachers_of_record_overlap"),
    },
    PROGRAMS: {
        "SSA-010": (
            f"{NOT_CHOICE} AND resource = 'studentSectionAssociations'",
            "education_organization_id IS NULL",
        ),
        "CTE-001": (NOT_CHOICE, "program_type_descriptor IS NULL"),
        "CTE-002": (NOT_CHOICE, "program_name IS NULL"),
        "CTE-003": (f"{NOT_CHOICE} AND type_is_known IS NOT NULL", "NOT type_is_known"),
        "CTE-004": (
            f"{NOT_CHOICE} AND type_year_outcome IS NOT NULL",
            "type_year_outcome <> 'allowed'",
        ),
        "CTE-005": (f"{NOT_CHOICE} AND program_in_ods IS NOT NULL", "NOT program_in_ods"),
        "CTE-010": (f"{NOT_CHOICE} AND section_staff_count IS NOT NULL", "section_staff_count < 1"),
        "CTE-011": (
            f"{NOT_CHOICE} AND section_staff_count > 0 AND section_teacher_of_record_count >= 0",
            "section_teacher_of_record_count < 1",
        ),
    },
}


class Clock:
    """Seconds since it was made: on the clock, and of the processor in all threads."""

    def __init__(self):
        self.started = time.perf_counter(), time.process_time()

    def stop(self):
        """Both, since the start."""
        return time.perf_counter() - self.started[0], time.process_time() - self.started[1]


def suite_of(table):
    """The expectations of a suite file, as it is written."""
    return json.loads((expectations() / f"{table}.json").read_text(encoding="utf-8"))[
        "expectations"
    ]


def table_named(name):
    """The audit table's catalogue entry."""
    return next(table for table in catalogue() if table.name == name)


def key_of(name):
    """SQL for the key of a row, as findings write it, with its row key behind."""

    def written(columns):
        named = sorted((camel(column), column) for column in columns)
        return "json_object(" + ", ".join(f"'{n}', {c}" for n, c in named) + ")::VARCHAR"

    def camel(column):
        words = column.split("_")
        return words[0] + "".join(word.title() for word in words[1:])

    table = table_named(name)
    if table.resource == BY_ROW:
        cases = " ".join(f"WHEN '{each}' THEN {written(key)}" for each, key in table.keys.items())
        key = f"CASE resource {cases} END"
    else:
        key = written(next(iter(table.keys.values())))
    return f"{key} || {written(table.row)}" if table.row else key


def connect(folder, out):
    """DuckDB with the views `audit.*` over the Parquet files, spilling beside the answers."""
    con = duckdb.connect(config={"temp_directory": str(out / "spill")})
    con.execute("CREATE SCHEMA audit")
    for name in TABLES:
        con.execute(
            f"CREATE VIEW audit.{name} AS SELECT * FROM read_parquet('{folder / name}.parquet')"
        )
    return con


def worded(name, failing):
    """The rows of `failing` with the words of a finding, as an analyst would add them."""

    def by_rule(expression):
        cases = " ".join(f"WHEN '{meta['id']}' THEN {expression(meta)}" for meta in metas)
        return f"CASE rule_id {cases} END"

    def severity(meta):
        levels = meta["severity"]
        if isinstance(levels, str):
            return f"'{levels}'"
        cases = " ".join(f"WHEN {literal(k)} THEN '{v}'" for k, v in levels.items() if k != "by")
        return f"CASE {levels['by']} {cases} END"

    metas = [each["meta"] for each in suite_of(name)]
    texts = ", ".join(
        f"{by_rule(lambda meta, key=key: as_sql(meta[key]))} AS {key}_text"
        for key in ("observed", "expected", "cause_key", "cause")
    )
    return f"""
        SELECT *, {key_of(name)} AS natural_key, {by_rule(severity)} AS severity, {texts},
            {by_rule(lambda meta: literal(meta["remedy"]))} AS remedy
        FROM ({failing})"""


def sql_findings(folder, out):
    """Failing keys with their words."""
    return sql(folder, out, worded)


def sql(folder, out, written=lambda _, failing: failing):
    """Failing keys in one scan per table, counts in another."""
    clock = Clock()
    con = connect(folder, out)
    for name, rules in HAND_WRITTEN.items():
        table = table_named(name)
        columns = ["school_id", *(["resource"] if table.resource == BY_ROW else [])]
        columns += [column for key in table.keys.values() for column in key] + [*table.row]
        if written is worded:
            columns = ["*"]
        fails = {rule: f"({where}) AND {what}" for rule, (where, what) in rules.items()}
        failed = ", ".join(f"CASE WHEN {each} THEN '{rule}' END" for rule, each in fails.items())
        failing = f"""
            SELECT unnest(list_filter([{failed}], lambda x: x IS NOT NULL)) AS rule_id,
                {", ".join(dict.fromkeys(columns))}
            FROM audit.{name} WHERE {" OR ".join(f"({each})" for each in fails.values())}"""
        con.execute(f"COPY ({written(name, failing)}) TO '{out}/{name}.parquet'")
        counts = ", ".join(f'count_if({where}) AS "{r}"' for r, (where, _) in rules.items())
        con.execute(
            f"COPY (SELECT school_id, {counts} FROM audit.{name} GROUP BY ALL) "
            f"TO '{out}/{name}-evaluated.parquet'"
        )
        con.execute(
            f"COPY (SELECT rule_id, school_id, count(*) AS failed FROM '{out}/{name}.parquet' "
            f"GROUP BY ALL) TO '{out}/{name}-failed.parquet'"
        )
    yield clock.stop()
    for name in TABLES:
        yield con.sql(f"SELECT rule_id, {key_of(name)} AS key FROM '{out}/{name}.parquet'")


def engine(folder, out):
    """The package, as `edfi-audit run` calls it."""
    import edfi_audit.validation.evaluation  # noqa: F401 imports are not what is measured
    from edfi_audit.validation import load_suites, validate

    suites = [suite for suite in load_suites(expectations()) if suite.table in TABLES]
    clock = Clock()
    con = connect(folder, out)
    tables = [table_named(name) for name in TABLES]
    validation = validate(con, tables, suites, not_evaluated={}, folder=out)
    yield clock.stop()
    if validation.not_evaluated:
        raise SystemExit(f"not evaluated: {validation.not_evaluated}")
    for file in validation.failures:
        yield con.sql(f"SELECT rule_id, natural_key || row_key AS key FROM '{file}'")


def pandas(folder, out):  # noqa: ARG001 keeps its answers in memory
    """The same suite files on Great Expectations' pandas engine."""
    import great_expectations as gx
    import pyarrow as pa
    import pyarrow.parquet as pq
    from great_expectations.data_context.types.base import ProgressBarsConfig

    clock = Clock()
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    source, found = context.data_sources.add_pandas("pandas"), []
    for name in TABLES:
        frame = pq.read_table(folder / f"{name}.parquet").to_pandas(date_as_object=False)
        batch = (
            source.add_dataframe_asset(name)
            .add_batch_definition_whole_dataframe("all")
            .get_batch({"dataframe": frame})
        )
        result = batch.validate(
            gx.ExpectationSuite(name, expectations=suite_of(name)), result_format="COMPLETE"
        )
        for each in result.results:
            places = each.result.get("unexpected_index_list") or []
            found.append((name, each.expectation_config.meta["id"], places))
    yield clock.stop()
    con = duckdb.connect()
    for name, rule, places in found:
        rows = pq.read_table(folder / f"{name}.parquet").take(pa.array(places, pa.int64()))
        yield con.from_arrow(rows).project(f"'{rule}' AS rule_id, {key_of(name)} AS key")


def pointblank(folder, out):  # noqa: ARG001, C901 keeps its answers in memory
    """The same rules as Pointblank steps on polars, every failing row extracted."""
    import pointblank as pb
    import polars as pl

    def condition(written):
        if written is None:
            return pl.lit(value=True)
        if written["type"] == "and":
            return pl.all_horizontal([condition(each) for each in written["conditions"]])
        column, value = pl.col(written["column"]["name"]), written["parameter"]
        return {"==": column == value, ">": column > value}[written["operator"]]

    def step(plan, each):
        kwargs = each["kwargs"]
        gate, column = condition(kwargs.get("row_condition")), kwargs.get("column")
        kind = each["type"].removeprefix("expect_column_")
        if kind == "values_to_not_be_null":
            return plan.col_vals_not_null(columns=column, pre=lambda df: df.filter(gate))
        if kind == "pair_values_a_to_be_greater_than_b":
            a, b = kwargs["column_A"], kwargs["column_B"]
            gate = gate & pl.col(a).is_not_null() & pl.col(b).is_not_null()
            return plan.col_vals_ge(columns=a, value=pb.col(b), pre=lambda df: df.filter(gate))
        gate = gate & pl.col(column).is_not_null()
        if kind == "values_to_be_between":
            least = kwargs["min_value"]
            return plan.col_vals_ge(columns=column, value=least, pre=lambda df: df.filter(gate))
        values = kwargs["value_set"]
        if isinstance(values[0], bool):  # its steps for values stop with an error on these
            return plan.col_vals_expr(
                expr=pl.col(column) == values[0], pre=lambda df: df.filter(gate)
            )
        return plan.col_vals_in_set(columns=column, set=values, pre=lambda df: df.filter(gate))

    clock = Clock()
    found = []
    for name in TABLES:
        plan = pb.Validate(pl.read_parquet(folder / f"{name}.parquet"))
        written = suite_of(name)
        for each in written:
            plan = step(plan, each)
        plan = plan.interrogate(extract_limit=10**9)
        extracts = plan.get_data_extracts()
        found += [
            (name, each["meta"]["id"], extracts[number])
            for number, each in enumerate(written, start=1)
        ]
    yield clock.stop()
    con = duckdb.connect()
    for name, rule, frame in found:
        if frame is not None and len(frame):
            rows = con.from_arrow(frame.to_arrow())
            yield rows.project(f"'{rule}' AS rule_id, {key_of(name)} AS key")


def work(way, folder):
    """Run one way in this process and print what it took and which keys it fails."""
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as out:
        steps = globals()[way](folder, Path(out))
        seconds, cpu = next(steps)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        failing = {}
        for relation in steps:
            digests = relation.aggregate(
                "rule_id, count(*), (sum(hash(key)) % 1000000007)::BIGINT", "rule_id"
            )
            failing |= {rule: each for rule, *each in digests.fetchall()}
    print(json.dumps({"seconds": seconds, "cpu": cpu, "peak": peak, "failing": failing}))


def compare(rows, ways):
    """Run each way over `rows` associations and print the table; the ways must agree."""
    for name in TABLES:
        if {each["meta"]["id"] for each in suite_of(name)} != set(HAND_WRITTEN[name]):
            raise SystemExit(f"expectations/{name}.json has other rules than HAND_WRITTEN")
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder), rows)
        first = None
        print(f"\n{rows:,} student section associations\n")
        print("| way | seconds | × | processor | × | peak MB | failing rows |")
        print("|---|---|---|---|---|---|---|")
        for way in ways:
            command = [sys.executable, __file__, "--work", way, folder]
            done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 itself
            if done.returncode:
                raise SystemExit(f"{way} failed:\n{done.stderr}")
            took = json.loads(done.stdout.splitlines()[-1])
            first = first or took
            total = sum(count for count, _ in took["failing"].values())
            print(
                f"| {way} | {took['seconds']:.2f} | {took['seconds'] / first['seconds']:.2f} "
                f"| {took['cpu']:.2f} | {took['cpu'] / first['cpu']:.2f} "
                f"| {took['peak']:,.0f} | {total:,} |",
                flush=True,
            )
            if took["failing"] != first["failing"]:
                raise SystemExit(f"{way} fails other keys: {took['failing']} {first['failing']}")


def main():
    """Read the arguments."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000_000, 5_000_000])
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=WAYS)
    parser.add_argument("--work", nargs=2, metavar=("WAY", "FOLDER"), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.work:
        work(chosen.work[0], Path(chosen.work[1]))
        return
    for rows in chosen.rows:
        compare(rows, chosen.ways)


if __name__ == "__main__":
    main()
