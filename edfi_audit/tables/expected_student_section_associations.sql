-- The student section associations that ought to be in the ODS: one per roster row and session.
-- A roster row without an end is in every placed session that has not ended before it starts;
-- otherwise it is in the sessions it overlaps, up to the one its end date falls in. Audited
-- rosters are sent like others. A section that is not sent keeps its students back.
-- grain: one row per roster row and session; one without a session where it has none
-- inputs: sis.roster, sis.person, sis.enrollment, audit.section_sessions, audit.campus_sections,
--   audit.unsent_sections, audit.campus_calendars, audit.settings
-- nulls: session_name is null where the roster row lies in no session; a gate is null where the
--   extract does not say; absence_reason is null where the record ought to be there

WITH rosters AS (
    SELECT
        roster.rosterID AS roster_id,
        roster.personID AS person_id,
        roster.startDate AS roster_start,
        roster.endDate AS roster_end,
        coalesce(roster.audit, FALSE) AS is_audit,
        nullif(trim(person.edfiID), '') AS student_unique_id,
        section.*
    FROM sis.roster AS roster
    JOIN audit.campus_sections AS section
        ON section.section_id = roster.sectionID AND section.trial_id = roster.trialID
    LEFT JOIN sis.person AS person ON person.personID = roster.personID
),

in_sessions AS (
    SELECT
        rosters.roster_id,
        session.session_name,
        session.absence_reason AS section_absence_reason,
        CASE WHEN rosters.roster_start BETWEEN session.session_begin_date
                AND session.session_end_date
            THEN rosters.roster_start ELSE session.session_begin_date END AS begin_date,
        CASE WHEN rosters.roster_end BETWEEN session.session_begin_date
                AND session.session_end_date
            THEN rosters.roster_end ELSE session.session_end_date END AS end_date
    FROM rosters
    JOIN audit.section_sessions AS session
        ON session.section_id = rosters.section_id AND session.trial_id = rosters.trial_id
    WHERE session.session_name IS NOT NULL
        AND coalesce(rosters.roster_start <= session.session_end_date, TRUE)
        AND coalesce(rosters.roster_end >= session.session_begin_date, TRUE)
),

records AS (
    SELECT
        rosters.*,
        in_sessions.session_name,
        in_sessions.begin_date,
        in_sessions.end_date,
        coalesce(in_sessions.section_absence_reason, unsent.absence_reason)
            AS section_absence_reason
    FROM rosters
    LEFT JOIN in_sessions ON in_sessions.roster_id = rosters.roster_id
    LEFT JOIN audit.unsent_sections AS unsent
        ON unsent.section_id = rosters.section_id AND unsent.trial_id = rosters.trial_id
),

enrollments AS (
    -- "Primary or Coursework Only": P is primary, any other service type is coursework
    SELECT
        enrollment.personID AS person_id,
        calendar.school_id,
        enrollment.startDate AS enrolled_from,
        enrollment.endDate AS enrolled_to,
        enrollment.grade,
        coalesce(enrollment.stateExclude, FALSE) AS state_exclude,
        coalesce(enrollment.noShow, FALSE) AS no_show,
        NOT coalesce(enrollment.stateExclude, FALSE) AND NOT coalesce(enrollment.noShow, FALSE)
            AS is_reportable,
        list_contains(
            list_transform(settings.rostered_grades_except, lambda one: upper(trim(one))),
            upper(trim(enrollment.grade))
        ) AS has_unrostered_grade
    FROM sis.enrollment AS enrollment
    JOIN audit.campus_calendars AS calendar ON calendar.calendar_id = enrollment.calendarID
    CROSS JOIN audit.settings AS settings
),

enrolled AS (
    SELECT
        records.roster_id,
        records.session_name,
        min(enrollments.enrolled_from) AS enrolled_from,
        CASE WHEN count(*) = count(enrollments.enrolled_to)
            THEN max(enrollments.enrolled_to) END AS enrolled_to,
        min(enrollments.grade) AS enrolled_grade,
        bool_and(enrollments.state_exclude) AS state_exclude,
        bool_and(enrollments.no_show) AS no_show,
        bool_or(enrollments.is_reportable) AS is_reportable,
        bool_or(enrollments.is_reportable AND NOT coalesce(has_unrostered_grade, FALSE))
            AS is_rostered
    FROM records
    JOIN enrollments
        ON enrollments.person_id = records.person_id
        AND enrollments.school_id = records.school_id
    WHERE coalesce(enrollments.enrolled_from <= records.end_date, TRUE)
        AND coalesce(enrollments.enrolled_to >= records.begin_date, TRUE)
    GROUP BY records.roster_id, records.session_name
),

gated AS (
    SELECT
        records.*,
        enrolled.enrolled_from,
        enrolled.enrolled_to,
        enrolled.enrolled_grade,
        enrolled.state_exclude,
        enrolled.no_show,
        records.section_absence_reason IS NULL AS gate_section_sent,
        records.session_name IS NOT NULL AS gate_roster_in_session,
        records.student_unique_id IS NOT NULL AS gate_student_id,
        enrolled.roster_id IS NOT NULL AS gate_enrolled,
        enrolled.is_reportable AS gate_enrollment_reportable,
        -- the grade of an enrollment that is not reported says nothing
        CASE WHEN enrolled.is_reportable THEN enrolled.is_rostered END AS gate_grade_rostered
    FROM records
    LEFT JOIN enrolled
        ON enrolled.roster_id = records.roster_id
        AND enrolled.session_name IS NOT DISTINCT FROM records.session_name
)

SELECT
    'Roster' AS campus_object_type,
    roster_id AS object_key,
    school_id,
    school_year,
    session_name,
    local_course_code,
    section_identifier,
    student_unique_id,
    begin_date,
    end_date,
    person_id,
    section_id,
    trial_id,
    roster_start,
    roster_end,
    enrolled_from,
    enrolled_to,
    enrolled_grade,
    state_exclude,
    no_show,
    is_cte,
    is_audit,
    gate_section_sent,
    gate_final_task,
    gate_roster_in_session,
    gate_student_id,
    gate_enrolled,
    gate_enrollment_reportable,
    gate_grade_rostered,
    CASE
        WHEN NOT gate_section_sent THEN section_absence_reason
        WHEN NOT gate_final_task THEN 'gate_final_task'
        WHEN NOT gate_roster_in_session THEN 'gate_roster_in_session'
        WHEN NOT gate_student_id THEN 'gate_student_id'
        WHEN NOT gate_enrolled THEN 'gate_enrolled'
        WHEN NOT gate_enrollment_reportable THEN 'gate_enrollment_reportable'
        WHEN NOT gate_grade_rostered THEN 'gate_grade_rostered'
    END AS absence_reason
FROM gated
