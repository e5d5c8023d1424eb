"""Students made for a defect: in SIS and ODS alike, so that the ledger stays linked."""

from datetime import date

from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.catalogue import LEA_ID
from edfi_audit.sandbox.world.defects import strays
from edfi_audit.sandbox.world.defects.places import Newcomer
from edfi_audit.sandbox.world.defects.stage import ASSOCIATIONS, Stage
from edfi_audit.sandbox.world.derive import Class, Link
from edfi_audit.sandbox.world.derive.keys import key_of
from edfi_audit.sandbox.world.programs import program_type
from edfi_audit.sandbox.world.rosters import roster_row

__all__ = [
    "ENROLLMENTS",
    "Newcomer",
    "arrive",
    "associate",
    "attend",
    "enroll",
    "enroll_abroad",
    "newcomer",
    "participant",
    "program_of",
    "sit",
    "state",
]

_GRADES = {"elementary": "03", "middle": "07", "high": "10", "charter": "08", "jail": "11"}
"""The grade in which a newcomer enters each kind of school."""
ENROLLMENTS = "studentSchoolAssociations"


def newcomer(stage: Stage) -> Newcomer:
    """Somebody new, known to both sides and enrolled nowhere."""
    student_id = f"{stage.rng.randrange(10**9, 10**10)}"
    person = stage.campus.add("person", edfiID=student_id, stateID=student_id)
    person["studentNumber"] = f"1{person['personID'][-5:]}"
    content = {
        "studentUniqueId": student_id,
        "firstName": f"Student {int(person['personID']):06d}",
        "lastSurname": "Synthetic",
        "birthDate": f"{stage.year.end - 13}-01-01",
    }
    made = strays.record(stage, "students", content)
    source = "Person", person["personID"]
    strays.mapping(stage, "students", source, made["id"], key_of("students", made))
    return Newcomer(person, student_id)


def _calendar(stage: Stage, kind: str) -> tuple[int, Row]:
    """The Ed-Fi id and the Campus calendar of a school."""
    lesson = next(one for one in stage.derived.classes if one.kind == kind)
    calendar_id = lesson.course["calendarID"]
    rows = (row for row in stage.campus["calendar"] if row["calendarID"] == calendar_id)
    return lesson.school_id, next(rows)


def enroll(  # noqa: PLR0913
    stage: Stage,
    who: Newcomer,
    kind: str,
    begin: date,
    end: date | None = None,
    *,
    grade: str | None = None,
    service: str = "P",
) -> Row:
    """An enrolment at a school of the district, on both sides; gives the ODS record."""
    school_id, calendar = _calendar(stage, kind)
    structure = next(
        row
        for row in stage.campus["scheduleStructure"]
        if row["calendarID"] == calendar["calendarID"]
    )
    row = stage.campus.add(
        "enrollment",
        personID=who.person["personID"],
        calendarID=calendar["calendarID"],
        structureID=structure["structureID"],
        endYear=calendar["endYear"],
        grade=grade or _GRADES[kind],
        serviceType=service,
        startDate=begin,
        endDate=end,
        noShow=0,
        stateExclude=0,
    )
    made = enroll_abroad(
        stage, who.student_id, school_id, begin, end, grade=grade or _GRADES[kind], service=service
    )
    source = "Enrollment", row["enrollmentID"]
    strays.mapping(stage, ENROLLMENTS, source, made["id"], key_of(ENROLLMENTS, made))
    return made


def enroll_abroad(  # noqa: PLR0913
    stage: Stage,
    student_id: str,
    school_id: int,
    begin: date,
    end: date | None = None,
    *,
    grade: str = "10",
    service: str = "P",
) -> Row:
    """An enrolment in the ODS alone."""
    kind = "P" if service == "P" else "C"
    content = {
        "entryDate": begin.isoformat(),
        "schoolReference": {"schoolId": school_id},
        "studentReference": {"studentUniqueId": student_id},
        "schoolYearTypeReference": {"schoolYear": stage.year.end},
        "entryGradeLevelDescriptor": stage.year.uri("GradeLevel", grade),
        "primarySchool": service == "P",
        "_ext": {"wi": {"enrollmentTypeDescriptor": stage.year.uri("EnrollmentType", kind)}},
    }
    if end is not None:
        content["exitWithdrawDate"] = end.isoformat()
        content["exitWithdrawTypeDescriptor"] = stage.year.uri("ExitWithdrawType", "TC")
    return strays.record(stage, ENROLLMENTS, content)


def sit(
    stage: Stage, who: Newcomer, lesson: Class, begin: date | None = None, end: date | None = None
) -> Link:
    """A roster row within the session and its association; graded when the session is over."""
    begins, ends = begin or lesson.session.begin, end or lesson.session.end
    row = roster_row(stage.campus, lesson.section, who.person, (begins, ends))
    made = strays.association(stage, lesson, who.student_id, beginDate=begins.isoformat())
    made["endDate"] = ends.isoformat()
    key = key_of(ASSOCIATIONS, made)
    link = Link(ASSOCIATIONS, key, lesson.school_id, row, made)
    source = "Roster", row["rosterID"]
    link.mapping = strays.mapping(stage, ASSOCIATIONS, source, made["id"], key)
    over = stage.is_over(lesson)
    return stage.adopt(lesson, link, strays.grade(stage, lesson, made) if over else None)


def arrive(stage: Stage, lesson: Class, grade: str | None = None) -> tuple[Row, Link]:
    """A newcomer who is at the school for the lesson's session only, and sits in the lesson.

    Gives his enrolment and his association.
    """
    who, session = newcomer(stage), lesson.session
    end = session.end if stage.is_over(lesson) else None
    enrollment = enroll(stage, who, lesson.kind, session.begin, end, grade=grade)
    return enrollment, sit(stage, who, lesson)


def attend(stage: Stage, lesson: Class, grade: str | None = None) -> Link:
    """Like `arrive`, for those whom the enrolment does not concern."""
    return arrive(stage, lesson, grade)[1]


def program_of(stage: Stage, kind: str) -> Row:
    """A program of the district in the SIS, by type; career types as the year has them."""
    code = program_type(kind, stage.year.end)
    return next(row for row in stage.campus["program"] if row["programType"] == code)


def state(stage: Stage, link: Link, program: Row, place: str = "_ext") -> Row:
    """States a program on an association, in the extension or in the core; gives the reference."""
    reference = {
        "educationOrganizationId": int(program["edOrgID"]),
        "programName": program["name"],
        "programTypeDescriptor": stage.year.uri("ProgramType", program["programType"]),
    }
    holder = link.record
    if place == "_ext":
        holder = holder.setdefault("_ext", {}).setdefault("wi", {})
    holder.setdefault("programs", []).append({"programReference": reference})
    return reference


def associate(stage: Stage, student_id: str, program: Row, lea_id: int = LEA_ID) -> Row:
    """The student's CTE program association in the ODS."""
    content = {
        "beginDate": stage.year.on(9, 2).isoformat(),
        "studentReference": {"studentUniqueId": student_id},
        "educationOrganizationReference": {"educationOrganizationId": lea_id},
        "programReference": {
            "educationOrganizationId": lea_id,
            "programName": program["name"],
            "programTypeDescriptor": stage.year.uri("ProgramType", program["programType"]),
        },
    }
    return strays.record(stage, "studentCTEProgramAssociations", content)


def participant(stage: Stage, kind: str = "WBL", *, over: bool = False) -> Link:
    """A newcomer in a career section of the high school who takes part in a program."""
    lessons = stage.lessons(
        "high",
        lambda lesson: bool(lesson.course["cte"]) and (stage.is_over(lesson) or not over),
    )
    link = attend(stage, stage.rng.choice(lessons))
    program = program_of(stage, kind)
    state(stage, link, program)
    stage.campus.add(
        "programParticipation",
        personID=link.source["personID"],
        programID=program["programID"],
        sectionID=link.source["sectionID"],
    )
    associate(stage, link.key["studentUniqueId"], program)
    return link
