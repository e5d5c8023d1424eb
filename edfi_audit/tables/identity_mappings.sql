-- The rows of Campus's Ed-Fi Identity Mapping table for the audited year: which Campus object
-- stands for which ODS record. The natural key is that of the ODS record behind the id; where
-- there is none, the one the mapping itself noted.
-- grain: one row per mapping row
-- resource: by row
-- key courseOfferings: school_id, school_year, session_name, local_course_code
-- key sections: school_id, school_year, session_name, local_course_code, section_identifier
-- key studentSectionAssociations: school_id, school_year, session_name, local_course_code,
--   section_identifier, student_unique_id, begin_date
-- key staffSectionAssociations: school_id, school_year, session_name, local_course_code,
--   section_identifier, staff_unique_id, begin_date
-- row: campus_object_type, object_key, edfi_id
-- inputs: sis.edfiIdentityMapping, audit.actual_records, audit.schools, audit.sessions,
--   audit.inputs, audit.settings
-- nulls: end_year is null where the mapping names no year; actual_row where the ODS has no record
--   with the id; the key's parts where neither the ODS nor the mapping tells them; conflict where
--   the mapping has no id, another row tells of the same contradiction, or an unreadable resource
--   leaves open which session a record is of; contradiction where there is none

WITH compared AS (
    SELECT resources.resource, inputs.name IS NOT NULL AS is_readable
    FROM (VALUES
        ('courseOfferings', 'ods.course_offerings'),
        ('sections', 'ods.sections'),
        ('studentSectionAssociations', 'ods.student_section_associations'),
        ('staffSectionAssociations', 'ods.staff_section_associations')
    ) AS resources (resource, input)
    LEFT JOIN audit.inputs AS inputs ON inputs.name = resources.input AND inputs.missing IS NULL
),

mapping AS (
    -- an id may be written as a GUID, in braces; an object's type in any case
    SELECT
        compared.resource,
        compared.is_readable,
        min(trim(mapping.campusObjectType)) AS campus_object_type,
        max(TRY_CAST(mapping.endYear AS INTEGER)) AS end_year,
        lower(trim(mapping.campusObjectType)) AS object_type,
        trim(mapping.objectKey) AS object_key,
        nullif(lower(regexp_replace(mapping.edfiID, '[{}\s-]', '', 'g')), '') AS edfi_id,
        CASE WHEN json_valid(mapping.naturalKey) THEN mapping.naturalKey END AS noted
    FROM sis.edfiIdentityMapping AS mapping
    CROSS JOIN audit.settings AS settings
    JOIN compared ON lower(compared.resource) = lower(trim(mapping.resource))
    WHERE coalesce(TRY_CAST(mapping.endYear AS INTEGER), settings.school_year)
        = settings.school_year
    GROUP BY ALL
),

located AS (
    SELECT
        mapping.resource,
        mapping.is_readable,
        mapping.campus_object_type,
        mapping.end_year,
        mapping.object_type,
        mapping.object_key,
        mapping.edfi_id,
        actual.actual_row,
        actual.actual_row IS NOT NULL AS in_ods,
        CASE WHEN actual.actual_row IS NOT NULL THEN actual.school_id
            ELSE TRY_CAST(noted ->> '$.schoolId' AS BIGINT) END AS school_id,
        CASE WHEN actual.actual_row IS NOT NULL THEN actual.school_year
            WHEN TRY_CAST(noted ->> '$.schoolYear' AS INTEGER) BETWEEN 1990 AND 2100
            THEN TRY_CAST(noted ->> '$.schoolYear' AS INTEGER) END AS school_year,
        CASE WHEN actual.actual_row IS NOT NULL THEN actual.session_name
            ELSE noted ->> '$.sessionName' END AS session_name,
        CASE WHEN actual.actual_row IS NOT NULL THEN actual.local_course_code
            ELSE noted ->> '$.localCourseCode' END AS local_course_code,
        CASE WHEN actual.actual_row IS NOT NULL THEN actual.section_identifier
            ELSE noted ->> '$.sectionIdentifier' END AS section_identifier,
        CASE WHEN actual.actual_row IS NOT NULL THEN actual.student_unique_id
            ELSE noted ->> '$.studentUniqueId' END AS student_unique_id,
        CASE WHEN actual.actual_row IS NOT NULL THEN actual.staff_unique_id
            ELSE noted ->> '$.staffUniqueId' END AS staff_unique_id,
        CASE WHEN actual.actual_row IS NOT NULL THEN actual.begin_date
            ELSE TRY_CAST(noted ->> '$.beginDate' AS DATE) END AS begin_date
    FROM mapping
    LEFT JOIN audit.actual_records AS actual
        ON actual.resource = mapping.resource AND actual.id = mapping.edfi_id
),

types AS (
    SELECT object_type, min(campus_object_type) AS campus_object_type
    FROM located
    GROUP BY object_type
),

pairs AS (
    SELECT
        located.*,
        types.campus_object_type || ' ' || located.object_key AS campus_object,
        hash(located.resource, located.edfi_id) AS id_bucket,
        hash(located.resource, located.object_type, located.object_key) AS object_bucket
    FROM located
    LEFT JOIN types ON types.object_type = located.object_type
),

-- cheap first pass: nearly every id and object stands in one row, which contradicts nothing
shared_ids AS (
    SELECT id_bucket FROM pairs GROUP BY id_bucket HAVING count(*) > 1
),

shared_objects AS (
    SELECT object_bucket FROM pairs GROUP BY object_bucket HAVING count(*) > 1
),

marked AS (
    SELECT
        *,
        id_bucket IN (SELECT id_bucket FROM shared_ids)
            OR object_bucket IN (SELECT object_bucket FROM shared_objects) AS is_shared
    FROM pairs
),

contradictions AS (
    -- a year-long section rightly owns one record per session, hence the natural key
    SELECT
        *,
        min(campus_object) OVER same_id AS first_object,
        max(campus_object) OVER same_id AS last_object,
        min(edfi_id) OVER same_record AS first_id,
        CASE WHEN session_name IS NOT NULL THEN max(edfi_id) OVER same_record END AS last_id,
        session_name IS NULL AND NOT is_readable
            AND min(edfi_id) OVER same_object <> max(edfi_id) OVER same_object AS is_undecided
    FROM marked
    WHERE is_shared
    WINDOW
        same_id AS (PARTITION BY resource, edfi_id),
        same_object AS (PARTITION BY resource, object_type, object_key),
        same_record AS (
            PARTITION BY resource, object_type, object_key, school_id, school_year, session_name,
                local_course_code, section_identifier, student_unique_id, staff_unique_id,
                begin_date
        )
    UNION ALL
    SELECT *, campus_object, campus_object, edfi_id, edfi_id, FALSE
    FROM marked
    WHERE NOT is_shared
)

SELECT
    pair.resource,
    pair.school_id,
    schools.lea_id,
    pair.school_year,
    pair.session_name,
    pair.local_course_code,
    pair.section_identifier,
    pair.student_unique_id,
    pair.staff_unique_id,
    pair.begin_date,
    coalesce(sessions.phase, CASE WHEN settings.audit_date <= make_date(
            CASE WHEN pair.school_year BETWEEN 1990 AND 2100 THEN pair.school_year
                ELSE settings.school_year END, 6, 30)
        THEN 'in_term' ELSE 'after_year' END) AS phase,
    pair.campus_object_type,
    pair.object_key,
    pair.edfi_id,
    pair.end_year,
    pair.actual_row,
    pair.in_ods,
    -- a contradiction is told once, on its first row
    CASE
        WHEN pair.edfi_id IS NULL THEN NULL
        WHEN pair.first_object <> pair.last_object THEN
            CASE WHEN pair.campus_object = pair.first_object
                THEN 'one ODS id for two Campus objects' END
        WHEN pair.first_id <> pair.last_id THEN
            CASE WHEN pair.edfi_id = pair.first_id
                THEN 'two ODS ids for one Campus object and natural key' END
        WHEN NOT pair.is_undecided THEN 'none'
    END AS conflict,
    CASE
        WHEN pair.first_object <> pair.last_object
            THEN pair.edfi_id || ' is ' || pair.first_object || ' and ' || pair.last_object
        WHEN pair.first_id <> pair.last_id
            THEN pair.campus_object || ' is ' || pair.first_id || ' and ' || pair.last_id
    END AS contradiction
FROM contradictions AS pair
CROSS JOIN audit.settings AS settings
LEFT JOIN audit.schools AS schools ON schools.school_id = pair.school_id
LEFT JOIN audit.sessions AS sessions
    ON sessions.school_id = pair.school_id
    AND sessions.school_year = pair.school_year
    AND sessions.session_name = pair.session_name
