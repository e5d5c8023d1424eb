-- The rows of Campus's Ed-Fi Identity Mapping table, and the year of what each stands for: that of
-- the ODS record behind its id, else that of the calendar of its Campus object.
-- grain: one row per mapping row of the audited year or of none, and one per mapping row of another
--   year whose ODS record or Campus object is of the audited year
-- resource: by row
-- key courseOfferings: school_id, school_year, session_name, local_course_code
-- key sections: school_id, school_year, session_name, local_course_code, section_identifier
-- key studentSectionAssociations: school_id, school_year, session_name, local_course_code,
--   section_identifier, student_unique_id, begin_date
-- key staffSectionAssociations: school_id, school_year, session_name, local_course_code,
--   section_identifier, staff_unique_id, begin_date
-- row: campus_object_type, object_key, edfi_id, end_year
-- inputs: audit.identity_mappings, audit.actual_records, audit.schools, audit.sessions,
--   audit.settings, sis.edfiIdentityMapping, sis.calendar, sis.course, sis.section, sis.roster,
--   sis.sectionStaffHistory
-- nulls: the key's parts where neither the ODS nor the mapping tells them; end_year where the
--   mapping names none; record_year where neither record nor object tells it; year_agrees where one
--   of the two is unknown

WITH other_years AS (
    SELECT
        named.resource,
        trim(mapping.campusObjectType) AS campus_object_type,
        trim(mapping.objectKey) AS object_key,
        nullif(lower(regexp_replace(mapping.edfiID, '[{}\s-]', '', 'g')), '') AS edfi_id,
        TRY_CAST(mapping.endYear AS INTEGER) AS end_year,
        CASE WHEN json_valid(mapping.naturalKey) THEN mapping.naturalKey END AS noted
    FROM sis.edfiIdentityMapping AS mapping
    CROSS JOIN audit.settings AS settings
    JOIN (VALUES ('courseOfferings'), ('sections'), ('studentSectionAssociations'),
        ('staffSectionAssociations')) AS named (resource)
        ON lower(named.resource) = lower(trim(mapping.resource))
    WHERE TRY_CAST(mapping.endYear AS INTEGER) <> settings.school_year
),

mapped AS (
    SELECT
        resource, campus_object_type, object_key, edfi_id, end_year,
        CASE WHEN in_ods THEN school_year END AS ods_year, in_ods,
        school_id, school_year, session_name, local_course_code, section_identifier,
        student_unique_id, staff_unique_id, begin_date
    FROM audit.identity_mappings
    UNION ALL
    SELECT DISTINCT
        other.resource, other.campus_object_type, other.object_key, other.edfi_id, other.end_year,
        actual.school_year, actual.actual_row IS NOT NULL,
        coalesce(actual.school_id, TRY_CAST(noted ->> '$.schoolId' AS BIGINT)),
        coalesce(actual.school_year, TRY_CAST(noted ->> '$.schoolYear' AS INTEGER)),
        coalesce(actual.session_name, noted ->> '$.sessionName'),
        coalesce(actual.local_course_code, noted ->> '$.localCourseCode'),
        coalesce(actual.section_identifier, noted ->> '$.sectionIdentifier'),
        coalesce(actual.student_unique_id, noted ->> '$.studentUniqueId'),
        coalesce(actual.staff_unique_id, noted ->> '$.staffUniqueId'),
        coalesce(actual.begin_date, TRY_CAST(noted ->> '$.beginDate' AS DATE))
    FROM other_years AS other
    LEFT JOIN audit.actual_records AS actual
        ON actual.resource = other.resource AND actual.id = other.edfi_id
),

wanted AS (
    SELECT DISTINCT lower(campus_object_type) AS object_type, object_key
    FROM mapped
    WHERE NOT in_ods
),

course_years AS (
    SELECT course.courseID AS course_id, TRY_CAST(calendar.endYear AS INTEGER) AS end_year
    FROM sis.course AS course
    JOIN sis.calendar AS calendar ON calendar.calendarID = course.calendarID
),

objects AS (
    SELECT 'course' AS object_type, courseID AS object_key, courseID AS course_id FROM sis.course
    UNION ALL
    SELECT 'section', sectionID, courseID FROM sis.section
    UNION ALL
    SELECT 'roster', roster.rosterID, section.courseID
    FROM sis.roster AS roster
    JOIN sis.section AS section
        ON section.sectionID = roster.sectionID AND section.trialID = roster.trialID
    UNION ALL
    SELECT 'sectionstaffhistory', history.historyID, section.courseID
    FROM sis.sectionStaffHistory AS history
    JOIN sis.section AS section
        ON section.sectionID = history.sectionID AND section.trialID = history.trialID
),

object_years AS (
    SELECT objects.object_type, objects.object_key, min(course_years.end_year) AS end_year
    FROM objects
    SEMI JOIN wanted
        ON wanted.object_type = objects.object_type AND wanted.object_key = objects.object_key
    JOIN course_years ON course_years.course_id = objects.course_id
    GROUP BY ALL
),

dated AS (
    SELECT
        mapped.* EXCLUDE (ods_year, in_ods),
        CASE WHEN mapped.in_ods THEN mapped.ods_year ELSE object_years.end_year END AS record_year
    FROM mapped
    LEFT JOIN object_years
        ON NOT mapped.in_ods
        AND object_years.object_type = lower(mapped.campus_object_type)
        AND object_years.object_key = mapped.object_key
)

SELECT
    dated.*,
    schools.lea_id,
    coalesce(sessions.phase, CASE
        WHEN settings.audit_date <= make_date(settings.school_year, 6, 30) THEN 'in_term'
        ELSE 'after_year' END) AS phase,
    dated.end_year = dated.record_year AS year_agrees
FROM dated
CROSS JOIN audit.settings AS settings
LEFT JOIN audit.schools AS schools ON schools.school_id = dated.school_id
LEFT JOIN audit.sessions AS sessions
    ON sessions.school_id = dated.school_id
    AND sessions.school_year = dated.school_year
    AND sessions.session_name = dated.session_name
WHERE dated.end_year IS NULL
    OR dated.end_year = settings.school_year
    OR dated.record_year = settings.school_year
