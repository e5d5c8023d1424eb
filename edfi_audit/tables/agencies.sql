-- The agencies and the attempt statuses of all their ended rosters: DPI "requests limits on vendor
-- imposed defaults to only exist when the default value is appropriate for nearly all students".
-- grain: one row per local education agency
-- resource: localEducationAgencies
-- key: local_education_agency_id
-- inputs: audit.settings, audit.schools, audit.student_section_outcomes,
--     ods.local_education_agencies
-- nulls: school_id is always null, an agency is no school; default_check is null where too few
--     associations of ended sessions have an attempt status of the state's

WITH universe AS (
    SELECT local_education_agency_id AS lea_id FROM ods.local_education_agencies
    WHERE local_education_agency_id IS NOT NULL
    UNION
    SELECT lea_id FROM audit.schools WHERE lea_id IS NOT NULL
),

by_status AS (
    SELECT
        lea_id,
        attempt_status,
        count(*) AS association_count,
        count(*) FILTER (WHERE withdrew) AS withdrawn_count
    FROM audit.student_section_outcomes
    WHERE phase <> 'in_term' AND attempt_status IS NOT NULL AND lea_id IS NOT NULL
    GROUP BY ALL
),

totals AS (
    SELECT
        lea_id,
        CAST(sum(association_count) AS BIGINT) AS association_count,
        CAST(sum(withdrawn_count) AS BIGINT) AS withdrawn_count
    FROM by_status
    GROUP BY lea_id
),

judged AS (
    SELECT
        by_status.lea_id,
        by_status.attempt_status,
        by_status.association_count,
        by_status.attempt_status = 'I' AND by_status.association_count = totals.association_count
            AS is_all_insufficient,
        -- those who stayed and those who withdrew cannot nearly all have the same right
        by_status.association_count * 100.0 / totals.association_count
                >= settings.vendor_default_percent
            AND totals.withdrawn_count > 0
            AND by_status.withdrawn_count = totals.withdrawn_count AS is_default
    FROM by_status
    JOIN totals ON totals.lea_id = by_status.lea_id
    CROSS JOIN audit.settings AS settings
),

verdicts AS (
    SELECT
        lea_id,
        bool_or(is_all_insufficient) AS is_all_insufficient,
        bool_or(is_default) AS has_default,
        max(association_count) AS common_count,
        arg_max(attempt_status, association_count) AS common_status
    FROM judged
    GROUP BY lea_id
)

SELECT
    universe.lea_id AS local_education_agency_id,
    CAST(NULL AS BIGINT) AS school_id,
    universe.lea_id,
    settings.school_year,
    CASE WHEN settings.audit_date <= make_date(settings.school_year, 6, 30)
        THEN 'in_term' ELSE 'after_year' END AS phase,
    coalesce(totals.association_count, 0) AS association_count,
    coalesce(totals.withdrawn_count, 0) AS withdrawn_count,
    verdicts.common_status,
    verdicts.common_count,
    CASE
        WHEN coalesce(totals.association_count, 0) < settings.vendor_default_minimum THEN NULL
        WHEN verdicts.is_all_insufficient THEN 'all are insufficient'
        WHEN verdicts.has_default THEN 'nearly all are the same, withdrawals included'
        ELSE 'ok'
    END AS default_check
FROM universe
CROSS JOIN audit.settings AS settings
LEFT JOIN totals ON totals.lea_id = universe.lea_id
LEFT JOIN verdicts ON verdicts.lea_id = universe.lea_id
