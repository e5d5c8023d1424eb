-- The course offerings that ought to be in the ODS: "One record will report per Course and Term
-- Type combination". A placed section of the course is enough to send it.
-- grain: one row per Campus course and session (two courses of one number are one record); one
--   without a session where the course has none; section_id is the section that speaks for it
-- inputs: audit.section_sessions
-- nulls: session_name is null where no section of the course has a session; absence_reason is null
--   where the record ought to be there

WITH gated AS (
    SELECT
        *,
        CASE
            WHEN NOT gate_numbered THEN 'gate_numbered'
            WHEN NOT gate_school_included THEN 'gate_school_included'
            WHEN NOT gate_calendar_included THEN 'gate_calendar_included'
            WHEN NOT gate_not_summer_school THEN 'gate_not_summer_school'
            WHEN NOT gate_not_choice THEN 'gate_not_choice'
            WHEN NOT gate_course_active THEN 'gate_course_active'
            WHEN NOT gate_course_not_excluded THEN 'gate_course_not_excluded'
            WHEN NOT gate_placed THEN 'gate_placed'
            WHEN NOT gate_session_resolved THEN 'gate_session_resolved'
        END AS offering_absence_reason,
        -- a section without a session only speaks for its course when no other section has one
        max(session_name) OVER (PARTITION BY course_id) IS NULL AS is_course_without_session
    FROM audit.section_sessions
),

speaking AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY course_id, session_name
            ORDER BY offering_absence_reason IS NOT NULL, TRY_CAST(section_id AS BIGINT), section_id
        ) AS place
    FROM gated
    WHERE session_name IS NOT NULL OR is_course_without_session
)

SELECT
    'Course' AS campus_object_type,
    course_id AS object_key,
    section_id,
    trial_id,
    school_id,
    school_year,
    session_name,
    local_course_code,
    gate_numbered,
    gate_school_included,
    gate_calendar_included,
    gate_not_summer_school,
    gate_not_choice,
    gate_course_active,
    gate_course_not_excluded,
    gate_placed,
    gate_session_resolved,
    offering_absence_reason AS absence_reason
FROM speaking
WHERE place = 1
