-- The persons whom the SIS would send with a section, as student, primary teacher or teacher, if only
-- they have an Ed-Fi ID, and the ID they have.
-- grain: one row per person, once as student and once as staff
-- resource: by row
-- key students: student_unique_id
-- key staffs: staff_unique_id
-- row: person_id
-- inputs: audit.expected_student_section_associations,
--   audit.expected_staff_section_associations, audit.schools, audit.settings, sis.person
-- nulls: edfi_id, and with it the key, where the person has none

WITH reportable AS (
    -- no other gate that judges the person holds the record back
    SELECT 'students' AS resource, person_id, school_id, section_id, trial_id
    FROM audit.expected_student_section_associations
    WHERE gate_section_sent AND gate_roster_in_session
        AND coalesce(gate_final_task, TRUE) AND coalesce(gate_enrollment_reportable, TRUE)
        AND coalesce(gate_grade_rostered, TRUE)
    UNION ALL
    SELECT 'staffs', person_id, school_id, section_id, trial_id
    FROM audit.expected_staff_section_associations
    WHERE history_id IS NOT NULL AND gate_section_sent AND gate_staff_type AND gate_role_known
        AND gate_role_mapped AND gate_district_assignment AND gate_term_overlap
),

persons AS (
    SELECT
        resource,
        person_id,
        arg_min(school_id, lpad(section_id, 20, '0')) AS school_id,
        count(DISTINCT (section_id, trial_id)) AS section_count
    FROM reportable
    GROUP BY resource, person_id
),

identifiers AS (
    SELECT personID, min(nullif(trim(edfiID), '')) AS edfi_id
    FROM sis.person
    GROUP BY personID
)

SELECT
    persons.resource,
    persons.person_id,
    CASE WHEN persons.resource = 'students' THEN identifiers.edfi_id END AS student_unique_id,
    CASE WHEN persons.resource = 'staffs' THEN identifiers.edfi_id END AS staff_unique_id,
    persons.school_id,
    schools.lea_id,
    settings.school_year,
    CASE
        WHEN settings.audit_date <= make_date(settings.school_year, 6, 30) THEN 'in_term'
        ELSE 'after_year'
    END AS phase,
    identifiers.edfi_id,
    persons.section_count
FROM persons
CROSS JOIN audit.settings AS settings
-- of whom the extract has no person at all, nobody knows whether they have an Ed-Fi ID
JOIN identifiers ON identifiers.personID = persons.person_id
LEFT JOIN audit.schools AS schools ON schools.school_id = persons.school_id
