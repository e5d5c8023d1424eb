-- The Campus sections behind each section that staff section associations of the ODS name: told by
-- the identifier; where several sections of the school go by that, by the course code as well. Of
-- those that still share a name, in two calendars say, `is_meant` takes the one whose gates speak.
-- grain: one row per school, year, course code and section identifier, and Campus section that
--   answers them
-- inputs: ods.staff_section_associations, audit.campus_sections, audit.unsent_sections,
--   audit.compared_resources
-- nulls: override_id is null where neither section nor course names an override teacher

WITH named AS (
    SELECT DISTINCT school_id, school_year, local_course_code, section_identifier
    FROM ods.staff_section_associations
    SEMI JOIN (FROM audit.compared_resources WHERE is_comparable) AS compared
        ON compared.resource = 'staffSectionAssociations'
),

answering AS (
    SELECT
        named.*,
        section.section_id,
        section.trial_id,
        coalesce(section.section_override, section.course_override) AS override_id,
        coalesce(unsent.absence_reason, 'passes') AS section_gate,
        coalesce(lower(trim(section.local_course_code)) = lower(trim(named.local_course_code)),
            FALSE) AS is_its_course,
        count(*) OVER (PARTITION BY named.school_id, named.school_year, named.local_course_code,
            named.section_identifier) AS answers
    FROM named
    JOIN audit.campus_sections AS section
        ON section.school_id = named.school_id
        AND section.school_year = named.school_year
        AND section.section_identifier = named.section_identifier
    LEFT JOIN audit.unsent_sections AS unsent
        ON unsent.section_id = section.section_id AND unsent.trial_id = section.trial_id
)

SELECT
    * EXCLUDE (is_its_course, answers),
    -- of two courses of one number the section that may be sent is meant
    row_number() OVER (
        PARTITION BY school_id, school_year, local_course_code, section_identifier
        ORDER BY section_gate = 'passes' DESC, TRY_CAST(section_id AS BIGINT), section_id
    ) = 1 AS is_meant
FROM answering
WHERE is_its_course OR answers = 1
