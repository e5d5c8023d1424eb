-- The Campus courses of the audited year with every send gate that is the course's own.
-- grain: one row per Campus course
-- inputs: sis.course, audit.campus_calendars, audit.settings
-- nulls: local_course_code and course_name are null where the course has none; a flag that the
--   extract does not hold excludes nothing

SELECT
    course.courseID AS course_id,
    calendar.*,
    -- "Reports the Course Number from the Course"
    nullif(course.number, '') AS local_course_code,
    -- "Reports the Course Name"
    nullif(trim(course.name), '') AS course_name,
    course.active AS course_active,
    course.stateExclude AS course_state_exclude,
    coalesce(course.cte, FALSE) AS is_cte,
    coalesce(course.termOverride, FALSE) AS has_term_override,
    nullif(trim(course.teacherOverride), '') AS course_override,
    calendar.school_id IS NOT NULL AND nullif(course.number, '') IS NOT NULL AS gate_numbered,
    coalesce(course.active, TRUE) AS gate_course_active,
    -- Nebraska and Wisconsin say "Inactive or Exclude from State Reporting", Minnesota "Inactive"
    settings.profile = 'MN' OR NOT coalesce(course.stateExclude, FALSE) AS gate_course_not_excluded
FROM sis.course AS course
CROSS JOIN audit.settings AS settings
JOIN audit.campus_calendars AS calendar ON calendar.calendar_id = course.calendarID
