-- Every statement that names a program: the entries of /programs, and the programs of student
-- section associations, core `programs` and `_ext.wi.programs` alike. Participation is stated
-- "in a student-level (on /studentSectionAssociation, and not on /sections".
-- grain: one row per entry of /programs, and per distinct program of a studentSectionAssociation
-- resource: by row
-- key programs: education_organization_id, program_name, program_type_descriptor
-- key studentSectionAssociations: school_id, school_year, session_name, local_course_code,
--     section_identifier, student_unique_id, begin_date
-- row: education_organization_id, program_name, program_type_descriptor
-- inputs: audit.settings, audit.schools, audit.sessions, audit.section_staffing,
--     audit.program_types, audit.student_section_program_statements, ods.programs,
--     ods.local_education_agencies, reference.program_type_years
-- nulls: of an entry of /programs the section, student and dates are null, and school_id unless
--     a school owns it; type_is_known, type_year_outcome and program_in_ods are null where a part
--     they need is; section_staff_count and section_teacher_of_record_count on all but one
--     dual-enrolment program of an association, and where a part of the section's key is missing

-- the same program in both places is one statement
WITH statements AS (
    SELECT
        'studentSectionAssociations' AS resource,
        CASE
            WHEN core_count > 0 AND wi_count > 0 THEN 'both'
            WHEN core_count > 0 THEN 'programs'
            ELSE '_ext.wi.programs'
        END AS origin,
        school_id, school_year, session_name, local_course_code, section_identifier,
        student_unique_id, begin_date,
        education_organization_id, program_name, program_type_descriptor,
        type_code, is_first_dual
    FROM audit.student_section_program_statements
),

-- a blank is no value
entries AS (
    SELECT DISTINCT
        education_organization_id,
        CASE WHEN trim(program_name) <> '' THEN program_name END AS program_name,
        CASE
            WHEN trim(program_type_descriptor) <> '' THEN program_type_descriptor
        END AS program_type_descriptor
    FROM ods.programs
),

listed AS (
    SELECT DISTINCT education_organization_id, program_name, program_type_descriptor
    FROM ods.programs
),

agencies AS (
    SELECT DISTINCT local_education_agency_id AS lea_id FROM ods.local_education_agencies
),

-- dual enrolment asks for a local teacher once per association, and whether or not /sections lists
-- its section
checked AS (
    SELECT
        *,
        true AS is_participation,
        is_first_dual
            AND school_id IS NOT NULL
            AND school_year IS NOT NULL
            AND session_name IS NOT NULL
            AND local_course_code IS NOT NULL
            AND section_identifier IS NOT NULL AS needs_teacher
    FROM statements
    UNION ALL BY NAME
    SELECT
        'programs' AS resource,
        '/programs' AS origin,
        schools.school_id,
        settings.school_year,
        entries.*,
        types.code AS type_code,
        false AS is_participation,
        false AS needs_teacher
    FROM entries
    CROSS JOIN audit.settings AS settings
    LEFT JOIN audit.schools AS schools
        ON schools.school_id = entries.education_organization_id AND schools.in_ods
    LEFT JOIN audit.program_types AS types
        ON types.descriptor = entries.program_type_descriptor
)

SELECT
    checked.resource,
    checked.school_id,
    coalesce(schools.lea_id, agencies.lea_id) AS lea_id,
    checked.school_year,
    checked.session_name,
    checked.local_course_code,
    checked.section_identifier,
    checked.student_unique_id,
    checked.begin_date,
    checked.education_organization_id,
    checked.program_name,
    checked.program_type_descriptor,
    checked.origin,
    checked.type_code,
    coalesce(schools.is_choice, false) AS is_choice,
    coalesce(
        sessions.phase,
        CASE WHEN settings.audit_date <= make_date(
                CASE WHEN checked.school_year BETWEEN 1990 AND 2100 THEN checked.school_year
                    ELSE settings.school_year END, 6, 30)
            THEN 'in_term' ELSE 'after_year' END
    ) AS phase,
    CASE
        WHEN checked.is_participation AND checked.program_type_descriptor IS NOT NULL
            THEN checked.type_code IS NOT NULL
    END AS type_is_known,
    CASE WHEN checked.is_participation THEN years.outcome END AS type_year_outcome,
    CASE
        WHEN checked.is_participation
            AND checked.education_organization_id IS NOT NULL
            AND checked.program_name IS NOT NULL
            AND checked.program_type_descriptor IS NOT NULL
            THEN listed.program_name IS NOT NULL
    END AS program_in_ods,
    CASE WHEN checked.needs_teacher THEN coalesce(staffing.staff_count, 0) END
        AS section_staff_count,
    CASE WHEN checked.needs_teacher THEN coalesce(staffing.teacher_of_record_count, 0) END
        AS section_teacher_of_record_count
FROM checked
CROSS JOIN audit.settings AS settings
LEFT JOIN audit.schools AS schools ON schools.school_id = checked.school_id
LEFT JOIN agencies
    ON agencies.lea_id = checked.education_organization_id AND NOT checked.is_participation
LEFT JOIN audit.sessions AS sessions
    ON sessions.school_id = checked.school_id
    AND sessions.school_year = checked.school_year
    AND sessions.session_name = checked.session_name
LEFT JOIN reference.program_type_years AS years
    ON years.code = checked.type_code
    AND years.profile = settings.profile
    AND checked.school_year >= coalesce(CAST(years.school_year_from AS INTEGER), 0)
    AND checked.school_year <= coalesce(CAST(years.school_year_to AS INTEGER), 9999)
LEFT JOIN listed
    ON listed.education_organization_id = checked.education_organization_id
    AND listed.program_name = checked.program_name
    AND listed.program_type_descriptor = checked.program_type_descriptor
LEFT JOIN audit.section_staffing AS staffing
    ON staffing.school_id = checked.school_id
    AND staffing.school_year = checked.school_year
    AND staffing.session_name = checked.session_name
    AND staffing.local_course_code = checked.local_course_code
    AND staffing.section_identifier = checked.section_identifier
