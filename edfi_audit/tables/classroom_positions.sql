-- The Ed-Fi classroom position that each Campus teacher role is mapped to.
-- grain: one row per mapped role
-- inputs: sis.resourcePreference, audit.settings
-- nulls: none

WITH mapped AS (
    -- an Ed-Fi code is a full descriptor URI; a bare code is completed with the namespace
    SELECT
        trim(campusCode) AS role,
        max(CASE WHEN edfiCode LIKE '%#%' THEN edfiCode
            ELSE settings.descriptor_namespace || '/ClassroomPositionDescriptor#' || edfiCode END)
            AS classroom_position
    FROM sis.resourcePreference
    CROSS JOIN audit.settings AS settings
    WHERE lower(resource) = 'staffsectionassociations'
        AND lower(element) = 'classroompositiondescriptor'
        AND nullif(edfiCode, '') IS NOT NULL
        AND nullif(trim(campusCode), '') IS NOT NULL
    GROUP BY 1
)

SELECT
    mapped.*,
    list_contains(settings.tor_codes, regexp_replace(classroom_position, '^.*#', ''))
        AS is_teacher_of_record
FROM mapped
CROSS JOIN audit.settings AS settings
