-- Each Campus section in each ODS session that its placed terms stand for: what a course offering,
-- a section, its students and its staff are sent by. `absence_reason` is the first gate that fails.
-- grain: one row per Campus section and session
-- inputs: audit.campus_sections, audit.section_terms, audit.sessions
-- nulls: session_name is null for placed terms without a session and for sections never placed;
--   absence_reason is null where every gate passes

WITH in_sessions AS (
    -- "lowest Term Start Date" and "highest Term End Date for that section that is associated with
    -- the term descriptor"
    SELECT
        section_id,
        trial_id,
        session_name,
        min(term_start) AS term_start,
        max(term_end) AS term_end,
        bool_and(is_overridden) AS is_overridden
    FROM audit.section_terms
    GROUP BY section_id, trial_id, session_name
)

SELECT
    section.*,
    in_sessions.session_name,
    in_sessions.term_start,
    in_sessions.term_end,
    session.begin_date AS session_begin_date,
    session.end_date AS session_end_date,
    in_sessions.session_name IS NOT NULL AS gate_session_resolved,
    -- a term that its course's own override leads past is known to have no session; of any other
    -- nobody can tell in which session the ODS holds it
    gate_placed AND in_sessions.session_name IS NULL AND NOT coalesce(is_overridden, FALSE)
        AS has_open_term,
    CASE
        WHEN NOT gate_numbered THEN 'gate_numbered'
        WHEN NOT gate_school_included THEN 'gate_school_included'
        WHEN NOT gate_calendar_included THEN 'gate_calendar_included'
        WHEN NOT gate_not_summer_school THEN 'gate_not_summer_school'
        WHEN NOT gate_not_choice THEN 'gate_not_choice'
        WHEN NOT gate_course_active THEN 'gate_course_active'
        WHEN NOT gate_course_not_excluded THEN 'gate_course_not_excluded'
        WHEN NOT gate_placed THEN 'gate_placed'
        WHEN in_sessions.session_name IS NULL THEN 'gate_session_resolved'
        WHEN NOT gate_has_students THEN 'gate_has_students'
    END AS absence_reason
FROM audit.campus_sections AS section
LEFT JOIN in_sessions
    ON in_sessions.section_id = section.section_id AND in_sessions.trial_id = section.trial_id
LEFT JOIN audit.sessions AS session
    ON session.school_id = section.school_id
    AND session.school_year = section.school_year
    AND session.session_name = in_sessions.session_name
