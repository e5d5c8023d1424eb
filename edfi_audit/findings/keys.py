"""A natural key as a reader needs it: the parts that tell which record it is, in plain words."""

import json

__all__ = ["readable"]

_PARTS = (
    ("sectionIdentifier", "section"),
    ("localCourseCode", "course"),
    ("sessionName", "session"),
    ("studentUniqueId", "student"),
    ("staffUniqueId", "staff"),
    ("programName", "program"),
    ("beginDate", "from"),
    ("educationOrganizationId", "organization"),
)


def readable(natural_key: str) -> tuple[tuple[str, str], ...]:
    """(label, value) of each part of the JSON key that is there; school and year are left out."""
    key = json.loads(natural_key)
    parts = [(label, str(key[name])) for name, label in _PARTS if key.get(name) is not None]
    return tuple(parts) or tuple((name, str(value)) for name, value in key.items())
