"""SSA-024, 027, ATT-018, WIX-001, 002: whole schools, whole agencies, whole courses."""

from collections import defaultdict
from datetime import timedelta

from edfi_audit.sandbox.world.catalogue import DETENTION_SCHOOL_ID, NEIGHBOR
from edfi_audit.sandbox.world.defects import strays
from edfi_audit.sandbox.world.defects.newcomers import attend, enroll_abroad
from edfi_audit.sandbox.world.defects.stage import ASSOCIATIONS, NotNowError, Stage
from edfi_audit.sandbox.world.derive import Absence, Class, Link

__all__ = [
    "elementary_left_out",
    "jail_without_roster",
    "no_final_task",
    "ungraded_withdrawals",
    "vendor_default",
]

_TOO_MANY = 0.05
_ENOUGH = 100
_DAY = timedelta(days=1)
_FINAL = "1"


def jail_without_roster(stage: Stage) -> None:
    """SSA-024. A detention school with students and not one section."""
    schools = stage.world.ods["schools"]
    model = next(one for one in schools if one["schoolId"] == NEIGHBOR.schools[-1].school_id)
    name = {"schoolId": DETENTION_SCHOOL_ID, "nameOfInstitution": "Hillcrest Detention School"}
    strays.copy(stage, "schools", model, **name)
    begin = stage.year.audit_date - 9 * _DAY
    for _ in range(stage.count(2, 8)):
        number = f"{stage.rng.randrange(10**9, 10**10)}"
        names = {"firstName": f"Student {number[:6]}", "lastSurname": "Synthetic"}
        strays.record(stage, "students", {"studentUniqueId": number, **names})
        enroll_abroad(stage, number, DETENTION_SCHOOL_ID, begin)
    stage.find("SSA-024", {"schoolId": DETENTION_SCHOOL_ID}, "warning", resource="schools")


def _abroad(stage: Stage, kind: str | None = None) -> list[tuple[Class, Link]]:
    """The neighbor's associations of sessions that are over."""
    found = [
        (lesson, link)
        for lesson in stage.world.neighbor.classes
        for link in lesson.students
        if stage.is_over(lesson) and kind in {None, lesson.kind}
    ]
    if not found:
        raise NotNowError("no session of the neighbor is over")
    return found


def ungraded_withdrawals(stage: Stage) -> None:
    """SSA-027. At one school more than five of a hundred left their section without a grade."""
    everyone = _abroad(stage, "middle")
    stayed = [
        (lesson, link)
        for lesson, link in everyone
        if link.record["endDate"] == lesson.session.end.isoformat()
        and link.record["beginDate"] == lesson.session.begin.isoformat()
    ]
    for lesson, link in stayed[: int(len(everyone) * _TOO_MANY) + 1]:
        last = lesson.session.begin + (lesson.session.end - lesson.session.begin) // 2
        link.record["endDate"] = last.isoformat()
        stage.set_status(link, "I")
        stage.drop_grade(link)
    school = {"schoolId": everyone[0][0].school_id}
    stage.find("SSA-027", school, "warning", resource="schools")


def vendor_default(stage: Stage) -> None:
    """ATT-018. The neighbor's software sends S for everyone, those who withdrew included."""
    everyone = _abroad(stage)
    if len(everyone) < _ENOUGH:
        raise NotNowError("too few sessions of the neighbor are over")
    for _, link in everyone:
        stage.set_status(link, "S")
    lesson, link = everyone[0]
    link.record["endDate"] = (lesson.session.begin + 30 * _DAY).isoformat()
    agency = {"localEducationAgencyId": NEIGHBOR.lea_id}
    stage.find("ATT-018", agency, "warning", resource="localEducationAgencies")


def elementary_left_out(stage: Stage) -> None:
    """WIX-001. The middle school has a fifth grade with a roster, and none of it is sent."""
    lesson = stage.ordinary("middle")[0]
    for _ in range(stage.count(2, 6)):
        link = attend(stage, lesson, "05")
        stage.drop_record(link)
        stage.drop(link.mapping)
        stage.become(link, "IDM-003", planted=False)
    stage.find("WIX-001", {"schoolId": lesson.school_id}, "warning", resource="schools")


def no_final_task(stage: Stage) -> None:
    """WIX-002. A course without a Final grading task: its sections go out without students."""
    course_id, lessons = _small_course(stage)
    sections = {lesson.section["sectionID"] for lesson in lessons}
    stage.drop(
        *(
            row
            for row in stage.campus["courseGradingTask"]
            if row["courseID"] == course_id and row["taskID"] == _FINAL
        ),
        *(row for row in stage.campus["gradingScore"] if row["sectionID"] in sections),
    )
    for lesson in lessons:
        stage.seal(lesson)
        stage.find("WIX-002", lesson.key, "warning", resource="sections")
        for link in lesson.students:
            _withhold(stage, link)
        lesson.students.clear()


def _small_course(stage: Stage) -> tuple[str, list[Class]]:
    """The smallest course of the middle school that nothing has touched."""
    courses: defaultdict[str, list[Class]] = defaultdict(list)
    for lesson in stage.derived.classes:
        if lesson.kind == "middle":
            courses[lesson.course["courseID"]].append(lesson)
    whole = [
        (course_id, lessons)
        for course_id, lessons in courses.items()
        if all(lesson.students and stage.is_whole(lesson) for lesson in lessons)
    ]
    return min(whole, key=lambda one: (sum(len(lesson.students) for lesson in one[1]), one[0]))


def _withhold(stage: Stage, link: Link) -> None:
    """The association was never sent, and the SIS knows why."""
    stage.drop_record(link)
    stage.drop(link.mapping)
    stage.derived.absences.append(
        Absence(ASSOCIATIONS, link.key, link.school_id, "no_final_grading_task", link.source)
    )
