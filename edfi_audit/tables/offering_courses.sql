-- The Campus courses that amount to each course offering, more than one where several have the same
-- number. The offering goes by its key in the ODS, where it is there.
-- grain: one row per Campus course and session it is offered in
-- inputs: audit.expected_records, audit.record_links, audit.actual_records
-- nulls: absence_reason is null where the offering ought to be in the ODS

WITH links AS (
    SELECT links.expected_row, actual.*
    FROM audit.record_links AS links
    JOIN audit.actual_records AS actual ON actual.actual_row = links.actual_row
    WHERE actual.resource = 'courseOfferings'
)

SELECT
    expected.first_row AS offering,
    expected.object_key AS course_id,
    expected.school_id AS campus_school_id,
    expected.session_name AS campus_session_name,
    expected.absence_reason,
    links.actual_row IS NOT NULL AS is_linked,
    coalesce(links.school_id, expected.school_id) AS school_id,
    coalesce(links.school_year, expected.school_year) AS school_year,
    coalesce(links.session_name, expected.session_name) AS session_name,
    coalesce(links.local_course_code, expected.local_course_code) AS local_course_code
FROM audit.expected_records AS expected
LEFT JOIN links ON links.expected_row = expected.first_row
WHERE expected.resource = 'courseOfferings' AND expected.session_name IS NOT NULL
-- a course that is not sent has no say in the offering of one that is
QUALIFY expected.absence_reason IS NULL
    OR NOT bool_or(expected.absence_reason IS NULL) OVER (PARTITION BY expected.first_row)
