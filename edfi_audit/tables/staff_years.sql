-- The school year of what Campus calls each mapped staff section association: that of the calendar
-- of the section, or of the section of the staff-history row, that the identity mapping names.
-- grain: one row per ODS staff section association whose Campus object the extract holds
-- inputs: sis.section, sis.course, sis.calendar, sis.sectionStaffHistory, audit.identity_mappings
-- nulls: none

WITH sections AS (
    SELECT section.sectionID AS section_id,
        any_value(TRY_CAST(calendar.endYear AS INTEGER)) AS end_year
    FROM sis.section AS section
    JOIN sis.course AS course ON course.courseID = section.courseID
    JOIN sis.calendar AS calendar ON calendar.calendarID = course.calendarID
    GROUP BY section.sectionID
),

objects AS (
    SELECT 'section' AS object_type, section_id AS object_key, end_year FROM sections
    UNION ALL
    SELECT 'sectionstaffhistory', history.historyID, sections.end_year
    FROM sis.sectionStaffHistory AS history
    JOIN sections ON sections.section_id = history.sectionID
)

SELECT mapping.actual_row, max(objects.end_year) AS object_year
FROM audit.identity_mappings AS mapping
JOIN objects
    ON objects.object_type = lower(mapping.campus_object_type)
    AND objects.object_key = mapping.object_key
WHERE mapping.resource = 'staffSectionAssociations' AND mapping.actual_row IS NOT NULL
    AND objects.end_year IS NOT NULL
GROUP BY mapping.actual_row
