-- Who reports as Teacher of Record of a section in a session among those who may, and to whom the
-- others lose. One after the other, in the order of their rank, the newest first, each reports
-- whose dates overlap nobody's who reports already: who does not report displaces nobody.
-- grain: one row per candidate for Teacher of Record who could be sent
-- inputs: audit.staff_candidates
-- nulls: history_id is null for an override teacher without a staff-history row; decided_by
--   (override, rank, newer start, higher id) where the candidate reports; lost_to likewise, and
--   where it is the override teacher who has no staff-history row of their own

WITH competing AS (
    -- only who can be sent at all competes
    SELECT
        section_id,
        trial_id,
        session_name,
        history_id,
        rank,
        history_start,
        -- "Section overrides course and Staff History": an override leaves nobody else, and one
        -- that names nobody usable leaves the decision open
        rank > 1 AND override_id IS NOT NULL AS is_overridden,
        -- a blank date of the staff history leaves it open
        coalesce(history_start, DATE '0001-01-01') AS begins,
        coalesce(history_end, DATE '9999-12-31') AS ends,
        row_number() OVER (
            PARTITION BY section_id, trial_id, session_name
            ORDER BY rank, history_start DESC NULLS LAST,
                TRY_CAST(history_id AS BIGINT) DESC NULLS LAST, history_id DESC
        ) AS place
    FROM audit.staff_candidates
    WHERE rank IS NOT NULL AND session_name IS NOT NULL
        AND gate_role_mapped AND gate_staff_id AND gate_district_assignment
        AND gate_assigned_by_term_end
),

queues AS (
    SELECT
        section_id,
        trial_id,
        session_name,
        list([{'place': place, 'begins': begins, 'ends': ends}] ORDER BY place) AS queue
    FROM competing
    WHERE NOT is_overridden
    GROUP BY section_id, trial_id, session_name
),

reporting AS (
    SELECT
        section_id,
        trial_id,
        session_name,
        unnest(list_reduce(queue, lambda reporting, next: CASE
            WHEN len(list_filter(reporting, lambda one:
                one.begins <= next[1].ends AND one.ends >= next[1].begins)) = 0
            THEN list_concat(reporting, next) ELSE reporting END)).place AS place
    FROM queues
),

winners AS (
    SELECT competing.*
    FROM competing
    JOIN reporting USING (section_id, trial_id, session_name, place)
),

decided AS (
    SELECT
        candidate.*,
        winner.place = candidate.place AS reports,
        winner.history_id AS winner_id,
        winner.rank AS winner_rank,
        winner.history_start AS winner_start
    FROM competing AS candidate
    LEFT JOIN winners AS winner
        ON winner.section_id = candidate.section_id
        AND winner.trial_id = candidate.trial_id
        AND winner.session_name = candidate.session_name
        -- who ends before they begin overlap nobody, and report themselves all the same
        AND (candidate.is_overridden OR winner.place = candidate.place
            OR winner.begins <= candidate.ends AND winner.ends >= candidate.begins)
    QUALIFY row_number() OVER (
        PARTITION BY candidate.section_id, candidate.trial_id, candidate.session_name,
            candidate.place
        ORDER BY winner.place
    ) = 1
)

SELECT
    section_id,
    trial_id,
    session_name,
    history_id,
    coalesce(reports, FALSE) AS reports,
    CASE
        WHEN reports THEN NULL
        WHEN is_overridden THEN 'override'
        WHEN winner_rank < rank THEN 'rank'
        WHEN winner_start > coalesce(history_start, DATE '0001-01-01') THEN 'newer start'
        ELSE 'higher id'
    END AS decided_by,
    CASE WHEN NOT reports THEN winner_id END AS lost_to
FROM decided
