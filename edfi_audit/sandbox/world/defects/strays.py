"""Records and mapping rows made from nothing: what another system, or an old key, leaves behind."""

import json
from copy import deepcopy
from datetime import UTC, datetime, time

from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.defects.stage import ASSOCIATIONS, Stage
from edfi_audit.sandbox.world.derive import Class, Link
from edfi_audit.sandbox.world.derive.keys import key_of, stamp

__all__ = [
    "association",
    "copy",
    "grade",
    "mapping",
    "odd_id",
    "outsider",
    "record",
    "staff_association",
]

_TECHNICAL = ("id", "_etag", "_lastModifiedDate")


def odd_id(stage: Stage) -> str:
    """An id that no record of the ODS has."""
    return f"{stage.rng.getrandbits(128):032x}"


def record(stage: Stage, resource: str, content: Row) -> Row:
    """A new ODS record, stamped and filed."""
    newest = datetime.combine(stage.year.audit_date, time(3), UTC)
    made = stamp(content, stage.rng, newest)
    stage.world.ods[resource].append(made)
    return made


def copy(stage: Stage, resource: str, original: Row, **changes: object) -> Row:
    """A new ODS record like `original` but for `changes`."""
    content = {name: deepcopy(part) for name, part in original.items() if name not in _TECHNICAL}
    return record(stage, resource, content | changes)


def grade(stage: Stage, lesson: Class, association: Row, letter: str = "B") -> Row:
    """The Final grade of an association."""
    content = {
        "studentSectionAssociationReference": {
            **association["sectionReference"],
            **association["studentReference"],
            "beginDate": association["beginDate"],
        },
        "gradeTypeDescriptor": stage.year.uri("GradeType", "Final"),
        "gradingPeriodReference": {
            "gradingPeriodDescriptor": stage.year.uri("GradingPeriod", "End of Session"),
            "gradingPeriodName": lesson.session.name,
            "schoolId": lesson.school_id,
            "schoolYear": stage.year.end,
        },
        "letterGradeEarned": letter,
    }
    return record(stage, "grades", content)


def mapping(stage: Stage, resource: str, source: tuple[str, str], edfi_id: str, key: Row) -> Row:
    """A mapping row; `source` is the Campus object type and the object's key."""
    return stage.campus.add(
        "edfiIdentityMapping",
        resource=resource,
        campusObjectType=source[0],
        objectKey=source[1],
        edfiID=edfi_id,
        endYear=str(stage.year.end),
        naturalKey=json.dumps(key, sort_keys=True),
    )


def association(stage: Stage, lesson: Class, student_id: str, **key: object) -> Row:
    """A student section association that the SIS knows nothing of; `key` overrides key parts."""
    section = dict(lesson.key)
    begin = key.pop("beginDate", lesson.session.begin.isoformat())
    section.update(key)
    content = {
        "beginDate": begin,
        "sectionReference": section,
        "studentReference": {"studentUniqueId": student_id},
        "attemptStatusDescriptor": stage.year.uri("AttemptStatus", "S"),
        "endDate": lesson.session.end.isoformat(),
    }
    return record(stage, ASSOCIATIONS, content)


def staff_association(stage: Stage, lesson: Class, source: Row, role: str) -> Link:
    """A mapped staff record for a staff-history row that carries both dates or spans the terms."""
    person = next(p for p in stage.campus["person"] if p["personID"] == source["personID"])
    content = {
        "beginDate": (source["startDate"] or lesson.lowest).isoformat(),
        "sectionReference": dict(lesson.key),
        "staffReference": {"staffUniqueId": person["edfiID"]},
        "classroomPositionDescriptor": stage.year.state.position(role),
        "endDate": (source["endDate"] or lesson.highest).isoformat(),
    }
    made = record(stage, "staffSectionAssociations", content)
    key = key_of("staffSectionAssociations", made)
    link = Link("staffSectionAssociations", key, lesson.school_id, source, made)
    link.mapping = mapping(
        stage,
        link.resource,
        ("SectionStaffHistory", source["historyID"]),
        made["id"],
        key,
    )
    lesson.staff.append(link)
    return link


def outsider(stage: Stage, kind: str = "high") -> tuple[Class, str]:
    """A lesson with a student of the same school and session who is not in it."""
    link = stage.plain(1, lambda lesson, _: lesson.kind == kind)[0]
    home = stage.lesson_of[id(link)]
    student_id = link.key["studentUniqueId"]
    others = (
        lesson
        for lesson in stage.derived.classes
        if lesson.session == home.session
        and not stage.is_sealed(lesson)
        and lesson.students
        and all(other.key["studentUniqueId"] != student_id for other in lesson.students)
    )
    return next(others), student_id
