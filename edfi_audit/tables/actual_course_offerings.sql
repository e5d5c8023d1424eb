-- The course offerings of the ODS, each with what can be said of it without its counterpart in the
-- SIS. `copy` numbers the records of one natural key.
-- grain: one row per ODS course offering
-- inputs: ods.course_offerings, ods.courses, ods.sections, sis.course, sis.calendar,
--   sis.edfiConfiguration, audit.actual_records, audit.identity_mappings, audit.campus_courses,
--   audit.campus_schools, audit.sessions
-- nulls: in_scope is null where the record has no id; reference_check where neither reference is
--   whole; unreported and year_check where the extract knows nothing of the school; section_count
--   where the key is not whole

WITH sections AS (
    SELECT school_id, school_year, session_name, local_course_code, count(*) AS section_count
    FROM ods.sections
    GROUP BY ALL
),

courses AS (
    SELECT DISTINCT education_organization_id, course_code FROM ods.courses
),

valid_years AS (
    SELECT DISTINCT TRY_CAST(endYear AS INTEGER) AS school_year
    FROM sis.edfiConfiguration
    WHERE valid
),

mapped AS (
    -- "Course Offerings will report to the configured year to which they are aligned"
    SELECT mapping.actual_row,
        list(DISTINCT TRY_CAST(calendar.endYear AS INTEGER)) AS calendar_years
    FROM audit.identity_mappings AS mapping
    JOIN sis.course AS course ON course.courseID = mapping.object_key
    JOIN sis.calendar AS calendar ON calendar.calendarID = course.calendarID
    WHERE mapping.resource = 'courseOfferings' AND lower(mapping.campus_object_type) = 'course'
    GROUP BY mapping.actual_row
),

campus_school_ids AS (
    SELECT DISTINCT school_id FROM audit.campus_schools WHERE school_id IS NOT NULL
),

state_numbered AS (
    -- courses under the State School Number of a school that has an Ed-Fi School Number
    SELECT DISTINCT school.state_school_id AS school_id, course.school_year,
        lower(trim(course.local_course_code)) AS course_code
    FROM audit.campus_schools AS school
    JOIN audit.campus_courses AS course ON course.school_id = school.school_id
    WHERE school.state_school_id <> school.school_id
        AND school.state_school_id NOT IN (SELECT school_id FROM campus_school_ids)
),

offerings AS (
    SELECT
        offering.*,
        actual.actual_row,
        actual.in_scope,
        coalesce(actual.copy, 1) AS copy,
        lower(trim(offering.local_course_code)) AS course_code_folded,
        coalesce(offering.session_school_id, offering.school_id) AS session_school,
        nullif(concat_ws(', ',
            CASE WHEN coalesce(trim(offering.local_course_code), '') = ''
                THEN 'localCourseCode' END,
            CASE WHEN coalesce(trim(offering.course_code), '') = ''
                OR offering.education_organization_id IS NULL THEN 'courseReference' END,
            CASE WHEN offering.school_id IS NULL THEN 'schoolReference' END,
            CASE WHEN coalesce(trim(offering.session_name), '') = ''
                OR offering.school_year IS NULL THEN 'sessionReference' END
        ), '') AS lacking
    FROM ods.course_offerings AS offering
    LEFT JOIN audit.actual_records AS actual
        ON actual.resource = 'courseOfferings'
        AND actual.id = lower(replace(offering.id, '-', ''))
),

referring AS (
    SELECT
        *,
        coalesce(lacking, '') NOT LIKE '%courseReference%' AS has_course_reference,
        coalesce(lacking, '') NOT LIKE '%sessionReference%' AND session_school IS NOT NULL
            AS has_session_reference,
        coalesce(lacking, 'courseReference') = 'courseReference' AS has_whole_key
    FROM offerings
)

SELECT
    offering.id,
    offering.actual_row,
    offering.in_scope,
    offering.copy,
    offering.school_id,
    offering.school_year,
    offering.session_name,
    offering.local_course_code,
    offering.local_course_title,
    offering.education_organization_id,
    offering.course_code,
    offering.course_code_folded,
    offering.has_whole_key,
    coalesce(offering.lacking, 'nothing') AS lacking,
    CASE
        WHEN NOT has_course_reference AND NOT has_session_reference THEN NULL
        WHEN has_course_reference AND course.course_code IS NULL
            AND has_session_reference AND session.session_name IS NULL
            THEN 'neither in /courses nor in /sessions'
        WHEN has_course_reference AND course.course_code IS NULL THEN 'not in /courses'
        WHEN has_session_reference AND session.session_name IS NULL THEN 'not in /sessions'
        ELSE 'ok'
    END AS reference_check,
    -- "This is optional, does not report"
    CASE WHEN offering.in_scope THEN coalesce(nullif(concat_ws(', ',
        CASE WHEN len(course_level_characteristics) > 0 THEN 'courseLevelCharacteristics' END,
        CASE WHEN len(curriculum_used) > 0 THEN 'curriculumUsed' END,
        CASE WHEN instructional_time_planned IS NOT NULL THEN 'instructionalTimePlanned' END,
        CASE WHEN len(offered_grade_levels) > 0 THEN 'offeredGradeLevels' END
    ), ''), 'nothing') END AS unreported,
    state_numbered.school_id IS NOT NULL AS has_state_number,
    -- "Data will only send for years that have valid configuration"
    CASE
        WHEN offering.school_year IS NULL THEN NULL
        WHEN NOT list_contains(mapped.calendar_years, offering.school_year)
            THEN 'not the year of the course''s calendar'
        WHEN mapped.actual_row IS NULL AND known.school_id IS NULL THEN NULL
        WHEN valid_year.school_year IS NULL THEN 'without valid configuration'
        ELSE 'valid'
    END AS year_check,
    CASE WHEN has_whole_key THEN coalesce(sections.section_count, 0) END AS section_count
FROM referring AS offering
LEFT JOIN courses AS course
    ON course.education_organization_id = offering.education_organization_id
    AND course.course_code = offering.course_code
LEFT JOIN audit.sessions AS session
    ON session.school_id = offering.session_school
    AND session.school_year = offering.school_year
    AND session.session_name = offering.session_name
LEFT JOIN sections
    ON sections.school_id = offering.school_id
    AND sections.school_year = offering.school_year
    AND sections.session_name = offering.session_name
    AND sections.local_course_code = offering.local_course_code
LEFT JOIN state_numbered
    ON state_numbered.school_id = offering.school_id
    AND state_numbered.school_year = offering.school_year
    AND state_numbered.course_code = offering.course_code_folded
LEFT JOIN mapped ON mapped.actual_row = offering.actual_row
LEFT JOIN campus_school_ids AS known ON known.school_id = offering.school_id
LEFT JOIN valid_years AS valid_year ON valid_year.school_year = offering.school_year
