"""The database of an ODS as Ed-Fi lays it out, and API records put into it.

Written from the Data Standard's own table definitions, and independent of the package: what the
tests compare is this on one side and the API's JSON on the other. Only the tables that an audit
reads are here, and foreign keys are left out.
"""

import json
from collections import defaultdict
from collections.abc import Iterator

ROOT = "Discriminator VARCHAR(128), CreateDate TIMESTAMP, LastModifiedDate TIMESTAMP, Id UUID"
SECTION = (
    "LocalCourseCode VARCHAR(60), SchoolId BIGINT, SchoolYear SMALLINT, "
    "SectionIdentifier VARCHAR(255), SessionName VARCHAR(60)"
)
OFFERING = (
    "LocalCourseCode VARCHAR(60), SchoolId BIGINT, SchoolYear SMALLINT, SessionName VARCHAR(60)"
)
PROGRAM = "EducationOrganizationId BIGINT, ProgramName VARCHAR(60), ProgramTypeDescriptorId INT"
PARTICIPATION = (
    "BeginDate DATE, EducationOrganizationId BIGINT, ProgramEducationOrganizationId BIGINT, "
    "ProgramName VARCHAR(60), ProgramTypeDescriptorId INT, StudentUSI INT"
)
ROSTER = f"BeginDate DATE, {SECTION}, StudentUSI INT"

TABLES = {
    "Descriptor": "DescriptorId INT, Namespace VARCHAR(255), CodeValue VARCHAR(50), Id UUID",
    "EducationOrganization": (
        f"EducationOrganizationId BIGINT, NameOfInstitution VARCHAR(75), {ROOT}"
    ),
    "LocalEducationAgency": (
        "LocalEducationAgencyId BIGINT, LocalEducationAgencyCategoryDescriptorId INT"
    ),
    "School": "SchoolId BIGINT, LocalEducationAgencyId BIGINT, SchoolTypeDescriptorId INT",
    "SchoolCategory": "SchoolId BIGINT, SchoolCategoryDescriptorId INT",
    "SchoolGradeLevel": "SchoolId BIGINT, GradeLevelDescriptorId INT",
    "Student": (
        "StudentUSI INT, StudentUniqueId VARCHAR(32), FirstName VARCHAR(75), "
        f"LastSurname VARCHAR(75), BirthDate DATE, {ROOT}"
    ),
    "Staff": (
        "StaffUSI INT, StaffUniqueId VARCHAR(32), FirstName VARCHAR(75), "
        f"LastSurname VARCHAR(75), {ROOT}"
    ),
    "Program": f"{PROGRAM}, ProgramId VARCHAR(20), {ROOT}",
    "Course": (
        "CourseCode VARCHAR(60), EducationOrganizationId BIGINT, CourseTitle VARCHAR(60), "
        f"NumberOfParts INT, {ROOT}"
    ),
    "CourseLevelCharacteristic": (
        "CourseCode VARCHAR(60), EducationOrganizationId BIGINT, "
        "CourseLevelCharacteristicDescriptorId INT"
    ),
    "CourseOffering": (
        f"{OFFERING}, CourseCode VARCHAR(60), EducationOrganizationId BIGINT, "
        f"InstructionalTimePlanned INT, LocalCourseTitle VARCHAR(60), {ROOT}"
    ),
    "CourseOfferingCourseLevelCharacteristic": (
        f"{OFFERING}, CourseLevelCharacteristicDescriptorId INT"
    ),
    "CourseOfferingCurriculumUsed": f"{OFFERING}, CurriculumUsedDescriptorId INT",
    "CourseOfferingOfferedGradeLevel": f"{OFFERING}, GradeLevelDescriptorId INT",
    "Session": (
        "SchoolId BIGINT, SchoolYear SMALLINT, SessionName VARCHAR(60), BeginDate DATE, "
        f"EndDate DATE, TermDescriptorId INT, TotalInstructionalDays INT, {ROOT}"
    ),
    "GradingPeriod": (
        "GradingPeriodDescriptorId INT, {grading_period}, SchoolId BIGINT, SchoolYear SMALLINT, "
        f"BeginDate DATE, EndDate DATE, TotalInstructionalDays INT, {ROOT}"
    ),
    "Section": f"{SECTION}, SectionName VARCHAR(100), AvailableCredits DECIMAL(9, 3), {ROOT}",
    "SectionProgram": f"{SECTION}, {PROGRAM}",
    "StaffSectionAssociation": (
        f"BeginDate DATE, {SECTION}, StaffUSI INT, ClassroomPositionDescriptorId INT, "
        "EndDate DATE, HighlyQualifiedTeacher BOOLEAN, PercentageContribution DECIMAL(5, 4), "
        f"TeacherStudentDataLinkExclusion BOOLEAN, {ROOT}"
    ),
    "StaffSchoolAssociation": (
        "ProgramAssignmentDescriptorId INT, SchoolId BIGINT, StaffUSI INT, "
        f"CalendarCode VARCHAR(60), SchoolYear SMALLINT, {ROOT}"
    ),
    "StudentSchoolAssociation": (
        "EntryDate DATE, SchoolId BIGINT, StudentUSI INT, {enrolment} "
        "EntryGradeLevelDescriptorId INT, ExitWithdrawDate DATE, ExitWithdrawTypeDescriptorId INT, "
        f"PrimarySchool BOOLEAN, SchoolYear SMALLINT, {ROOT}"
    ),
    "StudentSectionAssociation": (
        f"{ROSTER}, AttemptStatusDescriptorId INT, EndDate DATE, HomeroomIndicator BOOLEAN, {ROOT}"
    ),
    "StudentSectionAttendanceEvent": (
        f"AttendanceEventCategoryDescriptorId INT, EventDate DATE, {SECTION}, StudentUSI INT, "
        f"{ROOT}"
    ),
    "Grade": (
        f"{ROSTER}, GradeTypeDescriptorId INT, GradingPeriodDescriptorId INT, {{grade_period}}, "
        "GradingPeriodSchoolYear SMALLINT, LetterGradeEarned VARCHAR(20), "
        f"NumericGradeEarned DECIMAL(9, 2), PerformanceBaseConversionDescriptorId INT, {ROOT}"
    ),
    "GeneralStudentProgramAssociation": f"{PARTICIPATION}, EndDate DATE, {ROOT}",
    "StudentProgramAssociation": PARTICIPATION,
    "StudentCTEProgramAssociation": f"{PARTICIPATION}, NonTraditionalGenderStatus BOOLEAN",
}
"""Tables of the schema edfi in both Data Standards; braces stand where the two differ."""

STANDARDS = {
    "4.0": {
        "grading_period": "PeriodSequence INT",
        "grade_period": "GradingPeriodSequence INT",
        "enrolment": "",
    },
    "5.2": {
        "grading_period": "GradingPeriodName VARCHAR(60), PeriodSequence INT",
        "grade_period": "GradingPeriodName VARCHAR(60)",
        "enrolment": "EnrollmentTypeDescriptorId INT,",
    },
}
ONLY_IN_5 = {"StudentSectionAssociationProgram": f"{ROSTER}, {PROGRAM}"}
WISCONSIN = {
    "StudentSectionAssociationProgram": f"{ROSTER}, {PROGRAM}",
    "StudentSchoolAssociationExtension": (
        "EntryDate DATE, SchoolId BIGINT, StudentUSI INT, EnrollmentTypeDescriptorId INT"
    ),
    "StudentCTEProgramAssociationExtension": (
        f"{PARTICIPATION}, CertificatedProgramStatusDescriptorId INT"
    ),
}
MINNESOTA = {
    "CourseOfferingExtension": f"{OFFERING}, InstructionMinutesPerTerm DECIMAL(9, 2)",
    "CourseOfferingInstructionalApproach": (
        f"{OFFERING}, InstructionalApproachDescriptorId INT, ImplementationStatusDescriptorId INT"
    ),
    "CourseOfferingSiteBasedInitiative": (
        f"{OFFERING}, SiteBasedInitiativeDescriptorId INT, ImplementationStatusDescriptorId INT"
    ),
    "SectionExtension": f"{SECTION}, InstructionMinutesPerTerm DECIMAL(9, 2)",
}


def structure(standard):
    """The SQL that lays out an empty ODS of a Data Standard, the states' extensions with it."""
    tables = dict(TABLES) | (ONLY_IN_5 if standard == "5.2" else {})
    lines = [
        "CREATE SCHEMA edfi; CREATE SCHEMA wi; CREATE SCHEMA mn;",
        "CREATE SCHEMA util;",
        "CREATE FUNCTION util.GetEdFiStandardVersion() RETURNS VARCHAR(60) LANGUAGE sql",
        f"AS 'SELECT CAST(''{standard}'' AS VARCHAR(60))';",
    ]
    for schema, of_schema in (("edfi", tables), ("wi", WISCONSIN), ("mn", MINNESOTA)):
        for name, columns in of_schema.items():
            filled = columns.format(**STANDARDS[standard])
            change = ", ChangeVersion BIGINT" if " Id UUID" in columns else ""
            lines.append(f"CREATE TABLE {schema}.{name} ({filled}{change});")
    return "\n".join(lines)


def contents(records):
    """The SQL that puts API records (lists of objects by resource) into the tables."""
    rows = Rows()
    for resource, kept in records.items():
        for record in kept:
            PUT[resource](rows, record)
    lines = [
        f"INSERT INTO {table} SELECT * FROM json_populate_recordset(NULL::{table}, "
        f"$records${json.dumps(kept)}$records$);"
        for table, kept in rows.finished()
    ]
    return "\n".join(lines)


class Rows:
    """Rows by table, and the surrogate keys they share."""

    def __init__(self):
        self.tables = defaultdict(list)
        self.descriptors = {}
        self.persons = {}

    def add(self, table, *parts, schema="edfi"):
        """One more row, from several mappings of column to value."""
        merged = {name: value for part in parts for name, value in part.items()}
        self.tables[f"{schema}.{table}"].append(
            {name.lower(): value for name, value in merged.items()}
        )

    def descriptor(self, uri):
        """The surrogate key of a descriptor; null for none."""
        return None if uri is None else self.descriptors.setdefault(uri, len(self.descriptors) + 7)

    def usi(self, unique_id):
        """The surrogate key of a person."""
        return self.persons.setdefault(unique_id, len(self.persons) + 1001)

    def finished(self) -> Iterator[tuple[str, list]]:
        """Every table with its rows, the descriptors last."""
        yield from self.tables.items()
        yield (
            "edfi.Descriptor",
            [
                {"descriptorid": key, "namespace": namespace, "codevalue": code}
                for uri, key in self.descriptors.items()
                for namespace, code in [uri.split("#", 1)]
            ],
        )


def root(record):
    """What every aggregate has; PostgreSQL keeps microseconds."""
    stamp = record["_lastModifiedDate"].rstrip("Z")
    return {"Id": record["id"], "LastModifiedDate": stamp[:26], "CreateDate": stamp[:19]}


def section_key(reference):
    names = ("localCourseCode", "schoolId", "schoolYear", "sectionIdentifier", "sessionName")
    return {name: reference[name] for name in names}


def program_key(rows, reference):
    return {
        "EducationOrganizationId": reference["educationOrganizationId"],
        "ProgramName": reference["programName"],
        "ProgramTypeDescriptorId": rows.descriptor(reference["programTypeDescriptor"]),
    }


def put_roster(rows, one):
    key = section_key(one["sectionReference"]) | {
        "BeginDate": one["beginDate"],
        "StudentUSI": rows.usi(one["studentReference"]["studentUniqueId"]),
    }
    status = {"AttemptStatusDescriptorId": rows.descriptor(one.get("attemptStatusDescriptor"))}
    rows.add("StudentSectionAssociation", key, status, {"EndDate": one.get("endDate")}, root(one))
    own = one.get("_ext", {}).get("wi", {}).get("programs", [])
    for schema, programs in (("edfi", one.get("programs", [])), ("wi", own)):
        for program in programs:
            found = program_key(rows, program["programReference"])
            rows.add("StudentSectionAssociationProgram", key, found, schema=schema)


def put_attendance(rows, one):
    key = section_key(one["sectionReference"]) | {
        "StudentUSI": rows.usi(one["studentReference"]["studentUniqueId"]),
        "EventDate": one["eventDate"],
    }
    category = rows.descriptor(one["attendanceEventCategoryDescriptor"])
    kind = {"AttendanceEventCategoryDescriptorId": category}
    rows.add("StudentSectionAttendanceEvent", key, kind, root(one))


def put_staffing(rows, one):
    names = (
        "beginDate",
        "endDate",
        "highlyQualifiedTeacher",
        "percentageContribution",
        "teacherStudentDataLinkExclusion",
    )
    rows.add(
        "StaffSectionAssociation",
        section_key(one["sectionReference"]),
        {name: one.get(name) for name in names},
        {
            "StaffUSI": rows.usi(one["staffReference"]["staffUniqueId"]),
            "ClassroomPositionDescriptorId": rows.descriptor(
                one.get("classroomPositionDescriptor")
            ),
        },
        root(one),
    )


def put_grade(rows, one):
    roster, period = one["studentSectionAssociationReference"], one["gradingPeriodReference"]
    rows.add(
        "Grade",
        section_key(roster),
        {
            "BeginDate": roster["beginDate"],
            "StudentUSI": rows.usi(roster["studentUniqueId"]),
            "GradeTypeDescriptorId": rows.descriptor(one["gradeTypeDescriptor"]),
            "GradingPeriodDescriptorId": rows.descriptor(period["gradingPeriodDescriptor"]),
            "GradingPeriodSequence": period.get("periodSequence"),
            "GradingPeriodName": period.get("gradingPeriodName"),
            "GradingPeriodSchoolYear": period["schoolYear"],
            "LetterGradeEarned": one.get("letterGradeEarned"),
            "NumericGradeEarned": one.get("numericGradeEarned"),
            "PerformanceBaseConversionDescriptorId": rows.descriptor(
                one.get("performanceBaseConversionDescriptor")
            ),
        },
        root(one),
    )


def put_section(rows, one):
    reference = one["courseOfferingReference"]
    key = section_key(reference | {"sectionIdentifier": one["sectionIdentifier"]})
    rows.add("Section", key, root(one))
    for program in one.get("programs", []):
        rows.add("SectionProgram", key, program_key(rows, program["programReference"]))
    put_minutes(rows, "SectionExtension", key, one)


def put_minutes(rows, table, key, one):
    if own := one.get("_ext", {}).get("mn"):
        minutes = {"InstructionMinutesPerTerm": own["instructionMinutesPerTerm"]}
        rows.add(table, key, minutes, schema="mn")


def put_offering(rows, one):
    key = {
        "LocalCourseCode": one["localCourseCode"],
        "SchoolId": one["schoolReference"]["schoolId"],
        "SchoolYear": one["sessionReference"]["schoolYear"],
        "SessionName": one["sessionReference"]["sessionName"],
    }
    kept = {name: one.get(name) for name in ("localCourseTitle", "instructionalTimePlanned")}
    rows.add("CourseOffering", key, one["courseReference"], kept, root(one))
    lists = (
        ("CourseLevelCharacteristic", "courseLevelCharacteristics", "courseLevelCharacteristic"),
        ("CurriculumUsed", "curriculumUseds", "curriculumUsed"),
        ("OfferedGradeLevel", "offeredGradeLevels", "gradeLevel"),
    )
    for table, items, name in lists:
        for item in one.get(items, []):
            found = {f"{name}DescriptorId": rows.descriptor(item[f"{name}Descriptor"])}
            rows.add(f"CourseOffering{table}", key, found)
    put_minutes(rows, "CourseOfferingExtension", key, one)
    own = one.get("_ext", {}).get("mn", {})
    for table, items in (
        ("InstructionalApproach", "instructionalApproaches"),
        ("SiteBasedInitiative", "siteBasedInitiatives"),
    ):
        for item in own.get(items, []):
            found = {f"{name}Id": rows.descriptor(uri) for name, uri in item.items()}
            rows.add(f"CourseOffering{table}", key, found, schema="mn")


def put_course(rows, one):
    key = {
        "CourseCode": one["courseCode"],
        "EducationOrganizationId": one["educationOrganizationReference"]["educationOrganizationId"],
    }
    rows.add("Course", key, {"CourseTitle": one.get("courseTitle")}, root(one))
    for item in one.get("levelCharacteristics", []):
        found = rows.descriptor(item["courseLevelCharacteristicDescriptor"])
        rows.add("CourseLevelCharacteristic", key, {"CourseLevelCharacteristicDescriptorId": found})


def put_session(rows, one):
    names = ("sessionName", "beginDate", "endDate", "totalInstructionalDays")
    rows.add(
        "Session",
        {name: one[name] for name in names},
        one["schoolReference"],
        one["schoolYearTypeReference"],
        {"TermDescriptorId": rows.descriptor(one["termDescriptor"])},
        root(one),
    )


def put_grading_period(rows, one):
    names = ("beginDate", "endDate", "periodSequence", "gradingPeriodName")
    rows.add(
        "GradingPeriod",
        {name: one.get(name) for name in names},
        one["schoolReference"],
        one["schoolYearTypeReference"],
        {"GradingPeriodDescriptorId": rows.descriptor(one["gradingPeriodDescriptor"])},
        root(one),
    )


def put_enrolment(rows, one):
    key = {
        "EntryDate": one["entryDate"],
        "SchoolId": one["schoolReference"]["schoolId"],
        "StudentUSI": rows.usi(one["studentReference"]["studentUniqueId"]),
    }
    descriptors = ("entryGradeLevel", "exitWithdrawType", "enrollmentType")
    rows.add(
        "StudentSchoolAssociation",
        key,
        {f"{name}DescriptorId": rows.descriptor(one.get(f"{name}Descriptor"))
         for name in descriptors},
        {name: one.get(name) for name in ("exitWithdrawDate", "primarySchool")},
        one["schoolYearTypeReference"],
        root(one),
    )  # fmt: skip
    own = one.get("_ext", {}).get("wi", {}).get("enrollmentTypeDescriptor")
    if own:
        found = {"EnrollmentTypeDescriptorId": rows.descriptor(own)}
        rows.add("StudentSchoolAssociationExtension", key, found, schema="wi")


def put_staff_school(rows, one):
    rows.add(
        "StaffSchoolAssociation",
        one["schoolReference"],
        one.get("schoolYearTypeReference", {}),
        {
            "StaffUSI": rows.usi(one["staffReference"]["staffUniqueId"]),
            "ProgramAssignmentDescriptorId": rows.descriptor(one["programAssignmentDescriptor"]),
        },
        root(one),
    )


def putting_participation(table):
    def put(rows, one):
        program = program_key(rows, one["programReference"])
        organization = program.pop("EducationOrganizationId")
        key = {
            **program,
            "BeginDate": one["beginDate"],
            "ProgramEducationOrganizationId": organization,
            "StudentUSI": rows.usi(one["studentReference"]["studentUniqueId"]),
            **one["educationOrganizationReference"],
        }
        rows.add(table, key)
        rows.add(
            "GeneralStudentProgramAssociation", key, {"EndDate": one.get("endDate")}, root(one)
        )
        name = "certificatedProgramStatusDescriptor"
        if own := one.get("_ext", {}).get("wi", {}).get(name):
            found = {f"{name}Id": rows.descriptor(own)}
            rows.add(f"{table}Extension", key, found, schema="wi")

    return put


def put_program(rows, one):
    key = program_key(rows, one | one["educationOrganizationReference"])
    rows.add("Program", key, {"ProgramId": one.get("programId")}, root(one))


def putting_person(table, unique_id):
    def put(rows, one):
        names = (unique_id, "firstName", "lastSurname")
        key = {f"{table}USI": rows.usi(one[unique_id])}
        rows.add(table, key, {name: one[name] for name in names}, root(one))

    return put


def put_school(rows, one):
    key = {"SchoolId": one["schoolId"]}
    kind = {"SchoolTypeDescriptorId": rows.descriptor(one.get("schoolTypeDescriptor"))}
    rows.add("School", key, one.get("localEducationAgencyReference", {}), kind)
    rows.add(
        "EducationOrganization",
        {
            "EducationOrganizationId": one["schoolId"],
            "NameOfInstitution": one["nameOfInstitution"],
        },
        root(one),
    )
    for table, items, name in (
        ("SchoolCategory", "schoolCategories", "schoolCategory"),
        ("SchoolGradeLevel", "gradeLevels", "gradeLevel"),
    ):
        for item in one.get(items, []):
            found = {f"{name}DescriptorId": rows.descriptor(item[f"{name}Descriptor"])}
            rows.add(table, key, found)


def put_agency(rows, one):
    key = one["localEducationAgencyId"]
    rows.add("LocalEducationAgency", {"LocalEducationAgencyId": key})
    name = one["nameOfInstitution"]
    rows.add(
        "EducationOrganization",
        {"EducationOrganizationId": key, "NameOfInstitution": name},
        root(one),
    )


PUT = {
    "studentSectionAssociations": put_roster,
    "staffSectionAssociations": put_staffing,
    "grades": put_grade,
    "studentSectionAttendanceEvents": put_attendance,
    "sections": put_section,
    "courseOfferings": put_offering,
    "courses": put_course,
    "sessions": put_session,
    "gradingPeriods": put_grading_period,
    "studentSchoolAssociations": put_enrolment,
    "staffSchoolAssociations": put_staff_school,
    "studentCTEProgramAssociations": putting_participation("StudentCTEProgramAssociation"),
    "studentProgramAssociations": putting_participation("StudentProgramAssociation"),
    "programs": put_program,
    "students": putting_person("Student", "studentUniqueId"),
    "staffs": putting_person("Staff", "staffUniqueId"),
    "schools": put_school,
    "localEducationAgencies": put_agency,
}
