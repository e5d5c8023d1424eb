-- The sections that ought to be in the ODS: one record per Campus section and session it is placed
-- in. Campus sections that share a natural key are one record.
-- grain: one row per natural key; without a session, one row per Campus section
-- inputs: audit.section_sessions
-- nulls: session_name is null where the section has none; absence_reason is null where the record
--   ought to be there

WITH ranked AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY school_id, school_year, session_name, local_course_code,
                section_identifier,
                CASE WHEN session_name IS NULL THEN section_id END
            ORDER BY absence_reason IS NOT NULL, TRY_CAST(section_id AS BIGINT), section_id
        ) AS place
    FROM audit.section_sessions
)

SELECT
    'Section' AS campus_object_type,
    section_id AS object_key,
    school_id,
    school_year,
    session_name,
    local_course_code,
    section_identifier,
    gate_numbered,
    gate_school_included,
    gate_calendar_included,
    gate_not_summer_school,
    gate_not_choice,
    gate_course_active,
    gate_course_not_excluded,
    gate_placed,
    gate_session_resolved,
    gate_has_students,
    absence_reason
FROM ranked
WHERE place = 1
