-- The schools and what their rosters look like as a whole: jails that send none, withdrawals that
-- should not have been sent, and grades that the SIS leaves out.
-- grain: one row per school id
-- resource: schools
-- key: school_id
-- inputs: audit.settings, audit.schools, audit.student_section_outcomes, audit.campus_calendars,
--     audit.expected_student_section_associations, ods.student_school_associations,
--     ods.student_section_associations, sis.enrollment, reference.grade_levels
-- nulls: jail_check is null at other schools and where nobody is enrolled; withdrawals_check where
--     no session with students has ended; elementary_check where the SIS sends no student of the
--     grades from Kindergarten to 5

WITH enrollments AS (
    SELECT school_id, count(*) AS enrollment_count
    FROM ods.student_school_associations
    GROUP BY ALL
),

rosters AS (
    SELECT school_id, count(*) AS association_count
    FROM ods.student_section_associations
    GROUP BY ALL
),

-- "the SIS should not send to WISEdata courses for which the student was enrolled with the intent
-- of earning a grade but did NOT earn a grade […]; this should be an exception, not the norm"
withdrawals AS (
    SELECT
        school_id,
        count(*) AS ended_count,
        count(*) FILTER (WHERE withdrew AND final_grade_count = 0) AS ungraded_count
    FROM audit.student_section_outcomes
    WHERE phase <> 'in_term'
        -- without student or section nobody can say whether there is a grade
        AND school_year IS NOT NULL
        AND trim(session_name) <> ''
        AND trim(local_course_code) <> ''
        AND trim(section_identifier) <> ''
        AND trim(student_unique_id) <> ''
    GROUP BY ALL
),

expected AS (
    SELECT DISTINCT school_id, person_id, student_unique_id
    FROM audit.expected_student_section_associations
    WHERE absence_reason IS NULL
),

levels AS (
    SELECT upper(code) AS code, CAST(ordinal AS INTEGER) AS ordinal FROM reference.grade_levels
),

-- Kindergarten is 0
elementary AS (
    SELECT DISTINCT expected.school_id, expected.student_unique_id
    FROM expected
    JOIN sis.enrollment AS enrollment ON enrollment.personID = expected.person_id
    JOIN audit.campus_calendars AS calendar
        ON calendar.calendar_id = enrollment.calendarID
        AND calendar.school_id = expected.school_id
    JOIN levels ON levels.code = upper(trim(enrollment.grade))
    WHERE levels.ordinal BETWEEN 0 AND 5
),

rostered AS (
    SELECT DISTINCT school_id, student_unique_id
    FROM ods.student_section_associations
    SEMI JOIN elementary USING (school_id, student_unique_id)
),

elementary_schools AS (
    SELECT
        elementary.school_id,
        count(*) AS student_count,
        count(rostered.school_id) AS rostered_count
    FROM elementary
    LEFT JOIN rostered USING (school_id, student_unique_id)
    GROUP BY ALL
)

SELECT
    schools.school_id,
    schools.lea_id,
    settings.school_year,
    CASE WHEN settings.audit_date <= make_date(settings.school_year, 6, 30)
        THEN 'in_term' ELSE 'after_year' END AS phase,
    schools.is_choice,

    -- "School districts should treat these schools as any other district-operated school"
    coalesce(enrollments.enrollment_count, 0) AS enrollment_count,
    CASE
        WHEN NOT schools.is_jail OR enrollments.enrollment_count IS NULL THEN NULL
        WHEN rosters.association_count > 0 THEN 'ok'
        ELSE 'no students in sections'
    END AS jail_check,

    withdrawals.ended_count,
    withdrawals.ungraded_count AS ungraded_withdrawals,
    round(withdrawals.ungraded_count * 100.0 / withdrawals.ended_count, 1)
        AS ungraded_withdrawals_percent,
    CASE
        WHEN withdrawals.ungraded_count * 100.0 / withdrawals.ended_count
            > settings.ungraded_withdrawals_percent THEN 'the norm'
        WHEN withdrawals.ended_count > 0 THEN 'ok'
    END AS withdrawals_check,

    elementary_schools.student_count AS elementary_student_count,
    CASE
        WHEN elementary_schools.rostered_count = 0 THEN 'none in the ODS'
        WHEN elementary_schools.rostered_count > 0 THEN 'ok'
    END AS elementary_check
FROM audit.schools AS schools
CROSS JOIN audit.settings AS settings
LEFT JOIN enrollments ON enrollments.school_id = schools.school_id
LEFT JOIN rosters ON rosters.school_id = schools.school_id
LEFT JOIN withdrawals ON withdrawals.school_id = schools.school_id
LEFT JOIN elementary_schools ON elementary_schools.school_id = schools.school_id
