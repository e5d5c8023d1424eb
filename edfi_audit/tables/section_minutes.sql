-- The instruction minutes of each Campus section in a session, by the first level that says
-- anything: 1 the section's "Period Minutes Override", 2 the course's "Period Minutes", either of
-- them times the days on which the section meets; 3 the minutes of its periods on those days.
-- grain: one row per Campus section and session
-- inputs: sis.section, sis.course, sis.trial, sis.sectionPlacement, sis.period, sis.day,
--   audit.section_sessions, audit.section_terms
-- nulls: expected_minutes is null where the section meets on no day, and at level 3 where the
--   length of a period it meets in is unknown

WITH placed AS (
    SELECT
        term.section_id,
        term.trial_id,
        term.session_name,
        trial.structureID AS structure_id,
        {'begins': term.term_start, 'ends': term.term_end, 'period': placement.periodID} AS slot
    FROM audit.section_terms AS term
    JOIN sis.sectionPlacement AS placement
        ON placement.sectionID = term.section_id
        AND placement.trialID = term.trial_id
        AND placement.termID = term.term_id
    JOIN sis.trial AS trial ON trial.trialID = term.trial_id
    WHERE term.session_name IS NOT NULL
),

timetables AS (
    SELECT section_id, trial_id, session_name, structure_id,
        list(DISTINCT slot ORDER BY slot) AS timetable
    FROM placed
    GROUP BY ALL
),

slots AS (
    -- sections with one timetable meet on the same days: a district has few timetables
    SELECT structure_id, timetable, unnest(timetable) AS slot
    FROM (SELECT DISTINCT structure_id, timetable FROM timetables)
),

periods AS (
    -- "the number of instructional minutes (minus lunch minutes if within any applicable period)"
    SELECT
        periodID AS period_id,
        periodScheduleID AS period_schedule_id,
        coalesce(periodMinutes,
                date_diff('minute', starts, ends)) - coalesce(lunchMinutes, 0) AS minutes
    FROM (
        -- 8:00, 08:00:00, or 8:00 AM
        SELECT
            *,
            coalesce(TRY_CAST(startTime AS TIME), CAST(try_strptime(upper(trim(startTime)),
                ['%I:%M %p', '%I:%M:%S %p']) AS TIME)) AS starts,
            coalesce(TRY_CAST(endTime AS TIME), CAST(try_strptime(upper(trim(endTime)),
                ['%I:%M %p', '%I:%M:%S %p']) AS TIME)) AS ends
        FROM sis.period
    )
),

meetings AS (
    -- "each period this course/section is scheduled for, for all the days it is scheduled in the
    -- term"
    SELECT DISTINCT slots.structure_id, slots.timetable, day.date, periods.period_id,
        periods.minutes
    FROM slots
    JOIN periods ON periods.period_id = slots.slot.period
    JOIN sis.day AS day
        ON day.structureID = slots.structure_id
        AND day.periodScheduleID = periods.period_schedule_id
        AND day.date BETWEEN slots.slot.begins AND slots.slot.ends
    WHERE day.instruction
),

met AS (
    SELECT
        structure_id,
        timetable,
        count(DISTINCT date) AS days,
        CASE WHEN count(minutes) = count(*) THEN sum(minutes) END AS minutes
    FROM meetings
    GROUP BY structure_id, timetable
)

SELECT
    placed.section_id,
    placed.trial_id,
    placed.course_id,
    placed.session_name,
    -- "<> NULL": an override of 0 is an override
    CASE
        WHEN section.periodMinutesOverride IS NOT NULL THEN 1
        WHEN course.periodMinutes IS NOT NULL THEN 2
        ELSE 3
    END AS level,
    coalesce(section.periodMinutesOverride, course.periodMinutes) AS period_minutes,
    coalesce(met.days, 0) AS days,
    CASE WHEN met.days > 0 THEN
        coalesce(section.periodMinutesOverride * met.days, course.periodMinutes * met.days,
            met.minutes)
    END AS expected_minutes
FROM audit.section_sessions AS placed
JOIN sis.section AS section
    ON section.sectionID = placed.section_id AND section.trialID = placed.trial_id
JOIN sis.course AS course ON course.courseID = placed.course_id
LEFT JOIN timetables
    ON timetables.section_id = placed.section_id
    AND timetables.trial_id = placed.trial_id
    AND timetables.session_name = placed.session_name
LEFT JOIN met
    ON met.structure_id = timetables.structure_id AND met.timetable = timetables.timetable
WHERE placed.session_name IS NOT NULL
