-- Who might be sent as staff of a Campus section in each session: every gate but the decision who
-- is Teacher of Record, and the dates that the record would have, each with the rule that gives it.
-- grain: one row per row of audit.staff_in_sessions
-- inputs: audit.district_assignments, audit.staff_in_sessions, audit.campus_sections,
--   audit.section_sessions, audit.unsent_sections, audit.inputs
-- nulls: session_name is null where the row has no session; the assignment's columns where the
--   person has none at the school in the year; begin_rule (history, assignment, term) where the
--   assignment begins after the last term, or no term tells; end_rule likewise where no term tells

WITH layout AS (
    SELECT coalesce(bool_or(is_waived), FALSE) AS is_silent_on_roles
    FROM audit.inputs
    WHERE name = 'sis.sectionStaffHistory.role'
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
        -- "lowest Term Start Date" and "highest Term End Date for that section"
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
    LEFT JOIN audit.unsent_sections AS unsent
        ON unsent.section_id = staff.section_id AND unsent.trial_id = staff.trial_id
),

stays AS (
    SELECT DISTINCT person_id, school_id, year_begin, year_end, term_start, term_end
    FROM staff
),

assigned AS (
    -- the "District Assignment record for the reporting School" that overlaps "the scope year";
    -- of several "the most recent": the latest of those overlapping the session's terms, else the
    -- latest of the year
    SELECT stays.*, assignment.* EXCLUDE (person_id, school_id)
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
            TRY_CAST(assignment.assignment_id AS BIGINT) DESC NULLS LAST,
            assignment.assignment_id DESC
    ) = 1
),

dated AS (
    SELECT
        staff.*,
        assigned.person_id IS NOT NULL AS gate_district_assignment,
        assigned.assignment_id,
        assigned.assigned_from,
        assigned.assigned_to,
        assigned.assignment_modified,
        -- "Report the Staff History Start date when populated", else the assignment's start when
        -- "on or after the lowest Term Start Date and on or before the highest Term End Date",
        -- else, when it is earlier, "the lowest Term Start Date"
        CASE
            WHEN staff.history_start IS NOT NULL THEN 'history'
            WHEN assigned.assigned_from BETWEEN staff.term_start AND staff.term_end
                THEN 'assignment'
            WHEN assigned.assigned_from > staff.term_end THEN NULL
            WHEN staff.term_start IS NOT NULL THEN 'term'
        END AS begin_rule,
        -- "Report the Staff History End Date when populated", else the assignment's end within the
        -- same bounds, "otherwise, the Term End Date"
        CASE
            WHEN staff.history_end IS NOT NULL THEN 'history'
            WHEN assigned.assigned_to BETWEEN staff.term_start AND staff.term_end
                THEN 'assignment'
            WHEN staff.term_end IS NOT NULL THEN 'term'
        END AS end_rule
    FROM staff
    LEFT JOIN assigned
        ON assigned.person_id = staff.person_id
        AND assigned.school_id = staff.school_id
        AND assigned.year_begin = staff.year_begin
        AND assigned.term_start IS NOT DISTINCT FROM staff.term_start
        AND assigned.term_end IS NOT DISTINCT FROM staff.term_end
)

SELECT
    *,
    CASE
        WHEN history_start IS NOT NULL THEN history_start
        WHEN assigned_from > term_start THEN assigned_from
        ELSE term_start
    END AS begin_date,
    CASE end_rule
        WHEN 'history' THEN history_end
        WHEN 'assignment' THEN assigned_to
        WHEN 'term' THEN term_end
    END AS end_date,
    section_absence_reason IS NULL AS gate_section_sent,
    history_id IS NULL OR coalesce(staff_type IN ('P', 'T'), FALSE) AS gate_staff_type,
    -- an extract whose layout has no word for roles tells nothing of who is not primary
    position_rule IS NOT NULL OR role IS NOT NULL OR NOT layout.is_silent_on_roles
        AS gate_role_known,
    -- "Must have a role mapped to an Ed-Fi code populated to report"; the role may be blank for a
    -- "primary teacher with no role assigned", and an override needs none
    position_rule IS NOT NULL AS gate_role_mapped,
    staff_unique_id IS NOT NULL AND (history_id IS NOT NULL OR person_id IS NOT NULL)
        AS gate_staff_id,
    overlaps_term AS gate_term_overlap,
    -- an assignment that begins after the last term's end gives no begin date at all
    history_start IS NOT NULL OR coalesce(assigned_from <= term_end, TRUE)
        AS gate_assigned_by_term_end
FROM dated
CROSS JOIN layout
