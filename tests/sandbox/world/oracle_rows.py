"""Hand-made rows for the oracle: two public schools of one agency, a Choice school, two semesters.

School 1 and 2 belong to agency 10, school 3 is a Choice school, school 4 belongs to agency 20 and
school 9 to none that is known. The year is 2026; the day is 20 June 2026, unless a test says
otherwise. A student's id says what he stands for.
"""

from datetime import date

from edfi_audit.sandbox.world.oracle import Facts, read_rules
from edfi_audit.sis.infinite_campus import TABLES

DPI = "uri://dpi.wi.gov"
FIRST, SECOND = ("2025-09-02", "2026-01-16"), ("2026-01-20", "2026-06-05")
"""The two semesters of every school."""


def uri(kind, code):
    return f"{DPI}/{kind}Descriptor#{code}"


def school(school_id, lea=10, category="High School"):
    row = {
        "schoolId": school_id,
        "schoolCategories": [{"schoolCategoryDescriptor": uri("SchoolCategory", category)}],
    }
    return row | ({"localEducationAgencyReference": {"localEducationAgencyId": lea}} if lea else {})


def session(school_id, name, begin, end, term="S1"):
    return {
        "sessionName": name,
        "schoolReference": {"schoolId": school_id},
        "schoolYearTypeReference": {"schoolYear": 2026},
        "beginDate": begin,
        "endDate": end,
        "termDescriptor": uri("Term", term),
    }


SCHOOLS = [
    school(1),
    school(2),
    school(3, category="Choice School"),
    school(4, lea=20),
    school(9, lea=None),
]
SESSIONS = [
    session(number, *one)
    for number in (1, 2, 3, 4, 9)
    for one in (("S1", *FIRST), ("S2", *SECOND), ("FDS/LDS", FIRST[0], SECOND[1], "A"))
]


def program(type_="Dual", name="College Course", agency=10):
    return {
        "programReference": {
            "educationOrganizationId": agency,
            "programName": name,
            "programTypeDescriptor": uri("ProgramType", type_) if type_ else None,
        }
    }


def section_key(school=1, code="A", name="S1", year=2026):
    return {
        "schoolId": school,
        "schoolYear": year,
        "sessionName": name,
        "localCourseCode": code,
        "sectionIdentifier": f"{code}-01",
    }


def sat(student, begin=FIRST[0], end=FIRST[1], status="S", **more):
    """A student section association; `status` is a code, a URI, or None.

    `core` and `own` are its two lists of programs, the rest are parts of the section's key.
    """
    core, own = more.pop("core", ()), more.pop("own", ())
    return {
        "id": f"id of {student} {begin}",
        "beginDate": begin,
        "endDate": end,
        "sectionReference": section_key(**more),
        "studentReference": {"studentUniqueId": student},
        "attemptStatusDescriptor": _status(status),
        "programs": list(core),
        "_ext": {"wi": {"programs": list(own)}},
    }


def _status(status):
    return uri("AttemptStatus", status) if status in {"S", "I"} else status


def final(student, letter="B", begin=FIRST[0], conversion=None, **more):
    """A grade of the student, on the association that begins on `begin`.

    `type_` is a code, a URI, or None; the rest are parts of the section's key.
    """
    type_ = more.pop("type_", "Final")
    key = section_key(**more)
    return {
        "studentSectionAssociationReference": {
            **key,
            "studentUniqueId": student,
            "beginDate": begin,
        },
        "gradeTypeDescriptor": type_ if "#" in str(type_) else uri("GradeType", type_),
        "gradingPeriodReference": {
            "gradingPeriodDescriptor": uri("GradingPeriod", "End of Session"),
            "schoolYear": 2026,
            "gradingPeriodName": key["sessionName"],
        },
        "letterGradeEarned": letter,
        "performanceBaseConversionDescriptor": conversion
        and uri("PerformanceBaseConversion", conversion),
    }


def enrolled(student, entry=FIRST[0], type_="P", **more):
    """An enrolment; `type_` is a code or None, `primary` follows it unless given."""
    row = {
        "entryDate": entry,
        "schoolReference": {"schoolId": more.get("school", 1)},
        "studentReference": {"studentUniqueId": student},
        "schoolYearTypeReference": {"schoolYear": more.get("year", 2026)},
        "entryGradeLevelDescriptor": uri("GradeLevel", more.get("grade", "09")),
        "primarySchool": more.get("primary", type_ == "P"),
    }
    named = {"enrollmentTypeDescriptor": uri("EnrollmentType", type_)}
    return row | ({"_ext": {"wi": named}} if type_ else {})


def left(student, day, code="TC", **more):
    """An enrolment that ended on `day`."""
    exits = {"exitWithdrawDate": day, "exitWithdrawTypeDescriptor": uri("ExitWithdrawType", code)}
    return enrolled(student, **more) | exits


def whole(sis):
    """The tables with every column of the layout; what a row does not name is null."""
    return {
        table.name: [
            dict.fromkeys(column.name for column in table.columns) | row
            for row in sis.get(table.name, ())
        ]
        for table in TABLES
    }


def found(rule_id, ods, sis=None, by="studentUniqueId", **facts):
    """What the oracle finds by the rule: (label, severity) in order; `by` is a part of the key."""
    told = {"school_year": 2026, "audit_date": date(2026, 6, 20), **facts}
    world = {"schools": SCHOOLS, "sessions": SESSIONS, **ods}
    findings = read_rules(world, whole(sis or {}), Facts(**told))
    own = [one for one in findings if one.rule_id == rule_id]
    return sorted((one.natural_key[by], one.severity) for one in own)


def all_as(severity, *labels):
    """The findings that a test expects."""
    return sorted((label, severity) for label in labels)
