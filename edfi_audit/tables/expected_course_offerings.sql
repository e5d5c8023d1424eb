-- The course offerings that ought to be in the ODS: "One record will report per Course and Term
-- Type combination". A placed section of the course is enough to send it. Several courses of one
-- number are one record, for which those that are sent speak.
-- grain: one row per Campus course and session; one without a session where the course has none,
--   and of courses without any section only where no other course has their number and sections
-- inputs: audit.campus_courses, audit.section_sessions
-- nulls: session_name is null where no section of the course has a session; the course_ columns
--   where the key is not whole, course_names also where no course has a name;
--   section_absence_reason where there is no section or one ought to be in the ODS; absence_reason
--   where the record itself ought to be there

WITH offered AS (
    SELECT
        course_id,
        session_name,
        bool_or(gate_placed) AS is_placed,
        count(DISTINCT section_id) AS section_count,
        CASE WHEN bool_and(absence_reason IS NOT NULL) THEN min(absence_reason) END
            AS section_absence_reason
    FROM audit.section_sessions
    GROUP BY course_id, session_name
),

considered AS (
    SELECT
        course.*,
        offered.session_name,
        coalesce(offered.section_count, 0) AS section_count,
        offered.section_absence_reason,
        offered.course_id IS NOT NULL AS gate_has_section,
        coalesce(offered.is_placed, FALSE) AS gate_placed,
        offered.session_name IS NOT NULL AS gate_session_resolved,
        -- sections without a session only speak for a course of which no section has one
        max(offered.session_name) OVER (PARTITION BY course.course_id) AS any_session,
        max(offered.course_id) OVER (
            PARTITION BY school_id, school_year, lower(trim(local_course_code))
        ) AS any_course_with_section
    FROM audit.campus_courses AS course
    LEFT JOIN offered ON offered.course_id = course.course_id
),

gated AS (
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
            WHEN NOT gate_has_section THEN 'gate_has_section'
            WHEN NOT gate_placed THEN 'gate_placed'
            WHEN NOT gate_session_resolved THEN 'gate_session_resolved'
        END AS absence_reason
    FROM considered
    WHERE (session_name IS NOT NULL OR any_session IS NULL)
        AND (gate_has_section OR any_course_with_section IS NULL)
),

together AS (
    -- courses that amount to one record, those that are sent among themselves
    SELECT
        school_id, school_year, session_name, local_course_code,
        absence_reason IS NULL AS is_sent,
        count(*) AS course_count,
        array_to_string(list_sort(list(course_id)), ', ') AS course_ids,
        list_sort(list(DISTINCT course_name) FILTER (WHERE course_name IS NOT NULL))
            AS course_names
    FROM gated
    GROUP BY ALL
)

SELECT
    'Course' AS campus_object_type,
    course_id AS object_key,
    gated.school_id,
    gated.school_year,
    gated.session_name,
    gated.local_course_code,
    section_count,
    section_absence_reason,
    course_count,
    course_ids,
    course_names,
    gate_numbered,
    gate_school_included,
    gate_calendar_included,
    gate_not_summer_school,
    gate_not_choice,
    gate_course_active,
    gate_course_not_excluded,
    gate_has_section,
    gate_placed,
    gate_session_resolved,
    absence_reason
FROM gated
LEFT JOIN together
    ON together.school_id = gated.school_id
    AND together.school_year = gated.school_year
    AND together.session_name = gated.session_name
    AND together.local_course_code = gated.local_course_code
    AND together.is_sent = (gated.absence_reason IS NULL)
