-- The Campus calendars of the audited school year and the school each reports for. They are the
-- scope of every comparison with the SIS: a school or year without a calendar here is unknown.
-- grain: one row per Campus calendar
-- inputs: sis.calendar, audit.campus_schools, audit.schools, audit.settings
-- nulls: school_id is null where the school has no number that Ed-Fi could use; a flag that the
--   extract does not hold excludes nothing

SELECT
    calendar.calendarID AS calendar_id,
    numbered.school_id,
    -- "Reports for Sections in the scope year to which the course's calendar is aligned"
    settings.school_year,
    make_date(settings.school_year - 1, 7, 1) AS year_begin,
    make_date(settings.school_year, 6, 30) AS year_end,
    numbered.is_excluded AS school_exclude,
    calendar.exclude AS calendar_exclude,
    calendar.summerSchool AS summer_school,
    schools.is_choice,
    NOT coalesce(numbered.is_excluded, FALSE) AS gate_school_included,
    NOT coalesce(calendar.exclude, FALSE) AS gate_calendar_included,
    settings.profile <> 'WI' OR NOT coalesce(calendar.summerSchool, FALSE)
        AS gate_not_summer_school,
    settings.profile <> 'WI' OR NOT coalesce(schools.is_choice, FALSE) AS gate_not_choice
FROM sis.calendar AS calendar
CROSS JOIN audit.settings AS settings
LEFT JOIN audit.campus_schools AS numbered ON numbered.campus_school_id = calendar.schoolID
LEFT JOIN audit.schools AS schools ON schools.school_id = numbered.school_id
WHERE TRY_CAST(calendar.endYear AS INTEGER) = settings.school_year
