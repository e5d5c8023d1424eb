-- The staff section associations that ought to be in the ODS: one per staff-history row of a
-- teacher and session, and one for an override teacher. Among those who may be Teacher of Record
-- one reports at a time: of rows that overlap each other the first in rank, then the newest.
-- grain: one row per staff-history row and session (one without a session where it has none), and
--   one per session for an override teacher without a staff-history row
-- inputs: audit.district_assignments, audit.staff_in_sessions, audit.campus_sections,
--   audit.section_sessions
-- nulls: session_name is null where the row has no session; gate_teacher_of_record where it does
--   not compete to be one; absence_reason is null where the record ought to be there

WITH unsent_sections AS (
    SELECT section_id, trial_id, min(absence_reason) AS absence_reason
    FROM audit.section_sessions
    GROUP BY section_id, trial_id
    HAVING bool_and(absence_reason IS NOT NULL)
),

staff AS (
    SELECT
        staff.*,
        section.school_id,
        section.school_year,
        section.year_begin,
        section.year_end,
        section.local_course_code,
        section.section_identifier,
        session.term_start,
        session.term_end,
        coalesce(session.absence_reason, unsent.absence_reason) AS section_absence_reason
    FROM audit.staff_in_sessions AS staff
    JOIN audit.campus_sections AS section
        ON section.section_id = staff.section_id AND section.trial_id = staff.trial_id
    LEFT JOIN audit.section_sessions AS session
        ON session.section_id = staff.section_id
        AND session.trial_id = staff.trial_id
        AND session.session_name = staff.session_name
    LEFT JOIN unsent_sections AS unsent
        ON unsent.section_id = staff.section_id AND unsent.trial_id = staff.trial_id
),

stays AS (
    SELECT DISTINCT person_id, school_id, year_begin, year_end, term_start, term_end
    FROM staff
),

assigned AS (
    -- the "District Assignment record for the reporting School" that overlaps "the scope year":
    -- the latest of those overlapping the session's terms, else the latest of the year
    SELECT stays.*, assignment.assigned_from
    FROM stays
    JOIN audit.district_assignments AS assignment USING (person_id, school_id)
    WHERE coalesce(assignment.assigned_from <= stays.year_end, TRUE)
        AND coalesce(assignment.assigned_to >= stays.year_begin, TRUE)
    QUALIFY row_number() OVER (
        PARTITION BY person_id, school_id, year_begin, year_end, term_start, term_end
        ORDER BY
            coalesce(assignment.assigned_from <= stays.term_end, TRUE)
                AND coalesce(assignment.assigned_to >= stays.term_start, TRUE) DESC,
            assignment.assigned_from DESC NULLS LAST,
            assignment.assignment_id
    ) = 1
),

gated AS (
    SELECT
        staff.*,
        assigned.assigned_from,
        staff.section_absence_reason IS NULL AS gate_section_sent,
        staff.history_id IS NULL OR coalesce(staff.staff_type IN ('P', 'T'), FALSE)
            AS gate_staff_type,
        -- "Must have a role mapped to an Ed-Fi code populated to report"; the role may be blank
        -- for a "primary teacher with no role assigned", and an override needs none
        staff.classroom_position IS NOT NULL OR coalesce(staff.rank = 1, FALSE)
            OR coalesce(staff.staff_type = 'P', FALSE) AND staff.role IS NULL AS gate_role_mapped,
        staff.staff_unique_id IS NOT NULL
            AND (staff.history_id IS NOT NULL OR staff.person_id IS NOT NULL) AS gate_staff_id,
        assigned.person_id IS NOT NULL AS gate_district_assignment,
        staff.overlaps_term AS gate_term_overlap,
        staff.history_start IS NOT NULL OR coalesce(assigned.assigned_from <= staff.term_end, TRUE)
            AS gate_assigned_by_term_end
    FROM staff
    LEFT JOIN assigned
        ON assigned.person_id = staff.person_id
        AND assigned.school_id = staff.school_id
        AND assigned.year_begin = staff.year_begin
        AND assigned.term_start IS NOT DISTINCT FROM staff.term_start
        AND assigned.term_end IS NOT DISTINCT FROM staff.term_end
),

competing AS (
    -- only who can be sent at all competes to be Teacher of Record
    SELECT
        section_id,
        trial_id,
        session_name,
        history_id,
        rank,
        override_id,
        coalesce(history_start, DATE '0001-01-01') AS from_date,
        coalesce(history_end, DATE '9999-12-31') AS to_date,
        TRY_CAST(history_id AS BIGINT) AS history_number
    FROM gated
    WHERE rank IS NOT NULL AND session_name IS NOT NULL
        AND gate_role_mapped AND gate_staff_id AND gate_district_assignment
        AND gate_assigned_by_term_end
),

beaten AS (
    -- of two rows that overlap each other the better rank reports, then "the newest teacher": the
    -- later start, then the higher id
    SELECT loser.section_id, loser.trial_id, loser.session_name, loser.history_id
    FROM competing AS loser
    JOIN competing AS winner
        ON winner.section_id = loser.section_id
        AND winner.trial_id = loser.trial_id
        AND winner.session_name = loser.session_name
    WHERE winner.from_date <= loser.to_date
        AND winner.to_date >= loser.from_date
        AND (
            winner.rank < loser.rank
            OR winner.rank = loser.rank AND winner.from_date > loser.from_date
            OR winner.rank = loser.rank AND winner.from_date = loser.from_date
                AND winner.history_number > loser.history_number
        )
    UNION
    -- "Section overrides course and Staff History": an override leaves nobody else, and one that
    -- names nobody usable leaves the decision open
    SELECT section_id, trial_id, session_name, history_id
    FROM competing
    WHERE rank > 1 AND override_id IS NOT NULL
),

decided AS (
    SELECT
        gated.*,
        CASE WHEN competing.section_id IS NOT NULL THEN beaten.section_id IS NULL END
            AS gate_teacher_of_record
    FROM gated
    LEFT JOIN competing
        ON competing.section_id = gated.section_id
        AND competing.trial_id = gated.trial_id
        AND competing.session_name = gated.session_name
        AND competing.history_id IS NOT DISTINCT FROM gated.history_id
    LEFT JOIN beaten
        ON beaten.section_id = gated.section_id
        AND beaten.trial_id = gated.trial_id
        AND beaten.session_name = gated.session_name
        AND beaten.history_id = gated.history_id
)

SELECT
    CASE WHEN history_id IS NULL THEN 'Section' ELSE 'SectionStaffHistory' END
        AS campus_object_type,
    coalesce(history_id, section_id) AS object_key,
    * EXCLUDE (section_absence_reason),
    -- "Report the Staff History Start date when populated", else the assignment's start, but not
    -- before "the lowest Term Start Date"
    CASE
        WHEN history_start IS NOT NULL THEN history_start
        WHEN assigned_from > term_start THEN assigned_from
        ELSE term_start
    END AS begin_date,
    CASE
        -- who is neither P nor T is no record at all, whatever else holds the section back
        WHEN NOT gate_staff_type THEN 'gate_staff_type'
        WHEN NOT gate_section_sent THEN section_absence_reason
        WHEN NOT gate_role_mapped THEN 'gate_role_mapped'
        WHEN NOT gate_staff_id THEN 'gate_staff_id'
        WHEN NOT gate_district_assignment THEN 'gate_district_assignment'
        WHEN NOT gate_term_overlap THEN 'gate_term_overlap'
        WHEN NOT gate_assigned_by_term_end THEN 'gate_assigned_by_term_end'
        WHEN NOT gate_teacher_of_record THEN 'gate_teacher_of_record'
    END AS absence_reason
FROM decided
