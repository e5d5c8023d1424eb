-- The identity mappings of records that went by another key in the earlier run: do they know the
-- key of today? A mapping's key is the one it noted, else that of the ODS record behind its id.
-- grain: one row per mapping row of a Campus object that was renamed
-- resource: by row
-- key courseOfferings: school_id, school_year, session_name, local_course_code
-- key sections: school_id, school_year, session_name, local_course_code, section_identifier
-- key studentSectionAssociations: school_id, school_year, session_name, local_course_code,
--   section_identifier, student_unique_id, begin_date
-- key staffSectionAssociations: school_id, school_year, session_name, local_course_code,
--   section_identifier, staff_unique_id, begin_date
-- row: campus_object_type, object_key, edfi_id
-- inputs: audit.renamed_records, audit.actual_records, audit.schools, audit.sessions,
--   audit.settings, sis.edfiIdentityMapping
-- nulls: the key's parts where neither mapping nor ODS tells them; named_by where that leaves open
--   which key is meant, or another record of the object is

WITH mapping AS (
    SELECT DISTINCT
        renamed.resource,
        renamed.campus_object_type,
        renamed.object_key,
        nullif(lower(regexp_replace(mapping.edfiID, '[{}\s-]', '', 'g')), '') AS edfi_id,
        CASE WHEN json_valid(mapping.naturalKey) THEN mapping.naturalKey END AS noted
    FROM sis.edfiIdentityMapping AS mapping
    CROSS JOIN audit.settings AS settings
    JOIN audit.renamed_records AS renamed
        ON lower(renamed.resource) = lower(trim(mapping.resource))
        AND lower(renamed.campus_object_type) = lower(trim(mapping.campusObjectType))
        AND renamed.object_key = trim(mapping.objectKey)
    WHERE coalesce(TRY_CAST(mapping.endYear AS INTEGER), settings.school_year)
        = settings.school_year
),

named AS (
    SELECT
        mapping.resource,
        mapping.campus_object_type,
        mapping.object_key,
        mapping.edfi_id,
        coalesce(TRY_CAST(noted ->> '$.schoolId' AS BIGINT), actual.school_id) AS school_id,
        coalesce(TRY_CAST(noted ->> '$.schoolYear' AS INTEGER), actual.school_year) AS school_year,
        coalesce(noted ->> '$.sessionName', actual.session_name) AS session_name,
        coalesce(noted ->> '$.localCourseCode', actual.local_course_code) AS local_course_code,
        coalesce(noted ->> '$.sectionIdentifier', actual.section_identifier)
            AS section_identifier,
        coalesce(noted ->> '$.studentUniqueId', actual.student_unique_id) AS student_unique_id,
        coalesce(noted ->> '$.staffUniqueId', actual.staff_unique_id) AS staff_unique_id,
        coalesce(TRY_CAST(noted ->> '$.beginDate' AS DATE), actual.begin_date) AS begin_date
    FROM mapping
    LEFT JOIN audit.actual_records AS actual
        ON actual.resource = mapping.resource AND actual.id = mapping.edfi_id
),

compared AS (
    -- a part that is not told speaks for neither key
    SELECT
        named.*,
        coalesce(named.school_id = renamed.school_id, TRUE)
            AND coalesce(named.session_name = renamed.session_name, TRUE)
            AND coalesce(named.local_course_code = renamed.local_course_code, TRUE)
            AND coalesce(named.section_identifier = renamed.section_identifier, TRUE)
            AND coalesce(named.student_unique_id = renamed.student_unique_id, TRUE)
            AND coalesce(named.staff_unique_id = renamed.staff_unique_id, TRUE)
            AND coalesce(named.begin_date = renamed.begin_date, TRUE) AS is_old,
        coalesce(named.school_id = renamed.new_school_id, TRUE)
            AND coalesce(named.session_name = renamed.new_session_name, TRUE)
            AND coalesce(named.local_course_code = renamed.new_local_course_code, TRUE)
            AND coalesce(named.section_identifier = renamed.new_section_identifier, TRUE)
            AND coalesce(named.student_unique_id = renamed.new_student_unique_id, TRUE)
            AND coalesce(named.staff_unique_id = renamed.new_staff_unique_id, TRUE)
            AND coalesce(named.begin_date = renamed.new_begin_date, TRUE) AS is_new,
        concat_ws(' / ', renamed.new_school_id, renamed.new_session_name,
            renamed.new_local_course_code, renamed.new_section_identifier,
            renamed.new_begin_date) AS new_key
    FROM named
    JOIN audit.renamed_records AS renamed
        ON renamed.resource = named.resource
        AND renamed.campus_object_type = named.campus_object_type
        AND renamed.object_key = named.object_key
),

judged AS (
    -- of the object's renamed records the one the mapping means
    SELECT * EXCLUDE (is_old, is_new),
        CASE WHEN is_old AND NOT is_new THEN 'the key of the earlier run'
            WHEN is_new AND NOT is_old THEN 'the key of today' END AS named_by
    FROM compared
    QUALIFY row_number() OVER (
        PARTITION BY resource, campus_object_type, object_key, edfi_id, school_id, school_year,
            session_name, local_course_code, section_identifier, student_unique_id,
            staff_unique_id, begin_date
        ORDER BY is_old AND NOT is_new DESC, is_new AND NOT is_old DESC, new_key) = 1
)

SELECT
    judged.*,
    schools.lea_id,
    coalesce(sessions.phase, CASE
        WHEN settings.audit_date <= make_date(settings.school_year, 6, 30) THEN 'in_term'
        ELSE 'after_year' END) AS phase
FROM judged
CROSS JOIN audit.settings AS settings
LEFT JOIN audit.schools AS schools ON schools.school_id = judged.school_id
LEFT JOIN audit.sessions AS sessions
    ON sessions.school_id = judged.school_id
    AND sessions.school_year = judged.school_year
    AND sessions.session_name = judged.session_name
