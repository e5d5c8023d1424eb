-- Every record that the SIS, its Ed-Fi Identity Mapping table or the ODS knows, and in which of the
-- three it is. In the SIS means: every send gate passes. ODS duplicates of a natural key, and
-- Campus objects that amount to one record, count once.
-- grain: one row per record
-- inputs: audit.expected_records, audit.actual_records, audit.record_links,
--   audit.records_without_session, audit.identity_mappings, audit.campus_calendars
-- nulls: the parts of the natural key that nothing tells; campus_record where the natural key alone
--   tells the record apart; absence_reason where no gate holds the record back; lost_id and lost_key
--   where the ODS has the record, or nothing tells its id or its whole key

WITH unlinked_expected AS (
    SELECT *, lower(campus_object_type) AS object_type
    FROM audit.expected_records
    WHERE copy = 1 AND expected_row NOT IN (SELECT expected_row FROM audit.record_links)
),

unlinked_objects AS (
    -- any of the Campus objects that amount to a record may own its mapping
    SELECT
        first_row,
        resource,
        lower(campus_object_type) AS object_type,
        object_key,
        session_name,
        row_number() OVER (PARTITION BY resource, campus_object_type, object_key, session_name
            ORDER BY first_row) AS place,
        row_number() OVER (PARTITION BY resource, campus_object_type, object_key
            ORDER BY begin_date, session_name) AS place_of_object
    FROM audit.expected_records
    WHERE first_row NOT IN (SELECT expected_row FROM audit.record_links)
),

lost AS (
    -- mapping rows whose record is not in the ODS
    SELECT
        *,
        row_number() OVER (ORDER BY resource, campus_object_type, object_key, edfi_id) AS lost_row,
        lower(campus_object_type) AS object_type,
        row_number() OVER (PARTITION BY resource, campus_object_type, object_key, session_name
            ORDER BY edfi_id) AS place
    FROM audit.identity_mappings
    WHERE actual_row IS NULL
),

lost_links AS (
    -- to the Campus object's record of that session; where the mapping names none, to the next
    SELECT lost.lost_row, object.first_row AS expected_row
    FROM lost
    JOIN unlinked_objects AS object
        ON object.resource = lost.resource
        AND object.object_type = lost.object_type
        AND object.object_key = lost.object_key
        AND CASE WHEN lost.session_name IS NULL THEN object.place_of_object = lost.place
            ELSE object.session_name = lost.session_name AND object.place = lost.place END
    QUALIFY row_number() OVER (PARTITION BY object.first_row
        ORDER BY lost.session_name NULLS LAST, lost.lost_row) = 1
),

held_back AS (
    -- a Campus object that is held back explains what remains of it in mapping and ODS
    SELECT
        resource,
        lower(campus_object_type) AS object_type,
        object_key,
        min(absence_reason) AS absence_reason
    FROM audit.expected_records
    WHERE NOT may_be_sent
    GROUP BY ALL
),

mapped_objects AS (
    SELECT actual_row, min(lower(campus_object_type)) AS object_type, min(object_key) AS object_key
    FROM audit.identity_mappings
    WHERE actual_row IS NOT NULL
    GROUP BY actual_row
),

unlinked_actual AS (
    SELECT actual.*, mapped.actual_row IS NOT NULL AS in_mapping, mapped.object_type,
        mapped.object_key,
        coalesce(without_session.absence_reason, held_back.absence_reason) AS absence_reason
    FROM audit.actual_records AS actual
    LEFT JOIN mapped_objects AS mapped ON mapped.actual_row = actual.actual_row
    LEFT JOIN held_back
        ON held_back.resource = actual.resource
        AND held_back.object_type = mapped.object_type
        AND held_back.object_key = mapped.object_key
    LEFT JOIN audit.records_without_session AS without_session
        ON without_session.resource = actual.resource
        AND without_session.school_id = actual.school_id
        AND without_session.school_year = actual.school_year
        AND without_session.course = lower(trim(actual.local_course_code))
        AND without_session.section = coalesce(actual.section_identifier, '')
        AND without_session.student = coalesce(actual.student_unique_id, '')
        AND without_session.staff = coalesce(actual.staff_unique_id, '')
    WHERE actual.copy = 1
        AND actual.actual_row NOT IN (SELECT actual_row FROM audit.record_links)
),

unlinked_lost AS (
    SELECT lost.*, held_back.absence_reason
    FROM lost
    LEFT JOIN held_back
        ON held_back.resource = lost.resource
        AND held_back.object_type = lost.object_type
        AND held_back.object_key = lost.object_key
    WHERE lost.lost_row NOT IN (SELECT lost_row FROM lost_links)
),

remains AS (
    SELECT DISTINCT resource, object_type, object_key
    FROM unlinked_actual
    WHERE object_key IS NOT NULL
    UNION
    SELECT resource, object_type, object_key FROM unlinked_lost
),

linked AS (
    SELECT expected.resource, actual.school_id, actual.school_year, actual.session_name,
        actual.local_course_code, actual.section_identifier, actual.student_unique_id,
        actual.staff_unique_id, actual.begin_date, expected.may_be_sent AS in_sis,
        mapped.actual_row IS NOT NULL AS in_mapping, TRUE AS in_ods, TRUE AS in_scope,
        expected.absence_reason, NULL AS campus_record, NULL AS lost_id, NULL AS lost_key
    FROM audit.record_links AS link
    JOIN audit.expected_records AS expected ON expected.expected_row = link.expected_row
    JOIN audit.actual_records AS actual ON actual.actual_row = link.actual_row
    LEFT JOIN mapped_objects AS mapped ON mapped.actual_row = link.actual_row
),

only_expected AS (
    SELECT expected.resource, expected.school_id, expected.school_year, expected.session_name,
        expected.local_course_code, expected.section_identifier, expected.student_unique_id,
        expected.staff_unique_id, expected.begin_date, expected.absence_reason IS NULL AS in_sis,
        lost_links.lost_row IS NOT NULL AS in_mapping, FALSE AS in_ods, TRUE AS in_scope,
        expected.absence_reason,
        CASE WHEN expected.record_key IS NULL OR expected.resource = 'staffSectionAssociations'
            THEN expected.campus_object_type || ' ' || expected.object_key END AS campus_record,
        lost.edfi_id AS lost_id, expected.record_key AS lost_key
    FROM unlinked_expected AS expected
    LEFT JOIN lost_links ON lost_links.expected_row = expected.expected_row
    LEFT JOIN lost ON lost.lost_row = lost_links.lost_row
    LEFT JOIN remains
        ON expected.session_name IS NULL
        AND remains.resource = expected.resource
        AND remains.object_type = expected.object_type
        AND remains.object_key = expected.object_key
    -- what remains of an object is listed itself
    WHERE expected.absence_reason IS NULL
        OR lost_links.lost_row IS NOT NULL
        OR expected.is_record AND remains.object_key IS NULL
)

SELECT * FROM linked
UNION ALL
SELECT * FROM only_expected
UNION ALL
SELECT resource, school_id, school_year, session_name, local_course_code, section_identifier,
    student_unique_id, staff_unique_id, begin_date, FALSE, in_mapping, TRUE, in_scope,
    absence_reason, CASE WHEN record_key IS NULL THEN id END, NULL, NULL
FROM unlinked_actual
UNION ALL
SELECT lost.resource, lost.school_id, lost.school_year, lost.session_name, lost.local_course_code,
    lost.section_identifier, lost.student_unique_id, lost.staff_unique_id, lost.begin_date, FALSE,
    TRUE, FALSE, lost.school_id IS NULL OR calendar.school_id IS NOT NULL, lost.absence_reason,
    lost.campus_object_type || ' ' || lost.object_key || ' ' || coalesce(lost.edfi_id, '(no id)'),
    lost.edfi_id, NULL
FROM unlinked_lost AS lost
LEFT JOIN (SELECT DISTINCT school_id, school_year FROM audit.campus_calendars) AS calendar
    ON calendar.school_id = lost.school_id
    AND calendar.school_year = coalesce(lost.school_year, calendar.school_year)
