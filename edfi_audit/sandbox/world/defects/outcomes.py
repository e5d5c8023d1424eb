"""ATT-010 … 017, 019, 020: an attempt status that does not fit what became of the student."""

from datetime import timedelta

from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.defects import strays
from edfi_audit.sandbox.world.defects.newcomers import attend, participant, state
from edfi_audit.sandbox.world.defects.stage import ASSOCIATIONS, NotNowError, Stage, Where
from edfi_audit.sandbox.world.derive import Class, Link
from edfi_audit.sandbox.world.derive.keys import key_of
from edfi_audit.sandbox.world.rosters import roster_row

__all__ = [
    "audited",
    "completed_ungradable",
    "completed_with_grade",
    "completed_without_grade",
    "insufficient_participant",
    "insufficient_too_early",
    "participant_without_grade",
    "reenter",
    "returned_with_grade",
    "returned_without_grade",
    "withdrawn_with_grade",
    "withdrawn_without_grade",
]

_STAYS, _LEAVES = 5, 6
"""Days before the session's end that count as staying, and as leaving."""
_AWAY = 8


def completed_with_grade(stage: Stage) -> None:
    """ATT-010. In the section to the end, graded, and Insufficient."""
    for link in stage.graded(stage.count(2, 12)):
        stage.set_status(link, "I")
        stage.find("ATT-010", link, "error")
    for link in stage.graded(1):
        stage.set_status(link, "I")
        stage.drop_grade(link)
        stage.near_miss("ATT-010", link, "Insufficient, and not graded")


def completed_without_grade(stage: Stage) -> None:
    """ATT-011. In the section to the end, Sufficient, and the grade never came."""
    for link in stage.graded(stage.count(2, 12)):
        stage.drop_grade(link)
        stage.find("ATT-011", link, "warning")
    for link in stage.graded(1):
        stage.not_graded(link)
        stage.near_miss("ATT-011", link, "Sufficient with Not Graded")


def completed_ungradable(stage: Stage) -> None:
    """ATT-012. A course that gives no grade: Sufficient, and not even Not Graded."""
    links = stage.plain(stage.count(2, 8), _is_ungradable(stage))
    for link in links[:-1]:
        stage.set_status(link, "S")
        stage.drop_grade(link)
        stage.find("ATT-012", link, "warning")
    stage.set_status(links[-1], "I")
    stage.drop_grade(links[-1])
    stage.near_miss("ATT-012", links[-1], "Insufficient in a course that gives no grade")


def _is_ungradable(stage: Stage) -> Where:
    stage.lessons("high", lambda lesson: not lesson.course["gradable"] and stage.is_over(lesson))

    def fits(lesson: Class, link: Link) -> bool:
        stayed = link.record.get("endDate") == lesson.session.end.isoformat()
        return stayed and not lesson.course["gradable"] and stage.is_over(lesson)

    return fits


def audited(stage: Stage) -> None:
    """ATT-013. The student only audits: Sufficient with a grade, or with nothing at all."""
    for link in stage.graded(stage.count(1, 4), stage.is_alone):
        link.source["audit"] = 1
        stage.find("ATT-013", link, "error")
    for link in stage.graded(stage.count(1, 4), stage.is_alone):
        link.source["audit"] = 1
        stage.drop_grade(link)
        stage.find("ATT-013", link, "warning")
    for link in stage.graded(1, stage.is_alone):
        link.source["audit"] = 1
        stage.not_graded(link)
        stage.near_miss("ATT-013", link, "an audit, Sufficient with Not Graded")


def _leave(stage: Stage, link: Link, days: int) -> None:
    """Ends the stay that many days before the session's end, on both sides."""
    last = stage.lesson_of[id(link)].session.end - timedelta(days=days)
    link.source["endDate"] = last
    link.record["endDate"] = last.isoformat()


def withdrawn_with_grade(stage: Stage) -> None:
    """ATT-014. Left six days before the end with a grade, and Insufficient."""
    for link in stage.graded(stage.count(1, 8), stage.is_alone):
        _leave(stage, link, _LEAVES)
        stage.set_status(link, "I")
        stage.find("ATT-014", link, "error")
    for link in stage.graded(1, stage.is_alone):
        _leave(stage, link, _LEAVES)
        stage.near_miss("ATT-014", link, "left with a grade, Sufficient")


def withdrawn_without_grade(stage: Stage) -> None:
    """ATT-015. Left six days before the end without a grade, and Sufficient."""
    for link in stage.graded(stage.count(1, 8), stage.is_alone):
        _leave(stage, link, _LEAVES)
        stage.drop_grade(link)
        stage.find("ATT-015", link, "error")
    for link in stage.graded(1, stage.is_alone):
        _leave(stage, link, _STAYS)
        stage.not_graded(link)
        stage.near_miss("ATT-015", link, "five days before the end is no withdrawal")


def reenter(stage: Stage, link: Link, away: int = _AWAY) -> tuple[Link, Link]:
    """Makes two stays of one, the second `away` days after the first; the grade is the second's.

    The first is Insufficient then.
    """
    lesson = stage.lesson_of[id(link)]
    session, row = lesson.session, link.source
    left = session.begin + (session.end - session.begin) // 3
    back = left + timedelta(days=away)
    later = roster_row(stage.campus, lesson.section, row, (back, session.end))
    made = strays.copy(stage, ASSOCIATIONS, link.record, beginDate=back.isoformat())
    grade = stage.grade_of(link)
    grade["studentSectionAssociationReference"]["beginDate"] = back.isoformat()
    row["endDate"], link.record["endDate"] = left, left.isoformat()
    stage.set_status(link, "I")
    key = key_of(ASSOCIATIONS, made)
    second = Link(ASSOCIATIONS, key, lesson.school_id, later, made)
    source = "Roster", later["rosterID"]
    second.mapping = strays.mapping(stage, ASSOCIATIONS, source, made["id"], key)
    return link, stage.adopt(lesson, second, grade)


def _reentries(stage: Stage, number: int) -> list[tuple[Link, Link]]:
    """Students who sat in a section all the while, and now leave and return."""
    return [reenter(stage, link) for link in stage.graded(number, stage.may_leave)]


def returned_with_grade(stage: Stage) -> None:
    """ATT-016. Left, came back, was graded: an earlier stay is S, or the last one I."""
    (first, second), *others = _reentries(stage, stage.count(3, 7))
    stage.near_miss("ATT-016", first, "the earlier stay, Insufficient")
    stage.near_miss("ATT-016", second, "the last stay, Sufficient")
    for place, (earlier, last) in enumerate(others):
        wrong, code = (last, "I") if place % 2 else (earlier, "S")
        stage.set_status(wrong, code)
        stage.find("ATT-016", wrong, "warning")


def returned_without_grade(stage: Stage) -> None:
    """ATT-017. Left, came back, was not graded, and yet the last stay is Sufficient."""
    (first, second), *others = _reentries(stage, stage.count(2, 6))
    for earlier, last in [(first, second), *others]:
        stage.drop_grade(last)
        stage.near_miss("ATT-017", earlier, "the earlier stay, Insufficient")
    stage.set_status(second, "I")
    stage.near_miss("ATT-017", second, "the last stay, Insufficient")
    for _, last in others:
        stage.find("ATT-017", last, "warning")


def insufficient_too_early(stage: Stage) -> None:
    """ATT-019. The session still runs, the student sits in it, and is Insufficient already."""
    running = _running(stage)
    for place in range(stage.count(1, 6)):
        link = attend(stage, running[place % len(running)])
        stage.set_status(link, "I")
        del link.record["endDate"]
        stage.find("ATT-019", link, "info")
        stage.find("SSA-009", link, "info", planted=False)
    left = attend(stage, running[0])
    stage.set_status(left, "I")
    stage.near_miss("ATT-019", left, "Insufficient, and the end is known")


def _running(stage: Stage) -> list[Class]:
    """Sections in term, of the charter school if there are any."""
    for kind in ("charter", "jail", "middle"):
        try:
            return stage.lessons(kind, lambda lesson: not stage.is_over(lesson))
        except NotNowError:
            continue
    raise NotNowError("no session is running")


def participant_without_grade(stage: Stage) -> None:
    """ATT-020. Takes part in a program and has no grade, so is no participant of it."""
    for _ in range(stage.count(1, 6)):
        link = participant(stage, over=True)
        stage.drop_grade(link)
        stage.set_status(link, "I")
        stage.find("ATT-020", link, "warning")
    passed = participant(stage, over=True)
    _pass(stage, stage.grade_of(passed))
    stage.near_miss("ATT-020", passed, "passed, without a letter")
    _language_student(stage)


def _pass(stage: Stage, grade: Row) -> None:
    passed = stage.year.uri("PerformanceBaseConversion", "P")
    del grade["letterGradeEarned"]
    grade["performanceBaseConversionDescriptor"] = passed


def _language_student(stage: Stage) -> None:
    """World language instruction is no career program."""
    link = attend(stage, stage.rng.choice(stage.ordinary("high", over=True)))
    program = next(row for row in stage.campus["program"] if row["programType"] == "WL")
    state(stage, link, program)
    content = {
        "beginDate": stage.year.on(9, 2).isoformat(),
        "studentReference": {"studentUniqueId": link.key["studentUniqueId"]},
        "educationOrganizationReference": {"educationOrganizationId": int(program["edOrgID"])},
        "programReference": dict(Stage.programs(link)[0]),
    }
    strays.record(stage, "studentProgramAssociations", content)
    stage.drop_grade(link)
    stage.set_status(link, "I")
    stage.near_miss("ATT-020", link, "no grade, and a World Language Program")


def insufficient_participant(stage: Stage) -> None:
    """CTE-014. Takes part in a program, is graded, and Insufficient: no participant either."""
    for _ in range(stage.count(1, 6)):
        link = participant(stage, over=True)
        stage.set_status(link, "I")
        stage.find("CTE-014", link, "warning")
    stage.near_miss("CTE-014", participant(stage, over=True), "Sufficient and graded")
