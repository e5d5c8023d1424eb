-- The staff section associations of the ODS: who holds which section from when to when, and as its
-- Teacher of Record or not.
-- grain: one row per ODS staff section association
-- inputs: ods.staff_section_associations, audit.settings
-- nulls: none beside what the ODS lacks; a null end is open

SELECT
    staff.school_id,
    staff.school_year,
    staff.session_name,
    staff.local_course_code,
    staff.section_identifier,
    staff.staff_unique_id,
    staff.begin_date,
    staff.end_date,
    staff.classroom_position_descriptor AS classroom_position,
    -- districts write the position in their own namespace: the code after '#' decides
    coalesce(list_contains(
        settings.tor_codes, regexp_replace(trim(staff.classroom_position_descriptor), '^.*#', '')
    ), FALSE) AS is_teacher_of_record
FROM ods.staff_section_associations AS staff
CROSS JOIN audit.settings AS settings
