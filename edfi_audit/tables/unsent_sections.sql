-- The Campus sections that are sent in no session, and the first gate that holds each back.
-- grain: one row per Campus section of which no session passes every gate
-- inputs: audit.section_sessions
-- nulls: none

SELECT section_id, trial_id, min(absence_reason) AS absence_reason
FROM audit.section_sessions
GROUP BY section_id, trial_id
HAVING bool_and(absence_reason IS NOT NULL)
