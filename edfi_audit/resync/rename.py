"""What changing a part of natural keys would do, before anyone changes it.

"If the natural key changes all dependent resources will delete/post." (mn-course-offerings)
"""

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edfi_audit.errors import NotFoundError, SettingsError
from edfi_audit.findings.selection import school_id
from edfi_audit.resync.kept import kept_tables, unknown_because
from edfi_audit.resync.preview import School
from edfi_audit.resync.reach import Collision, Reach, Unsent, reached
from edfi_audit.resync.words import DEPENDENTS, RESOURCES

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

__all__ = ["Rename", "RenamePreview", "RenamedResource", "rename_preview"]

KINDS = {"course": "local_course_code", "school": "school_id", "session": "session_name"}
"""What can be renamed, and the column of the key it stands in."""

_FORM = "Write --rename course:OLD=NEW, school:OLD=NEW or session:OLD=NEW."
_SHOWN = 5


@dataclass(frozen=True)
class Rename:
    """One part of natural keys that changes: the course code, school id or session name `old`."""

    kind: str
    old: str
    new: str

    @classmethod
    def parse(cls, text: str) -> "Rename":
        """`course:ALG=ALG-1` as a rename; a `SettingsError` says what is wrong with it."""
        kind, colon, change = text.partition(":")
        old, equals, new = change.partition("=")
        kind = kind.strip().casefold()
        if not (colon and equals and old.strip() and new.strip()):
            raise SettingsError(f"{text!r} is no rename.", next_step=_FORM)
        if kind not in KINDS:
            raise SettingsError(f"A {kind!r} cannot be renamed.", next_step=_FORM)
        if old == new:
            raise SettingsError(
                f"{text!r} changes nothing.", next_step="Write another value after the =."
            )
        if kind == "school" and not (_is_id(old) and _is_id(new)):
            raise SettingsError(
                f"{text!r}: a school's id is a whole number.",
                next_step="Write --rename school:OLD=NEW with two Ed-Fi school ids.",
            )
        return cls(kind, *((str(int(old)), str(int(new))) if kind == "school" else (old, new)))


@dataclass(frozen=True)
class ReachAtSchool:
    """What a rename does at one school (its id of today)."""

    school_id: int
    name: str | None
    reach: Reach


@dataclass(frozen=True)
class RenamedResource:
    """What a rename does to one resource.

    `not_known` says why the ODS's records could not be counted, `sent_not_known` why nobody can
    say which of them the SIS sends. `unsent` tells what is known of those it would not send.
    """

    resource: str
    not_known: str | None
    sent_not_known: str | None
    reach: Reach
    unsent: tuple[Unsent, ...]
    schools: tuple[ReachAtSchool, ...]


@dataclass(frozen=True)
class RenamePreview:
    """What these renames would do, told by the run `run_id`. Shows itself in a notebook.

    `resources` are in the order in which they must be posted; they are deleted in the opposite
    order. `collisions` are the course offerings that would be one under the new key.
    """

    run_id: str
    profile: str
    school_year: int
    renames: tuple[Rename, ...]
    school: School | None
    resources: tuple[RenamedResource, ...]
    collisions: tuple[Collision, ...]

    def resource(self, name: str) -> RenamedResource:
        """What happens to one resource; a `NotFoundError` for one that no rename reaches."""
        for one in self.resources:
            if one.resource.casefold() == name.casefold():
                return one
        raise NotFoundError(
            f"The renames reach no resource {name!r}.",
            next_step=f"Choose one of {', '.join(one.resource for one in self.resources)}.",
        )

    def frame(self) -> "pd.DataFrame":
        """One row per resource and school.

        Columns: resource, school_id, school, and those of `Reach`.
        """
        import pandas as pd

        rows = [
            {
                "resource": one.resource,
                "school_id": at.school_id,
                "school": at.name,
                **asdict(at.reach),
            }
            for one in self.resources
            for at in one.schools
        ]
        names = ["resource", "school_id", "school", *asdict(Reach())]
        return pd.DataFrame(rows, columns=names)

    def document(self) -> dict[str, Any]:
        """The whole as plain dicts and lists, as `--json` prints it."""
        from edfi_audit.resync.rename_text import warnings

        return {**asdict(self), "warnings": warnings(self)}

    def __str__(self) -> str:
        from edfi_audit.resync.rename_text import rename_text

        return rename_text(self)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(str(self), quote=False)}</pre>"


def rename_preview(
    folder: Path,
    facts: Mapping[str, Any],
    renames: Iterable[Rename | str],
    school: int | str | None = None,
) -> RenamePreview:
    """What all `renames` at once would do, by the run in `folder`; `facts` is its `run.json`.

    `school`, an id or a name, limits renamed courses and sessions to it. A `NotFoundError` names
    a course, school or session that neither the ODS nor the SIS has.
    """
    wanted = tuple(one if isinstance(one, Rename) else Rename.parse(one) for one in renames)
    _refuse_contradictions(wanted)
    only = None if school is None else school_id(school, facts)
    if only is not None and any(one.kind == "school" for one in wanted):
        raise SettingsError(
            "--school limits the renaming of courses and sessions, not of schools.",
            next_step="Leave --school out, or rename the school alone.",
        )
    names = {one["school_id"]: one["name"] for one in facts["schools"]}
    with kept_tables(folder) as con:
        for one in wanted:
            _require_known(con, one, only, facts["school_year"])
        reaches, unsent, collisions = reached(
            con, [(KINDS[one.kind], one.old, one.new) for one in wanted], only,
            facts["school_year"],
        )  # fmt: skip
    return RenamePreview(
        run_id=facts["run_id"],
        profile=facts["profile"],
        school_year=facts["school_year"],
        renames=wanted,
        school=None if only is None else School(only, names[only]),
        resources=tuple(
            _renamed(name, reaches.get(name, {}), unsent.get(name, ()), names, facts)
            for name in _reachable(wanted)
        ),
        collisions=collisions,
    )


def _reachable(renames: Sequence[Rename]) -> list[str]:
    """A session is renamed itself, or with its school; a course is in no session's key."""
    whole = any(one.kind != "course" for one in renames)
    return [name for name in DEPENDENTS if whole or name != "sessions"]


def _renamed(
    resource: str,
    at_schools: Mapping[int, Reach],
    unsent: Sequence[Unsent],
    names: Mapping[int | None, str | None],
    facts: Mapping[str, Any],
) -> RenamedResource:
    parent = "courseOfferings" if resource == "sessions" else "sections"
    not_compared = facts["not_compared"].get(resource if resource in RESOURCES else parent)
    schools = sorted(at_schools.items(), key=lambda one: (-one[1].carried, one[0]))
    return RenamedResource(
        resource=resource,
        not_known=unknown_because(resource, facts),
        sent_not_known=not_compared,
        reach=sum(at_schools.values(), Reach()),
        unsent=tuple(unsent),
        schools=tuple(ReachAtSchool(at, names.get(at), reach) for at, reach in schools),
    )


def _refuse_contradictions(renames: Sequence[Rename]) -> None:
    if not renames:
        raise SettingsError("There is nothing to rename.", next_step=_FORM)
    seen = set()
    for one in renames:
        if (one.kind, one.old) in seen:
            raise SettingsError(
                f"The {one.kind} {one.old} is renamed twice.", next_step="Keep one of the two."
            )
        seen.add((one.kind, one.old))


def _require_known(
    con: "duckdb.DuckDBPyConnection", rename: Rename, school: int | None, year: int
) -> None:
    """A `NotFoundError`, with what is alike, unless a record carries the old name."""
    column = KINDS[rename.kind]
    found = con.execute(
        f"SELECT DISTINCT CAST({column} AS VARCHAR) FROM ("
        "  FROM audit.identity_ledger SELECT school_id, school_year, session_name,"
        "    local_course_code"
        "  UNION FROM audit.sessions SELECT school_id, school_year, session_name, NULL)"
        f" WHERE {column} IS NOT NULL AND school_year = $year"
        "  AND ($school IS NULL OR school_id = $school) ORDER BY 1",
        {"year": year, "school": school},
    ).fetchall()
    known = [name for (name,) in found]
    if rename.old in known:
        return
    raise NotFoundError(
        f"No record{'' if school is None else f' of school {school}'} has the {rename.kind} "
        f"{rename.old!r}.",
        next_step=_alike(rename.old, known),
    )


def _alike(name: str, known: Sequence[str]) -> str:
    folded = {one.casefold(): one for one in known}
    close = [folded[one] for one in get_close_matches(name.casefold(), folded, _SHOWN)]
    if close:
        return f"Is it one of these: {', '.join(close)}?"
    more = ", …" if len(known) > _SHOWN else "."
    return f"There are {len(known)}: {', '.join(known[:_SHOWN])}{more}" if known else "Pull first."


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit()
