-- The instruction minutes per term of the course offerings in the ODS, beside those of the Campus
-- sections each is offered in. An offering is one record and its sections may differ: every one's
-- minutes are accepted. What does not show minutes itself shows those of its sections in the ODS.
-- grain: one row per natural key of a course offering in the ODS; Minnesota's alone
-- resource: courseOfferings
-- key: school_id, school_year, session_name, local_course_code
-- inputs: audit.settings, audit.schools, audit.sessions, audit.offering_courses,
--   audit.section_minutes, ods.course_offerings, ods.sections
-- nulls: basis, meeting_days and expected_minutes are null where no section tells any minutes;
--   minutes_agree also where nothing in the ODS shows minutes; sections_agree where there are not
--   two sections to compare; actual_minutes where the ODS shows none for the offering

WITH of_sections AS (
    SELECT school_id, school_year, session_name, local_course_code,
        list(DISTINCT instruction_minutes_per_term) AS minutes
    FROM ods.sections
    WHERE instruction_minutes_per_term IS NOT NULL
    GROUP BY ALL
),

of_offerings AS (
    SELECT offering.school_id, offering.school_year, offering.session_name,
        offering.local_course_code,
        list(DISTINCT offering.instruction_minutes_per_term)
            FILTER (WHERE offering.instruction_minutes_per_term IS NOT NULL) AS minutes
    FROM ods.course_offerings AS offering
    CROSS JOIN audit.settings AS settings
    WHERE settings.profile = 'MN'
    GROUP BY ALL
),

expected AS (
    SELECT
        offering.school_id,
        offering.school_year,
        offering.session_name,
        offering.local_course_code,
        list(DISTINCT section.expected_minutes ORDER BY section.expected_minutes)
            FILTER (WHERE section.expected_minutes IS NOT NULL) AS minutes,
        count(section.expected_minutes) AS section_count,
        min(section.level) FILTER (WHERE section.expected_minutes IS NOT NULL) AS level,
        coalesce(bool_or(section.level = 1 AND section.expected_minutes = 0), FALSE)
            AS has_zero_override,
        string_agg(DISTINCT section.days, ', ' ORDER BY section.days)
            FILTER (WHERE section.expected_minutes IS NOT NULL) AS meeting_days,
        coalesce(bool_or(section.days > 0), FALSE) AS meets
    FROM audit.offering_courses AS offering
    LEFT JOIN audit.section_minutes AS section
        ON section.course_id = offering.course_id
        AND section.session_name = offering.campus_session_name
    WHERE offering.is_linked
    GROUP BY ALL
),

beside AS (
    SELECT
        offering.* EXCLUDE (minutes),
        coalesce(offering.minutes, of_sections.minutes, []) AS actual,
        expected.minutes AS expected,
        expected.section_count,
        expected.meeting_days,
        coalesce(expected.has_zero_override, FALSE) AS has_zero_override,
        expected.meets,
        CASE
            WHEN expected.level = 1 AND expected.has_zero_override THEN 'section override of 0'
            WHEN expected.level = 1 THEN 'section override'
            WHEN expected.level = 2 THEN 'course'
            WHEN expected.level = 3 THEN 'schedule'
        END AS basis
    FROM of_offerings AS offering
    LEFT JOIN of_sections
        ON of_sections.school_id = offering.school_id
        AND of_sections.school_year = offering.school_year
        AND of_sections.session_name = offering.session_name
        AND of_sections.local_course_code = offering.local_course_code
    LEFT JOIN expected
        ON expected.school_id = offering.school_id
        AND expected.school_year = offering.school_year
        AND expected.session_name = offering.session_name
        AND expected.local_course_code = offering.local_course_code
),

shown AS (
    -- an ODS without the field is no ODS without minutes
    SELECT EXISTS (SELECT 1 FROM of_sections)
        OR EXISTS (SELECT 1 FROM of_offerings WHERE minutes IS NOT NULL) AS minutes_shown
)

SELECT
    beside.school_id,
    schools.lea_id,
    beside.school_year,
    beside.session_name,
    beside.local_course_code,
    coalesce(sessions.phase, CASE WHEN settings.audit_date <= make_date(
            CASE WHEN beside.school_year BETWEEN 1990 AND 2100 THEN beside.school_year
                ELSE settings.school_year END, 6, 30)
        THEN 'in_term' ELSE 'after_year' END) AS phase,
    beside.basis,
    beside.meeting_days,
    list_aggregate([printf('%.10g', one) FOR one IN beside.expected], 'string_agg', ', ')
        AS expected_minutes,
    list_aggregate([printf('%.10g', one) FOR one IN list_sort(beside.actual)], 'string_agg', ', ')
        AS actual_minutes,
    -- within 1 percent of what one of the sections asks for
    CASE WHEN beside.basis IS NOT NULL AND shown.minutes_shown THEN
        len(beside.actual) > 0
        AND len([1 FOR one IN beside.actual IF len([1 FOR other IN beside.expected
            IF abs(one - other) * 100 <= abs(other)]) = 0]) = 0
    END AS minutes_agree,
    CASE WHEN beside.section_count > 1 THEN
        (list_max(beside.expected) - list_min(beside.expected)) * 100 <= list_max(beside.expected)
    END AS sections_agree,
    CASE
        WHEN len(beside.actual) = 0 THEN 'plausible'
        WHEN NOT beside.meets THEN 'no section meets in the session'
        WHEN list_max(beside.actual) > 60000 THEN 'more than 60,000'
        WHEN list_min(beside.actual) < 0
            OR list_contains(beside.actual, 0) AND NOT beside.has_zero_override
            THEN 'not more than 0'
        ELSE 'plausible'
    END AS plausibility
FROM beside
CROSS JOIN shown
CROSS JOIN audit.settings AS settings
LEFT JOIN audit.schools AS schools ON schools.school_id = beside.school_id
LEFT JOIN audit.sessions AS sessions
    ON sessions.school_id = beside.school_id
    AND sessions.school_year = beside.school_year
    AND sessions.session_name = beside.session_name
