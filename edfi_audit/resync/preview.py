"""What a resync would do, resource by resource and school by school.

A resync (mn-course-offerings, ne-staff-section-association):
"If a record is in the Ed-Fi Identity Mapping table and not in the ODS, it will be deleted from the
Ed-Fi Identity Mapping table." "If a record is in the ODS and it does not have a matching record in
Campus or the Ed-Fi Identity Mapping table, it will be deleted from the ODS."
"""

import html
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edfi_audit.findings.selection import school_id
from edfi_audit.resync.cascade import Dependents, dependents
from edfi_audit.resync.changes import Changes, changes
from edfi_audit.resync.kept import kept_tables
from edfi_audit.resync.words import ABROAD, EVIDENCE, FOREIGN, RESOURCES, known_resource

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

__all__ = [
    "Actions",
    "AtSchool",
    "Cause",
    "Evidence",
    "Preview",
    "ResourcePreview",
    "School",
    "preview",
]


@dataclass(frozen=True)
class Actions:
    """Records that a resync posts, deletes from the mapping, deletes from the ODS, leaves open."""

    post: int = 0
    delete_mapping: int = 0
    delete_ods: int = 0
    ambiguous: int = 0

    def __add__(self, other: "Actions") -> "Actions":
        both = zip(asdict(self).values(), asdict(other).values(), strict=True)
        return Actions(*(one + another for one, another in both))

    @property
    def in_ods(self) -> int:
        """Records of the ODS that are deleted, or may be."""
        return self.delete_ods + self.ambiguous

    @property
    def changed(self) -> int:
        """Records that SYN-006 counts: posted, deleted from the ODS, or left open."""
        return self.post + self.in_ods


@dataclass(frozen=True)
class School:
    """The only school a preview looks at."""

    school_id: int
    name: str | None


@dataclass(frozen=True)
class AtSchool:
    """What a resync does at one school."""

    school_id: int | None
    name: str | None
    actions: Actions


@dataclass(frozen=True)
class Cause:
    """Why records are not in the ODS, or not sent by the SIS: of those with one action."""

    resync_action: str
    cause: str
    records: int


@dataclass(frozen=True)
class Evidence:
    """What tells who owns some ODS records; `resync_action` is what becomes of them."""

    evidence: str
    resync_action: str
    records: int
    schools: int

    @property
    def words(self) -> str:
        """The evidence in words, said of one record."""
        return EVIDENCE[self.evidence]


@dataclass(frozen=True)
class ResourcePreview:
    """What a resync does to one resource.

    Where the resource could not be compared with the SIS, `not_compared` says why and nothing is
    counted. `states` counts its ledger's states. `causes` are of what is posted, and of what a gate
    holds back although the ODS has it. `evidence` is on records of the ODS that are
    deleted, left open, or outside the extract (`none`). `schools` are those at which something
    happens, most changed first. `limit` is what SYN-006 allows all schools together, and `changed`
    what they come to.
    """

    resource: str
    not_compared: str | None
    has_mapping: bool
    states: Mapping[str, int]
    actions: Actions
    causes: tuple[Cause, ...]
    evidence: tuple[Evidence, ...]
    dependents: tuple[Dependents, ...]
    schools: tuple[AtSchool, ...]
    limit: int
    changed: int | None

    @property
    def is_mass_change(self) -> bool:
        """Whether SYN-006 speaks."""
        return self.changed is not None and self.changed > self.limit

    @property
    def foreign(self) -> int:
        """ODS records to be deleted, or left open, that somebody else may have written."""
        return sum(
            one.records
            for one in self.evidence
            if one.evidence in FOREIGN and one.resync_action != "none"
        )

    @property
    def abroad(self) -> int:
        """ODS records of schools and years that the extract does not hold."""
        return sum(one.records for one in self.evidence if one.evidence in ABROAD)


@dataclass(frozen=True)
class Preview:
    """What a resync would do, told by the run `run_id`. Shows itself in a notebook.

    `school` limits the counts to one school; a resync itself is of all of them.
    """

    run_id: str
    profile: str
    school_year: int
    audit_date: str
    school: School | None
    resources: tuple[ResourcePreview, ...]
    changes: Changes

    def resource(self, name: str) -> ResourcePreview:
        """The preview of one resource; a `NotFoundError` for one that is not in it."""
        wanted = known_resource(name, [one.resource for one in self.resources])
        return next(one for one in self.resources if one.resource == wanted)

    @property
    def actions(self) -> Actions:
        """Of all resources together."""
        return sum((one.actions for one in self.resources), Actions())

    def frame(self) -> "pd.DataFrame":
        """One row per resource and school at which something happens.

        Columns: resource, school_id, school, post, delete_mapping, delete_ods, ambiguous.
        """
        import pandas as pd

        rows = [
            {
                "resource": one.resource,
                "school_id": at.school_id,
                "school": at.name,
                **asdict(at.actions),
            }
            for one in self.resources
            for at in one.schools
        ]
        names = ["resource", "school_id", "school", *asdict(Actions())]
        return pd.DataFrame(rows, columns=names).astype({"school_id": "Int64"})

    def document(self) -> dict[str, Any]:
        """The whole as plain dicts and lists, as `--json` prints it."""
        from edfi_audit.resync.text import warnings

        return {
            **asdict(self),
            "actions": asdict(self.actions),
            "warnings": warnings(self),
            "resources": [
                {**asdict(one), "is_mass_change": one.is_mass_change} for one in self.resources
            ],
        }

    def __str__(self) -> str:
        from edfi_audit.resync.text import preview_text

        return preview_text(self)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(str(self), quote=False)}</pre>"


def preview(
    folder: Path,
    facts: Mapping[str, Any],
    resource: str | None = None,
    school: int | str | None = None,
) -> Preview:
    """What a resync of `resource` (default: all) would do, by the run in `folder`.

    `facts` is its `run.json`; `school`, an id or a name, limits the counts. A `NotFoundError`
    names a resource or school that the run does not know.
    """
    wanted = list(RESOURCES) if resource is None else [known_resource(resource)]
    only = None if school is None else school_id(school, facts)
    names = {one["school_id"]: one["name"] for one in facts["schools"]}
    with kept_tables(folder) as con:
        resources = tuple(_of_resource(con, name, only, names, facts) for name in wanted)
    return Preview(
        run_id=facts["run_id"],
        profile=facts["profile"],
        school_year=facts["school_year"],
        audit_date=facts["audit_date"],
        school=None if only is None else School(only, names[only]),
        resources=resources,
        changes=changes(folder, facts, wanted, only),
    )


def _of_resource(
    con: "duckdb.DuckDBPyConnection",
    resource: str,
    school: int | None,
    names: Mapping[int | None, str | None],
    facts: Mapping[str, Any],
) -> ResourcePreview:
    asked = {"resource": resource, "school": school}
    ((not_compared, has_mapping, limit, changed),) = con.execute(
        _COMPARED, {"resource": resource}
    ).fetchall()
    schools: tuple[AtSchool, ...] = ()
    if not_compared is None:
        schools = tuple(
            AtSchool(at, names.get(at), Actions(*counts))
            for at, *counts in con.execute(_BY_SCHOOL, asked).fetchall()
        )
    return ResourcePreview(
        resource=resource,
        not_compared=not_compared,
        has_mapping=has_mapping,
        states=dict(con.execute(_STATES, asked).fetchall()),
        actions=sum((one.actions for one in schools), Actions()),
        causes=tuple(Cause(*row) for row in con.execute(_CAUSES, asked).fetchall()),
        evidence=tuple(Evidence(*row) for row in con.execute(_EVIDENCE, asked).fetchall()),
        dependents=() if not_compared else dependents(con, resource, school, facts),
        schools=schools,
        limit=limit,
        changed=changed,
    )


_COMPARED = """
    SELECT missing_reason, has_mapping, resync_rows,
        post_count + delete_ods_count + ambiguous_count
    FROM audit.compared_resources
    JOIN audit.resync_radius USING (resource)
    WHERE resource = $resource
"""
_AT = "resource = $resource AND ($school IS NULL OR school_id = $school)"
_BY_SCHOOL = f"""
    SELECT school_id, count(*) FILTER (resync_action = 'post'),
        count(*) FILTER (resync_action = 'delete_mapping'),
        count(*) FILTER (resync_action = 'delete_ods'),
        count(*) FILTER (resync_action = 'ambiguous')
    FROM audit.identity_ledger
    WHERE {_AT} AND resync_action <> 'none'
    GROUP BY school_id
    ORDER BY count(*) DESC, school_id NULLS LAST
"""
_STATES = f"""
    SELECT coalesce(state, 'not evaluated'), count(*)
    FROM audit.identity_ledger
    WHERE {_AT}
    GROUP BY ALL
    ORDER BY ALL
"""
_CAUSES = f"""
    SELECT resync_action, coalesce(cause, cause_key), count(*)
    FROM audit.identity_ledger
    WHERE {_AT} AND cause_key IS NOT NULL
        AND (resync_action = 'post'
            OR resync_action IN ('delete_ods', 'ambiguous') AND absence_reason IS NOT NULL)
    GROUP BY ALL
    ORDER BY resync_action, count(*) DESC, 2
"""
_EVIDENCE = f"""
    SELECT evidence, resync_action, count(*), count(DISTINCT school_id)
    FROM audit.unsent_records
    WHERE {_AT}
    GROUP BY ALL
    ORDER BY resync_action, count(*) DESC, evidence
"""
