-- How much roster a student has at a school.
-- grain: one row per student and school with a studentSectionAssociation
-- inputs: audit.settings, audit.enrollments, audit.student_section_associations
-- nulls: school_id is null where the associations name none; most_sections and fullest_session
--     where the student has no Coursework enrolment at the school, or no association of the year
--     with a whole section key there

WITH counted AS (
    SELECT
        associations.student_unique_id,
        associations.school_id,
        -- of the audited year, or with no year named
        count(*) FILTER (
            WHERE coalesce(associations.school_year, settings.school_year) = settings.school_year
        ) AS association_count
    FROM audit.student_section_associations AS associations
    CROSS JOIN audit.settings AS settings
    WHERE trim(associations.student_unique_id) <> ''
    GROUP BY ALL
),

-- cheap first pass: sections are counted only where "one or two courses" are expected
coursework AS (
    SELECT DISTINCT student_unique_id, school_id
    FROM audit.enrollments
    WHERE kind = 'coursework' AND student_unique_id IS NOT NULL
),

sections AS (
    SELECT DISTINCT
        student_unique_id, school_id, session_name, local_course_code, section_identifier
    FROM audit.student_section_associations
    SEMI JOIN coursework USING (student_unique_id, school_id)
    SEMI JOIN audit.settings USING (school_year)
    WHERE trim(session_name) <> ''
        AND trim(local_course_code) <> ''
        AND trim(section_identifier) <> ''
),

in_sessions AS (
    SELECT student_unique_id, school_id, session_name, count(*) AS section_count
    FROM sections
    GROUP BY ALL
),

fullest AS (
    SELECT
        student_unique_id, school_id, section_count AS most_sections,
        session_name AS fullest_session
    FROM in_sessions
    QUALIFY row_number() OVER (
        PARTITION BY student_unique_id, school_id
        ORDER BY section_count DESC, session_name
    ) = 1
)

SELECT counted.*, fullest.most_sections, fullest.fullest_session
FROM counted
LEFT JOIN fullest
    ON fullest.student_unique_id = counted.student_unique_id
    AND fullest.school_id = counted.school_id
