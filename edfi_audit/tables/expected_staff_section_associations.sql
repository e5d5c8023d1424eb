-- The staff section associations that ought to be in the ODS: one per staff-history row of a
-- teacher and session, and one for an override teacher without a staff-history row. Among those
-- who may be Teacher of Record one reports at a time. `absence_reason` is the first gate that
-- fails; `begin_date`, `end_date` and `expected_position` are what the record has to say.
-- grain: one row per staff-history row and session (one without a session where it has none), and
--   one per session for an override teacher without a staff-history row
-- inputs: audit.staff_candidates, audit.teacher_decisions
-- nulls: session_name is null where the row has no session; gate_teacher_of_record where it does
--   not compete to be one; decided_by and lost_to where it does not lose to somebody;
--   absence_reason is null where the record ought to be there; others as in their tables

WITH decided AS (
    SELECT
        candidate.*,
        decision.reports AS gate_teacher_of_record,
        decision.decided_by,
        decision.lost_to
    FROM audit.staff_candidates AS candidate
    LEFT JOIN audit.teacher_decisions AS decision
        ON decision.section_id = candidate.section_id
        AND decision.trial_id = candidate.trial_id
        AND decision.session_name = candidate.session_name
        AND decision.history_id IS NOT DISTINCT FROM candidate.history_id
)

SELECT
    CASE WHEN history_id IS NULL THEN 'Section' ELSE 'SectionStaffHistory' END
        AS campus_object_type,
    coalesce(history_id, section_id) AS object_key,
    * EXCLUDE (section_absence_reason),
    CASE
        -- who is neither P nor T is no record at all, whatever else holds the section back
        WHEN NOT gate_staff_type THEN 'gate_staff_type'
        WHEN NOT gate_section_sent THEN section_absence_reason
        WHEN NOT gate_role_known THEN 'gate_role_known'
        WHEN NOT gate_role_mapped THEN 'gate_role_mapped'
        WHEN NOT gate_staff_id THEN 'gate_staff_id'
        WHEN NOT gate_district_assignment THEN 'gate_district_assignment'
        WHEN NOT gate_term_overlap THEN 'gate_term_overlap'
        WHEN NOT gate_assigned_by_term_end THEN 'gate_assigned_by_term_end'
        WHEN NOT gate_teacher_of_record THEN 'gate_teacher_of_record'
    END AS absence_reason
FROM decided
