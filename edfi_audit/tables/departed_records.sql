-- The records of which the ODS tells that they were deleted, or got another natural key.
-- `record_key` is the key that went, built like that of the expected records.
-- grain: one row per delete or change of key
-- inputs: ods.departures
-- nulls: record_key is null where the ODS does not tell the whole key

SELECT
    resource,
    id,
    change_version,
    CASE kind WHEN 'delete' THEN 'deleted_in_ods' ELSE 'key_changed' END AS cause_key,
    (old_key ->> '$.schoolId') || '|' || (old_key ->> '$.schoolYear') || '|'
        || (old_key ->> '$.sessionName') || '|'
        || lower(trim(old_key ->> '$.localCourseCode'))
        || CASE resource
            WHEN 'courseOfferings' THEN ''
            WHEN 'sections' THEN '|' || (old_key ->> '$.sectionIdentifier')
            WHEN 'studentSectionAssociations' THEN '|' || (old_key ->> '$.sectionIdentifier') || '|'
                || (old_key ->> '$.studentUniqueId') || '|'
                || TRY_CAST(left(old_key ->> '$.beginDate', 10) AS DATE)
            ELSE '|' || (old_key ->> '$.sectionIdentifier') || '|'
                || (old_key ->> '$.staffUniqueId')
        END AS record_key
FROM ods.departures
