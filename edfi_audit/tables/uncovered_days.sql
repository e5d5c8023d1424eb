-- The longest run of days of an enrolment, within one session that has ended, on which the student
-- has no section at the school: "Report Roster data for all periods of time when a student is/was
-- enrolled in your school/district."
-- grain: one row per enrolment whose roster is expected, and there, and that meets an ended session
-- inputs: audit.settings, audit.enrollments, audit.student_rosters, audit.student_spells,
--     audit.sessions
-- nulls: session_name and uncovered_from are null where no day is uncovered

-- "At least one 'Annual' session" is there for a school's first and last day, and is no term
WITH ended_terms AS (
    SELECT sessions.school_id, sessions.session_name, sessions.begin_date, sessions.end_date
    FROM audit.sessions AS sessions
    CROSS JOIN audit.settings AS settings
    WHERE sessions.school_year = settings.school_year
        AND settings.audit_date > sessions.end_date
        AND lower(trim(sessions.session_name)) NOT IN ('annual', 'fds/lds')
        AND coalesce(regexp_replace(trim(sessions.term_descriptor), '^.*#', ''), '') <> 'A'
),

-- without any section at the school SSA-016 speaks
rostered AS (
    SELECT student_unique_id, school_id
    FROM audit.student_rosters
    WHERE association_count > 0
),

-- the days of one session on which the student is enrolled
windows AS (
    SELECT
        enrollments.enrollment_number, enrollments.student_unique_id, enrollments.school_id,
        ended_terms.session_name,
        greatest(enrollments.begins, ended_terms.begin_date) AS begins,
        least(enrollments.ends, ended_terms.end_date) AS ends
    FROM audit.enrollments AS enrollments
    SEMI JOIN rostered
        ON rostered.student_unique_id = enrollments.student_unique_id
        AND rostered.school_id = enrollments.school_id
    INNER JOIN ended_terms
        ON ended_terms.school_id = enrollments.school_id
        AND ended_terms.begin_date <= ended_terms.end_date
        AND ended_terms.begin_date <= enrollments.ends
        AND ended_terms.end_date >= enrollments.begins
    WHERE enrollments.is_roster_expected
),

-- a run of no days before all others gives the gap before the first
runs AS (
    SELECT student_unique_id, school_id, DATE '0001-01-01' AS begins, DATE '0001-01-01' AS ends
    FROM rostered
    UNION ALL
    SELECT student_unique_id, school_id, begins, ends
    FROM audit.student_spells
    WHERE what = 'rostered'
),

gaps AS (
    SELECT
        student_unique_id,
        school_id,
        ends + 1 AS begins,
        lead(begins, 1, DATE '9999-12-31') OVER (
            PARTITION BY student_unique_id, school_id ORDER BY begins
        ) - 1 AS ends
    FROM runs
),

uncovered AS (
    SELECT
        windows.enrollment_number,
        windows.session_name,
        greatest(windows.begins, gaps.begins) AS uncovered_from,
        least(windows.ends, gaps.ends) - greatest(windows.begins, gaps.begins) + 1 AS days
    FROM windows
    INNER JOIN gaps
        ON gaps.student_unique_id = windows.student_unique_id
        AND gaps.school_id = windows.school_id
        AND gaps.begins <= windows.ends
        AND gaps.ends >= windows.begins
),

longest AS (
    SELECT * FROM uncovered
    QUALIFY row_number() OVER (
        PARTITION BY enrollment_number ORDER BY days DESC, uncovered_from, session_name
    ) = 1
)

SELECT
    looked_at.enrollment_number,
    coalesce(longest.days, 0) AS uncovered_days,
    longest.uncovered_from,
    longest.session_name
FROM (SELECT DISTINCT enrollment_number FROM windows) AS looked_at
LEFT JOIN longest ON longest.enrollment_number = looked_at.enrollment_number
