-- The persons whom a section that is sent has on its roster, or as primary teacher or teacher, and
-- the Ed-Fi ID they would be sent under.
-- grain: one row per person, once as student and once as staff
-- resource: by row
-- key students: student_unique_id
-- key staffs: staff_unique_id
-- row: person_id
-- inputs: audit.section_sessions, audit.schools, audit.settings, sis.roster,
--   sis.sectionStaffHistory, sis.person
-- nulls: edfi_id, and with it the key, where the person has none

WITH sections AS (
    SELECT
        section_id, trial_id, school_id,
        row_number() OVER (ORDER BY TRY_CAST(section_id AS BIGINT), section_id, trial_id) AS place
    FROM (
        SELECT DISTINCT section_id, trial_id, school_id
        FROM audit.section_sessions
        WHERE absence_reason IS NULL
    )
),

persons AS (
    SELECT
        'students' AS resource,
        roster.personID AS person_id,
        arg_min(sections.school_id, sections.place) AS school_id,
        count(DISTINCT sections.place) AS section_count
    FROM sis.roster AS roster
    JOIN sections
        ON sections.section_id = roster.sectionID AND sections.trial_id = roster.trialID
    WHERE roster.personID IS NOT NULL
    GROUP BY roster.personID
    UNION ALL
    SELECT
        'staffs',
        history.personID,
        arg_min(sections.school_id, sections.place),
        count(DISTINCT sections.place)
    FROM sis.sectionStaffHistory AS history
    JOIN sections
        ON sections.section_id = history.sectionID AND sections.trial_id = history.trialID
    -- "Must have a Staff Type of P: Primary Teacher or T: Teacher"
    WHERE history.personID IS NOT NULL AND history.staffType IN ('P', 'T')
    GROUP BY history.personID
),

identifiers AS (
    SELECT personID, min(nullif(trim(edfiID), '')) AS edfi_id
    FROM sis.person
    GROUP BY personID
)

SELECT
    persons.resource,
    persons.person_id,
    CASE WHEN persons.resource = 'students' THEN identifiers.edfi_id END AS student_unique_id,
    CASE WHEN persons.resource = 'staffs' THEN identifiers.edfi_id END AS staff_unique_id,
    persons.school_id,
    schools.lea_id,
    settings.school_year,
    CASE
        WHEN settings.audit_date <= make_date(settings.school_year, 6, 30) THEN 'in_term'
        ELSE 'after_year'
    END AS phase,
    identifiers.edfi_id,
    persons.section_count
FROM persons
CROSS JOIN audit.settings AS settings
LEFT JOIN identifiers ON identifiers.personID = persons.person_id
LEFT JOIN audit.schools AS schools ON schools.school_id = persons.school_id
