-- The Campus sections that ought to be sent, and whether a Final grading task lets their students
-- follow: without one a whole class is silently absent.
-- grain: one row per Campus section and session of which every other send gate is true
-- resource: sections
-- key: school_id, school_year, session_name, local_course_code, section_identifier
-- row: section_id
-- inputs: audit.section_sessions, audit.schools, audit.sessions
-- nulls: gate_final_task is null where the extract does not say which tasks the section has

SELECT
    section.school_id,
    schools.lea_id,
    section.school_year,
    section.session_name,
    section.local_course_code,
    section.section_identifier,
    section.section_id,
    sessions.phase,
    section.gate_final_task
FROM audit.section_sessions AS section
LEFT JOIN audit.schools AS schools ON schools.school_id = section.school_id
LEFT JOIN audit.sessions AS sessions
    ON sessions.school_id = section.school_id
    AND sessions.school_year = section.school_year
    AND sessions.session_name = section.session_name
WHERE section.absence_reason IS NULL
