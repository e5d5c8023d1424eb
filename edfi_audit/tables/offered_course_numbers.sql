-- What the SIS says of each course number of a school: in which sessions an offering of it ought to
-- be in the ODS, or else what holds it back. Of several courses of one number the one that comes
-- closest to being sent speaks.
-- grain: one row per school, school year and course number (without edge spaces, in lower case)
-- inputs: audit.expected_course_offerings, audit.expected_records, audit.record_links,
--   audit.compared_resources, audit.section_sessions
-- nulls: sent_sessions is null where no session ought to have one; absence_reason where one does

WITH offerings AS (
    SELECT
        offering.*,
        link.actual_row IS NOT NULL AS in_ods,
        offering.object_key IN (SELECT course_id FROM audit.section_sessions WHERE has_open_term)
            AND coalesce(offering.absence_reason, 'gate_session_resolved')
                = 'gate_session_resolved'
            AS has_open_term
    FROM audit.expected_course_offerings AS offering
    JOIN audit.expected_records AS record
        ON record.resource = 'courseOfferings'
        AND record.object_key = offering.object_key
        AND record.session_name IS NOT DISTINCT FROM offering.session_name
    JOIN audit.compared_resources AS compared
        ON compared.resource = record.resource AND compared.is_comparable
    LEFT JOIN audit.record_links AS link ON link.expected_row = record.first_row
)

SELECT
    school_id,
    school_year,
    lower(trim(local_course_code)) AS course_code_folded,
    list(DISTINCT session_name ORDER BY session_name) FILTER (WHERE absence_reason IS NULL)
        AS sent_sessions,
    count(*) FILTER (WHERE absence_reason IS NULL AND NOT in_ods) AS absent_count,
    bool_or(has_open_term) AS has_open_term,
    CASE WHEN bool_and(absence_reason IS NOT NULL) THEN max_by(absence_reason, list_position([
        'gate_numbered', 'gate_school_included', 'gate_calendar_included',
        'gate_not_summer_school', 'gate_not_choice', 'gate_course_active',
        'gate_course_not_excluded', 'gate_has_section', 'gate_placed', 'gate_session_resolved'
    ], absence_reason)) END AS absence_reason
FROM offerings
GROUP BY ALL
