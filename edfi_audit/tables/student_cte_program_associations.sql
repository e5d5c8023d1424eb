-- Students in career education programs: the certificated status goes with one type of program,
-- "'Certified Career Education' in 23/24 and prior school years or an 'Industry Recognized
-- Credentials' program starting from the 24/25 school year" (DPI, message 6915).
-- grain: one row per studentCTEProgramAssociation key
-- resource: studentCTEProgramAssociations
-- key: student_unique_id, education_organization_id, program_education_organization_id,
--     program_name, program_type_descriptor, begin_date
-- inputs: audit.settings, audit.schools, audit.program_types, ods.local_education_agencies,
--     ods.student_cte_program_associations, reference.certificated_program_types
-- nulls: school_id is null unless a school reports the student; status_check where no status or
--     no type is given, or nothing says which types have a status

WITH associations AS (
    SELECT
        student_unique_id, education_organization_id, program_education_organization_id,
        program_name, program_type_descriptor, begin_date,
        max(nullif(trim(certificated_program_status_descriptor), '')) AS status
    FROM ods.student_cte_program_associations
    GROUP BY ALL
),

-- the types of programs that have a certificated status in the audited year
certificated AS (
    SELECT
        list(types.descriptor) AS descriptors,
        string_agg(types.code, ' or ' ORDER BY types.code) AS codes
    FROM reference.certificated_program_types AS certificated
    JOIN audit.settings AS settings
        ON settings.profile = certificated.profile
        AND settings.school_year >= coalesce(CAST(certificated.school_year_from AS INTEGER), 0)
        AND settings.school_year <= coalesce(CAST(certificated.school_year_to AS INTEGER), 9999)
    JOIN audit.program_types AS types ON types.code = certificated.code
),

agencies AS (
    SELECT DISTINCT local_education_agency_id AS lea_id FROM ods.local_education_agencies
)

SELECT
    schools.school_id,
    coalesce(schools.lea_id, agencies.lea_id) AS lea_id,
    settings.school_year,
    CASE WHEN settings.audit_date <= make_date(settings.school_year, 6, 30)
        THEN 'in_term' ELSE 'after_year' END AS phase,
    associations.student_unique_id,
    associations.education_organization_id,
    associations.program_education_organization_id,
    associations.program_name,
    associations.program_type_descriptor,
    associations.begin_date,
    coalesce(schools.is_choice, false) AS is_choice,
    certificated.codes AS certificated_types,
    CASE
        WHEN associations.status IS NULL
            OR associations.program_type_descriptor IS NULL
            OR certificated.codes IS NULL THEN NULL
        WHEN list_contains(certificated.descriptors, associations.program_type_descriptor)
            THEN 'ok'
        ELSE 'not a certificated type'
    END AS status_check
FROM associations
CROSS JOIN audit.settings AS settings
CROSS JOIN certificated
LEFT JOIN audit.schools AS schools
    ON schools.school_id = associations.education_organization_id AND schools.in_ods
LEFT JOIN agencies ON agencies.lea_id = associations.education_organization_id
