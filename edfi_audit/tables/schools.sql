-- The schools an audit speaks of: those of the ODS, those of the SIS, and those that records name
-- although neither lists them (a wrong school id must stay visible as a school of its own).
-- grain: one row per school id
-- inputs: audit.settings, ods.schools, ods.local_education_agencies, ods.sessions,
--     ods.course_offerings, ods.sections, ods.student_section_associations,
--     ods.staff_section_associations, ods.student_school_associations,
--     ods.staff_school_associations, ods.grades, sis.school
-- nulls: lea_id, lea_name and name are null where the ODS (for name: the SIS as well) does not
--     know the school; grade_levels where the ODS lists none

WITH named_in_records AS (
    SELECT school_id FROM ods.sessions
    UNION SELECT school_id FROM ods.course_offerings
    UNION SELECT school_id FROM ods.sections
    UNION SELECT school_id FROM ods.student_section_associations
    UNION SELECT school_id FROM ods.staff_section_associations
    UNION SELECT school_id FROM ods.student_school_associations
    UNION SELECT school_id FROM ods.staff_school_associations
    UNION SELECT school_id FROM ods.grades
),

in_ods AS (
    SELECT
        school_id,
        min(local_education_agency_id) AS lea_id,
        min(name_of_institution) AS name,
        any_value(grade_levels) AS grade_levels
    FROM ods.schools
    WHERE school_id IS NOT NULL
    GROUP BY school_id
),

-- "This endpoint is NOT expected from Choice schools": the ODS says so itself where a school's
-- category or type has a code that begins with Choice; the settings name the others
kinds AS (
    SELECT school_id, unnest(school_categories) AS descriptor FROM ods.schools
    UNION ALL SELECT school_id, school_type_descriptor FROM ods.schools
),

choice AS (
    SELECT DISTINCT school_id FROM kinds
    WHERE lower(split_part(descriptor, '#', 2)) LIKE 'choice%'
),

-- Ed-Fi School Number, else State School Number when that is empty
in_sis AS (
    SELECT
        coalesce(
            try_cast(nullif(trim(edfiNumber), '') AS BIGINT), try_cast(trim(number) AS BIGINT)
        ) AS school_id,
        min(name) AS name
    FROM sis.school
    GROUP BY 1
),

agencies AS (
    SELECT local_education_agency_id AS lea_id, min(name_of_institution) AS lea_name
    FROM ods.local_education_agencies
    GROUP BY 1
),

universe AS (
    SELECT school_id FROM named_in_records WHERE school_id IS NOT NULL
    UNION SELECT school_id FROM in_ods
    UNION SELECT school_id FROM in_sis WHERE school_id IS NOT NULL
)

SELECT
    universe.school_id,
    in_ods.lea_id,
    agencies.lea_name,
    coalesce(in_ods.name, in_sis.name) AS name,
    choice.school_id IS NOT NULL
        OR list_contains(settings.choice_schools, universe.school_id) AS is_choice,
    list_contains(settings.jail_schools, universe.school_id) AS is_jail,
    in_ods.school_id IS NOT NULL AS in_ods,
    in_sis.school_id IS NOT NULL AS in_sis,
    in_ods.grade_levels
FROM universe
CROSS JOIN audit.settings AS settings
LEFT JOIN in_ods ON in_ods.school_id = universe.school_id
LEFT JOIN choice ON choice.school_id = universe.school_id
LEFT JOIN in_sis ON in_sis.school_id = universe.school_id
LEFT JOIN agencies ON agencies.lea_id = in_ods.lea_id
ORDER BY universe.school_id
