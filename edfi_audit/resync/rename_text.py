"""The preview of a changed key in words, for a terminal of 80 columns."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import astuple
from itertools import groupby
from typing import TYPE_CHECKING

from edfi_audit.lines import columns, counted, wrapped
from edfi_audit.resync.text import (
    counted_line,
    each,
    heading,
    indented,
    joined,
    listed,
    number,
    school_text,
)
from edfi_audit.resync.words import EVIDENCE, plural

if TYPE_CHECKING:
    from edfi_audit.resync.rename import RenamedResource, RenamePreview

__all__ = ["rename_text", "warnings"]

_WIDTH = 80
_SHOWN = 8
_NAMED = 5
_COUNTS = ("carry it", "delete", "post", "collide", "unsent")
_LEGEND = (
    "carry it: ODS records with the old key. delete, post: under the old key, then anew under the "
    "new one; deleted from the bottom up, posted from the top down. collide: meet a record that "
    "has the new key. unsent: carry the old key, but the SIS does not send them."
)
_SHORT = {
    "courseOfferings": "offerings",
    "sections": "sections",
    "staffSectionAssociations": "staff",
    "studentSectionAssociations": "students",
    "studentSectionAttendanceEvents": "events",
    "grades": "grades",
}


def rename_text(preview: "RenamePreview") -> str:
    """The renames, the cascade in order, what to know before, then each school."""
    return "\n\n".join(
        [
            _opening(preview),
            _cascade(preview),
            *listed("Before you rename", warnings(preview)),
            *_owners(preview),
            *_schools(preview),
        ]
    )


def warnings(preview: "RenamePreview") -> list[str]:
    """What to know before the keys change, a sentence or two each; the gravest first."""
    return [
        *_collisions(preview),
        *_unsent(preview),
        *(
            f"How many {plural(one.resource)} the ODS holds is not known, because {one.not_known}."
            for one in preview.resources
            if one.not_known
        ),
        *_sent_not_known(preview),
        *_beyond(preview),
    ]


def _opening(preview: "RenamePreview") -> str:
    where = ""
    if preview.school:
        where = f" at {school_text(preview.school.school_id, preview.school.name)}"
    return "\n".join(
        [
            heading(
                "What a changed key would do", preview.run_id, preview.profile, preview.school_year
            ),
            "Nothing was sent: this is what the run's audit tables say.",
            "",
            *(
                wrapped(f"{one.kind} {one.old} becomes {one.new}{where}", 2, 4)
                for one in preview.renames
            ),
            "",
            "“If the natural key changes all dependent resources will delete/post.”",
        ]
    )


def _cascade(preview: "RenamePreview") -> str:
    rows = [(plural(one.resource), *map(number, _counts(one))) for one in preview.resources]
    table = columns([("", *_COUNTS), *rows], right=range(1, 6))
    return f"{indented(table, 2)}\n\n{wrapped(_LEGEND, 2)}"


def _counts(one: "RenamedResource") -> tuple[int | None, ...]:
    if one.not_known:
        return (None,) * len(_COUNTS)
    *known, unsent = astuple(one.reach)
    return *known, None if one.sent_not_known else unsent


def _collisions(preview: "RenamePreview") -> Iterator[str]:
    """A sentence for each school and session: they are sorted so."""
    for (school, session), group in groupby(
        preview.collisions, key=lambda one: (one.school_id, one.session_name)
    ):
        first, *others = group
        where = f"Collision: at school {school} in {session}"
        if others:
            codes = [first.becomes, *(one.becomes for one in others)]
            named = joined(codes[:_NAMED])
            yield f"{where}, {len(codes)} course offerings would be several in one, as {named}."
        elif len(first.codes) > 1:
            named = joined(first.codes)
            yield f"{where}, the course offerings {named} would become one, {first.becomes}."
        else:
            yield f"{where}, there is a course offering {first.becomes} already: two become one."


def _unsent(preview: "RenamePreview") -> Iterator[str]:
    there = {one.resource: one.reach.unsent for one in preview.resources if one.reach.unsent}
    if there:
        yield (
            f"The SIS does not send {counted(sum(there.values()), 'record')} with the old key "
            f"({each(there)}): a rename leaves in place what it does not send, and an ODS deletes "
            "no record that others refer to."
        )


def _sent_not_known(preview: "RenamePreview") -> Iterator[str]:
    reasons: dict[str, list[str]] = {}
    for one in preview.resources:
        if one.sent_not_known and not one.not_known:
            reasons.setdefault(one.sent_not_known, []).append(plural(one.resource))
    for reason, resources in reasons.items():
        yield (
            f"Which {joined(resources)} the SIS sends is not known, because {reason}: all are "
            "counted as deleted."
        )


def _beyond(preview: "RenamePreview") -> Iterator[str]:
    kinds = {one.kind for one in preview.renames}
    if kinds - {"course"}:
        yield (
            "Sessions are not compared with the SIS: those of schools that the extract holds are "
            "counted as deleted."
        )
    if "school" in kinds:
        yield (
            "Other resources carry a school's id as well, such as enrollments and grading periods. "
            "Only what the specification names as dependent on course offerings is counted."
        )


def _owners(preview: "RenamePreview") -> Iterator[str]:
    """What is known of the records that the SIS does not send, of all resources together."""
    known: Counter[str] = Counter()
    for one in preview.resources:
        known.update({unsent.evidence: unsent.records for unsent in one.unsent})
    if known:
        lines = [counted_line(count, EVIDENCE[one]) for one, count in known.most_common()]
        yield "\n".join(["What tells who owns the unsent records", "", *lines])


def _schools(preview: "RenamePreview") -> Iterator[str]:
    """How many records carry the old key at each school, where there are several."""
    names = {at.school_id: at.name for one in preview.resources for at in one.schools}
    if len(names) < 2:  # noqa: PLR2004 - the totals say it of one
        return
    shown = [one for one in preview.resources if one.resource in _SHORT]
    short = [_SHORT[one.resource] for one in shown]
    room = _WIDTH - 2 - sum(len(name) + 2 for name in short)
    carried = {
        (one.resource, at.school_id): at.reach.carried for one in shown for at in one.schools
    }
    totals = {
        school: sum(carried.get((one.resource, school), 0) for one in shown) for school in names
    }
    first = sorted(totals, key=lambda school: (-totals[school], school))
    rows = [
        (
            school_text(school, names[school])[:room],
            *(
                number(None if one.not_known else carried.get((one.resource, school), 0))
                for one in shown
            ),
        )
        for school in first[:_SHOWN]
    ]
    table = columns([("", *short), *rows], right=range(1, len(short) + 1))
    more = len(first) - _SHOWN
    rest = f"\n  and {counted(more, 'more school')}: --json has them all" if more > 0 else ""
    yield f"Records with the old key, by school\n\n{indented(table, 2)}{rest}"
