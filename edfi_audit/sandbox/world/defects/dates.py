"""SSA-009, 011, 012, 014: dates of a student section association, and overlaps."""

from datetime import date, timedelta

from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.defects import strays
from edfi_audit.sandbox.world.defects.stage import ASSOCIATIONS, Stage, Where
from edfi_audit.sandbox.world.derive import Class, Link
from edfi_audit.sandbox.world.derive.keys import key_of

__all__ = ["backwards", "duplicate", "no_end_date", "outside_year", "overlapping"]

_DAY = timedelta(days=1)


def _day(text: str) -> date:
    return date.fromisoformat(text)


def no_end_date(stage: Stage) -> None:
    """SSA-009. Open records of sessions that are over, and of the ones that run in June."""
    for kind, tiny, demo in (("middle", 2, 40), ("charter", 1, 6), ("jail", 1, 3)):
        for link in stage.plain(stage.count(tiny, demo), _at(stage, kind)):
            del link.record["endDate"]
            phase = stage.year.phase(stage.lesson_of[id(link)].session.end)
            stage.find("SSA-009", link, "info" if phase == "in_term" else "error")


def _at(stage: Stage, kind: str) -> Where:
    """The middle school's sessions, and the June ones of the other schools."""
    june = stage.year.on(6, 9)

    def is_there(lesson: Class, _link: Link) -> bool:
        return lesson.kind == kind and (kind == "middle" or lesson.session.begin >= june)

    return is_there


def backwards(stage: Stage) -> None:
    """SSA-011. Ends the day before it begins; ending on the same day is lawful."""
    for link in stage.plain(stage.count(1, 5)):
        link.record["endDate"] = (_day(link.record["beginDate"]) - _DAY).isoformat()
        stage.find("SSA-011", link, "error")
    for link in stage.plain(1):
        link.record["endDate"] = link.record["beginDate"]
        stage.near_miss("SSA-011", link, "ends on the day it begins")


def outside_year(stage: Stage) -> None:
    """SSA-012. Ends on 1 July; begins on 30 June before the year; 30 June is its last day."""
    for link in stage.plain(stage.count(1, 4)):
        link.record["endDate"] = (stage.year.last + _DAY).isoformat()
        stage.find("SSA-012", link, "error")
    for link in stage.plain(1):
        link.record["endDate"] = stage.year.last.isoformat()
        stage.near_miss("SSA-012", link, "ends on the year's last day")
    lesson, student_id = strays.outsider(stage)
    begin = (stage.year.first - _DAY).isoformat()
    key = key_of(ASSOCIATIONS, strays.association(stage, lesson, student_id, beginDate=begin))
    stage.find("SSA-012", key, "error")
    stage.stray("IDM-006", ASSOCIATIONS, key, planted=False)


def overlapping(stage: Stage) -> None:
    """SSA-014. The first record of a re-entry ends a day late, or never; touching is lawful."""
    pairs = stage.pairs(3, with_programs=False)
    for first, second in pairs[:1]:
        stage.near_miss("SSA-014", _ends(first, _begin(second)), "ends on the day of the return")
    for first, second in pairs[1:2]:
        _ends(first, _begin(second) + _DAY)
        stage.find("SSA-014", second, "error")
    for first, second in pairs[2:]:
        del first.record["endDate"]
        stage.find("SSA-014", second, "error")
        phase = stage.year.phase(stage.lesson_of[id(first)].session.end)
        severity = "info" if phase == "in_term" else "error"
        stage.find("SSA-009", first, severity, planted=False)


def _begin(link: Link) -> date:
    return _day(link.record["beginDate"])


def _ends(link: Link, day: date) -> Link:
    link.record["endDate"] = day.isoformat()
    return link


def duplicate(stage: Stage, link: Link) -> Row:
    """A second ODS record with the natural key of the first; SSA-014 finds them as one key."""
    content = {name: part for name, part in link.record.items() if not name.startswith("_")}
    del content["id"]
    made = strays.record(stage, ASSOCIATIONS, content)
    stage.find("SSA-014", link, "error", planted=False)
    return made
