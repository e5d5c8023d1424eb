-- The ODS records of the four resources that are compared with the SIS, on one sheet.
-- `record_key` is built like that of the expected records. `copy` numbers the records of one
-- natural key: a second one is a duplicate, not another record.
-- grain: one row per ODS record
-- inputs: ods.course_offerings, ods.sections, ods.student_section_associations,
--   ods.staff_section_associations, audit.campus_calendars
-- nulls: record_key is null where a part of the key is; such a record is like no other;
--   end_date where the record is open, or is of a resource without one

WITH everything AS (
    SELECT
        'courseOfferings' AS resource,
        id, school_id, school_year, session_name, local_course_code,
        NULL AS section_identifier, NULL AS student_unique_id, NULL AS staff_unique_id,
        NULL AS begin_date, NULL AS end_date,
        school_id || '|' || school_year || '|' || session_name || '|'
            || lower(trim(local_course_code))
            AS record_key
    FROM ods.course_offerings
    UNION ALL
    SELECT
        'sections',
        id, school_id, school_year, session_name, local_course_code,
        section_identifier, NULL, NULL, NULL, NULL,
        school_id || '|' || school_year || '|' || session_name || '|'
            || lower(trim(local_course_code))
            || '|' || section_identifier
    FROM ods.sections
    UNION ALL
    SELECT
        'studentSectionAssociations',
        id, school_id, school_year, session_name, local_course_code,
        section_identifier, student_unique_id, NULL, begin_date, end_date,
        school_id || '|' || school_year || '|' || session_name || '|'
            || lower(trim(local_course_code))
            || '|' || section_identifier || '|' || student_unique_id || '|' || begin_date
    FROM ods.student_section_associations
    UNION ALL
    SELECT
        'staffSectionAssociations',
        id, school_id, school_year, session_name, local_course_code,
        section_identifier, NULL, staff_unique_id, begin_date, end_date,
        school_id || '|' || school_year || '|' || session_name || '|'
            || lower(trim(local_course_code))
            || '|' || section_identifier || '|' || staff_unique_id
    FROM ods.staff_section_associations
),

in_extract AS (
    SELECT DISTINCT school_id, school_year FROM audit.campus_calendars
)

SELECT
    everything.* REPLACE (lower(replace(everything.id, '-', '')) AS id),
    row_number() OVER () AS actual_row,
    in_extract.school_id IS NOT NULL AS in_scope,
    CASE WHEN record_key IS NULL THEN 1 ELSE row_number() OVER (
        PARTITION BY resource, record_key, local_course_code, begin_date ORDER BY everything.id
    ) END AS copy
FROM everything
LEFT JOIN in_extract
    ON in_extract.school_id = everything.school_id
    AND in_extract.school_year = everything.school_year
