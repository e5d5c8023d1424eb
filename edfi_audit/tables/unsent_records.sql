-- The ODS records that the SIS would not send, with what the extract tells of who may own them:
-- nobody but their owner can know. The first of these that holds is the evidence:
--   other_year          of another school year than the audited one
--   other_agency        of a school of an agency that has no school in the extract
--   no_calendar         of a school without a Campus calendar of the year in the extract
--   held_back           Campus knows it, and a gate holds it back
--   mapped              the identity mapping holds it: Campus sent it once
--   course_unknown      no Campus course of school and year has its course code
--   section_unknown     no Campus section of school and year has its section identifier
--   person_unknown      no person of the extract has its unique id
--   all_known           the extract knows its course, section and person, and not the record
-- grain: one row per ODS record that the SIS would not send
-- inputs: audit.identity_ledger, audit.campus_calendars, audit.section_identifiers, audit.schools,
--   audit.settings, sis.course, sis.section, sis.trial, sis.person
-- nulls: the parts of the natural key that the record does not have; lea_id where the ODS does not
--   know the school

WITH agencies AS (
    SELECT DISTINCT lea_id FROM audit.schools WHERE in_sis AND lea_id IS NOT NULL
),

courses AS (
    -- any course, placed or not, active or not: it is enough that the SIS knows the number
    SELECT DISTINCT calendar.school_id, lower(trim(course.number)) AS course
    FROM sis.course AS course
    JOIN audit.campus_calendars AS calendar ON calendar.calendar_id = course.calendarID
),

sections AS (
    SELECT DISTINCT calendar.school_id, identifiers.section_identifier
    FROM sis.section AS section
    JOIN sis.trial AS trial ON trial.trialID = section.trialID
    JOIN sis.course AS course ON course.courseID = section.courseID
    JOIN audit.campus_calendars AS calendar ON calendar.calendar_id = course.calendarID
    JOIN audit.section_identifiers AS identifiers
        ON identifiers.sectionID = section.sectionID AND identifiers.trialID = section.trialID
),

persons AS (
    SELECT DISTINCT trim(edfiID) AS unique_id FROM sis.person
),

unsent AS (
    SELECT *, coalesce(student_unique_id, staff_unique_id) AS unique_id
    FROM audit.identity_ledger
    WHERE in_ods AND NOT in_sis
        AND (resync_action IN ('delete_ods', 'ambiguous') OR state = 'out_of_scope')
)

SELECT
    unsent.resource,
    unsent.school_id,
    unsent.lea_id,
    unsent.school_year,
    unsent.session_name,
    unsent.local_course_code,
    unsent.section_identifier,
    unsent.student_unique_id,
    unsent.staff_unique_id,
    unsent.begin_date,
    unsent.state,
    unsent.resync_action,
    CASE
        WHEN unsent.in_scope THEN
            CASE
                WHEN unsent.absence_reason IS NOT NULL THEN 'held_back'
                WHEN unsent.in_mapping THEN 'mapped'
                WHEN courses.course IS NULL THEN 'course_unknown'
                WHEN unsent.section_identifier IS NOT NULL
                    AND sections.section_identifier IS NULL THEN 'section_unknown'
                WHEN unsent.unique_id IS NOT NULL AND persons.unique_id IS NULL
                    THEN 'person_unknown'
                ELSE 'all_known'
            END
        WHEN unsent.school_year <> settings.school_year THEN 'other_year'
        WHEN unsent.lea_id IS NOT NULL AND agencies.lea_id IS NULL
            AND EXISTS (SELECT 1 FROM agencies) THEN 'other_agency'
        ELSE 'no_calendar'
    END AS evidence
FROM unsent
CROSS JOIN audit.settings AS settings
LEFT JOIN agencies ON agencies.lea_id = unsent.lea_id
LEFT JOIN courses
    ON courses.school_id = unsent.school_id
    AND courses.course = lower(trim(unsent.local_course_code))
LEFT JOIN sections
    ON sections.school_id = unsent.school_id
    AND sections.section_identifier = unsent.section_identifier
LEFT JOIN persons ON persons.unique_id = unsent.unique_id
