-- The sections that ought to be in the ODS: one record per Campus section and session it is placed
-- in.
-- grain: one row per Campus section and session (two of one natural key are one record); one
--   without a session where the section has none
-- inputs: audit.section_sessions
-- nulls: session_name is null where the section has none; absence_reason is null where the record
--   ought to be there

SELECT
    'Section' AS campus_object_type,
    section_id AS object_key,
    school_id,
    school_year,
    session_name,
    local_course_code,
    section_identifier,
    gate_numbered,
    gate_school_included,
    gate_calendar_included,
    gate_not_summer_school,
    gate_not_choice,
    gate_course_active,
    gate_course_not_excluded,
    gate_placed,
    gate_session_resolved,
    gate_has_students,
    absence_reason
FROM audit.section_sessions
