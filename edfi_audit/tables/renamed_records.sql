-- The records that Campus objects sent under another natural key in the earlier run. A record is
-- found again by its object and session; where the object has as many records as before, also by
-- its place among those whose session changed. Staff go without their begin date.
-- grain: one row per record of the earlier run that its object sends under another key now
-- inputs: history.expected_records, audit.expected_records
-- nulls: the parts that the key of a resource does not have

WITH before AS (
    SELECT * FROM history.expected_records WHERE may_be_sent AND record_key IS NOT NULL
),

now AS (
    SELECT * FROM audit.expected_records WHERE may_be_sent AND record_key IS NOT NULL
),

gone AS (
    SELECT *
    FROM before
    ANTI JOIN now USING (resource, campus_object_type, object_key, record_key, local_course_code)
),

renamed_objects AS (
    SELECT DISTINCT resource, campus_object_type, object_key FROM gone
),

come AS (
    SELECT *
    FROM now
    SEMI JOIN renamed_objects USING (resource, campus_object_type, object_key)
    ANTI JOIN before USING (resource, campus_object_type, object_key, record_key, local_course_code)
),

old_records AS (
    -- sessions of both runs are no candidates for another one's place
    SELECT gone.*, shared.session_name AS shared_session, row_number() OVER (
        PARTITION BY resource, campus_object_type, object_key, shared.session_name
        ORDER BY gone.session_name, record_key) AS place
    FROM gone
    LEFT JOIN (SELECT DISTINCT resource, campus_object_type, object_key, session_name FROM come)
        AS shared USING (resource, campus_object_type, object_key, session_name)
),

new_records AS (
    SELECT come.*, shared.session_name AS shared_session, row_number() OVER (
        PARTITION BY resource, campus_object_type, object_key, shared.session_name
        ORDER BY come.session_name, record_key) AS place
    FROM come
    LEFT JOIN (SELECT DISTINCT resource, campus_object_type, object_key, session_name FROM gone)
        AS shared USING (resource, campus_object_type, object_key, session_name)
),

sizes AS (
    SELECT
        resource, campus_object_type, object_key,
        count(*) FILTER (WHERE is_old) = count(*) FILTER (WHERE NOT is_old) AS is_same_number
    FROM (
        SELECT resource, campus_object_type, object_key, TRUE AS is_old FROM gone
        UNION ALL
        SELECT resource, campus_object_type, object_key, FALSE FROM come
    )
    GROUP BY ALL
)

SELECT
    old.resource,
    old.campus_object_type,
    old.object_key,
    old.school_id,
    old.school_year,
    old.session_name,
    old.local_course_code,
    old.section_identifier,
    old.student_unique_id,
    old.staff_unique_id,
    CASE WHEN old.resource <> 'staffSectionAssociations' THEN old.begin_date END AS begin_date,
    new.school_id AS new_school_id,
    new.school_year AS new_school_year,
    new.session_name AS new_session_name,
    new.local_course_code AS new_local_course_code,
    new.section_identifier AS new_section_identifier,
    new.student_unique_id AS new_student_unique_id,
    new.staff_unique_id AS new_staff_unique_id,
    CASE WHEN old.resource <> 'staffSectionAssociations' THEN new.begin_date END
        AS new_begin_date,
    EXISTS (
        SELECT 1 FROM now
        WHERE now.resource = old.resource
            AND now.record_key = old.record_key
            AND now.local_course_code = old.local_course_code
    ) AS is_key_taken
FROM old_records AS old
JOIN new_records AS new
    ON new.resource = old.resource
    AND new.campus_object_type = old.campus_object_type
    AND new.object_key = old.object_key
    AND new.shared_session IS NOT DISTINCT FROM old.shared_session
    AND new.place = old.place
JOIN sizes
    ON sizes.resource = old.resource
    AND sizes.campus_object_type = old.campus_object_type
    AND sizes.object_key = old.object_key
WHERE old.shared_session IS NOT NULL OR sizes.is_same_number
