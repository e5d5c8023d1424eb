"""Where each resource lies in the database of an ODS.

Table and column names follow from the stored column's name: `school_id` is SchoolId,
`term_descriptor` is TermDescriptorId joined to Descriptor, `student_unique_id` is StudentUSI
joined to Student. An `Entity` says the rest. Names are in Ed-Fi's PascalCase; PostgreSQL folds
them to lower case, SQL Server has them as they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from edfi_audit.ods.resources import Column

__all__ = ["CORE", "ENTITIES", "PERSONS", "Children", "Entity", "column_name"]

CORE = "edfi"
WISCONSIN, MINNESOTA = "wi", "mn"
"""The schemas of the states' extensions. Their tables follow Ed-Fi's rule for extensions."""

PERSONS = {"student_unique_id": "Student", "staff_unique_id": "Staff"}
"""Unique ids that other tables hold as a surrogate key (StudentUSI), by the table that has both."""

_PROGRAM = {
    "educationOrganizationId": "EducationOrganizationId",
    "programName": "ProgramName",
    "programTypeDescriptor": "ProgramTypeDescriptorId",
}


@dataclass(frozen=True)
class Children:
    """A list of a record: the table of its items, and their JSON names with their columns."""

    table: str
    items: Mapping[str, str]
    schema: str = CORE


@dataclass(frozen=True)
class Entity:
    """The table of a resource.

    `key`: the columns that its children and its extension are joined on. `base`: the table that it
    extends, and the columns they are joined on; id and date of change are kept there. `names`:
    columns that are not called as the rule says. `optional`: stored columns that some Data
    Standards lack; any other column that is absent makes the resource unreadable.
    """

    table: str
    key: tuple[str, ...] = ()
    base: str = ""
    base_on: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, Children] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()
    extended: frozenset[str] = frozenset()
    """Stored columns that may stand in the extension's table instead."""
    extension: str = WISCONSIN
    """The schema of that table."""


def column_name(entity: Entity, column: Column) -> str:
    """The database column that `column` is read from."""
    if column.name in entity.names:
        return entity.names[column.name]
    if column.name in PERSONS and entity.table != PERSONS[column.name]:
        return f"{PERSONS[column.name]}USI"
    pascal = "".join(part.capitalize() for part in column.name.split("_"))
    return f"{pascal}Id" if pascal.endswith("Descriptor") else pascal


def _descriptors(table: str, column: str) -> Children:
    return Children(table, {"item": column})


def _programs(table: str, schema: str = CORE) -> Children:
    return Children(table, _PROGRAM, schema)


def _implemented(table: str, name: str) -> Children:
    """What a course offering implements in Minnesota, and how far."""
    items = (f"{name}Descriptor", "implementationStatusDescriptor")
    return Children(table, {item: f"{item[0].upper()}{item[1:]}Id" for item in items}, MINNESOTA)


_MINUTES = frozenset({"instruction_minutes_per_term"})
_OFFERING = ("SchoolId", "SchoolYear", "SessionName", "LocalCourseCode")
_SECTION = (*_OFFERING, "SectionIdentifier")
_PROGRAM_ASSOCIATION = (
    "BeginDate",
    "EducationOrganizationId",
    "ProgramEducationOrganizationId",
    "ProgramName",
    "ProgramTypeDescriptorId",
    "StudentUSI",
)


def _program_association(table: str, extended: frozenset[str] = frozenset()) -> Entity:
    return Entity(
        table,
        key=_PROGRAM_ASSOCIATION,
        base="GeneralStudentProgramAssociation",
        base_on={name: name for name in _PROGRAM_ASSOCIATION},
        optional=extended,
        extended=extended,
    )


ENTITIES: Mapping[str, Entity] = {
    "studentSectionAssociations": Entity(
        "StudentSectionAssociation",
        key=(*_SECTION, "StudentUSI", "BeginDate"),
        lists={
            "programs": _programs("StudentSectionAssociationProgram"),
            "wi_programs": _programs("StudentSectionAssociationProgram", WISCONSIN),
        },
    ),
    "staffSectionAssociations": Entity("StaffSectionAssociation"),
    "grades": Entity(
        "Grade",
        names={"period_sequence": "GradingPeriodSequence"},
        optional=frozenset({"period_sequence", "grading_period_name"}),
    ),
    "studentSectionAttendanceEvents": Entity("StudentSectionAttendanceEvent"),
    "sections": Entity(
        "Section",
        key=_SECTION,
        lists={
            "programs": _programs("SectionProgram"),
            "wi_programs": _programs("SectionProgram", WISCONSIN),
        },
        optional=_MINUTES,
        extended=_MINUTES,
        extension=MINNESOTA,
    ),
    "courseOfferings": Entity(
        "CourseOffering",
        key=_OFFERING,
        names={"session_school_id": "SchoolId"},
        lists={
            "course_level_characteristics": _descriptors(
                "CourseOfferingCourseLevelCharacteristic", "CourseLevelCharacteristicDescriptorId"
            ),
            "curriculum_used": _descriptors(
                "CourseOfferingCurriculumUsed", "CurriculumUsedDescriptorId"
            ),
            "offered_grade_levels": _descriptors(
                "CourseOfferingOfferedGradeLevel", "GradeLevelDescriptorId"
            ),
            "instructional_approaches": _implemented(
                "CourseOfferingInstructionalApproach", "instructionalApproach"
            ),
            "site_based_initiatives": _implemented(
                "CourseOfferingSiteBasedInitiative", "siteBasedInitiative"
            ),
        },
        optional=_MINUTES,
        extended=_MINUTES,
        extension=MINNESOTA,
    ),
    "courses": Entity(
        "Course",
        key=("EducationOrganizationId", "CourseCode"),
        lists={
            "level_characteristics": _descriptors(
                "CourseLevelCharacteristic", "CourseLevelCharacteristicDescriptorId"
            )
        },
    ),
    "sessions": Entity("Session"),
    "gradingPeriods": Entity("GradingPeriod", optional=frozenset({"grading_period_name"})),
    "studentSchoolAssociations": Entity(
        "StudentSchoolAssociation",
        key=("StudentUSI", "SchoolId", "EntryDate"),
        optional=frozenset({"enrollment_type_descriptor"}),
        extended=frozenset({"enrollment_type_descriptor"}),
    ),
    "staffSchoolAssociations": Entity("StaffSchoolAssociation"),
    "studentCTEProgramAssociations": _program_association(
        "StudentCTEProgramAssociation", frozenset({"certificated_program_status_descriptor"})
    ),
    "studentProgramAssociations": _program_association("StudentProgramAssociation"),
    "programs": Entity("Program"),
    "students": Entity("Student"),
    "staffs": Entity("Staff"),
    "schools": Entity(
        "School",
        key=("SchoolId",),
        base="EducationOrganization",
        base_on={"EducationOrganizationId": "SchoolId"},
        lists={
            "school_categories": _descriptors("SchoolCategory", "SchoolCategoryDescriptorId"),
            "grade_levels": _descriptors("SchoolGradeLevel", "GradeLevelDescriptorId"),
        },
    ),
    "localEducationAgencies": Entity(
        "LocalEducationAgency",
        base="EducationOrganization",
        base_on={"EducationOrganizationId": "LocalEducationAgencyId"},
    ),
}
"""The entity of every resource of `resources.RESOURCES`, by Ed-Fi's plural name."""
