-- The resources that are compared with the SIS: can both sides be read, and does the identity
-- mapping speak of them? A mapping that never names a resource was not delivered for it.
-- grain: one row per compared resource
-- inputs: sis.person, audit.identity_mappings, audit.settings
-- nulls: none

WITH needed AS (
    SELECT * FROM (VALUES
        ('courseOfferings', 'ods.course_offerings'),
        ('sections', 'ods.sections'),
        ('sections', 'sis.roster'),
        ('studentSectionAssociations', 'ods.student_section_associations'),
        ('studentSectionAssociations', 'sis.roster'),
        ('studentSectionAssociations', 'sis.person'),
        ('studentSectionAssociations', 'sis.enrollment'),
        ('staffSectionAssociations', 'ods.staff_section_associations'),
        ('staffSectionAssociations', 'sis.roster'),
        ('staffSectionAssociations', 'sis.sectionstaffhistory'),
        ('staffSectionAssociations', 'sis.person'),
        ('staffSectionAssociations', 'sis.employmentassignment')
    ) AS needs (resource, input)
),

needed_by_all AS (
    SELECT * FROM (VALUES
        ('ods.sessions'), ('sis.school'), ('sis.calendar'), ('sis.trial'), ('sis.course'),
        ('sis.section'), ('sis.sectionplacement'), ('sis.term'), ('sis.resourcepreference')
    ) AS needs (input)
),

absent AS (
    -- a source that was neither pulled nor delivered is a view over nothing; one that was, but is
    -- empty, reads its file like any other
    SELECT lower(schema_name || '.' || view_name) AS input
    FROM duckdb_views()
    WHERE schema_name IN ('ods', 'sis') AND sql LIKE '%WHERE false%'
    UNION ALL
    -- persons of whom none has an Ed-Fi ID come from an extract without that column
    SELECT 'sis.person'
    WHERE NOT EXISTS (SELECT 1 FROM sis.person WHERE edfiID IS NOT NULL)
),

missing AS (
    SELECT needed.resource, count(*) AS input_count
    FROM needed
    JOIN absent ON absent.input = needed.input
    CROSS JOIN audit.settings AS settings
    -- only Wisconsin's gates ask whether a section has students
    WHERE needed.input <> 'sis.roster'
        OR needed.resource = 'studentSectionAssociations'
        OR settings.profile = 'WI'
    GROUP BY needed.resource
)

SELECT
    resources.resource,
    missing.resource IS NULL
        AND NOT EXISTS (SELECT 1 FROM needed_by_all JOIN absent USING (input)) AS is_comparable,
    EXISTS (SELECT 1 FROM audit.identity_mappings AS mapping
        WHERE mapping.resource = resources.resource) AS has_mapping
FROM (SELECT DISTINCT resource FROM needed) AS resources
LEFT JOIN missing ON missing.resource = resources.resource
