-- The resources that were pulled, and how many of their records the ODS could not serve: a record
-- that makes its page fail (500) is told apart, left out, and counted.
-- grain: one row per resource that the key may read
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
-- inputs: audit.pulled_resources, audit.settings
-- nulls: school_id and lea_id, for nobody knows whose records they are

SELECT
    pulled.resource,
    CAST(NULL AS BIGINT) AS school_id,
    CAST(NULL AS BIGINT) AS lea_id,
    settings.school_year,
    CASE
        WHEN settings.audit_date <= make_date(settings.school_year, 6, 30) THEN 'in_term'
        ELSE 'after_year'
    END AS phase,
    pulled.poison
FROM audit.pulled_resources AS pulled
CROSS JOIN audit.settings AS settings
WHERE pulled.verdict NOT IN ('denied', 'not_enabled')
