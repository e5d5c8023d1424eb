"""How many ODS records carry a key that is renamed, and what stands under the new key already."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

__all__ = ["Collision", "Reach", "Unsent", "reached"]


@dataclass(frozen=True)
class Reach:
    """Records of the ODS whose key a rename changes.

    `carried` carry the old key. Of them `unsent` are not what the SIS sends, so that it will not
    move them; the others are `deleted`. `posted` arrive anew under the new key; `colliding` are
    those of `deleted` that meet another record there. Attendance events and grades collide where
    the student has some in the section of the new key already.
    """

    carried: int = 0
    deleted: int = 0
    posted: int = 0
    colliding: int = 0
    unsent: int = 0

    def __add__(self, other: "Reach") -> "Reach":
        both = zip(asdict(self).values(), asdict(other).values(), strict=True)
        return Reach(*(one + another for one, another in both))


@dataclass(frozen=True)
class Unsent:
    """How many of the unsent records have this evidence; see `unsent_records`."""

    evidence: str
    records: int


@dataclass(frozen=True)
class Collision:
    """Course offerings, by their codes of today, that would be one: `becomes`, in `session_name`.

    School and session are those of the new key.
    """

    school_id: int
    session_name: str
    becomes: str
    codes: tuple[str, ...]


Found = tuple[dict[str, dict[int, Reach]], dict[str, tuple[Unsent, ...]], tuple[Collision, ...]]


def reached(
    con: "duckdb.DuckDBPyConnection",
    renames: Sequence[tuple[str, str, str]],
    school: int | None,
    year: int,
) -> Found:
    """What all `renames` (column, old, new) reach at once, among the records of `year`.

    By resource: the reach at each school (by today's id), and the evidence on unsent records; then
    the course offerings that would be one. `school` limits which records are renamed.
    """
    con.execute("CREATE TABLE renames (part VARCHAR, old VARCHAR, new VARCHAR)")
    con.executemany("INSERT INTO renames VALUES (?, ?, ?)", [list(one) for one in renames])
    con.execute(f"CREATE TABLE moved AS {_MOVED}", {"school": school, "year": year})
    con.execute(f"CREATE TABLE landed AS {_LANDED}")
    reaches: dict[str, dict[int, Reach]] = {}
    for resource, at, *counts in con.execute(_REACH).fetchall():
        reaches.setdefault(resource, {})[at] = Reach(*counts)
    unsent: dict[str, tuple[Unsent, ...]] = {}
    for resource, *evidence in con.execute(_EVIDENCE).fetchall():
        unsent[resource] = (*unsent.get(resource, ()), Unsent(*evidence))
    collisions = tuple(
        Collision(at, session, code, tuple(codes))
        for at, session, code, codes in con.execute(_COLLISIONS).fetchall()
    )
    return reaches, unsent, collisions


_REST = ("section_identifier", "student_unique_id", "staff_unique_id", "begin_date")
_KEY = ("school_id", "school_year", "session_name", "local_course_code", *_REST)

_MOVED = f"""
-- every record of the year with the key it will have, the course code folded as an ODS may fold it;
-- what the SIS does not send keeps its key
WITH renamed AS (
    SELECT
        held.*,
        coalesce(CAST(school.new AS BIGINT), held.school_id) AS to_school_id,
        coalesce(session.new, held.session_name) AS to_session_name,
        coalesce(course.new, held.local_course_code) AS to_local_course_code,
        school.new IS NOT NULL OR session.new IS NOT NULL OR course.new IS NOT NULL AS is_carried,
        is_carried AND held.is_sent IS DISTINCT FROM FALSE AS is_moving
    FROM held
    LEFT JOIN renames AS school
        ON school.part = 'school_id' AND school.old = CAST(held.school_id AS VARCHAR)
    LEFT JOIN renames AS session
        ON session.part = 'session_name' AND session.old = held.session_name
        AND ($school IS NULL OR held.school_id = $school)
    LEFT JOIN renames AS course
        ON course.part = 'local_course_code' AND course.old = held.local_course_code
        AND ($school IS NULL OR held.school_id = $school)
    WHERE held.school_year = $year
)

SELECT
    *,
    CASE WHEN is_moving THEN to_school_id ELSE school_id END AS new_school_id,
    CASE WHEN is_moving THEN to_session_name ELSE session_name END AS new_session_name,
    CASE WHEN is_moving THEN to_local_course_code ELSE local_course_code END
        AS new_local_course_code,
    hash(resource, new_school_id, new_session_name, lower(trim(new_local_course_code)),
        {", ".join(_REST)}) AS place
FROM renamed
"""

_LANDED = """
-- the records that carry an old key; what stands where they land, and which of them comes first
SELECT
    *,
    place IN (SELECT place FROM moved WHERE NOT is_moving) AS is_taken,
    row_number() OVER (PARTITION BY place, is_moving ORDER BY school_id, local_course_code)
        AS arrival,
    count(*) OVER (PARTITION BY place, is_moving) AS arrivals
FROM moved
WHERE is_carried
"""

_REACH = """
SELECT
    resource,
    school_id,
    sum(record_count)::BIGINT,
    coalesce(sum(record_count) FILTER (is_moving), 0)::BIGINT,
    -- of counted records nobody can say which are the same
    coalesce(sum(record_count) FILTER (is_moving AND NOT is_taken AND (arrival = 1
        OR resource IN ('studentSectionAttendanceEvents', 'grades'))), 0)::BIGINT,
    coalesce(sum(record_count) FILTER (is_moving AND (is_taken OR arrivals > 1)), 0)::BIGINT,
    coalesce(sum(record_count) FILTER (NOT is_moving), 0)::BIGINT
FROM landed
GROUP BY resource, school_id
"""

_EVIDENCE = f"""
SELECT landed.resource, unsent.evidence, count(*)
FROM landed
JOIN audit.unsent_records AS unsent
    ON unsent.resource = landed.resource
    AND {" AND ".join(f"unsent.{name} IS NOT DISTINCT FROM landed.{name}" for name in _KEY)}
WHERE NOT landed.is_moving
GROUP BY ALL
ORDER BY landed.resource, count(*) DESC, unsent.evidence
"""

_COLLISIONS = """
SELECT
    new_school_id,
    new_session_name,
    max(new_local_course_code) FILTER (is_moving),
    list(DISTINCT local_course_code ORDER BY local_course_code)
FROM moved
WHERE resource = 'courseOfferings'
    AND place IN (SELECT place FROM landed WHERE is_moving AND (is_taken OR arrivals > 1))
GROUP BY place, new_school_id, new_session_name
ORDER BY ALL
"""
