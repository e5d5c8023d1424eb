-- What the SIS would send in a session that nobody can tell: it explains what the ODS holds of it. A
-- section whose term has no ODS session does, also beside a term that has one, for whoever may be
-- sent, or is not for reasons of the sessions that are known.
-- grain: one row per resource and natural key without session and dates, the course code without
--   edge spaces and in lower case
-- inputs: audit.expected_records, audit.section_sessions
-- nulls: section, student and staff are empty text where the key has no such part

WITH open_terms AS (
    -- sections with a placed term that no ODS session answers to, and their course numbers
    SELECT DISTINCT
        school_id,
        school_year,
        lower(trim(local_course_code)) AS course,
        unnest(['', section_identifier]) AS section
    FROM audit.section_sessions
    WHERE has_open_term
),

records AS (
    SELECT
        *,
        lower(trim(local_course_code)) AS course,
        coalesce(section_identifier, '') AS section,
        coalesce(student_unique_id, '') AS student,
        coalesce(staff_unique_id, '') AS staff,
        max(session_name) OVER (PARTITION BY resource, object_key) AS any_session
    FROM audit.expected_records
),

explained AS (
    SELECT
        record.*,
        open_terms.course IS NOT NULL AND (may_be_sent OR absence_reason IN (
            'gate_session_resolved', 'gate_roster_in_session', 'gate_enrolled',
            'gate_term_overlap', 'gate_assigned_by_term_end'
        )) AS has_open_term,
        -- where a section has a session, its override leads past the term that has none
        session_name IS NULL AND NOT may_be_sent
            AND (absence_reason <> 'gate_session_resolved' OR any_session IS NULL)
            AS is_held_back
    FROM records AS record
    LEFT JOIN open_terms
        ON open_terms.school_id = record.school_id
        AND open_terms.school_year = record.school_year
        AND open_terms.course = record.course
        AND open_terms.section = record.section
)

SELECT
    resource,
    school_id,
    school_year,
    course,
    section,
    student,
    staff,
    CASE WHEN bool_or(has_open_term) THEN 'gate_session_resolved' ELSE min(absence_reason) END
        AS absence_reason
FROM explained
WHERE has_open_term OR is_held_back
GROUP BY resource, school_id, school_year, course, section, student, staff
