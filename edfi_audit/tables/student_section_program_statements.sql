-- What student section associations state of programs: the core `programs` and the extension's
-- `_ext.wi.programs` alike, each program once. Participation is stated "in a student-level (on
-- /studentSectionAssociation, and not on /sections".
-- grain: one row per studentSectionAssociation key and distinct program
-- inputs: ods.student_section_associations, audit.program_types
-- nulls: a blank name or type is null; type_code and participation where the type is none of the
--     state's, participation also where the type counts as none

WITH associations AS (
    SELECT
        school_id, school_year, session_name, local_course_code, section_identifier,
        student_unique_id, begin_date,
        row_number() OVER () AS record,
        coalesce(programs, []) AS core,
        coalesce(wi_programs, []) AS wi
    FROM ods.student_section_associations
    WHERE len(programs) > 0 OR len(wi_programs) > 0
),

unnested AS (
    SELECT * EXCLUDE (core, wi), 'core' AS list, unnest(core) AS program FROM associations
    UNION ALL
    SELECT * EXCLUDE (core, wi), 'wi', unnest(wi) FROM associations
),

-- how often each record names a program, and in which list; a blank is no value
per_record AS (
    SELECT
        school_id, school_year, session_name, local_course_code, section_identifier,
        student_unique_id, begin_date, record,
        program.education_organization_id AS education_organization_id,
        CASE WHEN trim(program.program_name) <> '' THEN program.program_name END AS program_name,
        CASE
            WHEN trim(program.program_type_descriptor) <> '' THEN program.program_type_descriptor
        END AS program_type_descriptor,
        count(*) FILTER (WHERE list = 'core') AS core_count,
        count(*) FILTER (WHERE list = 'wi') AS wi_count
    FROM unnested
    GROUP BY ALL
),

-- a key that the ODS holds twice, which SSA-014 reports, states each program once
statements AS (
    SELECT * EXCLUDE (record, core_count, wi_count),
        max(core_count) AS core_count,
        max(wi_count) AS wi_count
    FROM per_record
    GROUP BY ALL
)

SELECT
    statements.*,
    types.code AS type_code,
    types.participation,
    -- dual enrollment asks for a teacher once per association, however many programs it names
    coalesce(types.participation = 'dual', false) AND row_number() OVER (
        PARTITION BY
            school_id, school_year, session_name, local_course_code, section_identifier,
            student_unique_id, begin_date, types.participation
        ORDER BY program_name, education_organization_id
    ) = 1 AS is_first_dual
FROM statements
LEFT JOIN audit.program_types AS types ON types.descriptor = statements.program_type_descriptor
