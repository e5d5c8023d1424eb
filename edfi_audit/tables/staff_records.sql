-- The staff section associations of the ODS beside the expected ones, whichever of the two there
-- is: the key shown is the ODS record's where there is one. Where the two sides cannot be compared
-- there are the ODS records alone.
-- grain: one row per ODS staff section association, and per expected one that the ODS lacks
-- inputs: ods.staff_section_associations, audit.actual_records, audit.record_links,
--   audit.expected_records, audit.expected_staff_section_associations, audit.compared_resources,
--   audit.campus_calendars
-- nulls: actual_row and the ods_ columns are null where the record is not in the ODS, expected_row
--   and what the SIS tells where nothing is expected; campus_record where the natural key alone
--   tells the record apart

WITH in_extract AS (
    SELECT DISTINCT school_id, school_year FROM audit.campus_calendars
),

actual AS (
    SELECT
        staff.*,
        known.actual_row,
        coalesce(known.copy, 1) AS copy,
        in_extract.school_id IS NOT NULL AS in_scope,
        TRUE AS is_there
    FROM ods.staff_section_associations AS staff
    LEFT JOIN audit.actual_records AS known
        ON known.resource = 'staffSectionAssociations'
        AND known.id = lower(replace(staff.id, '-', ''))
    LEFT JOIN in_extract
        ON in_extract.school_id = staff.school_id
        AND in_extract.school_year = staff.school_year
),

expected AS (
    SELECT staff.*, record.expected_row, record.may_be_sent
    FROM audit.expected_records AS record
    JOIN audit.compared_resources AS compared
        ON compared.resource = record.resource AND compared.is_comparable
    JOIN audit.expected_staff_section_associations AS staff
        ON staff.campus_object_type = record.campus_object_type
        AND staff.object_key = record.object_key
        AND staff.session_name IS NOT DISTINCT FROM record.session_name
    WHERE record.resource = 'staffSectionAssociations' AND record.copy = 1
),

linked AS (
    SELECT expected.*, link.actual_row
    FROM expected
    LEFT JOIN audit.record_links AS link ON link.expected_row = expected.expected_row
)

SELECT
    actual.is_there IS NOT NULL AS in_ods,
    coalesce(actual.in_scope, TRUE) AS in_scope,
    actual.actual_row,
    linked.expected_row,
    CASE WHEN in_ods THEN actual.school_id ELSE linked.school_id END AS school_id,
    CASE WHEN in_ods THEN actual.school_year ELSE linked.school_year END AS school_year,
    CASE WHEN in_ods THEN actual.session_name ELSE linked.session_name END AS session_name,
    CASE WHEN in_ods THEN actual.local_course_code ELSE linked.local_course_code END
        AS local_course_code,
    CASE WHEN in_ods THEN actual.section_identifier ELSE linked.section_identifier END
        AS section_identifier,
    CASE WHEN in_ods THEN actual.staff_unique_id ELSE linked.staff_unique_id END
        AS staff_unique_id,
    CASE WHEN in_ods THEN actual.begin_date ELSE linked.begin_date END AS begin_date,
    CASE
        WHEN NOT in_ods THEN linked.campus_object_type || ' ' || linked.object_key
        WHEN actual.copy > 1
            OR actual.school_id IS NULL OR actual.school_year IS NULL
            OR actual.session_name IS NULL OR actual.local_course_code IS NULL
            OR actual.section_identifier IS NULL OR actual.staff_unique_id IS NULL
            OR actual.begin_date IS NULL
        THEN actual.id
    END AS campus_record,
    actual.id AS ods_id,
    actual.end_date AS ods_end_date,
    actual.classroom_position_descriptor,
    actual.highly_qualified_teacher,
    actual.percentage_contribution,
    actual.teacher_student_data_link_exclusion,
    actual.last_modified_date AS ods_modified,
    linked.begin_date AS expected_begin_date,
    linked.end_date AS expected_end_date,
    linked.* EXCLUDE (
        actual_row, expected_row, school_id, school_year, session_name, local_course_code,
        section_identifier, staff_unique_id, begin_date, end_date
    )
FROM actual
FULL JOIN linked ON linked.actual_row = actual.actual_row
