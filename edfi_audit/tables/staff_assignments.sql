-- Campus staff history of the sections that may be sent: can each teacher be reported at all?
-- Judged whether or not the record was sent.
-- grain: one row per Campus staff-history row of a section whose own gates pass
-- resource: staffSectionAssociations
-- key: school_id, school_year, session_name, local_course_code, section_identifier,
--   staff_unique_id, begin_date
-- row: history_id
-- inputs: audit.expected_staff_section_associations, audit.sessions,
--   audit.schools, audit.settings
-- nulls: a check is null for staff who are neither P nor T; session_name and begin_date where the
--   row lies in no session; staff_unique_id where the person has no Ed-Fi ID

WITH first_records AS (
    -- a row that reports into several sessions is placed by the first of them
    SELECT *
    FROM audit.expected_staff_section_associations
    WHERE gate_section_sent AND history_id IS NOT NULL
    QUALIFY row_number() OVER (
        PARTITION BY history_id
        ORDER BY coalesce(gate_term_overlap, FALSE) DESC, term_start NULLS LAST, session_name
    ) = 1
)

SELECT
    record.school_id,
    schools.lea_id,
    record.school_year,
    record.session_name,
    record.local_course_code,
    record.section_identifier,
    record.staff_unique_id,
    record.begin_date,
    record.history_id,
    record.person_id,
    coalesce(sessions.phase, CASE WHEN settings.audit_date <= record.year_end
        THEN 'in_term' ELSE 'after_year' END) AS phase,
    record.staff_type,
    coalesce(record.role, '(blank)') AS role,
    record.year_begin,
    record.year_end,
    CASE WHEN record.gate_staff_type THEN
        CASE WHEN record.gate_role_mapped THEN 'mapped' ELSE 'not mapped' END END AS role_mapping,
    CASE WHEN record.gate_staff_type THEN
        CASE WHEN record.gate_staff_id THEN 'known' ELSE 'none' END END AS staff_id,
    CASE WHEN record.gate_staff_type THEN
        CASE WHEN record.gate_district_assignment THEN 'overlaps' ELSE 'none' END END
        AS district_assignment
FROM first_records AS record
CROSS JOIN audit.settings AS settings
LEFT JOIN audit.schools AS schools ON schools.school_id = record.school_id
LEFT JOIN audit.sessions AS sessions
    ON sessions.school_id = record.school_id
    AND sessions.school_year = record.school_year
    AND sessions.session_name = record.session_name
