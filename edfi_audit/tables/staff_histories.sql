-- What the staff history of a Campus section says of each person with an Ed-Fi ID.
-- grain: one row per Campus section and Ed-Fi ID with a staff-history row in it
-- inputs: audit.staff_candidates
-- nulls: role_removed is null where no row is of staff type P or T

SELECT
    section_id,
    trial_id,
    staff_unique_id,
    bool_or(gate_staff_type) AS teaches,
    -- "When a Role is removed from a Teacher on Staff History"
    bool_and(staff_type = 'T' AND role IS NULL) FILTER (gate_staff_type) AS role_removed
FROM audit.staff_candidates
WHERE history_id IS NOT NULL AND staff_unique_id IS NOT NULL
GROUP BY section_id, trial_id, staff_unique_id
