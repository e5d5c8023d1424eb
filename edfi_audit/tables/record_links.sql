-- Which expected record is which ODS record: first through the identity mapping (the same Campus
-- object and session), then through the natural key, then through the natural key but for case and
-- edge spaces of the course code, last, for staff, through section, session and staff member alone,
-- so that a wrong begin date is no lost record.
-- grain: one row per ODS record that answers to an expected one; an expected staff record may
--   answer for several ODS records of the same person and section
-- inputs: audit.expected_records, audit.actual_records, audit.identity_mappings, audit.settings
-- nulls: none

WITH expected AS (
    SELECT * FROM audit.expected_records WHERE copy = 1
),

actual AS (
    SELECT * FROM audit.actual_records WHERE copy = 1
),

mapped AS (
    SELECT DISTINCT
        resource, lower(campus_object_type) AS object_type, object_key, school_year, session_name,
        actual_row
    FROM audit.identity_mappings
    WHERE actual_row IS NOT NULL
),

through_mapping AS (
    SELECT
        expected.expected_row,
        actual.actual_row,
        row_number() OVER (PARTITION BY expected.expected_row ORDER BY
            expected.local_course_code = actual.local_course_code DESC NULLS LAST,
            expected.record_key = actual.record_key DESC NULLS LAST,
            expected.begin_date IS NOT DISTINCT FROM actual.begin_date DESC,
            actual.actual_row) AS choice,
        row_number() OVER (PARTITION BY actual.actual_row ORDER BY
            expected.local_course_code = actual.local_course_code DESC NULLS LAST,
            expected.record_key = actual.record_key DESC NULLS LAST,
            expected.begin_date IS NOT DISTINCT FROM actual.begin_date DESC,
            expected.expected_row) AS chosen
    FROM expected
    JOIN mapped
        ON mapped.resource = expected.resource
        AND mapped.object_type = lower(expected.campus_object_type)
        AND mapped.object_key = expected.object_key
        AND mapped.session_name = expected.session_name
        -- a record of another year is not the one this year calls for
        AND coalesce(mapped.school_year = expected.school_year, TRUE)
    JOIN actual ON actual.actual_row = mapped.actual_row
),

session_links AS (
    SELECT expected_row, actual_row FROM through_mapping WHERE choice = 1 AND chosen = 1
),

without_session AS (
    -- an ODS record whose session is unknown is told by its object alone
    SELECT
        actual_row,
        resource,
        object_type,
        object_key,
        row_number() OVER (PARTITION BY resource, object_type, object_key ORDER BY actual_row)
            AS place
    FROM mapped
    CROSS JOIN audit.settings AS settings
    WHERE session_name IS NULL
        AND coalesce(mapped.school_year = settings.school_year, TRUE)
        AND actual_row IN (SELECT actual_row FROM actual)
),

awaiting AS (
    SELECT
        expected_row,
        resource,
        lower(campus_object_type) AS object_type,
        object_key,
        row_number() OVER (PARTITION BY resource, lower(campus_object_type), object_key
            ORDER BY begin_date, session_name) AS place
    FROM expected
    WHERE session_name IS NOT NULL
        AND expected_row NOT IN (SELECT expected_row FROM session_links)
),

first_links AS (
    SELECT expected_row, actual_row FROM session_links
    UNION ALL
    SELECT awaiting.expected_row, without_session.actual_row
    FROM without_session
    JOIN awaiting USING (resource, object_type, object_key, place)
),

through_key AS (
    SELECT expected.expected_row, actual.actual_row
    FROM expected
    JOIN actual
        ON actual.resource = expected.resource
        AND actual.record_key = expected.record_key
        AND actual.local_course_code = expected.local_course_code
        AND actual.begin_date IS NOT DISTINCT FROM expected.begin_date
    WHERE expected.expected_row NOT IN (SELECT expected_row FROM first_links)
        AND actual.actual_row NOT IN (SELECT actual_row FROM first_links)
),

exact_links AS (
    SELECT * FROM first_links
    UNION ALL
    SELECT * FROM through_key
),

through_folded_key AS (
    SELECT
        expected.expected_row,
        actual.actual_row,
        row_number() OVER (PARTITION BY expected.expected_row
            ORDER BY actual.local_course_code, actual.actual_row) AS choice,
        row_number() OVER (PARTITION BY actual.actual_row
            ORDER BY expected.local_course_code, expected.expected_row) AS chosen
    FROM expected
    JOIN actual
        ON actual.resource = expected.resource
        AND actual.record_key = expected.record_key
        AND actual.begin_date IS NOT DISTINCT FROM expected.begin_date
    WHERE expected.expected_row NOT IN (SELECT expected_row FROM exact_links)
        AND actual.actual_row NOT IN (SELECT actual_row FROM exact_links)
),

second_links AS (
    SELECT * FROM exact_links
    UNION ALL
    SELECT expected_row, actual_row FROM through_folded_key WHERE choice = 1 AND chosen = 1
),

spare_expected AS (
    SELECT
        expected_row,
        record_key,
        row_number() OVER (PARTITION BY record_key ORDER BY NOT may_be_sent,
            local_course_code, begin_date, expected_row) AS place
    FROM expected
    WHERE resource = 'staffSectionAssociations'
        AND expected_row NOT IN (SELECT expected_row FROM second_links)
),

spare_actual AS (
    SELECT
        actual_row,
        record_key,
        row_number() OVER (PARTITION BY record_key
            ORDER BY local_course_code, begin_date, actual_row) AS place
    FROM actual
    WHERE resource = 'staffSectionAssociations'
        AND actual_row NOT IN (SELECT actual_row FROM second_links)
),

anyone AS (
    SELECT record_key, max_by(expected_row, may_be_sent) AS expected_row
    FROM expected
    WHERE resource = 'staffSectionAssociations' AND record_key IS NOT NULL
    GROUP BY record_key
)

SELECT expected_row, actual_row FROM second_links
UNION ALL
SELECT coalesce(spare_expected.expected_row, anyone.expected_row), spare_actual.actual_row
FROM spare_actual
JOIN anyone ON anyone.record_key = spare_actual.record_key
LEFT JOIN spare_expected
    ON spare_expected.record_key = spare_actual.record_key
    AND spare_expected.place = spare_actual.place
