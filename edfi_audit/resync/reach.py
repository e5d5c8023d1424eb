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
    asked = {"school": school, "year": year}
    con.execute(f"CREATE TABLE moved AS {_MOVED}", asked)
    con.execute(f"CREATE TABLE standing AS {_STANDING}", {"year": year})
    con.execute(f"CREATE VIEW landed AS {_LANDED}")
    reaches: dict[str, dict[int, Reach]] = {}
    for resource, at, *counts in con.execute(_REACH).fetchall():
        reaches.setdefault(resource, {})[at] = Reach(*counts)
    unsent: dict[str, tuple[Unsent, ...]] = {}
    for resource, *evidence in con.execute(_EVIDENCE, asked).fetchall():
        unsent[resource] = (*unsent.get(resource, ()), Unsent(*evidence))
    collisions = tuple(
        Collision(at, session, code, tuple(codes))
        for at, session, code, codes in con.execute(_COLLISIONS).fetchall()
    )
    return reaches, unsent, collisions


_PLACE = (
    "hash({0}resource, {1}school_id, {1}session_name, lower(trim({1}local_course_code)),"
    " {0}section_identifier, {0}student_unique_id, {0}staff_unique_id, {0}begin_date)"
)
"""Where a record stands: its key as one number, the course code folded as an ODS may fold it."""

_CARRY = """
LEFT JOIN renames AS school
    ON school.part = 'school_id' AND school.old = CAST(record.school_id AS VARCHAR)
LEFT JOIN renames AS session
    ON session.part = 'session_name' AND session.old = record.session_name
    AND ($school IS NULL OR record.school_id = $school)
LEFT JOIN renames AS course
    ON course.part = 'local_course_code' AND course.old = record.local_course_code
    AND ($school IS NULL OR record.school_id = $school)
WHERE record.school_year = $year
"""
_IS_CARRIED = "coalesce(school.new, session.new, course.new) IS NOT NULL"

_MOVED = f"""
-- the records that carry an old key, and where they come to stand; what the SIS does not send
-- stays, and an attendance event or a grade goes with its section
WITH carried AS (
    SELECT
        record.*,
        coalesce(CAST(school.new AS BIGINT), record.school_id) AS new_school_id,
        coalesce(session.new, record.session_name) AS new_session_name,
        coalesce(course.new, record.local_course_code) AS new_local_course_code,
        record.resource IN ('studentSectionAttendanceEvents', 'grades') AS is_counted,
        record.resource = 'courseOfferings' AS is_offering
    FROM held AS record
    {_CARRY} AND {_IS_CARRIED}
)

SELECT
    carried.resource,
    carried.school_id,
    carried.record_count,
    carried.is_counted,
    carried.is_sent IS DISTINCT FROM FALSE AND staying.school_id IS NULL AS is_moving,
    {_PLACE.format("carried.", "carried.")} AS old_place,
    {_PLACE.format("carried.", "carried.new_")} AS place,
    -- only of course offerings it is told which ones meet
    CASE WHEN is_offering THEN carried.new_school_id END AS new_school_id,
    CASE WHEN is_offering THEN carried.new_session_name END AS new_session_name,
    CASE WHEN is_offering THEN carried.local_course_code END AS local_course_code,
    CASE WHEN is_offering THEN carried.new_local_course_code END AS new_local_course_code
FROM carried
LEFT JOIN (SELECT DISTINCT * FROM held WHERE resource = 'sections' AND NOT is_sent) AS staying
    ON carried.is_counted
    AND staying.school_id = carried.school_id
    AND staying.school_year = carried.school_year
    AND staying.session_name = carried.session_name
    AND staying.local_course_code = carried.local_course_code
    AND staying.section_identifier = carried.section_identifier
"""

_STANDING = f"""
-- what stands where records come to, and does not move away
SELECT place, any_value(local_course_code) AS local_course_code
FROM (
    SELECT {_PLACE.format("", "")} AS place, local_course_code
    FROM held
    WHERE school_year = $year
)
WHERE place IN (SELECT place FROM moved WHERE is_moving)
    AND place NOT IN (SELECT old_place FROM moved WHERE is_moving)
GROUP BY place
"""

_LANDED = """
-- the records that carry an old key; what stands where they land, and how many land there
WITH shared AS (
    SELECT place, min(school_id) AS first_school
    FROM moved
    WHERE is_moving
    GROUP BY place
    HAVING count(*) > 1
)

SELECT
    moved.*,
    standing.place IS NOT NULL AS is_taken,
    standing.local_course_code AS standing_code,
    shared.place IS NOT NULL AS is_shared,
    -- records that become one are posted once; of counted ones nobody can say which are the same
    shared.place IS NOT NULL AND NOT is_counted AS is_one,
    shared.first_school
FROM moved
LEFT JOIN standing ON standing.place = moved.place AND is_moving
LEFT JOIN shared ON shared.place = moved.place AND is_moving
"""

_REACH = """
SELECT
    resource,
    school_id,
    sum(record_count)::BIGINT,
    coalesce(sum(record_count) FILTER (is_moving), 0)::BIGINT,
    coalesce(sum(record_count) FILTER (is_moving AND NOT is_taken AND NOT is_one), 0)::BIGINT
        + count(DISTINCT place) FILTER (is_one AND NOT is_taken AND school_id = first_school),
    coalesce(sum(record_count) FILTER (is_taken OR is_shared), 0)::BIGINT,
    coalesce(sum(record_count) FILTER (NOT is_moving), 0)::BIGINT
FROM landed
GROUP BY resource, school_id
"""

_EVIDENCE = f"""
SELECT record.resource, record.evidence, count(*)
FROM audit.unsent_records AS record
{_CARRY} AND {_IS_CARRIED}
GROUP BY ALL
ORDER BY record.resource, count(*) DESC, record.evidence
"""

_COLLISIONS = """
SELECT
    new_school_id,
    new_session_name,
    min(new_local_course_code),
    list_sort(list_distinct(list(local_course_code) || list(standing_code)))
FROM landed
WHERE resource = 'courseOfferings' AND (is_taken OR is_shared)
GROUP BY place, new_school_id, new_session_name
ORDER BY ALL
"""
