-- Whether programs are stated where they belong: "A course may be offered as part of the career
-- education (CE) program, but not all the students taking this CE course are necessarily
-- participating in this program."
-- grain: one row per section
-- resource: sections
-- key: school_id, school_year, session_name, local_course_code, section_identifier
-- inputs: audit.settings, audit.schools, audit.sections, audit.program_types,
--     audit.student_section_program_statements, ods.sections
-- nulls: level_check is null where /sections states no participation or the section has no
--     students; share_check where the section has too few students, or none in career education

WITH listed AS (
    SELECT
        school_id, school_year, session_name, local_course_code, section_identifier,
        unnest(list_concat(coalesce(programs, []), coalesce(wi_programs, []))) AS program
    FROM ods.sections
    WHERE len(programs) > 0 OR len(wi_programs) > 0
),

-- what /sections states of programs that students take part in
on_sections AS (
    SELECT
        listed.school_id, listed.school_year, listed.session_name, listed.local_course_code,
        listed.section_identifier,
        count(DISTINCT listed.program) AS program_count
    FROM listed
    JOIN audit.program_types AS types
        ON types.descriptor = listed.program.program_type_descriptor
        AND types.participation IS NOT NULL
    GROUP BY ALL
),

-- and what the section's students do
per_program AS (
    SELECT
        school_id, school_year, session_name, local_course_code, section_identifier,
        education_organization_id, program_name, program_type_descriptor, participation,
        count(DISTINCT student_unique_id) AS student_count
    FROM audit.student_section_program_statements
    WHERE participation IS NOT NULL
    GROUP BY ALL
),

-- a program that lacks its agency or name is participation, but not the same one for everybody
on_students AS (
    SELECT
        school_id, school_year, session_name, local_course_code, section_identifier,
        max(student_count) FILTER (
            WHERE participation = 'career'
                AND education_organization_id IS NOT NULL
                AND program_name IS NOT NULL
        ) AS most_career_students
    FROM per_program
    GROUP BY ALL
)

SELECT
    sections.school_id,
    sections.lea_id,
    sections.school_year,
    sections.session_name,
    sections.local_course_code,
    sections.section_identifier,
    sections.phase,
    coalesce(schools.is_choice, false) AS is_choice,
    sections.association_count,
    sections.student_count,
    coalesce(on_sections.program_count, 0) AS section_program_count,

    -- "on /studentSectionAssociation, and not on /sections"
    CASE
        WHEN on_sections.program_count IS NULL OR sections.association_count = 0 THEN NULL
        WHEN on_students.school_id IS NOT NULL THEN 'ok'
        ELSE 'on /sections only'
    END AS level_check,

    -- one program that every student takes part in
    CASE
        WHEN sections.student_count < settings.cte_section_students THEN NULL
        WHEN on_students.most_career_students = sections.student_count THEN 'all students'
        WHEN on_students.most_career_students < sections.student_count THEN 'ok'
    END AS share_check
FROM audit.sections AS sections
CROSS JOIN audit.settings AS settings
LEFT JOIN audit.schools AS schools ON schools.school_id = sections.school_id
LEFT JOIN on_sections
    ON on_sections.school_id = sections.school_id
    AND on_sections.school_year = sections.school_year
    AND on_sections.session_name = sections.session_name
    AND on_sections.local_course_code = sections.local_course_code
    AND on_sections.section_identifier = sections.section_identifier
LEFT JOIN on_students
    ON on_students.school_id = sections.school_id
    AND on_students.school_year = sections.school_year
    AND on_students.session_name = sections.session_name
    AND on_students.local_course_code = sections.local_course_code
    AND on_students.section_identifier = sections.section_identifier
