"""The Ed-Fi resources an audit reads: which fields are kept, and under which column names.

A resource is data: its name on the wire, its natural key, and one `Column` per stored field.
References are flattened, so a column's path walks through them; where a field has had more than
one place (core, an extension, an older Data Standard), the first path with a value wins.
No names of persons are read.
"""

from dataclasses import dataclass

import pyarrow as pa

__all__ = ["RESOURCES", "Column", "Resource", "resource_named"]

INTEGER = pa.int64()
YEAR = pa.int32()
TEXT = pa.string()
DATE = pa.date32()
NUMBER = pa.float64()
FLAG = pa.bool_()
TEXTS = pa.list_(pa.string())
PROGRAMS = pa.list_(
    pa.struct(
        [
            ("education_organization_id", INTEGER),
            ("program_name", TEXT),
            ("program_type_descriptor", TEXT),
        ]
    )
)
APPROACHES = pa.list_(
    pa.struct(
        [("instructional_approach_descriptor", TEXT), ("implementation_status_descriptor", TEXT)]
    )
)
INITIATIVES = pa.list_(
    pa.struct(
        [("site_based_initiative_descriptor", TEXT), ("implementation_status_descriptor", TEXT)]
    )
)


@dataclass(frozen=True)
class Column:
    """One stored field: its column name, Arrow type, and the paths it may stand at.

    A path is dotted (`sectionReference.schoolId`). `[]` walks into a list
    (`gradeLevels[].gradeLevelDescriptor`), giving a list; at the end it gives the items whole.
    """

    name: str
    type: pa.DataType
    paths: tuple[str, ...]


@dataclass(frozen=True)
class Resource:
    """One resource: `name` as Ed-Fi writes it, `table` as SQL does, its key and columns.

    Every stored table also begins with `id` (32 hex digits) and ends with
    `last_modified_date` (UTC) and `ext` (the `_ext` object as JSON text, null where absent).
    """

    name: str
    table: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema of the stored table."""
        fields = [(column.name, column.type) for column in self.columns]
        return pa.schema(
            [("id", TEXT), *fields, ("last_modified_date", pa.timestamp("us")), ("ext", TEXT)]
        )


def _column(name: str, type_: pa.DataType, *paths: str) -> Column:
    return Column(name, type_, paths)


def _section_key(reference: str) -> tuple[Column, ...]:
    return (
        _column("school_id", INTEGER, f"{reference}.schoolId"),
        _column("school_year", YEAR, f"{reference}.schoolYear"),
        _column("session_name", TEXT, f"{reference}.sessionName"),
        _column("local_course_code", TEXT, f"{reference}.localCourseCode"),
        _column("section_identifier", TEXT, f"{reference}.sectionIdentifier"),
    )


_SECTION_KEY = (
    "school_id",
    "school_year",
    "session_name",
    "local_course_code",
    "section_identifier",
)
_STUDENT = _column("student_unique_id", TEXT, "studentReference.studentUniqueId")
_STAFF = _column("staff_unique_id", TEXT, "staffReference.staffUniqueId")
_SCHOOL = _column("school_id", INTEGER, "schoolReference.schoolId")
_BEGIN = _column("begin_date", DATE, "beginDate")
_END = _column("end_date", DATE, "endDate")
_PROGRAMS = _column("programs", PROGRAMS, "programs[].programReference")
_WI_PROGRAMS = _column("wi_programs", PROGRAMS, "_ext.wi.programs[].programReference")
_MINUTES = _column(
    "instruction_minutes_per_term",
    NUMBER,
    "instructionMinutesPerTerm",
    "_ext.mn.instructionMinutesPerTerm",
)

_PROGRAM_ASSOCIATION = (
    _STUDENT,
    _column(
        "education_organization_id",
        INTEGER,
        "educationOrganizationReference.educationOrganizationId",
    ),
    _column(
        "program_education_organization_id",
        INTEGER,
        "programReference.educationOrganizationId",
    ),
    _column("program_name", TEXT, "programReference.programName"),
    _column("program_type_descriptor", TEXT, "programReference.programTypeDescriptor"),
    _BEGIN,
    _END,
)
_PROGRAM_ASSOCIATION_KEY = (
    "student_unique_id",
    "education_organization_id",
    "program_education_organization_id",
    "program_name",
    "program_type_descriptor",
    "begin_date",
)

RESOURCES: tuple[Resource, ...] = (
    Resource(
        "studentSectionAssociations",
        "student_section_associations",
        (*_SECTION_KEY, "student_unique_id", "begin_date"),
        (
            *_section_key("sectionReference"),
            _STUDENT,
            _BEGIN,
            _END,
            _column("attempt_status_descriptor", TEXT, "attemptStatusDescriptor"),
            _PROGRAMS,
            _WI_PROGRAMS,
        ),
    ),
    Resource(
        "staffSectionAssociations",
        "staff_section_associations",
        (*_SECTION_KEY, "staff_unique_id", "begin_date"),
        (
            *_section_key("sectionReference"),
            _STAFF,
            _BEGIN,
            _END,
            _column("classroom_position_descriptor", TEXT, "classroomPositionDescriptor"),
            _column("highly_qualified_teacher", FLAG, "highlyQualifiedTeacher"),
            _column("percentage_contribution", NUMBER, "percentageContribution"),
            _column("teacher_student_data_link_exclusion", FLAG, "teacherStudentDataLinkExclusion"),
        ),
    ),
    Resource(
        "grades",
        "grades",
        (
            *_SECTION_KEY,
            "student_unique_id",
            "begin_date",
            "grade_type_descriptor",
            "grading_period_descriptor",
            "grading_period_school_year",
            "period_sequence",
            "grading_period_name",
        ),
        (
            *_section_key("studentSectionAssociationReference"),
            _column(
                "student_unique_id", TEXT, "studentSectionAssociationReference.studentUniqueId"
            ),
            _column("begin_date", DATE, "studentSectionAssociationReference.beginDate"),
            _column("grade_type_descriptor", TEXT, "gradeTypeDescriptor"),
            _column(
                "grading_period_descriptor",
                TEXT,
                "gradingPeriodReference.gradingPeriodDescriptor",
            ),
            _column("grading_period_school_year", YEAR, "gradingPeriodReference.schoolYear"),
            _column("period_sequence", YEAR, "gradingPeriodReference.periodSequence"),
            _column("grading_period_name", TEXT, "gradingPeriodReference.gradingPeriodName"),
            _column("letter_grade_earned", TEXT, "letterGradeEarned"),
            _column("numeric_grade_earned", NUMBER, "numericGradeEarned"),
            _column(
                "performance_base_conversion_descriptor",
                TEXT,
                "performanceBaseConversionDescriptor",
            ),
        ),
    ),
    Resource(
        "studentSectionAttendanceEvents",
        "student_section_attendance_events",
        (
            *_SECTION_KEY,
            "student_unique_id",
            "event_date",
            "attendance_event_category_descriptor",
        ),
        (
            *_section_key("sectionReference"),
            _STUDENT,
            _column("event_date", DATE, "eventDate"),
            _column(
                "attendance_event_category_descriptor", TEXT, "attendanceEventCategoryDescriptor"
            ),
        ),
    ),
    Resource(
        "sections",
        "sections",
        _SECTION_KEY,
        (
            *_section_key("courseOfferingReference")[:4],
            _column("section_identifier", TEXT, "sectionIdentifier"),
            _PROGRAMS,
            _WI_PROGRAMS,
            _MINUTES,
        ),
    ),
    Resource(
        "courseOfferings",
        "course_offerings",
        ("school_id", "school_year", "session_name", "local_course_code"),
        (
            _SCHOOL,
            _column("school_year", YEAR, "sessionReference.schoolYear"),
            _column("session_name", TEXT, "sessionReference.sessionName"),
            _column("local_course_code", TEXT, "localCourseCode"),
            _column("session_school_id", INTEGER, "sessionReference.schoolId"),
            _column("local_course_title", TEXT, "localCourseTitle"),
            _column("course_code", TEXT, "courseReference.courseCode"),
            _column(
                "education_organization_id", INTEGER, "courseReference.educationOrganizationId"
            ),
            _column("instructional_time_planned", INTEGER, "instructionalTimePlanned"),
            _column(
                "course_level_characteristics",
                TEXTS,
                "courseLevelCharacteristics[].courseLevelCharacteristicDescriptor",
            ),
            _column("curriculum_used", TEXTS, "curriculumUseds[].curriculumUsedDescriptor"),
            _column("offered_grade_levels", TEXTS, "offeredGradeLevels[].gradeLevelDescriptor"),
            _MINUTES,
            _column("instructional_approaches", APPROACHES, "_ext.mn.instructionalApproaches[]"),
            _column("site_based_initiatives", INITIATIVES, "_ext.mn.siteBasedInitiatives[]"),
        ),
    ),
    Resource(
        "courses",
        "courses",
        ("education_organization_id", "course_code"),
        (
            _column(
                "education_organization_id",
                INTEGER,
                "educationOrganizationReference.educationOrganizationId",
            ),
            _column("course_code", TEXT, "courseCode"),
            _column("course_title", TEXT, "courseTitle"),
            _column(
                "level_characteristics",
                TEXTS,
                "levelCharacteristics[].courseLevelCharacteristicDescriptor",
            ),
        ),
    ),
    Resource(
        "sessions",
        "sessions",
        ("school_id", "school_year", "session_name"),
        (
            _SCHOOL,
            _column("school_year", YEAR, "schoolYearTypeReference.schoolYear"),
            _column("session_name", TEXT, "sessionName"),
            _BEGIN,
            _END,
            _column("term_descriptor", TEXT, "termDescriptor"),
            _column("total_instructional_days", INTEGER, "totalInstructionalDays"),
        ),
    ),
    Resource(
        "gradingPeriods",
        "grading_periods",
        (
            "school_id",
            "school_year",
            "grading_period_descriptor",
            "period_sequence",
            "grading_period_name",
        ),
        (
            _SCHOOL,
            _column("school_year", YEAR, "schoolYearTypeReference.schoolYear"),
            _column("grading_period_descriptor", TEXT, "gradingPeriodDescriptor"),
            _column("period_sequence", YEAR, "periodSequence"),
            _column("grading_period_name", TEXT, "gradingPeriodName"),
            _BEGIN,
            _END,
        ),
    ),
    Resource(
        "studentSchoolAssociations",
        "student_school_associations",
        ("student_unique_id", "school_id", "entry_date"),
        (
            _STUDENT,
            _SCHOOL,
            _column("school_year", YEAR, "schoolYearTypeReference.schoolYear"),
            _column("entry_date", DATE, "entryDate"),
            _column("exit_withdraw_date", DATE, "exitWithdrawDate"),
            _column("exit_withdraw_type_descriptor", TEXT, "exitWithdrawTypeDescriptor"),
            _column("entry_grade_level_descriptor", TEXT, "entryGradeLevelDescriptor"),
            _column("primary_school", FLAG, "primarySchool"),
            _column(
                "enrollment_type_descriptor",
                TEXT,
                "enrollmentTypeDescriptor",
                "_ext.wi.enrollmentTypeDescriptor",
            ),
        ),
    ),
    Resource(
        "staffSchoolAssociations",
        "staff_school_associations",
        ("staff_unique_id", "school_id", "program_assignment_descriptor"),
        (
            _STAFF,
            _SCHOOL,
            _column("program_assignment_descriptor", TEXT, "programAssignmentDescriptor"),
            _column("school_year", YEAR, "schoolYearTypeReference.schoolYear"),
        ),
    ),
    Resource(
        "studentCTEProgramAssociations",
        "student_cte_program_associations",
        _PROGRAM_ASSOCIATION_KEY,
        (
            *_PROGRAM_ASSOCIATION,
            _column(
                "certificated_program_status_descriptor",
                TEXT,
                "certificatedProgramStatusDescriptor",
                "_ext.wi.certificatedProgramStatusDescriptor",
            ),
        ),
    ),
    Resource(
        "studentProgramAssociations",
        "student_program_associations",
        _PROGRAM_ASSOCIATION_KEY,
        _PROGRAM_ASSOCIATION,
    ),
    Resource(
        "programs",
        "programs",
        ("education_organization_id", "program_name", "program_type_descriptor"),
        (
            _column(
                "education_organization_id",
                INTEGER,
                "educationOrganizationReference.educationOrganizationId",
            ),
            _column("program_name", TEXT, "programName"),
            _column("program_type_descriptor", TEXT, "programTypeDescriptor"),
            _column("program_id", TEXT, "programId"),
        ),
    ),
    Resource(
        "students",
        "students",
        ("student_unique_id",),
        (_column("student_unique_id", TEXT, "studentUniqueId"),),
    ),
    Resource(
        "staffs",
        "staffs",
        ("staff_unique_id",),
        (_column("staff_unique_id", TEXT, "staffUniqueId"),),
    ),
    Resource(
        "schools",
        "schools",
        ("school_id",),
        (
            _column("school_id", INTEGER, "schoolId"),
            _column("name_of_institution", TEXT, "nameOfInstitution"),
            _column(
                "local_education_agency_id",
                INTEGER,
                "localEducationAgencyReference.localEducationAgencyId",
            ),
            _column("school_categories", TEXTS, "schoolCategories[].schoolCategoryDescriptor"),
            _column("school_type_descriptor", TEXT, "schoolTypeDescriptor"),
            _column("grade_levels", TEXTS, "gradeLevels[].gradeLevelDescriptor"),
        ),
    ),
    Resource(
        "localEducationAgencies",
        "local_education_agencies",
        ("local_education_agency_id",),
        (
            _column("local_education_agency_id", INTEGER, "localEducationAgencyId"),
            _column("name_of_institution", TEXT, "nameOfInstitution"),
        ),
    ),
)
"""In pull order: children before the records they refer to, so that a parent deleted while the
pull runs cannot make its child look orphaned."""

_BY_NAME = {resource.name: resource for resource in RESOURCES}


def resource_named(name: str) -> Resource:
    """The resource with Ed-Fi's plural `name`; a `KeyError` when there is none."""
    return _BY_NAME[name]
