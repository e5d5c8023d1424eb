-- The Ed-Fi IDs of the extract, and whether each is one person's and that person's only one. Case
-- and edge spaces make no other id.
-- grain: one row per Ed-Fi ID
-- resource: by row
-- key students: student_unique_id
-- key staffs: staff_unique_id
-- inputs: sis.person, sis.enrollment, sis.employmentAssignment, audit.campus_calendars,
--   audit.campus_schools, audit.schools, audit.settings
-- nulls: school_id and lea_id where no enrollment or assignment tells a school

WITH owners AS (
    SELECT
        lower(trim(edfiID)) AS folded_id,
        personID AS person_id,
        min(trim(edfiID)) AS edfi_id
    FROM sis.person
    WHERE nullif(trim(edfiID), '') IS NOT NULL AND personID IS NOT NULL
    GROUP BY folded_id, person_id
),

several AS (
    SELECT person_id FROM owners GROUP BY person_id HAVING count(*) > 1
),

enrolled AS (
    SELECT enrollment.personID AS person_id, min(calendar.school_id) AS school_id
    FROM sis.enrollment AS enrollment
    LEFT JOIN audit.campus_calendars AS calendar ON calendar.calendar_id = enrollment.calendarID
    GROUP BY enrollment.personID
),

assigned AS (
    SELECT assignment.personID AS person_id, min(school.school_id) AS school_id
    FROM sis.employmentAssignment AS assignment
    JOIN audit.campus_schools AS school ON school.campus_school_id = assignment.schoolID
    GROUP BY assignment.personID
),

identifiers AS (
    SELECT
        min(owners.edfi_id) AS edfi_id,
        count(*) AS person_count,
        bool_or(several.person_id IS NOT NULL) AS has_rival,
        bool_or(enrolled.person_id IS NOT NULL) AS is_student,
        coalesce(min(enrolled.school_id), min(assigned.school_id)) AS school_id
    FROM owners
    LEFT JOIN several ON several.person_id = owners.person_id
    LEFT JOIN enrolled ON enrolled.person_id = owners.person_id
    LEFT JOIN assigned ON assigned.person_id = owners.person_id
    GROUP BY owners.folded_id
)

SELECT
    CASE WHEN is_student THEN 'students' ELSE 'staffs' END AS resource,
    CASE WHEN is_student THEN edfi_id END AS student_unique_id,
    CASE WHEN NOT is_student THEN edfi_id END AS staff_unique_id,
    identifiers.school_id,
    schools.lea_id,
    settings.school_year,
    CASE
        WHEN settings.audit_date <= make_date(settings.school_year, 6, 30) THEN 'in_term'
        ELSE 'after_year'
    END AS phase,
    person_count,
    CASE
        WHEN person_count > 1 THEN 'one Ed-Fi ID for several persons'
        WHEN has_rival THEN 'several Ed-Fi IDs for one person'
        ELSE 'none'
    END AS conflict
FROM identifiers
CROSS JOIN audit.settings AS settings
LEFT JOIN audit.schools AS schools ON schools.school_id = identifiers.school_id
