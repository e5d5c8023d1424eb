-- The sections whose course earns no mark in the SIS: "no grade including (pass/fail) may be
-- earned".
-- grain: one row per section of the ODS that is linked to a Campus section of such a course
-- inputs: sis.course, audit.campus_sections, audit.expected_records, audit.record_links,
--     audit.actual_records
-- nulls: none; without an extract, or a column course.gradable in it, there is no row

WITH ungradable AS (
    SELECT DISTINCT section.section_id
    FROM audit.campus_sections AS section
    JOIN sis.course AS course ON course.courseID = section.course_id
    WHERE NOT course.gradable
)

SELECT DISTINCT
    actual.school_id, actual.school_year, actual.session_name, actual.local_course_code,
    actual.section_identifier
FROM ungradable
JOIN audit.expected_records AS expected
    ON expected.resource = 'sections' AND expected.object_key = ungradable.section_id
JOIN audit.record_links AS links ON links.expected_row = expected.expected_row
JOIN audit.actual_records AS actual ON actual.actual_row = links.actual_row
