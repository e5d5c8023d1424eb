-- The resources that Campus sends: whether each is switched on, what the ODS holds of it, whether
-- its mappings have changed since its last resync, and whether the ODS follows the SIS at all.
-- grain: one row per resource that is compared with the SIS or has a switch
-- resource: by row
-- key studentSectionAssociations: resource
-- key staffSectionAssociations: resource
-- key grades: resource
-- key studentSectionAttendanceEvents: resource
-- key sections: resource
-- key courseOfferings: resource
-- key courses: resource
-- key sessions: resource
-- key gradingPeriods: resource
-- key studentSchoolAssociations: resource
-- key staffSchoolAssociations: resource
-- key studentCTEProgramAssociations: resource
-- key studentProgramAssociations: resource
-- key programs: resource
-- key students: resource
-- key staffs: resource
-- key schools: resource
-- key localEducationAgencies: resource
-- inputs: audit.resource_toggles, audit.compared_resources, audit.newest_changes,
--   audit.pulled_resources, audit.campus_calendars, audit.inputs, audit.settings,
--   history.resource_syncs, sis.resourcePreference, ods.student_section_associations,
--   ods.staff_section_associations, ods.grades, ods.student_section_attendance_events,
--   ods.sections, ods.course_offerings, ods.sessions, ods.grading_periods,
--   ods.student_school_associations, ods.staff_school_associations
-- nulls: school_id and lea_id, for a switch is the district's; rows_while_off where nothing tells
--   whether the resource is on, what the ODS holds cannot be read or is nothing, or its records
--   name no school; the counts of changed
--   mappings where the last resync is unknown; changed_elements where there are none; newest_sis_change and
--   newest_ods_change where nothing tells them; is_followed where one of them is unknown, or
--   the SIS is ahead and there was no earlier run

WITH resources AS (
    SELECT * FROM (VALUES
        ('studentSectionAssociations', 'ods.student_section_associations'),
        ('staffSectionAssociations', 'ods.staff_section_associations'),
        ('grades', 'ods.grades'),
        ('studentSectionAttendanceEvents', 'ods.student_section_attendance_events'),
        ('sections', 'ods.sections'),
        ('courseOfferings', 'ods.course_offerings'),
        ('courses', 'ods.courses'),
        ('sessions', 'ods.sessions'),
        ('gradingPeriods', 'ods.grading_periods'),
        ('studentSchoolAssociations', 'ods.student_school_associations'),
        ('staffSchoolAssociations', 'ods.staff_school_associations'),
        ('studentCTEProgramAssociations', 'ods.student_cte_program_associations'),
        ('studentProgramAssociations', 'ods.student_program_associations'),
        ('programs', 'ods.programs'),
        ('students', 'ods.students'),
        ('staffs', 'ods.staffs'),
        ('schools', 'ods.schools'),
        ('localEducationAgencies', 'ods.local_education_agencies')
    ) AS resources (resource, input)
),

of_schools AS (
    SELECT 'studentSectionAssociations' AS resource, school_id, school_year
    FROM ods.student_section_associations
    UNION ALL
    SELECT 'staffSectionAssociations', school_id, school_year FROM ods.staff_section_associations
    UNION ALL
    SELECT 'grades', school_id, school_year FROM ods.grades
    UNION ALL
    SELECT 'studentSectionAttendanceEvents', school_id, school_year
    FROM ods.student_section_attendance_events
    UNION ALL
    SELECT 'sections', school_id, school_year FROM ods.sections
    UNION ALL
    SELECT 'courseOfferings', school_id, school_year FROM ods.course_offerings
    UNION ALL
    SELECT 'sessions', school_id, school_year FROM ods.sessions
    UNION ALL
    SELECT 'gradingPeriods', school_id, school_year FROM ods.grading_periods
    UNION ALL
    SELECT 'studentSchoolAssociations', school_id, school_year
    FROM ods.student_school_associations
    UNION ALL
    SELECT 'staffSchoolAssociations', school_id, school_year FROM ods.staff_school_associations
),

held AS (
    -- schools and years that the extract does not hold may be another's; of what has neither school
    -- nor year nobody can tell whose it is
    SELECT
        of_schools.resource,
        count(*) FILTER (
            WHERE of_schools.school_id IN (SELECT school_id FROM audit.campus_calendars)
                AND coalesce(of_schools.school_year = settings.school_year, TRUE)
        ) AS row_count
    FROM of_schools
    CROSS JOIN audit.settings AS settings
    GROUP BY of_schools.resource
),

changed AS (
    -- "If a mapping is changed in Resource Preferences, a resync will need to be done to reflect
    -- the changes"
    SELECT
        toggle.folded_name,
        count(*) AS mapping_count,
        count(*) FILTER (WHERE lower(trim(preference.element)) IN (
            'instructionalapproachdescriptor', 'sitebasedinitiativedescriptor',
            'implementationstatusdescriptor')) AS code_map_count,
        string_agg(DISTINCT preference.element, ', ' ORDER BY preference.element) AS elements
    FROM audit.resource_toggles AS toggle
    JOIN sis.resourcePreference AS preference
        ON lower(trim(preference.resource)) = toggle.folded_name
        AND preference.modifiedDate > toggle.last_resync
    GROUP BY toggle.folded_name
)

SELECT
    resources.resource,
    CAST(NULL AS BIGINT) AS school_id,
    CAST(NULL AS BIGINT) AS lea_id,
    settings.school_year,
    CASE
        WHEN settings.audit_date <= make_date(settings.school_year, 6, 30) THEN 'in_term'
        ELSE 'after_year'
    END AS phase,
    toggle.is_enabled,
    toggle.last_resync,
    -- "all sent data will remain in the ODS but no new data will send"
    CASE
        WHEN toggle.is_enabled THEN 0
        WHEN NOT toggle.is_enabled AND inputs.missing IS NULL THEN held.row_count
    END AS rows_while_off,
    CASE WHEN toggle.last_resync IS NOT NULL THEN coalesce(changed.mapping_count, 0) END
        AS mappings_since_resync,
    CASE WHEN toggle.last_resync IS NOT NULL AND resources.resource = 'courseOfferings'
        THEN coalesce(changed.code_map_count, 0) END AS code_maps_since_resync,
    changed.elements AS changed_elements,
    newest.newest_sis_change,
    newest.newest_ods_change,
    -- something has come since the earlier run, or the SIS is not far ahead; what it changed after
    -- the pull cannot be there
    newest.newest_ods_change <> earlier.newest_ods_change
        OR date_diff('day', CAST(newest.newest_ods_change AS DATE), CAST(CASE
            WHEN newest.newest_sis_change > timezone('UTC', pulled.pulled_at)
                THEN timezone('UTC', pulled.pulled_at)
            ELSE newest.newest_sis_change END AS DATE)) <= settings.sync_days AS is_followed
FROM resources
CROSS JOIN audit.settings AS settings
LEFT JOIN audit.resource_toggles AS toggle ON toggle.folded_name = lower(resources.resource)
LEFT JOIN held ON held.resource = resources.resource
LEFT JOIN changed ON changed.folded_name = lower(resources.resource)
LEFT JOIN audit.inputs AS inputs ON inputs.name = resources.input
LEFT JOIN audit.newest_changes AS newest ON newest.resource = resources.resource
LEFT JOIN audit.pulled_resources AS pulled ON pulled.resource = resources.resource
LEFT JOIN history.resource_syncs AS earlier ON earlier.resource = resources.resource
WHERE toggle.folded_name IS NOT NULL
    OR resources.resource IN (SELECT resource FROM audit.compared_resources)
