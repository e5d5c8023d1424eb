-- The rows of audit.staff_records with what the ODS alone tells of its staff section associations.
-- grain: one row per row of audit.staff_records
-- inputs: audit.staff_records, audit.settings, ods.sections, ods.staffs,
--   ods.staff_school_associations
-- nulls: a check is null for what is not in the ODS, and where a part of the key that it needs is
--   missing; optional_fields for records out of the extract's scope

WITH sections AS (
    SELECT DISTINCT school_id, school_year, session_name, local_course_code, section_identifier
    FROM ods.sections
),

staffs AS (
    SELECT DISTINCT staff_unique_id FROM ods.staffs
),

employed AS (
    SELECT DISTINCT staff_unique_id, school_id FROM ods.staff_school_associations
),

records AS (
    SELECT
        *,
        in_ods AND school_id IS NOT NULL AND school_year IS NOT NULL AND trim(session_name) <> ''
            AND trim(local_course_code) <> '' AND trim(section_identifier) <> ''
            AND trim(staff_unique_id) <> '' AS has_references,
        -- how long those who began before hold the section
        max(coalesce(ods_end_date, DATE '9999-12-31')) OVER (
            PARTITION BY in_ods, school_id, school_year, session_name, local_course_code,
                section_identifier, staff_unique_id
            ORDER BY begin_date NULLS FIRST, ods_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS taken_until
    FROM audit.staff_records
)

SELECT
    record.* EXCLUDE (has_references, taken_until),

    CASE WHEN has_references THEN
        CASE
            WHEN sections.school_id IS NULL AND staffs.staff_unique_id IS NULL
                THEN 'neither section nor staff member in the ODS'
            WHEN sections.school_id IS NULL THEN 'section not in the ODS'
            WHEN staffs.staff_unique_id IS NULL THEN 'staff member not in the ODS'
            ELSE 'ok'
        END END AS reference_check,

    -- "This is optional, does not report"
    CASE WHEN in_ods AND in_scope THEN coalesce(nullif(concat_ws(', ',
            CASE WHEN highly_qualified_teacher IS NOT NULL THEN 'highlyQualifiedTeacher' END,
            CASE WHEN percentage_contribution IS NOT NULL THEN 'percentageContribution' END,
            CASE WHEN teacher_student_data_link_exclusion IS NOT NULL
                THEN 'teacherStudentDataLinkExclusion' END), ''), 'none') END AS optional_fields,

    -- districts write the position in their own namespace: the code after '#' decides
    CASE WHEN in_ods AND len(settings.classroom_positions) > 0 THEN
        CASE
            WHEN coalesce(trim(classroom_position_descriptor), '') = '' THEN 'none'
            WHEN list_contains(settings.classroom_positions,
                regexp_replace(trim(classroom_position_descriptor), '^.*#', '')) THEN 'known'
            ELSE 'unknown'
        END END AS position_check,

    CASE WHEN in_ods AND record.school_id IS NOT NULL AND trim(record.staff_unique_id) <> ''
        THEN employed.school_id IS NOT NULL END AS is_at_school,

    -- of two that overlap, both days included, the one that begins later is the one too many
    CASE WHEN has_references
        THEN coalesce(taken_until >= coalesce(begin_date, DATE '0001-01-01'), FALSE) END
        AS overlaps_earlier
FROM records AS record
CROSS JOIN audit.settings AS settings
LEFT JOIN sections
    ON sections.school_id = record.school_id
    AND sections.school_year = record.school_year
    AND sections.session_name = record.session_name
    AND sections.local_course_code = record.local_course_code
    AND sections.section_identifier = record.section_identifier
LEFT JOIN staffs ON staffs.staff_unique_id = record.staff_unique_id
LEFT JOIN employed
    ON employed.staff_unique_id = record.staff_unique_id
    AND employed.school_id = record.school_id
