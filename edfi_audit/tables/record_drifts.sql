-- The records that SIS and ODS both have, and the reported fields in which they differ: of course
-- offerings the title, of students the end date, of staff both dates and the position. Where several
-- Campus objects amount to one offering or student's record, the field of any of them will do.
-- grain: one row per linked ODS record
-- resource: by row
-- key courseOfferings: school_id, school_year, session_name, local_course_code
-- key studentSectionAssociations: school_id, school_year, session_name, local_course_code,
--   section_identifier, student_unique_id, begin_date
-- key staffSectionAssociations: school_id, school_year, session_name, local_course_code,
--   section_identifier, staff_unique_id, begin_date
-- inputs: audit.record_links, audit.expected_records, audit.actual_records, audit.staff_records,
--   audit.schools, audit.sessions, audit.settings, ods.course_offerings, sis.course
-- nulls: drift is null where the extract tells none of the fields

WITH linked AS (
    SELECT link.actual_row, expected.resource, expected.object_key, expected.end_date
    FROM audit.record_links AS link
    JOIN audit.expected_records AS sent
        ON sent.expected_row = link.expected_row AND sent.may_be_sent
    JOIN audit.expected_records AS expected
        ON expected.first_row = link.expected_row AND expected.may_be_sent
    WHERE sent.resource IN ('courseOfferings', 'studentSectionAssociations')
),

offerings AS (
    SELECT
        linked.actual_row,
        CASE
            WHEN count(trim(course.name)) = 0 THEN NULL
            WHEN bool_or(trim(course.name) = trim(offering.local_course_title)) THEN 'none'
            ELSE 'localCourseTitle'
        END AS drift
    FROM linked
    JOIN audit.actual_records AS actual ON actual.actual_row = linked.actual_row
    JOIN ods.course_offerings AS offering
        ON lower(replace(offering.id, '-', '')) = actual.id
    LEFT JOIN sis.course AS course ON course.courseID = linked.object_key
    WHERE linked.resource = 'courseOfferings'
    GROUP BY linked.actual_row
),

students AS (
    SELECT
        linked.actual_row,
        CASE WHEN bool_or(linked.end_date IS NOT DISTINCT FROM actual.end_date) THEN 'none'
            ELSE 'endDate' END AS drift
    FROM linked
    JOIN audit.actual_records AS actual ON actual.actual_row = linked.actual_row
    WHERE linked.resource = 'studentSectionAssociations'
    GROUP BY linked.actual_row
),

staff AS (
    SELECT
        record.actual_row,
        coalesce(nullif(concat_ws(', ',
            CASE WHEN record.begin_date IS DISTINCT FROM expected_begin_date
                AND expected_begin_date IS NOT NULL THEN 'beginDate' END,
            CASE WHEN ods_end_date IS DISTINCT FROM expected_end_date
                AND expected_end_date IS NOT NULL THEN 'endDate' END,
            -- who is Teacher of Record without a role may have any descriptor that says so
            CASE WHEN position_rule = 'role'
                    AND classroom_position_descriptor IS DISTINCT FROM expected_position
                OR position_rule <> 'role' AND NOT coalesce(list_contains(settings.tor_codes,
                    regexp_replace(classroom_position_descriptor, '^.*#', '')), FALSE)
                THEN 'classroomPositionDescriptor' END
        ), ''), 'none') AS drift
    FROM audit.staff_records AS record
    CROSS JOIN audit.settings AS settings
    WHERE record.in_ods AND record.may_be_sent
),

drifts AS (
    SELECT * FROM offerings
    UNION ALL
    SELECT * FROM staff
    UNION ALL
    SELECT * FROM students
)

SELECT
    actual.resource,
    actual.school_id,
    schools.lea_id,
    actual.school_year,
    actual.session_name,
    actual.local_course_code,
    actual.section_identifier,
    actual.student_unique_id,
    actual.staff_unique_id,
    actual.begin_date,
    coalesce(sessions.phase, CASE
        WHEN settings.audit_date <= make_date(settings.school_year, 6, 30) THEN 'in_term'
        ELSE 'after_year' END) AS phase,
    drifts.drift
FROM drifts
CROSS JOIN audit.settings AS settings
JOIN audit.actual_records AS actual ON actual.actual_row = drifts.actual_row
LEFT JOIN audit.schools AS schools ON schools.school_id = actual.school_id
LEFT JOIN audit.sessions AS sessions
    ON sessions.school_id = actual.school_id
    AND sessions.school_year = actual.school_year
    AND sessions.session_name = actual.session_name
