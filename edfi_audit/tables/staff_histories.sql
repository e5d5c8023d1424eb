-- What Campus says of each person in a section that the ODS names: the staff history and the
-- override of every Campus section that answers to the name, in one.
-- grain: one row per school, year, course code and section identifier of audit.staffed_sections,
--   and Ed-Fi ID in lower case; one more for all persons without an Ed-Fi ID
-- inputs: audit.staff_candidates, audit.staffed_sections
-- nulls: staff_id is null for persons without an Ed-Fi ID; teaches where the person has no row of
--   staff history; role_removed where none of staff type P or T

WITH said AS (
    SELECT
        section.*,
        lower(trim(candidate.staff_unique_id)) AS staff_id,
        FALSE AS overrides,
        candidate.gate_staff_type,
        candidate.staff_type = 'T' AND candidate.role IS NULL AS lacks_role
    FROM audit.staffed_sections AS section
    JOIN audit.staff_candidates AS candidate
        ON candidate.section_id = section.section_id
        AND candidate.trial_id = section.trial_id
        AND candidate.history_id IS NOT NULL
    UNION ALL BY NAME
    SELECT *, lower(override_id) AS staff_id, TRUE AS overrides
    FROM audit.staffed_sections
    WHERE override_id IS NOT NULL
)

SELECT
    school_id,
    school_year,
    local_course_code,
    section_identifier,
    staff_id,
    bool_or(overrides) AS overrides,
    bool_or(gate_staff_type) AS teaches,
    -- "When a Role is removed from a Teacher on Staff History"
    bool_and(lacks_role) FILTER (gate_staff_type) AS role_removed
FROM said
GROUP BY school_id, school_year, local_course_code, section_identifier, staff_id
