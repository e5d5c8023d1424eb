"""The SQL of both dialects, written out by hand for each way a column can be found."""

import pytest

from edfi_audit.ods.database.dialects import PostgreSQL, SqlServer
from edfi_audit.ods.database.places import ENTITIES, column_name
from edfi_audit.ods.database.queries import Catalogue, Unreadable, query_of
from edfi_audit.ods.resources import RESOURCES, resource_named

DESCRIPTOR = ("edfi", "Descriptor", ("DescriptorId", "Namespace", "CodeValue"))
STUDENT = ("edfi", "Student", ("StudentUSI", "StudentUniqueId"))
SESSION = (
    "edfi",
    "Session",
    [
        "Id",
        "LastModifiedDate",
        "SchoolId",
        "SchoolYear",
        "SessionName",
        "BeginDate",
        "EndDate",
        "TermDescriptorId",
        "TotalInstructionalDays",
    ],
)
SCHOOL = ("edfi", "School", ("SchoolId", "LocalEducationAgencyId", "SchoolTypeDescriptorId"))
ORGANIZATION = (
    "edfi",
    "EducationOrganization",
    ("EducationOrganizationId", "NameOfInstitution", "Id", "LastModifiedDate"),
)
GRADE_LEVEL = ("edfi", "SchoolGradeLevel", ("SchoolId", "GradeLevelDescriptorId"))
ENROLMENT = (
    "edfi",
    "StudentSchoolAssociation",
    [
        "Id",
        "LastModifiedDate",
        "StudentUSI",
        "SchoolId",
        "SchoolYear",
        "EntryDate",
        "ExitWithdrawDate",
        "ExitWithdrawTypeDescriptorId",
        "EntryGradeLevelDescriptorId",
        "PrimarySchool",
    ],
)
EXTENSION = (
    "wi",
    "StudentSchoolAssociationExtension",
    ("StudentUSI", "SchoolId", "EntryDate", "EnrollmentTypeDescriptorId"),
)


def catalogue(*tables, denied=()):
    """A database with these tables, in which the columns of `denied` tables may not be read."""
    return Catalogue.of(
        (schema, table, column, int(table not in denied))
        for schema, table, columns in tables
        for column in columns
    )


def query(resource, dialect, *tables, **changed):
    found = catalogue(DESCRIPTOR, STUDENT, *tables, **changed)
    return query_of(resource_named(resource), ENTITIES[resource], found, dialect)


PLAIN = {
    "id": "AS id, r.SchoolId AS school_id, r.SchoolYear AS school_year, "
    "r.SessionName AS session_name, r.BeginDate AS begin_date, r.EndDate AS end_date, ",
    "end": "AS term_descriptor, r.TotalInstructionalDays AS total_instructional_days, "
    "r.LastModifiedDate AS last_modified_date FROM edfi.Session r "
    "LEFT JOIN edfi.Descriptor d0 ON d0.DescriptorId = r.TermDescriptorId",
}
PLAIN_POSTGRESQL = (
    f"SELECT replace(CAST(r.Id AS text), '-', '') {PLAIN['id']}"
    f"d0.Namespace || '#' || d0.CodeValue {PLAIN['end']}"
)
PLAIN_SQL_SERVER = (
    f"SELECT LOWER(REPLACE(CAST(r.Id AS char(36)), '-', '')) {PLAIN['id']}"
    f"d0.Namespace + '#' + d0.CodeValue {PLAIN['end']}"
)
LEVELS_POSTGRESQL = (
    "(SELECT CAST(json_agg(listed) AS text) FROM "
    "(SELECT cd0.Namespace || '#' || cd0.CodeValue AS \"item\" FROM edfi.SchoolGradeLevel c "
    "LEFT JOIN edfi.Descriptor cd0 ON cd0.DescriptorId = c.GradeLevelDescriptorId "
    "WHERE c.SchoolId = r.SchoolId ORDER BY 1) listed) AS grade_levels"
)
LEVELS_SQL_SERVER = (
    "(SELECT cd0.Namespace + '#' + cd0.CodeValue AS \"item\" FROM edfi.SchoolGradeLevel c "
    "LEFT JOIN edfi.Descriptor cd0 ON cd0.DescriptorId = c.GradeLevelDescriptorId "
    "WHERE c.SchoolId = r.SchoolId ORDER BY 1 FOR JSON PATH) AS grade_levels"
)


@pytest.mark.parametrize(
    ("dialect", "expected"),
    [(PostgreSQL(), PLAIN_POSTGRESQL), (SqlServer(), PLAIN_SQL_SERVER)],
    ids=["PostgreSQL", "SQL Server"],
)
def test_a_plain_resource(dialect, expected):
    """Columns are named by rule, a descriptor is joined to its URI, an id loses its hyphens."""
    made = query("sessions", dialect, SESSION)
    assert made.rows == expected
    assert made.count == "SELECT COUNT(*) FROM edfi.Session"


@pytest.mark.parametrize(
    ("dialect", "levels"),
    [(PostgreSQL(), LEVELS_POSTGRESQL), (SqlServer(), LEVELS_SQL_SERVER)],
    ids=["PostgreSQL", "SQL Server"],
)
def test_a_derived_resource_with_a_list(dialect, levels):
    """Id and name come from the base table, a list as JSON text; a list without table is left."""
    made = query("schools", dialect, SCHOOL, ORGANIZATION, GRADE_LEVEL).rows
    assert levels in made
    assert "b.NameOfInstitution AS name_of_institution" in made
    assert "b.LastModifiedDate AS last_modified_date" in made
    assert (
        "FROM edfi.School r JOIN edfi.EducationOrganization b "
        "ON b.EducationOrganizationId = r.SchoolId LEFT JOIN" in made
    )
    assert "school_categories" not in made


def test_a_person_is_joined_by_the_surrogate_key():
    """The unique id comes from Student; no name of a person is asked for."""
    made = query("studentSchoolAssociations", SqlServer(), ENROLMENT).rows
    assert "student.StudentUniqueId AS student_unique_id" in made
    assert "LEFT JOIN edfi.Student student ON student.StudentUSI = r.StudentUSI" in made
    assert "Name," not in made


def test_a_column_may_stand_in_the_extension():
    """Without the core's column the extension's is read; with neither the column is left out."""
    neither = query("studentSchoolAssociations", SqlServer(), ENROLMENT).rows
    assert "enrollment_type_descriptor" not in neither
    made = query("studentSchoolAssociations", SqlServer(), ENROLMENT, EXTENSION).rows
    assert "d4.Namespace + '#' + d4.CodeValue AS enrollment_type_descriptor" in made
    assert (
        "LEFT JOIN wi.StudentSchoolAssociationExtension x ON x.StudentUSI = r.StudentUSI "
        "AND x.SchoolId = r.SchoolId AND x.EntryDate = r.EntryDate" in made
    )


@pytest.mark.parametrize(
    ("tables", "denied", "verdict", "reason"),
    [
        ([], (), "not_enabled", "the database has no table edfi.Session"),
        (
            [(*SESSION[:2], [name for name in SESSION[2] if name != "EndDate"])],
            (),
            "not_enabled",
            "the table edfi.Session has no column EndDate",
        ),
        ([SESSION], ("Session",), "denied", "the database user may not read edfi.Session"),
        ([SESSION], ("Descriptor",), "denied", "the database user may not read edfi.Descriptor"),
    ],
)
def test_what_cannot_be_read_has_a_reason(tables, denied, verdict, reason):
    """An absent table or column is not enabled, one without privilege is denied."""
    with pytest.raises(Unreadable) as caught:
        query("sessions", PostgreSQL(), *tables, denied=denied)
    assert (caught.value.verdict, caught.value.reason) == (verdict, reason)


def test_names_are_compared_without_case():
    """PostgreSQL lists its names in lower case, SQL Server as they were written."""
    found = catalogue(("edfi", "session", ("sessionname",)))
    assert found.has("edfi", "Session", "SessionName")
    assert found.is_ods
    assert not catalogue(("wi", "Session", ("SessionName",))).is_ods


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda one: one.name)
def test_every_resource_has_its_place(resource):
    """No resource is forgotten, and every list of one has a table."""
    entity = ENTITIES[resource.name]
    lists = {column.name for column in resource.columns if column.type.num_fields}
    assert set(entity.lists) == lists
    assert all(entity.key for _ in lists)


@pytest.mark.parametrize(
    ("resource", "column", "expected"),
    [
        ("grades", "period_sequence", "GradingPeriodSequence"),
        ("grades", "grading_period_school_year", "GradingPeriodSchoolYear"),
        ("gradingPeriods", "period_sequence", "PeriodSequence"),
        ("courseOfferings", "session_school_id", "SchoolId"),
        ("staffSectionAssociations", "staff_unique_id", "StaffUSI"),
        ("staffs", "staff_unique_id", "StaffUniqueId"),
        ("programs", "program_type_descriptor", "ProgramTypeDescriptorId"),
        ("studentProgramAssociations", "program_education_organization_id",
         "ProgramEducationOrganizationId"),
    ],
)  # fmt: skip
def test_the_name_of_a_column(resource, column, expected):
    """The database's names follow from the store's, but for the exceptions that are listed."""
    (found,) = (one for one in resource_named(resource).columns if one.name == column)
    assert column_name(ENTITIES[resource], found) == expected
