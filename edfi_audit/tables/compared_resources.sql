-- The resources that are compared with the SIS: can both sides be read, and does the identity
-- mapping speak of them? A mapping that never names a resource was not delivered for it.
-- grain: one row per compared resource
-- inputs: audit.inputs, sis.person, ods.sections, audit.section_sessions,
--   audit.identity_mappings, audit.settings
-- nulls: missing_reason is null where both sides can be read

WITH needed AS (
    SELECT * FROM (VALUES
        ('courseOfferings', 'ods.course_offerings'),
        ('sections', 'ods.sections'),
        ('sections', 'sis.roster.sectionID'),
        ('sections', 'sis.roster.trialID'),
        ('studentSectionAssociations', 'ods.student_section_associations'),
        ('studentSectionAssociations', 'sis.roster.sectionID'),
        ('studentSectionAssociations', 'sis.roster.trialID'),
        ('studentSectionAssociations', 'sis.roster.personID'),
        ('studentSectionAssociations', 'sis.person.edfiID'),
        ('studentSectionAssociations', 'sis.enrollment.personID'),
        ('studentSectionAssociations', 'sis.enrollment.calendarID'),
        ('staffSectionAssociations', 'ods.staff_section_associations'),
        ('staffSectionAssociations', 'sis.roster.sectionID'),
        ('staffSectionAssociations', 'sis.roster.trialID'),
        ('staffSectionAssociations', 'sis.sectionStaffHistory.historyID'),
        ('staffSectionAssociations', 'sis.sectionStaffHistory.sectionID'),
        ('staffSectionAssociations', 'sis.sectionStaffHistory.trialID'),
        ('staffSectionAssociations', 'sis.sectionStaffHistory.personID'),
        ('staffSectionAssociations', 'sis.sectionStaffHistory.staffType'),
        ('staffSectionAssociations', 'sis.sectionStaffHistory.role'),
        ('staffSectionAssociations', 'sis.person.edfiID'),
        ('staffSectionAssociations', 'sis.employmentAssignment.personID'),
        ('staffSectionAssociations', 'sis.employmentAssignment.schoolID')
    ) AS needs (resource, input)
),

needed_by_all AS (
    SELECT * FROM (VALUES
        ('ods.sessions'), ('sis.school'), ('sis.calendar'), ('sis.trial'), ('sis.course'),
        ('sis.course.stateExclude'), ('sis.course.termOverride'), ('sis.section'),
        ('sis.sectionPlacement'), ('sis.term'), ('sis.term.startDate'), ('sis.term.endDate'),
        ('sis.resourcePreference')
    ) AS needs (input)
),

every_need AS (
    SELECT resource, input FROM needed
    UNION
    SELECT needed.resource, needed_by_all.input FROM needed CROSS JOIN needed_by_all
),

absent AS (
    -- what another layout than Campus's has no word for holds nothing back
    SELECT name, missing FROM audit.inputs WHERE missing IS NOT NULL AND NOT is_waived
    UNION ALL
    -- persons of whom none has an Ed-Fi ID: calling all their records orphans would be wrong
    SELECT name, 'no person of the extract has an Ed-Fi ID'
    FROM audit.inputs
    WHERE name = 'sis.person.edfiID' AND missing IS NULL
        AND NOT EXISTS (SELECT 1 FROM sis.person WHERE edfiID IS NOT NULL)
),

identifiers AS (
    -- a template that does not give the identifiers the SIS sends would make orphans of everything
    SELECT count(*) AS section_count, count(expected.section_identifier) AS known_count
    FROM (SELECT DISTINCT school_id, school_year, section_identifier FROM ods.sections) AS actual
    SEMI JOIN audit.section_sessions AS in_scope
        ON in_scope.school_id = actual.school_id AND in_scope.school_year = actual.school_year
    LEFT JOIN (SELECT DISTINCT school_id, school_year, section_identifier
            FROM audit.section_sessions) AS expected
        ON expected.school_id = actual.school_id
        AND expected.school_year = actual.school_year
        AND expected.section_identifier = actual.section_identifier
),

absent_input AS (
    SELECT
        every_need.resource,
        string_agg(DISTINCT absent.missing, '; ' ORDER BY absent.missing) AS missing_reason
    FROM every_need
    CROSS JOIN audit.settings AS settings
    JOIN absent ON absent.name = every_need.input
    -- only Wisconsin's gates ask whether a section has students, and Minnesota's ask only whether
    -- a course is active
    WHERE (every_need.input NOT LIKE 'sis.roster%'
            OR every_need.resource = 'studentSectionAssociations'
            OR settings.profile = 'WI')
        AND (every_need.input <> 'sis.course.stateExclude' OR settings.profile <> 'MN')
    GROUP BY every_need.resource
),

missing AS (
    SELECT resource, missing_reason FROM absent_input
    UNION ALL
    SELECT resource, format('[sis] section_identifier gives {} of the {} section identifiers that '
        || 'the ODS has: correct it in the settings', known_count, section_count)
    FROM (SELECT DISTINCT resource FROM needed WHERE resource <> 'courseOfferings')
    CROSS JOIN identifiers
    WHERE section_count >= 20 AND known_count * 20 < section_count
        AND resource NOT IN (SELECT resource FROM absent_input)
)

SELECT
    resources.resource,
    missing.resource IS NULL AS is_comparable,
    missing.missing_reason,
    EXISTS (SELECT 1 FROM audit.identity_mappings AS mapping
        WHERE mapping.resource = resources.resource) AS has_mapping
FROM (SELECT DISTINCT resource FROM needed) AS resources
LEFT JOIN missing ON missing.resource = resources.resource
