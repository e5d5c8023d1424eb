"""Sections made for a defect, right on both sides until a planter spoils them.

Each has a course, a teacher and everything that hangs on them for itself, so that what is planted
in one follows nowhere else. One student sits in all of a school's.
"""

from dataclasses import dataclass, replace
from functools import cached_property

from edfi_audit.sandbox.world.calendar import calendar_rows
from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.catalogue import SEA_ID
from edfi_audit.sandbox.world.defects import strays
from edfi_audit.sandbox.world.defects.newcomers import enroll, newcomer, sit
from edfi_audit.sandbox.world.defects.places import Place
from edfi_audit.sandbox.world.defects.staff import hire
from edfi_audit.sandbox.world.defects.stage import Stage
from edfi_audit.sandbox.world.derive import Class, Link
from edfi_audit.sandbox.world.derive.keys import key_of
from edfi_audit.sandbox.world.staffing import history_row

__all__ = ["Room", "another_calendar", "another_school", "home", "room"]

_OFFERINGS, _SECTIONS = "courseOfferings", "sections"
_GRADE = "10"
_MODEL = "ENG-09"
_TASKS = ("1", "2")


@dataclass(eq=False)
class Room:
    """A section with what is sent for it."""

    lesson: Class
    offering: Link
    history: Row
    teacher: Row
    assignment: Row
    school_association: Row

    @property
    def course(self) -> Row:
        """The Campus course."""
        return self.lesson.course

    @property
    def section(self) -> Row:
        """The Campus section."""
        return self.lesson.section

    @property
    def staff(self) -> Link:
        """What is sent of the Teacher of Record."""
        return self.lesson.staff[0]

    @cached_property
    def links(self) -> list[Link]:
        """All that is sent: offering, section, teacher and student."""
        lesson = self.lesson
        sections = [lesson.link] if lesson.link else []
        return [self.offering, *sections, *lesson.staff, *lesson.students]


def home(stage: Stage) -> Place:
    """The high school's first semester."""
    if stage.home is None:
        model = _model(stage)
        calendar = _row(stage, "calendar", "calendarID", model.course["calendarID"])
        placement = _row(stage, "sectionPlacement", "sectionID", model.section["sectionID"])
        stage.home = Place(
            kind=model.kind,
            school_id=model.school_id,
            school=_row(stage, "school", "schoolID", calendar["schoolID"]),
            calendar=calendar,
            trial=_row(stage, "trial", "trialID", model.section["trialID"]),
            terms=model.terms,
            period_id=placement["periodID"],
            session=model.session,
            state_code=model.course["stateCode"],
            extension=_extension(stage, model),
        )
    return stage.home


def _model(stage: Stage) -> Class:
    """An ordinary lesson whose minutes are those of its periods."""
    return next(one for one in stage.derived.classes if one.course["number"] == _MODEL)


def _extension(stage: Stage, model: Class) -> Row:
    """What Minnesota sends with every offering."""
    if not stage.year.state.is_minnesota:
        return {}
    record = next(
        link.record
        for link in stage.derived.offerings
        if link.key["localCourseCode"] == _MODEL and link.key["sessionName"] == model.session.name
    )
    minutes = record["_ext"]["mn"]["instructionMinutesPerTerm"]
    return {"_ext": {"mn": {"instructionMinutesPerTerm": minutes}}}


def _row(stage: Stage, table: str, column: str, value: object) -> Row:
    return next(row for row in stage.campus[table] if row[column] == value)


def another_calendar(stage: Stage, place: Place | None = None) -> Place:
    """Another calendar of a school (the high school) with one term, in the same session."""
    place = place or home(stage)
    calendar, structure = calendar_rows(stage.campus, stage.year.end, place.school, "Additional")
    begin, end = place.session.begin, place.session.end
    calendar |= {"startDate": begin, "endDate": end}
    trial = stage.campus.add(
        "trial",
        calendarID=calendar["calendarID"],
        structureID=structure["structureID"],
        active=1,
    )
    schedule = stage.campus.add("termSchedule", structureID=structure["structureID"])
    term = stage.campus.add(
        "term",
        termScheduleID=schedule["termScheduleID"],
        name=place.terms[0]["name"],
        seq=1,
        startDate=begin,
        endDate=end,
    )
    return replace(place, calendar=calendar, trial=trial, terms=(term,), extension={})


def another_school(stage: Stage) -> Place:
    """A school of the district that has one session, opened on both sides."""
    own = home(stage)
    school = stage.campus.add("school", districtID="1", name="Annex School (synthetic)", exclude=0)
    school_id = 107600 + int(school["schoolID"])
    school |= {"number": f"0{school_id}", "edfiNumber": str(school_id)}
    for resource in ("schools", "sessions", "gradingPeriods"):
        _found(stage, resource, own, school_id)
    session = replace(own.session, school_id=school_id)
    kind = f"annex {school_id}"
    annex = replace(
        own, kind=kind, school_id=school_id, school=school, session=session, student=None
    )
    return another_calendar(stage, annex)


def _found(stage: Stage, resource: str, own: Place, school_id: int) -> None:
    """A school like the high school, or what is its of the session."""
    reference = {"schoolId": school_id}
    if resource == "schools":
        model = next(one for one in stage.world.ods[resource] if one["schoolId"] == own.school_id)
        name = "Annex School (synthetic)"
        strays.copy(stage, resource, model, **reference, nameOfInstitution=name)
        return
    begin = own.session.begin.isoformat()
    model = next(
        one
        for one in stage.world.ods[resource]
        if one["schoolReference"]["schoolId"] == own.school_id
        and one["beginDate"] == begin
        and one["endDate"] == own.session.end.isoformat()
    )
    strays.copy(stage, resource, model, schoolReference=reference)


def room(stage: Stage, place: Place | None = None, *, course: Row | None = None) -> Room:
    """A new section with teacher and student; of a new course, unless one is given."""
    place = place or home(stage)
    course = course or _course(stage, place)
    own = [row for row in stage.campus["section"] if row["courseID"] == course["courseID"]]
    section = stage.campus.add(
        "section",
        courseID=course["courseID"],
        trialID=place.trial["trialID"],
        number=f"{len(own) + 1:02d}",
    )
    for term in place.terms:
        stage.campus.add(
            "sectionPlacement",
            sectionID=section["sectionID"],
            trialID=section["trialID"],
            termID=term["termID"],
            periodID=place.period_id,
        )
    lesson = Class(
        school_id=place.school_id,
        kind=place.kind,
        session=place.session,
        section=section,
        course=course,
        lowest=min(row["startDate"] for row in place.terms),
        highest=max(row["endDate"] for row in place.terms),
        terms=place.terms,
    )
    offering = _offering(stage, place, lesson)
    lesson.link = _section(stage, lesson)
    stage.derived.classes.append(lesson)
    made = _taught(stage, lesson, offering)
    _attended(stage, place, lesson)
    stage.seal(lesson)
    return made


def _course(stage: Stage, place: Place) -> Row:
    course = stage.campus.add(
        "course",
        calendarID=place.calendar["calendarID"],
        active=1,
        stateExclude=0,
        stateCode=place.state_code,
        termOverride=0,
        cte=0,
        gradable=1,
        specialEducation=0,
    )
    number = int(course["courseID"]) % 1000
    course |= {"number": f"ADD-{number:03d}", "name": f"Additional Course {number}"}
    for task in _TASKS:
        stage.campus.add("courseGradingTask", courseID=course["courseID"], taskID=task)
    return course


def _offering(stage: Stage, place: Place, lesson: Class) -> Link:
    """The course's offering in the session; made when its first section is."""
    course = lesson.course
    for link in stage.derived.offerings:
        if link.source is course:
            return link
    content = {
        "localCourseCode": course["number"],
        "localCourseTitle": course["name"],
        "schoolReference": {"schoolId": lesson.school_id},
        "sessionReference": {
            "schoolId": lesson.school_id,
            "schoolYear": stage.year.end,
            "sessionName": lesson.session.name,
        },
        "courseReference": {
            "courseCode": course["stateCode"],
            "educationOrganizationId": SEA_ID,
        },
        **place.extension,
    }
    made = _link(stage, _OFFERINGS, course, lesson, content)
    _map(stage, made, "Course", course["courseID"])
    stage.derived.offerings.append(made)
    return made


def _section(stage: Stage, lesson: Class) -> Link:
    number = lesson.course["number"]
    content = {
        "sectionIdentifier": f"{number}-{lesson.section['number']}",
        "courseOfferingReference": {
            "schoolId": lesson.school_id,
            "schoolYear": stage.year.end,
            "sessionName": lesson.session.name,
            "localCourseCode": number,
        },
    }
    made = _link(stage, _SECTIONS, lesson.section, lesson, content)
    _map(stage, made, "Section", lesson.section["sectionID"])
    return made


def _link(stage: Stage, resource: str, source: Row, lesson: Class, content: Row) -> Link:
    record = strays.copy(stage, resource, content)
    return Link(resource, key_of(resource, record), lesson.school_id, source, record)


def _map(stage: Stage, link: Link, kind: str, object_key: str) -> None:
    source = kind, object_key
    link.mapping = strays.mapping(stage, link.resource, source, link.record["id"], link.key)


def _taught(stage: Stage, lesson: Class, offering: Link) -> Room:
    """With a teacher who was hired for it long ago."""
    teacher = hire(stage, lesson, stage.year.on(8, 15).replace(year=stage.year.end - 4))
    history = history_row(stage.campus, lesson.section, teacher, ("P", "T"))
    lesson.resolved.append(strays.staff_association(stage, lesson, history, "T"))
    assignment = stage.campus["employmentAssignment"][-1]
    association = stage.world.ods["staffSchoolAssociations"][-1]
    return Room(lesson, offering, history, teacher, assignment, association)


def _attended(stage: Stage, place: Place, lesson: Class) -> None:
    """By the place's student, who is at the school for the session."""
    if place.student is None:
        place.student = newcomer(stage)
        end = place.session.end if stage.is_over(lesson) else None
        enroll(stage, place.student, lesson.kind, place.session.begin, end, grade=_GRADE)
    sit(stage, place.student, lesson)
