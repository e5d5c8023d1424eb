"""The preview of a resync in words, for a terminal of 80 columns."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple
from typing import TYPE_CHECKING

from edfi_audit.lines import columns, counted, wrapped
from edfi_audit.resync.words import RESOURCES, plural

if TYPE_CHECKING:
    from edfi_audit.resync.cascade import Dependents
    from edfi_audit.resync.changes import Changes
    from edfi_audit.resync.preview import Preview, ResourcePreview

__all__ = [
    "counted_line",
    "each",
    "heading",
    "indented",
    "joined",
    "listed",
    "number",
    "preview_text",
    "school_text",
    "warnings",
]

_SCHOOLS = 8
_ACTIONS = ("post", "mapping", "ODS", "open")
_LEGEND = (
    "post: send anew. mapping, ODS: delete from there. open: the specification does not say what "
    "becomes of them."
)


def preview_text(preview: "Preview") -> str:
    """The summary, what to know before, then each resource and its schools."""
    return "\n\n".join(
        [
            _opening(preview),
            _totals(preview),
            *listed("Before you resync", warnings(preview)),
            *listed("Changed since the last resync", _changed(preview.changes)),
            *(_resource(one, by_school=preview.school is None) for one in preview.resources),
        ]
    )


def warnings(preview: "Preview") -> list[str]:
    """What to know before a resync, a sentence or two each; the gravest first."""
    compared = [one for one in preview.resources if one.not_compared is None]
    mass = [one for one in compared if one.is_mass_change]
    return [
        *(_mass_change(one) for one in mass),
        *_foreign(compared),
        *_without_mapping(compared),
        *_abroad(compared),
        *(
            f"Not compared: {plural(one.resource)}, because {one.not_compared}."
            for one in preview.resources
            if one.not_compared
        ),
    ]


def heading(what: str, run_id: str, profile: str, year: int) -> str:
    """The first two lines of a preview."""
    return f"{what}\nrun {run_id}, {profile}, school year {year - 1}-{year % 100:02d}"


def number(count: int | None) -> str:
    """A count, or a question mark where nobody knows it."""
    return "?" if count is None else f"{count:,}"


def school_text(school_id: int | None, name: str | None) -> str:
    """A school as lists show it."""
    return "no school" if school_id is None else f"{school_id} {name or '(name unknown)'}"


def _opening(preview: "Preview") -> str:
    top = heading("What a resync would do", preview.run_id, preview.profile, preview.school_year)
    lines = [f"{top}, as of {preview.audit_date}"]
    if preview.school:
        at = school_text(preview.school.school_id, preview.school.name)
        lines.append(wrapped(f"Only what happens at {at}; a resync is of all schools."))
    return "\n".join([*lines, "Nothing was sent: this is what the run's identity ledger says."])


def _totals(preview: "Preview") -> str:
    rows = [(RESOURCES[one.resource], *map(number, _counts(one))) for one in preview.resources]
    if sum(one.not_compared is None for one in preview.resources) > 1:
        rows.append(("together", *map(number, astuple(preview.actions))))
    table = columns([("", *_ACTIONS), *rows], right=(1, 2, 3, 4))
    return f"{indented(table, 2)}\n\n{wrapped(_LEGEND, 2)}"


def _counts(one: "ResourcePreview") -> tuple[int | None, ...]:
    return (None,) * len(_ACTIONS) if one.not_compared else astuple(one.actions)


def _mass_change(one: "ResourcePreview") -> str:
    return (
        f"A mass change: at all schools together, a resync of {plural(one.resource)} posts, "
        f"deletes from the ODS or leaves open {one.changed:,} records, more than the "
        f"{one.limit:,} of [audit] resync_rows (SYN-006). Find the causes first: "
        "`edfi-audit findings --rule IDM-006`, IDM-003, IDM-004."
    )


def _foreign(compared: "Iterable[ResourcePreview]") -> Iterator[str]:
    theirs = {one.resource: one.foreign for one in compared if one.foreign}
    if theirs:
        yield (
            f"Another vendor or agency may own {sum(theirs.values()):,} of the records to be "
            f"deleted from the ODS or left open ({each(theirs)}): the extract does not know their "
            "course, section or person. Ask before you resync."
        )


def _without_mapping(compared: "Iterable[ResourcePreview]") -> Iterator[str]:
    without = [plural(one.resource) for one in compared if not one.has_mapping]
    if without:
        yield (
            f"No identity mapping was delivered for {joined(without)}. The ledger then has four "
            "states instead of eight: what is in the ODS and not in the SIS is left open, for "
            "nobody can say whether the mapping holds it, and nothing is told of deletions from "
            "the mapping."
        )


def _abroad(compared: "Iterable[ResourcePreview]") -> Iterator[str]:
    far = {one.resource: one.abroad for one in compared if one.abroad}
    if far:
        yield (
            f"The ODS has {counted(sum(far.values()), 'record')} ({each(far)}) of schools or years "
            "that the extract does not hold. Such records are not counted here; make sure that a "
            "resync of this SIS does not reach them."
        )


def _changed(changes: "Changes") -> Iterator[str]:
    for one in changes.found:
        detail = f": {one.observed}" if one.observed else f" ({counted(one.findings, 'finding')})"
        yield f"{one.rule} {one.severity}, {plural(one.resource)}: {one.title}{detail}"
    quiet = sorted({*changes.judged} - {one.rule for one in changes.found})
    if quiet:
        yield f"Nothing that {joined(quiet)} would find."
    if changes.idle:
        yield f"No record that {joined(changes.idle)} would speak about."
    for rule, reason in changes.not_judged.items():
        yield f"{rule} could not be evaluated: {reason}."
    if not (changes.judged or changes.idle or changes.not_judged):
        yield "Not known: the run has no rules on it."


def _resource(one: "ResourcePreview", *, by_school: bool) -> str:
    title = f"{plural(one.resource).capitalize()} ({one.resource})"
    if one.not_compared:
        return f"{title}\n\n{wrapped(f'Not compared, because {one.not_compared}.', 2)}"
    parts = [
        title,
        "\n".join(_doings(one)) or "  Nothing would happen.",
        *_hanging(one.dependents, one.actions.in_ods),
        *(_schools(one) if by_school else ()),
    ]
    return "\n\n".join(parts)


def _doings(one: "ResourcePreview") -> Iterator[str]:
    actions, states = one.actions, one.states
    mapping = "not in the mapping" if one.has_mapping else "whether mapped is not known"
    if actions.post:
        words = f"posted: in the SIS, not in the ODS, {mapping} (IDM-003)"
        yield counted_line(actions.post, words)
        yield from _causes(one, "post")
    if actions.delete_mapping:
        yield counted_line(actions.delete_mapping, "deleted from the mapping, for the ODS has none")
        for state, words in _LOST.items():
            if states.get(state):
                yield counted_line(states[state], f"{words} ({state})", nested=True)
    if actions.delete_ods:
        yield counted_line(
            actions.delete_ods,
            "deleted from the ODS: in neither SIS nor mapping (IDM-006)",
        )
        yield from _evidence(one, "delete_ods")
    if actions.ambiguous:
        yield counted_line(actions.ambiguous, _LEFT_OPEN[one.has_mapping])
        yield from _evidence(one, "ambiguous")
    if one.abroad:
        yield counted_line(one.abroad, "of the ODS are outside the extract, and not counted above")
        yield from _evidence(one, "none")


_LOST = {
    "IDM-001": "the SIS sends: posted again afterwards",
    "IDM-005": "the SIS does not send",
}
_LEFT_OPEN = {
    True: "left open: in mapping and ODS, but not sent by the SIS (IDM-004)",
    False: "left open: in the ODS, not sent by the SIS; whether mapped is not known (IDM-006)",
}


def _causes(one: "ResourcePreview", action: str, before: str = "") -> Iterator[str]:
    for cause in one.causes:
        if cause.resync_action == action:
            yield counted_line(cause.records, f"{before}{cause.cause.rstrip('.')}", nested=True)


def _evidence(one: "ResourcePreview", action: str) -> Iterator[str]:
    for evidence in one.evidence:
        if evidence.resync_action != action:
            continue
        if evidence.evidence == "held_back":
            yield from _causes(one, action, "held back by Campus: ")
        else:
            yield counted_line(evidence.records, evidence.words, nested=True)


def _hanging(dependents: "tuple[Dependents, ...]", parents: int) -> Iterator[str]:
    if not dependents or not parents:
        return
    rows = [
        (plural(one.resource), number(one.delete_ods), number(one.ambiguous)) for one in dependents
    ]
    title = "Dependent records in the ODS"
    table = columns([(title, "of deleted", "of left open"), *rows], right=(1, 2))
    notes = [
        *(
            wrapped(f"How many {plural(one.resource)} is not known, because {one.reason}.", 4)
            for one in dependents
            if one.reason
        ),
        *(
            wrapped(f"The pull of {plural(one.resource)} is not proven complete.", 4)
            for one in dependents
            if one.unproven
        ),
    ]
    yield "\n".join([indented(table, 2), *notes])


def _schools(one: "ResourcePreview") -> Iterator[str]:
    if not one.schools:
        return
    rows = [
        (
            school_text(at.school_id, at.name)[:44],
            *map(number, astuple(at.actions)),
        )
        for at in one.schools[:_SCHOOLS]
    ]
    table = columns([("By school", *_ACTIONS), *rows], right=(1, 2, 3, 4))
    more = len(one.schools) - _SCHOOLS
    rest = (
        f"\n  and {counted(more, 'more school')}: --school shows one, --json all"
        if more > 0
        else ""
    )
    yield f"{indented(table, 2)}{rest}"


def counted_line(count: int, words: str, *, nested: bool = False) -> str:
    """A count and what it counts, deeper where it is a part of the line above."""
    width = 12 if nested else 7
    return wrapped(f"{count:>{width},}  {words}", 0, width + 2)


def listed(title: str, points: Iterable[str]) -> Iterator[str]:
    """The points under their title; nothing where there are none."""
    lines = [wrapped(f"- {point}", 2, 4) for point in points]
    if lines:
        yield "\n".join([title, "", *lines])


def indented(text: str, by: int) -> str:
    """Every line of `text` moved to the right."""
    return "\n".join(f"{' ' * by}{line}" if line else line for line in text.splitlines())


def each(counts: Mapping[str, int]) -> str:
    """How many there are of each resource."""
    return ", ".join(f"{plural(resource)} {count:,}" for resource, count in counts.items())


def joined(words: Iterable[str]) -> str:
    """The words as a list in a sentence; there is at least one."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
