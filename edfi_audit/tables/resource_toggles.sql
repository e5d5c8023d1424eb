-- The switches of Campus's Ed-Fi resources for the audited year, and when each was last resynced.
-- `folded_name` is the resource in lower case, as Campus may write it in any.
-- grain: one row per switched resource
-- inputs: sis.resourceToggle, audit.settings
-- nulls: is_enabled and last_resync are null where the extract does not say

SELECT
    lower(trim(toggle.resource)) AS folded_name,
    bool_and(toggle.enabled) AS is_enabled,
    max(toggle.lastResync) AS last_resync
FROM sis.resourceToggle AS toggle
CROSS JOIN audit.settings AS settings
WHERE toggle.resource IS NOT NULL
    AND coalesce(TRY_CAST(toggle.endYear AS INTEGER), settings.school_year) = settings.school_year
GROUP BY folded_name
