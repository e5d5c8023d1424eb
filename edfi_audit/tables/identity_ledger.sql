-- The identity ledger: the state of every record that the SIS, its Ed-Fi Identity Mapping table or
-- the ODS knows, and what a resync would do to it.
-- grain: one row per record
-- resource: by row
-- key courseOfferings: school_id, school_year, session_name, local_course_code
-- key sections: school_id, school_year, session_name, local_course_code, section_identifier
-- key studentSectionAssociations: school_id, school_year, session_name, local_course_code,
--   section_identifier, student_unique_id, begin_date
-- key staffSectionAssociations: school_id, school_year, session_name, local_course_code,
--   section_identifier, staff_unique_id, begin_date
-- row: campus_record
-- inputs: audit.ledger_records, audit.compared_resources, audit.departed_records,
--   audit.resource_toggles, audit.schools, audit.sessions, audit.settings,
--   reference.absence_reasons
-- nulls: state is null where one side could not be read, or where an ODS record lacks a part of its
--   key and no mapping tells what it is; in_mapping where no mapping was delivered; campus_record
--   where the natural key alone tells the record apart; absence_reason where no gate holds the
--   record back; cause where nothing is amiss; staleness where the record's resource is not switched off, or
--   the record is out of scope or not in the ODS

WITH judged AS (
    SELECT
        record.* EXCLUDE (in_mapping, absence_reason),
        CASE WHEN compared.has_mapping THEN record.in_mapping END AS in_mapping,
        CASE WHEN NOT record.in_sis THEN record.absence_reason END AS absence_reason,
        compared.is_comparable
    FROM audit.ledger_records AS record
    JOIN audit.compared_resources AS compared ON compared.resource = record.resource
),

stated AS (
    SELECT
        *,
        CASE
            WHEN NOT is_comparable THEN NULL
            -- a key part that is missing in the ODS is a finding of its own, not an orphan
            WHEN in_ods AND NOT in_sis AND NOT coalesce(in_mapping, FALSE)
                AND campus_record IS NOT NULL THEN NULL
            -- schools and years that the extract does not hold are never called orphans
            WHEN NOT in_scope THEN 'out_of_scope'
            -- without a mapping there are four states; 003 and 006 then stand for two each
            WHEN in_sis AND coalesce(in_mapping, TRUE) AND in_ods THEN 'IDM-000'
            WHEN in_sis AND in_mapping AND NOT in_ods THEN 'IDM-001'
            WHEN in_sis AND NOT in_mapping AND in_ods THEN 'IDM-002'
            WHEN in_sis AND NOT in_ods THEN 'IDM-003'
            WHEN in_mapping AND in_ods THEN 'IDM-004'
            WHEN in_mapping AND NOT in_ods THEN 'IDM-005'
            WHEN in_ods THEN 'IDM-006'
            ELSE 'IDM-007'
        END AS state
    FROM judged
),

missing AS (
    -- what is not in the ODS takes its children with it
    SELECT DISTINCT resource, school_id, school_year, session_name, local_course_code,
        section_identifier
    FROM stated
    WHERE resource IN ('courseOfferings', 'sections') AND in_sis AND NOT in_ods AND is_comparable
),

departed_ids AS (
    SELECT resource, id, arg_max(cause_key, change_version) AS cause_key
    FROM audit.departed_records
    GROUP BY resource, id
),

departed_keys AS (
    SELECT resource, record_key, arg_max(cause_key, change_version) AS cause_key
    FROM audit.departed_records
    GROUP BY resource, record_key
),

explained AS (
    SELECT
        stated.*,
        CASE
            WHEN stated.absence_reason IS NOT NULL THEN stated.absence_reason
            -- what the ODS tells of the mapping's id, else of the key, is no loss
            WHEN stated.state IN ('IDM-001', 'IDM-003', 'IDM-005')
                AND coalesce(departed_id.cause_key, departed_key.cause_key) IS NOT NULL
                THEN coalesce(departed_id.cause_key, departed_key.cause_key)
            WHEN stated.state IN ('IDM-001', 'IDM-003') AND section.resource IS NOT NULL
                THEN 'section_missing'
            WHEN stated.state IN ('IDM-001', 'IDM-003') AND offering.resource IS NOT NULL
                THEN 'course_offering_missing'
            WHEN stated.state IN ('IDM-001', 'IDM-003') THEN 'unexplained'
            WHEN stated.state = 'IDM-002' THEN 'not_in_mapping'
            WHEN stated.state IN ('IDM-004', 'IDM-005', 'IDM-006') THEN 'no_campus_object'
        END AS cause_key
    FROM stated
    LEFT JOIN departed_ids AS departed_id
        ON departed_id.resource = stated.resource AND departed_id.id = stated.lost_id
    LEFT JOIN departed_keys AS departed_key
        ON departed_key.resource = stated.resource AND departed_key.record_key = stated.lost_key
    LEFT JOIN missing AS section
        ON stated.resource IN ('studentSectionAssociations', 'staffSectionAssociations')
        AND section.resource = 'sections'
        AND section.school_id = stated.school_id
        AND section.school_year = stated.school_year
        AND section.session_name = stated.session_name
        AND section.local_course_code = stated.local_course_code
        AND section.section_identifier = stated.section_identifier
    LEFT JOIN missing AS offering
        ON stated.resource = 'sections'
        AND offering.resource = 'courseOfferings'
        AND offering.school_id = stated.school_id
        AND offering.school_year = stated.school_year
        AND offering.session_name = stated.session_name
        AND offering.local_course_code = stated.local_course_code
)

SELECT
    stated.resource,
    stated.school_id,
    schools.lea_id,
    stated.school_year,
    stated.session_name,
    stated.local_course_code,
    stated.section_identifier,
    stated.student_unique_id,
    stated.staff_unique_id,
    stated.begin_date,
    stated.campus_record,
    coalesce(schools.is_choice, FALSE) AS is_choice,
    coalesce(sessions.phase, CASE WHEN settings.audit_date <= make_date(
            CASE WHEN stated.school_year BETWEEN 1990 AND 2100 THEN stated.school_year
                ELSE settings.school_year END, 6, 30)
        THEN 'in_term' ELSE 'after_year' END) AS phase,
    stated.in_sis,
    stated.in_mapping,
    stated.in_ods,
    stated.in_scope,
    stated.state,
    stated.absence_reason,
    stated.cause_key,
    reasons.sentence AS cause,
    CASE
        -- which session the SIS would send, and so whether it is the ODS's, nobody can say
        WHEN stated.state IN ('IDM-004', 'IDM-006')
            AND stated.absence_reason = 'gate_session_resolved' THEN 'ambiguous'
        WHEN stated.state IN ('IDM-001', 'IDM-005') THEN 'delete_mapping'
        WHEN stated.state = 'IDM-003' THEN 'post'
        WHEN stated.state = 'IDM-004' THEN 'ambiguous'
        -- without a mapping nobody can say whether it holds the record
        WHEN stated.state = 'IDM-006' THEN CASE WHEN stated.in_mapping IS NULL THEN 'ambiguous'
            ELSE 'delete_ods' END
        ELSE 'none'
    END AS resync_action,
    -- "toggled to 'OFF' … and an action is performed that would trigger a delete, that data will
    -- remain in the ODS until a resync is done"
    CASE
        WHEN coalesce(toggle.is_enabled, TRUE) OR NOT stated.in_ods THEN NULL
        WHEN stated.state IN ('IDM-004', 'IDM-006') THEN 'stale'
        WHEN stated.state <> 'out_of_scope' THEN 'none'
    END AS staleness,
    CASE WHEN stated.in_sis THEN 'in the SIS' ELSE 'not in the SIS' END
        || CASE WHEN stated.in_mapping THEN ', in the mapping'
            WHEN NOT stated.in_mapping THEN ', not in the mapping' ELSE '' END
        || CASE WHEN stated.in_ods THEN ', in the ODS' ELSE ', not in the ODS' END
        || CASE WHEN stated.in_mapping IS NULL THEN ' (no identity mapping was delivered)'
            ELSE '' END AS found
FROM explained AS stated
CROSS JOIN audit.settings AS settings
LEFT JOIN audit.schools AS schools ON schools.school_id = stated.school_id
LEFT JOIN audit.sessions AS sessions
    ON sessions.school_id = stated.school_id
    AND sessions.school_year = stated.school_year
    AND sessions.session_name = stated.session_name
LEFT JOIN audit.resource_toggles AS toggle ON toggle.folded_name = lower(stated.resource)
LEFT JOIN reference.absence_reasons AS reasons ON reasons.reason = stated.cause_key
