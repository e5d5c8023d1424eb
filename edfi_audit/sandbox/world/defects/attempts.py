"""ATT-001, 002: the attempt status."""

from edfi_audit.sandbox.world.defects.stage import Stage, Where
from edfi_audit.sandbox.world.derive import Class, Link

__all__ = ["missing", "unknown"]

_UNKNOWN = (
    "uri://ed-fi.org/AttemptStatusDescriptor#S",
    "{namespace}/AttemptStatusDescriptor#s",
    "{namespace}/AttemptStatusDescriptor#Pass",
    "{namespace}/attemptStatusDescriptor#S",
)
_SHARES = (
    ("charter", "Semester 2", 12, 520),
    ("charter", "June Intersession", 2, 30),
    ("jail", "June Block", 1, 4),
    ("high", "", 4, 310),
    ("middle", "Trimester 3", 2, 90),
    ("elementary", "", 1, 25),
)


def missing(stage: Stage) -> None:
    """ATT-001. Most of the charter school's second semester, and a little everywhere."""
    for kind, session, tiny, demo in _SHARES:
        for link in stage.students(stage.count(tiny, demo), _at(kind, session)):
            del link.record["attemptStatusDescriptor"]
            phase = stage.year.phase(stage.lesson_of[id(link)].session.end)
            stage.find("ATT-001", link, "warning" if phase == "in_term" else "error")


def _at(kind: str, session: str) -> Where:
    def is_there(lesson: Class, _link: Link) -> bool:
        return lesson.kind == kind and lesson.session.name.endswith(session)

    return is_there


def unknown(stage: Stage) -> None:
    """ATT-002. Another namespace, another case, another state's code."""
    links = stage.students(stage.count(len(_UNKNOWN), 24))
    for index, link in enumerate(links):
        status = _UNKNOWN[index % len(_UNKNOWN)]
        namespace = stage.year.state.namespace
        link.record["attemptStatusDescriptor"] = status.format(namespace=namespace)
        stage.find("ATT-002", link, "error")
