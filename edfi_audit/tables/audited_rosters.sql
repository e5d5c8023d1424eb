-- The student section associations whose roster row in the SIS is an audit: "Auditing a course
-- means a student can take classes but cannot be graded or given credit for a particular course."
-- grain: one row per studentSectionAssociation key whose roster row is an audit
-- inputs: audit.expected_student_section_associations, audit.expected_records,
--     audit.record_links, audit.actual_records
-- nulls: none; without an extract, or a column roster.audit in it, there is no row

WITH audited AS (
    SELECT campus_object_type, object_key, session_name
    FROM audit.expected_student_section_associations
    WHERE is_audit
)

SELECT DISTINCT
    actual.school_id, actual.school_year, actual.session_name, actual.local_course_code,
    actual.section_identifier, actual.student_unique_id, actual.begin_date
FROM audited
JOIN audit.expected_records AS expected
    ON expected.resource = 'studentSectionAssociations'
    AND expected.campus_object_type = audited.campus_object_type
    AND expected.object_key = audited.object_key
    AND expected.session_name = audited.session_name
JOIN audit.record_links AS links ON links.expected_row = expected.expected_row
JOIN audit.actual_records AS actual ON actual.actual_row = links.actual_row
