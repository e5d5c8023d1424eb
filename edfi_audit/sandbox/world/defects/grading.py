"""GRD-001 … 006: Final grades that are missing, too many, or out of place."""

from datetime import date, timedelta

from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.defects import strays
from edfi_audit.sandbox.world.defects.newcomers import attend, participant
from edfi_audit.sandbox.world.defects.outcomes import reenter
from edfi_audit.sandbox.world.defects.stage import Stage, Where
from edfi_audit.sandbox.world.derive import Class, Link
from edfi_audit.sandbox.world.derive.keys import key_of

__all__ = [
    "not_final",
    "not_graded",
    "on_earlier_association",
    "several_finals",
    "sufficient_without_final",
    "without_association",
]

_OF = "grades"


def _find(stage: Stage, rule_id: str, grade: Row, severity: str) -> None:
    stage.find(rule_id, key_of(_OF, grade), severity, resource=_OF)


def _near_miss(stage: Stage, rule_id: str, grade: Row, why: str) -> None:
    stage.near_miss(rule_id, key_of(_OF, grade), why)


def sufficient_without_final(stage: Stage) -> None:
    """GRD-001. A high-school student who is Sufficient, and no Final grade."""
    is_older = _in_high_school(stage)
    for link in stage.graded(stage.count(2, 10), is_older):
        stage.drop_grade(link)
        stage.find("GRD-001", link, "warning")
    for link in stage.graded(1, is_older):
        stage.not_graded(link, "Not Completed")
        stage.near_miss("GRD-001", link, "a Final grade that says Not Completed")
    for link in stage.graded(1, lambda lesson, _: lesson.kind == "middle"):
        stage.drop_grade(link)
        stage.near_miss("GRD-001", link, "no Final grade in the middle school")


def _in_high_school(stage: Stage) -> Where:
    """Whether the student's primary enrolment is in grades 9 to 12."""
    older = {
        row["personID"]
        for row in stage.campus["enrollment"]
        if row["serviceType"] == "P" and row["grade"] in {"09", "10", "11", "12"}
    }
    younger = {
        row["personID"]
        for row in stage.campus["enrollment"]
        if row["serviceType"] == "P" and row["grade"] not in {"09", "10", "11", "12"}
    }

    def fits(_lesson: Class, link: Link) -> bool:
        return link.source["personID"] in older - younger

    return fits


def not_final(stage: Stage) -> None:
    """GRD-002. Beside the Final grade one of another type, of another state's, of none."""
    links = stage.graded(stage.count(3, 9))
    types = (
        stage.year.uri("GradeType", "Quarter"),
        "uri://ed-fi.org/GradeTypeDescriptor#Final",
        None,
    )
    for place, link in enumerate(links):
        final = stage.grade_of(link)
        made = strays.copy(stage, _OF, final, gradeTypeDescriptor=types[place % len(types)])
        if made["gradeTypeDescriptor"] is None:
            del made["gradeTypeDescriptor"]
        _find(stage, "GRD-002", made, "error")
        _near_miss(stage, "GRD-002", final, "the Final grade itself")


def several_finals(stage: Stage) -> None:
    """GRD-003. A second Final grade of the same student in the same section."""
    for link in stage.graded(stage.count(1, 6)):
        final = stage.grade_of(link)
        period = final["gradingPeriodReference"] | {"periodSequence": 2}
        made = strays.copy(stage, _OF, final, gradingPeriodReference=period)
        for grade in (final, made):
            _find(stage, "GRD-003", grade, "error")
    for link in stage.graded(1, lambda *one: not stage.is_alone(*one)):
        _near_miss(stage, "GRD-003", stage.grade_of(link), "one Final grade in each session")


def on_earlier_association(stage: Stage) -> None:
    """GRD-004. The student left and came back; the grade hangs on the first stay."""
    for place, link in enumerate(stage.graded(stage.count(2, 6), stage.may_leave)):
        first, second = reenter(stage, link)
        grade = stage.grade_of(second)
        if place == 0:
            _near_miss(stage, "GRD-004", grade, "the grade hangs on the last stay")
            continue
        grade["studentSectionAssociationReference"]["beginDate"] = first.record["beginDate"]
        _find(stage, "GRD-004", grade, "warning")


def not_graded(stage: Stage) -> None:
    """GRD-005. Not Graded where grades count: for a participant, and in an AP course."""
    for _ in range(stage.count(1, 5)):
        _find(stage, "GRD-005", stage.not_graded(participant(stage, over=True)), "warning")
    lesson = stage.ordinary("high", over=True)[0]
    _advance(stage, lesson)
    for _ in range(stage.count(1, 3)):
        link = attend(stage, lesson)
        _find(stage, "GRD-005", stage.not_graded(link), "warning")
    other = attend(stage, stage.ordinary("middle", over=True)[0])
    _near_miss(stage, "GRD-005", stage.not_graded(other), "Not Graded in an ordinary course")


def _advance(stage: Stage, lesson: Class) -> None:
    """Marks the course offering as Advanced Placement."""
    key = {name: part for name, part in lesson.key.items() if name != "sectionIdentifier"}
    offering = next(link for link in stage.derived.offerings if link.key == key)
    level = stage.year.uri("CourseLevelCharacteristic", "Advanced Placement")
    offering.record["courseLevelCharacteristics"] = [{"courseLevelCharacteristicDescriptor": level}]


def without_association(stage: Stage) -> None:
    """GRD-006. The grade names a begin date on which no association begins."""
    for link in stage.graded(stage.count(1, 6)):
        grade = stage.grade_of(link)
        reference = grade["studentSectionAssociationReference"]
        begin = date.fromisoformat(reference["beginDate"]) + timedelta(days=1)
        reference["beginDate"] = begin.isoformat()
        _find(stage, "GRD-006", grade, "error")
    link = stage.graded(1)[0]
    _near_miss(stage, "GRD-006", stage.grade_of(link), "the association is there")
