-- The course offerings of the ODS and those that ought to be there, side by side. An ODS record
-- that answers to no expected one is laid beside the SIS's courses of its number.
-- grain: one row per ODS course offering, and per expected one that no ODS record answers to
-- resource: courseOfferings
-- key: school_id, school_year, session_name, local_course_code
-- row: id
-- inputs: audit.actual_course_offerings, audit.expected_course_offerings, audit.expected_records,
--   audit.record_links, audit.offered_course_numbers, audit.compared_resources,
--   audit.identity_mappings, sis.section, audit.schools, audit.sessions, audit.settings,
--   reference.absence_reasons
-- nulls: id, copy and the ODS's own checks are null where there is no ODS record; the gates where
--   no expected record is linked; a comparison where there is nothing to compare, and of a second
--   record of one key; section_count where the SIS holds back each section of an offering that it
--   sends; absence_reason where the record ought to be in the ODS and is

WITH deleted_sections AS (
    -- "When there are two Sections with the same natural key and 1 is deleted, the other record
    -- will post": the identity mapping still names the one that is gone
    SELECT school_id, school_year, session_name, lower(trim(local_course_code)) AS course_code,
        min(mapping.object_key) AS section_id
    FROM audit.identity_mappings AS mapping
    ANTI JOIN sis.section AS section ON section.sectionID = mapping.object_key
    WHERE mapping.resource = 'sections' AND lower(mapping.campus_object_type) = 'section'
    GROUP BY ALL
),

expected AS (
    -- Campus courses that amount to one record count once
    SELECT offering.*, link.actual_row, offering.absence_reason IS NULL AS is_sent
    FROM audit.expected_course_offerings AS offering
    JOIN audit.expected_records AS record
        ON record.resource = 'courseOfferings'
        AND record.object_key = offering.object_key
        AND record.session_name IS NOT DISTINCT FROM offering.session_name
    JOIN audit.compared_resources AS compared
        ON compared.resource = record.resource AND compared.is_comparable
    LEFT JOIN audit.record_links AS link ON link.expected_row = record.expected_row
    WHERE record.copy = 1
),

pairs AS (
    SELECT
        actual.* EXCLUDE (school_id, school_year, session_name, local_course_code, section_count),
        expected.* EXCLUDE (school_id, school_year, session_name, local_course_code, actual_row,
            section_count, absence_reason),
        actual.copy IS NOT NULL AS in_ods,
        expected.object_key IS NOT NULL AS is_expected,
        -- of several records with one key, which CO-001 reports, the first is compared
        coalesce(actual.copy = 1 AND actual.in_scope, FALSE) AS is_compared,
        CASE WHEN in_ods THEN actual.school_id ELSE expected.school_id END AS school_id,
        CASE WHEN in_ods THEN actual.school_year ELSE expected.school_year END AS school_year,
        CASE WHEN in_ods THEN actual.session_name ELSE expected.session_name END AS session_name,
        CASE WHEN in_ods THEN actual.local_course_code ELSE expected.local_course_code END
            AS local_course_code,
        expected.school_id AS expected_school_id,
        expected.local_course_code AS course_number,
        expected.section_count AS campus_section_count,
        actual.section_count,
        CASE
            WHEN is_expected THEN expected.absence_reason
            WHEN is_compared THEN number.absence_reason
        END AS gate,
        CASE WHEN is_compared AND NOT is_expected THEN number.sent_sessions END AS sent_sessions,
        number.absent_count,
        number.has_open_term,
        deleted.section_id AS deleted_section
    FROM audit.actual_course_offerings AS actual
    FULL JOIN expected ON expected.actual_row = actual.actual_row
    LEFT JOIN audit.offered_course_numbers AS number
        ON number.school_id = actual.school_id
        AND number.school_year = actual.school_year
        AND number.course_code_folded = actual.course_code_folded
    LEFT JOIN deleted_sections AS deleted
        ON deleted.school_id = expected.school_id
        AND deleted.school_year = expected.school_year
        AND deleted.session_name = expected.session_name
        AND deleted.course_code = lower(trim(expected.local_course_code))
),

checked AS (
    SELECT
        id, copy, school_id, school_year, session_name, local_course_code, in_scope, in_ods,
        is_sent, expected_school_id, course_ids, course_count, campus_section_count, course_number,
        array_to_string(course_names, '" or "') AS course_titles, local_course_title,
        gate_numbered, gate_school_included, gate_calendar_included, gate_not_summer_school,
        gate_not_choice, gate_course_active, gate_course_not_excluded, gate_has_section,
        gate_placed, gate_session_resolved,
        coalesce(gate, CASE WHEN NOT in_ods THEN 'unexplained' END) AS absence_reason,
        CASE
            WHEN copy > 1 THEN 'another record of the key'
            WHEN is_sent AND course_count > 1 THEN 'several Campus courses'
            WHEN is_sent OR has_whole_key THEN 'one'
        END AS copy_check,
        CASE WHEN is_sent THEN in_ods END AS is_sent_and_there,
        deleted_section,
        CASE
            WHEN is_sent AND NOT in_ods AND deleted_section IS NOT NULL THEN 'lost with a section'
            WHEN is_sent THEN 'not lost with a section'
        END AS sibling_check,
        -- the first gate that fails for a record that is in the ODS all the same
        CASE
            WHEN is_compared AND (is_sent OR sent_sessions IS NOT NULL) THEN 'sent'
            WHEN is_compared THEN gate
        END AS held_back_by,
        CASE
            WHEN NOT is_compared OR NOT has_whole_key THEN NULL
            WHEN is_sent OR list_contains(sent_sessions, session_name) THEN 'right'
            -- it may be the offering of a placed term that no session answers to
            WHEN sent_sessions IS NULL OR has_open_term THEN NULL
            WHEN absent_count > 0 THEN 'instead of the right one'
            ELSE 'beside the right one'
        END AS session_check,
        array_to_string(sent_sessions, ', ') AS right_sessions,
        -- "Reports the Course Number from the Course"
        CASE
            WHEN NOT in_ods OR lacking LIKE '%localCourseCode%' THEN NULL
            WHEN local_course_code = course_number THEN 'same'
            WHEN lower(trim(local_course_code)) = lower(trim(course_number))
                THEN 'same but for spaces or case'
            WHEN course_number IS NOT NULL THEN 'another number'
        END AS number_check,
        lacking,
        reference_check,
        CASE WHEN in_ods AND is_expected THEN
            list_contains(course_names, coalesce(trim(local_course_title), ''))
        END AS has_course_name,
        unreported,
        CASE
            WHEN has_state_number THEN 'the State School Number'
            WHEN is_expected AND school_id <> expected_school_id THEN 'another school'
            WHEN in_ods AND is_expected OR is_compared THEN 'as Campus reports'
        END AS school_check,
        year_check,
        -- where the SIS sends the offering and none of its sections, none is called for in the ODS
        CASE WHEN is_sent AND section_absence_reason IS NOT NULL AND section_count = 0 THEN NULL
            ELSE section_count END AS section_count
    FROM pairs
)

SELECT
    checked.*,
    reasons.sentence AS absence,
    schools.lea_id,
    coalesce(sessions.phase, CASE WHEN settings.audit_date <= make_date(
            CASE WHEN checked.school_year BETWEEN 1990 AND 2100 THEN checked.school_year
                ELSE settings.school_year END, 6, 30)
        THEN 'in_term' ELSE 'after_year' END) AS phase
FROM checked
CROSS JOIN audit.settings AS settings
LEFT JOIN audit.schools AS schools ON schools.school_id = checked.school_id
LEFT JOIN audit.sessions AS sessions
    ON sessions.school_id = checked.school_id
    AND sessions.school_year = checked.school_year
    AND sessions.session_name = checked.session_name
LEFT JOIN reference.absence_reasons AS reasons ON reasons.reason = checked.absence_reason
