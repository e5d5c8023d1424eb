-- The newest change of each compared resource, in the SIS and in the ODS. In the SIS it is that of
-- the tables whose events send the resource, as far as they are of the audited year's sections.
-- grain: one row per compared resource
-- inputs: audit.campus_sections, audit.campus_calendars, sis.course, sis.section,
--   sis.sectionStaffHistory, sis.employmentAssignment, sis.roster, ods.course_offerings,
--   ods.sections, ods.student_section_associations, ods.staff_section_associations
-- nulls: newest_sis_change and newest_ods_change are null where nothing tells them

WITH teachers AS (
    SELECT history.personID, history.modifiedDate
    FROM sis.sectionStaffHistory AS history
    SEMI JOIN audit.campus_sections AS section
        ON section.section_id = history.sectionID AND section.trial_id = history.trialID
),

sis_changes AS (
    SELECT max(course.modifiedDate) AS course_change
    FROM sis.course AS course
    WHERE course.calendarID IN (SELECT calendar_id FROM audit.campus_calendars)
),

section_changes AS (
    SELECT max(section.modifiedDate) AS section_change
    FROM sis.section AS section
    SEMI JOIN audit.campus_sections AS known
        ON known.section_id = section.sectionID AND known.trial_id = section.trialID
),

staff_changes AS (
    SELECT greatest(
        (SELECT max(modifiedDate) FROM teachers),
        (SELECT max(assignment.modifiedDate) FROM sis.employmentAssignment AS assignment
            WHERE assignment.personID IN (SELECT personID FROM teachers))
    ) AS staff_change
),

roster_changes AS (
    SELECT max(roster.modifiedDate) AS roster_change
    FROM sis.roster AS roster
    SEMI JOIN audit.campus_sections AS section
        ON section.section_id = roster.sectionID AND section.trial_id = roster.trialID
),

in_sis AS (
    SELECT 'courseOfferings' AS resource, greatest(course_change, section_change) AS newest
    FROM sis_changes CROSS JOIN section_changes
    UNION ALL
    SELECT 'sections', greatest(course_change, section_change)
    FROM sis_changes CROSS JOIN section_changes
    UNION ALL
    SELECT 'staffSectionAssociations', staff_change FROM staff_changes
    UNION ALL
    SELECT 'studentSectionAssociations', roster_change FROM roster_changes
),

in_ods AS (
    SELECT 'courseOfferings' AS resource, school_id, school_year, last_modified_date
    FROM ods.course_offerings
    UNION ALL
    SELECT 'sections', school_id, school_year, last_modified_date FROM ods.sections
    UNION ALL
    SELECT 'staffSectionAssociations', school_id, school_year, last_modified_date
    FROM ods.staff_section_associations
    UNION ALL
    SELECT 'studentSectionAssociations', school_id, school_year, last_modified_date
    FROM ods.student_section_associations
)

SELECT
    in_sis.resource,
    max(in_sis.newest) AS newest_sis_change,
    max(in_ods.last_modified_date) AS newest_ods_change
FROM in_sis
LEFT JOIN (
    SELECT * FROM in_ods
    SEMI JOIN audit.campus_calendars AS calendar
        ON calendar.school_id = in_ods.school_id AND calendar.school_year = in_ods.school_year
) AS in_ods ON in_ods.resource = in_sis.resource
GROUP BY in_sis.resource
