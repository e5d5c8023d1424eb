-- The expected records of all four resources on one sheet. `record_key` is the natural key as one
-- text, the course code without edge spaces and in lower case; a staff section association goes
-- without its begin date, so that a wrong date does not make it another record. `copy` numbers the
-- Campus objects that amount to one and the same record, for which `first_row` speaks.
-- grain: one row per expected record
-- inputs: audit.expected_course_offerings, audit.expected_sections,
--   audit.expected_student_section_associations, audit.expected_staff_section_associations
-- nulls: record_key is null where a part of the key is unknown; end_date for all but students;
--   absence_reason where the record ought to be in the ODS

WITH everything AS (
    SELECT
        'courseOfferings' AS resource,
        campus_object_type, object_key, school_id, school_year, session_name, local_course_code,
        NULL AS section_identifier, NULL AS student_unique_id, NULL AS staff_unique_id,
        NULL AS begin_date, NULL AS end_date, absence_reason, gate_has_section AS has_section,
        school_id || '|' || school_year || '|' || session_name || '|'
            || lower(trim(local_course_code))
            AS record_key
    FROM audit.expected_course_offerings
    UNION ALL
    SELECT
        'sections',
        campus_object_type, object_key, school_id, school_year, session_name, local_course_code,
        section_identifier, NULL, NULL, NULL, NULL, absence_reason, TRUE,
        school_id || '|' || school_year || '|' || session_name || '|'
            || lower(trim(local_course_code))
            || '|' || section_identifier
    FROM audit.expected_sections
    UNION ALL
    SELECT
        'studentSectionAssociations',
        campus_object_type, object_key, school_id, school_year, session_name, local_course_code,
        section_identifier, student_unique_id, NULL, begin_date, end_date, absence_reason, TRUE,
        school_id || '|' || school_year || '|' || session_name || '|'
            || lower(trim(local_course_code))
            || '|' || section_identifier || '|' || student_unique_id || '|' || begin_date
    FROM audit.expected_student_section_associations
    UNION ALL
    SELECT
        'staffSectionAssociations',
        campus_object_type, object_key, school_id, school_year, session_name, local_course_code,
        section_identifier, NULL, staff_unique_id, begin_date, NULL, absence_reason, TRUE,
        school_id || '|' || school_year || '|' || session_name || '|'
            || lower(trim(local_course_code))
            || '|' || section_identifier || '|' || staff_unique_id
    FROM audit.expected_staff_section_associations
)

SELECT
    *,
    -- those that lose the Teacher-of-Record decision or whose role nobody tells, and students of
    -- grades that need not be rostered, are no surprise where the ODS has them
    absence_reason IS NULL OR absence_reason
        IN ('gate_teacher_of_record', 'gate_role_known', 'gate_grade_rostered') AS may_be_sent,
    -- staff who are neither P nor T are no records; nor is a course that nobody made a section of:
    -- it stands in the catalogue, and nothing ever called for an offering
    has_section AND absence_reason IS DISTINCT FROM 'gate_staff_type' AS is_record,
    CASE WHEN record_key IS NULL THEN 1 ELSE row_number() OVER same_record END AS copy,
    CASE WHEN record_key IS NULL THEN expected_row
        ELSE first_value(expected_row) OVER same_record END AS first_row
FROM (SELECT *, row_number() OVER () AS expected_row FROM everything)
WINDOW same_record AS (
    PARTITION BY resource, record_key, local_course_code, begin_date
    ORDER BY absence_reason IS NOT NULL, absence_reason, TRY_CAST(object_key AS BIGINT),
        object_key, expected_row
)
