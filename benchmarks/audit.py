"""A whole audit of a large district, table by table and suite by suite.

    python benchmarks/audit.py                    about 1 M student section associations
    python benchmarks/audit.py --copies 4 12 40

The synthetic district with every defect is pulled and loaded once; then its records are multiplied
in the store, each copy with schools, persons and ids of its own. What is measured runs in a process
of its own, from the store's Parquet to every finding: the audit tables built, all Wisconsin suites
evaluated. What of it goes into the expected records and the identity ledger is told apart: those
are the tables that audit.identity_ledger is made from. Seconds are on the clock; MB is the peak of
the process's memory. Nothing is left behind.
"""

import argparse
import importlib
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from shutil import copyfile

import duckdb

DISTRICT = 1_000_000
"""What each copy adds to the ids of schools and agencies; the state's own id stays."""

SHIFTED = {
    "school_id", "session_school_id", "local_education_agency_id", "education_organization_id",
    "program_education_organization_id",
}  # fmt: skip
PERSONS = {"student_unique_id", "staff_unique_id", "edfiID", "stateID", "teacherOverride"}
PROGRAMS = {"programs", "wi_programs"}
ONCE = {"resourcePreference", "resourceToggle", "edfiConfiguration"}


def shifted(column):
    """The id of a school or agency in this copy."""
    return (
        f"CASE WHEN TRY_CAST({column} AS BIGINT) >= 100000 "
        f"THEN TRY_CAST({column} AS BIGINT) + copy * {DISTRICT} "
        f"ELSE TRY_CAST({column} AS BIGINT) END"
    )


def person(column):
    """Ten digits stay ten digits; a planted id of another form stays as it is."""
    return (
        f"CASE WHEN regexp_full_match({column}, '[0-9]{{10}}') THEN lpad(CAST((CAST({column} "
        f"AS BIGINT) + copy * 104729001) % 10000000000 AS VARCHAR), 10, '0') ELSE {column} END"
    )


def ods_column(name):
    """A stored column of a resource in this copy."""
    quoted = f'"{name}"'
    if name == "id":
        return f"md5({quoted} || copy)"
    if name in SHIFTED:
        return shifted(quoted)
    if name in PROGRAMS:
        agency = shifted("one.education_organization_id")
        return (
            f"list_transform({quoted}, lambda one: CASE WHEN one IS NULL THEN NULL ELSE "
            f"struct_pack(education_organization_id := {agency}, program_name := "
            "one.program_name, program_type_descriptor := one.program_type_descriptor) END)"
        )
    return person(quoted) if name in PERSONS else quoted


def sis_column(table, name):
    """A column of an extract's table in this copy."""
    quoted = f'"{name}"'
    if table == "edfiIdentityMapping":
        own = {
            "edfiID": f"md5({quoted} || copy)", "objectKey": f"{quoted} || 'x' || copy",
            "naturalKey": "NULL::VARCHAR",
        }  # fmt: skip
        return own.get(name, quoted)
    if table == "school" and name in {"number", "edfiNumber"}:
        return (
            f"CASE WHEN TRY_CAST({quoted} AS BIGINT) >= 100000 "
            f"THEN CAST({shifted(quoted)} AS VARCHAR) ELSE {quoted} END"
        )
    if name in PERSONS:
        return person(quoted)
    return f"{quoted} || 'x' || copy" if name.endswith("ID") and name != "edOrgID" else quoted


def multiply(source, target, copies):
    """Write every Parquet file of the store `source` with `copies` copies into `target`."""
    con = duckdb.connect()
    for file in source.rglob("*"):
        place = target / file.relative_to(source)
        if file.name == "manifest.json":
            place.parent.mkdir(parents=True, exist_ok=True)
            copyfile(file, place)
        if file.suffix != ".parquet":
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        names = con.sql(f"FROM read_parquet('{file}')").columns
        in_sis = file.relative_to(source).parts[0] == "sis"
        columns = [
            f'{sis_column(file.stem, name) if in_sis else ods_column(name)} AS "{name}"'
            for name in names
        ]
        times = 1 if in_sis and file.stem in ONCE else copies
        con.execute(
            f"COPY (SELECT {', '.join(columns)} FROM read_parquet('{file}') "
            f"CROSS JOIN (SELECT range AS copy FROM range({times}))) TO '{place}' "
            "(FORMAT parquet, COMPRESSION zstd)"
        )


def pulled(folder):
    """The synthetic district, pulled and loaded: its audit."""
    from edfi_audit import Audit
    from edfi_audit.sandbox.server import running
    from edfi_audit.sandbox.world import generate

    generate(folder, size="demo")
    with running(folder / "ods") as base_url:
        settings = folder / "edfi-audit.toml"
        settings.write_text(settings.read_text().replace("http://127.0.0.1:8765", base_url))
        audit = Audit.open(settings)
        audit.pull()
        audit.load()
    return audit


def measure(folder):
    """Build and evaluate what is in `folder`/store, and print what it took."""
    from edfi_audit.bundled import expectations
    from edfi_audit.database import database
    from edfi_audit.settings import Settings
    from edfi_audit.store import Store
    from edfi_audit.tables import attach, build, catalogue
    from edfi_audit.validation import load_suites, validate

    importlib.import_module("edfi_audit.validation.evaluation")  # Great Expectations takes seconds
    settings = Settings.load(folder / "edfi-audit.toml")
    audit = settings.audit.resolved(None, settings.audit.audit_date)
    out, tables, took = folder / "out", catalogue(), {}
    out.mkdir()
    began = time.perf_counter()
    with database(folder / "spill", settings.store.memory_limit) as con:
        store = Store(folder / "large")
        (extract,) = store.extracts()
        inputs = attach(con, store, "ods", extract, audit, settings.sis.section_identifier)
        for table in tables:
            start = time.perf_counter()
            build(con, out, [table])
            took[f"table {table.name}"] = time.perf_counter() - start
        for suite in load_suites(expectations()):
            missing = {
                rule.id: reason
                for rule in suite.rules
                if (reason := inputs.reason_for(rule.needs, rule.judges))
            }
            start = time.perf_counter()
            validate(con, tables, [suite], not_evaluated=missing, folder=out / suite.name)
            took[f"suite {suite.name}"] = time.perf_counter() - start
        ((rows,),) = con.sql("SELECT count(*) FROM ods.student_section_associations").fetchall()
    ledger = behind("identity_ledger", {table.name: table for table in tables})
    print(json.dumps({
        "rows": rows, "seconds": time.perf_counter() - began, "took": took,
        "ledger": sum(took[f"table {name}"] for name in ledger),
        "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }))  # fmt: skip


def behind(name, tables):
    """The audit tables that the table `name` is made from, itself among them."""
    inner = {one.removeprefix("audit.") for one in tables[name].inputs} & tables.keys()
    return {name}.union(*(behind(one, tables) for one in inner))


def main():
    """Read the options, measure each size, and print what took longest."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--copies", type=int, nargs="+", default=[45])
    parser.add_argument("--least", type=float, default=0.5, help="seconds below which to be brief")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        measure(Path(options.measure))
        return
    with tempfile.TemporaryDirectory() as folder:
        audit = pulled(Path(folder))
        for copies in options.copies:
            with tempfile.TemporaryDirectory() as own:
                large = Path(own)
                copyfile(Path(folder) / "edfi-audit.toml", large / "edfi-audit.toml")
                multiply(audit.store.root, large / "large", copies)
                done = subprocess.run(  # noqa: S603 itself
                    [sys.executable, __file__, "--measure", own],
                    check=True, capture_output=True, text=True,
                )  # fmt: skip
            _show(json.loads(done.stdout.splitlines()[-1]), options.least)


def _show(found, least):
    print(
        f"{found['rows']:,} associations: {found['seconds']:.1f} s, {found['mb']:,.0f} MB; "
        f"expected records and ledger {found['ledger']:.1f} s"
    )
    for name, seconds in sorted(found["took"].items(), key=lambda one: -one[1]):
        if seconds >= least:
            print(f"  {seconds:6.2f} s  {name}")


if __name__ == "__main__":
    main()
