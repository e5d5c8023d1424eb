-- How far a resync of each resource would reach: "If a record is in the ODS and it does not have a
-- matching record in Campus or the Ed-Fi Identity Mapping table, it will be deleted from the ODS."
-- Records whose fate the specification leaves open count as reached.
-- grain: one row per compared resource
-- resource: by row
-- key courseOfferings: resource
-- key sections: resource
-- key staffSectionAssociations: resource
-- key studentSectionAssociations: resource
-- inputs: audit.compared_resources, audit.identity_ledger, audit.settings
-- nulls: school_id and lea_id, for a resync is of no school; the counts and is_mass_change where
--   the resource could not be compared with the SIS

WITH counted AS (
    SELECT
        resource,
        count(*) FILTER (resync_action = 'post') AS post_count,
        count(*) FILTER (resync_action = 'delete_mapping') AS delete_mapping_count,
        count(*) FILTER (resync_action = 'delete_ods') AS delete_ods_count,
        count(*) FILTER (resync_action = 'ambiguous') AS ambiguous_count
    FROM audit.identity_ledger
    GROUP BY resource
),

reached AS (
    SELECT
        compared.resource,
        CASE WHEN compared.is_comparable THEN coalesce(post_count, 0) END AS post_count,
        CASE WHEN compared.is_comparable THEN coalesce(delete_mapping_count, 0) END
            AS delete_mapping_count,
        CASE WHEN compared.is_comparable THEN coalesce(delete_ods_count, 0) END
            AS delete_ods_count,
        CASE WHEN compared.is_comparable THEN coalesce(ambiguous_count, 0) END AS ambiguous_count
    FROM audit.compared_resources AS compared
    LEFT JOIN counted ON counted.resource = compared.resource
)

SELECT
    reached.resource,
    CAST(NULL AS BIGINT) AS school_id,
    CAST(NULL AS BIGINT) AS lea_id,
    settings.school_year,
    CASE
        WHEN settings.audit_date <= make_date(settings.school_year, 6, 30) THEN 'in_term'
        ELSE 'after_year'
    END AS phase,
    reached.post_count,
    reached.delete_mapping_count,
    reached.delete_ods_count,
    reached.ambiguous_count,
    settings.resync_rows,
    reached.post_count + reached.delete_ods_count + reached.ambiguous_count
        > settings.resync_rows AS is_mass_change
FROM reached
CROSS JOIN audit.settings AS settings
