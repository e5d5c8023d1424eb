-- The resources that are compared with the SIS: can both sides be read, and does the identity
-- mapping speak of them? A mapping that never names a resource was not delivered for it.
-- grain: one row per compared resource
-- inputs: audit.inputs, sis.person, audit.identity_mappings, audit.settings
-- nulls: none

WITH needed AS (
    SELECT * FROM (VALUES
        ('courseOfferings', 'ods.course_offerings'),
        ('sections', 'ods.sections'),
        ('sections', 'sis.roster'),
        ('studentSectionAssociations', 'ods.student_section_associations'),
        ('studentSectionAssociations', 'sis.roster'),
        ('studentSectionAssociations', 'sis.person.edfiID'),
        ('studentSectionAssociations', 'sis.enrollment'),
        ('staffSectionAssociations', 'ods.staff_section_associations'),
        ('staffSectionAssociations', 'sis.roster'),
        ('staffSectionAssociations', 'sis.sectionStaffHistory'),
        ('staffSectionAssociations', 'sis.person.edfiID'),
        ('staffSectionAssociations', 'sis.employmentAssignment')
    ) AS needs (resource, input)
),

needed_by_all AS (
    SELECT * FROM (VALUES
        ('ods.sessions'), ('sis.school'), ('sis.calendar'), ('sis.trial'), ('sis.course'),
        ('sis.section'), ('sis.sectionPlacement'), ('sis.term'), ('sis.resourcePreference')
    ) AS needs (input)
),

present AS (
    SELECT name FROM audit.inputs
    -- persons of whom none has an Ed-Fi ID: calling all their records orphans would be wrong
    WHERE name <> 'sis.person.edfiID'
        OR EXISTS (SELECT 1 FROM sis.person WHERE edfiID IS NOT NULL)
),

missing AS (
    SELECT needed.resource, count(*) AS input_count
    FROM needed
    CROSS JOIN audit.settings AS settings
    LEFT JOIN present ON present.name = needed.input
    -- only Wisconsin's gates ask whether a section has students
    WHERE present.name IS NULL
        AND (needed.input <> 'sis.roster'
            OR needed.resource = 'studentSectionAssociations'
            OR settings.profile = 'WI')
    GROUP BY needed.resource
)

SELECT
    resources.resource,
    missing.resource IS NULL
        AND NOT EXISTS (SELECT 1 FROM needed_by_all
            WHERE input NOT IN (SELECT name FROM present)) AS is_comparable,
    EXISTS (SELECT 1 FROM audit.identity_mappings AS mapping
        WHERE mapping.resource = resources.resource) AS has_mapping
FROM (SELECT DISTINCT resource FROM needed) AS resources
LEFT JOIN missing ON missing.resource = resources.resource
