"""The pull from a PostgreSQL database: the API's rows, one snapshot, and what it says when not."""

import json

import duckdb
import pytest
from postgresql import PASSWORD

from edfi_audit.errors import (
    AccessDeniedError,
    AuthenticationError,
    ContractError,
    SourceError,
    UnreachableError,
)
from edfi_audit.ods.database.pull import pull
from edfi_audit.ods.manifest import Manifest, TotalCount
from edfi_audit.ods.pull import pull as pull_api
from edfi_audit.ods.resources import RESOURCES
from edfi_audit.sandbox.server import Options, running
from edfi_audit.settings import Connection, DatabaseConnection
from edfi_audit.store import Store


def rows(store, name, resource):
    """The stored rows by id. The order of a list is the server's own, so lists are sorted."""
    found = duckdb.sql(f"FROM read_parquet('{store.ods(name)}/{resource}/*.parquet')")
    names = found.columns
    kept = (dict(zip(names, row, strict=True)) for row in found.fetchall())
    return {row["id"]: {key: ordered(value) for key, value in row.items()} for row in kept}


def ordered(value):
    return sorted(value, key=str) if isinstance(value, list) else value


@pytest.fixture(scope="module", params=["4.0", "5.2"])
def both(request, tmp_path_factory, districts, databases):
    """One district pulled twice into one store: over the API, and from its database."""
    records, folder = districts[request.param], tmp_path_factory.mktemp("both")
    (folder / "ods").mkdir()
    for resource, kept in records.items():
        lines = "".join(json.dumps(record) + "\n" for record in kept)
        (folder / "ods" / f"{resource}.jsonl").write_text(lines, encoding="utf-8")
    store = Store(folder / "data")
    flavour = {"4.0": "6.1", "5.2": "7.3"}[request.param]
    with running(folder / "ods", Options(flavour=flavour)) as base_url:
        key = {"client_id": "sandbox", "client_secret": "sandbox-secret"}
        pull_api(Connection(base_url=base_url, **key), "api", store)
    database = DatabaseConnection(database_url=databases[request.param], year=2026)
    return store, pull(database, "database", store), records


@pytest.mark.parametrize("resource", [one.name for one in RESOURCES])
def test_the_rows_are_those_of_the_api(both, resource):
    """Row for row and column for column the store holds the same, but for the extension's JSON."""
    store, _, records = both
    from_api, from_database = rows(store, "api", resource), rows(store, "database", resource)
    assert len(from_database) == len(records[resource]) > 0
    assert {row.pop("ext") for row in from_database.values()} == {None}
    for row in from_api.values():
        row.pop("ext")
    assert from_database == from_api


def test_every_stored_column_has_a_value_somewhere(both):
    """The comparison compares: each column that a Data Standard has is filled at least once."""
    store, _, records = both
    older = "periodSequence" in records["gradingPeriods"][0]
    absent = {
        ("studentSectionAssociations", "programs"): older,
        ("sections", "wi_programs"): True,
        ("grades", "grading_period_name"): older,
        ("grades", "period_sequence"): not older,
        ("gradingPeriods", "grading_period_name"): older,
        ("gradingPeriods", "period_sequence"): not older,
    }
    empty = {
        (resource.name, column.name)
        for resource in RESOURCES
        for column in resource.columns
        if all(
            row[column.name] in (None, [])
            for row in rows(store, "database", resource.name).values()
        )
    }
    assert empty == {place for place, is_absent in absent.items() if is_absent}


def test_the_manifest_counts_in_the_same_snapshot(both):
    """Every resource is verified against the count of its own table."""
    store, manifest, records = both
    assert manifest.complete
    assert {name: part.rows for name, part in manifest.resources.items()} == {
        resource.name: len(records[resource.name]) for resource in RESOURCES
    }
    sections = manifest.resources["sections"]
    assert sections.total_count == TotalCount(len(records["sections"]), len(records["sections"]))
    assert (manifest.paging, manifest.mode, manifest.school_year) == ("snapshot", "database", 2026)
    assert manifest.reading.snapshot
    assert manifest.data_models[0].version in {"4.0", "5.2"}
    assert Manifest.read(store.ods("database")).resources == manifest.resources


def test_the_manifest_does_not_hold_the_password(both):
    """The address is kept without user and password."""
    store, manifest, _ = both
    assert manifest.base_url.startswith("postgresql://127.0.0.1:")
    for word in (PASSWORD, "ods_owner"):
        assert word not in (store.ods("database") / "manifest.json").read_text()


@pytest.fixture
def spoiled(postgresql, databases):  # noqa: ARG001 - the copy needs its original
    """A copy of the 5.2 database, changed by some SQL; its address."""
    made = []

    def make(sql):
        name = f"spoiled_{len(made)}"
        postgresql.run("postgres", f"CREATE DATABASE {name} TEMPLATE ods_5_2")
        made.append(name)
        postgresql.run(name, sql)
        return name

    yield make
    for name in made:
        postgresql.run("postgres", f"DROP DATABASE {name} WITH (FORCE)")


def test_what_is_written_meanwhile_is_not_seen(postgresql, spoiled, store, districts):
    """The whole pull sees one state: rows of a later transaction are neither read nor counted."""
    name = spoiled("SELECT 1")

    def write(resource, _rows, _expected):
        if resource == "studentSectionAssociations" and not wrote:
            wrote.append(resource)
            postgresql.run(name, "INSERT INTO edfi.Session (SessionName, Id) VALUES ('Late', "
                                 "gen_random_uuid()); DELETE FROM edfi.Staff")  # fmt: skip

    wrote = []
    connection = DatabaseConnection(database_url=postgresql.url(name))
    manifest = pull(connection, "ods", store, progress=write)
    assert wrote
    assert manifest.complete
    assert manifest.resources["sessions"].rows == len(districts["5.2"]["sessions"])
    assert manifest.resources["staffs"].rows == len(districts["5.2"]["staffs"])


@pytest.mark.parametrize(
    ("sql", "resource", "reason"),
    [
        (
            "DROP TABLE edfi.Grade",
            "grades",
            "the database has no table edfi.Grade",
        ),
        (
            "DROP TABLE edfi.StudentCTEProgramAssociation",
            "studentCTEProgramAssociations",
            "the database has no table edfi.StudentCTEProgramAssociation",
        ),
        (
            "ALTER TABLE edfi.StudentSectionAssociation DROP COLUMN AttemptStatusDescriptorId",
            "studentSectionAssociations",
            "the table edfi.StudentSectionAssociation has no column AttemptStatusDescriptorId",
        ),
        (
            "ALTER TABLE edfi.EducationOrganization DROP COLUMN NameOfInstitution",
            "schools",
            "the table edfi.EducationOrganization has no column NameOfInstitution",
        ),
    ],
)
def test_what_the_database_lacks_is_said(  # noqa: PLR0913, PLR0917
    postgresql, spoiled, store, sql, resource, reason
):
    """A resource whose table or column is absent is not enabled; the others are stored."""
    url = postgresql.url(spoiled(sql))
    part = pull(DatabaseConnection(database_url=url), "ods", store).resources[resource]
    assert (part.verdict, part.reason, part.rows) == ("not_enabled", reason, 0)
    assert not (store.ods("ods") / resource).exists()
    assert (store.ods("ods") / "sections").is_dir()


def test_without_the_extension_its_columns_are_null(postgresql, spoiled, store):
    """An ODS without Wisconsin's schema is read; an absent list is null, an empty one empty."""
    url = postgresql.url(spoiled("DROP SCHEMA wi CASCADE"))
    assert pull(DatabaseConnection(database_url=url), "ods", store).complete
    found = rows(store, "ods", "studentSectionAssociations").values()
    assert {row["wi_programs"] is None for row in found} == {True}
    assert {row["programs"] is None for row in found} == {False}
    enrolments = rows(store, "ods", "studentSchoolAssociations").values()
    assert {row["enrollment_type_descriptor"] for row in enrolments} == {None}


def test_a_core_value_comes_before_the_extension(postgresql, spoiled, store):
    """Where core and extension both have a value, the core's is stored."""
    core = "uri://dpi.wi.gov/EnrollmentTypeDescriptor#core"
    url = postgresql.url(
        spoiled(
            "INSERT INTO edfi.Descriptor (DescriptorId, Namespace, CodeValue) "
            "VALUES (1, 'uri://dpi.wi.gov/EnrollmentTypeDescriptor', 'core'); "
            "UPDATE edfi.StudentSchoolAssociation SET EnrollmentTypeDescriptorId = 1"
        )
    )
    pull(DatabaseConnection(database_url=url), "ods", store)
    enrolments = rows(store, "ods", "studentSchoolAssociations").values()
    assert {row["enrollment_type_descriptor"] for row in enrolments} == {core}


def test_a_row_that_a_join_loses_is_told(postgresql, spoiled, store):
    """A base row that is missing shows: fewer came than the resource's own table has."""
    sql = (
        "DELETE FROM edfi.EducationOrganization "
        "WHERE EducationOrganizationId = (SELECT min(SchoolId) FROM edfi.School)"
    )
    url = postgresql.url(spoiled(sql))
    part = pull(DatabaseConnection(database_url=url), "ods", store).resources["schools"]
    assert part.verdict == "count_mismatch"
    assert part.rows == part.total_count.before - 1


GRANTED = (
    "GRANT USAGE ON SCHEMA edfi, wi, mn TO reader; "
    "GRANT SELECT ON ALL TABLES IN SCHEMA {} TO reader"
)


def test_select_is_all_that_is_needed(postgresql, spoiled, store):
    """A user who may only SELECT pulls everything."""
    name = spoiled(GRANTED.format("edfi, wi, mn"))
    url = postgresql.url(name, user="reader")
    assert pull(DatabaseConnection(database_url=url), "ods", store).complete


def test_columns_that_are_not_stored_are_not_asked_for(postgresql, spoiled, store):
    """Names of persons are not read: a user without any right to them pulls everything."""
    granted = GRANTED.format("edfi, wi, mn")
    for table in ("Student", "Staff"):
        columns = f"{table}USI, {table}UniqueId, Id, LastModifiedDate"
        granted += f"; REVOKE ALL ON edfi.{table} FROM reader; "
        granted += f"GRANT SELECT ({columns}) ON edfi.{table} TO reader"
    url = postgresql.url(spoiled(granted), user="reader")
    manifest = pull(DatabaseConnection(database_url=url), "ods", store)
    assert manifest.complete
    assert manifest.resources["students"].rows > 0


@pytest.mark.parametrize(
    ("table", "denied"),
    [
        ("edfi.Grade", {"grades"}),
        ("wi.StudentSectionAssociationProgram", {"studentSectionAssociations"}),
        (
            "edfi.Staff",
            {"staffs", "staffSectionAssociations", "staffSchoolAssociations"},
        ),
    ],
)
def test_a_missing_privilege_is_denied_not_absent(postgresql, spoiled, store, table, denied):
    """What this user may not read is denied, also where it is only a part of a resource."""
    name = spoiled(f"{GRANTED.format('edfi, wi, mn')}; REVOKE ALL ON {table} FROM reader")
    url = postgresql.url(name, user="reader")
    manifest = pull(DatabaseConnection(database_url=url), "ods", store)
    assert set(manifest.denied) == denied
    reasons = {manifest.resources[resource].reason for resource in denied}
    assert reasons == {f"the database user may not read {table}"}


def test_no_privilege_at_all_is_an_error(postgresql, spoiled, store):
    """A user who may read nothing gets one sentence, and the store stays as it was."""
    url = postgresql.url(spoiled("SELECT 1"), user="reader")
    with pytest.raises(AccessDeniedError, match="may not read any of the resources"):
        pull(DatabaseConnection(database_url=url), "ods", store)
    assert store.connections() == []


def test_what_cannot_be_read_leaves_the_store_as_it_was(postgresql, spoiled, store):
    """An error in mid-pull, here a row that cannot be cast, keeps what was pulled before."""
    url = postgresql.url(spoiled("SELECT 1"))
    pull(DatabaseConnection(database_url=url), "ods", store)
    before = rows(store, "ods", "grades")
    broken = "CREATE VIEW edfi.Grade AS SELECT *, 1 / 0 AS NumericGradeEarned FROM edfi.Kept"
    rename = "ALTER TABLE edfi.Grade RENAME TO Kept; ALTER TABLE edfi.Kept DROP NumericGradeEarned"
    url = postgresql.url(spoiled(f"{rename}; {broken}"))
    with pytest.raises(SourceError, match="broke off while it was read"):
        pull(DatabaseConnection(database_url=url), "ods", store)
    assert rows(store, "ods", "grades") == before
    assert [path.name for path in (store.root / "ods").iterdir()] == ["ods"]


@pytest.mark.parametrize(
    ("url", "error", "sentence"),
    [
        (
            lambda server: server.url("ods_5_2").replace(str(server.port), "1"),
            UnreachableError,
            "did not answer",
        ),
        (
            lambda server: server.url("ods_5_2", password="wrong-secret"),
            AuthenticationError,
            "refused the user, the password or the database",
        ),
        (
            lambda server: server.url("ods_5_2", user="nobody", password="wrong-secret"),
            AuthenticationError,
            "refused the user, the password or the database",
        ),
        (
            lambda server: server.url("no_such_database"),
            AuthenticationError,
            "refused the user, the password or the database",
        ),
        (lambda server: server.url("postgres"), ContractError, "is no ODS"),
    ],
)
@pytest.mark.usefixtures("databases")
def test_a_database_that_cannot_be_read_is_one_sentence(postgresql, store, url, error, sentence):
    """The sentence says what and where, and neither user nor password; nothing is stored."""
    with pytest.raises(error, match=sentence) as caught:
        pull(DatabaseConnection(database_url=url(postgresql)), "ods", store)
    text = str(caught.value)
    assert caught.value.next_step in text
    assert "postgresql://127.0.0.1" in text
    for word in (PASSWORD, "wrong-secret", "ods_owner", "nobody"):
        assert word not in text
    assert store.connections() == []


def test_another_school_year_is_told(databases, store):
    """A connection for 2025 does not read an ODS of 2026."""
    connection = DatabaseConnection(database_url=databases["5.2"], year=2025)
    with pytest.raises(ContractError, match="school year 2025, but this ODS holds 2026"):
        pull(connection, "ods", store)
    assert store.connections() == []


def test_an_empty_ods_is_told(postgresql, spoiled, store):
    """A laid-out ODS without records does not replace what was pulled."""
    empty = (
        "DO $$ DECLARE one record; BEGIN FOR one IN SELECT tablename FROM pg_tables "
        "WHERE schemaname = 'edfi' LOOP EXECUTE 'TRUNCATE edfi.' || one.tablename; "
        "END LOOP; END $$"
    )
    with pytest.raises(SourceError, match="no records at all"):
        pull(DatabaseConnection(database_url=postgresql.url(spoiled(empty))), "ods", store)
    assert store.connections() == []
