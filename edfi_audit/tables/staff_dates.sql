-- The rows of audit.staff_references with what is to be said of their dates: does the ODS have those
-- the ladder of the specification gives, did it follow the last change, and do they make sense?
-- grain: one row per row of audit.staff_references
-- inputs: audit.staff_references
-- nulls: a check is null where the record is not linked to an expected one that may be there
--   (dates_check, history_start_check, employment_check: not expected in the ODS), where its case
--   of the ladder does not apply, or where a date that it needs is not known

WITH told AS (
    SELECT
        *,
        -- what should not be there at all is not held to its dates
        in_ods AND coalesce(may_be_sent, FALSE) AS is_dated,
        expected_row IS NOT NULL AND absence_reason IS NULL AS is_expected,
        begin_date <> expected_begin_date AS begin_differs,
        ods_end_date IS DISTINCT FROM expected_end_date AS end_differs
    FROM audit.staff_references
)

SELECT
    * EXCLUDE (is_dated, begin_differs, end_differs),

    -- the ladder, held against the ODS
    CASE WHEN is_dated AND begin_rule IS NOT NULL THEN
        CASE WHEN begin_differs THEN 'differs' WHEN NOT begin_differs THEN 'agrees' END END
        AS begin_check,
    CASE WHEN is_dated AND end_rule IS NOT NULL THEN
        CASE WHEN end_differs THEN 'differs' ELSE 'agrees' END END AS end_check,
    CASE WHEN in_ods AND history_start IS NULL THEN
        CASE WHEN NOT gate_assigned_by_term_end THEN 'after the last term'
            WHEN gate_assigned_by_term_end THEN 'in time' END END AS assignment_begin_check,

    -- Put "when Start or End dates are modified on the Staff History", and when those of "the
    -- District Assignment record" are. Campus writes local time, which is earlier than the ODS's
    -- UTC: a change of the last hours may go unseen, none is made up
    CASE WHEN is_dated AND history_modified > ods_modified THEN
        CASE WHEN history_start <> begin_date OR history_end IS DISTINCT FROM ods_end_date
                AND history_end IS NOT NULL
            THEN 'not in the ODS' ELSE 'in the ODS' END END AS history_change,
    CASE WHEN is_dated AND assignment_modified > ods_modified
            AND (begin_rule IN ('assignment', 'term') OR end_rule = 'assignment') THEN
        CASE WHEN begin_rule IN ('assignment', 'term') AND begin_differs
                OR end_rule = 'assignment' AND end_differs
            THEN 'not in the ODS' ELSE 'in the ODS' END END AS assignment_change,

    -- the ladder itself
    CASE WHEN is_expected AND expected_begin_date IS NOT NULL AND expected_end_date IS NOT NULL THEN
        CASE
            WHEN expected_begin_date > expected_end_date THEN 'begins after its end'
            WHEN expected_begin_date NOT BETWEEN year_begin AND year_end
                OR expected_end_date NOT BETWEEN year_begin AND year_end
            THEN 'outside the school year'
            ELSE 'ok'
        END END AS dates_check,
    CASE WHEN is_expected AND begin_rule = 'history' AND term_start IS NOT NULL THEN
        CASE WHEN history_start BETWEEN term_start AND term_end THEN 'within the terms'
            ELSE 'outside the terms' END END AS history_start_check,
    CASE WHEN is_expected AND end_rule = 'term' AND term_start IS NOT NULL THEN
        CASE WHEN assigned_to < term_start THEN 'ended before the terms' ELSE 'ok' END END
        AS employment_check
FROM told
