-- The course offerings that went by another key in the earlier run, and what in the ODS still
-- carries that key: "If the natural key changes all dependent resources will delete/post".
-- grain: one row per key of the earlier run that no offering has any more, while a course that had
--   it sends another
-- resource: courseOfferings
-- key: school_id, school_year, session_name, local_course_code
-- inputs: audit.renamed_records, audit.schools, audit.sessions, audit.settings, ods.sections,
--   ods.staff_section_associations, ods.student_section_associations,
--   ods.student_section_attendance_events, ods.grades
-- nulls: lea_id where the ODS does not know the school

WITH renamed AS (
    SELECT *
    FROM audit.renamed_records
    WHERE resource = 'courseOfferings' AND NOT is_key_taken
    QUALIFY row_number() OVER (
        PARTITION BY school_id, school_year, session_name, local_course_code
        ORDER BY TRY_CAST(object_key AS BIGINT), object_key) = 1
),

children AS (
    SELECT 'section' AS kind, school_id, school_year, session_name, local_course_code
    FROM ods.sections
    UNION ALL
    SELECT 'staff', school_id, school_year, session_name, local_course_code
    FROM ods.staff_section_associations
    UNION ALL
    SELECT 'student', school_id, school_year, session_name, local_course_code
    FROM ods.student_section_associations
    UNION ALL
    SELECT 'attendance', school_id, school_year, session_name, local_course_code
    FROM ods.student_section_attendance_events
    UNION ALL
    SELECT 'grade', school_id, school_year, session_name, local_course_code
    FROM ods.grades
),

counted AS (
    SELECT
        school_id, school_year, session_name, local_course_code,
        count(*) FILTER (WHERE kind = 'section') AS section_count,
        count(*) FILTER (WHERE kind = 'staff') AS staff_count,
        count(*) FILTER (WHERE kind = 'student') AS student_count,
        count(*) FILTER (WHERE kind = 'attendance') AS attendance_count,
        count(*) FILTER (WHERE kind = 'grade') AS grade_count
    FROM children
    SEMI JOIN renamed USING (school_id, school_year, session_name, local_course_code)
    GROUP BY ALL
)

SELECT
    renamed.school_id,
    schools.lea_id,
    renamed.school_year,
    renamed.session_name,
    renamed.local_course_code,
    coalesce(sessions.phase, CASE
        WHEN settings.audit_date <= make_date(settings.school_year, 6, 30) THEN 'in_term'
        ELSE 'after_year' END) AS phase,
    renamed.object_key AS course_id,
    concat_ws(' / ', renamed.new_school_id, renamed.new_session_name,
        renamed.new_local_course_code) AS new_key,
    coalesce(counted.section_count, 0) AS section_count,
    coalesce(counted.staff_count, 0) AS staff_count,
    coalesce(counted.student_count, 0) AS student_count,
    coalesce(counted.attendance_count, 0) AS attendance_count,
    coalesce(counted.grade_count, 0) AS grade_count,
    coalesce(section_count + staff_count + student_count + attendance_count + grade_count, 0)
        AS children_left
FROM renamed
CROSS JOIN audit.settings AS settings
LEFT JOIN counted
    ON counted.school_id = renamed.school_id
    AND counted.school_year = renamed.school_year
    AND counted.session_name = renamed.session_name
    AND counted.local_course_code = renamed.local_course_code
LEFT JOIN audit.schools AS schools ON schools.school_id = renamed.school_id
LEFT JOIN audit.sessions AS sessions
    ON sessions.school_id = renamed.school_id
    AND sessions.school_year = renamed.school_year
    AND sessions.session_name = renamed.session_name
