-- Students who take part in a career education program, in the section the SIS says they do it in:
-- "LEAs/Vendors should send the student participation in a student-level (on
-- /studentSectionAssociation, and not on /sections".
-- grain: one row per student section association that ought to be sent and program participation
-- resource: studentSectionAssociations
-- key: school_id, school_year, session_name, local_course_code, section_identifier,
--   student_unique_id, begin_date
-- row: program_id
-- inputs: sis.program, sis.programParticipation, audit.expected_student_section_associations,
--   ods.student_section_associations, audit.schools, audit.sessions, audit.program_types
-- nulls: participation is null where the association is not in the ODS and the program has a type

WITH programs AS (
    SELECT
        programID AS program_id,
        name AS program_name,
        nullif(trim(programType), '') AS program_type,
        lower(regexp_replace(trim(programType), '^.*#', '')) AS type
    FROM sis.program
),

career_types AS (
    -- by code or by name, in any case; a World Language Program is none
    SELECT lower(code) AS code, lower(meaning) AS meaning
    FROM audit.program_types
    WHERE participation IS NOT NULL
),

participations AS (
    SELECT
        participation.personID AS person_id,
        participation.programID AS program_id,
        nullif(trim(participation.sectionID), '') AS section_id,
        participation.startDate AS takes_part_from,
        participation.endDate AS takes_part_to,
        programs.program_name,
        programs.program_type,
        programs.program_type IS NULL OR EXISTS (
            SELECT 1 FROM career_types
            WHERE programs.type IN (career_types.code, career_types.meaning)
        ) AS is_career_program
    FROM sis.programParticipation AS participation
    LEFT JOIN programs ON programs.program_id = participation.programID
),

taking_part AS (
    -- a participation that names its section counts there, any other in every section; both only
    -- where the course is a CTE course and the program is not of another kind
    SELECT DISTINCT
        expected.school_id,
        expected.school_year,
        expected.session_name,
        expected.local_course_code,
        expected.section_identifier,
        expected.student_unique_id,
        expected.begin_date,
        participations.program_id,
        participations.program_name,
        participations.program_type
    FROM audit.expected_student_section_associations AS expected
    JOIN participations ON participations.person_id = expected.person_id
    WHERE expected.absence_reason IS NULL
        AND expected.is_cte
        AND participations.is_career_program
        AND coalesce(participations.section_id = expected.section_id, TRUE)
        AND coalesce(participations.takes_part_from <= expected.end_date, TRUE)
        AND coalesce(participations.takes_part_to >= expected.begin_date, TRUE)
),

actual AS (
    SELECT
        school_id, school_year, session_name, lower(trim(local_course_code)) AS course_code,
        section_identifier, student_unique_id, begin_date,
        max(coalesce(len(programs), 0) + coalesce(len(wi_programs), 0)) AS program_count
    FROM ods.student_section_associations
    GROUP BY ALL
)

SELECT
    taking_part.school_id,
    schools.lea_id,
    taking_part.school_year,
    taking_part.session_name,
    taking_part.local_course_code,
    taking_part.section_identifier,
    taking_part.student_unique_id,
    taking_part.begin_date,
    sessions.phase,
    taking_part.program_id,
    coalesce(taking_part.program_name, 'program ' || taking_part.program_id) AS program_name,
    CASE
        WHEN taking_part.program_type IS NULL THEN 'the program has no type in the SIS'
        WHEN actual.program_count = 0 THEN 'the association has no program in the ODS'
        WHEN actual.program_count > 0 THEN 'reported'
    END AS participation
FROM taking_part
LEFT JOIN actual
    ON actual.school_id = taking_part.school_id
    AND actual.school_year = taking_part.school_year
    AND actual.session_name = taking_part.session_name
    AND actual.course_code = lower(trim(taking_part.local_course_code))
    AND actual.section_identifier = taking_part.section_identifier
    AND actual.student_unique_id = taking_part.student_unique_id
    AND actual.begin_date = taking_part.begin_date
LEFT JOIN audit.schools AS schools ON schools.school_id = taking_part.school_id
LEFT JOIN audit.sessions AS sessions
    ON sessions.school_id = taking_part.school_id
    AND sessions.school_year = taking_part.school_year
    AND sessions.session_name = taking_part.session_name
