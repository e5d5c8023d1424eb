-- The Campus schools and the Ed-Fi school each reports for.
-- grain: one row per Campus school
-- inputs: sis.school
-- nulls: school_id is null where the school has no number that Ed-Fi could use, state_school_id
--   where its State School Number is none

SELECT
    schoolID AS campus_school_id,
    -- "School ID: If the State School Number changes and the Ed-Fi School Number is NULL"
    TRY_CAST(coalesce(nullif(trim(edfiNumber), ''), nullif(trim(number), '')) AS BIGINT)
        AS school_id,
    TRY_CAST(nullif(trim(number), '') AS BIGINT) AS state_school_id,
    coalesce(exclude, FALSE) AS is_excluded
FROM sis.school
