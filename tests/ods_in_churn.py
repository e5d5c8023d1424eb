"""A sandbox with synthetic sections, and what a pull of it stored beside what is true."""

import json
from contextlib import contextmanager

import duckdb

from edfi_audit.ods.patience import Patience
from edfi_audit.ods.pull import pull
from edfi_audit.sandbox.server import Options, running
from edfi_audit.settings import Connection

QUICK = Patience(first=0.01, longest=0.02)
KEY = {"client_id": "sandbox", "client_secret": "sandbox-secret"}
SESSION = {
    "sessionName": "Fall",
    "schoolReference": {"schoolId": 255901001},
    "schoolYearTypeReference": {"schoolYear": 2026},
    "beginDate": "2025-09-02",
    "endDate": "2026-01-17",
    "termDescriptor": "uri://dpi.wi.gov/TermDescriptor#Fall",
}


def section(number):
    """A synthetic section."""
    return {
        "sectionIdentifier": f"S-{number:06}",
        "courseOfferingReference": {
            "localCourseCode": "ALG-1",
            "schoolId": 255901001,
            "schoolYear": 2026,
            "sessionName": "Fall",
        },
    }


def write_sections(folder, count):
    """Put `count` sections and their session into `folder`."""
    lines = "".join(json.dumps(section(number)) + "\n" for number in range(count))
    (folder / "sections.jsonl").write_text(lines, encoding="utf-8")
    (folder / "sessions.jsonl").write_text(json.dumps(SESSION) + "\n", encoding="utf-8")
    return folder


@contextmanager
def serving(folder, flavour="7.3", **options):
    """A running sandbox over `folder`."""
    with running(folder, Options(flavour=flavour, **options)) as sandbox:
        yield sandbox


def pulled(sandbox, store, *, resources=("sections",), page_size=50, settings=None, **options):
    """The manifest of a pull that wastes no time on pauses."""
    given = {"page_size": page_size, "timeout": 1, **KEY, **(settings or {})}
    connection = Connection(base_url=sandbox, **given)
    return pull(connection, "ods", store, resources=resources, patience=QUICK, **options)


def stored(store, resource="sections"):
    """The stored rows: id and section identifier, in order."""
    parts = store.root / "ods" / "ods" / resource / "*.parquet"
    return duckdb.sql(
        f"SELECT id, section_identifier FROM read_parquet('{parts}') ORDER BY ALL"
    ).fetchall()


def true(sandbox, *, at=None):
    """The rows the sandbox holds, in the same form."""
    rows = sandbox.rows("sections", at=at)
    return sorted((row["id"].replace("-", ""), row["sectionIdentifier"]) for row in rows)


def stored_states(store, resource="sections"):
    """The stored rows by id: the section identifier, and when each was last changed."""
    parts = store.root / "ods" / "ods" / resource / "*.parquet"
    with duckdb.connect() as con:
        found = con.execute(
            "SELECT id, section_identifier, strftime(last_modified_date, '%Y-%m-%dT%H:%M:%S.%f') "
            f"FROM read_parquet('{parts}')"
        ).fetchall()
    states = {row[0]: row[1:] for row in found}
    assert len(states) == len(found)
    return states


def true_states(sandbox, *, at=None):
    """The rows the sandbox holds in the same form: now, or when `at` was the newest change.

    A change gets a stamp of its own, to the microsecond.
    """
    return {
        row["id"].replace("-", ""): (row["sectionIdentifier"], row["_lastModifiedDate"][:26])
        for row in sandbox.rows("sections", at=at)
    }
