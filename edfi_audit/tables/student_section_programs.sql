-- The programs of student section associations beside what else the ODS says of student, section and
-- program: who teaches dual enrollment, in which grade, and whether the student is in the program.
-- grain: one row per studentSectionAssociation key and distinct program
-- resource: studentSectionAssociations
-- key: school_id, school_year, session_name, local_course_code, section_identifier,
--     student_unique_id, begin_date
-- row: education_organization_id, program_name, program_type_descriptor
-- inputs: audit.settings, audit.schools, audit.sessions, audit.student_grade_levels,
--     audit.student_section_program_statements, ods.staff_section_associations,
--     ods.staff_school_associations, ods.student_program_associations,
--     ods.student_cte_program_associations
-- nulls: local_staff_check and grade_check are null on all but one dual-enrollment program of an
--     association, and where the section has no staff or the grade is unknown; association_check
--     where the student or a part of the program is missing; repetition_check where a part of
--     the program is; list_check also where one list alone names the program

WITH statements AS (
    SELECT
        *,
        education_organization_id IS NOT NULL
            AND program_name IS NOT NULL
            AND program_type_descriptor IS NOT NULL AS is_complete,
        max(core_count) FILTER (WHERE program_type_descriptor IS NOT NULL) OVER same_name
            AS core_count_of_name,
        max(wi_count) FILTER (WHERE program_type_descriptor IS NOT NULL) OVER same_name
            AS wi_count_of_name
    FROM audit.student_section_program_statements
    WINDOW same_name AS (
        PARTITION BY
            school_id, school_year, session_name, local_course_code, section_identifier,
            student_unique_id, begin_date, education_organization_id, program_name
    )
),

-- the district of a school is its agency; of a school without one, the school itself
districts AS (
    SELECT school_id, coalesce('agency ' || lea_id, 'school ' || school_id) AS district
    FROM audit.schools
),

employed AS (
    SELECT DISTINCT staff.staff_unique_id, districts.district
    FROM ods.staff_school_associations AS staff
    JOIN districts ON districts.school_id = staff.school_id
),

dual_sections AS (
    SELECT DISTINCT school_id, school_year, session_name, local_course_code, section_identifier
    FROM statements
    WHERE is_first_dual
),

teaching AS (
    SELECT DISTINCT
        staff.school_id, staff.school_year, staff.session_name, staff.local_course_code,
        staff.section_identifier, staff.staff_unique_id, districts.district
    FROM ods.staff_section_associations AS staff
    SEMI JOIN dual_sections
        USING (school_id, school_year, session_name, local_course_code, section_identifier)
    JOIN districts ON districts.school_id = staff.school_id
    WHERE staff.staff_unique_id IS NOT NULL
),

-- "The actual teacher in the post-secondary school or institution is NOT submitted to Roster."
staffing AS (
    SELECT
        teaching.school_id, teaching.school_year, teaching.session_name,
        teaching.local_course_code, teaching.section_identifier,
        count(*) FILTER (WHERE employed.district IS NULL) AS staff_elsewhere_count
    FROM teaching
    LEFT JOIN employed
        ON employed.staff_unique_id = teaching.staff_unique_id
        AND employed.district = teaching.district
    GROUP BY ALL
),

-- students are in a program by either resource
in_program AS (
    SELECT
        student_unique_id, program_education_organization_id AS education_organization_id,
        program_name, program_type_descriptor
    FROM ods.student_program_associations
    UNION
    SELECT
        student_unique_id, program_education_organization_id, program_name,
        program_type_descriptor
    FROM ods.student_cte_program_associations
)

SELECT
    statements.school_id,
    schools.lea_id,
    statements.school_year,
    statements.session_name,
    statements.local_course_code,
    statements.section_identifier,
    statements.student_unique_id,
    statements.begin_date,
    statements.education_organization_id,
    statements.program_name,
    statements.program_type_descriptor,
    coalesce(schools.is_choice, false) AS is_choice,
    coalesce(
        sessions.phase,
        CASE WHEN settings.audit_date <= make_date(
                CASE WHEN statements.school_year BETWEEN 1990 AND 2100
                    THEN statements.school_year ELSE settings.school_year END, 6, 30)
            THEN 'in_term' ELSE 'after_year' END
    ) AS phase,
    statements.core_count,
    statements.wi_count,

    staffing.staff_elsewhere_count,
    CASE
        WHEN NOT statements.is_first_dual THEN NULL
        WHEN staffing.staff_elsewhere_count = 0 THEN 'ok'
        WHEN staffing.staff_elsewhere_count > 0 THEN 'not of the district'
    END AS local_staff_check,

    -- "High school students are eligible to receive credits from technical colleges"
    grades.highest AS highest_grade_level,
    CASE
        WHEN NOT statements.is_first_dual THEN NULL
        WHEN grades.highest >= 9 THEN 'ok'
        WHEN grades.highest < 9 THEN 'below grade 9'
    END AS grade_check,

    CASE
        WHEN NOT statements.is_complete OR statements.student_unique_id IS NULL THEN NULL
        WHEN in_program.program_name IS NOT NULL THEN 'ok'
        ELSE 'no program association'
    END AS association_check,

    CASE
        WHEN NOT statements.is_complete THEN NULL
        WHEN greatest(statements.core_count, statements.wi_count) > 1 THEN 'stated repeatedly'
        ELSE 'ok'
    END AS repetition_check,

    -- both lists name the program: each type must then stand in both
    CASE
        WHEN NOT statements.is_complete
            OR statements.core_count_of_name = 0
            OR statements.wi_count_of_name = 0 THEN NULL
        WHEN statements.wi_count = 0 THEN 'in programs only'
        WHEN statements.core_count = 0 THEN 'in _ext.wi.programs only'
        ELSE 'ok'
    END AS list_check
FROM statements
CROSS JOIN audit.settings AS settings
LEFT JOIN audit.schools AS schools ON schools.school_id = statements.school_id
LEFT JOIN audit.sessions AS sessions
    ON sessions.school_id = statements.school_id
    AND sessions.school_year = statements.school_year
    AND sessions.session_name = statements.session_name
LEFT JOIN staffing
    ON staffing.school_id = statements.school_id
    AND staffing.school_year = statements.school_year
    AND staffing.session_name = statements.session_name
    AND staffing.local_course_code = statements.local_course_code
    AND staffing.section_identifier = statements.section_identifier
LEFT JOIN audit.student_grade_levels AS grades
    ON grades.student_unique_id = statements.student_unique_id
LEFT JOIN in_program
    ON in_program.student_unique_id = statements.student_unique_id
    AND in_program.education_organization_id = statements.education_organization_id
    AND in_program.program_name = statements.program_name
    AND in_program.program_type_descriptor = statements.program_type_descriptor
