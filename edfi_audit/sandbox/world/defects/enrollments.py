"""SSA-013, 015 … 023, 025, 026: rosters beside sessions and school enrolments."""

from collections.abc import Callable
from datetime import timedelta

from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.catalogue import NEIGHBOR, SPEECH_PROGRAM
from edfi_audit.sandbox.world.defects.newcomers import (
    ENROLLMENTS,
    arrive,
    enroll,
    enroll_abroad,
    newcomer,
    sit,
)
from edfi_audit.sandbox.world.defects.outcomes import reenter
from edfi_audit.sandbox.world.defects.stage import Stage
from edfi_audit.sandbox.world.derive import Class, Link
from edfi_audit.sandbox.world.derive.keys import key_of

__all__ = [
    "also_outside_jail",
    "beyond_enrollment",
    "coursework_at_large",
    "coursework_without_section",
    "never_rostered",
    "not_one_primary",
    "outside_session",
    "speech_alone",
    "touching_return",
    "uncovered",
    "without_enrollment",
    "wrong_primary_type",
]

_DAY = timedelta(days=1)
_GRACE = timedelta(days=30)
_UNCOVERED = 15
_SECTIONS = 4


def _find(stage: Stage, rule_id: str, enrollment: Row, severity: str) -> None:
    key = key_of(ENROLLMENTS, enrollment)
    stage.find(rule_id, key, severity, resource=ENROLLMENTS)


def _near_miss(stage: Stage, rule_id: str, enrollment: Row, why: str) -> None:
    stage.near_miss(rule_id, key_of(ENROLLMENTS, enrollment), why)


def outside_session(stage: Stage) -> None:
    """SSA-013. Begins on the day after the session's end; its last day belongs to it."""

    def fits(lesson: Class, link: Link) -> bool:
        return lesson.session.end + 3 * _DAY <= stage.year.last and stage.is_alone(lesson, link)

    for link in stage.plain(stage.count(1, 6), fits):
        after = stage.lesson_of[id(link)].session.end + _DAY
        stage.redate(link, after, after + _DAY)
        stage.find("SSA-013", link, "warning")
    for link in stage.plain(1, fits):
        last = stage.lesson_of[id(link)].session.end
        stage.redate(link, last, last + _DAY)
        stage.near_miss("SSA-013", link, "begins on the session's last day")


def touching_return(stage: Stage) -> None:
    """SSA-015. Comes back on the very day of leaving; the day after is a real exit."""
    for place, link in enumerate(stage.graded(stage.count(2, 6), stage.may_leave)):
        _, second = reenter(stage, link, away=0 if place else 1)
        if place == 0:
            stage.near_miss("SSA-015", second, "comes back on the day after leaving")
        else:
            stage.find("SSA-015", second, "info")


def never_rostered(stage: Stage) -> None:
    """SSA-016. Enrolled for 31 days without a section; 30 days, K4 and no entry at all are fine."""
    today = stage.year.audit_date
    for place in range(stage.count(2, 8)):
        begin = today - _GRACE - _DAY - place % 2 * _DAY
        end = today - _DAY if place % 2 else None
        kind = ("high", "elementary", "middle")[place % 3]
        _find(stage, "SSA-016", enroll(stage, newcomer(stage), kind, begin, end), "warning")
    begin = today - _GRACE
    short = enroll(stage, newcomer(stage), "high", begin)
    _near_miss(stage, "SSA-016", short, "enrolled for thirty days")
    early = enroll(stage, newcomer(stage), "elementary", begin - 9 * _DAY, grade="K4")
    _near_miss(stage, "SSA-016", early, "four-year-old Kindergarten")
    absent = enroll(stage, newcomer(stage), "high", begin - 9 * _DAY, today)
    absent["exitWithdrawTypeDescriptor"] = stage.year.uri("ExitWithdrawType", "DE")
    _near_miss(stage, "SSA-016", absent, "did not enter")


def uncovered(stage: Stage) -> None:
    """SSA-017. The first section begins on day 17 of the enrolment; on day 16 is early enough."""
    lessons = stage.ordinary("middle", over=True)
    for place in range(stage.count(2, 7)):
        lesson = lessons[place % len(lessons)]
        session, who = lesson.session, newcomer(stage)
        enrollment = enroll(stage, who, lesson.kind, session.begin, session.end)
        sit(stage, who, lesson, session.begin + (_UNCOVERED + min(place, 1)) * _DAY)
        if place == 0:
            _near_miss(stage, "SSA-017", enrollment, "fifteen days without a section")
        else:
            _find(stage, "SSA-017", enrollment, "info")


def without_enrollment(stage: Stage) -> None:
    """SSA-018. The enrolment is not in the ODS; one that shares a single day is enough."""
    lessons = stage.ordinary("high")
    for place in range(stage.count(1, 5)):
        lesson = lessons[place % len(lessons)]
        enrollment, link = arrive(stage, lesson)
        stage.drop(enrollment)
        stage.find("SSA-018", link, "error")
    lesson, who = lessons[0], newcomer(stage)
    begin = lesson.session.begin
    enroll(stage, who, lesson.kind, begin, begin)
    stage.near_miss("SSA-018", sit(stage, who, lesson), "enrolled on the first day")


def not_one_primary(stage: Stage) -> None:
    """SSA-019. At two schools at once, primary at both, or at neither; in turn is lawful."""
    autumn = [_first(stage, kind, "Semester 1") for kind in ("high", "charter")]
    for service in ("P", "S") * stage.count(1, 2):
        who = newcomer(stage)
        for lesson in autumn:
            dates = lesson.session.begin, lesson.session.end
            enrollment = enroll(stage, who, lesson.kind, *dates, service=service)
            sit(stage, who, lesson)
            _find(stage, "SSA-019", enrollment, "error")
    who = newcomer(stage)
    for lesson in (autumn[0], _first(stage, "charter", "Semester 2")):
        session = lesson.session
        enrollment = enroll(stage, who, lesson.kind, session.begin, session.end)
        sit(stage, who, lesson)
        _near_miss(stage, "SSA-019", enrollment, "one school after the other")


def _first(stage: Stage, kind: str, session: str) -> Class:
    lessons = stage.lessons(kind, _plain_in(stage, session))
    return lessons[0]


def _plain_in(stage: Stage, session: str) -> Callable[[Class], bool]:
    """Sections of that session, neither career courses nor with a program."""

    def fits(lesson: Class) -> bool:
        stated = any(stage.programs(link) for link in lesson.students)
        return lesson.session.name.endswith(session) and not lesson.course["cte"] and not stated

    return fits


def wrong_primary_type(stage: Stage) -> None:
    """SSA-020. The primary school by a Coursework enrolment; Membership is as good as P."""
    lesson = stage.ordinary("high")[0]
    codes = ("C", "Tuition")
    for place in range(stage.count(2, 5)):
        _find(stage, "SSA-020", _of_type(stage, lesson, codes[place % len(codes)]), "error")
    member = _of_type(stage, lesson, "Membership")
    _near_miss(stage, "SSA-020", member, "a Membership enrolment")


def _of_type(stage: Stage, lesson: Class, code: str) -> Row:
    """A newcomer's primary enrolment, of another type in the ODS."""
    enrollment, _ = arrive(stage, lesson)
    enrollment["_ext"]["wi"]["enrollmentTypeDescriptor"] = stage.year.uri("EnrollmentType", code)
    return enrollment


def coursework_without_section(stage: Stage) -> None:
    """SSA-021. A Coursework enrolment that has begun, and no section; tomorrow is soon enough."""
    today = stage.year.audit_date
    for place in range(stage.count(1, 5)):
        enrollment = enroll(stage, newcomer(stage), "high", today - place * _DAY, service="S")
        _find(stage, "SSA-021", enrollment, "warning")
    later = enroll(stage, newcomer(stage), "high", today + _DAY, service="S")
    _near_miss(stage, "SSA-021", later, "begins tomorrow")


def coursework_at_large(stage: Stage) -> None:
    """SSA-022. Five sections of one session by Coursework; four are fine."""
    lessons = stage.lessons("high", _plain_in(stage, "Semester 1"))
    for place in range(stage.count(2, 4)):
        who, session = newcomer(stage), lessons[0].session
        enrollment = enroll(stage, who, "high", session.begin, session.end, service="S")
        for lesson in lessons[: _SECTIONS + min(place, 1)]:
            sit(stage, who, lesson)
        if place == 0:
            _near_miss(stage, "SSA-022", enrollment, "four sections")
        else:
            _find(stage, "SSA-022", enrollment, "info")


def speech_alone(stage: Stage) -> None:
    """SSA-023. Speech lessons are all that the student has; another service is another matter."""
    speech = next(row for row in stage.campus["program"] if row["name"] == SPEECH_PROGRAM)
    other = stage.campus["program"][0]
    begin = stage.year.on(9, 2)
    for place in range(stage.count(2, 6)):
        who = newcomer(stage)
        enrollment = enroll(stage, who, "elementary", begin, grade="K4")
        for program in (speech, other)[: 1 if place else 2]:
            stage.campus.add(
                "programParticipation",
                personID=who.person["personID"],
                programID=program["programID"],
            )
        if place == 0:
            _near_miss(stage, "SSA-023", enrollment, "speech, and another program")
        else:
            _find(stage, "SSA-023", enrollment, "info")


def also_outside_jail(stage: Stage) -> None:
    """SSA-025. At the jail school, and still enrolled by another agency."""
    school_id = NEIGHBOR.schools[-1].school_id
    begin = stage.lessons("jail")[0].session.begin + 9 * _DAY
    for place in range(stage.count(2, 5)):
        who = newcomer(stage)
        enroll(stage, who, "jail", begin, begin + 9 * _DAY)
        last = begin - _DAY if place == 0 else begin
        home = enroll_abroad(stage, who.student_id, school_id, begin - 9 * _DAY, last, grade="11")
        if place == 0:
            _near_miss(stage, "SSA-025", home, "left on the day before")
        else:
            _find(stage, "SSA-025", home, "warning")


def beyond_enrollment(stage: Stage) -> None:
    """SSA-026. In the section for a day more than in the school; two stays that adjoin are one."""
    lessons = stage.ordinary("high")
    for place in range(stage.count(1, 6)):
        lesson, who = lessons[place % len(lessons)], newcomer(stage)
        session = lesson.session
        enroll(stage, who, lesson.kind, session.begin, session.end - _DAY)
        stage.find("SSA-026", sit(stage, who, lesson), "warning")
    lesson, who = lessons[0], newcomer(stage)
    middle = lesson.session.begin + 20 * _DAY
    enroll(stage, who, lesson.kind, lesson.session.begin, middle)
    enroll(stage, who, lesson.kind, middle + _DAY, lesson.session.end)
    stage.near_miss("SSA-026", sit(stage, who, lesson), "enrolled twice, without a day between")
