"""IDM-001 … 006 and 010: what SIS, identity mapping and ODS disagree on."""

from collections import defaultdict

from edfi_audit.sandbox.world.catalogue import SEA_ID
from edfi_audit.sandbox.world.defects import strays
from edfi_audit.sandbox.world.defects.dates import duplicate
from edfi_audit.sandbox.world.defects.stage import ASSOCIATIONS, Stage, Where
from edfi_audit.sandbox.world.derive import Class, Link
from edfi_audit.sandbox.world.derive.keys import key_of

__all__ = [
    "conflicting_mappings",
    "dangling_mapping",
    "lost_record",
    "never_sent",
    "orphan",
    "unlinked",
    "zombie",
]

_STAFF = "staffSectionAssociations"
_EIGHT = "high"
"""The school in which every state is planted."""


def _students(stage: Stage, demo: int) -> list[Link]:
    """One association of the high school, and in a large world others of the middle school.

    Each is the only one of its roster row.
    """
    links = stage.leavers(1, _alone_at(stage, _EIGHT))
    if stage.count(0, demo):
        links += stage.leavers(demo, _alone_at(stage, "middle"))
    return links


def _alone_at(stage: Stage, kind: str) -> Where:
    def is_there(lesson: Class, link: Link) -> bool:
        return lesson.kind == kind and len(stage.by_roster[link.source["rosterID"]]) == 1

    return is_there


def _assistants(stage: Stage, number: int) -> list[Link]:
    """Staff of one-session sections who are not Teacher of Record."""
    groups = stage.sections(
        number,
        lambda group: len(group) == 1 and bool(_others(group[0])) and bool(group[0].students),
    )
    return [_others(group[0])[0] for group in groups]


def _others(lesson: Class) -> list[Link]:
    return [link for link in lesson.staff if link not in lesson.resolved]


def _offerings(stage: Stage, number: int) -> list[Link]:
    """Course offerings whose state can change without anything else following."""
    free = [link for link in stage.derived.offerings if link.state == "IDM-000"]
    return stage.rng.sample(free, number)


def lost_record(stage: Stage) -> None:
    """IDM-001. Still mapped, gone from the ODS: associations, a section, staff, an offering."""
    for link in _students(stage, 60):
        stage.drop_record(link)
        stage.become(link, "IDM-001")
    for link in _assistants(stage, 1):
        stage.drop_record(link)
        stage.become(link, "IDM-001")
    for link in _offerings(stage, 1):
        stage.drop_record(link)
        stage.become(link, "IDM-001")
    _lost_section(stage)


def _lost_section(stage: Stage) -> None:
    """Every association of the section now names one that is not there."""
    lesson = stage.sections(1, lambda group: _stands_alone(stage, group))[0][0]
    stage.seal(lesson)
    if lesson.link is None:
        raise LookupError("the section is not sent")
    stage.drop_record(lesson.link)
    stage.become(lesson.link, "IDM-001")
    for link in lesson.students:
        stage.find("SSA-006", link, "error", planted=False)


def _stands_alone(stage: Stage, group: list[Class]) -> bool:
    """A section of one session with students and without programs that nothing has touched."""
    lesson = group[0]
    programs = any(stage.programs(link) for link in lesson.students)
    return len(group) == 1 and bool(lesson.students) and stage.is_whole(lesson) and not programs


def unlinked(stage: Stage) -> None:
    """IDM-002. The mapping row is gone."""
    links = _students(stage, 20) + _offerings(stage, 1)
    links += _assistants(stage, 1)
    for group in stage.sections(1, lambda group: group[0].kind == _EIGHT):
        links += [lesson.link for lesson in group[:1] if lesson.link]
    for link in links:
        stage.drop(link.mapping)
        stage.become(link, "IDM-002")


def never_sent(stage: Stage) -> None:
    """IDM-003. In the SIS and nowhere else."""
    links = _students(stage, 35) + _offerings(stage, 1)
    links += _assistants(stage, 1)
    for link in links:
        stage.drop_record(link)
        stage.drop(link.mapping)
        stage.become(link, "IDM-003")


def zombie(stage: Stage) -> None:
    """IDM-004. Removed or excluded in the SIS after it was sent."""
    for link in _students(stage, 6):
        stage.drop(link.source)
        stage.become(link, "IDM-004")
    for link in _assistants(stage, 1):
        stage.drop(link.source)
        stage.become(link, "IDM-004")
    _excluded_enrollment(stage)
    _closed_course(stage)


def _excluded_enrollment(stage: Stage) -> None:
    """State Exclude was ticked on an enrolment whose sections were already in the ODS."""
    chosen = stage.plain(1, lambda lesson, _: lesson.kind == "elementary")[0]
    person_id = chosen.source["personID"]
    for row in stage.campus["enrollment"]:
        if row["personID"] == person_id:
            row["stateExclude"] = 1
    for link in stage.of_person(person_id):
        stage.take(link)
        stage.become(link, "IDM-004", planted=link is chosen)


def _closed_course(stage: Stage) -> None:
    """A small course of the charter school was made inactive: all it had sent stays behind."""
    courses: defaultdict[str, list[Class]] = defaultdict(list)
    for lesson in stage.derived.classes:
        if lesson.kind == "charter":
            courses[lesson.course["courseID"]].append(lesson)
    course_id, lessons = min(
        ((course_id, group) for course_id, group in courses.items() if _closable(stage, group)),
        key=lambda item: (sum(len(lesson.students) for lesson in item[1]), item[0]),
    )
    lessons[0].course["active"] = 0
    links = [link for link in stage.derived.offerings if link.source["courseID"] == course_id]
    for lesson in lessons:
        stage.seal(lesson)
        own = [lesson.link] if lesson.link else []
        links += [*own, *lesson.staff, *lesson.students]
    for link in links:
        stage.become(link, "IDM-004", planted=link.resource == "courseOfferings")


def _closable(stage: Stage, group: list[Class]) -> bool:
    """A course without programs and away from June, of which nothing has been touched."""
    return all(
        stage.is_whole(lesson)
        and lesson.link is not None
        and lesson.course["number"] != "PROJ"
        and not any(stage.programs(link) for link in lesson.students)
        for lesson in group
    )


def dangling_mapping(stage: Stage) -> None:
    """IDM-005. Only the mapping row is left."""
    links = _students(stage, 12) + _assistants(stage, 1)
    for link in links:
        stage.drop_record(link)
        stage.drop(link.source)
        stage.become(link, "IDM-005")
    lesson = stage.derived.classes[-1]
    offering = {name: part for name, part in lesson.key.items() if name != "sectionIdentifier"}
    for resource, kind, key in (
        ("sections", "Section", {**lesson.key, "sectionIdentifier": "OLD-01"}),
        ("courseOfferings", "Course", {**offering, "localCourseCode": "OLD"}),
    ):
        strays.mapping(stage, resource, (kind, "99999"), strays.odd_id(stage), key)
        stage.stray("IDM-005", resource, key)


def orphan(stage: Stage) -> None:
    """IDM-006. Only in the ODS, one of each resource."""
    for _ in range(stage.count(1, 9)):
        lesson, student_id = strays.outsider(stage)
        made = strays.association(stage, lesson, student_id)
        stage.stray("IDM-006", ASSOCIATIONS, key_of(ASSOCIATIONS, made))
    lesson = stage.sections(1, lambda group: group[0].kind == _EIGHT)[0][0]
    offering = {name: part for name, part in lesson.key.items() if name != "sectionIdentifier"}
    stranger = next(
        link for other in stage.derived.classes for link in other.staff if other.kind != _EIGHT
    )
    contents = {
        "sections": {"sectionIdentifier": "X-99", "courseOfferingReference": offering},
        _STAFF: {
            "beginDate": lesson.lowest.isoformat(),
            "sectionReference": dict(lesson.key),
            "staffReference": {"staffUniqueId": stranger.key["staffUniqueId"]},
            "classroomPositionDescriptor": stage.year.state.position("C"),
            "endDate": lesson.highest.isoformat(),
        },
        "courseOfferings": {
            "localCourseCode": "X-99",
            "schoolReference": {"schoolId": lesson.school_id},
            "sessionReference": {name: offering[name] for name in list(offering)[:3]},
            "courseReference": {
                "courseCode": lesson.course["stateCode"],
                "educationOrganizationId": SEA_ID,
            },
        },
    }
    for resource, content in contents.items():
        made = strays.record(stage, resource, content)
        stage.stray("IDM-006", resource, key_of(resource, made))


def conflicting_mappings(stage: Stage) -> None:
    """IDM-010. One ODS id for two roster rows; one roster row and key with two ODS ids."""
    for _ in range(stage.count(1, 3)):
        first, second = stage.plain(2, lambda lesson, _: lesson.kind == _EIGHT)
        source = "Roster", second.source["rosterID"]
        strays.mapping(stage, ASSOCIATIONS, source, first.record["id"], first.key)
        stage.find("IDM-010", first, "error")
    for link in stage.plain(stage.count(1, 2)):
        made = duplicate(stage, link)
        source = "Roster", link.source["rosterID"]
        strays.mapping(stage, ASSOCIATIONS, source, made["id"], link.key)
        stage.find("IDM-010", link, "error")
