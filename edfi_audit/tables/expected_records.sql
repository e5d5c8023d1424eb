-- The expected records of all four resources on one sheet. `record_key` is the natural key as one
-- text; a staff section association goes without its begin date, so that a wrong date does not
-- make it another record. `copy` numbers the Campus objects that amount to one and the same record.
-- grain: one row per expected record
-- inputs: audit.expected_course_offerings, audit.expected_sections,
--   audit.expected_student_section_associations, audit.expected_staff_section_associations
-- nulls: record_key is null where a part of the key is unknown; absence_reason is null where the
--   record ought to be in the ODS

WITH everything AS (
    SELECT
        'courseOfferings' AS resource,
        campus_object_type, object_key, school_id, school_year, session_name, local_course_code,
        NULL AS section_identifier, NULL AS student_unique_id, NULL AS staff_unique_id,
        NULL AS begin_date, absence_reason,
        school_id || '|' || school_year || '|' || session_name || '|' || local_course_code
            AS record_key
    FROM audit.expected_course_offerings
    UNION ALL
    SELECT
        'sections',
        campus_object_type, object_key, school_id, school_year, session_name, local_course_code,
        section_identifier, NULL, NULL, NULL, absence_reason,
        school_id || '|' || school_year || '|' || session_name || '|' || local_course_code
            || '|' || section_identifier
    FROM audit.expected_sections
    UNION ALL
    SELECT
        'studentSectionAssociations',
        campus_object_type, object_key, school_id, school_year, session_name, local_course_code,
        section_identifier, student_unique_id, NULL, begin_date, absence_reason,
        school_id || '|' || school_year || '|' || session_name || '|' || local_course_code
            || '|' || section_identifier || '|' || student_unique_id || '|' || begin_date
    FROM audit.expected_student_section_associations
    UNION ALL
    SELECT
        'staffSectionAssociations',
        campus_object_type, object_key, school_id, school_year, session_name, local_course_code,
        section_identifier, NULL, staff_unique_id, begin_date, absence_reason,
        school_id || '|' || school_year || '|' || session_name || '|' || local_course_code
            || '|' || section_identifier || '|' || staff_unique_id
    FROM audit.expected_staff_section_associations
)

SELECT
    *,
    row_number() OVER () AS expected_row,
    -- those that lose the Teacher-of-Record decision are no surprise where the ODS has them
    absence_reason IS NULL OR absence_reason = 'gate_teacher_of_record' AS may_be_sent,
    CASE WHEN record_key IS NULL THEN 1 ELSE row_number() OVER (
        PARTITION BY resource, record_key, begin_date
        ORDER BY absence_reason IS NOT NULL, absence_reason, object_key
    ) END AS copy
FROM everything
