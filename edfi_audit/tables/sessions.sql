-- The sessions of the ODS and where the audit date stands to each: on its last day a session is
-- still in term; a session without an end date ends on 30 June of its school year (of the audited
-- one, where its own is no year).
-- grain: one row per ODS session (school, school year, session name)
-- inputs: audit.settings, ods.sessions
-- nulls: begin_date and term_descriptor are null where the ODS has none

WITH sessions AS (
    SELECT
        school_id,
        school_year,
        session_name,
        min(begin_date) AS begin_date,
        max(end_date) AS end_date,
        min(term_descriptor) AS term_descriptor
    FROM ods.sessions
    WHERE school_id IS NOT NULL AND school_year IS NOT NULL AND session_name IS NOT NULL
    GROUP BY school_id, school_year, session_name
),

-- a school year is named by the year it ends in: 2026 is 1 July 2025 to 30 June 2026
dated AS (
    SELECT
        school_id, sessions.school_year, session_name, begin_date, term_descriptor,
        make_date(CASE WHEN sessions.school_year BETWEEN 1990 AND 2100 THEN sessions.school_year
            ELSE settings.school_year END, 6, 30) AS last_day_of_year,
        end_date
    FROM sessions
    CROSS JOIN audit.settings AS settings
)

SELECT
    dated.school_id,
    dated.school_year,
    dated.session_name,
    dated.begin_date,
    coalesce(dated.end_date, dated.last_day_of_year) AS end_date,
    dated.term_descriptor,
    CASE
        WHEN settings.audit_date <= coalesce(dated.end_date, dated.last_day_of_year)
            THEN 'in_term'
        WHEN settings.audit_date <= dated.last_day_of_year THEN 'after_term'
        ELSE 'after_year'
    END AS phase
FROM dated
CROSS JOIN audit.settings AS settings
